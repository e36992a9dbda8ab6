"""Pure: an item and the answer that counts → what each part of it earns, and what still waits for a person.

A part is the whole item (""), or one sub-question of a case by its id. Each part is rounded to the quarter-mark
grid by itself, because each is shown and confirmed by itself; the shares of a case add up to the item's marks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from question_bank.enums import NamedEnum, ScoringRule, default_rule
from question_bank.errors import N_, DomainError
from question_bank.kinds import Content, Response, Verdict, part_marks, verdict
from question_bank.kinds.case import CaseContent, CaseResponse
from question_bank.rounding import QUARTER

WHOLE = ""
"""The part of an item that has no sub-questions."""


class Source(NamedEnum):
    """Who or what awarded a mark. A suggestion waits for a person and counts only for showing until then."""

    RULE = "rule", N_("By rule"), "规则判分"
    SUGGESTION = "suggestion", N_("Suggested"), "机评建议"
    MARKER = "marker", N_("By a marker"), "人工阅卷"
    AGREED = "agreed", N_("By two markers"), "双评"
    ADJUDICATOR = "adjudicator", N_("By an adjudicator"), "仲裁"
    APPEAL = "appeal", N_("After an appeal"), "复核"
    CORRECTION = "correction", N_("After a correction"), "更正"

    @property
    def personal(self) -> bool:
        """Whether one person stands behind it, whose name is kept."""
        return self in {Source.MARKER, Source.ADJUDICATOR, Source.APPEAL}


class WrongMarks(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """A person's marks lie outside what the part can earn, or between two steps of the grid."""


@dataclass(frozen=True)
class PartMark:
    """Marks of one part. `detail` is JSON: the verdict's note, and its parts with their spans."""

    part: str
    awarded: Decimal
    maximum: Decimal
    source: Source
    detail: dict[str, Any]

    @property
    def waiting(self) -> bool:
        """Whether a person has to decide."""
        return self.source is Source.SUGGESTION


def mark_item(content: Content, answer: Response | None, rule: ScoringRule, marks: Decimal) -> tuple[PartMark, ...]:
    """Mark one item out of `marks` by its section's `rule`; `answer` None means that nothing was ever given.

    Sub-questions of a case are marked by the default rule of their own kind, out of their share of `marks`.
    """
    return tuple(
        _part_mark(name, inner, given, inner_rule, share)
        for name, inner, given, inner_rule, share in _parts(content, answer, rule, marks)
    )


def _parts(
    content: Content, answer: Response | None, rule: ScoringRule, marks: Decimal
) -> Iterator[tuple[str, Content, Response | None, ScoringRule, Decimal]]:
    if not isinstance(content, CaseContent):
        yield WHOLE, content, answer, rule, marks
        return
    shares = part_marks(content, marks)
    given = answer.parts if isinstance(answer, CaseResponse) else {}
    for sub in content.subquestions:
        yield sub.id, sub.content, given.get(sub.id), default_rule(sub.content.kind), shares[sub.id]


def _part_mark(part: str, content: Content, answer: Response | None, rule: ScoringRule, marks: Decimal) -> PartMark:
    if answer is None:
        return PartMark(part, Decimal(0), marks, Source.RULE, {"note": N_("Not answered")})
    found = verdict(content, answer, rule, marks)
    if found.needs_person:
        return PartMark(part, found.suggested, marks, Source.SUGGESTION, _detail(found))
    return PartMark(part, found.marks, marks, Source.RULE, _detail(found))


def _detail(found: Verdict) -> dict[str, Any]:
    return found.model_dump(mode="json", include={"note", "params", "parts"}, exclude_defaults=True)


def check_marks(marks: Decimal, maximum: Decimal) -> None:
    """Raise WrongMarks unless 0 ≤ `marks` ≤ `maximum` on the quarter-mark grid (full marks may lie off it)."""
    if not marks.is_finite() or not Decimal(0) <= marks <= maximum:
        raise WrongMarks(N_("The marks must lie between 0 and %(maximum)s."), maximum=f"{maximum:f}")
    if marks != maximum and marks % QUARTER:
        raise WrongMarks(N_("Marks are given in quarters: %(marks)s is between two steps."), marks=f"{marks:f}")

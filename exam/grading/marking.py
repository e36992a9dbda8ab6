"""Pure: an item and the answer that counts → what each part of it earns, and what still waits for a person.

A part is the whole item (""), or one sub-question of a case by its id. Each part is rounded to the quarter-mark
grid by itself, because each is shown and confirmed by itself; the shares of a case add up to the item's marks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from question_bank.enums import NamedEnum, ScoringRule, default_rule
from question_bank.errors import N_, DomainError
from question_bank.kinds import Content, Response, Verdict, part_marks, verdict
from question_bank.kinds.case import CaseContent, CaseResponse
from question_bank.rounding import QUARTER
from question_bank.scoring import PLAIN, RuleOptions

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
    """Marks of one part. `detail` is JSON: the verdict's note and flags, and its parts with their spans.

    `confidence` of a suggestion in ten-thousandths.
    """

    part: str
    awarded: Decimal
    maximum: Decimal
    source: Source
    detail: dict[str, Any]
    confidence: int | None = None

    @property
    def waiting(self) -> bool:
        """Whether a person has to decide."""
        return self.source is Source.SUGGESTION


def mark_item(
    content: Content, answer: Response | None, rule: ScoringRule, marks: Decimal, options: RuleOptions = PLAIN
) -> tuple[PartMark, ...]:
    """Mark one item out of `marks` by its section's `rule` with its `options`; `answer` None: nothing was ever given.

    Sub-questions of a case are marked by the default rule of their own kind, out of their share of `marks`. A rule that
    deducts gives less than nothing for a wrong answer.
    """
    by = _By(rule, options, marks)
    return tuple(_part_mark(name, inner, given, marked) for name, inner, given, marked in _parts(content, answer, by))


class _By(NamedTuple):
    """By what a part is marked: rule, options, marks."""

    rule: ScoringRule
    options: RuleOptions
    marks: Decimal


def _parts(content: Content, answer: Response | None, by: _By) -> Iterator[tuple[str, Content, Response | None, _By]]:
    if not isinstance(content, CaseContent):
        yield WHOLE, content, answer, by
        return
    shares = part_marks(content, by.marks)
    given = answer.parts if isinstance(answer, CaseResponse) else {}
    for sub in content.subquestions:
        inner = _By(default_rule(sub.content.kind), PLAIN, shares[sub.id])
        yield sub.id, sub.content, given.get(sub.id), inner


def _part_mark(part: str, content: Content, answer: Response | None, by: _By) -> PartMark:
    if answer is None:
        return PartMark(part, Decimal(0), by.marks, Source.RULE, {"note": N_("Not answered")})
    found = verdict(content, answer, by.rule, by.marks, by.options)
    if found.needs_person:
        return PartMark(part, found.suggested, by.marks, Source.SUGGESTION, _detail(found), found.confidence)
    return PartMark(part, found.marks, by.marks, Source.RULE, _detail(found))


def _detail(found: Verdict) -> dict[str, Any]:
    return found.model_dump(mode="json", include={"note", "params", "parts", "flags"}, exclude_defaults=True)


def check_marks(marks: Decimal, maximum: Decimal) -> None:
    """Raise WrongMarks unless 0 ≤ `marks` ≤ `maximum` on the quarter-mark grid (full marks may lie off it)."""
    if not marks.is_finite() or not Decimal(0) <= marks <= maximum:
        raise WrongMarks(N_("The marks must lie between 0 and %(maximum)s."), maximum=f"{maximum:f}")
    if marks != maximum and marks % QUARTER:
        raise WrongMarks(N_("Marks are given in quarters: %(marks)s is between two steps."), marks=f"{marks:f}")

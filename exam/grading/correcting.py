"""Pure: what one answer to a question found wrong earns after a correction, and how many results that changes.

A correction is worked out from the content, the answer and what rules or people decided before any correction, never
from the mark of an earlier correction: done twice, or by two corrections one after the other, it comes to the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from exam.grading.marking import WHOLE, PartMark, Source, mark_item
from exam.grading.policies import CorrectionPolicy
from question_bank.enums import Kind, ScoringRule, rules_for
from question_bank.errors import N_, Invalid, Problem
from question_bank.kinds import Content, Response, content_of
from question_bank.kinds import check as problems_of
from question_bank.kinds.case import CaseContent
from question_bank.kinds.short_answer import ShortAnswerContent
from question_bank.scoring import PLAIN, RuleOptions

VOID = "void"
"""Key of a mark's detail that says that the item counts for nobody."""

HAND_MADE = frozenset({Source.MARKER, Source.AGREED, Source.ADJUDICATOR, Source.APPEAL})
"""Decided by people: no rule takes these marks back."""

KEYS: Mapping[Kind, frozenset[str]] = {
    Kind.SINGLE_CHOICE: frozenset({"answer"}),
    Kind.MULTIPLE_CHOICE: frozenset({"answer"}),
    Kind.TRUE_FALSE: frozenset({"answer", "wrong", "corrections"}),
    Kind.FILL_BLANK: frozenset({"answers", "any_order", "keep_book_marks"}),
    Kind.NUMERIC: frozenset({"answer", "tolerance"}),
    Kind.ORDERING: frozenset({"answer", "accepted_orders"}),
    Kind.MATCHING: frozenset({"pairs"}),
    Kind.SHORT_ANSWER: frozenset(),
    Kind.CASE: frozenset({"subquestions"}),
}
"""What of a content is its key. Key points are not: written answers are decided by people."""

RUBRIC = frozenset({"reference", "rubric", "cap", "veto"})
"""What of a short answer is its rubric: new key points suggest anew, and people's marks stand."""

LOOKED = "looked"
"""Key of a mark's detail that says that somebody gave it at the second look after a change of the key points."""


class Change(BaseModel):
    """What takes the place of what was wrong: the JSON of the content with its new key or rubric, or a rule with its
    options. `looked` are the marks that people gave at the second look, by `look_name`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: dict[str, Any] | None = None
    rule: ScoringRule | None = None
    options: RuleOptions = PLAIN
    looked: dict[str, Decimal] = {}


def look_name(attempt_id: int, part: str) -> str:
    """How a change names one part of one attempt."""
    return f"{attempt_id}/{part}"


@dataclass(frozen=True)
class Sat:
    """One answer to the question: the item as it was given and, by part, what was decided before any correction.

    `looked` are the marks given at the second look, by part.
    """

    content: Content
    answer: Response | None
    rule: ScoringRule
    options: RuleOptions
    marks: Decimal
    base: Mapping[str, PartMark]
    looked: Mapping[str, Decimal] = field(default_factory=dict)


def corrected(sat: Sat, policy: CorrectionPolicy, change: Change) -> tuple[PartMark, ...]:
    """The marks by part after the correction.

    A part that still waits for a person waits on, except for full marks and void; what people decided by hand stands
    under every policy that marks by rule.
    """
    if policy is CorrectionPolicy.FULL_MARKS:
        return tuple(_settled(each, each.maximum, {}) for each in sat.base.values())
    if policy is CorrectionPolicy.VOID_RESCALE:
        return tuple(_settled(each, Decimal(0), {VOID: True}) for each in sat.base.values())
    if policy is CorrectionPolicy.NEW_RUBRIC:
        new = resuggested(sat, change)
        return tuple(_by_rubric(each, new.get(each.part), sat.looked.get(each.part)) for each in sat.base.values())
    return tuple(_by_rule(sat.base[each.part], each) for each in _marked(sat, policy, change))


def resuggested(sat: Sat, change: Change) -> dict[str, PartMark]:
    """By part what new key points suggest, of the written parts whose key points are others now."""
    if change.content is None:
        return {}
    new = content_of(sat.content.kind, change.content)
    before, after = _inner(sat.content), _inner(new)
    found = mark_item(new, sat.answer, sat.rule, sat.marks, sat.options)
    return {each.part: each for each in found if each.waiting and after[each.part] != before[each.part]}


def _inner(content: Content) -> dict[str, Content]:
    """By part its own content."""
    if isinstance(content, CaseContent):
        return {sub.id: sub.content for sub in content.subquestions}
    return {WHOLE: content}


def _by_rubric(base: PartMark, new: PartMark | None, looked: Decimal | None) -> PartMark:
    """A waiting suggestion gives way to the new one, one that counted by itself as well; what people gave stands."""
    if new is None:
        return base
    if base.waiting:
        return new
    if looked is not None:
        given = PartMark(base.part, looked, base.maximum, Source.CORRECTION, {LOOKED: True})
        return base if looked == base.awarded else given
    if base.source in HAND_MADE:
        return base
    return PartMark(base.part, new.awarded, base.maximum, Source.CORRECTION, new.detail)


def _settled(base: PartMark, awarded: Decimal, detail: dict[str, Any]) -> PartMark:
    return PartMark(base.part, awarded, base.maximum, Source.CORRECTION, detail)


def _by_rule(base: PartMark, found: PartMark) -> PartMark:
    if base.waiting or found.waiting or base.source in HAND_MADE:
        return base
    return PartMark(found.part, found.awarded, found.maximum, Source.CORRECTION, found.detail)


def _marked(sat: Sat, policy: CorrectionPolicy, change: Change) -> tuple[PartMark, ...]:
    kind = sat.content.kind
    content = content_of(kind, change.content) if change.content is not None else sat.content
    rule, options = (change.rule, change.options) if change.rule else (sat.rule, sat.options)
    found = mark_item(content, sat.answer, rule, sat.marks, options)
    if policy is not CorrectionPolicy.ACCEPT_BOTH:
        return found
    old = mark_item(sat.content, sat.answer, sat.rule, sat.marks, sat.options)
    return tuple(max(pair, key=lambda each: each.awarded) for pair in zip(found, old, strict=True))


def with_key(content: Content, key: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of `content` with `key` in it, of a case by sub-question: `{"subquestions": {"a": {"answer": "C"}}}`.

    Raises Invalid for anything that is not part of the key, and for a key with which the question would be unsound.
    """
    data = content.model_dump(mode="json")
    strange = sorted(set(key) - KEYS[content.kind])
    if strange or not key:
        template = N_("A key of this kind of question has: %(names)s.")
        raise Invalid([Problem("key", template, {"names": ", ".join(sorted(KEYS[content.kind])) or "–"})])
    if content.kind is Kind.CASE:
        data["subquestions"] = _sub_keys(content, data["subquestions"], key["subquestions"])
    else:
        data |= key
    made = content_of(content.kind, data)
    known = {(problem.where, problem.template) for problem in problems_of(content)}
    new = [each for each in problems_of(made) if not each.warning and (each.where, each.template) not in known]
    if new:
        raise Invalid(new)
    return made.model_dump(mode="json")


def _sub_keys(content: Content, subquestions: list[dict[str, Any]], keys: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = {sub.id: sub.content for sub in content.subquestions}  # type: ignore[attr-defined]
    if strange := sorted(set(keys) - set(known)):
        raise Invalid([Problem("key", N_("There is no sub-question %(name)s."), {"name": strange[0]})])
    return [
        sub | {"content": with_key(known[sub["id"]], keys[sub["id"]])} if sub["id"] in keys else sub
        for sub in subquestions
    ]


def with_rubrics(content: Content, rubrics: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The JSON of `content` with other rubrics (see RUBRIC), by part: {"": …}, or of a case by sub-question.

    Raises Invalid for a part that has none, and for a rubric with which the question would be unsound.
    """
    inner = _inner(content)
    strange = sorted(set(rubrics) - {part for part, each in inner.items() if _has_rubric(each)})
    if strange:
        raise Invalid([Problem("rubric", N_("There are no key points in “%(part)s”."), {"part": strange[0]})])
    data = content.model_dump(mode="json")
    if isinstance(content, CaseContent):
        for sub in data["subquestions"]:
            sub["content"] |= rubrics.get(sub["id"], {})
    else:
        data |= rubrics.get(WHOLE, {})
    made = content_of(content.kind, data)
    known = {(problem.where, problem.template) for problem in problems_of(content)}
    new = [each for each in problems_of(made) if not each.warning and (each.where, each.template) not in known]
    if new:
        raise Invalid(new)
    return made.model_dump(mode="json")


def only_rubrics_differ(old: Content, new: Content) -> bool:
    """Whether nothing but reference answers and key points is another."""
    return _without_rubrics(old) == _without_rubrics(new)


def _without_rubrics(content: Content) -> dict[str, Any]:
    data = content.model_dump(mode="json")
    if isinstance(content, CaseContent):
        kept = [sub | {"content": _bare(sub["content"])} for sub in data["subquestions"]]
        return data | {"subquestions": kept}
    return _bare(data)


def _bare(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in RUBRIC}


def written_parts(content: Content) -> dict[str, ShortAnswerContent]:
    """By part the short answers that are marked by key points."""
    return {
        part: each for part, each in _inner(content).items() if isinstance(each, ShortAnswerContent) and each.rubric
    }


def _has_rubric(content: Content) -> bool:
    return bool(written_parts(content))


def policies_for(content: Content) -> tuple[CorrectionPolicy, ...]:
    """What can be done about a question of this kind. Written answers have key points instead of a key."""
    offered = []
    if _has_key(content):
        offered += [CorrectionPolicy.NEW_KEY, CorrectionPolicy.ACCEPT_BOTH]
    if _has_rubric(content):
        offered.append(CorrectionPolicy.NEW_RUBRIC)
    offered += [CorrectionPolicy.FULL_MARKS, CorrectionPolicy.VOID_RESCALE]
    if content.kind not in {Kind.CASE, Kind.SHORT_ANSWER} and len(rules_for(content.kind)) > 1:
        offered.append(CorrectionPolicy.NEW_RULE)
    return tuple(offered)


def _has_key(content: Content) -> bool:
    if content.kind is Kind.CASE:
        return any(_has_key(sub.content) for sub in content.subquestions)  # type: ignore[attr-defined]
    return bool(KEYS[content.kind])


@dataclass(frozen=True)
class Effect:
    """What a correction does to one attempt. Marks are those of the whole paper."""

    attempt_id: int
    attempt_key: str
    ticket: str
    stop_id: int
    sitting_id: int
    before: Decimal
    after: Decimal
    pass_marks: Decimal
    parts: int
    kept_by_hand: int

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def passed_before(self) -> bool:
        return self.before >= self.pass_marks

    @property
    def passed_after(self) -> bool:
        return self.after >= self.pass_marks


@dataclass(frozen=True)
class Counts:
    """How many attempts a correction is about, and what becomes of them."""

    attempts: int
    raised: int
    lowered: int
    now_pass: int
    now_fail: int
    kept_by_hand: int

    @property
    def changed(self) -> int:
        return self.raised + self.lowered


def counted(effects: Iterable[Effect]) -> Counts:
    """The counts of some attempts."""
    found = list(effects)
    return Counts(
        attempts=len(found),
        raised=sum(each.after > each.before for each in found),
        lowered=sum(each.after < each.before for each in found),
        now_pass=sum(each.passed_after and not each.passed_before for each in found),
        now_fail=sum(each.passed_before and not each.passed_after for each in found),
        kept_by_hand=sum(each.kept_by_hand for each in found),
    )

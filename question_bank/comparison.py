"""What an import would do: each draft against the bank, without writing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from question_bank.digests import answer_print, content_hash, fingerprint
from question_bank.enums import Audience, NamedEnum, PaperKind, Status
from question_bank.errors import N_, Problem
from question_bank.kinds import content_of
from question_bank.models import Question, QuestionVersion, Topic
from question_bank.pairing import Near, near
from question_bank.publishing import judge
from question_bank.queries import LATEST, batches
from question_bank.taxonomy import PLACES, ROOTS, root_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from question_bank.drafts import Draft

DETAILS = (
    "difficulty",
    "for_business",
    "for_practical",
    "audiences",
    "unit_code",
    "common_core",
    "demo",
    "time_sensitive",
    "note",
    "valid_to",
)
"""The columns of a question that stand beside its versions and come from a draft, its topic apart."""


AT_ONCE = 5_000
"""A preview of more drafts does not wait for the search for near-duplicates, which the import makes."""


class Outcome(NamedEnum):
    """What becomes of a draft."""

    NEW = "new", N_("New"), "新增"
    CHANGED = "changed", N_("Changed"), "更新"
    UNCHANGED = "unchanged", N_("Unchanged"), "无变化"
    DUPLICATE = "duplicate", N_("Duplicate"), "重复"
    REFUSED = "refused", N_("Refused"), "不接收"


@dataclass(frozen=True)
class Step:
    """One draft and what becomes of it. ``of`` is the code of the question it repeats.

    ``reason`` says why it is not taken; ``obstacles`` what will stand in the way of publishing it; ``cautions`` what
    a reviewer should look at; ``near`` which question of the bank or of the same file asks nearly the same;
    ``fingerprint`` is that of the draft, so that writing it need not work it out again.
    """

    draft: Draft
    outcome: Outcome
    question_id: int | None = None
    wording_changed: bool = False
    of: str = ""
    reason: Problem | None = None
    obstacles: tuple[Problem, ...] = ()
    cautions: tuple[Problem, ...] = ()
    near: tuple[Near, ...] = ()
    fingerprint: str = ""

    @property
    def taken(self) -> bool:
        """Whether the import writes something for it."""
        return self.outcome in {Outcome.NEW, Outcome.CHANGED}


@dataclass(frozen=True)
class _Known:
    """A question as the bank holds it, as far as the comparison looks."""

    question: Question
    content_hash: str
    topic: tuple[str, str]


def details_of(draft: Draft) -> dict[str, Any]:
    """Return the values of ``DETAILS`` that ``draft`` asks for."""
    return {
        "difficulty": int(draft.difficulty),
        "for_business": PaperKind.BUSINESS in draft.papers,
        "for_practical": PaperKind.PRACTICAL in draft.papers,
        "audiences": [audience.value for audience in Audience if audience in draft.audiences],
        "unit_code": draft.unit_code or None,
        "common_core": draft.common_core,
        "demo": draft.demo_only,
        "time_sensitive": draft.time_sensitive,
        "note": draft.reviewer_note,
        "valid_to": draft.valid_to,
    }


def compare(session: Session, drafts: Sequence[Draft], *, judged: bool = True) -> list[Step]:
    """Say for each draft what an import would do; a code or a wording met before in ``drafts`` counts as known.

    ``judged``: whether to check the drafts for what stands in the way of publishing, and for what is nearly the same
    as another question (in at most ``AT_ONCE`` drafts; of more the import tells it), which takes most of the time.
    """
    known = _known(session, [draft.code for draft in drafts])
    prints = [fingerprint(draft.content) for draft in drafts]
    holders = _holders(session, prints, drafts, known)
    steps, seen, often = [], set[str](), Counter(prints)
    for draft, print_ in zip(drafts, prints, strict=True):
        alike = holders.setdefault(print_, {})
        step = _refused_twice(draft) if draft.code in seen else _step(draft, known.get(draft.code), alike)
        seen.add(draft.code)
        if step.taken and judged:
            found = judge(draft)
            step = replace(step, obstacles=found.obstacles, cautions=(*found.cautions, *_contradicted(draft, alike)))
        if step.taken and often[print_] > 1:  # a print of the answer serves only a later draft that reads the same
            alike.setdefault(answer_print(draft.content), draft.code)
        steps.append(replace(step, fingerprint=print_))
    return with_near(session, steps) if judged and len(steps) <= AT_ONCE else steps


def with_near(session: Session, steps: list[Step]) -> list[Step]:
    """Tell of each step that writes a wording what is nearly the same."""
    asked = [step.taken and step.wording_changed for step in steps]
    if not any(asked):
        return steps
    found = near(session, [step.draft for step in steps], asked=asked)
    return [replace(step, near=nears) if nears else step for step, nears in zip(steps, found, strict=True)]


def _known(session: Session, codes: Sequence[str]) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    for batch in batches(codes):
        rows = session.execute(
            select(Question, QuestionVersion.content_hash, Topic.code, Topic.name)
            .join(Topic, Topic.id == Question.topic_id)
            .outerjoin(
                QuestionVersion,
                (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.latest_number),
            )
            .where(Question.code.in_(batch))
        )
        for question, hash_, code, name in rows:
            root = root_of(code)
            known[question.code] = _Known(question, hash_ or "", (root, "" if code == root else name))
    return known


def _holders(
    session: Session, prints: Sequence[str], drafts: Sequence[Draft], known: dict[str, _Known]
) -> dict[str, dict[str, str]]:
    """Return fingerprint → print of the answer → code of the living question that says so (the first by code).

    What stands in the bank exactly as in ``drafts`` is not read again.
    """
    unchanged = {
        draft.code: answer_print(draft.content)
        for draft in drafts
        if draft.code in known and known[draft.code].content_hash == content_hash(draft)
    }
    holders: dict[str, dict[str, str]] = {}
    for batch in batches(sorted(set(prints))):
        living = (Question.fingerprint.in_(batch), Question.status != Status.RETIRED)
        codes = session.execute(
            select(Question.code, Question.fingerprint).where(*living).order_by(Question.code)
        ).all()
        others = [code for code, _ in codes if code not in unchanged]
        answers = unchanged | _answers(session, others)
        for code, print_ in codes:
            holders.setdefault(print_, {}).setdefault(answers[code], code)
    return holders


def _answers(session: Session, codes: Sequence[str]) -> dict[str, str]:
    """Return code → print of the answer of the latest version."""
    rows = session.execute(
        select(Question.code, Question.kind, QuestionVersion.content)
        .join(QuestionVersion, LATEST)
        .where(Question.code.in_(codes))
    )
    return {code: answer_print(content_of(kind, content)) for code, kind, content in rows}


def _step(draft: Draft, known: _Known | None, alike: dict[str, str]) -> Step:
    """Compare one draft with the question of its code and with those that read the same."""
    if draft.topic not in PLACES:
        template = N_("There is no topic “%(topic)s”; the topics are %(known)s.")
        return _refused(draft, Problem("topic", template, {"topic": draft.topic, "known": " ".join(ROOTS)}))
    holder = alike.get(answer_print(draft.content)) if alike else None
    if known is None:
        return _duplicate(draft, holder) if holder else _taken(draft, Outcome.NEW)
    return _against(draft, known, holder)


def _against(draft: Draft, known: _Known, holder: str | None) -> Step:
    """Compare a draft with the question that bears its code."""
    question, changed = known.question, known.content_hash != content_hash(draft)
    if not changed and known.topic == (draft.topic, draft.subtopic) and _same(question, details_of(draft)):
        return Step(draft, Outcome.UNCHANGED, question_id=question.id)
    if question.kind is not draft.kind:
        template = N_("%(code)s stands in the bank as another kind (%(kind)s).")
        return _refused(draft, Problem("type", template, {"code": draft.code, "kind": question.kind.chinese}))
    if question.status is Status.RETIRED:
        return _refused(draft, Problem("id", N_("%(code)s is retired."), {"code": draft.code}))
    if changed and holder not in {None, draft.code}:
        return _duplicate(draft, str(holder))
    return _taken(draft, Outcome.CHANGED, question_id=question.id, wording_changed=changed)


def _same(question: Question, details: dict[str, Any]) -> bool:
    return all(getattr(question, name) == value for name, value in details.items())


def _taken(draft: Draft, outcome: Outcome, *, question_id: int | None = None, wording_changed: bool = True) -> Step:
    return Step(draft, outcome, question_id=question_id, wording_changed=wording_changed)


def _refused(draft: Draft, reason: Problem) -> Step:
    return Step(draft, Outcome.REFUSED, reason=reason)


def _refused_twice(draft: Draft) -> Step:
    return _refused(draft, Problem("id", N_("The number %(code)s stands in the file twice."), {"code": draft.code}))


def _contradicted(draft: Draft, alike: dict[str, str]) -> list[Problem]:
    """Tell of other questions with the same wording, which differ in key or explanation: one of them is wrong."""
    others = sorted(code for code in alike.values() if code != draft.code)
    template = N_("It reads the same as %(of)s, but the answer or the explanation differs.")
    return [Problem("answer", template, {"of": "、".join(others)})] if others else []


def _duplicate(draft: Draft, of: str) -> Step:
    reason = Problem("stem", N_("It reads the same as %(of)s."), {"of": of})
    return Step(draft, Outcome.DUPLICATE, of=of, reason=reason)

"""Written answers whose key points are corrected: which marks deserve a second look, and what that came to.

People's marks stand whatever the new key points say. Where these would give another mark the answer is listed, and
whoever looks at it again says what it is worth before the correction is confirmed: that is part of what the second
person confirms.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import affected, queries, sat
from exam.grading.affected import Plan, plan_of
from exam.grading.correcting import HAND_MADE, look_name, resuggested
from exam.grading.marking import PartMark, Source, check_marks
from exam.grading.models import Correction, CorrectionPolicy, CorrectionStatus, Mark
from exam.grading.queries import WrittenAnswer
from exam.sittings.models import Attempt
from question_bank.errors import N_, NotAllowed, NotFound
from question_bank.kinds import Content, content_of
from question_bank.kinds.case import CaseContent
from question_bank.queries import batches

SURE = 9_000
"""A suggestion surer than this, in ten-thousandths, needs no second look where another one counted by itself."""


@dataclass(frozen=True)
class Look:
    """One written answer: what counts, what the new key points suggest, and what a second look gave, if any."""

    attempt_id: int
    part: str
    text: str
    content: Content
    before: PartMark
    suggested: PartMark
    looked: Decimal | None

    @property
    def name(self) -> str:
        """As a change names it."""
        return look_name(self.attempt_id, self.part)

    @property
    def by_hand(self) -> bool:
        """Whether people gave the mark."""
        return self.before.source in HAND_MADE

    @property
    def decided(self) -> bool:
        return self.looked is not None


def looks(session: Session, plan: Plan) -> list[Look]:
    """The answers to look at again, the largest differences first; four queries for each batch of attempts."""
    if plan.policy is not CorrectionPolicy.NEW_RUBRIC or plan.change.content is None:
        return []
    found: list[Look] = []
    for ids in batches(sat.attempts_with(session, plan.version_id, plan.stop_id)):
        for each in affected.given_in(session, plan, ids):
            found += _of(each, plan)
    return sorted(found, key=lambda look: (-abs(look.suggested.awarded - look.before.awarded), look.attempt_id))


def _of(given: affected.Given, plan: Plan) -> list[Look]:
    new = content_of(given.sat.content.kind, plan.change.content or {})
    return [
        Look(
            given.attempt_id,
            part,
            _text(given.sat.answer, part),
            _inner(new, part),
            given.sat.base[part],
            suggested,
            given.sat.looked.get(part),
        )
        for part, suggested in resuggested(given.sat, plan.change).items()
        if _deserves(given.sat.base[part], suggested)
    ]


def _deserves(before: PartMark, suggested: PartMark) -> bool:
    unsure = before.source in HAND_MADE or (suggested.confidence or 0) < SURE
    return not before.waiting and before.awarded != suggested.awarded and unsure


def _text(answer: object, part: str) -> str:
    inner = getattr(answer, "parts", {}).get(part) if part else answer
    return str(getattr(inner, "text", ""))


def _inner(content: Content, part: str) -> Content:
    if isinstance(content, CaseContent):
        return next(sub.content for sub in content.subquestions if sub.id == part)
    return content


def look_again(
    session: Session, correction: Correction, *, attempt_id: int, part: str, marks: Decimal, by: int, at: datetime
) -> Correction:
    """Say what one listed answer is worth by the new key points; nothing is marked before the correction is confirmed.

    Raises NotAllowed once it is confirmed and for one's own paper, NotFound for an answer not listed, WrongMarks.
    """
    session.refresh(correction, with_for_update=True)
    if correction.status is not CorrectionStatus.PROPOSED:
        raise NotAllowed(N_("The correction is decided; its marks are changed by an appeal only."))
    plan = plan_of(correction)
    found = next((each for each in looks(session, plan) if (each.attempt_id, each.part) == (attempt_id, part)), None)
    if found is None:
        raise NotFound(N_("There is nothing to look at again here."))
    if session.get_one(Attempt, attempt_id).assignment.entry.person_id == by:
        raise NotAllowed(N_("Nobody marks their own paper."))
    check_marks(marks, found.before.maximum)
    change = plan.change.model_copy(update={"looked": plan.change.looked | {found.name: marks}})
    correction.change = change.model_dump(mode="json")
    session.flush()
    detail = {"answer": found.name, "before": f"{found.before.awarded:f}", "after": f"{marks:f}"}
    audit.record(session, "correction.looked", f"correction:{correction.id}", by=by, at=at, detail=detail)
    return correction


def answer_to_mark(session: Session, answer_id: int) -> WrittenAnswer:
    """One answer for its marker, by the key points that count now. Raises NotFound."""
    answer = queries.written_answer(session, answer_id)
    standing = affected.applying(session, [answer.version_id], answer.sitting.stop_id).get(answer.version_id)
    if standing is None or standing.policy is not CorrectionPolicy.NEW_RUBRIC:
        return answer
    content = plan_of(standing).change.content
    newest = session.scalar(
        select(Mark)
        .where(Mark.attempt_id == answer.attempt_id, Mark.paper_item_id == answer.paper_item_id)
        .where(Mark.part == answer.part, Mark.source == Source.SUGGESTION, Mark.correction_id == standing.id)
        .order_by(Mark.sequence.desc())
        .limit(1)
    )
    if content is None or newest is None:
        return answer
    version = sat.version_by_id(session, answer.version_id)
    return replace(answer, content=_inner(content_of(version.question.kind, content), answer.part), suggestion=newest)

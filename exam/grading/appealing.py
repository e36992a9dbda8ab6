"""Verbs on appeals: a candidate asks for an item to be looked at again, somebody else decides with a reason."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import appeals, queries
from exam.grading.awarding import add_mark
from exam.grading.correcting import VOID
from exam.grading.marking import Source, check_marks
from exam.grading.models import Appeal, AppealStatus, Cause, Mark
from exam.grading.scores import keep_scores
from exam.sittings.models import Attempt, SittingStatus
from question_bank.errors import N_, Conflict, NotAllowed

LEAST = 5
"""Characters below which a text says nothing."""
DAYS = 2
"""Working days for appeals at a sitting without a plan of its own."""


class AppealTime(NamedTuple):
    """How long candidates of a sitting may appeal: working days after the release, 0 for none, and what is free."""

    days: int
    holidays_free: bool


def appeal_time(session: Session, sitting_id: int) -> AppealTime:
    """As the marking plan says it; without one the usual days, public holidays being none of them."""
    plan = queries.plan_of(session, sitting_id)
    return AppealTime(plan.appeal_days, plan.holidays_free) if plan else AppealTime(DAYS, holidays_free=True)


def appeal(
    session: Session,
    attempt: Attempt,
    *,
    paper_item_id: int,
    text: str,
    until: datetime | None,
    by: int,
    at: datetime,
) -> Appeal:
    """Ask for one item of one's own released paper to be looked at again, until the moment `until`.

    Raises NotAllowed for another's paper, without results (`until` None), too late, without a text, for an item that
    was decided before; Conflict while one about the item is open.
    """
    session.scalar(select(Attempt.id).where(Attempt.id == attempt.id).with_for_update())
    if attempt.assignment.entry.person_id != by:
        raise NotAllowed(N_("Only the candidate can appeal."))
    if until is None or attempt.assignment.sitting.status is not SittingStatus.RELEASED:
        raise NotAllowed(N_("The results of this paper are not out."))
    if at >= until:
        raise NotAllowed(N_("The time for appeals is over."))
    _refuse_again(session, attempt.id, paper_item_id)
    if len(text.strip()) < LEAST:
        raise NotAllowed(N_("Say in a sentence what you think was marked wrongly."))
    made = Appeal(
        attempt_id=attempt.id,
        paper_item_id=paper_item_id,
        status=AppealStatus.OPEN,
        text=text.strip()[:1000],
        made_at=at,
    )
    session.add(made)
    session.flush()
    audit.record(
        session, "appeal.made", f"attempt:{attempt.id}", by=by, at=at, detail={"item": paper_item_id, "id": made.id}
    )
    return made


def _refuse_again(session: Session, attempt_id: int, paper_item_id: int) -> None:
    earlier = session.scalars(
        select(Appeal.status).where(Appeal.attempt_id == attempt_id, Appeal.paper_item_id == paper_item_id)
    ).all()
    if AppealStatus.OPEN in earlier:
        raise Conflict(N_("You have asked for this question to be looked at already."))
    if {AppealStatus.CHANGED, AppealStatus.UPHELD} & set(earlier):
        raise NotAllowed(N_("This question has been looked at again; that decision stands."))


def withdraw(session: Session, made: Appeal, *, by: int, at: datetime) -> None:
    """The candidate takes an open appeal back. Raises NotAllowed for another's, Conflict for one that is decided."""
    _lock_open(session, made)
    if appeals.person_of(session, made) != by:
        raise NotAllowed(N_("Only the candidate can appeal."))
    made.status, made.decided_at = AppealStatus.WITHDRAWN, at
    session.flush()
    audit.record(session, "appeal.withdrawn", f"attempt:{made.attempt_id}", by=by, at=at, detail={"id": made.id})


def decide_appeal(
    session: Session, made: Appeal, *, marks: Mapping[str, Decimal], answer: str, by: int, at: datetime
) -> Appeal:
    """Uphold the marks or change them, with the `answer` the candidate reads; `marks` by part, missing ones stay.

    The results are out already and stay so: the old score is kept beside the new one. Raises Conflict for one that
    is decided, WrongMarks, and NotAllowed for the candidate, for whoever marked the item, or without an answer.
    """
    _lock_open(session, made)
    if appeals.person_of(session, made) == by:
        raise NotAllowed(N_("Nobody decides an appeal of their own."))
    if by in appeals.markers_of(session, made.attempt_id, made.paper_item_id):
        raise NotAllowed(N_("You marked this answer; somebody else has to look at it again."))
    if len(answer.strip()) < LEAST:
        raise NotAllowed(N_("Give the candidate a reason in a sentence."))
    changed = _changed(session, made, marks, reason=answer.strip()[:400], by=by, at=at)
    made.status = AppealStatus.CHANGED if changed else AppealStatus.UPHELD
    made.decided_at, made.decided_by, made.answer = at, by, answer.strip()[:1000]
    session.flush()
    if changed:
        keep_scores(session, [made.attempt_id], cause=Cause.APPEAL, at=at, appeal_id=made.id)
    detail = {"id": made.id, "status": made.status.value, "changed": changed, "answer": made.answer}
    audit.record(session, "appeal.decided", f"attempt:{made.attempt_id}", by=by, at=at, detail=detail)
    return made


def _lock_open(session: Session, made: Appeal) -> None:
    session.refresh(made, with_for_update=True)
    if made.status is not AppealStatus.OPEN:
        raise Conflict(N_("This appeal has been closed in the meantime."))


def _changed(
    session: Session, made: Appeal, marks: Mapping[str, Decimal], *, reason: str, by: int, at: datetime
) -> dict[str, list[str]]:
    """Write the marks that differ; by part what was before and after."""
    session.scalar(select(Attempt.id).where(Attempt.id == made.attempt_id).with_for_update())
    found: dict[str, list[str]] = {}
    for (item_id, part), latest in queries.marks_of(session, made.attempt_id).items():
        if item_id != made.paper_item_id or marks.get(part, latest.awarded) == latest.awarded:
            continue
        _change(session, made, latest, marks[part], reason=reason, by=by, at=at)
        found[part] = [f"{latest.awarded:f}", f"{marks[part]:f}"]
    return found


def _change(
    session: Session, made: Appeal, latest: Mark, marks: Decimal, *, reason: str, by: int, at: datetime
) -> None:
    if latest.detail.get(VOID):
        raise NotAllowed(N_("This question counts for nobody; there are no marks to change."))
    check_marks(marks, latest.maximum)
    add_mark(
        session,
        latest,
        awarded=marks,
        source=Source.APPEAL,
        marker_id=by,
        detail={"appeal": made.id},
        reason=reason,
        at=at,
    )

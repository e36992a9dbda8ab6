"""Verbs on attempts: begin, save, hand in. Planning a sitting and issuing its papers stand in `planning`."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from exam import audit
from exam.accounts.secrets import new_ticket
from exam.sittings import queries
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Response, Sitting, SittingStatus
from exam.sittings.planning import (
    choose_specification,
    close_sitting,
    issue_papers,
    open_sitting,
    plan_sittings,
    rehearse,
    release,
)
from exam.sittings.queries import FrozenItem, overdue
from exam.sittings.revisions import Entry, Placing, Reason, Refused, Saved, SaveOperation, place, standing
from exam.sittings.window import accepts, deadline_of, may_start
from exam.tours.models import RosterEntry
from question_bank.errors import N_, NotAllowed, ParseError
from question_bank.kinds import parse

__all__ = [
    "choose_specification",
    "close_sitting",
    "issue_papers",
    "open_sitting",
    "overdue",
    "plan_sittings",
    "rehearse",
    "release",
    "save",
    "start",
    "submit",
]


def start(session: Session, entry: RosterEntry, sitting: Sitting, *, device: str, at: datetime) -> Attempt:
    """Begin the paper assigned to `entry`; who has begun already gets the same attempt again.

    Raises NotAllowed when no paper was issued, the sitting is not open, or it is too early or too late.
    """
    # The lock lets a second press of the button, on PostgreSQL too, find what the first one made.
    assignment = session.scalar(
        select(Assignment)
        .where(Assignment.sitting_id == sitting.id, Assignment.roster_entry_id == entry.id)
        .with_for_update()
    )
    if assignment is None:
        raise NotAllowed(N_("No paper has been issued to you yet. Please ask the organiser."))
    begun = session.scalar(select(Attempt).where(Attempt.assignment_id == assignment.id))
    if begun is not None:
        return begun
    if sitting.status is not SittingStatus.OPEN:
        raise NotAllowed(N_("This paper is not open: %(status)s."), status=sitting.status)
    if not may_start(at, sitting.window):
        raise NotAllowed(N_("This paper can only be begun between its opening and its close."))
    minutes = assignment.paper.paper_set.specification.minutes
    attempt = Attempt(
        key=str(uuid.uuid4()),
        assignment_id=assignment.id,
        started_at=at,
        deadline=deadline_of(at, minutes=minutes, closes_at=sitting.closes_at),
        device=device[:40],
    )
    session.add(attempt)
    session.flush()
    audit.record(
        session,
        "attempt.started",
        f"attempt:{attempt.id}",
        by=entry.person_id,
        at=at,
        detail={"sitting": sitting.id, "paper": assignment.paper_id, "deadline": attempt.deadline.isoformat()},
    )
    return attempt


def save(
    session: Session, attempt: Attempt, operations: Sequence[SaveOperation], *, device: str = "", at: datetime
) -> list[Saved | Refused]:
    """Store answers that arrived at `at`; one result each, in the same order. Nothing is raised for what is refused.

    An operation stored before gives its stored result again, even after the deadline. The rows
    themselves say what came when from which device, so that only conflicts leave an audit row.
    """
    _lock(session, attempt)
    stored = _entries(session, attempt.id, operations)
    wanted = sorted({operation.item for operation in operations})
    items = queries.items_by_id(session, attempt.assignment.paper_id, wanted)
    results: list[Saved | Refused] = []
    for operation in operations:
        outcome = _place(attempt, operation, items.get(operation.item), stored, at=at)
        if isinstance(outcome, Entry):
            stored.append(outcome)
            session.add(_row(attempt, outcome, device=device, at=at))
            outcome = _saved(outcome, stored)
        if isinstance(outcome, Refused) and outcome.reason is Reason.CONFLICT:
            _record_conflict(session, attempt, outcome, at=at)
        results.append(outcome)
    session.flush()
    return results


def submit(session: Session, attempt: Attempt, *, at: datetime) -> str:
    """Hand in; returns the receipt's number, the same one however often it is called.

    After deadline and grace the attempt is closed as one whose time ran out; what had been saved counts.
    """
    _lock(session, attempt)
    if attempt.receipt is not None:
        return attempt.receipt
    in_time = accepts(at, deadline=attempt.deadline, grace=_grace(attempt))
    attempt.status = AttemptStatus.SUBMITTED if in_time else AttemptStatus.CLOSED
    attempt.ended_at = at
    attempt.receipt = f"{new_ticket()}{attempt.id % 100:02d}"
    session.flush()
    audit.record(
        session,
        f"attempt.{attempt.status.value}",
        f"attempt:{attempt.id}",
        by=attempt.assignment.entry.person_id if in_time else None,
        at=at,
        detail={"receipt": attempt.receipt, "answers": len(queries.current_answers(session, attempt.id))},
    )
    return attempt.receipt


def _lock(session: Session, attempt: Attempt) -> None:
    """Read the attempt again, with what decides about it, and keep it until the end of the transaction."""
    session.scalars(
        select(Attempt)
        .where(Attempt.id == attempt.id)
        .options(joinedload(Attempt.assignment).joinedload(Assignment.sitting))
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one()


def _grace(attempt: Attempt) -> timedelta:
    return timedelta(seconds=attempt.assignment.sitting.grace_seconds)


def _entries(session: Session, attempt_id: int, operations: Sequence[SaveOperation]) -> list[Entry]:
    """What is stored of the items in question, and what is stored under the same operation ids."""
    columns = (Response.operation, Response.paper_item_id, Response.revision, Response.value, Response.flagged)
    near = or_(
        Response.paper_item_id.in_({operation.item for operation in operations}),
        Response.operation.in_({operation.op for operation in operations}),
    )
    return [Entry(*row) for row in session.execute(select(*columns).where(Response.attempt_id == attempt_id, near))]


def _place(
    attempt: Attempt, operation: SaveOperation, item: FrozenItem | None, stored: list[Entry], *, at: datetime
) -> Entry | Saved | Refused:
    """What becomes of one operation: a new entry to be stored, the result of an earlier one, or a refusal."""
    earlier = next((entry for entry in stored if entry.op == operation.op), None)
    if earlier is not None:
        return _saved(earlier, stored)
    if attempt.status is not AttemptStatus.STARTED:
        return _refused(operation, Reason.OVER, N_("This paper has been handed in already."))
    if not accepts(at, deadline=attempt.deadline, grace=_grace(attempt)):
        return _refused(operation, Reason.LATE, N_("This answer came after the time had run out."))
    if item is None:
        return _refused(operation, Reason.UNKNOWN_ITEM, N_("This question is not on your paper."))
    return _read(operation, item, stored)


def _read(operation: SaveOperation, item: FrozenItem, stored: list[Entry]) -> Entry | Saved | Refused:
    try:
        response = parse(item.content, item.order, operation.value)
    except ParseError as error:
        return _refused(operation, Reason.UNREADABLE, error.template, error.params)
    value = response.model_dump(mode="json")
    entry = Entry(operation.op, operation.item, operation.revision, value, operation.flagged)
    placing = place(entry, stored)
    if placing is Placing.CONFLICT:
        template = N_("Another device has saved a different answer to this question.")
        return _refused(operation, Reason.CONFLICT, template, instead=standing(stored)[operation.item])
    return entry if placing is Placing.NEW else _saved(entry, stored)


def _saved(entry: Entry, stored: list[Entry]) -> Saved:
    return Saved(entry.op, entry.item, entry.revision, standing(stored)[entry.item].revision)


def _refused(
    operation: SaveOperation,
    reason: Reason,
    template: str,
    params: dict[str, object] | None = None,
    *,
    instead: Entry | None = None,
) -> Refused:
    return Refused(operation.op, operation.item, operation.revision, reason, template, params or {}, instead)


def _row(attempt: Attempt, entry: Entry, *, device: str, at: datetime) -> Response:
    return Response(
        attempt_id=attempt.id,
        paper_item_id=entry.item,
        revision=entry.revision,
        operation=entry.op,
        value=entry.value,
        flagged=entry.flagged,
        received_at=at,
        device=device[:40],
    )


def _record_conflict(session: Session, attempt: Attempt, refused: Refused, *, at: datetime) -> None:
    audit.record(
        session,
        "response.conflicted",
        f"attempt:{attempt.id}",
        by=attempt.assignment.entry.person_id,
        at=at,
        detail={"item": refused.item, "revision": refused.revision, "operation": refused.op},
    )

"""Verbs on attempts: begin, save, hand in. Planning a sitting and issuing its papers stand in `planning`."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.secrets import new_ticket
from exam.database import by_columns
from exam.sittings import answer_log, queries
from exam.sittings.entrance import Entrance, entrance_of
from exam.sittings.late import LateEntry, keep_late
from exam.sittings.locking import Held, hold, hold_for_saving
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
from exam.sittings.window import deadline_of, may_start
from exam.sittings.writers import Holder, OtherWriter, holder, page_name, take
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
    "store",
    "submit",
]


def start(session: Session, entry: RosterEntry, sitting: Sitting, *, device: str, at: datetime) -> Attempt:
    """Begin the paper assigned to `entry`; who has begun already gets the same attempt again.

    Time given to the hall or to this person before counts. Raises NotAllowed when no paper was issued, the sitting is
    not open or stands still, or it is too early or too late.
    """
    # The lock lets a second press of the button, on PostgreSQL too, find what the first one made. What is read after
    # it is what stands once the lock is held, time given in the same moment included.
    assignment = session.scalar(
        select(Assignment)
        .where(Assignment.sitting_id == sitting.id, Assignment.roster_entry_id == entry.id)
        .with_for_update()
    )
    if assignment is None:
        raise NotAllowed(N_("No paper has been issued to you yet. Please ask the organiser."))
    door = entrance_of(session, assignment)
    if door.attempt is not None:
        return door.attempt
    _refuse_start(door, at=at)
    deadline = deadline_of(
        at, minutes=door.minutes, closes_at=door.sitting.closes_at, hall=door.hall_more, person=door.person_more
    )
    attempt = Attempt(
        key=str(uuid.uuid4()), assignment_id=assignment.id, started_at=at, deadline=deadline, device=device[:40]
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


def _refuse_start(door: Entrance, *, at: datetime) -> None:
    if door.sitting.status is not SittingStatus.OPEN:
        raise NotAllowed(N_("This paper is not open: %(status)s."), status=door.sitting.status)
    if door.paused:
        raise NotAllowed(N_("The exam stands still for the moment. Nobody loses time by that."))
    if not may_start(at, door.sitting.window):
        raise NotAllowed(N_("This paper can only be begun between its opening and its close."))


def save(
    session: Session,
    attempt: Attempt,
    operations: Sequence[SaveOperation],
    *,
    device: str = "",
    tab: str = "",
    leftover: bool = False,
    at: datetime,
) -> list[Saved | Refused]:
    """What `store` does, its results alone."""
    return store(session, attempt.id, operations, device=device, tab=tab, leftover=leftover, at=at)[1]


def store(
    session: Session,
    attempt_id: int,
    operations: Sequence[SaveOperation],
    *,
    device: str,
    tab: str,
    leftover: bool,
    at: datetime,
) -> tuple[Held, list[Saved | Refused]]:
    """Store answers that arrived at `at`; one result each, in the same order. Nothing is raised for what is refused.

    An operation stored before gives its stored result again, even after the deadline. The rows
    themselves say what came when from which page, so that only conflicts leave an audit row. What comes too late is
    kept as a claim. The first page that writes holds the writing: from another one nothing is stored and OtherWriter
    is raised, but for what it has left over from before (`leftover`): that gives way to the holder's answers since.
    """
    (held, paper_id), page = hold_for_saving(session, attempt_id), page_name(device, tab)
    attempt, in_time = held.attempt, held.writing and held.accepts(at)
    if in_time and not leftover:
        _claim_writing(attempt, page, at=at)
    stored = _entries(session, attempt.id, operations)
    wanted = sorted({operation.item for operation in operations})
    items = queries.items_by_id(session, paper_id, wanted)
    taken = _written_since(session, attempt, wanted) if in_time and leftover else frozenset()
    desk = _Desk(held, items, stored, taken, [])
    results: list[Saved | Refused] = []
    new: list[Entry] = []
    for operation in operations:
        outcome = _place(desk, operation, at=at)
        if isinstance(outcome, Entry):
            stored.append(outcome)
            new.append(outcome)
            outcome = _saved(outcome, stored)
        if isinstance(outcome, Refused) and outcome.reason is Reason.CONFLICT:
            _record_conflict(session, attempt, outcome, at=at)
        results.append(outcome)
    session.flush()
    if new:
        by_columns(session).execute(_NEW, [_row(attempt_id, each, device=page, at=at) for each in new])
    if desk.late and not keep_late(session, attempt, desk.late, at=at):
        results = [replace(each, kept=False) if isinstance(each, Refused) else each for each in results]
    return held, results


def _claim_writing(attempt: Attempt, page: str, *, at: datetime) -> None:
    """Let the page hold the writing where nobody does. Raises OtherWriter where another one does."""
    found = holder(attempt, page)
    if found is Holder.OTHER:
        raise OtherWriter(attempt.writer_since)
    if found is Holder.FREE and page:
        take(attempt, page, at=at)


def _written_since(session: Session, attempt: Attempt, items: Sequence[int]) -> frozenset[int]:
    """Those of `items` that the holder of the writing has answered since it took over."""
    if not attempt.writer or attempt.writer_since is None:
        return frozenset()
    wanted = select(Response.paper_item_id).where(
        Response.attempt_id == attempt.id,
        Response.paper_item_id.in_(items),
        Response.device == attempt.writer,
        Response.received_at >= attempt.writer_since,
    )
    return frozenset(session.scalars(wanted))


def submit(session: Session, attempt: Attempt, *, at: datetime) -> str:
    """Hand in; returns the receipt's number, the same one however often it is called.

    After deadline and grace the attempt is closed as one whose time ran out; what had been saved counts.
    """
    held = hold(session, attempt)
    if attempt.receipt is not None:
        return attempt.receipt
    in_time = held.accepts(at)
    attempt.status = AttemptStatus.SUBMITTED if in_time else AttemptStatus.CLOSED
    attempt.ended_at = at
    attempt.receipt = receipt_number(attempt)
    session.flush()
    log = answer_log.log_of(session, attempt.id)
    audit.record(
        session,
        f"attempt.{attempt.status.value}",
        f"attempt:{attempt.id}",
        by=attempt.assignment.entry.person_id if in_time else None,
        at=at,
        detail={
            "receipt": attempt.receipt,
            "answers": len({each.item for each in log}),
            "log": answer_log.sealed(log),
        },
    )
    return attempt.receipt


def _entries(session: Session, attempt_id: int, operations: Sequence[SaveOperation]) -> list[Entry]:
    """What is stored of the items in question, and what is stored under the same operation ids."""
    told = {
        "attempt": attempt_id,
        "items": list({operation.item for operation in operations}),
        "operations": list({operation.op for operation in operations}),
    }
    return [Entry(*row) for row in by_columns(session).execute(_NEAR, told)]


_NEW = insert(Response.__table__)  # type: ignore[arg-type]
_STORED = [Response.__table__.c[name] for name in ("operation", "paper_item_id", "revision", "value", "flagged")]
_NEAR = select(*_STORED).where(
    Response.attempt_id == bindparam("attempt"),
    or_(
        Response.paper_item_id.in_(bindparam("items", expanding=True)),
        Response.operation.in_(bindparam("operations", expanding=True)),
    ),
)


def receipt_number(attempt: Attempt) -> str:
    """A number of ten characters that no other attempt has."""
    return f"{new_ticket()}{attempt.id % 100:02d}"


@dataclass(frozen=True)
class _Desk:
    """What a batch is placed against: the attempt, the items and answers in question, the items that another page has
    answered since it took over; `late` collects what comes too late but can be read.
    """

    held: Held
    items: Mapping[int, FrozenItem]
    stored: list[Entry]
    taken: frozenset[int]
    late: list[LateEntry]


def _place(desk: _Desk, operation: SaveOperation, *, at: datetime) -> Entry | Saved | Refused:
    """What becomes of one operation: a new entry to be stored, the result of an earlier one, or a refusal."""
    earlier = next((entry for entry in desk.stored if entry.op == operation.op), None)
    if earlier is not None:
        return _saved(earlier, desk.stored)
    if not desk.held.writing:
        return _late(desk, operation, Reason.OVER, N_("This paper has been handed in already."))
    if not desk.held.accepts(at):
        return _late(desk, operation, Reason.LATE, N_("This answer came after the time had run out."))
    item = desk.items.get(operation.item)
    if item is None:
        return _refused(operation, Reason.UNKNOWN_ITEM, N_("This question is not on your paper."))
    if operation.item in desk.taken:
        template = N_("Another page or device has answered this question since.")
        return _refused(operation, Reason.TAKEN_OVER, template, instead=standing(desk.stored).get(operation.item))
    return _read(operation, item, desk.stored)


def _late(desk: _Desk, operation: SaveOperation, reason: Reason, template: str) -> Refused:
    """Refuse an answer, but keep it apart if it is one to a question of the paper."""
    item = desk.items.get(operation.item)
    entry = None if item is None else read_operation(operation, item)
    if isinstance(entry, Entry):
        desk.late.append(LateEntry(entry, operation.made_ms))
    return replace(_refused(operation, reason, template), kept=isinstance(entry, Entry))


def _read(operation: SaveOperation, item: FrozenItem, stored: list[Entry]) -> Entry | Saved | Refused:
    entry = read_operation(operation, item)
    if isinstance(entry, Refused):
        return entry
    placing = place(entry, stored)
    if placing is Placing.CONFLICT:
        template = N_("Another device has saved a different answer to this question.")
        return _refused(operation, Reason.CONFLICT, template, instead=standing(stored)[operation.item])
    return entry if placing is Placing.NEW else _saved(entry, stored)


def read_operation(operation: SaveOperation, item: FrozenItem) -> Entry | Refused:
    """The answer as it would be stored."""
    try:
        response = parse(item.content, item.order, operation.value)
    except ParseError as error:
        return _refused(operation, Reason.UNREADABLE, error.template, error.params)
    value = response.model_dump(mode="json")
    return Entry(operation.op, operation.item, operation.revision, value, operation.flagged)


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


def _row(attempt_id: int, entry: Entry, *, device: str, at: datetime) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "paper_item_id": entry.item,
        "revision": entry.revision,
        "operation": entry.op,
        "value": entry.value,
        "flagged": entry.flagged,
        "received_at": at,
        "device": device[:40],
    }


def _record_conflict(session: Session, attempt: Attempt, refused: Refused, *, at: datetime) -> None:
    audit.record(
        session,
        "response.conflicted",
        f"attempt:{attempt.id}",
        by=attempt.assignment.entry.person_id,
        at=at,
        detail={"item": refused.item, "revision": refused.revision, "operation": refused.op},
    )

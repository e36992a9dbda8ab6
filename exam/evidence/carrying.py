"""Verbs: a stop's results leave the hall as one signed file, and are taken over by the county once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from exam import audit, keys
from exam.audit import AuditEvent
from exam.evidence import shipments
from exam.evidence.carried import CARRIED, SCORE, Carried, attempts_of, pointers, table_of
from exam.evidence.merging import OTHER_VERSION, Merged, merge
from exam.evidence.models import Direction, Transfer
from exam.evidence.shipments import NOT_ONE, NotAPackage
from exam.grading import corrections
from exam.grading.models import Cause
from exam.grading.scores import keep_scores, tallies
from exam.papers.models import PaperItem
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting, SittingStatus
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from question_bank.errors import N_, Conflict, DomainError, NotAllowed, NotFound
from question_bank.queries import batches

VERSION = 1
BEFORE = timedelta(hours=12)
"""So long before the first opening the hall's piece of the audit chain begins: check-ins and trials belong to it."""

HALL_MADE = "hall.made"
"""The first event of a site that was made for one hall; its detail names the head of the county's chain by then."""


class Stranger(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The file is whole, but signed by a site that this one has not been told to trust."""


@dataclass(frozen=True)
class Exported:
    """A file that left: its bytes, its SHA-256, the key that signed it, and how many rows of what it holds."""

    file: bytes
    digest: str
    key: str
    rows: dict[str, int]


@dataclass(frozen=True)
class Taken:
    """What a file brought. `again`: it had been taken over before, and nothing was done."""

    stop_id: int
    digest: str
    key: str
    again: bool
    added: dict[str, int] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    attempts: int = 0
    events: int = 0


def export(session: Session, stop: Stop, *, by: int | None, at: datetime) -> Exported:
    """What was written, marked and noted at `stop`, with the hall's piece of the audit chain, signed by this site.

    Raises NotAllowed while a sitting is open or a paper is being written, and when nothing has been sat at all.
    """
    _refuse_unless_over(session, stop)
    found = _gathered(session, stop.id)
    results = {
        "version": VERSION,
        "made_at": at.isoformat(),
        "stop": {"uid": stop.uid, "number": stop.number, "label": stop.label, "unit": stop.unit.name},
        "tables": {each.name: _plain(each, found[each.name]) for each in (*CARRIED, SCORE)},
        "audit": [_event(row) for row in _piece(session, stop.id)],
    }
    file = shipments.packed(results, lambda content: keys.sign(session, content, at=at))
    digest, key = shipments.digest(file), shipments.apart(file).key
    rows = {each.name: len(found[each.name]) for each in (*CARRIED, SCORE)}
    detail = {"digest": digest, "key": key, "attempts": rows[table_of(Attempt).name], "bytes": len(file)}
    session.add(Transfer(stop_id=stop.id, direction=Direction.OUT, digest=digest, at=at, by=by, detail=detail))
    session.flush()
    audit.record(session, "stop.results_exported", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return Exported(file, digest, key, rows)


def take_over(session: Session, file: bytes, *, by: int | None, at: datetime) -> Taken:
    """Take over what a hall's site has signed; the same file a second time changes nothing.

    Nothing that stands here is overwritten: what is the same is left, what is missing is added, and only attendance,
    windows of time and decisions still open here are brought forward. All of it or nothing. Raises NotAPackage for a
    file that was changed by as much as a bit, Stranger for a key not trusted, NotFound and Conflict for what does not
    fit what stands here, NotAllowed for a sitting whose results are released.
    """
    parts = shipments.apart(file)
    if not keys.verify(parts.key, parts.signature, parts.signed):
        raise NotAPackage(NOT_ONE)
    if not keys.is_trusted(session, parts.key):
        template = N_("The file is signed with the key %(key)s, which this site does not trust.")
        raise Stranger(template, key=parts.key)
    digest = shipments.digest(file)
    before = transferred(session, digest)
    if before is not None:
        return Taken(before.stop_id, digest, parts.key, again=True)
    results = shipments.unpacked(parts)
    if results.get("version") != VERSION:
        raise NotAPackage(OTHER_VERSION)
    stop = _stop_named(session, results["stop"]["uid"])
    _check_piece(results["audit"])
    done = merge(session, results["tables"])
    attempts = _scored(session, stop.id, done, results["tables"][SCORE.name], at=at)
    counts: dict[str, Any] = {"added": done.added, "moved": done.moved, "attempts": attempts}
    taken = Taken(stop.id, digest, parts.key, again=False, events=len(results["audit"]), **counts)
    _noted(session, taken, results["audit"], file, by=by, at=at)
    return taken


def transferred(session: Session, digest: str) -> Transfer | None:
    """The note of a file that was taken over before."""
    wanted = select(Transfer).where(Transfer.direction == Direction.IN, Transfer.digest == digest)
    return session.scalar(wanted)


def _refuse_unless_over(session: Session, stop: Stop) -> None:
    sittings = session.scalars(select(Sitting).where(Sitting.stop_id == stop.id)).all()
    if any(sitting.status is SittingStatus.OPEN for sitting in sittings):
        raise NotAllowed(N_("A paper is still open. Close it, then export the results."))
    written = select(func.count()).where(Attempt.id.in_(attempts_of(stop.id)))
    if session.scalar(written.where(Attempt.status == AttemptStatus.STARTED)):
        raise NotAllowed(N_("Somebody is still writing. Close the papers, then export the results."))
    if not session.scalar(written):
        raise NotAllowed(N_("Nobody has sat a paper at this stop yet."))


def _gathered(session: Session, stop_id: int) -> dict[str, dict[int, dict[str, Any]]]:
    """By table and id the rows that travel: the stop's own, and those they point to."""
    found: dict[str, dict[int, dict[str, Any]]] = {each.name: {} for each in (*CARRIED, SCORE)}
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for carried in (SCORE, *reversed(CARRIED)):
        rows = found[carried.name]
        identity = _identity(carried.table)
        columns = [identity.label("id"), *(carried.table.c[name] for name in carried.read)]
        if carried.of_stop is not None:
            for row in session.execute(select(*columns).where(identity.in_(carried.of_stop(stop_id)))).mappings():
                rows[row["id"]] = dict(row)
        for ids in batches(sorted(wanted[carried.name] - rows.keys())):
            for row in session.execute(select(*columns).where(identity.in_(ids))).mappings():
                rows[row["id"]] = dict(row)
        for name, target in pointers(carried):
            wanted[target].update(row[name] for row in rows.values() if row[name] is not None)
    return found


def _identity(table: Table) -> Column[Any]:
    (column,) = table.primary_key.columns
    return column


def _plain(carried: Carried, rows: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "columns": list(carried.read),
        "rows": [[number, *(shipments.shown(rows[number][name]) for name in carried.read)] for number in sorted(rows)],
    }


def _piece(session: Session, stop_id: int) -> Iterator[AuditEvent]:
    """The audit chain without a gap to its end, from the making of the hall's site or shortly before the opening."""
    opened = session.scalar(select(func.min(Sitting.opens_at)).where(Sitting.stop_id == stop_id))
    first = session.scalar(select(func.max(AuditEvent.id)).where(AuditEvent.action == HALL_MADE))
    if first is None and opened is not None:
        first = session.scalar(select(func.min(AuditEvent.id)).where(AuditEvent.at >= opened - BEFORE))
    if first is not None:
        yield from session.scalars(select(AuditEvent).where(AuditEvent.id >= first).order_by(AuditEvent.id))


_EVENT = ("at", "by", "action", "subject", "detail", "body", "previous", "digest")


def _event(row: AuditEvent) -> dict[str, Any]:
    return {name: shipments.shown(getattr(row, name)) for name in _EVENT}


def _check_piece(events: Sequence[Mapping[str, Any]]) -> None:
    """Raise NotAPackage when the hall's piece of the chain does not hold in itself."""
    previous = events[0]["previous"] if events else audit.FIRST
    for event in events:
        row = AuditEvent(**{**event, "at": datetime.fromisoformat(event["at"])})
        if audit.fault_of(row, previous) is not None:
            raise NotAPackage(N_("The hall's record of what was done does not hold together."))
        previous = row.digest


def _stop_named(session: Session, uid: str) -> Stop:
    found = session.scalar(select(Stop.id).where(Stop.uid == uid).with_for_update())
    if found is None:
        raise NotFound(N_("The stop these results are of is not known here."))
    return stop_by_id(session, found)


def _scored(session: Session, stop_id: int, done: Merged, scores: Mapping[str, Any], *, at: datetime) -> int:
    """Keep the scores that came where the marks say the same here; returns how many attempts are new."""
    new = sorted(done.new_attempts)
    _refuse_released(session, new)
    for ids in batches(new):
        _write_scores(session, ids, done, scores)
    for attempt in session.scalars(select(Attempt).where(Attempt.id.in_(new))):
        # what was corrected here while the hall was away is corrected in its papers too
        versions = session.scalars(
            select(PaperItem.question_version_id).where(PaperItem.paper_id == attempt.assignment.paper_id)
        ).all()
        corrections.apply_standing(session, attempt.id, versions, stop_id, at=at)
    again = sorted(done.marked - done.new_attempts)
    if again:
        keep_scores(session, again, cause=Cause.MARKED, at=at)
    return len(new)


def _refuse_released(session: Session, attempt_ids: Sequence[int]) -> None:
    released = (
        select(Attempt.id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(Attempt.id.in_(attempt_ids), Sitting.status == SittingStatus.RELEASED)
    )
    if session.scalar(released.limit(1)) is not None:
        raise NotAllowed(N_("The results of this paper are released here already; the file brings further papers."))


def _write_scores(session: Session, attempt_ids: Sequence[int], done: Merged, scores: Mapping[str, Any]) -> None:
    """Raises Conflict where counting the marks here gives another score than the hall's."""
    counted = dict(tallies(session, attempt_ids))
    hall = {here: there for there, here in done.ids[table_of(Attempt).name].items()}
    came = {row[1]: dict(zip(scores["columns"], row[1:], strict=True)) for row in scores["rows"]}
    columns = SCORE.table.c
    rows = []
    for attempt_id in attempt_ids:
        told, found = came.get(hall[attempt_id]), counted.get(attempt_id)
        if told is None and found is None:
            continue
        row = {name: shipments.read(columns[name], (told or {}).get(name)) for name in SCORE.read}
        if found is None or (row["marks"], row["total"], row["waiting"]) != (found.marks, found.total, found.waiting):
            raise Conflict(N_("The marks count differently here than they did in the hall. Nothing was taken over."))
        rows.append(row | {"attempt_id": attempt_id})
    if rows:
        session.execute(SCORE.table.insert(), rows)


def _noted(
    session: Session, taken: Taken, events: Sequence[Mapping[str, Any]], file: bytes, *, by: int | None, at: datetime
) -> None:
    """Keep the file as it came, and say in the chain what it was and where the hall's own chain stood."""
    detail = {
        "digest": taken.digest,
        "key": taken.key,
        "attempts": taken.attempts,
        "added": taken.added,
        "moved": taken.moved,
        "events": taken.events,
        "head": events[-1]["digest"] if events else audit.FIRST,
        "continues": bool(events) and audit.holds(session, _forerunner(events[0])),
    }
    row = Transfer(stop_id=taken.stop_id, direction=Direction.IN, digest=taken.digest, at=at, by=by, detail=detail)
    row.package = file
    session.add(row)
    session.flush()
    audit.record(session, "stop.results_taken_over", f"stop:{taken.stop_id}", by=by, at=at, detail=detail)


def _forerunner(first: Mapping[str, Any]) -> str:
    """Where the hall's piece hangs on the county's chain: the digest before it, or the head its making names."""
    return str(first["detail"].get("head", "") if first["action"] == HALL_MADE else first["previous"])

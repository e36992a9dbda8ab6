"""Verbs on tours, stops and their rosters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict, TypeVar, Unpack

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Person, Unit
from exam.accounts.secrets import new_ticket
from exam.tours import queries
from exam.tours.flow import ATTENDED, EDITABLE, Absence, DayOrder, StopStatus, advance, audience_of
from exam.tours.models import Lecture, Lecturer, RosterEntry, Stop, Tour, Venue
from exam.tours.seating import seats
from question_bank.enums import Audience
from question_bank.errors import N_, Conflict, NotAllowed

Row = TypeVar("Row", Tour, Venue, Lecturer, Lecture, Stop, RosterEntry)


class StopPlan(TypedDict, total=False):
    """What is planned of a stop; what is absent stays as it is."""

    number: int
    label: str
    unit: Unit
    venue: Venue | None
    lecture: Lecture | None
    starts_at: datetime
    ends_at: datetime
    day_order: DayOrder


@dataclass(frozen=True)
class Expected:
    """Somebody for the roster. Without an audience the person's or the unit's decides, without a seat the next free."""

    person: Person
    audience: Audience | None = None
    seat: int | None = None


def create_tour(
    session: Session, *, code: str, name: str, starts_on: date, ends_on: date, by: int | None, at: datetime
) -> Tour:
    """Raises Conflict when the code is taken, NotAllowed when it ends before it begins."""
    taken = select(Tour.id).where(Tour.code == code)
    _refuse_taken(session, taken, N_("There is a tour with the code %(code)s."), code)
    if ends_on < starts_on:
        raise NotAllowed(N_("The tour cannot end before it begins."))
    tour = Tour(code=code, name=name, starts_on=starts_on, ends_on=ends_on)
    return _added(session, tour, "tour.created", "tour", by=by, at=at, detail={"code": code, "name": name})


def create_venue(
    session: Session, *, name: str, unit: Unit, capacity: int, online: bool = False, by: int | None, at: datetime
) -> Venue:
    """Raises Conflict when the unit has a venue of that name."""
    taken = select(Venue.id).where(Venue.unit_id == unit.id, Venue.name == name)
    _refuse_taken(session, taken, N_("This unit already has a venue called %(code)s."), name)
    venue = Venue(name=name, unit_id=unit.id, capacity=capacity, online=online)
    return _added(session, venue, "venue.created", "venue", by=by, at=at, detail={"name": name, "capacity": capacity})


def register_lecturer(
    session: Session, *, code: str, person: Person, title: str, field: str, by: int | None, at: datetime
) -> Lecturer:
    """Raises Conflict when the code is taken or the person is registered already."""
    taken = select(Lecturer.id).where(Lecturer.code == code)
    _refuse_taken(session, taken, N_("There is a lecturer with the code %(code)s."), code)
    known = select(Lecturer.id).where(Lecturer.person_id == person.id)
    _refuse_taken(session, known, N_("%(code)s is registered as a lecturer already."), person.name)
    lecturer = Lecturer(code=code, person_id=person.id, title=title, field=field)
    return _added(
        session, lecturer, "lecturer.registered", "lecturer", by=by, at=at, detail={"code": code, "person": person.id}
    )


def create_lecture(session: Session, lecturer: Lecturer, *, title: str, by: int | None, at: datetime) -> Lecture:
    """Raises Conflict when this lecturer has a lecture of that title."""
    taken = select(Lecture.id).where(Lecture.lecturer_id == lecturer.id, Lecture.title == title)
    _refuse_taken(session, taken, N_("This lecturer already has the lecture %(code)s."), title)
    lecture = Lecture(lecturer_id=lecturer.id, title=title)
    return _added(
        session, lecture, "lecture.created", "lecture", by=by, at=at, detail={"lecturer": lecturer.id, "title": title}
    )


def plan_stop(
    session: Session,
    tour: Tour,
    *,
    number: int,
    unit: Unit,
    starts_at: datetime,
    ends_at: datetime,
    venue: Venue | None = None,
    lecture: Lecture | None = None,
    label: str = "",
    day_order: DayOrder = DayOrder.PAPER_FIRST,
    by: int | None,
    at: datetime,
) -> Stop:
    """A new stop of `tour`.

    Raises Conflict when the number is taken or venue or lecturer are elsewhere at that time,
    NotAllowed when it ends before it begins.
    """
    stop = Stop(tour_id=tour.id, status=StopStatus.PLANNED)
    plan = StopPlan(
        number=number,
        label=label,
        unit=unit,
        venue=venue,
        lecture=lecture,
        starts_at=starts_at,
        ends_at=ends_at,
        day_order=day_order,
    )
    with session.no_autoflush:
        _apply(stop, plan)
        _check_plan(session, stop)
    return _added(session, stop, "stop.planned", "stop", by=by, at=at, detail=_shown(plan))


def change_stop(
    session: Session, stop: Stop, *, seen: int, by: int | None, at: datetime, **plan: Unpack[StopPlan]
) -> Stop:
    """Change what is planned of `stop`; `seen` is the version (`stop.lock`) the changes were made on.

    Values equal to the present ones are no change. Raises Conflict when somebody else has changed the
    stop since, NotAllowed for what its status no longer lets change (`flow.EDITABLE`).
    """
    if stop.lock != seen:
        raise Conflict(N_("Somebody else has changed this stop since you opened it."))
    old = {key: getattr(stop, key) for key in plan}
    changed: dict[str, Any] = {key: value for key, value in plan.items() if old[key] != value}
    if not changed:
        return stop
    fixed = sorted(set(changed) - EDITABLE[stop.status])
    if fixed:
        raise NotAllowed(
            N_("A stop that is “%(status)s” keeps its %(fields)s."), status=stop.status, fields=", ".join(fixed)
        )
    with session.no_autoflush:
        _apply(stop, changed)
        _check_plan(session, stop)
    before = {key: old[key] for key in changed}
    detail = {"before": _shown(before), "after": _shown(changed)}
    session.flush()
    audit.record(session, "stop.changed", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return stop


def move(session: Session, stop: Stop, to: StopStatus, *, by: int | None, at: datetime, reason: str = "") -> Stop:
    """Take one step of `flow.TRANSITIONS`.

    Raises NotAllowed when the table lacks it, or when a cancellation has no reason.
    """
    before, stop.status = stop.status, advance(stop.status, to)
    if to is StopStatus.CANCELLED and not reason.strip():
        raise NotAllowed(N_("Say why the stop is cancelled; the reason is kept."))
    session.flush()
    detail = {"from": before.value, "to": to.value, "reason": reason.strip()}
    audit.record(session, f"stop.{to.value}", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return stop


def freeze_roster(
    session: Session,
    stop: Stop,
    persons: Iterable[Person | tuple[Person, Audience | None] | Expected],
    *,
    by: int | None,
    at: datetime,
) -> list[RosterEntry]:
    """Put `persons` on the roster and freeze name, unit and audience; returns the whole roster by seat.

    Somebody who is on it already keeps seat, ticket and audience, so the same call twice changes
    nothing, and nobody is taken off by being left out (`strike` does that, with a reason). Raises
    NotAllowed for an empty roster, an inactive person, or a stop that has begun; Conflict when a seat
    is asked for twice or taken.
    """
    if stop.status not in {StopStatus.PLANNED, StopStatus.ROSTERED}:
        raise NotAllowed(N_("The roster of a stop that is “%(status)s” is closed."), status=stop.status)
    roster = queries.roster_of(session, stop.id)
    known = {entry.person_id for entry in roster}
    wanted = {each.person.id: each for each in map(_expected, persons)}
    new = [each for person_id, each in wanted.items() if person_id not in known]
    if not roster and not new:
        raise NotAllowed(N_("A roster needs at least one person."))
    if not new:
        return roster
    session.add_all(_seated(session, stop, new, taken={entry.seat for entry in roster}))
    if stop.status is StopStatus.PLANNED:
        stop.status = advance(stop.status, StopStatus.ROSTERED)
    session.flush()
    detail = {"added": [each.person.id for each in new], "total": len(roster) + len(new)}
    audit.record(session, "roster.frozen", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return queries.roster_of(session, stop.id)


def add_walk_in(
    session: Session,
    stop: Stop,
    person: Person,
    *,
    audience: Audience | None = None,
    by: int | None,
    at: datetime,
) -> RosterEntry:
    """Somebody who came without being on the roster: the next seat, flagged, and checked in.

    Raises Conflict when the person is on the roster, NotAllowed when the stop takes nobody (yet).
    """
    _refuse_unless_attended(stop)
    roster = queries.roster_of(session, stop.id)
    if any(entry.person_id == person.id for entry in roster):
        raise Conflict(N_("%(name)s is on the roster already."), name=person.name)
    seat = max((entry.seat for entry in roster), default=0) + 1
    (entry,) = _seated(session, stop, [Expected(person, audience, seat)], taken=set())
    entry.walk_in = True
    entry.checked_in_at = at
    detail = {"stop": stop.id, "person": person.id, "seat": seat}
    return _added(session, entry, "walk_in.added", "roster_entry", by=by, at=at, detail=detail)


def strike(session: Session, entry: RosterEntry, *, reason: str, by: int | None, at: datetime) -> None:
    """Take a wrongly entered person off the roster before the stop begins; the audit keeps the row and the reason.

    Raises NotAllowed without a reason, once the stop has begun, once checked in, or when a paper is issued.
    """
    stop = session.get_one(Stop, entry.stop_id)
    if stop.status is not StopStatus.ROSTERED or entry.checked_in_at is not None:
        raise NotAllowed(
            N_("%(name)s can no longer be taken off the roster; record an absence instead."), name=entry.name
        )
    if not reason.strip():
        raise NotAllowed(N_("Say why %(name)s is taken off the roster; the reason is kept."), name=entry.name)
    detail = {
        "stop": entry.stop_id,
        "person": entry.person_id,
        "name": entry.name,
        "seat": entry.seat,
        "reason": reason.strip(),
    }
    try:
        with session.begin_nested():
            session.delete(entry)
    except IntegrityError as error:
        raise NotAllowed(
            N_("%(name)s has a paper already and stays on the roster; record an absence instead."), name=entry.name
        ) from error
    audit.record(session, "roster.struck", f"roster_entry:{entry.id}", by=by, at=at, detail=detail)


def check_in(session: Session, entry: RosterEntry, *, by: int | None, at: datetime) -> RosterEntry:
    """Record that somebody is there; a second time changes nothing. A noted absence is lifted.

    Raises NotAllowed when the stop takes nobody (yet).
    """
    _refuse_unless_attended(session.get_one(Stop, entry.stop_id))
    if entry.checked_in_at is not None:
        return entry
    detail = {"stop": entry.stop_id, "lifted": entry.absence.value}
    entry.checked_in_at = at
    entry.absence = Absence.NONE
    return _noted(session, entry, "entry.checked_in", by=by, at=at, detail=detail)


def undo_check_in(session: Session, entry: RosterEntry, *, by: int | None, at: datetime) -> RosterEntry:
    """Take back a check-in made by mistake. Raises NotAllowed when the stop is over."""
    _refuse_unless_attended(session.get_one(Stop, entry.stop_id))
    if entry.checked_in_at is None:
        return entry
    detail = {"stop": entry.stop_id, "was": entry.checked_in_at.isoformat()}
    entry.checked_in_at = None
    return _noted(session, entry, "entry.check_in_undone", by=by, at=at, detail=detail)


def set_absence(
    session: Session, entry: RosterEntry, absence: Absence, *, reason: str = "", by: int | None, at: datetime
) -> RosterEntry:
    """Record leave or absence, or lift it. The reason is kept in the audit.

    Raises NotAllowed for leave without a reason, for somebody who is checked in, or at a cancelled stop.
    """
    stop = session.get_one(Stop, entry.stop_id)
    if stop.status is StopStatus.CANCELLED:
        raise NotAllowed(N_("The stop is cancelled."))
    if absence is not Absence.NONE and entry.checked_in_at is not None:
        raise NotAllowed(N_("%(name)s is checked in; undo that first."), name=entry.name)
    if absence is Absence.LEAVE and not reason.strip():
        raise NotAllowed(N_("Approved leave needs its reason, such as who approved it."))
    if entry.absence is absence:
        return entry
    detail = {"stop": entry.stop_id, "before": entry.absence.value, "after": absence.value, "reason": reason.strip()}
    entry.absence = absence
    return _noted(session, entry, "entry.absence_set", by=by, at=at, detail=detail)


def _expected(given: Person | tuple[Person, Audience | None] | Expected) -> Expected:
    if isinstance(given, Expected):
        return given
    return Expected(given) if isinstance(given, Person) else Expected(*given)


def _seated(session: Session, stop: Stop, new: list[Expected], *, taken: set[int]) -> list[RosterEntry]:
    tickets = _fresh_tickets(session, len(new))
    given = seats([each.seat for each in new], taken=taken)
    return [
        _entry(stop, each, seat=seat, ticket=ticket) for each, seat, ticket in zip(new, given, tickets, strict=True)
    ]


def _entry(stop: Stop, each: Expected, *, seat: int, ticket: str) -> RosterEntry:
    person = each.person
    if not person.active:
        raise NotAllowed(N_("%(name)s is no longer active."), name=person.name)
    return RosterEntry(
        stop_id=stop.id,
        person_id=person.id,
        unit_id=person.unit_id,
        name=person.name,
        audience=each.audience or audience_of(person.audience, person.unit.category),
        seat=seat,
        ticket=ticket,
        walk_in=False,
        absence=Absence.NONE,
    )


def _fresh_tickets(session: Session, count: int) -> list[str]:
    """Codes nobody holds. Two draws meet once in 10^11; drawing again costs less than failing."""
    codes: set[str] = set()
    while len(codes) < count:
        codes |= {new_ticket() for _ in range(count - len(codes))}
        codes -= set(session.scalars(select(RosterEntry.ticket).where(RosterEntry.ticket.in_(codes))))
    return list(codes)


def _apply(stop: Stop, plan: StopPlan | dict[str, Any]) -> None:
    for key, value in plan.items():
        setattr(stop, key, value)
    if stop.unit is not None:
        stop.unit_id = stop.unit.id


def _check_plan(session: Session, stop: Stop) -> None:
    if stop.starts_at >= stop.ends_at:
        raise NotAllowed(N_("The stop cannot end before it begins."))
    same = queries.stop_by_number(session, stop.tour_id, stop.number)
    if same is not None and same is not stop:
        raise Conflict(N_("This tour already has a stop number %(number)s."), number=stop.number)
    for other in queries.overlapping(session, starts_at=stop.starts_at, ends_at=stop.ends_at, apart_from=stop.id):
        if stop.venue is not None and other.venue is stop.venue:
            raise Conflict(N_("The venue is taken at that time by stop number %(number)s."), number=other.number)
        if stop.lecture and other.lecture and other.lecture.lecturer_id == stop.lecture.lecturer_id:
            raise Conflict(N_("The lecturer is at stop number %(number)s at that time."), number=other.number)


def _refuse_unless_attended(stop: Stop) -> None:
    if stop.status not in ATTENDED:
        raise NotAllowed(N_("Nobody can be checked in at a stop that is “%(status)s”."), status=stop.status)


def _refuse_taken(session: Session, query: Select[int], template: str, code: str) -> None:
    if session.scalar(query) is not None:
        raise Conflict(template, code=code)


def _shown(plan: StopPlan | dict[str, Any]) -> dict[str, Any]:
    """Values as JSON: times in ISO 8601, objects as their ids."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value.id if hasattr(value, "id") else value
        for key, value in plan.items()
    }


def _added(
    session: Session, row: Row, action: str, kind: str, *, by: int | None, at: datetime, detail: dict[str, Any]
) -> Row:
    session.add(row)
    session.flush()
    audit.record(session, action, f"{kind}:{row.id}", by=by, at=at, detail=detail)
    return row


def _noted(
    session: Session, entry: RosterEntry, action: str, *, by: int | None, at: datetime, detail: dict[str, Any]
) -> RosterEntry:
    session.flush()
    audit.record(session, action, f"roster_entry:{entry.id}", by=by, at=at, detail=detail)
    return entry

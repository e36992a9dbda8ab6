"""Reads on tours, stops and rosters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from exam.accounts.models import Person, RoleGrant, Unit
from exam.accounts.roles import Role, UnitCategory
from exam.accounts.secrets import clean_ticket
from exam.tours.flow import Absence, Purpose, StopStatus
from exam.tours.models import Lecture, Lecturer, RosterEntry, Stop, Tour, Venue
from question_bank.enums import Audience
from question_bank.errors import N_, NotFound

Row = TypeVar("Row", Venue, Lecture, Lecturer)

TOURED = (
    UnitCategory.TOWN,
    UnitCategory.SUBDISTRICT,
    UnitCategory.ZONE,
    UnitCategory.BUREAU,
    UnitCategory.RESIDENT_OFFICE,
)
"""The categories of unit a tour goes to."""

WALK_INS_SHOWN = 20
"""So many persons are offered for one search; more calls for a longer search."""


TICKET_LASTS = timedelta(days=30)
"""So long after the stop a printed ticket still opens it, for the candidate's own result."""


@dataclass(frozen=True)
class Attendance:
    """Heads on a roster. `expected` counts walk-ins and people on leave too, but not the exempt."""

    expected: int = 0
    checked_in: int = 0
    walk_ins: int = 0
    leave: int = 0
    absent: int = 0
    exempt: int = 0

    @property
    def away(self) -> int:
        return self.leave + self.absent + self.exempt

    @property
    def missing(self) -> int:
        """Neither there nor accounted for."""
        return self.expected - self.checked_in - self.leave - self.absent


@dataclass(frozen=True)
class StopLine:
    """One stop of the board."""

    stop: Stop
    attendance: Attendance


@dataclass(frozen=True)
class UnitLine:
    """Whether the tour has been to a unit: the stops there that were not cancelled, in order of time."""

    unit: Unit
    stops: tuple[Stop, ...]

    @property
    def visited(self) -> bool:
        return any(stop.status is StopStatus.FINISHED for stop in self.stops)


def tour_by_id(session: Session, tour_id: int) -> Tour:
    """Raises NotFound."""
    found = session.get(Tour, tour_id)
    if found is None:
        raise NotFound(N_("There is no such tour."))
    return found


def tours(session: Session) -> list[Tour]:
    """Every tour, the newest first."""
    return list(session.scalars(select(Tour).order_by(Tour.starts_on.desc(), Tour.id.desc())))


def current_tour(session: Session) -> Tour | None:
    """The tour the board opens with: the one that begins last."""
    return session.scalar(select(Tour).order_by(Tour.starts_on.desc(), Tour.id.desc()).limit(1))


def _stops() -> Select[Stop]:
    return select(Stop).options(
        joinedload(Stop.tour),
        joinedload(Stop.unit),
        joinedload(Stop.venue),
        joinedload(Stop.lecture).joinedload(Lecture.lecturer).joinedload(Lecturer.person),
    )


def stop_by_id(session: Session, stop_id: int) -> Stop:
    """The stop with its tour, unit, venue and lecture loaded. Raises NotFound."""
    found = session.scalar(_stops().where(Stop.id == stop_id))
    if found is None:
        raise NotFound(N_("There is no such stop."))
    return found


def stop_by_number(session: Session, tour_id: int, number: int) -> Stop | None:
    return session.scalar(_stops().where(Stop.tour_id == tour_id, Stop.number == number))


def stops_of(session: Session, tour_id: int) -> list[Stop]:
    """The tour's stops in order of time."""
    return list(session.scalars(_stops().where(Stop.tour_id == tour_id).order_by(Stop.starts_at, Stop.number)))


def stops_of_unit(session: Session, unit_id: int) -> list[Stop]:
    """Every stop at one unit, in order of time."""
    return list(session.scalars(_stops().where(Stop.unit_id == unit_id).order_by(Stop.starts_at)))


def overlapping(session: Session, *, starts_at: datetime, ends_at: datetime, apart_from: int | None) -> list[Stop]:
    """Stops that share some time with the given span and are not cancelled."""
    query = _stops().where(Stop.starts_at < ends_at, Stop.ends_at > starts_at, Stop.status != StopStatus.CANCELLED)
    return list(session.scalars(query if apart_from is None else query.where(Stop.id != apart_from)))


def next_number(session: Session, tour_id: int) -> int:
    """The number a new stop gets."""
    return (session.scalar(select(func.max(Stop.number)).where(Stop.tour_id == tour_id)) or 0) + 1


def roster_of(session: Session, stop_id: int) -> list[RosterEntry]:
    """The roster by seat, with unit and person loaded."""
    return list(
        session.scalars(
            select(RosterEntry)
            .where(RosterEntry.stop_id == stop_id)
            .options(joinedload(RosterEntry.unit), joinedload(RosterEntry.person))
            .order_by(RosterEntry.seat)
        )
    )


def entry_by_id(session: Session, entry_id: int) -> RosterEntry:
    """Raises NotFound."""
    found = session.scalar(
        select(RosterEntry)
        .where(RosterEntry.id == entry_id)
        .options(joinedload(RosterEntry.unit), joinedload(RosterEntry.person))
    )
    if found is None:
        raise NotFound(N_("There is no such entry on the roster."))
    return found


@dataclass(frozen=True)
class Place:
    """An entry and the stop whose roster it is on."""

    stop: Stop
    entry: RosterEntry


def place_by_id(session: Session, stop_id: int, entry_id: int) -> Place:
    """An entry at its own stop. Raises NotFound, also for an entry of another stop."""
    place = Place(stop_by_id(session, stop_id), entry_by_id(session, entry_id))
    if place.entry.stop_id != stop_id:
        raise NotFound(N_("There is no such entry on the roster."))
    return place


def entry_by_ticket(session: Session, typed: str) -> RosterEntry | None:
    """Whose printed code this is, at whichever stop; case, width, spaces and dashes do not matter."""
    return session.scalar(
        select(RosterEntry).where(RosterEntry.ticket == clean_ticket(typed)).options(joinedload(RosterEntry.unit))
    )


def ticket_entry(session: Session, code: str, *, at: datetime) -> RosterEntry | None:
    """The roster entry that a cleaned ticket code opens at the moment `at`, None when it opens nothing."""
    return session.scalar(
        select(RosterEntry)
        .join(Stop, Stop.id == RosterEntry.stop_id)
        .join(Person, Person.id == RosterEntry.person_id)
        .where(
            RosterEntry.ticket == code,
            Person.active,
            Stop.status != StopStatus.CANCELLED,
            Stop.ends_at > at - TICKET_LASTS,
        )
    )


def attendance(session: Session, stop_ids: Sequence[int]) -> dict[int, Attendance]:
    """The heads of each stop's roster; a stop without one counts nobody."""

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    rows = session.execute(
        select(
            RosterEntry.stop_id,
            count(RosterEntry.absence != Absence.EXEMPT),
            count(RosterEntry.checked_in_at.is_not(None)),
            count(RosterEntry.walk_in.is_(True)),
            count(RosterEntry.absence == Absence.LEAVE),
            count(RosterEntry.absence == Absence.ABSENT),
            count(RosterEntry.absence == Absence.EXEMPT),
        )
        .where(RosterEntry.stop_id.in_(stop_ids))
        .group_by(RosterEntry.stop_id)
    )
    found = {stop_id: Attendance(*(int(each) for each in counts)) for stop_id, *counts in rows}
    return {stop_id: found.get(stop_id, Attendance()) for stop_id in stop_ids}


def board(session: Session, tour: Tour) -> list[StopLine]:
    """The tour's stops in order of time with the heads of their rosters (two queries, however many stops)."""
    stops = stops_of(session, tour.id)
    heads = attendance(session, [stop.id for stop in stops])
    return [StopLine(stop, heads[stop.id]) for stop in stops]


def coverage(session: Session, stops: Sequence[Stop]) -> list[UnitLine]:
    """Every unit a tour goes to, and which of `stops` are there; a make-up stop is no visit."""
    units = session.scalars(select(Unit).where(Unit.category.in_(TOURED)).order_by(Unit.code))
    at: dict[int, list[Stop]] = {}
    for stop in stops:
        if stop.status is not StopStatus.CANCELLED and stop.purpose is Purpose.REGULAR:
            at.setdefault(stop.unit_id, []).append(stop)
    return [UnitLine(unit, tuple(at.get(unit.id, ()))) for unit in units]


def toured_units(session: Session) -> list[Unit]:
    """The units a stop can be at, by code."""
    return list(session.scalars(select(Unit).where(Unit.category.in_(TOURED)).order_by(Unit.code)))


def venue_by_id(session: Session, venue_id: int) -> Venue:
    return _got(session, Venue, venue_id)


def lecture_by_id(session: Session, lecture_id: int) -> Lecture:
    return _got(session, Lecture, lecture_id)


def lecturer_by_id(session: Session, lecturer_id: int) -> Lecturer:
    return _got(session, Lecturer, lecturer_id)


def _got(session: Session, table: type[Row], row_id: int) -> Row:
    found = session.get(table, row_id)
    if found is None:
        raise NotFound(N_("What was chosen is no longer there. Reload the page and choose again."))
    return found


def venues(session: Session) -> list[Venue]:
    return list(session.scalars(select(Venue).options(joinedload(Venue.unit)).order_by(Venue.name)))


def lecturers(session: Session) -> list[Lecturer]:
    return list(session.scalars(select(Lecturer).options(joinedload(Lecturer.person)).order_by(Lecturer.code)))


def lectures(session: Session) -> list[Lecture]:
    return list(
        session.scalars(
            select(Lecture)
            .join(Lecture.lecturer)
            .options(joinedload(Lecture.lecturer).joinedload(Lecturer.person))
            .order_by(Lecturer.code, Lecture.title)
        )
    )


def lecturer_of(session: Session, person_id: int) -> Lecturer | None:
    return session.scalar(select(Lecturer).where(Lecturer.person_id == person_id))


def candidates_under(session: Session, unit_id: int) -> list[Person]:
    """Active candidates of a unit and of the units below it (a town's villages), by unit and staff number."""
    below = select(Unit.id).where((Unit.id == unit_id) | (Unit.parent_id == unit_id))
    candidates = select(RoleGrant.person_id).where(RoleGrant.role == Role.CANDIDATE)
    return list(
        session.scalars(
            select(Person)
            .join(Person.unit)
            .where(Person.unit_id.in_(below), Person.active, Person.id.in_(candidates))
            .options(joinedload(Person.unit))
            .order_by(Unit.code, Person.code)
        )
    )


def units_under(session: Session, unit_id: int) -> list[str]:
    """The names of a unit and of those below it, by code."""
    below = (Unit.id == unit_id) | (Unit.parent_id == unit_id)
    return list(session.scalars(select(Unit.name).where(below).order_by(Unit.code)))


def audiences_of(session: Session, stop_id: int) -> dict[Audience, int]:
    """How many on the roster sit each specification."""
    rows = session.execute(
        select(RosterEntry.audience, func.count()).where(RosterEntry.stop_id == stop_id).group_by(RosterEntry.audience)
    )
    counted: dict[Audience, int] = dict(iter(rows))
    return counted


def lecturer_candidates(session: Session) -> list[Person]:
    """Persons with the lecturer's role who are not registered as lecturers yet, by name."""
    registered = select(Lecturer.person_id)
    return list(
        session.scalars(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == Role.LECTURER, Person.active, Person.id.not_in(registered))
            .options(joinedload(Person.unit))
            .order_by(Person.name, Person.id)
        )
    )


def people_to_walk_in(session: Session, stop_id: int, text: str, *, within: int | None) -> list[Person]:
    """Active persons not on the roster whose name or staff number contains `text`, at most WALK_INS_SHOWN.

    `within` limits them to one unit and the units below it.
    """
    enrolled = select(RosterEntry.person_id).where(RosterEntry.stop_id == stop_id)
    wanted = (
        select(Person)
        .join(Person.unit)
        .where(
            Person.active,
            Person.id.not_in(enrolled),
            Person.name.contains(text, autoescape=True) | Person.code.contains(text, autoescape=True),
        )
        .options(contains_eager(Person.unit))
        .order_by(Person.name, Person.id)
        .limit(WALK_INS_SHOWN)
    )
    if within is not None:
        wanted = wanted.where((Unit.id == within) | (Unit.parent_id == within))
    return list(session.scalars(wanted))

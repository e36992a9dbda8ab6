"""Reads of the training ledger: per person, per unit, and one person's sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import Session, joinedload, undefer

from exam.accounts.models import Person, RoleGrant, Unit
from exam.accounts.roles import Role
from exam.lessons.models import StoredFile
from exam.sittings.models import Assignment, Attempt
from exam.tours.flow import StopStatus
from exam.tours.models import Lecture, Lecturer, RosterEntry, Stop, Tour
from exam.training.hours import HoursRule, counted, rule_of
from exam.training.models import ExternalTraining, TrainingStatus
from question_bank.errors import N_, NotFound

HELD = (StopStatus.RUNNING, StopStatus.FINISHED)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Heard:
    """One stop for one person: papers handed in, the lecture heard (None where none was given), the hours."""

    stop: Stop
    papers: int
    lecture: Lecture | None
    hours: Decimal


@dataclass
class PersonLine:
    """One person's year. `waiting` counts external trainings nobody has confirmed yet."""

    person: Person
    stops: int = 0
    papers: int = 0
    lectures: int = 0
    at_stops: Decimal = NOTHING
    external: Decimal = NOTHING
    waiting: int = 0

    @property
    def hours(self) -> Decimal:
        return self.at_stops + self.external


@dataclass
class UnitLine:
    """A unit's year: its people, how many of them have any hours, and the hours of all."""

    unit: Unit
    people: int = 0
    trained: int = 0
    hours: Decimal = NOTHING

    @property
    def mean(self) -> Decimal:
        return (self.hours / self.people).quantize(Decimal("0.01")) if self.people else NOTHING


@dataclass(frozen=True)
class Wanted:
    """What a list shows. `within` limits it to a unit and the units right below it; None is the county."""

    year: int
    within: int | None = None
    unit_id: int | None = None
    text: str = ""
    without_hours: bool = False


@dataclass(frozen=True)
class Ledger:
    """Everything one list shows, people by unit and name."""

    people: list[PersonLine]
    units: list[UnitLine]

    @property
    def whole(self) -> UnitLine:
        """The same figures over all units listed."""
        return UnitLine(
            Unit(name=""),
            sum(each.people for each in self.units),
            sum(each.trained for each in self.units),
            sum((each.hours for each in self.units), NOTHING),
        )


@dataclass(frozen=True)
class Year:
    """One year of one person."""

    year: int
    heard: list[Heard] = field(default_factory=list)
    external: list[ExternalTraining] = field(default_factory=list)

    @property
    def hours(self) -> Decimal:
        confirmed = (each.hours for each in self.external if each.status is TrainingStatus.CONFIRMED)
        return sum((each.hours for each in self.heard), NOTHING) + sum(confirmed, NOTHING)


def years_known(session: Session, zone: tzinfo, *, today: date) -> list[int]:
    """The years in which a stop was held, and this one, the latest first."""
    first = session.scalar(select(func.min(Stop.starts_at)).where(Stop.status.in_(HELD)))
    earliest = min(first.astimezone(zone).year if first else today.year, today.year)
    return list(range(today.year, earliest - 1, -1))


def ledger(session: Session, wanted: Wanted, *, zone: tzinfo) -> Ledger:
    """The year of everybody who is asked for (four queries, however many people)."""
    lines = {person.id: PersonLine(person) for person in session.scalars(_people(wanted))}
    for person_id, papers, stop, tour in _visits(session, wanted.year, zone):
        if person_id in lines:
            _add_visit(lines[person_id], papers, stop, rule_of(tour.hours))
    for training in _externals(session, wanted.year):
        if training.person_id in lines:
            _add_training(lines[training.person_id], training)
    people = [line for line in lines.values() if not (wanted.without_hours and line.hours)]
    return Ledger(people, _by_unit(people))


def units_with_people(session: Session, *, within: int | None) -> list[Unit]:
    """The units whose people have a sheet, by code."""
    wanted = select(Unit).where(select(Person.id).where(Person.unit_id == Unit.id, Person.active).exists())
    if within is not None:
        wanted = wanted.where((Unit.id == within) | (Unit.parent_id == within))
    return list(session.scalars(wanted.order_by(Unit.code)))


def _people(wanted: Wanted) -> Select[Person]:
    found = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .join(RoleGrant, (RoleGrant.person_id == Person.id) & (RoleGrant.role == Role.CANDIDATE))
        .where(Person.active)
        .options(joinedload(Person.unit))
        .order_by(Unit.code, Person.name, Person.id)
    )
    if wanted.within is not None:
        found = found.where((Unit.id == wanted.within) | (Unit.parent_id == wanted.within))
    if wanted.unit_id is not None:
        found = found.where((Unit.id == wanted.unit_id) | (Unit.parent_id == wanted.unit_id))
    if wanted.text:
        found = found.where(
            Person.name.contains(wanted.text, autoescape=True) | Person.code.contains(wanted.text, autoescape=True)
        )
    return found


def _span(year: int, zone: tzinfo) -> tuple[datetime, datetime]:
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def _visits(session: Session, year: int, zone: tzinfo) -> Iterable[tuple[int, int, Stop, Tour]]:
    """Person, papers handed in, stop and tour of everybody who was checked in at a stop of that year."""
    first, last = _span(year, zone)
    papers = _papers()
    rows = session.execute(
        select(RosterEntry.person_id, func.coalesce(papers.c.papers, 0), Stop, Tour)
        .join(Stop, Stop.id == RosterEntry.stop_id)
        .join(Tour, Tour.id == Stop.tour_id)
        .outerjoin(papers, papers.c.entry_id == RosterEntry.id)
        .where(
            RosterEntry.checked_in_at.is_not(None),
            Stop.status.in_(HELD),
            Stop.starts_at >= first,
            Stop.starts_at < last,
        )
    )
    return ((person_id, count, stop, tour) for person_id, count, stop, tour in rows)


def _papers() -> Subquery:
    return (
        select(Assignment.roster_entry_id.label("entry_id"), func.count().label("papers"))
        .join(Attempt, Attempt.assignment_id == Assignment.id)
        .where(Attempt.ended_at.is_not(None))
        .group_by(Assignment.roster_entry_id)
        .subquery()
    )


def _externals(session: Session, year: int) -> Sequence[ExternalTraining]:
    return session.scalars(
        select(ExternalTraining).where(
            ExternalTraining.ends_on >= date(year, 1, 1), ExternalTraining.ends_on <= date(year, 12, 31)
        )
    ).all()


def _add_visit(line: PersonLine, papers: int, stop: Stop, rule: HoursRule) -> None:
    lectures = int(stop.lecture_id is not None)
    line.stops += 1
    line.papers += papers
    line.lectures += lectures
    line.at_stops += counted(rule, papers=papers, lectures=lectures)


def _add_training(line: PersonLine, training: ExternalTraining) -> None:
    if training.status is TrainingStatus.CONFIRMED:
        line.external += training.hours
    elif training.status is TrainingStatus.REPORTED:
        line.waiting += 1


def _by_unit(people: Iterable[PersonLine]) -> list[UnitLine]:
    found: dict[int, UnitLine] = {}
    for line in people:
        unit = found.setdefault(line.person.unit_id, UnitLine(line.person.unit))
        unit.people += 1
        unit.trained += int(line.hours > 0)
        unit.hours += line.hours
    return list(found.values())


def years_of(session: Session, person: Person, *, zone: tzinfo) -> list[Year]:
    """One person's years, the latest first: every stop the person was at, every training reported."""
    papers = _papers()
    rows = session.execute(
        select(Stop, Tour, func.coalesce(papers.c.papers, 0))
        .join(RosterEntry, RosterEntry.stop_id == Stop.id)
        .join(Tour, Tour.id == Stop.tour_id)
        .outerjoin(papers, papers.c.entry_id == RosterEntry.id)
        .where(RosterEntry.person_id == person.id, RosterEntry.checked_in_at.is_not(None), Stop.status.in_(HELD))
        .options(
            joinedload(Stop.unit), joinedload(Stop.lecture).joinedload(Lecture.lecturer).joinedload(Lecturer.person)
        )
        .order_by(Stop.starts_at)
    )
    found: dict[int, Year] = {}
    for stop, tour, count in rows:
        year = stop.starts_at.astimezone(zone).year
        hours = counted(rule_of(tour.hours), papers=count, lectures=int(stop.lecture is not None))
        found.setdefault(year, Year(year)).heard.append(Heard(stop, count, stop.lecture, hours))
    trainings = select(ExternalTraining).where(ExternalTraining.person_id == person.id)
    for training in session.scalars(trainings.order_by(ExternalTraining.ends_on, ExternalTraining.id)):
        found.setdefault(training.ends_on.year, Year(training.ends_on.year)).external.append(training)
    return sorted(found.values(), key=lambda each: -each.year)


def training_by_id(session: Session, training_id: int) -> ExternalTraining:
    """With its person and unit. Raises NotFound."""
    whole = [joinedload(ExternalTraining.person).joinedload(Person.unit), joinedload(ExternalTraining.file)]
    found = session.get(ExternalTraining, training_id, options=whole)
    if found is None:
        raise NotFound(N_("There is no such training."))
    return found


def waiting(session: Session) -> Sequence[ExternalTraining]:
    """Trainings nobody has decided on, the oldest report first."""
    return session.scalars(
        select(ExternalTraining)
        .where(ExternalTraining.status == TrainingStatus.REPORTED)
        .options(joinedload(ExternalTraining.person).joinedload(Person.unit))
        .order_by(ExternalTraining.reported_at, ExternalTraining.id)
    ).all()


def waiting_count(session: Session) -> int:
    """How many trainings wait for a decision."""
    wanted = select(func.count()).where(ExternalTraining.status == TrainingStatus.REPORTED)
    return session.scalar(wanted) or 0


def certificate(session: Session, training: ExternalTraining) -> StoredFile:
    """The file of a training with its content. Raises NotFound where there is none."""
    if training.file_id is None:
        raise NotFound(N_("There is no such file."))
    return session.get_one(StoredFile, training.file_id, options=[undefer(StoredFile.content)], populate_existing=True)

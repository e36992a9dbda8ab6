"""Reads: the draft of a tour, and the calendar of values it stands for."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.models import Person, RoleGrant, Unit
from exam.accounts.roles import Role
from exam.tours import queries
from exam.tours.flow import Absence, Purpose, StopStatus
from exam.tours.models import Lecture, Placement, RosterEntry, Stop, StopDepartment, Tour, TourDraft, Venue
from exam.tours.planned import NONE, Calendar, Host, Place, Talk, Teacher, Visit
from exam.tours.planning_rules import Availability, PlanRules
from exam.workdays.queries import workdays
from question_bank.errors import N_, NotFound

HELD = frozenset({StopStatus.RUNNING, StopStatus.FINISHED})
"""Stops that no draft moves any more."""

Weak = Mapping[int, tuple[str, ...]]
"""By a unit's id the codes of the topics its people know least, the worst first."""


@dataclass(frozen=True)
class Roster:
    """Of one stop: who is on it, and how many seats it takes."""

    people: frozenset[int] = NONE
    heads: int = 0


def rules_of(tour: Tour) -> PlanRules:
    return PlanRules.model_validate(tour.rules)


def draft_of(session: Session, tour: Tour) -> TourDraft | None:
    """The draft that is open, None where there is none."""
    return session.scalar(select(TourDraft).where(TourDraft.tour_id == tour.id))


def placements_of(session: Session, draft: TourDraft) -> list[Placement]:
    """The draft's placements with unit, venue and lecturer loaded, in order of time, those that wait at the end."""
    query = _placements().where(Placement.draft_id == draft.id)
    return list(session.scalars(query.order_by(Placement.starts_at.is_(None), Placement.starts_at, Placement.id)))


def placement_by_id(session: Session, placement_id: int) -> Placement:
    """Raises NotFound."""
    found = session.scalar(_placements().where(Placement.id == placement_id))
    if found is None:
        raise NotFound(N_("This stop is no longer in the draft. Reload the page."))
    return found


def _placements() -> Select[Placement]:
    return select(Placement).options(
        joinedload(Placement.unit),
        joinedload(Placement.venue),
        joinedload(Placement.lecture).joinedload(Lecture.lecturer),
    )


def stops_behind(session: Session, placements: Collection[Placement]) -> dict[int, Stop]:
    """The stops that the placements stand for, by their ids."""
    ids = [each.stop_id for each in placements if each.stop_id is not None]
    return {each.id: each for each in session.scalars(select(Stop).where(Stop.id.in_(ids)))}


def calendar_of(
    session: Session, draft: TourDraft, *, zone: ZoneInfo, at: datetime, weak: Weak | None = None
) -> Calendar:
    """The draft as values; a visit's key is its placement's id. Dropped stops are left out.

    A stop counts as settled when it is held or has been, or when its time has come and the draft leaves it there.
    """
    tour = session.get_one(Tour, draft.tour_id)
    placements = [each for each in placements_of(session, draft) if not each.dropped]
    stops = stops_behind(session, placements)
    visits = _own(session, placements, stops, at=at) + _foreign(session, tour)
    return _around(session, tour, tuple(visits), zone=zone, weak=weak or {})


def stops_calendar(session: Session, tour: Tour, *, zone: ZoneInfo, at: datetime) -> Calendar:
    """The tour's stops as they stand, without a draft; a visit's key is its stop's id."""
    stops = [each for each in queries.stops_of(session, tour.id) if each.status is not StopStatus.CANCELLED]
    rosters, departments = _rosters(session, [each.id for each in stops]), departments_of(session, stops)
    visits = [
        _visit(each.id, each, rosters.get(each.id), departments.get(each.id, NONE), settled=_settled(each, at))
        for each in stops
    ]
    return _around(session, tour, tuple(visits + _foreign(session, tour)), zone=zone, weak={})


def departments_of(session: Session, stops: Collection[Stop]) -> dict[int, frozenset[int]]:
    """By a stop's id the departments that answer there."""
    ids = [each.id for each in stops]
    found: defaultdict[int, set[int]] = defaultdict(set)
    for each in session.scalars(select(StopDepartment).where(StopDepartment.stop_id.in_(ids))):
        found[each.stop_id].add(each.unit_id)
    return {stop: frozenset(units) for stop, units in found.items()}


def settled(stop: Stop | None, placement: Placement, at: datetime) -> bool:
    """Whether the draft can no longer change this placement's time and place."""
    if stop is None:
        return False
    unmoved = (placement.starts_at, placement.ends_at) == (stop.starts_at, stop.ends_at)
    return stop.status in HELD or (unmoved and _settled(stop, at))


def _settled(stop: Stop, at: datetime) -> bool:
    return stop.status in HELD or stop.starts_at <= at


def _own(session: Session, placements: list[Placement], stops: dict[int, Stop], *, at: datetime) -> list[Visit]:
    rosters, departments = _rosters(session, list(stops)), departments_of(session, stops.values())
    visits = []
    for each in placements:
        stop = None if each.stop_id is None else stops[each.stop_id]
        known = None if stop is None else rosters.get(stop.id)
        answering = NONE if stop is None else departments.get(stop.id, NONE)
        regular = stop is None or stop.purpose is Purpose.REGULAR
        visits.append(
            _visit(each.id, each, known, answering, settled=settled(stop, each, at), fixed=each.fixed, regular=regular)
        )
    return visits


def _visit(
    key: int,
    row: Placement | Stop,
    roster: Roster | None,
    departments: frozenset[int],
    *,
    settled: bool = False,
    fixed: bool = False,
    foreign: bool = False,
    regular: bool | None = None,
) -> Visit:
    return Visit(
        key=key,
        unit=row.unit_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        venue=row.venue_id,
        talk=row.lecture_id,
        heads=None if roster is None else roster.heads,
        people=NONE if roster is None else roster.people,
        departments=departments,
        regular=row.purpose is Purpose.REGULAR if isinstance(row, Stop) else regular is not False,
        fixed=fixed,
        settled=settled,
        foreign=foreign,
    )


def _foreign(session: Session, tour: Tour) -> list[Visit]:
    """The stops of other tours, which occupy venues and lecturers too; nothing can be done about them here."""
    query = select(Stop).where(Stop.tour_id != tour.id, Stop.status != StopStatus.CANCELLED).order_by(Stop.id)
    stops = list(session.scalars(query))
    rosters = _rosters(session, [each.id for each in stops if each.ends_at.date() >= tour.starts_on])
    return [_visit(-each.id, each, rosters.get(each.id), NONE, foreign=True) for each in stops]


def _rosters(session: Session, stop_ids: Collection[int]) -> dict[int, Roster]:
    rows = session.execute(
        select(RosterEntry.stop_id, RosterEntry.person_id).where(
            RosterEntry.stop_id.in_(stop_ids), RosterEntry.absence.not_in([Absence.EXEMPT, Absence.LEAVE])
        )
    )
    people: defaultdict[int, set[int]] = defaultdict(set)
    for stop_id, person_id in rows:
        people[stop_id].add(person_id)
    return {stop_id: Roster(frozenset(them), len(them)) for stop_id, them in people.items()}


def _around(session: Session, tour: Tour, visits: tuple[Visit, ...], *, zone: ZoneInfo, weak: Weak) -> Calendar:
    places = {
        each.id: Place(each.id, each.name, each.unit_id, each.capacity, each.online, each.latitude, each.longitude)
        for each in queries.venues(session)
    }
    return Calendar(
        visits=visits,
        places=places,
        teachers={
            each.id: Teacher(each.id, each.person.name, Availability.model_validate(each.availability))
            for each in queries.lecturers(session)
        },
        talks={
            each.id: Talk(each.id, each.title, each.lecturer_id, tuple(each.topics))
            for each in queries.lectures(session)
        },
        hosts=_hosts(session, {each.unit for each in visits}, places, weak),
        starts_on=tour.starts_on,
        ends_on=tour.ends_on,
        zone=zone,
        rules=rules_of(tour),
        workdays=workdays(session),
    )


def _hosts(session: Session, unit_ids: set[int], places: Mapping[int, Place], weak: Weak) -> dict[int, Host]:
    homes: dict[int, tuple[float, float]] = {}
    for each in places.values():
        if each.point is not None and not each.online:
            homes.setdefault(each.unit, each.point)
    heads = _candidates(session, unit_ids)
    return {
        unit.id: Host(
            unit.id,
            unit.name,
            heads=heads.get(unit.id, 0),
            industries=tuple(unit.industries),
            weak=weak.get(unit.id, ()),
            home=homes.get(unit.id) or (None if unit.parent_id is None else homes.get(unit.parent_id)),
            parent=unit.parent_id,
        )
        for unit in session.scalars(select(Unit).where(Unit.id.in_(unit_ids)))
    }


def _candidates(session: Session, unit_ids: set[int]) -> dict[int, int]:
    """How many active candidates each unit and the units directly below it have together."""
    candidates = select(RoleGrant.person_id).where(RoleGrant.role == Role.CANDIDATE)
    rows = session.execute(
        select(Unit.id, Unit.parent_id, func.count())
        .join(Person, Person.unit_id == Unit.id)
        .where(Person.active, Person.id.in_(candidates))
        .group_by(Unit.id, Unit.parent_id)
    )
    found: defaultdict[int, int] = defaultdict(int)
    for unit, parent, count in rows:
        for each in unit_ids.intersection({unit, parent}):
            found[each] += count
    return dict(found)


def makes_up(session: Session, placement: Placement) -> bool:
    """Whether it stands for a make-up stop, which is no visit of the tour."""
    stop = None if placement.stop_id is None else session.get_one(Stop, placement.stop_id)
    return stop is not None and stop.purpose is Purpose.MAKE_UP


def tried(
    session: Session,
    placement: Placement,
    *,
    starts_at: datetime,
    ends_at: datetime,
    venue: Venue | None,
    lecture: Lecture | None,
    at: datetime,
) -> Visit:
    """The placement as a visit at another time and place; nothing is written."""
    stops = stops_behind(session, [placement])
    (now,) = _own(session, [placement], stops, at=at)
    return replace(
        now,
        starts_at=starts_at,
        ends_at=ends_at,
        venue=None if venue is None else venue.id,
        talk=None if lecture is None else lecture.id,
        settled=False,
    )


def with_one(calendar: Calendar, visit: Visit) -> Calendar:
    """The calendar with this visit in place of the one with its key, or beside the others."""
    others = tuple(each for each in calendar.visits if each.key != visit.key)
    return replace(calendar, visits=(*others, visit))

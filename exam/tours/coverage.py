"""Where a tour has been, down to the villages: reads, and the pure judgement of what counts as been to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.accounts.models import Unit
from exam.accounts.roles import UnitCategory
from exam.tours.flow import Absence, Purpose, StopStatus
from exam.tours.models import RosterEntry, Stop, Tour, Venue
from exam.tours.queries import TOURED, stops_of
from question_bank.enums import NamedEnum
from question_bank.errors import N_


class Reached(NamedEnum):
    """Whether a tour has been somewhere.

    A unit has been reached when a stop there is over. A village goes with its town, unless people of its own were on
    the roster: then it has been reached when one of them was there, and `missed` when none came.
    """

    BEEN = "been", N_("Been there"), "去过"
    AHEAD = "ahead", N_("Still to come"), "待去"
    MISSED = "missed", N_("Nobody came"), "未到"
    NOT = "not", N_("Not planned"), "未安排"


@dataclass(frozen=True)
class Heads:
    """Of one unit on the rosters of stops that are over: how many were expected, how many came."""

    expected: int = 0
    came: int = 0


@dataclass(frozen=True)
class VillageLine:
    unit: Unit
    reached: Reached
    heads: Heads


@dataclass(frozen=True)
class UnitLine:
    """A unit that tours go to, its regular stops in order of time, its villages, and where it lies.

    `point` is (latitude, longitude) in degrees of the venue of its stop, else of any venue of its own; None where
    nobody has entered it or the unit is met online.
    """

    unit: Unit
    reached: Reached
    stops: tuple[Stop, ...]
    villages: tuple[VillageLine, ...]
    point: tuple[float, float] | None

    def count(self, reached: Reached) -> int:
        """How many of its villages are so."""
        return sum(each.reached is reached for each in self.villages)


def coverage(session: Session, tour: Tour) -> list[UnitLine]:
    """Every unit a tour goes to, by code. Four queries, however many units there are."""
    stops: defaultdict[int, list[Stop]] = defaultdict(list)
    for stop in stops_of(session, tour.id):
        if stop.status is not StopStatus.CANCELLED and stop.purpose is Purpose.REGULAR:
            stops[stop.unit_id].append(stop)
    shown = (*TOURED, UnitCategory.VILLAGE)
    units = list(session.scalars(select(Unit).where(Unit.category.in_(shown)).order_by(Unit.code)))
    villages: defaultdict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.category is UnitCategory.VILLAGE:
            villages[unit.parent_id].append(unit)
    heads, points = _heads(session, tour), _points(session)
    return [
        _line(unit, tuple(stops[unit.id]), villages[unit.id], heads, points)
        for unit in units
        if unit.category is not UnitCategory.VILLAGE
    ]


def _line(
    unit: Unit,
    stops: tuple[Stop, ...],
    villages: Sequence[Unit],
    heads: Mapping[int, Heads],
    points: Mapping[int, tuple[float, float]],
) -> UnitLine:
    reached = reached_by(stops)
    lines = tuple(VillageLine(each, of_village(reached, known), known) for each, known in _known(villages, heads))
    here = next((_point(stop.venue) for stop in stops if _point(stop.venue)), None) or points.get(unit.id)
    return UnitLine(unit, reached, stops, lines, here)


def _known(villages: Sequence[Unit], heads: Mapping[int, Heads]) -> list[tuple[Unit, Heads]]:
    return [(each, heads.get(each.id, Heads())) for each in villages]


def reached_by(stops: Sequence[Stop]) -> Reached:
    """Of a unit, by its stops."""
    if any(stop.status is StopStatus.FINISHED for stop in stops):
        return Reached.BEEN
    return Reached.AHEAD if stops else Reached.NOT


def of_village(town: Reached, heads: Heads) -> Reached:
    """Of a village, by its town and who of it came."""
    if heads.came:
        return Reached.BEEN
    return Reached.MISSED if town is Reached.BEEN and heads.expected else town


def _heads(session: Session, tour: Tour) -> dict[int, Heads]:
    """By unit, over the stops that are over."""
    rows = session.execute(
        select(RosterEntry.unit_id, func.count(), func.count(RosterEntry.checked_in_at))
        .join(Stop, Stop.id == RosterEntry.stop_id)
        .where(Stop.tour_id == tour.id, Stop.status == StopStatus.FINISHED, RosterEntry.absence != Absence.EXEMPT)
        .group_by(RosterEntry.unit_id)
    )
    return {unit_id: Heads(expected, came) for unit_id, expected, came in rows}


def _points(session: Session) -> dict[int, tuple[float, float]]:
    """By unit, where its first venue with a place lies."""
    found: dict[int, tuple[float, float]] = {}
    for venue in session.scalars(select(Venue).order_by(Venue.id)):
        point = _point(venue)
        if point is not None:
            found.setdefault(venue.unit_id, point)
    return found


def _point(venue: Venue | None) -> tuple[float, float] | None:
    if venue is None or venue.online or venue.latitude is None or venue.longitude is None:
        return None
    return venue.latitude, venue.longitude

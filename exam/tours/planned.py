"""Pure: a calendar as values: visits to units, with everything the rules ask about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

from exam.tours.planning_rules import Availability, Half, HalfDay, PlanRules, Wish
from exam.workdays.counting import SATURDAY, Workdays

EARTH_KM = 6371.0088
"""Mean radius R1 of IUGG."""
NEAREST = 2
"""So many of the units nearest to one are its neighbours."""
NONE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Place:
    """A venue; latitude and longitude in degrees."""

    id: int
    name: str
    unit: int
    capacity: int
    online: bool = False
    latitude: float | None = None
    longitude: float | None = None

    @property
    def point(self) -> tuple[float, float] | None:
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


@dataclass(frozen=True)
class Teacher:
    id: int
    name: str
    availability: Availability = field(default_factory=Availability)


@dataclass(frozen=True)
class Talk:
    """A lecture and the codes of the topics it teaches."""

    id: int
    title: str
    teacher: int
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Host:
    """A unit: how many of it are expected, what it makes, and what its people know least (codes of topics).

    `home` is where it lies, latitude and longitude in degrees; a village's may be that of its town, `parent`.
    """

    id: int
    name: str
    heads: int = 0
    industries: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    home: tuple[float, float] | None = None
    parent: int | None = None


@dataclass(frozen=True)
class Visit:
    """A stop of the calendar, or one to come; without times it waits. Times are aware.

    `key` tells it from the others (a placement's id; negative for stops of other tours). `settled` ones have been held
    or begun, `foreign` ones belong to another tour: what is wrong with them alone is nobody's concern here. `fixed`
    ones the planner leaves alone. `people` are the persons on its roster. `heads` replaces the unit's where a roster is
    frozen.
    """

    key: int
    unit: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    venue: int | None = None
    talk: int | None = None
    heads: int | None = None
    people: frozenset[int] = NONE
    departments: frozenset[int] = NONE
    regular: bool = True
    fixed: bool = False
    settled: bool = False
    foreign: bool = False

    @property
    def placed(self) -> bool:
        return self.starts_at is not None

    @property
    def open(self) -> bool:
        """Whether it can still be changed."""
        return not (self.settled or self.foreign)

    @cached_property
    def span(self) -> tuple[datetime, datetime]:
        """Both times in UTC, where they can be compared and subtracted whatever the clocks did between.

        Raises ValueError for a visit without times or with one that has no zone.
        """
        if self.starts_at is None or self.ends_at is None:
            raise ValueError("a visit that waits has no times")
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a time without a zone")
        return self.starts_at.astimezone(UTC), self.ends_at.astimezone(UTC)


@dataclass(frozen=True)
class Calendar:
    """All visits with the venues, lecturers, lectures and units they name, and the rules they keep to.

    The visits of `foreign` tours are there for the venues and lecturers they occupy.
    """

    visits: tuple[Visit, ...]
    places: Mapping[int, Place]
    teachers: Mapping[int, Teacher]
    talks: Mapping[int, Talk]
    hosts: Mapping[int, Host]
    starts_on: date
    ends_on: date
    zone: ZoneInfo
    rules: PlanRules = field(default_factory=PlanRules)
    workdays: Workdays = field(default_factory=Workdays)

    def teacher_of(self, visit: Visit) -> int | None:
        return None if visit.talk is None else self.talks[visit.talk].teacher

    def heads_of(self, visit: Visit) -> int:
        return self.hosts[visit.unit].heads if visit.heads is None else visit.heads

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def days_of(self, visit: Visit) -> tuple[date, date]:
        """The county's days on which it begins and ends; what ends at midnight ends on the day before."""
        start, end = visit.span
        last = self.local(end)
        if end > start and last.timetz().replace(tzinfo=None) == time(0):
            return self.local(start).date(), last.date() - timedelta(days=1)
        return self.local(start).date(), last.date()

    def half_days_of(self, visit: Visit) -> tuple[HalfDay, ...]:
        """The half-days it touches, in order; nothing longer than its first day."""
        start, end = visit.span
        day = self.local(start).date()
        noon = datetime.combine(day, self.rules.noon, self.zone).astimezone(UTC)
        touched = [(Half.MORNING, start < noon), (Half.AFTERNOON, end > noon or start >= noon)]
        return tuple(HalfDay(weekday=day.weekday(), half=half) for half, there in touched if there)

    def week_of(self, visit: Visit) -> date:
        """The Monday of the county's week in which it begins."""
        day = self.local(visit.span[0]).date()
        return day - timedelta(days=day.weekday())

    def travel(self, one: int | None, other: int | None) -> timedelta:
        """How long it takes from one venue to another; nothing at the same one or where either is online."""
        if one == other or one is None or other is None:
            return timedelta(0)
        here, there = self.places[one], self.places[other]
        if here.online or there.online:
            return timedelta(0)
        known = self._known.get(frozenset((one, other)))
        if known is not None:
            return timedelta(minutes=known)
        km = None if here.point is None or there.point is None else distance_km(here.point, there.point)
        if km is None:
            return timedelta(minutes=self.rules.unknown_minutes)
        return timedelta(minutes=km * self.rules.detour / self.rules.speed_kmh * 60 + self.rules.margin_minutes)

    @cached_property
    def _known(self) -> dict[frozenset[int], int]:
        return {frozenset(each.venues): each.minutes for each in self.rules.journeys}

    @cached_property
    def wishes(self) -> dict[int, Wish]:
        return {each.unit: each.wish for each in self.rules.wishes}

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of the weeks that the tour touches, in order."""
        first = self.starts_on - timedelta(days=self.starts_on.weekday())
        count = (self.ends_on - first).days // 7 + 1
        return tuple(first + timedelta(weeks=each) for each in range(max(1, count)))

    @cached_property
    def neighbours(self) -> frozenset[tuple[int, int]]:
        """Pairs of units of this tour, the smaller id first, of which the one is among the other's nearest two."""
        toured = {each.unit for each in self.visits if not each.foreign}
        homes = {each: home for each in sorted(toured) if (home := self.hosts[each].home) is not None}
        pairs: set[tuple[int, int]] = set()
        for unit, home in homes.items():
            away = sorted((distance_km(home, there), other) for other, there in homes.items() if other != unit)
            near = [other for km, other in away[:NEAREST] if km <= self.rules.near_km]
            pairs |= {(min(unit, other), max(unit, other)) for other in near}
        return frozenset(pairs)

    def own_venue(self, unit: int, venue: int) -> bool:
        """Whether the venue is the unit's own or that of the unit above it."""
        return self.places[venue].unit in {unit, self.hosts[unit].parent}

    def fair_share(self, visits: int) -> int:
        """How many of so many stops fall to each lecturer who can take any, rounded up."""
        able = sum(each.availability.most_in_all != 0 for each in self.teachers.values())
        return -(-visits // max(1, able))

    @cached_property
    def usable_days(self) -> dict[date, tuple[Half, ...]]:
        """By each day of the tour on which stops may be held its half-days, both in order."""
        days = (self.starts_on + timedelta(days=each) for each in range((self.ends_on - self.starts_on).days + 1))
        found = {day: self.halves_on(day) for day in days}
        return {day: halves for day, halves in found.items() if halves}

    def halves_on(self, day: date) -> tuple[Half, ...]:
        """The half-days of `day` on which stops may be held, whether or not it lies within the tour."""
        if not self.holds_on(day) or any(each.holds(day) for each in self.rules.blackout):
            return ()
        return tuple(each for each in Half if self.allowed(day, each, self.rules.half_days))

    def holds_on(self, day: date) -> bool:
        """Whether stops may be held on `day` as far as holidays go: on days worked in exchange, too."""
        return self.rules.on_holidays or self.workdays.special.get(day) is not True

    def allowed(self, day: date, half: Half, allowed: tuple[HalfDay, ...]) -> bool:
        """Whether a half-day of the week is among `allowed`; a weekend worked in exchange goes for any weekday."""
        if day.weekday() >= SATURDAY and self.workdays.special.get(day) is False:
            return any(each.half is half for each in allowed)
        return HalfDay(weekday=day.weekday(), half=half) in allowed

    def fair_pace(self, visits: int) -> int:
        """How many of so many stops fall to each week with a usable day, rounded up."""
        weeks = {day - timedelta(days=day.weekday()) for day in self.usable_days}
        return -(-visits // max(1, len(weeks)))

    def can_come(self, teacher: int, day: date, halves: tuple[Half, ...]) -> bool:
        """Whether a lecturer's own time lets them come on these half-days of `day`."""
        able = self.teachers[teacher].availability
        if any(each.holds(day) for each in able.away):
            return False
        return able.half_days is None or all(self.allowed(day, half, able.half_days) for half in halves)

    def with_visit(self, visit: Visit) -> "Calendar":
        """The same with one visit in another state."""
        return replace(self, visits=tuple(visit if each.key == visit.key else each for each in self.visits))


def distance_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance of two points, latitude and longitude in degrees, by the haversine formula."""
    phi, other = radians(here[0]), radians(there[0])
    half = sin((other - phi) / 2) ** 2 + cos(phi) * cos(other) * sin(radians(there[1] - here[1]) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def related(one: str, other: str) -> bool:
    """Whether two topics are one or the one lies below the other: PROC and PROC-012."""
    return one == other or one.startswith(other + "-") or other.startswith(one + "-")


def teaches(talk: Talk, topics: tuple[str, ...]) -> int:
    """How many of `topics` the lecture teaches."""
    return sum(any(related(mine, each) for mine in talk.topics) for each in topics)

"""Pure: where each stop could go: half-days of the tour, venues with the seats, lectures not heard yet."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from exam.tours.planned import Calendar, Place, Visit, distance_km
from exam.tours.planning_rules import Half
from exam.tours.soft_costs import match_cost, near_cost, week_index, wish_cost

OTHERS = 2
"""So many venues that are not the unit's own are tried, the nearest ones."""
FAR = 1e9


@dataclass(frozen=True)
class Slot:
    """A half-day of the tour; times in UTC, `week` counted from 0."""

    index: int
    day: date
    half: Half
    starts_at: datetime
    ends_at: datetime
    week: int


@dataclass(frozen=True)
class Option:
    """One time, venue and lecture for one visit (its key); `cost` is what it costs by itself."""

    visit: int
    starts_at: datetime
    ends_at: datetime
    day: date
    week: int
    venue: int | None
    talk: int | None
    teacher: int | None
    cost: int

    def put(self, visit: Visit) -> Visit:
        """The visit there."""
        return replace(visit, starts_at=self.starts_at, ends_at=self.ends_at, venue=self.venue, talk=self.talk)


Span = tuple[datetime, datetime]


def slots(calendar: Calendar, *, at: datetime | None = None) -> tuple[Slot, ...]:
    """The half-days on which the tour may hold stops, in order, those that begin before `at` left out."""
    found: list[Slot] = []
    for day, halves in calendar.usable_days.items():
        for half in halves:
            hours = calendar.rules.hours(half)
            start = datetime.combine(day, hours.starts, calendar.zone).astimezone(UTC)
            end = datetime.combine(day, hours.ends, calendar.zone).astimezone(UTC)
            if at is None or start >= at:
                monday = day - timedelta(days=day.weekday())
                found.append(Slot(len(found), day, half, start, end, (monday - calendar.weeks[0]).days // 7))
    return tuple(found)


class Room:
    """What the visits that stay leave free, and what each choice costs beside them."""

    def __init__(self, calendar: Calendar, free: Collection[int], *, at: datetime | None = None) -> None:
        """`free` are the keys of the visits that are to be placed; all others with times stay."""
        self.calendar, self.at = calendar, at
        self.free = tuple(each for each in calendar.visits if each.key in free)
        self.kept = tuple(each for each in calendar.visits if each.key not in free and each.placed)
        self.slots = slots(calendar, at=at)
        self._come: dict[tuple[int, date, tuple[Half, ...]], bool] = {}
        self._beside: dict[tuple[int, Span, int | None], bool] = {}

    @cached_property
    def by_teacher(self) -> dict[int, list[Visit]]:
        found: defaultdict[int, list[Visit]] = defaultdict(list)
        for each in self.kept:
            teacher = self.calendar.teacher_of(each)
            if teacher is not None:
                found[teacher].append(each)
        return found

    @cached_property
    def heard(self) -> dict[int, set[int]]:
        """By unit the lectures it hears at visits that stay."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        for each in self.kept:
            if each.talk is not None:
                found[each.unit].add(each.talk)
        return found

    @cached_property
    def on_day(self) -> dict[date, int]:
        found: defaultdict[date, int] = defaultdict(int)
        for each in self.kept:
            if not each.foreign:
                found[self.calendar.local(each.span[0]).date()] += 1
        return found

    @cached_property
    def in_week(self) -> dict[int, int]:
        """Of this tour's visits that stay, by the index of their week."""
        found: defaultdict[int, int] = defaultdict(int)
        for each in self.kept:
            if not each.foreign:
                found[week_index(self.calendar, each)] += 1
        return found

    @cached_property
    def week_of_kept(self) -> dict[int, int]:
        """By unit the week of its visit that stays, of units visited once in all."""
        own = [each for each in (*self.kept, *self.free) if not each.foreign]
        units = [each.unit for each in own]
        return {
            each.unit: week_index(self.calendar, each)
            for each in self.kept
            if not each.foreign and units.count(each.unit) == 1
        }

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """Keys of free visits to neighbouring units, both visited once."""
        once = self._free_once
        return [
            (once[one], once[other]) for one, other in sorted(self.calendar.neighbours) if one in once and other in once
        ]

    @cached_property
    def _free_once(self) -> dict[int, int]:
        units = [each.unit for each in (*self.kept, *self.free) if not each.foreign]
        return {each.unit: each.key for each in self.free if units.count(each.unit) == 1}

    @cached_property
    def neighbours(self) -> dict[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for one, other in self.calendar.neighbours:
            found[one].append(other)
            found[other].append(one)
        return found

    def near_kept(self, unit: int, week: int) -> int:
        """Points of visiting a unit in that week for its neighbours whose visits stay."""
        there = self.week_of_kept
        if unit not in self._free_once:
            return 0
        return sum(
            near_cost(self.calendar, there[each] - week) for each in self.neighbours.get(unit, ()) if each in there
        )

    def teacher_weeks(self, teacher: int) -> dict[int, int]:
        """By week how many visits that stay, of any tour, the lecturer has."""
        found: defaultdict[int, int] = defaultdict(int)
        for each in self.by_teacher.get(teacher, ()):
            found[week_index(self.calendar, each)] += 1
        return found

    def teacher_total(self, teacher: int) -> int:
        """How many visits of this tour that stay the lecturer has."""
        return sum(not each.foreign for each in self.by_teacher.get(teacher, ()))

    def comes(self, teacher: int, slot: Slot) -> bool:
        """Whether the lecturer's own time lets them come."""
        key = (teacher, slot.day, (slot.half,))
        if key not in self._come:
            self._come[key] = self.calendar.can_come(teacher, slot.day, (slot.half,))
        return self._come[key]

    def beside(self, teacher: int, span: Span, venue: int | None) -> bool:
        """Whether the lecturer gets there from, and from there to, the visits that stay."""
        key = (teacher, span, venue)
        if key not in self._beside:
            self._beside[key] = all(
                fits(self.calendar, each.span, each.venue, span, venue) for each in self.by_teacher.get(teacher, ())
            )
        return self._beside[key]

    def open_venue(self, span: Span, venue: int) -> bool:
        return all(each.venue != venue or apart(each.span, span) for each in self.kept)

    def host_free(self, visit: Visit, span: Span) -> bool:
        """Whether neither the unit nor anybody on the roster is at a visit that stays."""
        return all(
            apart(each.span, span) or (each.unit != visit.unit and not each.people & visit.people) for each in self.kept
        )

    def venues(self, visit: Visit) -> list[int]:
        """Venues with the seats: the unit's own, then the nearest others, none where its own are online."""
        calendar, heads = self.calendar, self.calendar.heads_of(visit)
        able = [each for each in calendar.places.values() if each.capacity >= heads]
        own = [each for each in able if calendar.own_venue(visit.unit, each.id)]
        own.sort(key=lambda each: (each.unit != visit.unit, each.id))
        if own and all(each.online for each in own):
            return [each.id for each in own]
        home = calendar.hosts[visit.unit].home
        others = [each for each in able if each not in own and not each.online]
        others.sort(key=lambda each: (_km(home, each), each.id))
        return [each.id for each in own] + [each.id for each in others[:OTHERS]]

    def talks(self, visit: Visit) -> list[tuple[int | None, int]]:
        """Lectures it has not heard and what each costs it, the cheapest first; none for a make-up stop."""
        if not visit.regular:
            return [(visit.talk, 0)]
        heard = self.heard.get(visit.unit, set())
        found = [
            (match_cost(self.calendar, visit.unit, each), each) for each in self.calendar.talks if each not in heard
        ]
        return [(talk, cost) for cost, talk in sorted(found)]

    def place_cost(self, visit: Visit, venue: int) -> int:
        return 0 if self.calendar.own_venue(visit.unit, venue) else self.calendar.rules.weights.elsewhere

    def slot_cost(self, visit: Visit, slot: Slot) -> int:
        return wish_cost(self.calendar, visit.unit, slot.week) + self.near_kept(visit.unit, slot.week)

    def options(
        self, visit: Visit, *, talks: Collection[int] | None = None, weeks: Collection[int] | None = None
    ) -> Iterator[Option]:
        """Everywhere the visit can go beside those that stay; with `talks` and `weeks` only with and in these."""
        calendar = self.calendar
        given = [each for each in self.talks(visit) if talks is None or each[0] is None or each[0] in talks]
        venues, most = self.venues(visit), calendar.rules.most_per_day
        for slot in self.slots if weeks is None else [each for each in self.slots if each.week in weeks]:
            span = (slot.starts_at, slot.ends_at)
            if (most is not None and self.on_day.get(slot.day, 0) >= most) or not self.host_free(visit, span):
                continue
            base = self.slot_cost(visit, slot)
            for venue in venues:
                if not self.open_venue(span, venue):
                    continue
                there = base + self.place_cost(visit, venue)
                for talk, cost in given:
                    teacher = None if talk is None else calendar.talks[talk].teacher
                    if teacher is None or self.teaches_there(teacher, slot, venue):
                        yield Option(visit.key, *span, slot.day, slot.week, venue, talk, teacher, there + cost)

    def speaks_at(self, teacher: int, venue: int) -> bool:
        """Whether the lecturer takes any stops, and at a venue of this kind."""
        able = self.calendar.teachers[teacher].availability
        return able.most_in_all != 0 and (not able.online_only or self.calendar.places[venue].online)

    def teaches_there(self, teacher: int, slot: Slot, venue: int) -> bool:
        """Whether the lecturer can teach at that venue on that half-day beside the visits that stay."""
        return (
            self.speaks_at(teacher, venue)
            and self.comes(teacher, slot)
            and self.beside(teacher, (slot.starts_at, slot.ends_at), venue)
        )


def apart(one: Span, other: Span) -> bool:
    """Whether two spans share no time."""
    return one[1] <= other[0] or other[1] <= one[0]


def fits(calendar: Calendar, one: Span, here: int | None, other: Span, there: int | None) -> bool:
    """Whether one person can be at both, with the way between them."""
    if not apart(one, other):
        return False
    gap = other[0] - one[1] if one[1] <= other[0] else one[0] - other[1]
    return gap >= calendar.travel(here, there)


def _km(home: tuple[float, float] | None, place: Place) -> float:
    return FAR if home is None or place.point is None else distance_km(home, place.point)

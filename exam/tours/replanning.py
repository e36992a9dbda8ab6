"""Pure: a calendar mended after somebody or something fell out, with as few stops changed as can be."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from exam.tours import checking
from exam.tours.choosing import choose
from exam.tours.options import Option, Room
from exam.tours.planned import Calendar, Visit
from exam.tours.planner import EXACT, options_at_most, placed
from exam.tours.soft_costs import match_cost, week_index

OTHER_TIME, OTHER_VENUE = 2_000.0, 500.0
"""Among the calendars with the fewest changes those are better that keep times, then those that keep venues."""
TALKS, WEEKS = 8, 2
"""In large tours so many lectures are tried at other times, so many weeks before and after."""
AROUND = 16
"""So many stops of a large tour may make room, where those that have to change find none by themselves."""


@dataclass(frozen=True)
class Mended:
    """A calendar without hard conflicts but for what is `left_out` (keys of visits that now wait).

    `changed` are the visits that are not where they were, or hear another lecture; `moved` those of them at another
    time. `fewest` is how many have to change at least, whatever is done; `proven` that no calendar changes fewer.
    """

    calendar: Calendar
    changed: tuple[int, ...]
    moved: tuple[int, ...]
    left_out: tuple[int, ...]
    fewest: int
    proven: bool


def mend(calendar: Calendar, *, at: datetime | None = None) -> Mended:
    """Change as few of the placed stops as can be so that no hard conflict is left; the rest stays as it stands.

    Fixed stops are touched only where they cannot stay. Stops that wait are left alone.
    """
    must = must_change(calendar, at=at)
    hit = _hit(calendar, at)
    if not hit:
        return Mended(calendar, (), (), (), 0, proven=True)
    open_keys = {each.key for each in calendar.visits if each.open and each.placed and not each.fixed} | hit
    found = _mended(calendar, hit, len(must), at)
    if found.proven:
        return found
    wider = open_keys if _small(calendar, open_keys, at) else hit | _around(calendar, hit, open_keys)
    again = _mended(calendar, wider, len(must), at, whole=wider == open_keys)
    return min(found, again, key=lambda each: (len(each.left_out), len(each.changed), not each.proven))


def must_change(calendar: Calendar, *, at: datetime | None = None) -> frozenset[int]:
    """The open visits that cannot stay even if every other open one gave way."""
    firm = tuple(each for each in calendar.visits if not each.open and each.placed)
    mine = [each for each in calendar.visits if each.open and each.placed]
    concerned = _hit(calendar, at)
    return frozenset(
        each.key
        for each in mine
        if each.key in concerned
        and checking.concerning(checking.hard_conflicts(replace(calendar, visits=(*firm, each)), at=at), each.key)
    )


def _hit(calendar: Calendar, at: datetime | None) -> frozenset[int]:
    open_keys = {each.key for each in calendar.visits if each.open}
    found = {key for each in checking.hard_conflicts(calendar, at=at) for key in each.placements}
    return frozenset(found & open_keys)


def _small(calendar: Calendar, keys: Collection[int], at: datetime | None) -> bool:
    return options_at_most(Room(calendar, keys, at=at)) <= EXACT


def _around(calendar: Calendar, hit: frozenset[int], able: Collection[int]) -> frozenset[int]:
    """Stops in the weeks of those that are hit, the nearest in time first."""
    there = {each.key: each.span[0] for each in calendar.visits if each.key in able}
    times = [there[key] for key in hit]
    near = sorted((min(abs(start - each) for each in times), key) for key, start in there.items() if key not in hit)
    return frozenset(key for _, key in near[:AROUND])


def _mended(
    calendar: Calendar, free: Collection[int], least: int, at: datetime | None, *, whole: bool = False
) -> Mended:
    """Two programmes: as few changes as can be; then, with no more, as few other times and venues and points."""
    room = Room(calendar, free, at=at)
    few = options_at_most(room) > EXACT
    options = {each.key: [*_stay(room, each, at), *_go(room, each, at, few=few)] for each in room.free}
    was = {each.key: each for each in room.free}
    first = choose(room, options, costs=lambda each: float(_differs(each, was)), together=False, near=False)
    if first is None:
        return _result(calendar, {}, tuple(sorted(free)), least, proven=False)
    changed = sum(_differs(each, was) for each in first.options.values())
    second = choose(
        room,
        options,
        costs=lambda each: each.cost + _shift(each, was),
        limit=(lambda each: float(_differs(each, was)), float(changed)),
        near=False,
    )
    best = first if second is None or len(second.left_out) > len(first.left_out) else second
    count = changed + len(best.left_out)
    proven = not best.left_out and (count == least or (whole and first.proven))
    fewest = max(least, count if whole and first.proven else 0)
    return _result(calendar, best.options, best.left_out, fewest, proven=proven)


def _stay(room: Room, visit: Visit, at: datetime | None) -> Iterable[Option]:
    """Where the visit stands, if that goes beside the visits that stay."""
    alone = replace(room.calendar, visits=(*room.kept, visit))
    if not checking.concerning(checking.hard_conflicts(alone, at=at), visit.key):
        cost = 0 if visit.talk is None else match_cost(room.calendar, visit.unit, visit.talk)
        yield _there(room, visit, visit.venue, visit.talk, cost)


def _go(room: Room, visit: Visit, at: datetime | None, *, few: bool) -> Iterable[Option]:
    """Everywhere else: at its own times with another lecture or venue, and at all other times.

    With `few` the other times are those of the weeks around, with the lectures that suit best.
    """
    bare = replace(visit, venue=None, talk=None)
    alone = replace(room.calendar, visits=(*room.kept, bare))
    if not checking.concerning(checking.hard_conflicts(alone, at=at), visit.key):
        yield from _same_time(room, visit)
    talks = {talk for talk, _ in room.talks(visit)[:TALKS] if talk is not None} if few else None
    week = week_index(room.calendar, visit)
    for each in room.options(visit, talks=talks, weeks=range(week - WEEKS, week + WEEKS + 1) if few else None):
        if (each.starts_at, each.ends_at) != visit.span:
            yield each


def _same_time(room: Room, visit: Visit) -> Iterable[Option]:
    calendar = room.calendar
    day, halves = calendar.local(visit.span[0]).date(), tuple(each.half for each in calendar.half_days_of(visit))
    for venue in room.venues(visit):
        if not room.open_venue(visit.span, venue):
            continue
        for talk, cost in room.talks(visit):
            teacher = None if talk is None else calendar.talks[talk].teacher
            if (venue, talk) != (visit.venue, visit.talk) and (
                teacher is None
                or (
                    calendar.can_come(teacher, day, halves)
                    and room.speaks_at(teacher, venue)
                    and room.beside(teacher, visit.span, venue)
                )
            ):
                yield _there(room, visit, venue, talk, cost)


def _there(room: Room, visit: Visit, venue: int | None, talk: int | None, cost: int) -> Option:
    """The visit at its own times."""
    calendar, (start, end) = room.calendar, visit.span
    teacher = None if talk is None else calendar.talks[talk].teacher
    day, week = calendar.local(start).date(), week_index(calendar, visit)
    return Option(visit.key, start, end, day, week, venue, talk, teacher, cost)


def _differs(option: Option, was: Mapping[int, Visit]) -> bool:
    visit = was[option.visit]
    return (option.starts_at, option.ends_at, option.venue, option.talk) != (*visit.span, visit.venue, visit.talk)


def _shift(option: Option, was: Mapping[int, Visit]) -> float:
    visit = was[option.visit]
    other_time = (option.starts_at, option.ends_at) != visit.span
    return OTHER_TIME * other_time + OTHER_VENUE * (option.venue != visit.venue)


def _result(
    calendar: Calendar, options: Mapping[int, Option], left_out: tuple[int, ...], fewest: int, *, proven: bool
) -> Mended:
    was = {each.key: each for each in calendar.visits}
    changed = tuple(sorted(key for key, each in options.items() if _differs(each, was)))
    moved = tuple(key for key in changed if (options[key].starts_at, options[key].ends_at) != was[key].span)
    told = placed(calendar, {key: options[key] for key in changed}, left_out)
    return Mended(told, tuple(sorted((*changed, *left_out))), moved, left_out, fewest, proven)

"""Pure: what forbids a calendar."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import combinations
from typing import TypeVar

from exam.tours.conflict import Conflict, ConflictKind
from exam.tours.planned import Calendar, Place, Visit
from exam.tours.planning_rules import Half, HalfDay
from question_bank.errors import N_

K = TypeVar("K")
Found = Iterator[Conflict]


def hard_conflicts(calendar: Calendar, *, at: datetime | None = None) -> tuple[Conflict, ...]:
    """Everything that forbids this calendar, but what concerns settled and foreign visits alone.

    Visits that wait are passed over. With `at`, what is placed before it lies in the past. Visits whose times make no
    sense are told of for that alone.
    """
    placed = [each for each in calendar.visits if each.placed]
    mistaken = {each.key: wrong for each in placed if (wrong := _times(calendar, each)) is not None}
    sound = [each for each in placed if each.key not in mistaken]
    found = list(mistaken.values())
    for each in sound:
        if each.open:
            found += _day(calendar, each, at)
            found += _room(calendar, each)
            found += _lecturer(calendar, each)
    for one, other in overlapping(sound):
        found += _pair(calendar, one, other)
    for check in (_days_full, _again, _repeats, _travel, _loads):
        found += check(calendar, sound)
    return tuple(found)


def _keys(*visits: Visit) -> tuple[int, ...]:
    return tuple(sorted(each.key for each in visits if not each.foreign))


def _shown(calendar: Calendar, moment: datetime) -> str:
    return calendar.local(moment).strftime("%Y-%m-%d %H:%M")


def _name(calendar: Calendar, visit: Visit) -> str:
    return calendar.hosts[visit.unit].name


def _times(calendar: Calendar, visit: Visit) -> Conflict | None:
    if not visit.open:
        return None
    params: dict[str, object] = {"unit": _name(calendar, visit)}
    if visit.ends_at is None or visit.starts_at is None or None in {visit.starts_at.tzinfo, visit.ends_at.tzinfo}:
        return Conflict(ConflictKind.TIMES, _keys(visit), N_("%(unit)s: the times are not whole."), params)
    start, end = visit.span
    if start >= end:
        template = N_("%(unit)s: the stop has to end after it begins.")
        return Conflict(ConflictKind.TIMES, _keys(visit), template, params)
    first, last = calendar.days_of(visit)
    if first != last:
        template = N_(
            "%(unit)s: the stop begins on %(first)s and ends on %(last)s; it has to end on the day it begins."
        )
        params |= {"first": first.isoformat(), "last": last.isoformat()}
        return Conflict(ConflictKind.MIDNIGHT, _keys(visit), template, params)
    return None


def _day(calendar: Calendar, visit: Visit, at: datetime | None) -> Found:
    day, rules, keys = calendar.local(visit.span[0]).date(), calendar.rules, _keys(visit)
    params = {"unit": _name(calendar, visit), "day": day.isoformat()}
    if at is not None and visit.span[0] < at:
        yield Conflict(ConflictKind.PAST, keys, N_("%(unit)s: %(day)s lies in the past."), params)
    if not calendar.starts_on <= day <= calendar.ends_on:
        span = {"first": calendar.starts_on.isoformat(), "last": calendar.ends_on.isoformat()}
        template = N_("%(unit)s: %(day)s lies outside the tour, which lasts from %(first)s to %(last)s.")
        yield Conflict(ConflictKind.OUTSIDE, keys, template, params | span)
    if not calendar.holds_on(day):
        yield Conflict(ConflictKind.HOLIDAY, keys, N_("%(unit)s: %(day)s is a public holiday."), params)
    if any(each.holds(day) for each in rules.blackout):
        yield Conflict(ConflictKind.BLACKOUT, keys, N_("%(unit)s: no stops are held on %(day)s."), params)
    for half in _unused(calendar, visit, rules.half_days):
        template = N_("%(unit)s: on %(day)s stops are not held in the %(half)s.")
        yield Conflict(ConflictKind.HALF_DAY, keys, template, params | {"half": half})


def _unused(calendar: Calendar, visit: Visit, allowed: tuple[HalfDay, ...]) -> list[Half]:
    """The half-days it touches that are not allowed."""
    day = calendar.local(visit.span[0]).date()
    return [each.half for each in calendar.half_days_of(visit) if not calendar.allowed(day, each.half, allowed)]


def _room(calendar: Calendar, visit: Visit) -> Found:
    if visit.venue is None:
        return
    place, heads = calendar.places[visit.venue], calendar.heads_of(visit)
    if heads > place.capacity:
        template = N_("%(unit)s: %(venue)s has %(seats)s seats for %(heads)s people.")
        params = {"unit": _name(calendar, visit), "venue": place.name, "seats": place.capacity, "heads": heads}
        yield Conflict(ConflictKind.CAPACITY, _keys(visit), template, params)


def _lecturer(calendar: Calendar, visit: Visit) -> Found:
    teacher_id = calendar.teacher_of(visit)
    if teacher_id is None:
        return
    teacher, keys = calendar.teachers[teacher_id], _keys(visit)
    able, day = teacher.availability, calendar.local(visit.span[0]).date()
    params = {"unit": _name(calendar, visit), "lecturer": teacher.name, "day": day.isoformat()}
    if any(each.holds(day) for each in able.away):
        yield Conflict(ConflictKind.AWAY, keys, N_("%(unit)s: %(lecturer)s is away on %(day)s."), params)
    if able.half_days is not None:
        for half in _unused(calendar, visit, able.half_days):
            template = N_("%(unit)s: %(lecturer)s cannot come in the %(half)s of %(day)s.")
            yield Conflict(ConflictKind.UNAVAILABLE, keys, template, params | {"half": half})
    place = None if visit.venue is None else calendar.places[visit.venue]
    if able.online_only and not _online(place):
        template = N_("%(unit)s: %(lecturer)s speaks online only, and the venue is not online.")
        yield Conflict(ConflictKind.ONLINE_ONLY, keys, template, params)


def _online(place: Place | None) -> bool:
    return place is not None and place.online


def overlapping(visits: list[Visit]) -> Iterator[tuple[Visit, Visit]]:
    """Pairs that share some time, one of them open; what ends when another begins shares nothing."""
    under_way: list[Visit] = []
    for each in sorted(visits, key=lambda each: (each.span[0], each.key)):
        under_way = [other for other in under_way if other.span[1] > each.span[0]]
        yield from ((other, each) for other in under_way if other.open or each.open)
        under_way.append(each)


def _pair(calendar: Calendar, one: Visit, other: Visit) -> Found:
    keys = _keys(one, other)
    params = {"unit": _name(calendar, one), "other": _name(calendar, other), "at": _shown(calendar, other.span[0])}
    if one.unit == other.unit:
        yield Conflict(ConflictKind.UNIT, keys, N_("%(unit)s has two stops at the same time, on %(at)s."), params)
    if one.venue is not None and one.venue == other.venue:
        template = N_("%(venue)s is taken by %(unit)s and by %(other)s at the same time, on %(at)s.")
        yield Conflict(ConflictKind.VENUE, keys, template, params | {"venue": calendar.places[one.venue].name})
    teacher = calendar.teacher_of(one)
    if teacher is not None and teacher == calendar.teacher_of(other):
        template = N_("%(lecturer)s would be at %(unit)s and at %(other)s at the same time, on %(at)s.")
        yield Conflict(ConflictKind.LECTURER, keys, template, params | {"lecturer": calendar.teachers[teacher].name})
    shared = len(one.people & other.people)
    if shared:
        template = N_("%(count)s people are on the rosters of both %(unit)s and %(other)s at the same time, on %(at)s.")
        yield Conflict(ConflictKind.ROSTER, keys, template, params | {"count": shared})


def _days_full(calendar: Calendar, visits: list[Visit]) -> Found:
    most = calendar.rules.most_per_day
    if most is None:
        return
    on = _by(visits, lambda each: None if each.foreign else calendar.local(each.span[0]).date())
    for day, there in on.items():
        if len(there) > most and any(each.open for each in there):
            template = N_("On %(day)s there are %(count)s stops; at most %(most)s are held on one day.")
            params = {"day": day.isoformat(), "count": len(there), "most": most}
            yield Conflict(ConflictKind.DAY_FULL, _keys(*there), template, params)


def _again(calendar: Calendar, visits: list[Visit]) -> Found:
    most = calendar.rules.unit_visits
    for unit, there in _by(visits, lambda each: None if each.foreign or not each.regular else each.unit).items():
        if len(there) > most and any(each.open for each in there):
            template = N_("The tour comes to %(unit)s %(count)s times; at most %(most)s is allowed.")
            params = {"unit": calendar.hosts[unit].name, "count": len(there), "most": most}
            yield Conflict(ConflictKind.UNIT_AGAIN, _keys(*there), template, params)


def _repeats(calendar: Calendar, visits: list[Visit]) -> Found:
    heard = _by(visits, lambda each: None if each.talk is None else (each.unit, each.talk))
    for (unit, talk), there in heard.items():
        if len(there) > 1 and any(each.open for each in there):
            template = N_("%(unit)s would hear “%(lecture)s” %(count)s times.")
            params = {"unit": calendar.hosts[unit].name, "lecture": calendar.talks[talk].title, "count": len(there)}
            yield Conflict(ConflictKind.REPEAT, _keys(*there), template, params)


def _travel(calendar: Calendar, visits: list[Visit]) -> Found:
    for teacher, there in _by(visits, calendar.teacher_of).items():
        for one, other in combinations(sorted(there, key=lambda each: each.span), 2):
            gap = other.span[0] - one.span[1]
            needed = calendar.travel(one.venue, other.venue)
            if timedelta(0) <= gap < needed and (one.open or other.open):
                template = N_(
                    "%(lecturer)s needs %(needed)s minutes from %(unit)s to %(other)s and has %(gap)s, on %(at)s."
                )
                params = {
                    "lecturer": calendar.teachers[teacher].name,
                    "unit": _name(calendar, one),
                    "other": _name(calendar, other),
                    "needed": -(-needed // timedelta(minutes=1)),
                    "gap": gap // timedelta(minutes=1),
                    "at": _shown(calendar, other.span[0]),
                }
                yield Conflict(ConflictKind.TRAVEL, _keys(one, other), template, params)


def _loads(calendar: Calendar, visits: list[Visit]) -> Found:
    for teacher_id, there in _by(visits, calendar.teacher_of).items():
        teacher = calendar.teachers[teacher_id]
        able, own = teacher.availability, [each for each in there if not each.foreign]
        if able.most_in_all is not None and len(own) > able.most_in_all and any(each.open for each in own):
            template = N_("%(lecturer)s has %(count)s stops on this tour and can take %(most)s at most.")
            params = {"lecturer": teacher.name, "count": len(own), "most": able.most_in_all}
            yield Conflict(ConflictKind.LOAD, _keys(*own), template, params)
        if able.most_per_week is None:
            continue
        for week, in_week in _by(there, calendar.week_of).items():
            if len(in_week) > able.most_per_week and any(each.open for each in in_week):
                template = N_("%(lecturer)s has %(count)s stops in the week of %(week)s and can take %(most)s at most.")
                params = {"lecturer": teacher.name, "count": len(in_week), "most": able.most_per_week}
                yield Conflict(ConflictKind.WEEK_LOAD, _keys(*in_week), template, params | {"week": week.isoformat()})


def _by(visits: list[Visit], key: Callable[[Visit], K | None]) -> dict[K, list[Visit]]:
    """The visits by what `key` says of them, those passed over of which it says nothing."""
    found: defaultdict[K, list[Visit]] = defaultdict(list)
    for each in visits:
        value = key(each)
        if value is not None:
            found[value].append(each)
    return dict(found)

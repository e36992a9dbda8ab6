"""A second judge of calendars, written from the rules' text: minutes since the epoch, pairs, no code of the product's.

Only the values (visits, venues, lecturers, rules) are the product's.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from math import acos, cos, radians, sin
from typing import Any


def wrong(calendar: Any, *, key: int | None = None) -> set[tuple[str, frozenset[int]]]:
    """(kind, keys) of everything that forbids the calendar; with `key` only what concerns that visit."""
    found: set[tuple[str, frozenset[int]]] = set()
    sound = []
    for visit in calendar.visits:
        if visit.starts_at is None and visit.ends_at is None:
            continue
        bad = None if visit.settled or visit.foreign else _times(calendar, visit)
        if bad:
            found.add((bad, frozenset({visit.key})))
        else:
            sound.append(visit)
    for visit in sound:
        if not (visit.settled or visit.foreign):
            found |= {(kind, frozenset({visit.key})) for kind in _alone(calendar, visit)}
    for one, other in combinations(sound, 2):
        if not (_firm(one) and _firm(other)):
            keys = frozenset(each.key for each in (one, other) if not each.foreign)
            found |= {(kind, keys) for kind in _both(calendar, one, other)}
    found |= _many(calendar, sound)
    return {each for each in found if key is None or key in each[1]}


def _firm(visit: Any) -> bool:
    return visit.settled or visit.foreign


def _minute(moment: datetime) -> float:
    return (moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() / 60


def _clock(calendar: Any, minute: float) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(calendar.zone)


def _day(calendar: Any, visit: Any) -> date:
    return _clock(calendar, _minute(visit.starts_at)).date()


def _times(calendar: Any, visit: Any) -> str | None:
    if visit.starts_at is None or visit.ends_at is None or not (visit.starts_at.tzinfo and visit.ends_at.tzinfo):
        return "times"
    start, end = _minute(visit.starts_at), _minute(visit.ends_at)
    if end <= start:
        return "times"
    last = _clock(calendar, end - 0.01)  # the last moment at which people are still there
    return None if last.date() == _clock(calendar, start).date() else "midnight"


def _halves(calendar: Any, visit: Any) -> set[str]:
    noon = calendar.rules.noon
    first, last = _clock(calendar, _minute(visit.starts_at)), _clock(calendar, _minute(visit.ends_at) - 0.01)
    halves = {"morning"} if first.time() < noon else set()
    return halves | ({"afternoon"} if last.time() >= noon else set())


def _outside(calendar: Any, visit: Any, allowed: Any) -> bool:
    day = _day(calendar, visit)
    makes_good = day.weekday() in (5, 6) and calendar.workdays.special.get(day) is False
    for half in _halves(calendar, visit):
        days = {each.weekday for each in allowed if each.half.value == half}
        if not days or (day.weekday() not in days and not makes_good):
            return True
    return False


def _alone(calendar: Any, visit: Any) -> set[str]:
    day, rules, kinds = _day(calendar, visit), calendar.rules, set()
    if day < calendar.starts_on or day > calendar.ends_on:
        kinds.add("outside")
    if calendar.workdays.special.get(day) and not rules.on_holidays:
        kinds.add("holiday")
    if any(span.first <= day <= span.last for span in rules.blackout):
        kinds.add("blackout")
    if _outside(calendar, visit, rules.half_days):
        kinds.add("half_day")
    venue = calendar.places.get(visit.venue)
    heads = calendar.hosts[visit.unit].heads if visit.heads is None else visit.heads
    if venue is not None and venue.capacity < heads:
        kinds.add("capacity")
    if visit.talk is not None:
        able = calendar.teachers[calendar.talks[visit.talk].teacher].availability
        if any(span.first <= day <= span.last for span in able.away):
            kinds.add("away")
        if able.half_days is not None and _outside(calendar, visit, able.half_days):
            kinds.add("unavailable")
        if able.online_only and (venue is None or not venue.online):
            kinds.add("online_only")
    return kinds


def _both(calendar: Any, one: Any, other: Any) -> set[str]:
    a, b = sorted((one, other), key=lambda each: _minute(each.starts_at))
    apart = _minute(a.ends_at) <= _minute(b.starts_at)
    same_lecturer = (
        a.talk is not None and b.talk is not None and calendar.talks[a.talk].teacher == calendar.talks[b.talk].teacher
    )
    if apart:
        gap = _minute(b.starts_at) - _minute(a.ends_at)
        return {"travel"} if same_lecturer and gap < _minutes_between(calendar, a.venue, b.venue) else set()
    kinds = {"lecturer"} if same_lecturer else set()
    kinds |= {"unit"} if a.unit == b.unit else set()
    kinds |= {"venue"} if a.venue is not None and a.venue == b.venue else set()
    return kinds | ({"roster"} if set(a.people) & set(b.people) else set())


def _minutes_between(calendar: Any, one: int | None, other: int | None) -> float:
    """The spherical law of cosines, where the product has haversines."""
    if one is None or other is None or one == other:
        return 0
    here, there, rules = calendar.places[one], calendar.places[other], calendar.rules
    if here.online or there.online:
        return 0
    for known in rules.journeys:
        if set(known.venues) == {one, other}:
            return known.minutes
    if here.latitude is None or there.latitude is None:
        return rules.unknown_minutes
    lat, lon = radians(here.latitude), radians(here.longitude)
    other_lat, other_lon = radians(there.latitude), radians(there.longitude)
    inner = sin(lat) * sin(other_lat) + cos(lat) * cos(other_lat) * cos(lon - other_lon)
    km = 6371.0088 * acos(min(1.0, inner))
    return km * rules.detour / rules.speed_kmh * 60 + rules.margin_minutes


def _many(calendar: Any, visits: list[Any]) -> set[tuple[str, frozenset[int]]]:
    found: set[tuple[str, frozenset[int]]] = set()

    def too_many(kind: str, group: list[Any], most: int | None) -> None:
        if most is not None and len(group) > most and not all(_firm(each) for each in group):
            found.add((kind, frozenset(each.key for each in group if not each.foreign)))

    own = [each for each in visits if not each.foreign]
    for day in {_day(calendar, each) for each in own}:
        too_many("day_full", [each for each in own if _day(calendar, each) == day], calendar.rules.most_per_day)
    for unit in {each.unit for each in visits}:
        regular = [each for each in own if each.unit == unit and each.regular]
        too_many("unit_again", regular, calendar.rules.unit_visits)
        there = [each for each in visits if each.unit == unit]
        for talk, count in Counter(each.talk for each in there if each.talk is not None).items():
            too_many("repeat", [each for each in there if each.talk == talk] if count > 1 else [], 1)
    for number, teacher in calendar.teachers.items():
        taught = [each for each in visits if each.talk is not None and calendar.talks[each.talk].teacher == number]
        too_many("load", [each for each in taught if not each.foreign], teacher.availability.most_in_all)
        for week in {_day(calendar, each).isocalendar()[:2] for each in taught}:
            in_week = [each for each in taught if _day(calendar, each).isocalendar()[:2] == week]
            too_many("week_load", in_week, teacher.availability.most_per_week)
    return found

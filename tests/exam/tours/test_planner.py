"""Whole calendars: every stop once, no hard conflict by a second judge, few points, few changes, and reasons."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product

import pytest

from exam.tours import checking, infeasible, planner, replanning
from exam.tours.choosing import choose
from exam.tours.options import Option, Room
from exam.tours.planned import Calendar, Host, Place, Talk, Teacher, Visit
from exam.tours.planning_rules import Availability, Half, Journey, PlanRules, Span, Wish, Wished
from tests.factories.calendar_checker import wrong
from tests.factories.calendars import ZONE, drawn, half_days, with_rules

MONDAY = date(2027, 3, 1)
LONG = Span(first=date(2027, 1, 1), last=date(2027, 12, 31))


def _small(
    stops: int, teachers: int, *, weeks: int = 2, weekdays: tuple[int, ...] = (1, 2), **rules: object
) -> Calendar:
    """Units with a venue each, lecturers with one lecture each, Tuesdays and Wednesdays in the afternoon."""
    given = {"half_days": half_days(weekdays), "most_per_day": 1} | rules
    return Calendar(
        visits=tuple(Visit(key=each, unit=each) for each in range(1, stops + 1)),
        places={
            each: Place(each, f"场地{each}", each, 60, latitude=33 + each / 100, longitude=117.7)
            for each in range(1, stops + 1)
        },
        teachers={each: Teacher(each, f"讲师{each}") for each in range(1, teachers + 1)},
        talks={each: Talk(each, f"讲题{each}", each, ("LAW",)) for each in range(1, teachers + 1)},
        hosts={
            each: Host(each, f"单位{each}", heads=30, home=(33 + each / 100, 117.7)) for each in range(1, stops + 1)
        },
        starts_on=MONDAY,
        ends_on=MONDAY + timedelta(7 * weeks - 3),
        zone=ZONE,
        rules=PlanRules.model_validate(given),
    )


def _able(calendar: Calendar, **by_teacher: Availability) -> Calendar:
    given = {int(name[1:]): able for name, able in by_teacher.items()}
    teachers = {
        number: replace(each, availability=given.get(number, each.availability))
        for number, each in calendar.teachers.items()
    }
    return replace(calendar, teachers=teachers)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_stop_is_placed_once_and_a_second_judge_finds_nothing_wrong(seed: int) -> None:
    calendar = drawn(seed, stops=16, lecturers=8, venues=8, weeks=4, most_per_day=2)
    found = planner.propose(calendar, seed=seed)
    assert found.left_out == ()
    assert sorted(each.key for each in found.calendar.visits) == sorted(calendar.hosts)
    assert all(each.placed and each.talk and each.venue for each in found.calendar.visits)
    assert wrong(found.calendar) == set()
    assert found.bound <= found.cost == checking.cost(found.calendar)


def test_the_same_seed_gives_the_same_calendar() -> None:
    calendar = drawn(3, stops=6, lecturers=4, venues=3, weeks=3, most_per_day=2)
    assert planner.propose(calendar, seed=4).calendar == planner.propose(calendar, seed=4).calendar


def test_fixed_held_and_foreign_stops_stay_and_are_kept_clear_of() -> None:
    calendar = _small(4, 1, weeks=2)
    start = datetime(2027, 3, 2, 5, 40, tzinfo=UTC)
    there = {"starts_at": start, "ends_at": start + timedelta(minutes=220)}
    day = timedelta(1)
    fixed = Visit(1, 1, **there, venue=1, talk=1, fixed=True)
    held = Visit(2, 2, start + day, there["ends_at"] + day, 2, 1, settled=True)
    foreign = Visit(-9, 1, start + 7 * day, there["ends_at"] + 7 * day, 1, 1, foreign=True)
    free = with_rules(calendar, half_days=half_days((1, 2, 3)))
    calendar = replace(free, visits=(fixed, held, calendar.visits[2], calendar.visits[3], foreign))
    found = planner.propose(calendar, seed=1)
    assert {fixed, held, foreign} <= set(found.calendar.visits)
    assert found.left_out == ()
    assert wrong(found.calendar) == wrong(calendar)


def test_with_keep_only_what_waits_is_placed() -> None:
    calendar = planner.propose(_small(3, 2), seed=1).calendar
    waiting = replace(calendar.visits[1], starts_at=None, ends_at=None)
    found = planner.propose(calendar.with_visit(waiting), seed=9, keep=True)
    assert [each for each in found.calendar.visits if each.key != 2] == [
        each for each in calendar.visits if each.key != 2
    ]
    assert found.left_out == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_calendar_without_a_free_half_day_still_leaves_every_unit_its_own_venue(seed: int) -> None:
    """No stop can go to another time alone there: only venues can be put right one by one."""
    calendar = _small(6, 3, weeks=3)
    found = planner.propose(calendar, seed=seed)
    assert found.left_out == ()
    assert all(calendar.own_venue(each.unit, each.venue or 0) for each in found.calendar.visits)
    assert found.proven, "weeks and lecturers, each at their best, go together here"


def test_nothing_cheaper_exists_where_it_says_so() -> None:
    """Every calendar of three stops, tried one by one."""
    wishes = (Wished(unit=2, wish=Wish.LATE), Wished(unit=3, wish=Wish.EARLY))
    calendar = _online(_small(3, 2, weekdays=(1, 2), wishes=wishes))
    hosts = calendar.hosts | {1: replace(calendar.hosts[1], industries=("INDUSTRY-光伏",), weak=("LAW",))}
    talks = calendar.talks | {2: Talk(2, "光伏", 2, ("INDUSTRY-光伏",))}
    calendar = _able(replace(calendar, hosts=hosts, talks=talks), L2=Availability(half_days=half_days((2,))))
    found = planner.propose(calendar, seed=1)
    room = Room(calendar, planner.free_keys(calendar, keep=False))
    best = min(checking.cost(each) for each in _every(room, calendar))
    assert found.bound <= best <= found.cost
    assert found.cost == best
    assert found.proven == (found.bound == best)


def _every(room: Room, calendar: Calendar) -> list[Calendar]:
    options = [list(room.options(each)) for each in room.free]
    found = (planner.placed(calendar, {each.visit: each for each in chosen}) for chosen in product(*options))
    return [each for each in found if not wrong(each)]


def test_a_lecturer_gets_from_one_hall_to_the_next_or_is_not_sent() -> None:
    calendar = _small(2, 1, weeks=1, weekdays=(1,), most_per_day=2)
    both = half_days((1,), Half.MORNING, Half.AFTERNOON)
    near = with_rules(calendar, half_days=both, journeys=(Journey(venues=(1, 2), minutes=90),))
    assert planner.propose(near, seed=1).left_out == ()
    far = with_rules(near, journeys=(Journey(venues=(1, 2), minutes=91),))
    found = planner.propose(far, seed=1)
    assert found.left_out == ()
    assert len({each.venue for each in found.calendar.visits}) == 1  # the one comes to the other
    places = {each: replace(place, capacity=30 + each) for each, place in far.places.items()}
    hosts = {each: replace(host, heads=30 + each) for each, host in far.hosts.items()}
    fixed = _fixed(replace(far, places=places, hosts=hosts))
    found = planner.propose(fixed, seed=1)
    assert found.left_out == (2,)
    assert found.proven


def test_which_wishes_conflict_is_told_and_none_too_many() -> None:
    calendar = _small(3, 2, weeks=2, blackout=(Span(first=date(2027, 3, 8), last=date(2027, 3, 12)),))
    calendar = _able(
        calendar, L1=Availability(half_days=half_days((1,)), most_per_week=2), L2=Availability(most_in_all=0)
    )
    assert len(planner.propose(calendar, seed=1).left_out) == 2
    told = infeasible.explain(calendar)
    assert told.certain
    said = [each.template % each.params for each in told.wishes]
    assert said
    without = calendar
    for each in told.wishes:
        left = [other for other in infeasible.wishes_of(calendar) if other not in told.wishes] + [each]
        without = calendar
        for other in left:
            without = other.without(without)
        assert planner.propose(without, seed=1).left_out == ()  # each of them is needed for the conflict


def test_too_many_stops_for_the_days_are_told_as_that() -> None:
    calendar = _small(3, 1, weeks=1, weekdays=(0, 1, 2, 3, 4))
    calendar = replace(calendar, ends_on=MONDAY, rules=calendar.rules.model_copy(update={"most_per_day": None}))
    told = infeasible.explain(calendar)
    assert (told.wishes, told.stops, told.half_days) == ((), 3, 1)


def test_a_unit_too_large_for_every_hall_is_named() -> None:
    calendar = _small(2, 2)
    calendar = replace(calendar, hosts=calendar.hosts | {2: replace(calendar.hosts[2], heads=99)})
    told = infeasible.explain(calendar)
    assert [each.template % each.params for each in told.wishes] == [
        "单位2 comes with 99 people; the largest venue has 60 seats."
    ]


def _fixed(calendar: Calendar) -> Calendar:
    """The first visit in its own hall on Tuesday morning, too small for the second."""
    start = datetime(2027, 3, 2, 0, 30, tzinfo=UTC)
    first = replace(
        calendar.visits[0], starts_at=start, ends_at=start + timedelta(minutes=220), venue=1, talk=1, fixed=True
    )
    return calendar.with_visit(first)


@pytest.mark.parametrize("seed", range(5))
def test_when_a_lecturer_drops_out_no_calendar_changes_fewer_stops(seed: int) -> None:
    """Compared with every set of stops, the smallest first, each put everywhere it can go."""
    calendar = _able(
        _online(_small(4, 3, weeks=1, weekdays=(1, 2, 3), most_per_day=2)),
        L1=Availability(half_days=half_days(((1, 2), (2, 3), (1,), (3,), (1, 3))[seed])),
        L2=Availability(most_per_week=1 + seed % 2, half_days=half_days((1, 3))),
    )
    calendar = planner.propose(calendar, seed=seed).calendar
    assert all(each.placed for each in calendar.visits)
    hurt = _able(calendar, L3=Availability(away=(LONG,)))
    found = replanning.mend(hurt)
    assert wrong(found.calendar) == set()
    fewest = _fewest(hurt)
    if fewest is None:
        assert found.left_out
    else:
        assert not found.left_out
        assert len(found.changed) == fewest
        assert found.fewest <= fewest
        assert set(found.moved) <= set(found.changed)
    unchanged = {each.key: each for each in hurt.visits if each.key not in found.changed}
    assert {each.key: each for each in found.calendar.visits if each.key in unchanged} == unchanged


def _online(calendar: Calendar) -> Calendar:
    """Every unit stays where it is."""
    return replace(calendar, places={each: replace(place, online=True) for each, place in calendar.places.items()})


def _fewest(hurt: Calendar) -> int | None:
    must = {key for _, keys in wrong(hurt) for key in keys}
    keys = [each.key for each in hurt.visits]
    for size in range(len(keys) + 1):
        for free in combinations(keys, size):
            if size and must and not must & set(free):
                continue
            room = Room(hurt, free)
            if _placeable(room, {each.key: list(room.options(each)) for each in room.free}, {}):
                return size
    return None


def _placeable(room: Room, options: dict[int, list[Option]], chosen: dict[int, Option]) -> bool:
    """Whether all free visits can be placed, by trying; the second judge decides at every step."""
    calendar = planner.placed(room.calendar, chosen, [key for key in options if key not in chosen])
    if wrong(calendar):
        return False
    key = next((key for key in options if key not in chosen), None)
    return key is None or any(_placeable(room, options, {**chosen, key: each}) for each in options[key])


def test_a_date_that_falls_out_moves_what_stood_on_it_alone() -> None:
    calendar = planner.propose(_small(4, 3, weeks=3), seed=1).calendar
    day = calendar.local(calendar.visits[0].span[0]).date()
    found = replanning.mend(with_rules(calendar, blackout=(Span(first=day, last=day),)))
    assert found.changed == found.moved == (1,)
    assert found.proven
    assert wrong(found.calendar) == set()


def test_a_sound_calendar_is_left_as_it_is() -> None:
    calendar = planner.propose(_small(3, 2), seed=1).calendar
    assert replanning.mend(calendar) == replanning.Mended(calendar, (), (), (), 0, proven=True)


def test_the_search_that_ends_before_anything_is_found_says_so() -> None:
    calendar = _small(3, 2)
    room = Room(calendar, planner.free_keys(calendar, keep=False))
    options = {each.key: list(room.options(each)) for each in room.free}
    chosen = choose(room, options)
    assert chosen is not None
    assert chosen.proven
    assert len(chosen.options) == 3

"""Any edit of a calendar either leaves no hard conflict or is refused, each one by name."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam.tours import checking
from exam.tours.planned import Calendar, Host, Place, Talk, Teacher, Visit
from exam.tours.planning_rules import Availability, Half, HalfDay, Hours, Journey, PlanRules, Span
from exam.workdays.counting import Workdays
from tests.factories.calendar_checker import wrong

ZONES = [ZoneInfo(each) for each in ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "UTC")]
MONDAY = date(2027, 3, 22)
"""The week at whose end the clocks of Berlin go forward; those of St John's did a week before."""
DAYS = st.integers(-1, 9).map(lambda each: MONDAY + timedelta(each))
MINUTES = st.sampled_from(
    [0, 30, 8 * 60 + 30, 10 * 60, 12 * 60 + 10, 12 * 60 + 30, 13 * 60 + 40, 17 * 60 + 20, 23 * 60]
)
LENGTHS = st.sampled_from([-30, 0, 1, 60, 90, 150, 220, 24 * 60])


@st.composite
def spans(draw: st.DrawFn, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Times written by some clock: the county's, UTC, or one of another zone; also of no length and across midnight."""
    start = datetime.combine(draw(DAYS), time(0), zone) + timedelta(minutes=draw(MINUTES))
    end = start.astimezone(UTC) + timedelta(minutes=draw(LENGTHS))
    other = draw(st.sampled_from([zone, UTC, *ZONES]))
    return start.astimezone(other), end.astimezone(draw(st.sampled_from([other, UTC])))


@st.composite
def visits(draw: st.DrawFn, zone: ZoneInfo, key: int) -> Visit:
    starts_at, ends_at = draw(spans(zone))
    return Visit(
        key=key,
        unit=draw(st.integers(1, 4)),
        starts_at=starts_at,
        ends_at=ends_at,
        venue=draw(st.none() | st.integers(1, 4)),
        talk=draw(st.none() | st.integers(1, 4)),
        heads=draw(st.none() | st.integers(0, 60)),
        people=frozenset(draw(st.sets(st.integers(1, 6), max_size=2))),
        regular=draw(st.booleans()),
    )


HALF_DAYS = st.sets(st.tuples(st.integers(0, 6), st.sampled_from(Half)), min_size=1, max_size=10).map(
    lambda found: tuple(HalfDay(weekday=day, half=half) for day, half in sorted(found))
)
AWAY = st.lists(DAYS.map(lambda day: Span(first=day, last=day)), max_size=1).map(tuple)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    zone = draw(st.sampled_from(ZONES))
    teachers = {
        number: Teacher(
            number,
            f"讲师{number}",
            Availability(
                half_days=draw(st.none() | HALF_DAYS),
                away=draw(AWAY),
                most_per_week=draw(st.none() | st.integers(0, 2)),
                most_in_all=draw(st.none() | st.integers(0, 3)),
                online_only=draw(st.booleans()),
            ),
        )
        for number in (1, 2, 3)
    }
    rules = PlanRules(
        half_days=draw(st.just(PlanRules().half_days) | HALF_DAYS),
        blackout=draw(AWAY),
        on_holidays=draw(st.booleans()),
        most_per_day=draw(st.none() | st.integers(1, 3)),
        unit_visits=draw(st.integers(1, 2)),
        journeys=draw(st.sampled_from([(), (Journey(venues=(2, 1), minutes=85),)])),
    )
    drawn = [draw(visits(zone, key)) for key in range(1, draw(st.integers(1, 6)))]
    firm = [
        replace(draw(visits(zone, -number)), foreign=number == 1, settled=number == 2)
        for number in range(1, draw(st.integers(1, 3)))
    ]
    sound = [
        each
        for each in firm
        if not wrong(_calendar(zone, rules, teachers, (replace(each, foreign=False, settled=False),)))
    ]
    keyed = [replace(each, key=100) if each.settled else each for each in sound]
    return _calendar(zone, rules, teachers, (*drawn, *keyed))


def _calendar(zone: ZoneInfo, rules: PlanRules, teachers: dict[int, Teacher], found: tuple[Visit, ...]) -> Calendar:
    return Calendar(
        visits=found,
        places={
            1: Place(1, "一", 1, 40, latitude=33.61, longitude=117.70),
            2: Place(2, "二", 2, 40, latitude=33.36, longitude=117.96),
            3: Place(3, "三", 3, 60),
            4: Place(4, "四", 4, 60, online=True),
        },
        teachers=teachers,
        talks={number: Talk(number, f"讲题{number}", min(number, 3)) for number in (1, 2, 3, 4)},
        hosts={number: Host(number, f"单位{number}", heads=number * 12) for number in (1, 2, 3, 4)},
        starts_on=MONDAY,
        ends_on=MONDAY + timedelta(8),
        zone=zone,
        rules=rules,
        workdays=Workdays({MONDAY + timedelta(2): True, MONDAY + timedelta(5): False}),
    )


def _told(calendar: Calendar, key: int) -> set[tuple[str, frozenset[int]]]:
    found = checking.concerning(checking.conflicts(calendar), key)
    return {(each.kind.value, frozenset(each.placements)) for each in found if each.hard}


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_an_edit_is_refused_for_each_rule_it_breaks_and_for_no_other(data: st.DataObject) -> None:
    calendar = data.draw(calendars())
    key = data.draw(st.sampled_from([1, 50]))
    edited = data.draw(visits(calendar.zone, key))
    others = tuple(each for each in calendar.visits if each.key != key)
    after = replace(calendar, visits=(*others, edited))
    assert _told(after, key) == wrong(after, key=key)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_edits_that_are_accepted_never_leave_a_hard_conflict(data: st.DataObject) -> None:
    """From an empty calendar, whatever is tried in whatever order."""
    calendar = replace(data.draw(calendars()), visits=())
    for _ in range(6):
        edited = data.draw(visits(calendar.zone, data.draw(st.integers(1, 4))))
        others = tuple(each for each in calendar.visits if each.key != edited.key)
        tried = replace(calendar, visits=(*others, edited))
        if not _told(tried, edited.key):
            calendar = tried
    assert checking.hard_conflicts(calendar) == ()
    assert wrong(calendar) == set()


@settings(max_examples=15, deadline=None)
@given(calendars())
def test_every_conflict_has_its_sentence_filled_in(calendar: Calendar) -> None:
    for each in checking.conflicts(calendar, at=datetime(2027, 3, 24, tzinfo=UTC)):
        assert "%(" not in each.template % each.params
        assert each.hard == (each.cost == 0)


def _day(zone: ZoneInfo, day: date, start: time, end: time, **values: object) -> Visit:
    begins, ends = datetime.combine(day, start, zone), datetime.combine(day, end, zone)
    return Visit(**({"key": 1, "unit": 1, "starts_at": begins, "ends_at": ends, "venue": 1, "talk": 1} | values))


def _alone(zone: ZoneInfo, *found: Visit, **rules: object) -> set[str]:
    free = {number: Teacher(number, "讲师") for number in (1, 2, 3)}
    given_rules = PlanRules(**({"on_holidays": True} | rules))
    calendar = replace(_calendar(zone, given_rules, free, found), ends_on=MONDAY + timedelta(14))
    return {each.kind.value for each in checking.hard_conflicts(calendar)}


ALL = tuple(HalfDay(weekday=day, half=half) for day in range(7) for half in Half)
SHANGHAI, BERLIN = ZONES[0], ZONES[1]


def test_what_begins_when_another_ends_shares_no_time_with_it() -> None:
    one = _day(SHANGHAI, MONDAY, time(8), time(10))
    after = _day(SHANGHAI, MONDAY, time(10), time(12), key=2, unit=2, talk=2)
    assert _alone(SHANGHAI, one, after) == set()
    same = replace(after, starts_at=one.starts_at)
    assert _alone(SHANGHAI, one, same) == {"venue"}


@pytest.mark.parametrize("length", [timedelta(0), timedelta(minutes=-1)])
def test_a_stop_of_no_length_is_told_of_for_that_alone(length: timedelta) -> None:
    visit = _day(SHANGHAI, MONDAY, time(8), time(9))
    assert _alone(SHANGHAI, replace(visit, ends_at=visit.starts_at + length)) == {"times"}


def test_a_stop_ends_on_the_day_it_begins_midnight_itself_included() -> None:
    late = _day(SHANGHAI, MONDAY, time(22), time(23))
    midnight = datetime.combine(MONDAY + timedelta(1), time(0), SHANGHAI)
    assert _alone(SHANGHAI, replace(late, ends_at=midnight)) == set()
    assert _alone(SHANGHAI, replace(late, ends_at=midnight + timedelta(minutes=1))) == {"midnight"}


def test_a_time_without_a_zone_is_not_taken_for_the_countys() -> None:
    visit = _day(SHANGHAI, MONDAY, time(8), time(9))
    assert _alone(SHANGHAI, replace(visit, ends_at=datetime(2027, 3, 22, 9))) == {"times"}  # noqa: DTZ001


def test_the_day_is_the_countys_whatever_clock_wrote_the_time() -> None:
    sunday_evening_utc = datetime(2027, 3, 21, 23, 30, tzinfo=UTC)
    visit = _day(SHANGHAI, MONDAY, time(8), time(9), starts_at=sunday_evening_utc)
    assert _alone(SHANGHAI, visit) == set()
    assert "outside" in _alone(ZONES[3], replace(visit, ends_at=sunday_evening_utc + timedelta(minutes=20)))


def test_the_hour_that_the_clocks_skip_does_not_make_a_stop_longer() -> None:
    """Berlin, Sunday 28 March 2027: at 2:00 it is 3:00. From 1:30 to 3:00 by the clock is half an hour."""
    sunday = MONDAY + timedelta(6)
    one = _day(BERLIN, sunday, time(1), time(1, 30))
    other = _day(BERLIN, sunday, time(3), time(4), key=2, unit=2, talk=2, venue=2)
    joined = replace(other, talk=1)
    rules = {"half_days": ALL, "journeys": (Journey(venues=(1, 2), minutes=31),)}
    assert _alone(BERLIN, one, other, **rules) == set()
    assert _alone(BERLIN, one, joined, **rules) == {"travel"}
    assert _alone(BERLIN, one, joined, **rules | {"journeys": (Journey(venues=(1, 2), minutes=30),)}) == set()


def test_hours_and_spans_the_wrong_way_round_are_no_rules() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Hours(starts=time(9), ends=time(9))
    with pytest.raises(ValueError, match="last day"):
        Span(first=MONDAY, last=MONDAY - timedelta(1))

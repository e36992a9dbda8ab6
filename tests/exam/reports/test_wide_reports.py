"""The county's and a unit's report: coverage, course, change, topics against the county, and their frozen form."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from exam.reports import frozen
from exam.reports.comparison import Measure
from exam.reports.county import county_report
from exam.reports.statistics import Flag, Group
from exam.reports.units import unit_report
from exam.tours.models import StopStatus, Tour
from question_bank.enums import Audience
from tests.factories.accounts import make_person, make_unit
from tests.factories.results import SIX_CHOICES, make_sat_paper
from tests.factories.tours import STARTS, make_entry, make_stop, make_tour

pytestmark = pytest.mark.db

ZONE = ZoneInfo("Asia/Shanghai")


def held(session: Session, tour: Tour, unit, scores: list[int | None], *, days: int = 0, audience=Audience.TOWN):
    """A finished stop of `tour` at which people of `unit` scored so."""
    starts = STARTS + timedelta(days=days)
    stop = make_stop(session, tour=tour, unit=unit, starts_at=starts, status=StopStatus.FINISHED)
    entries = [
        make_entry(session, stop, person=make_person(session, unit=unit, audience=audience), audience=audience)
        for _ in scores
    ]
    make_sat_paper(session, stop, dict(zip(entries, scores, strict=True)), contents=SIX_CHOICES)
    return stop


@pytest.fixture
def two_rounds(session: Session):
    """Last year's tour at 石桥镇, and this one: 石桥镇 in the first week, 临河镇 in the second, a third stop ahead."""
    stone, river = make_unit(session, name="石桥镇"), make_unit(session, name="临河镇")
    last = make_tour(session, name="上一轮")
    last.starts_on -= timedelta(days=365)
    now = make_tour(session, name="本轮")
    held(session, last, stone, [40, 60, 60, 60, 60], days=-365)
    held(session, now, stone, [60, 70, 80, 90, 100, None])
    held(session, now, river, [40, 40, 40, 60, 60, None, None], days=8)
    make_stop(session, tour=now, unit=make_unit(session), starts_at=STARTS + timedelta(days=20))
    return now, stone, river


def test_the_countys_report_shows_boards_coverage_and_the_course_of_the_tour(session: Session, two_rounds) -> None:
    now, stone, river = two_rounds
    found = county_report(session, Measure.BUSINESS, zone=ZONE, tour_id=now.id, released_only=False, with_changes=True)
    assert [(group, each.unit.name, each.rank) for group, each in found.units] == [
        (Group.TOWN, "石桥镇", 1),
        (Group.TOWN, "临河镇", 2),
    ]
    assert [each.unit.unit_id for _, each in found.flagged] == [river.id]
    assert found.flagged[0][1].flags == (Flag.ATTENDANCE, Flag.PASS_RATE)
    covered = found.coverage
    assert (covered.stops, covered.held, covered.units, covered.units_held) == (3, 2, 3, 2)
    assert (covered.on_rosters, covered.expected, covered.sat) == (13, 13, 10)
    assert [(stop.week, stop.figures and stop.figures.mean) for stop in found.stops] == [
        (1, Decimal(80)),
        (2, Decimal(48)),
        (4, None),
    ]
    assert [(week.week, week.figures.sat) for week in found.weeks] == [(1, 5), (2, 5)]
    change = found.changes[Group.TOWN]
    assert (change.tour, change.of_equated, change.difference) == ("上一轮", False, Decimal(8))
    assert [row.unit_id for row in found.report.matrix.rows] == [stone.id, river.id]


def test_a_units_report_stands_against_the_county_and_the_round_before(session: Session, two_rounds) -> None:
    now, stone, _ = two_rounds
    found = unit_report(session, stone.id, Measure.BUSINESS, tour_id=now.id, released_only=False)
    [side] = found.sides
    assert (side.ranked.rank, side.ranked_units, side.county.mean) == (1, 2, Decimal(64))
    assert [each.count for each in side.distribution] == [0, 0, 0, 0, 0, 0, 1, 1, 1, 2]
    assert sum(each.count for each in side.county_distribution) == 10
    assert [(topic.code, topic.own, topic.county) for topic in side.topics] == [
        ("COUNTY", Decimal("0.8"), Decimal("0.64"))
    ]
    assert side.change is not None
    assert (side.change.before.mean, side.change.difference) == (Decimal(56), Decimal(24))
    assert len(found.people) == 6


def test_cadres_and_staff_of_departments_stand_apart(session: Session) -> None:
    tour, unit = make_tour(session), make_unit(session)
    held(session, tour, unit, [60, 80])
    held(session, tour, unit, [100], audience=Audience.DEPARTMENT)
    found = unit_report(session, unit.id, Measure.BUSINESS, tour_id=tour.id, released_only=False)
    assert [(side.group, side.ranked.unit.figures.mean) for side in found.sides] == [
        (Group.TOWN, 70),
        (Group.DEPARTMENT, 100),
    ]


def test_what_is_frozen_comes_back_as_it_was_without_names(session: Session, two_rounds) -> None:
    now, stone, _ = two_rounds
    county = county_report(session, Measure.BUSINESS, zone=ZONE, tour_id=now.id, released_only=False)
    unit = unit_report(session, stone.id, Measure.BUSINESS, tour_id=now.id, released_only=False)
    back = frozen.county_from(frozen.kept(county))
    assert (back.boards, back.stops, back.weeks, back.report.matrix) == (
        county.boards,
        county.stops,
        county.weeks,
        county.report.matrix,
    )
    assert back.report.people == ()
    assert frozen.unit_from(frozen.kept(unit, people=True)) == unit


@pytest.mark.parametrize("stops", [1, 3])
def test_wide_reports_have_a_fixed_number_of_queries(engine: Engine, session: Session, stops: int) -> None:
    tour = make_tour(session)
    for number in range(stops):
        unit = make_unit(session)
        held(session, tour, unit, [60, 80], days=number)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    county_report(session, Measure.BUSINESS, zone=ZONE, tour_id=tour.id, released_only=False)
    assert len(seen) == 5
    seen.clear()
    unit_report(session, unit.id, Measure.BUSINESS, tour_id=tour.id, released_only=False)
    assert len(seen) == 4

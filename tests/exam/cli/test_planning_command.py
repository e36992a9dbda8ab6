"""`liangjuan tour plan | publish`."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from exam import clock, database
from exam.audit import AuditEvent
from exam.cli import cli
from exam.tours import arranging, drafting, drafts, operations
from exam.tours.flow import StopStatus
from exam.tours.models import Lecturer, Placement, Stop, Tour, TourDraft, TourVersion
from exam.tours.planning_rules import Availability, Half, HalfDay, PlanRules
from tests.factories.accounts import make_person, make_unit
from tests.factories.tours import make_stop, make_tour

ZONE = ZoneInfo("Asia/Shanghai")
AFTERNOONS = tuple(HalfDay(weekday=day, half=Half.AFTERNOON) for day in (1, 2))
LENGTH = timedelta(minutes=220)


@pytest.fixture(autouse=True)
def here(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)


@pytest.fixture
def tour(engine: Engine) -> str:
    """Three stops at three towns in two weeks, on Tuesdays and Wednesdays; two lecturers. The code of the tour."""
    with database.writing(engine) as session:
        made = make_tour(session, code="SPRING", name="春季巡讲")
        today = clock.now().astimezone(ZONE).date()
        monday = today + timedelta(days=14 - today.weekday())
        made.starts_on, made.ends_on = monday, monday + timedelta(days=11)
        rules = PlanRules(half_days=AFTERNOONS, most_per_day=1, on_holidays=True)
        arranging.set_rules(session, made, rules, by=None, at=clock.now())
        lectures = [_lecture(session, number) for number in (1, 2)]
        for number in (1, 2, 3):
            stop = make_stop(session, tour=made, unit=make_unit(session, name=f"第{number}镇"), number=number)
            stop.starts_at = datetime.combine(monday, datetime.min.time(), ZONE) + timedelta(days=number, hours=14)
            stop.ends_at, stop.status = stop.starts_at + LENGTH, StopStatus.PLANNED
            stop.lecture = lectures[number % 2]
            stop.venue = operations.create_venue(
                session, name=f"{stop.unit.name}会议室", unit=stop.unit, capacity=60, by=None, at=clock.now()
            )
        return made.code


def _lecture(session: Any, number: int) -> Any:
    at = clock.now()
    lecturer = operations.register_lecturer(
        session,
        code=f"L{number}",
        person=make_person(session, name=f"讲师{number}"),
        title="业务骨干",
        field="光伏",
        by=None,
        at=at,
    )
    return operations.create_lecture(session, lecturer, title=f"讲题{number}", by=None, at=at)


def run(*words: object, plain: bool = False) -> Result:
    return CliRunner().invoke(cli, ["tour", *map(str, words), *([] if plain else ["--json"])])


def told(*words: object, status: int = 0) -> dict[str, Any]:
    done = run(*words)
    assert (done.exit_code, done.exception is None or status > 0) == (status, True), done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _rows(engine: Engine) -> tuple[int, ...]:
    """How many drafts, placements, versions and audit rows there are."""
    with database.reading(engine) as session:
        return tuple(
            session.scalar(select(func.count()).select_from(each)) or 0
            for each in (TourDraft, Placement, TourVersion, AuditEvent)
        )


def _times(engine: Engine) -> list[datetime]:
    with database.reading(engine) as session:
        return list(session.scalars(select(Stop.starts_at).order_by(Stop.number)))


@pytest.mark.db
def test_a_whole_calendar_is_planned_told_and_published(engine: Engine, tour: str) -> None:
    before = _times(engine)
    found = told("plan", "--tour", tour, "--seed", "3")
    assert sorted(found) == ["bound", "cost", "gap", "left_out", "proven", "stops"]
    assert found["left_out"] == []
    assert found["bound"] <= found["cost"]
    assert {each["unit"] for each in found["stops"]} == {"第1镇", "第2镇", "第3镇"}
    assert sorted(found["stops"][0]) == [
        *("ends_at", "lecture", "lecturer", "placement", "starts_at", "unit", "venue"),
    ]
    days = [datetime.fromisoformat(each["starts_at"]) for each in found["stops"]]
    assert days == sorted(days)
    assert {(each.weekday(), each.strftime("%H:%M %z")) for each in days} <= {(1, "13:40 +0800"), (2, "13:40 +0800")}
    assert _times(engine) == before, "nothing counts until it is published"
    done = told("publish", "--tour", tour, "--note", "首次发布")
    assert (done["version"], done["stops"]) == (1, 3)
    assert all(each["sentence"] and "%(" not in each["sentence"] for each in done["changes"])
    assert sorted(_times(engine)) == days
    lines = run("plan", plain=True).stdout.splitlines()
    assert (len(lines), lines[-1].startswith("代价 ")) == (4, True)


def test_the_same_seed_plans_the_same_and_what_is_placed_can_be_kept(engine: Engine, tour: str) -> None:
    first = told("plan", "--seed", "3")
    assert told("plan", "--seed", "3") == first
    with database.writing(engine) as session:
        waits = session.scalars(select(Placement).order_by(Placement.id)).first()
        drafts.unplace(session, waits, by=None, at=clock.now())
        key = waits.id
    kept = told("plan", "--keep", "--seed", "99")
    others = [[each for each in found["stops"] if each["placement"] != key] for found in (first, kept)]
    assert others[0] == others[1]
    assert kept["left_out"] == []


def test_a_tour_without_room_ends_with_status_1_and_says_which_wishes_conflict(engine: Engine, tour: str) -> None:
    with database.writing(engine) as session:
        found = session.scalars(select(Tour)).one()
        found.ends_on = found.starts_on + timedelta(days=4)
    done = told("plan", "--tour", tour, status=1)
    assert len(done["left_out"]) == 1
    assert (done["conflict"]["certain"], done["conflict"]["stops"], done["conflict"]["half_days"]) == (True, 3, 2)
    assert done["conflict"]["wishes"]
    assert not any("%(" in each for each in done["conflict"]["wishes"])
    assert [each["starts_at"] for each in done["stops"]].count(None) == 1
    plain = run("plan", "--tour", tour, plain=True)
    assert plain.exit_code == 1
    assert "不能同时满足" in plain.stdout
    assert "待排" in plain.stdout
    refused = run("publish", "--tour", tour)
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert "没有时间" in refused.stderr


def test_a_lecturer_drops_out_and_the_fewest_stops_change(engine: Engine, tour: str) -> None:
    told("plan", "--tour", tour)
    told("publish", "--tour", tour)
    with database.reading(engine) as session:
        ends_on = session.scalars(select(Tour.ends_on)).one()
        theirs = session.scalar(select(func.count()).select_from(Stop).where(Stop.lecture.has(title="讲题1"))) or 0
    found = told("plan", "--tour", tour, "--without", "L1")
    assert sorted(found) == ["changed", "fewest", "left_out", "moved", "proven"]
    assert (len(found["changed"]), found["fewest"], found["proven"]) == (theirs, theirs, True)
    assert {each["lecturer"] for each in found["changed"]} == {"讲师2"}
    with database.reading(engine) as session:
        lecturer = session.scalars(select(Lecturer).where(Lecturer.code == "L1")).one()
        (away,) = Availability.model_validate(lecturer.availability).away
    assert (away.first, away.last) == (clock.now().astimezone(ZONE).date(), ends_on)
    assert "改动 0 场" in run("plan", "--mend", plain=True).stdout
    assert len(told("publish", "--tour", tour)["changes"]) >= theirs


def test_a_lecturer_is_away_from_and_to_the_days_given(engine: Engine, tour: str) -> None:
    told("plan", "--without", "L1", "--from", "2027-03-01", "--to", "2027-03-05")
    with database.reading(engine) as session:
        lecturer = session.scalars(select(Lecturer).where(Lecturer.code == "L1")).one()
        assert lecturer.availability["away"] == [{"first": "2027-03-01", "last": "2027-03-05"}]


def test_two_stops_at_one_time_are_mended_by_moving_one(engine: Engine, tour: str) -> None:
    told("plan")
    with database.writing(engine) as session:
        draft = session.scalars(select(TourDraft)).one()
        first, second = drafting.placements_of(session, draft)[:2]
        first.starts_at, first.ends_at, first.lecture = second.starts_at, second.ends_at, second.lecture
        names = {first.unit.name, second.unit.name}
    found = told("plan", "--mend")
    assert (len(found["changed"]), found["proven"], found["left_out"]) == (1, True, [])
    assert found["changed"][0]["unit"] in names


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("plan", "--tour", "NOTHING"), 3),
        (("publish", "--tour", "NOTHING"), 3),
        (("plan", "--without", "L9"), 3),
        (("plan", "--without", "L1", "--from", "2027-03-09", "--to", "2027-03-08"), 3),
        (("plan", "--from", "2027-03-09"), 2),
        (("plan", "--without", "L1", "--from", "9.3.2027"), 2),
        (("plan", "--keep", "--mend"), 2),
        (("plan", "--keep", "--without", "L1"), 2),
        (("plan", "--seed", "many"), 2),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing_behind(
    engine: Engine, tour: str, words: tuple[str, ...], status: int
) -> None:
    before = _rows(engine)
    done = run(*words)
    assert (done.exit_code, done.stdout) == (status, "")
    assert done.stderr
    assert _rows(engine) == before


@pytest.mark.db
def test_a_refused_calendar_is_not_published_and_every_reason_is_said(engine: Engine, tour: str) -> None:
    with database.writing(engine) as session:
        one, other, _ = session.scalars(select(Stop).order_by(Stop.number))
        other.starts_at, other.ends_at, other.venue = one.starts_at, one.ends_at, one.venue
    before = _rows(engine), _times(engine)
    done = run("publish", "--tour", tour)
    assert (done.exit_code, done.stdout) == (3, "")
    said = done.stderr.splitlines()
    assert len(said) == 3, "a day off, a venue used twice, a day too full"
    assert sum("第1镇会议室" in each for each in said) == 1
    assert (_rows(engine), _times(engine)) == before


def test_what_has_been_published_is_not_published_again(engine: Engine, tour: str) -> None:
    told("plan")
    told("publish")
    before = _rows(engine)
    done = run("publish")
    assert (done.exit_code, done.stdout) == (3, "")
    assert _rows(engine) == before


def test_where_there_is_no_tour_that_is_said(engine: Engine) -> None:
    del engine
    for verb in ("plan", "publish"):
        assert run(verb).exit_code == 3

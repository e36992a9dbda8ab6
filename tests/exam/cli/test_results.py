"""`liangjuan grade` and `liangjuan report`."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, select

from exam import database
from exam.cli import cli
from exam.grading import queries
from exam.sittings.models import Sitting, SittingStatus
from exam.sittings.operations import start, submit
from exam.tours.models import Tour
from tests.factories.accounts import make_unit
from tests.factories.county import make_county
from tests.factories.results import make_sat_paper
from tests.factories.sittings import make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


@pytest.fixture
def stop_id(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A stop at 石桥镇 (T01) of the tour YC where two people sat the business paper."""
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    with database.writing(engine) as session:
        stop = make_stop(session, unit=make_unit(session, code="T01", name="石桥镇"))
        session.get_one(Tour, stop.tour_id).code = "YC"
        make_sat_paper(session, stop, {make_entry(session, stop): 80, make_entry(session, stop): 60})
        return stop.id


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_grading_ends_what_is_overdue_and_tells_what_changed(engine: Engine, stop_id: int) -> None:
    with database.writing(engine) as session:
        stop = make_stop(session)
        entry, other = make_entry(session, stop), make_entry(session, stop)
        sitting = make_sitting(session, stop=stop)
        for each in (entry, other):
            make_assignment(session, sitting, each)
        overdue = start(session, entry, sitting, device="test", at=sitting.opens_at)
        unmarked = start(session, other, sitting, device="test", at=sitting.opens_at)
        submit(session, unmarked, at=sitting.opens_at)
        ids, wanted = sorted((overdue.id, unmarked.id)), stop.id
        overdue.deadline = overdue.started_at.replace(year=2020, month=1, day=2)
        overdue.started_at = overdue.started_at.replace(year=2020, month=1, day=1)
    first = json.loads(run("grade", wanted, "--json").output)
    assert (first["marked"], first["waiting"], sorted(first["changed"])) == (2, 0, ids)
    assert json.loads(run("grade", wanted, "--json").output) == {"marked": 0, "waiting": 0, "changed": []}
    with database.reading(engine) as session:
        assert len(queries.marks_of(session, ids[0])) == 11


@pytest.mark.parametrize("subject", ["stop", "T01", "YC"])
def test_a_stop_a_unit_and_a_tour_are_reported(stop_id: int, tmp_path: Path, subject: str) -> None:
    file = tmp_path / "out.json"
    name = stop_id if subject == "stop" else subject
    done = run("report", name, "--format", "json", "--measure", "business", "-o", file, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["file"] == str(file)
    data = json.loads(file.read_text(encoding="utf-8"))
    assert data["rule"]["business"] == 60
    assert ("coverage" in data, "unit" in data) == (subject == "YC", subject == "T01")
    if subject != "T01":  # the two people belong to units of their own
        assert data["groups"][0]["figures"]["mean"] == "70.00"


def test_excel_and_csv_hold_the_same_units(stop_id: int, tmp_path: Path) -> None:
    excel, text = tmp_path / "out.xlsx", tmp_path / "out.csv"
    for form, file in (("xlsx", excel), ("csv", text)):
        assert run("report", stop_id, "--format", form, "--measure", "business", "-o", file).exit_code == 0
    with text.open(encoding="utf-8-sig", newline="") as lines:
        head, *rows = csv.reader(lines)
    sheet = CalamineWorkbook.from_path(excel).get_sheet_by_name("单位对比").to_python()
    assert sheet[1] == head
    assert [row[2] for row in sheet[2:]] == [row[2] for row in rows]


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("docx", b"PK")])
def test_stops_and_units_are_printed(stop_id: int, tmp_path: Path, form: str, begins: bytes) -> None:
    for subject in (stop_id, "T01"):
        file = tmp_path / f"{subject}.{form}"
        done = run("report", subject, "--format", form, "--measure", "business", "-o", file, "--json")
        assert done.exit_code == 0, done.output
        assert file.read_bytes().startswith(begins)
        assert json.loads(done.output)["missing_glyphs"] == []


@pytest.mark.parametrize(("subject", "told"), [("999999", ""), ("nowhere", "nowhere"), ("石桥", "T01 石桥镇")])
def test_an_unknown_subject_is_answered_with_the_nearest_names(
    stop_id: int, tmp_path: Path, subject: str, told: str
) -> None:
    refused = run("report", subject, "-o", tmp_path / "out.xlsx")
    assert refused.exit_code == 3
    assert told in refused.output


def test_a_units_file_holds_its_own_people_and_its_rank_among_all(engine: Engine, stop_id: int, tmp_path: Path) -> None:
    with database.writing(engine) as session:
        session.scalars(select(Sitting)).one().status = SittingStatus.OPEN  # another specification is not compared
        make_county(session, people=15, units=3, status=SittingStatus.CLOSED)
    ranks = {}
    for name in ("演示1镇", "演示2镇", "演示3镇"):
        file = tmp_path / f"{name}.csv"
        assert run("report", name, "--format", "csv", "--measure", "business", "-o", file).exit_code == 0
        with file.open(encoding="utf-8-sig", newline="") as lines:
            head, *rows = csv.reader(lines)
        [row] = rows
        ranks[row[head.index("单位")]] = int(row[head.index("名次")])
        assert row[head.index("应考")] == "5"
    assert len(ranks) == 3
    assert max(ranks.values()) > 1


def test_a_place_that_cannot_be_written_is_named(stop_id: int, tmp_path: Path) -> None:
    refused = run("report", stop_id, "-o", tmp_path / "missing" / "out.xlsx")
    assert refused.exit_code == 3
    assert "missing" in refused.output

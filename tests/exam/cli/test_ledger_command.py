"""`liangjuan ledger list | remind`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from exam import clock, database
from exam.cli import cli
from exam.ledger.flow import CaseStatus
from tests.factories.cases import make_case, make_office


@pytest.mark.db
def test_cases_are_listed_and_reminded_of_once(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    at = clock.now() - timedelta(days=40)
    with database.writing(engine) as session:
        office = make_office(session, email="desk@example.cn")
        number = make_case(session, CaseStatus.ASSIGNED, office, at=at).number
        make_case(session, CaseStatus.CLOSED, office, at=at)

    def run(*arguments: str) -> tuple[int, dict]:
        done = CliRunner().invoke(cli, ["ledger", *arguments, "--json"])
        return done.exit_code, json.loads(done.stdout)

    status, listed = run("list")
    assert (status, listed["count"], listed["overdue"]) == (1, 1, 1)
    assert (listed["cases"][0]["number"], listed["cases"][0]["owner"]) == (number, "供电公司")
    assert run("list", "--show", "closed")[1]["count"] == 1
    assert run("list", "没有这样的字")[0] == 0
    first, again = run("remind")[1], run("remind")[1]
    assert (first["messages"], first["raised"], first["cases"][0]["level"]) == (2, 1, "county")
    assert (again["messages"], again["raised"]) == (0, 0)
    assert number in CliRunner().invoke(cli, ["ledger", "list", "--show", "all"]).stdout

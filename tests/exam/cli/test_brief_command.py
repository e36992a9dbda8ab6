"""`liangjuan tour brief`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from exam import database
from exam.cli import cli
from tests.factories.results import make_sat_paper
from tests.factories.tours import STARTS, make_entry, make_stop

pytestmark = pytest.mark.db


def test_the_brief_is_made_written_and_told_as_json(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    with database.writing(engine) as session:
        before = STARTS - timedelta(days=365)  # the command goes by the clock
        sat, open_ = make_stop(session, starts_at=before), make_stop(session, starts_at=before)
        make_sat_paper(session, sat, {make_entry(session, sat): score for score in (20, 30, 40, 50, 60, 70)})
        make_sat_paper(session, open_, {make_entry(session, open_): None}, close=False)
        stops = sat.id, open_.id
    file = tmp_path / "brief.pdf"

    def run(stop: int, *more: str) -> object:
        return CliRunner().invoke(cli, ["tour", "brief", str(stop), "-o", str(file), *more])

    found = run(stops[0], "--json")
    told = json.loads(found.stdout)
    assert (told["stop"], told["number"], told["sat"], told["pages"]) == (stops[0], 1, 6, 1)
    assert file.read_bytes().startswith(b"%PDF")
    again = json.loads(run(stops[0], "--json").stdout)
    assert again["number"] == 1, "what is up to date is not made again"
    assert "已交卷6人" in run(stops[0]).stdout
    refused = run(stops[1])
    assert refused.exit_code == 3
    assert refused.stdout == ""

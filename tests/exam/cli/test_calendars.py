"""`liangjuan tour ics | remind | send`."""

import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from exam import clock, database
from exam.accounts.roles import Role
from exam.cli import cli
from exam.tours import publishing
from tests.factories.accounts import make_person, make_unit
from tests.factories.notices import make_channel
from tests.factories.tours import make_stop
from tests.post_office import mail_house


@pytest.fixture(autouse=True)
def here(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, words), "--json"])


def test_the_published_calendar_is_written_as_a_file(engine: Engine, tmp_path: Path) -> None:
    with database.writing(engine) as session:
        unit = make_unit(session, code="T01", name="石桥镇")
        stop = make_stop(session, unit=unit)
        make_stop(session, tour=stop.tour, starts_at=stop.starts_at + timedelta(days=1))
        publishing.announce(session, stop.tour, zone=ZoneInfo("Asia/Shanghai"), by=None, at=clock.now())
    file = tmp_path / "tour.ics"
    told = json.loads(run("tour", "ics", "-o", file).output)
    assert (told["file"], told["events"]) == (str(file), 2)
    assert len(icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")) == 2
    assert json.loads(run("tour", "ics", "-o", file, "--unit", "T01").output)["events"] == 1
    assert run("tour", "ics", "-o", file, "--tour", "nothing").exit_code == 3


def test_reminders_and_messages_go_out_by_hand(engine: Engine) -> None:
    with mail_house() as house:
        with database.writing(engine) as session:
            unit = make_unit(session)
            make_stop(session, unit=unit, starts_at=clock.now() + timedelta(hours=20))
            make_person(session, unit=unit, roles=[Role.UNIT_CONTACT]).email = "contact@example.gov.cn"
        without = run("tour", "remind")
        assert (json.loads(without.output), without.exit_code) == ({"queued": 1, "channels": 0}, 1)
        with database.writing(engine) as session:
            make_channel(session, address=house.address)
        assert json.loads(run("tour", "remind").output) == {"queued": 0, "channels": 1}
        told = json.loads(run("tour", "send").output)
        assert (told["sent"], told["states"]["sent"], len(house.taken)) == (1, 1, 1)

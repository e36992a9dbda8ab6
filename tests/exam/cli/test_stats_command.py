"""`liangjuan stats leaks` tells what waits, and works it out when asked."""

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from exam.cli.stats import stats
from exam.extensions import writing
from tests.factories.bank import make_question
from tests.factories.leak_alarms import make_alarm

pytestmark = pytest.mark.db


@pytest.fixture
def run(app: Flask, database_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])

    def command(*arguments: str) -> tuple[int, dict]:
        result = CliRunner().invoke(stats, [*arguments, "--json"])
        return result.exit_code, json.loads(result.stdout)

    return command


def test_a_waiting_alarm_is_a_finding(run, app: Flask) -> None:
    assert run("leaks", "--refresh")[0] == 0
    with app.app_context(), writing() as session:
        make_alarm(session, make_question(session, code="T1"))
    status, shown = run("leaks")
    assert status == 1
    (alarm,) = shown["alarms"]
    assert {key: alarm[key] for key in ("question", "status", "probability", "chance", "after_stop")} == {
        "question": "T1",
        "status": "open",
        "probability": 0.93,
        "chance": 0.0004,
        "after_stop": 3,
    }
    assert alarm["since"] == {"answers": 24, "facility": 0.92, "expected": 0.69}

"""`liangjuan regrade`: preview, propose, confirm as another person."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from exam import database
from exam.accounts.roles import Role
from exam.cli import cli
from exam.grading import sat
from exam.grading.models import Mark, Source
from exam.jobs.models import Job, JobStatus
from tests.factories.accounts import make_account, make_person
from tests.factories.corrections import sit, version_of

pytestmark = pytest.mark.db


@pytest.fixture
def asked(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    """Stop, question and policy of a question that should have had the key C, where three people sat it."""
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    with database.writing(engine) as session:
        for name in ("zhang", "wang"):
            person = make_person(session, name=name, roles=[Role.ORGANISER])
            make_account(session, person, username=name, password="shi-juan-2027")
        candidate = make_person(session)
        make_account(session, candidate, username="kaosheng", password="shi-juan-2027")
        sitting = sit(session, ["B", "C", None])
        code = sat.version_by_id(session, version_of(session, sitting)).question.code
        return "regrade", sitting.stop_id, "--question", code, "--policy", "new_key", "--key", "C"


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_a_preview_tells_every_change_and_writes_nothing(engine: Engine, asked: tuple[object, ...]) -> None:
    data = json.loads(run(*asked, "--preview", "--json").output)
    assert (data["marked"], data["waiting"], len(data["changed"])) == (0, 0, 2)
    first, second = data["changed"]
    told = {key: first[key] for key in ("before", "after", "passed_before", "passed_after")}
    assert told == {"before": "100.00", "after": "50.00", "passed_before": True, "passed_after": False}
    assert (second["before"], second["after"], len(second["ticket"])) == ("50.00", "100.00", 8)
    with database.reading(engine) as session:
        assert session.scalars(select(Mark).where(Mark.source == Source.CORRECTION)).all() == []


def test_it_is_proposed_by_one_and_marked_once_another_confirms(engine: Engine, asked: tuple[object, ...]) -> None:
    told = (*asked, "--reason", "答案印错", "--as", "zhang")
    assert run(*asked, "--json").exit_code == 2
    assert run(*told, "--confirm-as", "zhang", "--json").exit_code == 3
    assert run(*told, "--confirm-as", "kaosheng", "--json").exit_code == 3
    data = json.loads(run(*told, "--confirm-as", "wang", "--json").output)
    assert (data["status"], data["marked"], len(data["releases"])) == ("done", 2, 1)
    with database.reading(engine) as session:
        [job] = session.scalars(select(Job))
        assert job.status is JobStatus.DONE


def test_what_nobody_sat_or_lacks_its_key_is_refused(asked: tuple[object, ...]) -> None:
    command, stop, option, _, *rest = asked
    assert run(command, stop, option, "NONE", *rest, "--preview").exit_code == 3
    assert run(*asked[:6], "--preview").exit_code == 3

"""The first real day, on the real command line in a process of its own where the process matters."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from exam import audit, clock, database
from exam.accounts import throttle, tries, workbook
from exam.accounts.models import Credential, Person, Unit
from exam.accounts.operations import begin_login
from exam.accounts.queries import credential_by_username
from exam.accounts.roles import Role, UnitCategory
from exam.accounts.secrets import password_fits
from exam.cli import cli
from question_bank import content, operations
from question_bank.models import Question
from question_bank.stocktaking import stock
from tests.conftest import NOON
from tests.factories.accounts import make_account, make_person, make_unit
from tests.factories.workbooks import county
from tests.factories.workbooks import workbook as book

db = pytest.mark.db


@pytest.fixture
def site(database_url: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, on an empty database that stands at the newest revision."""
    folder = tmp_path / "site"
    monkeypatch.setenv("LIANGJUAN_DATA", str(folder))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("LIANGJUAN_TIMEZONE", raising=False)
    return folder


def _run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(cli, list(arguments), input=given)


def _setup(*more: str, given: str = "nine tall herons\n") -> Result:
    return _run(
        "setup", "--county", "云川县", "--admin-user", "boss", "--json", "--password-file", "-", *more, given=given
    )


def _json(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)  # type: ignore[no-any-return]


@db
def test_the_first_day_leaves_everything_to_begin_with_and_a_second_run_changes_nothing(
    site: Path, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "county.xlsx"
    file.write_bytes(county(people=12, units=3))
    first = _json(_setup("--workbook", str(file), "--timezone", "Asia/Urumqi"))
    assert (first["ok"], first["county"], first["units"], first["people"]) == (True, "云川县", 3, 12)
    assert first["administrator"] == {"user": "boss", "secret": None, "created": True}
    assert [each["user"] for each in first["first_passwords"]] == ["user1", "user2"]
    with database.reading(engine) as session:
        boss = credential_by_username(session, "boss")
        assert boss is not None
        assert (boss.must_change, password_fits(boss.password_hash, "nine tall herons")) == (False, True)
        assert {grant.role for grant in boss.person.grants} == {Role.ADMINISTRATOR}
        assert session.scalar(select(func.count()).where(Question.demo)) == 0
        assert stock(session).published == first["questions"] > 160
        assert set(session.scalars(select(Unit.parent_id).where(Unit.code.startswith("U")))) == {boss.person.unit_id}
        assert audit.verify(session) is None
        rows = session.scalar(select(func.count()).select_from(audit.AuditEvent))
    second = _json(_setup("--workbook", str(file), given=""))
    assert (second["questions"], second["timezone"]) == (first["questions"], "Asia/Urumqi")
    assert (second["units"], second["people"], second["first_passwords"]) == (0, 0, [])
    assert second["administrator"]["created"] is False
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(audit.AuditEvent)) == rows


def test_faults_in_the_workbook_are_findings_and_write_no_people(site: Path, engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "county.xlsx"
    file.write_bytes(book({"人员": [("姓名", "单位"), ("演示甲", "没有的镇")]}))
    result = _run(
        "setup", "--county", "云川县", "--admin-user", "boss", "--generate", "--workbook", str(file), "--json"
    )
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert [(f["sheet"], f["row"], f["column"], f["found"]) for f in told["faults"]] == [
        ("人员", 2, "单位", "没有的镇")
    ]
    with database.reading(engine) as session:
        boss = credential_by_username(session, "boss")
        assert list(session.scalars(select(Person.code))) == ["ADMIN"]
        assert boss is not None
        assert boss.must_change
        assert password_fits(boss.password_hash, told["administrator"]["secret"])


def test_first_passwords_go_into_a_file_only_its_owner_reads(site: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "county.xlsx", tmp_path / "passwords.xlsx"
    file.write_bytes(county(people=3, units=1))
    done = _json(_setup("--workbook", str(file), "--passwords", str(out)))
    assert (done["first_passwords"], done["passwords_file"]) == ([], str(out))
    assert out.stat().st_size > 0
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert _setup("--passwords", str(out)).exit_code == 2


def test_an_unknown_time_zone_is_wrong_use(site: Path) -> None:
    assert _setup("--timezone", "Mars/Base").exit_code == 2


def test_a_site_of_another_county_is_refused(site: Path, engine: Engine) -> None:
    with database.writing(engine) as session:
        make_unit(session, name="别县", category=UnitCategory.COUNTY)
    assert _setup().exit_code == 3


def test_the_demos_folder_is_refused_before_anything_is_touched(site: Path, engine: Engine) -> None:
    site.mkdir()
    (site / "demo.json").write_text("{}")
    assert (_setup().exit_code, _setup().stdout) == (3, "")
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 0


def test_a_database_with_invented_questions_is_refused(site: Path, engine: Engine) -> None:
    with database.writing(engine) as session:
        invented = next(draft for draft in content.shipped(demo=True) if draft.demo_only)
        operations.import_drafts(session, [invented], by=None, at=NOON)
    assert _setup().exit_code == 3


@pytest.mark.parametrize("weak", ["boss2027\n", "云川县12345\n", "short\n", "\n"])
def test_a_weak_administrator_is_refused(site: Path, engine: Engine, weak: str) -> None:
    assert _setup(given=weak).exit_code == 3
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Credential)) == 0


def test_what_is_missing_is_wrong_use(site: Path) -> None:
    assert _run("setup", "--admin-user", "boss", "--generate").exit_code == 2
    assert _run("setup", "--county", "云川县", "--admin-user", "boss").exit_code == 2


def test_the_template_is_written(tmp_path: Path) -> None:
    file = tmp_path / "template.xlsx"
    assert _json(_run("template", str(file), "--json")) == {"file": str(file)}
    assert workbook.read(file.read_bytes()).persons == ()


def test_the_users_verbs_need_somebody_to_act_on(site: Path) -> None:
    assert _run("user", "unlock").exit_code == 2
    assert _run("user", "add", "x.y", "--name", "甲", "--unit", "NONE", "--generate").exit_code == 3
    for verb in (["password", "--generate"], ["unlock"], ["end-logins"]):
        assert _run("user", *verb, "nobody.here").exit_code == 3


@db
def test_a_user_is_added_once_and_then_only_gains_roles(site: Path, engine: Engine) -> None:
    with database.writing(engine) as session:
        make_unit(session, code="U01")
    add = ("user", "add", "Li.Bo", "--name", "演示李", "--unit", "U01", "--json")
    first = _json(_run(*add, "--role", "marker", "--generate"))
    assert (first["user"], first["person"], first["roles"], first["created"]) == ("li.bo", "li.bo", ["marker"], True)
    second = _json(_run(*add, "--role", "leader"))
    assert (second["roles"], second["created"], second["secret"]) == (["leader", "marker"], False, None)


@db
def test_a_user_gets_a_new_password_is_unlocked_and_signed_out(site: Path, engine: Engine) -> None:
    with database.writing(engine) as session:
        person = make_person(session)
        make_account(session, person, username="boss", password="nine tall herons")
        begin_login(session, person.id, device="", at=clock.now())
        tries.count_failure(session, (throttle.username_key("boss"),), at=clock.now())
    assert _json(_run("user", "unlock", "boss", "--address", "10.0.0.1", "--json"))["cleared"] == 1
    assert _json(_run("user", "end-logins", "boss", "--json")) == {"user": "boss", "ended": 1}
    changed = _run("user", "password", "boss", "--password-file", "-", "--json", given="two papers one lesson\n")
    assert _json(changed) == {"user": "boss", "secret": None}
    with database.reading(engine) as session:
        boss = credential_by_username(session, "boss")
        assert boss is not None
        assert password_fits(boss.password_hash, "two papers one lesson")

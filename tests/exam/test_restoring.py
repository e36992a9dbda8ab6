"""A backup comes back whole, on this machine or another; one that was altered is found and changes nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select, text

from exam import audit, backup, database, restoring
from exam.audit import AuditEvent
from exam.cli import cli
from tests.conftest import NOON, use_shipped_pg_dump


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    use_shipped_pg_dump(monkeypatch)


def done(engine: Engine, *actions: str) -> None:
    with database.writing(engine) as session:
        for action in actions:
            audit.record(session, action, "x:1", by=None, at=NOON, detail={"说": "原话"})


def actions(url: str) -> list[str]:
    engine = database.open_engine(url)
    with database.reading(engine) as session:
        found = list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    engine.dispose()
    return found


@pytest.fixture
def copy(engine: Engine, database_url: str, tmp_path: Path) -> Path:
    """A backup of three events, after which a fourth was done; nobody uses the database any more."""
    done(engine, "a.done", "b.done", "c.done")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret_key").write_text("of the county", encoding="ascii")
    made = backup.make(engine, database_url, tmp_path / "kept", at=NOON, data=tmp_path / "data")
    done(engine, "d.done")
    engine.dispose()
    return Path(made["file"])


@pytest.mark.db
def test_a_restored_database_is_that_of_the_backup_and_goes_on_from_there(
    copy: Path, database_url: str, tmp_path: Path, engine: Engine
) -> None:
    (tmp_path / "data" / "secret_key").write_text("of a new machine", encoding="ascii")
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(restoring.InUse):
            restoring.restore(copy, database_url, tmp_path / "data", at=NOON)
    engine.dispose()
    told = restoring.restore(copy, database_url, tmp_path / "data", at=NOON)
    assert (told["ok"], told["events"]) == (True, 3)
    assert (tmp_path / "data" / "secret_key").read_text(encoding="ascii") == "of the county"
    kept = {file.name.partition(".")[0] for file in Path(told["kept"]).iterdir()}
    assert kept == {"liangjuan", "secret_key"}
    done(engine, "e.done")
    assert restoring.prove_database(engine).findings == []
    assert actions(database_url) == ["a.done", "b.done", "c.done", "e.done"]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def miscount(file: Path) -> None:
    beside = file.with_suffix(".json")
    told = json.loads(beside.read_text(encoding="utf-8"))
    told["rows"]["audit_event"] += 1
    beside.write_text(json.dumps(told), encoding="utf-8")


def forget(file: Path) -> None:
    file.with_suffix(".json").unlink()


@pytest.mark.parametrize("harm", [cut, flip, miscount, forget])
def test_a_backup_that_was_altered_is_refused_and_nothing_changes(
    copy: Path, database_url: str, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    harm(copy)
    with pytest.raises(restoring.NotSound):
        restoring.restore(copy, database_url, tmp_path / "data", at=NOON)
    assert actions(database_url)[-1] == "d.done"


def test_a_copy_of_the_other_engine_is_refused(copy: Path, database_url: str, tmp_path: Path) -> None:
    other = copy.with_suffix(".dump" if copy.suffix == ".db" else ".db")
    other.write_bytes(b"")
    with pytest.raises(restoring.NothingToRestore):
        restoring.restore(other, database_url, tmp_path / "data", at=NOON)


def test_the_commands_prove_first_and_restore_when_told_to(
    copy: Path, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("SECRET_KEY", raising=False)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, [*arguments, "--json"])

    assert json.loads(run("verify").stdout)["events"] == 4
    assert json.loads(run("verify", str(copy.parent)).stdout)["events"] == 3
    assert json.loads(run("restore", str(copy.parent)).stdout)["done"] is False
    assert actions(database_url)[-1] == "d.done"
    restored = json.loads(run("restore", str(copy.parent), "--yes").stdout)
    assert (restored["done"], restored["ok"], restored["events"]) == (True, True, 3)
    assert actions(database_url)[-1] == "c.done"
    flip(copy)
    assert run("verify", str(copy)).exit_code == 1

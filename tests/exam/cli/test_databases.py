"""What commands say of a database they cannot work with."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from exam import database, schema
from exam.cli import cli

NEEDED = schema.HEAD


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose database stands at the first shape, as far as anybody can see from outside."""
    engine = database.open_engine(f"sqlite:///{tmp_path}/liangjuan.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    engine.dispose()
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.mark.parametrize("command", ["bank stats", "papers certificate 1", "documents list", "grade 1", "audit verify"])
def test_a_database_of_an_older_shape_is_to_be_upgraded_first(old: Path, command: str) -> None:
    result = run(*command.split())
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"数据库版本为 0001，本程序需要 {NEEDED}：请运行 liangjuan db upgrade。\n"


def test_an_older_database_can_still_be_backed_up(old: Path) -> None:
    result = run("backup", str(old / "kept"))
    assert result.exit_code == 0, result.output
    assert list((old / "kept").iterdir())


def test_a_database_that_does_not_answer_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody:secret@127.0.0.1:1/nothing")
    result = run("bank", "stats")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("数据库无法使用：")
    assert "secret" not in result.stderr

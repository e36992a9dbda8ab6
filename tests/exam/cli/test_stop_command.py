"""`liangjuan stop`: from the county to the hall and back, as people type it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from exam import config, database, hall_backup
from exam.cli import cli
from tests.conftest import NOON
from tests.factories.away import Prepared, hold, prepare_stop, settings_of


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def told(*words: object) -> dict:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def prepared(engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prepared:
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with database.writing(engine) as session:
        return prepare_stop(session)


def test_a_stop_goes_to_the_hall_and_its_results_come_home(
    prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, file, results = tmp_path / "words", tmp_path / "hall.lj", tmp_path / "results.lj"
    words.write_text("三月 春风", encoding="utf-8")
    made = told("stop", "export", prepared.stop_id, "--for-hall", "-o", file, "--passphrase-file", words)
    laptop = tmp_path / "laptop"
    monkeypatch.setenv("LIANGJUAN_DATA", str(laptop))
    there = told("stop", "take-in", file, "--passphrase-file", words)
    assert (there["name"], there["persons"], there["papers"]) == (made["name"], 4, 6)
    engine = database.open_engine(settings_of(laptop).database_url)
    with database.writing(engine) as session:
        hold(session, prepared)
    engine.dispose()
    sent = told("stop", "export", prepared.stop_id, "-o", results)
    assert sent["key"] == made["key"] == told("stop", "key")["key"]
    monkeypatch.setenv("LIANGJUAN_DATA", str(tmp_path))
    told("stop", "distrust", sent["key"])
    refused = run("stop", "import", results)
    assert (refused.exit_code, sent["key"] in refused.stderr) == (3, True)
    told("stop", "trust", sent["key"], "--name", "第二会场")
    assert (told("stop", "import", results)["attempts"], told("stop", "import", results)["again"]) == (4, True)


def test_a_sealed_copy_of_the_hall_is_opened_for_restoring(prepared: Prepared, engine: Engine, tmp_path: Path) -> None:
    settings = config.load()
    sealed = config.Settings(
        settings.data,
        settings.database_url,
        "",
        settings.zone,
        hall_copies=str(tmp_path / "stick"),
        hall_passphrase="春风",
    )
    made = hall_backup.copy(engine, sealed, at=NOON)
    words = tmp_path / "words"
    words.write_text("春风\n", encoding="utf-8")
    opened = told("stop", "unseal", made["file"], tmp_path / "open.db", "--passphrase-file", words)
    assert told("verify", opened["file"])["ok"] is True

"""Disks that hold answers: the tightest counts, and without room no paper begins."""

from pathlib import Path
from typing import NamedTuple

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from exam import clock, database, disk
from exam.disk import DiskFull, Room
from exam.extensions import db

GB = 2**30


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def leave(monkeypatch: pytest.MonkeyPatch, free: int, whole: int = 100 * GB) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda folder: Usage(whole, whole - free, free))


@pytest.mark.parametrize(("free", "refused"), [(2 * GB - 1, True), (2 * GB, False)])
def test_below_two_gigabytes_no_paper_begins(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, refused: bool
) -> None:
    leave(monkeypatch, free)
    if refused:
        with pytest.raises(DiskFull) as caught:
            disk.require_room(engine, tmp_path)
        assert caught.value.params["free"] == "2.0"
    else:
        disk.require_room(engine, tmp_path)


@pytest.mark.parametrize(("free", "low"), [(15 * GB, False), (15 * GB - 1, True), (GB, True)])
def test_below_fifteen_percent_somebody_is_told(free: int, low: bool) -> None:
    assert Room(Path(), free, 100 * GB).low is low


@pytest.mark.db
def test_the_folder_of_the_database_is_looked_at_beside_the_data_folder(engine: Engine, tmp_path: Path) -> None:
    found = disk.folders(engine, tmp_path / "data")
    assert found[0] == tmp_path / "data"
    if engine.dialect.name == "sqlite":
        assert found[1:] == (tmp_path,)
    else:
        assert (found[1] / "PG_VERSION").exists()
    assert disk.tightest(found).free > 0


def test_a_node_says_that_it_is_ready_and_what_somebody_should_look_at(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(monkeypatch, 14 * GB)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["ready"], answer.json["alarms"]) == (200, True, ["disk"])
    assert answer.json["disk"] == {"free_bytes": 14 * GB, "free_share": 0.14}
    assert answer.json["database"]["journal_mode"] == "wal"


def test_a_node_answers_while_somebody_writes(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), database.writing(db.engine):  # the write lock is taken
        assert client.get("/readyz").json["ready"] is True


def test_a_clock_that_somebody_has_set_is_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "drift", lambda: -3600.0)
    assert "clock" in client.get("/readyz").json["alarms"]


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "10.0.0.9"}, {"Authorization": "Bearer "}])
def test_who_asks_from_elsewhere_learns_no_figures(client: FlaskClient, headers: dict[str, str]) -> None:
    where = {"REMOTE_ADDR": "127.0.0.1" if "X-Forwarded-For" in headers else "10.0.0.9"}
    assert set(client.get("/readyz", headers=headers, environ_base=where).json) == {"ready", "alarms"}

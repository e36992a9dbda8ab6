"""Processes that end are begun again, sooner after long lives than after short ones; nobody outlives the supervisor."""

import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy.exc import OperationalError

from exam import config, server, supervisor
from tests.servers import TOP, free_port

pytestmark = pytest.mark.skipif(os.name == "nt", reason="processes are ended by signals only on POSIX")

SITE = """
import os, sys, time
from multiprocessing import get_context
from pathlib import Path
from exam.supervisor import Post, Supervisor

folder = Path(sys.argv[1])

def note(name):
    with open(folder / name, "a") as out:
        print(os.getpid(), time.monotonic(), file=out)

def stays():
    note("stays")
    time.sleep(600)

def leaves():
    note("leaves")

Supervisor(get_context("fork"), (Post("stays", stays), Post("leaves", leaves)), lambda name: note("counted " + name)).run()
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SITE, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(TOP)},
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.kill()
    process.wait()


def lives(folder: Path, name: str, at_least: int) -> list[tuple[int, float]]:
    """Process number and moment of each beginning, once there are so many."""
    until = time.monotonic() + 20
    while True:
        lines = (folder / name).read_text().splitlines() if (folder / name).exists() else []
        if len(lines) >= at_least:
            return [(int(line.split()[0]), float(line.split()[1])) for line in lines]
        assert time.monotonic() < until, (name, lines)
        time.sleep(0.02)


def test_a_killed_process_is_begun_again_and_counted(site: subprocess.Popen[bytes], tmp_path: Path) -> None:
    [(first, _)] = lives(tmp_path, "stays", 1)
    os.kill(first, signal.SIGKILL)
    [_, (second, _)] = lives(tmp_path, "stays", 2)
    assert second != first
    assert len(lives(tmp_path, "counted stays", 1)) == 1


def test_a_process_that_ends_at_once_is_begun_ever_later(site: subprocess.Popen[bytes], tmp_path: Path) -> None:
    moments = [moment for _, moment in lives(tmp_path, "leaves", 4)]
    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert pauses[0] >= 0.1
    assert pauses[1] >= 0.2
    assert pauses[2] >= 0.4


def test_asked_to_stop_it_ends_its_processes_and_leaves_with_status_0(
    site: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    [(child, _)] = lives(tmp_path, "stays", 1)
    site.terminate()
    assert site.wait(timeout=10) == 0
    assert not psutil.pid_exists(child)


def test_no_process_outlives_a_killed_supervisor(site: subprocess.Popen[bytes], tmp_path: Path) -> None:
    [(child, _)] = lives(tmp_path, "stays", 1)
    site.kill()
    site.wait()
    until = time.monotonic() + 10
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_pauses_double_up_to_a_bound() -> None:
    assert [supervisor.delay(short) for short in (0, 1, 2, 3, 4, 20)] == [0.1, 0.1, 0.2, 0.4, 0.8, 10.0]


def test_a_port_that_another_server_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "TAKEN", 0.0)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as servers do that would share it
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(server.AddressTaken):
            server.require_free("127.0.0.1", other.getsockname()[1])
    server.require_free("127.0.0.1", free_port())


def test_a_database_that_is_away_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "AGAIN", (0.05, 0.1))
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    with pytest.raises(OperationalError):
        server.wait_for_database(config.load(tmp_path), patience=0.2)

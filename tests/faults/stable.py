"""A process that has loaded the product once, and from which servers are forked in a tenth of a second.

One stands ready for all processes of a run of the tests. A server forked from it does what the command line does,
from `exam.cli.main` on; only the loading of modules, four seconds of a processor, is spared.

    python stable.py DOOR OWNER     listens at the Unix socket DOOR until the process OWNER is gone
"""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, Self

import psutil
import pytest

from tests.servers import TOP, Server
from tests.shared import made_once

LOADED = (
    "exam.cli.serving",
    "exam.cli.database",
    "exam.app",
    "exam.front",
    "exam.jobs.worker",
    "tests.faults.variants",
)
LIANGJUAN = "exam.cli:main"
LOOK = 2.0
"""Seconds between two looks whether the run of the tests is still there."""


def stable(factory: pytest.TempPathFactory) -> Path:
    """The door of this run's stable."""
    return made_once(factory, "stable", _build) / "door"


def _build(folder: Path) -> None:
    owner = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    command = [sys.executable, __file__, str(folder / "door"), str(owner)]
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    subprocess.run(command, check=True, cwd=TOP, env=environment, timeout=120)


class Ridden:
    """A process forked from the stable, with what is asked of a Popen."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._seen = psutil.Process(pid)

    returncode = None

    def poll(self) -> int | None:
        return None if self._seen.is_running() and self._seen.status() != psutil.STATUS_ZOMBIE else 1

    def wait(self, timeout: float | None = None) -> None:
        try:
            self._seen.wait(timeout)
        except psutil.TimeoutExpired as error:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0) from error

    def terminate(self) -> None:
        self._seen.terminate()

    def kill(self) -> None:
        self._seen.kill()


class Mount(Server):
    """A server forked from the stable: `liangjuan serve`, or a variant of it as "module:function"."""

    def __init__(self, door: Path, data: Path, url: str, *, run: str = LIANGJUAN, port: int | None = None) -> None:
        environment = {"LIANGJUAN_DATA": str(data), "DATABASE_URL": url, "SECRET_KEY": "test"}
        super().__init__(["liangjuan", "serve", "--port"], environment, port=port)
        self.door, self.run, self.log = door, run, data / "server.log"

    def launch(self) -> Any:
        asked = {"run": self.run, "argv": self.command, "environment": self.environment, "log": str(self.log)}
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.door))
            line.sendall(json.dumps(asked).encode() + b"\n")
            return Ridden(json.loads(line.makefile().readline()))

    @classmethod
    def of(cls, request: pytest.FixtureRequest, data: Path, url: str, *, run: str = LIANGJUAN) -> Self:
        return cls(stable(request.getfixturevalue("tmp_path_factory")), data, url, run=run)


def keep(door: Path, owner: int) -> None:
    """Load the product, open the door, go into the background; fork whoever is asked for."""
    for module in LOADED:
        importlib.import_module(module)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(door))
    listening.listen()
    if os.fork():
        os._exit(0)
    os.setsid()
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    born = psutil.Process(owner).create_time()
    listening.settimeout(LOOK)
    while _lives(owner, born):
        try:
            line, _ = listening.accept()
        except TimeoutError:
            continue
        line.settimeout(None)
        asked = json.loads(line.makefile().readline())
        pid = os.fork()
        if not pid:
            listening.close()
            line.close()
            _ride(asked)
        line.sendall(json.dumps(pid).encode() + b"\n")
        line.close()


def _lives(owner: int, born: float) -> bool:
    try:
        return psutil.Process(owner).create_time() == born
    except psutil.NoSuchProcess:
        return False


def _ride(asked: dict[str, Any]) -> None:
    """Become what was asked for. Never returns."""
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.argv = asked["argv"]
        module, _, name = asked["run"].partition(":")
        getattr(importlib.import_module(module), name)()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 -- it ends here, whatever it is
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))

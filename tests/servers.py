"""Real servers as the product starts them, and candidates who speak to them over HTTP."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

TOP = Path(__file__).resolve().parents[1]
READY = 40.0


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One server with its workers in a process group of their own. A context manager; `start` after a kill brings it back.

    `command` is given the port as its last argument.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], *, port: int | None = None) -> None:
        self.port = port or free_port()
        self.command = [*command, str(self.port)]
        self.environment = {**os.environ, "PYTHONPATH": str(TOP), **environment}
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def serving(cls, data: Path, database_url: str) -> Self:
        """`liangjuan serve` on a data folder and a database."""
        environment = {"LIANGJUAN_DATA": str(data), "DATABASE_URL": database_url, "SECRET_KEY": "test"}
        return cls([sys.executable, "-m", "exam", "serve", "--port"], environment)

    def start(self) -> float:
        """Start and wait until it answers; returns the seconds that took. Fails when another process holds the port."""
        began = time.monotonic()
        self.process = self.launch()
        while not self._answers():
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}"
            assert time.monotonic() - began < READY, "the server does not answer"
            time.sleep(0.05)
        assert self._owns_port(), "another process answers on this port"
        return time.monotonic() - began

    def launch(self) -> subprocess.Popen[bytes]:
        """Begin the process, in a group of its own."""
        return subprocess.Popen(self.command, env=self.environment, cwd=TOP, start_new_session=True)

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def family(self) -> list[psutil.Process]:
        """The server and everything it started."""
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def _owns_port(self) -> bool:
        return any(
            connection.status == psutil.CONN_LISTEN and connection.laddr.port == self.port
            for process in self.family()
            for connection in process.net_connections(kind="tcp")
        )

    def kill(self) -> int:
        """SIGKILL to the whole group at once; returns how many processes that were. None of them is left afterwards."""
        assert self.process is not None
        family = self.family()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)
        _, alive = psutil.wait_procs(family, timeout=10)
        assert not alive
        return len(family)

    def stop(self) -> None:
        """End it politely, and then not so."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait(timeout=10)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Browser:
    """What a candidate's page does over HTTP: keeps cookie and token, one connection, JSON both ways."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port = port
        self.cookie = cookie
        self.token = ""
        self.connection: http.client.HTTPConnection | None = None
        self.answer_headers: Mapping[str, str] = {}

    def get(self, path: str) -> tuple[int, Any]:
        return self._send("GET", path, None)

    def post(self, path: str, body: object) -> tuple[int, Any]:
        """Raises OSError or http.client.HTTPException when nothing came back."""
        return self._send("POST", path, body)

    def enter(self, path: str) -> Any:
        """Read an attempt's state and keep its token for the posts."""
        status, state = self.get(path)
        assert status == 200, (status, state)
        self.token = state["csrf_token"]
        return state

    def _send(self, method: str, path: str, body: object) -> tuple[int, Any]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Cookie": f"session={self.cookie}",
            "X-CSRFToken": self.token,
        }
        try:
            self.connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        self._keep(answer)
        return answer.status, json.loads(text) if text.startswith((b"{", b"[")) else text

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _keep(self, answer: http.client.HTTPResponse) -> None:
        self.answer_headers = answer.headers
        for header in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = header.partition("=")
            if name == "session":
                self.cookie = rest.split(";", 1)[0]

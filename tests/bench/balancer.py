"""What stands before two nodes: nginx where it is installed, else a small round-robin of our own. For measurements only."""

import http.client
import itertools
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.servers import free_port

NGINX = """
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    log_format upstream '$upstream_addr $status';
    access_log {folder}/access.log upstream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream nodes {{
        {servers}
        keepalive 32;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://nodes;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_connect_timeout 2s;
            # a save may be sent to the next node: its operations are known by their ids, whoever has seen them already
            proxy_next_upstream error timeout http_502 http_503 non_idempotent;
            proxy_next_upstream_tries 2;
        }}
    }}
}}
"""


class Balancer:
    """`name` says what it is, `port` where it listens; `served` counts answered requests by the node's port."""

    name = "nginx"

    def __init__(self, port: int, log: Path | None = None) -> None:
        self.port, self._log = port, log
        self.process: subprocess.Popen[bytes] | None = None

    def served(self) -> Counter[int]:
        """The last node of a list is the one that answered."""
        assert self._log is not None
        lines = self._log.read_text(encoding="ascii").splitlines()
        return Counter(int(line.rpartition(" ")[0].rpartition(":")[2]) for line in lines if ":" in line)


class RoundRobin(Balancer):
    name = "our own round-robin"

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.counts: Counter[int] = Counter()

    def served(self) -> Counter[int]:
        return Counter(self.counts)


@contextmanager
def before(ports: Sequence[int]) -> Iterator[Balancer]:
    """A balancer that gives each request to the next node, and to the other one when that does not answer."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    with _nginx(program, ports) if program else _own(ports) as balancer:
        yield balancer


@contextmanager
def _nginx(program: str, ports: Sequence[int]) -> Iterator[Balancer]:
    with tempfile.TemporaryDirectory(prefix="liangjuan-nginx-") as name:
        folder, port = Path(name), free_port()
        servers = "\n        ".join(f"server 127.0.0.1:{each} max_fails=1 fail_timeout=1s;" for each in ports)
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, servers=servers), encoding="ascii")
        command = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
        process = subprocess.Popen(command)
        balancer = Balancer(port, folder / "access.log")
        balancer.process = process
        try:
            _wait(port)
            yield balancer
        finally:
            process.terminate()
            process.wait(timeout=10)


@contextmanager
def _own(ports: Sequence[int]) -> Iterator[Balancer]:
    balancer = RoundRobin(free_port())
    turns = itertools.count()
    nodes = threading.local()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            turn = next(turns)
            for attempt in range(len(ports)):
                port = ports[(turn + attempt) % len(ports)]
                answer = _ask(nodes, port, self.command, self.path, body, dict(self.headers))
                if answer is not None:
                    balancer.counts[port] += 1
                    break
            else:
                answer = 503, [("Retry-After", "2")], b""
            status, headers, content = answer
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any  # noqa: N815 -- the names http.server looks for

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", balancer.port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield balancer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _ask(
    nodes: threading.local, port: int, method: str, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, list[tuple[str, str]], bytes] | None:
    """One request to one node over this thread's connection to it; None when the node does not answer."""
    kept: dict[int, http.client.HTTPConnection] = nodes.__dict__
    for fresh in (False, True):  # a connection that was kept may have been closed meanwhile
        connection = kept.get(port)
        if connection is None or fresh:
            connection = kept[port] = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            continue
        own = {"content-length", "transfer-encoding", "connection"}
        return answer.status, [each for each in answer.getheaders() if each[0].lower() not in own], content
    return None


def _wait(port: int) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=2).connect()
        except OSError:
            assert time.monotonic() < until, "nginx does not listen"
            time.sleep(0.05)
        else:
            return

"""The door of a running site: candidates are served in this process, everything else by the office's process behind it.

A page that computes holds Python's interpreter lock, and every save beside it would have to win the lock back at each
database call. So the two never share a process; they share an address, which phones in the hall know.
"""

import socket
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.wrappers import Response

from exam.metrics import Counters, kind_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OWN = (
    "/sitting/",
    "/api/",
    "/static/",
    "/bank/pictures/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/account/ticket",
    "/account/elder-mode",
    "/lessons/places/",
    "/hall/places/",
)
"""Addresses that begin like this are the candidates' own: door, papers, saves, and what their pages load."""

PASSED_ON = 24
"""So many requests may wait for the office at once; candidates always find a thread."""

PATIENCE = 5.0
SLOWEST = 300
CHUNK = 65536
IN_QUERY = "!$&'()*+,/:;=?@[]-._~%"
"""What may stand in a query string; what a careless client sends beside it is quoted."""
BUSY = "系统正忙，请稍后重试。The office pages are busy or restarting; please try again in a moment.\n"


class _GoneAway(Exception):  # noqa: N818 -- no error of ours: the office is being started again
    """The office's process ended between taking a request and answering it."""


class Front(ProxyMiddleware):
    """Serves `app` for the addresses of `OWN`; passes the rest to the server at `office` (`http://127.0.0.1:port`).

    Answers 503 with Retry-After when the office does not take connections within `PATIENCE` seconds, goes away before
    it answers, or has `PASSED_ON` requests already. The office learns the client's address and scheme from
    X-Forwarded-For and -Proto, which are set here and never taken from outside.
    """

    def __init__(self, app: "WSGIApplication", office: str, counters: Counters | None = None) -> None:
        self._counters = counters
        super().__init__(app, {}, chunk_size=CHUNK, timeout=SLOWEST)
        address = urlsplit(office)
        self._address = (address.hostname or "127.0.0.1", address.port or 80)
        self._options: dict[str, Any] = {
            "target": office,
            "remove_prefix": False,
            "host": None,
            "headers": {},
            "ssl_context": None,
        }
        self._places = threading.BoundedSemaphore(PASSED_ON)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        own = path.startswith(OWN) or path == "/sitting"
        serve = self.app if own else self._office
        if self._counters is None:
            return serve(environ, start_response)
        began, told = time.perf_counter(), 500

        def begun(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            nonlocal told
            told = int(status[:3])
            return start_response(status, headers, exc_info)

        try:
            return serve(environ, begun)
        finally:
            self._counters.count(kind_of(path) if own else "office", told, time.perf_counter() - began)

    def _office(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not self._places.acquire(blocking=False):
            return _busy(environ, start_response)
        try:
            return self._pass_on(environ, start_response)  # the wait for the page is in here, not in sending it on
        finally:
            self._places.release()

    def _pass_on(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if not self._takes_connections():
            return _busy(environ, start_response)
        environ["HTTP_X_FORWARDED_FOR"] = environ.get("REMOTE_ADDR", "")
        environ["HTTP_X_FORWARDED_PROTO"] = environ["wsgi.url_scheme"]
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")  # WSGI hands it over as Latin-1
        environ["QUERY_STRING"] = quote(environ.get("QUERY_STRING", ""), safe=IN_QUERY, encoding="latin-1")

        def begun(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if status.startswith("502"):  # the proxy's own word for an office that has gone away meanwhile
                raise _GoneAway
            return start_response(status, headers, exc_info)

        try:
            return self.proxy_to(self._options, path, "/")(environ, begun)
        except _GoneAway:
            return _busy(environ, start_response)

    def _takes_connections(self) -> bool:
        """Wait a moment for an office that is just starting, or starting again."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(self._address, timeout=1).close()
            except OSError:
                if time.monotonic() > until:
                    return False
                time.sleep(0.05)
            else:
                return True


def _busy(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    response = Response(BUSY, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "2"})
    return response(environ, start_response)

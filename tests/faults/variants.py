"""Servers that are wrong on purpose: what catches them would catch the same mistake in the product.

Each is what `liangjuan serve` is, but for the one thing its name says; processes forked from it inherit that.
"""

import io
import json
import queue
import threading
import time
from collections.abc import Iterable
from typing import Any

from exam import cli, database, server

BEHIND = 0.15
"""Seconds by which the hasty server's commits come after its receipts."""


class Hasty:
    """Acknowledges a save at once and has it stored a moment later by a thread: the write-behind queue of many a product."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.waiting: queue.SimpleQueue[tuple[float, dict[str, Any], bytes]] = queue.SimpleQueue()
        threading.Thread(target=self._store, daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or not environ["PATH_INFO"].endswith("/answers"):
            return self.app(environ, start_response)  # type: ignore[no-any-return]
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.waiting.put((time.monotonic() + BEHIND, environ, body))
        accepted = [
            {"op": each["op"], "item": each["item"], "revision": each["revision"], "current": each["revision"]}
            for each in json.loads(body)["operations"]
        ]
        answer = json.dumps({"accepted": accepted, "rejected": [], "status": "started"}).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
        return [answer]

    def _store(self) -> None:
        while True:
            due, environ, body = self.waiting.get()
            time.sleep(max(0.0, due - time.monotonic()))
            for _ in self.app({**environ, "wsgi.input": io.BytesIO(body)}, lambda *_: None):
                pass


def hasty() -> None:
    """Serve with receipts before commits."""
    right = server.create_front
    server.create_front = lambda: Hasty(right())  # type: ignore[assignment,return-value]
    cli.main()


def careless() -> None:
    """Serve without waiting for the disk, past the check that refuses to."""
    database.PRAGMAS = tuple("synchronous=NORMAL" if each == "synchronous=FULL" else each for each in database.PRAGMAS)
    database._refuse_unless = lambda found, wanted: None  # the check that refuses
    cli.main()

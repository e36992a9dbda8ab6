"""Breaks off a conversation that takes too long, however slowly the other side keeps talking."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def broken_off(seconds: float, held: Callable[[], object]) -> Iterator[threading.Event]:
    """After `seconds` the socket that `held` names is shut and the event set; what reads from it ends with an error."""
    late = threading.Event()

    def cut() -> None:
        late.set()
        found = held()
        if isinstance(found, socket.socket):
            with contextlib.suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)

    guard = threading.Timer(seconds, cut)
    guard.daemon = True
    guard.start()
    try:
        yield late
    finally:
        guard.cancel()

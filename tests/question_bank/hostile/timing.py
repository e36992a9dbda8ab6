"""How long a file takes. Other work on the machine can spoil one measurement, so the quickest of three counts."""

import time
from collections.abc import Callable

LIMIT = 1.0
"""CPU seconds within which a hostile file must be refused or told."""


def at_once(read: Callable[[], object]) -> bool:
    """Whether `read` takes less than `LIMIT`; it is done again, up to three times, only when it did not."""
    return any(_seconds(read) < LIMIT for _ in range(3))


def _seconds(read: Callable[[], object]) -> float:
    began = time.process_time()
    read()
    return time.process_time() - began

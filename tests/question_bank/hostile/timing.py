"""How long a file takes, fairly: other work on the machine makes the same steps cost up to three times as much."""

import time
from collections.abc import Callable

_TIMES = 300_000
_USUAL = 0.027
"""CPU seconds of the reference work on the slowest machine this was measured on, with nothing beside it."""


def reference() -> float:
    """CPU seconds of a fixed piece of plain Python."""
    began = time.process_time()
    sum(number * number for number in range(_TIMES))
    return time.process_time() - began


def at_once(read: Callable[[], object], *, seconds: float = 1.0) -> bool:
    """Whether `read` takes less than so many CPU seconds; a machine under load is measured again, and then its load."""
    for _ in range(3):
        began = time.process_time()
        read()
        taken = time.process_time() - began
        if taken < seconds * max(1.0, min(3.0, reference() / _USUAL)):
            return True
    return False

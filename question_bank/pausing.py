"""Large files without the cyclic collector walking over everything read so far, again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Stop the cyclic garbage collector for a while.

    20,000 questions are millions of objects, none of which is garbage before the import ends; walking over them took
    two fifths of its time. What is not part of a cycle is freed as always. Threads may overlap: whoever paused it
    starts it again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

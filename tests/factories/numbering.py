"""Numbers for what factories make: unique in a process, and in a database prepared in another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

FAR = 5_000_001
"""Where the numbers of prepared databases begin: further than the tests of a process ever come."""


class _Numbers(Iterator[int]):
    def __init__(self) -> None:
        self.current = count(1)

    def __next__(self) -> int:
        return next(self.current)


numbers = _Numbers()


@contextmanager
def far_numbers() -> Iterator[None]:
    """While a database is prepared that tests of other processes go on from."""
    before, numbers.current = numbers.current, count(FAR)
    try:
        yield
    finally:
        numbers.current = before

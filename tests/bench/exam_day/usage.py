"""CPU seconds of a server and of its database, over all their processes, those that have ended included."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import psutil


class Meter:
    """Measures the families of `roots` (process ids): what they have used since the last `start`."""

    def __init__(self, roots: Callable[[], Iterable[int]]) -> None:
        self.roots = roots
        self.began = 0.0

    def start(self) -> None:
        self.began = self.used()

    @property
    def seconds(self) -> float:
        return self.used() - self.began

    def used(self) -> float:
        """User and system seconds; a process that has ended is counted by its parent."""
        total = 0.0
        for root in self.roots():
            parent = psutil.Process(root)
            for process in (parent, *parent.children(recursive=True)):
                try:
                    times = process.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                total += times.user + times.system + times.children_user + times.children_system
        return total


@contextmanager
def metered(meter: Meter) -> Iterator[list[float]]:
    """The list holds the CPU seconds used within the block, after it."""
    meter.start()
    used: list[float] = []
    yield used
    used.append(meter.seconds)


def crowding() -> float:
    """How many times its quickest CPU time a fixed loop takes on average now: cores shared with others count more."""
    times = []
    for _ in range(40):
        began = time.thread_time()
        sum(range(200_000))
        times.append(time.thread_time() - began)
        time.sleep(0.01)
    return sum(times) / len(times) / min(times)

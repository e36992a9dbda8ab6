"""Figures of a node's processes, kept where all of them can be read together.

Each front process counts into a small file of its own, mapped into memory: a count costs a microsecond, nothing is sent
anywhere, and what a process had counted before it was killed is still there. Whoever asks is given the sum.
"""

import contextlib
import mmap
import os
import struct
import threading
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

KINDS = ("save", "state", "submit", "pulse", "writer", "door", "page", "static", "other", "office")
"""What is asked for: by the candidate's page, at the door, or of the office."""

OUTCOMES = ("ok", "refused", "busy", "failed")
"""Below 400; 4xx; 503, to be sent again; any other 5xx."""

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds; the last class has no bound."""

FOLDER = "metrics"
BUSY = 503
_PER_KIND = len(OUTCOMES) + len(BOUNDS) + 2
_NUMBER = struct.Struct("d")
FIRST = {kind: place * _PER_KIND for place, kind in enumerate(KINDS)}
SIZE = len(KINDS) * _PER_KIND * _NUMBER.size

ENDINGS = {"answers": "save", "submission": "submit", "pulse": "pulse", "writer": "writer"}
BEGINNINGS = (
    ("/api/v1/attempts/", "state"),
    ("/static/", "static"),
    ("/sitting", "page"),
    ("/account/", "door"),
)


def kind_of(path: str) -> str:
    """What an address of the front's own asks for."""
    for beginning, kind in BEGINNINGS:
        if path.startswith(beginning):
            return ENDINGS.get(path.rpartition("/")[2], kind) if kind == "state" else kind
    return "other"


def outcome_of(status: int) -> str:
    if status < 400:
        return "ok"
    if status < 500:
        return "refused"
    return "busy" if status == BUSY else "failed"


class Counters:
    """Counts of one process, in the file `folder`/`name`; a file that is there is counted on."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("a+b") as file:
            file.truncate(SIZE)
            self._cells = memoryview(mmap.mmap(file.fileno(), SIZE)).cast("d")
        self._lock = threading.Lock()

    def count(self, kind: str, status: int, seconds: float) -> None:
        """One answered request."""
        first, cells = FIRST[kind], self._cells
        place = first + len(OUTCOMES) + bisect_left(BOUNDS, seconds)
        with self._lock:
            cells[first + OUTCOMES.index(outcome_of(status))] += 1.0
            cells[place] += 1.0
            cells[first + _PER_KIND - 1] += seconds


class Sum:
    """The counts of all processes of a node since it was started."""

    def __init__(self, folder: Path) -> None:
        self._numbers = [0.0] * (len(KINDS) * _PER_KIND)
        for file in sorted(folder.glob("front-*")):
            content = file.read_bytes()[:SIZE].ljust(SIZE, b"\0")
            for slot, (number,) in enumerate(_NUMBER.iter_unpack(content)):
                self._numbers[slot] += number
        self.again: dict[str, int] = {}
        for file in sorted(folder.glob("again-*")):
            self.again[file.name.partition("-")[2]] = file.stat().st_size

    def outcomes(self) -> Iterator[tuple[str, str, float]]:
        """(kind, outcome, requests) of what was asked at all."""
        for kind, numbers in self._kinds():
            for outcome, number in zip(OUTCOMES, numbers, strict=False):
                if number:
                    yield kind, outcome, number

    def times(self) -> Iterator[tuple[str, list[tuple[str, float]], float]]:
        """(kind, requests that took up to each bound, seconds in all); the bounds as Prometheus writes them."""
        bounds = [*map(str, BOUNDS), "+Inf"]
        for kind, numbers in self._kinds():
            classes, up_to = numbers[len(OUTCOMES) : -1], 0.0
            cumulated = []
            for bound, number in zip(bounds, classes, strict=True):
                up_to += number
                cumulated.append((bound, up_to))
            if up_to:
                yield kind, cumulated, numbers[-1]

    def _kinds(self) -> Iterator[tuple[str, list[float]]]:
        for place, kind in enumerate(KINDS):
            yield kind, self._numbers[place * _PER_KIND : (place + 1) * _PER_KIND]


def own(data: Path) -> Counters:
    """The counters of this process."""
    return Counters(data / FOLDER, f"front-{os.getpid()}")


def begin(data: Path) -> None:
    """Forget what earlier runs of the node counted."""
    for file in (data / FOLDER).glob("*-*"):
        with contextlib.suppress(PermissionError):  # on Windows, while a process that is just ending still maps it
            file.unlink(missing_ok=True)


def begun_again(data: Path, name: str) -> None:
    """One process more had to be begun again: a byte more in its file."""
    (data / FOLDER).mkdir(parents=True, exist_ok=True)
    with (data / FOLDER / f"again-{name}").open("ab") as file:
        file.write(b".")

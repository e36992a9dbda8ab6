"""The only reader of the time. Everything else is given `at=`.

The time is the machine's steady clock (which nobody can set) plus an offset taken from its wall clock once, so that a
wall clock that is set in the middle of an exam neither shortens nor lengthens anybody's paper. The processes of a site
on one machine share the offset through a file; the jobs process settles it anew when nobody is writing
(`exam.sittings.clock_watch`). Decision 32.
"""

import contextlib
import os
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

FILE = "LIANGJUAN_CLOCK"
"""The environment's name for the file with the offset: child processes find it there."""
_RUN = "LIANGJUAN_RUN"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
LOOK = 1.0
"""Seconds between two looks at whether another process has settled the offset."""


class Anchored:
    """A clock by `steady` seconds that agreed with the `wall` clock when it was made, or settled last."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._steady = wall, steady
        self._offset = wall() - steady()
        self._file: Path | None = None
        self._stamp = self._look_at = 0.0

    def now(self) -> datetime:
        steady = self._steady()
        if self._file is not None and steady >= self._look_at:
            self._look_at = steady + LOOK
            self._read(self._file)
        return datetime.fromtimestamp(steady + self._offset, UTC)

    def drift(self) -> float:
        """Seconds by which the wall clock is ahead of this one now."""
        return self._wall() - self.now().timestamp()

    def follow(self, file: Path) -> None:
        """Share the offset in `file` with other processes; one of before the machine's start is replaced."""
        self._file, self._stamp, self._look_at = file, 0.0, 0.0
        if not self._read(file):
            self.settle()

    def settle(self) -> None:
        """Agree with the wall clock from now on, and let the others know."""
        self._offset = self._wall() - self._steady()
        if self._file is None:
            return
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with contextlib.suppress(OSError):  # a folder that cannot be written leaves each process its own offset
            fresh.write_text(f"{_this_start()} {self._offset!r}\n", encoding="ascii")
            fresh.replace(self._file)

    def _read(self, file: Path) -> bool:
        """Take over the file's offset; False where there is none of this start of the machine."""
        try:
            stamp = file.stat().st_mtime
            if stamp != self._stamp:
                start, offset = file.read_text(encoding="ascii").split()
                if start != _this_start():
                    return False
                self._offset, self._stamp = float(offset), stamp
        except (OSError, ValueError):
            return False
        return True


def _this_start() -> str:
    """A name for the time since the steady clock began: the machine's start, elsewhere than on Linux the server's."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return os.environ.setdefault(_RUN, uuid.uuid4().hex)


_clock = Anchored()
if os.environ.get(FILE):
    _clock.follow(Path(os.environ[FILE]))


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _clock.now()


def drift() -> float:
    """Seconds by which the machine's wall clock is ahead of `now`."""
    return _clock.drift()


def follow(file: Path) -> None:
    """Share the time in `file` with the processes of this site, those begun from here included."""
    os.environ[FILE] = str(file)
    _clock.follow(file)


def settle() -> None:
    """Take over the machine's wall clock, for all processes of this site."""
    _clock.settle()


def today(zone: ZoneInfo, at: datetime | None = None) -> date:
    """The calendar day in `zone` at the moment `at` (default: now)."""
    return (at or now()).astimezone(zone).date()

"""Keeps processes alive: one that ends is begun again, sooner after a long life than after a short one.

The supervisor itself opens nothing, computes nothing and has one thread, so there is little it could die of. Should it
be killed all the same, its children notice and end too: what brings it back (systemd, a person) finds the port free.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection
from pathlib import Path
from types import FrameType
from typing import Any

from exam.logs import log

SOONEST = 0.1
LATEST = 10.0
"""Seconds from an end to the next beginning: the first time, and at most, doubled from one short life to the next."""

LONG = 20.0
"""Seconds after which a life counts as long."""

LOOK = 0.5
"""Seconds between two looks where no signal can interrupt a wait (Windows)."""

GONE = 70
"""Exit status of a child whose parent is gone."""

SIGNALS = ("SIGTERM", "SIGINT", "SIGBREAK")


@dataclass(frozen=True)
class Post:
    """A process that must be there: its name, what it runs, and how many seconds it may take to leave."""

    name: str
    run: Callable[..., None]
    arguments: tuple[Any, ...] = ()
    leaving: float = 10.0


@dataclass
class Holder:
    """Who fills a post just now, and how often it was filled again."""

    post: Post
    process: Any = None
    since: float = 0.0
    due: float = 0.0
    short_lives: int = 0
    again: int = 0

    def alive(self) -> bool:
        return self.process is not None and self.process.is_alive()


@dataclass
class Supervisor:
    """Fills `posts` in their order with processes of `context`, until asked to stop; then ends them in the same order.

    `counted(name)` is called each time a post had to be filled again.
    """

    context: Any
    posts: Sequence[Post]
    counted: Callable[[str], None] | None = None
    _asked: int = 0
    _holders: list[Holder] = field(default_factory=list)

    def run(self) -> None:
        """Fill the posts until SIGTERM or Ctrl-C."""
        self._holders = [Holder(post) for post in self.posts]
        with self._listening():
            try:
                while not self._asked:
                    self._fill(time.monotonic())
                    self._wait(self._next_due(time.monotonic()))
            finally:
                self._end()

    def _fill(self, now: float) -> None:
        for holder in self._holders:
            if holder.process is not None and not holder.process.is_alive():
                self._mourn(holder, now)
            if holder.process is None and now >= holder.due and not self._asked:
                holder.process = self.context.Process(target=begin, args=(holder.post,), name=holder.post.name)
                holder.process.start()
                holder.since = now

    def _mourn(self, holder: Holder, now: float) -> None:
        holder.process.join()
        lived, status = now - holder.since, holder.process.exitcode
        holder.process.close()
        holder.process = None
        holder.short_lives = 0 if lived >= LONG else holder.short_lives + 1
        holder.due = now + delay(holder.short_lives)
        holder.again += 1
        if self.counted is not None:
            self.counted(holder.post.name)
        log.warning("process ended", process=holder.post.name, status=status, lived=round(lived, 1))

    def _next_due(self, now: float) -> float | None:
        """Seconds until a post is to be filled again; None when all are filled."""
        waits = [max(0.0, holder.due - now) for holder in self._holders if holder.process is None]
        return min(waits) if waits else None

    def _wait(self, seconds: float | None) -> None:
        """Until a child ends, a signal comes, or the time is over."""
        if sys.platform == "win32":
            seconds = LOOK if seconds is None else min(seconds, LOOK)
        watched = [holder.process.sentinel for holder in self._holders if holder.process is not None]
        connection.wait([*watched, self._bell], seconds)

    def _end(self) -> None:
        for holder in self._holders:
            if not holder.alive():
                continue
            holder.process.terminate()
            until = time.monotonic() + holder.post.leaving
            while holder.alive() and time.monotonic() < until and self._asked < 2:  # a second request is impatient
                holder.process.join(LOOK)
            if holder.alive():
                log.warning("process killed", process=holder.post.name)
                holder.process.kill()
                holder.process.join()

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Count requests to stop; a pipe of our own wakes the wait."""
        self._bell, ring = multiprocessing.Pipe(duplex=False)
        me = os.getpid()

        def asked(number: int, frame: FrameType | None) -> None:
            del number, frame
            if os.getpid() != me:  # a child that has just been forked and has no handlers of its own yet
                sys.exit(0)
            self._asked += 1
            ring.send_bytes(b"!")

        before = {number: signal.signal(number, asked) for number in _numbers()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._bell.close()
            ring.close()


def delay(short_lives: int) -> float:
    """Seconds from an end to the next beginning, after so many short lives in a row."""
    return float(min(LATEST, SOONEST * 2 ** max(0, short_lives - 1)))


def begin(post: Post) -> None:
    """What a child does first: forget the supervisor's handlers, bear its post's name, end when the parent ends."""
    for number in _numbers():
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    bear_name(post.name)
    follow_parent()
    post.run(*post.arguments)


def bear_name(name: str) -> None:
    """Be found by that name in `ps -e` and `top`, where the system lets a process choose."""
    if sys.platform == "linux":
        Path("/proc/self/comm").write_text(f"lj-{name}"[:15], encoding="ascii")


def follow_parent() -> None:
    """End this process as soon as the one that began it is gone, whatever it is doing: nobody would end it later.

    What it has acknowledged stands in the database; what it had under way is sent again by the candidate's page.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def end_with_it() -> None:
        parent.join()
        os._exit(GONE)

    threading.Thread(target=end_with_it, name="follows parent", daemon=True).start()


def _numbers() -> list[int]:
    return [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]

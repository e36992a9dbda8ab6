"""Room on the disks that hold answers: said before it is gone, asked before a sitting begins."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, make_url, text

from exam import database
from question_bank.errors import N_, DomainError

LEAST = 2 * 2**30
"""Bytes that must be free when a sitting is opened."""

LOW = 0.15
"""Below this share of free room somebody is told."""

LOCAL = frozenset({None, "", "localhost", "127.0.0.1", "::1"})


class DiskFull(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """Too little room on a disk that holds answers."""


@dataclass(frozen=True)
class Room:
    """Bytes free and in all of the disk that holds `folder`."""

    folder: Path
    free: int
    whole: int

    @property
    def share(self) -> float:
        return self.free / self.whole if self.whole else 0.0

    @property
    def low(self) -> bool:
        """Whether somebody should make room."""
        return self.share < LOW or self.free < LEAST

    @property
    def gigabytes(self) -> str:
        return f"{self.free / 2**30:.1f}"


def tightest(folders: Iterable[Path]) -> Room:
    """The disk with the least room among those that hold `folders`; ValueError without any."""
    return min((_room(folder) for folder in folders), key=lambda room: room.free)


def _room(folder: Path) -> Room:
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    usage = shutil.disk_usage(there)
    return Room(folder, usage.free, usage.total)


def folders(engine: Engine, data: Path) -> tuple[Path, ...]:
    """Where answers and what belongs to them are written on this machine.

    PostgreSQL's own folder is known only where it runs on this machine and lets us ask.
    """
    file = database.sqlite_file(engine.url.render_as_string(hide_password=False))
    if file is not None:
        return (data, file.parent)
    if make_url(engine.url).host not in LOCAL:
        return (data,)
    question = text("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
    with database.for_reading(engine).connect() as connection:
        named = connection.execute(question).scalar()
    return (data, Path(named)) if named and Path(named).is_dir() else (data,)


def require_room(engine: Engine, data: Path) -> None:
    """Raise DiskFull unless a sitting's answers certainly find room."""
    room = tightest(folders(engine, data))
    if room.free < LEAST:
        raise DiskFull(
            N_("Only %(free)s GB are free on the disk of %(folder)s; make room (2 GB at least) before a paper begins."),
            free=room.gigabytes,
            folder=room.folder.name or str(room.folder),
        )

"""A verified copy of the database to a second folder every minute while a paper is open, sealed where asked for.

Each copy is taken while candidates write (SQLite's backup interface), checked by `exam.backup`, and, with a passphrase,
sealed and opened again before the open one is removed. What the last look found stands in the data folder.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from exam import backup, clock, database, passphrase
from exam.config import Settings
from exam.jobs.worker import Chore
from exam.logs import log
from exam.sittings.models import Attempt, AttemptStatus, Sitting, SittingStatus
from question_bank.errors import N_

EVERY = 60.0
"""Seconds from one copy to the next."""

KEPT = 30
"""So many of the newest copies stay; of those before, the last of each hour."""

AFTER = timedelta(minutes=10)
"""So long after the close copies are still made: papers are handed in and marked then."""

STATUS = "hall_backup.json"
SEALED = ".sealed"
COPIES = (".db", ".dump", f".db{SEALED}", f".dump{SEALED}")


def chores(settings: Settings) -> tuple[Chore, ...]:
    """The chore, where the settings name a second folder."""
    if not settings.hall_copies:
        return ()
    return (Chore("copies of the hall", EVERY, chore(settings)),)


def chore(settings: Settings) -> Callable[[Engine], None]:
    """Copy when there is something to copy. A failure is told and tried again a minute later."""

    def look(engine: Engine) -> None:
        at = clock.now()
        if not worth_it(engine, at=at):
            return
        try:
            told = copy(engine, settings, at=at)
        except Exception as error:  # a full stick must not end the worker; the page and the log say it
            log.exception("the hall's copy failed")
            told = {"ok": False, "reason": str(error)}
        _say(settings.data, {"at": at.isoformat(), **told})

    return look


def worth_it(engine: Engine, *, at: datetime) -> bool:
    """Whether a paper is open, was closed just now, or is still being written."""
    lately = select(func.count()).where(
        (Sitting.status == SittingStatus.OPEN)
        | ((Sitting.status == SittingStatus.CLOSED) & (Sitting.closes_at >= at - AFTER) & (Sitting.opens_at <= at))
    )
    with database.reading(engine) as session:
        if session.scalar(lately.select_from(Sitting)):
            return True
        writing = select(Attempt.id).where(Attempt.status == AttemptStatus.STARTED).limit(1)
        return session.scalar(writing) is not None


def copy(engine: Engine, settings: Settings, *, at: datetime) -> dict[str, Any]:
    """One copy into the second folder, verified; {"ok", "file", "bytes", "rows", "sealed"}.

    Raises BackupFailed when it is not sound, OSError when the folder cannot be written.
    """
    folder = Path(settings.hall_copies)
    made = backup.make(engine, settings.database_url, folder, at=at, data=settings.data)
    file = Path(made["file"])
    if settings.hall_passphrase:
        file = _sealed(file, settings.hall_passphrase)
    drop_old(folder)
    sealed = file.suffix == SEALED
    return {"ok": True, "file": str(file), "bytes": file.stat().st_size, "rows": made["rows"], "sealed": sealed}


def _sealed(file: Path, words: str) -> Path:
    """Seal the copy and the site's own key beside it; what lay open goes once the sealed one is proved."""
    for each in (file, file.with_suffix(".settings")):
        if not each.exists():
            continue
        content, target = each.read_bytes(), each.with_name(each.name + SEALED)
        _write_new(target, passphrase.seal(content, words))
        if passphrase.unseal(target.read_bytes(), words) != content:
            raise backup.BackupFailed(N_("The copy %(file)s failed its integrity check."), file=str(target))
        each.unlink()
    return file.with_name(file.name + SEALED)


def unseal(file: Path, words: str, target: Path) -> None:
    """Open a sealed copy into `target`, with what lies beside it, ready for `liangjuan restore`.

    Raises WrongPassphrase, FileExistsError.
    """
    _write_new(target, passphrase.unseal(file.read_bytes(), words))
    copied = file.with_name(file.name.removesuffix(SEALED))
    for beside in (copied.with_suffix(".json"), copied.with_suffix(f".settings{SEALED}")):
        if beside.exists():
            content = beside.read_bytes()
            sealed = beside.suffix == SEALED
            ending = ".settings" if sealed else beside.suffix
            _write_new(target.with_suffix(ending), passphrase.unseal(content, words) if sealed else content)


def _write_new(target: Path, content: bytes) -> None:
    with target.open("xb") as out:
        out.write(content)
        backup.flush(out)


def drop_old(folder: Path) -> None:
    """Keep the newest copies, and of the earlier ones the last of each hour."""
    copies = sorted(path for path in folder.glob("liangjuan-*") if path.name.endswith(COPIES))
    hours: set[str] = set()
    for path in reversed(copies[:-KEPT]):
        hour = path.name[: len("liangjuan-20270302-14")]
        if hour in hours:
            beside = path.name.split(".")[0]
            for each in folder.glob(f"{beside}.*"):
                each.unlink()
        hours.add(hour)


def status(data: Path) -> dict[str, Any] | None:
    """What the last look found: {"at", "ok", …}; None when there was none."""
    try:
        told: dict[str, Any] = json.loads((data / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told


def _say(data: Path, told: dict[str, Any]) -> None:
    part = data / f"{STATUS}.part"
    part.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    part.replace(data / STATUS)  # a page may read it at any moment

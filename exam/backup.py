"""A verified copy of the database, taken while it is in use."""

import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, inspect, select, table

from exam import clock, database
from exam.jobs import operations
from exam.jobs.models import Job
from exam.jobs.worker import Work
from question_bank import wordsearch
from question_bank.errors import N_, DomainError

JOB = "backup"
EVERY = timedelta(hours=24)
KEPT = 14
"""So many backups stay in the data folder; what must be kept longer is copied elsewhere."""


class BackupFailed(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """No usable copy could be made: why."""


def make(engine: Engine, url: str, folder: Path, *, at: datetime) -> dict[str, Any]:
    """Write `liangjuan-<time>.db` (or `.dump` from PostgreSQL) into `folder`.

    Returns {"file", "bytes", "rows"}: rows counted in the copy, for PostgreSQL in the database right after the dump.
    Raises BackupFailed when the copy cannot be made, or is not sound (SQLite's own integrity check).
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = at.strftime("%Y%m%d-%H%M%S-%f")
    if engine.dialect.name == "sqlite":
        target = folder / f"liangjuan-{stamp}.db"
        rows = _copy_sqlite(engine, target)
    else:
        target = folder / f"liangjuan-{stamp}.dump"
        rows = _dump_postgresql(engine, url, target)
    return {"file": str(target), "bytes": target.stat().st_size, "rows": rows}


def job(work: Work) -> dict[str, Any]:
    """The same as long work: into the data folder's `backups`."""
    url = work.engine.url.render_as_string(hide_password=False)
    made = make(work.engine, url, work.data / "backups", at=clock.now())
    _drop_oldest(work.data / "backups")
    return made


def ask_daily(engine: Engine) -> None:
    """Ask for a backup when none has been asked for since yesterday; the worker calls this now and then."""
    at = clock.now()
    recent = select(Job.id).where(Job.name == JOB, Job.created_at > at - EVERY).limit(1)
    with database.reading(engine) as session:
        if session.scalar(recent) is not None:
            return
    with database.writing(engine) as session:
        if session.scalar(recent) is None:
            operations.enqueue(session, JOB, {}, by=None, at=at)


def _drop_oldest(folder: Path) -> None:
    for old in sorted(folder.glob("liangjuan-*"))[:-KEPT]:
        old.unlink()


def _copy_sqlite(engine: Engine, target: Path) -> int:
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        copy = database.sqlite_driver().connect(str(target))
        try:
            raw.backup(copy)
        finally:
            copy.close()
    verified = database.open_engine(f"sqlite:///{target.as_posix()}")
    try:
        with database.for_reading(verified).connect() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                raise BackupFailed(N_("The copy %(file)s failed its integrity check."), file=str(target))
        return sum(counts(verified).values())
    finally:
        verified.dispose()


def _dump_postgresql(engine: Engine, url: str, target: Path) -> int:
    tool = shutil.which("pg_dump")
    if tool is None:
        raise BackupFailed(N_("pg_dump was not found; install the PostgreSQL client tools."))
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    done = subprocess.run(  # noqa: S603 -- our own arguments, no shell
        [tool, "--format=custom", f"--file={target}", plain], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFailed(N_("pg_dump ended with an error: %(reason)s"), reason=done.stderr.strip()[-300:])
    return sum(counts(engine).values())


def counts(engine: Engine) -> dict[str, int]:
    """Rows of every table, by its name; what an index keeps in tables of its own is no row of ours."""
    names = sorted(name for name in inspect(engine).get_table_names() if not wordsearch.is_index(name))
    with database.for_reading(engine).connect() as connection:
        return {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}

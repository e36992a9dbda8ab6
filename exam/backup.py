"""A verified copy of the database, taken while it is in use."""

import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, func, inspect, make_url, select, table

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


KEPT_SETTINGS = ("secret_key", "timezone")
"""Files of the data folder that go along."""


class BackupFailed(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """No usable copy could be made: why."""


def make(engine: Engine, url: str, folder: Path, *, at: datetime, data: Path | None = None) -> dict[str, Any]:
    """Write `liangjuan-<time>.db` (or `.dump` from PostgreSQL) into `folder`, and what is in it as JSON beside it.

    It bears its name only once it has been verified and stands on the disk. From `data` the site's own key and time
    zone go along, without which sheets that have been printed could not be read after a restore.
    Returns {"file", "bytes", "rows", "sha256"}: rows of all tables in the copy. Raises BackupFailed when the copy
    cannot be made, or is not sound (SQLite's own integrity check).
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = at.strftime("%Y%m%d-%H%M%S-%f")
    ending, copied = (".db", _copy_sqlite) if engine.dialect.name == "sqlite" else (".dump", _dump_postgresql)
    target = folder / f"liangjuan-{stamp}{ending}"
    part = target.with_name(f"part-{target.name}")
    try:
        inside = copied(engine, url, part)
        with part.open("rb+") as opened:
            flush(opened)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    told = {"file": target.name, "bytes": target.stat().st_size, "sha256": digest(target), "made_at": at.isoformat()}
    _write(target.with_suffix(".json"), {**told, **dataclasses.asdict(inside)})
    if data is not None:
        _write(target.with_suffix(".settings"), _settings(data))
    return {"file": str(target), "bytes": told["bytes"], "rows": inside.all_rows, "sha256": told["sha256"]}


@dataclass(frozen=True)
class Inside:
    """What is in a copy: the shape, rows by table, and the end of the chain of what was done."""

    engine: str
    revision: str | None
    rows: dict[str, int]
    events: int
    head: str | None

    @property
    def all_rows(self) -> int:
        return sum(self.rows.values())


def inside(connection: Connection) -> Inside:
    """Look into a database of any shape, in one transaction."""

    def one(question: str) -> Any:
        return connection.exec_driver_sql(question).scalar()

    names = sorted(name for name in inspect(connection).get_table_names() if not wordsearch.is_index(name))
    rows = {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}
    chain = "audit_event" in rows
    return Inside(
        engine=connection.dialect.name,
        revision=one("SELECT version_num FROM alembic_version") if "alembic_version" in rows else None,
        rows=rows,
        events=rows.get("audit_event", 0),
        head=one("SELECT digest FROM audit_event ORDER BY id DESC LIMIT 1") if chain else None,
    )


def digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _settings(data: Path) -> dict[str, str]:
    kept = {name: data / name for name in KEPT_SETTINGS}
    return {name: file.read_text(encoding="ascii").strip() for name, file in kept.items() if file.exists()}


def _write(file: Path, told: dict[str, Any]) -> None:
    """JSON into a new file that only its owner can read."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(told, out, ensure_ascii=False, indent=1, default=str)
        flush(out)


def flush(opened: IO[Any]) -> None:
    """Until what was written stands on the disk."""
    opened.flush()
    os.fsync(opened.fileno())


def job(work: Work) -> dict[str, Any]:
    """The same as long work: into the data folder's `backups`."""
    url = work.engine.url.render_as_string(hide_password=False)
    made = make(work.engine, url, work.data / "backups", at=clock.now(), data=work.data)
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


def found(folder: Path) -> list[Path]:
    """The copies in a folder, oldest first."""
    return sorted(file for file in folder.glob("liangjuan-*") if file.suffix in (".db", ".dump"))


def _drop_oldest(folder: Path) -> None:
    for old in found(folder)[:-KEPT]:
        for file in (old, old.with_suffix(".json"), old.with_suffix(".settings")):
            file.unlink(missing_ok=True)


def _copy_sqlite(engine: Engine, url: str, target: Path) -> Inside:
    del url
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
            return inside(connection)
    finally:
        verified.dispose()


def _dump_postgresql(engine: Engine, url: str, target: Path) -> Inside:
    """The dump and the counts beside it see the same moment, however many write meanwhile."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        moment = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        run_tool("pg_dump", "--format=custom", f"--snapshot={moment}", f"--file={target}", url=url)
        return inside(connection)


def run_tool(name: str, *arguments: str, url: str = "") -> str:
    """Run one of PostgreSQL's client tools and return what it printed; BackupFailed when it is missing or fails.

    The password goes through the environment: arguments can be read by every user of the machine.
    """
    tool = shutil.which(name)
    if tool is None:
        raise BackupFailed(N_("%(tool)s was not found; install the PostgreSQL client tools."), tool=name)
    environment, where = dict(os.environ), []
    if url:
        address = make_url(url).set(drivername="postgresql")
        if address.password is not None:
            environment["PGPASSWORD"] = str(address.password)
        plain = address._replace(password=None).render_as_string(hide_password=False)
        where = [f"--dbname={plain}"]
    done = subprocess.run(  # noqa: S603 -- our own arguments, no shell
        [tool, *where, *arguments], capture_output=True, text=True, check=False, env=environment
    )
    if done.returncode:
        raise BackupFailed(N_("%(tool)s ended with an error: %(reason)s"), tool=name, reason=done.stderr.strip()[-300:])
    return done.stdout


def counts(engine: Engine) -> dict[str, int]:
    """Rows of every table, by its name; what an index keeps in tables of its own is no row of ours."""
    with database.for_reading(engine).connect() as connection:
        return inside(connection).rows

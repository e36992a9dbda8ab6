"""Verbs: write the file for a hall at the county, set a laptop up from it."""

import hashlib
import os
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.orm import Session

from exam import audit, config, database, keys, schema, tables
from exam.audit import AuditEvent
from exam.config import Settings
from exam.evidence.carrying import HALL_MADE
from exam.evidence.models import Direction, Transfer
from exam.hall_copy import file as files
from exam.hall_copy.selection import Rows, rows_for
from exam.tours.models import Stop
from question_bank import wordsearch
from question_bank.errors import N_, Conflict, NotAllowed
from question_bank.queries import batches


@dataclass(frozen=True)
class Made:
    """A file for a hall: its bytes, the name to compare it by, the hall's signing key, and the rows in it by table."""

    file: bytes
    name: str
    key: str
    rows: dict[str, int]


@dataclass(frozen=True)
class SetUp:
    """What a laptop was set up with."""

    stop_id: int
    label: str
    name: str
    key: str
    persons: int
    papers: int


def make(session: Session, stop: Stop, *, words: str = "", zone: str = "", by: int | None, at: datetime) -> Made:
    """The file for the hall of `stop`; its new signing key is trusted here from now on.

    `words`: a passphrase for the file. `zone`: the county's time zone, by name. Raises NotAllowed while no papers have
    been issued for the stop.
    """
    keys.make_all(session, at=at)
    session.flush()
    rows = rows_for(session.connection(), stop.id)
    if not rows["assignment"]:
        raise NotAllowed(N_("No papers have been issued for this stop yet."))
    public, secret = keys.pair_for_another()
    head = session.scalar(select(AuditEvent.digest).order_by(AuditEvent.id.desc()).limit(1)) or audit.FIRST
    rows["site_key"].append({"name": keys.SIGNING, "public": public, "secret": secret, "made_at": at})
    origin = {"stop": stop.uid, "county": keys.known(session, keys.SIGNING), "head": head, "zone": zone}
    file = files.packed(_written(rows, origin, stop, by=by, at=at), words)
    keys.trust(session, public, name=_called(stop), by=by, at=at)
    digest = hashlib.sha256(file).hexdigest()
    detail = {"for": "hall", "key": public, "digest": digest, "sealed": bool(words)}
    session.add(Transfer(stop_id=stop.id, direction=Direction.OUT, digest=digest, at=at, by=by, detail=detail))
    audit.record(session, "stop.copied_for_hall", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return Made(file, files.short_name(file), public, {name: len(found) for name, found in rows.items() if found})


def _called(stop: Stop) -> str:
    return f"{stop.label or stop.unit.name} #{stop.number}"[:80]


def _written(rows: Rows, origin: dict[str, Any], stop: Stop, *, by: int | None, at: datetime) -> bytes:
    with tempfile.TemporaryDirectory(prefix="liangjuan-hall-", ignore_cleanup_errors=True) as folder:
        target = Path(folder) / "liangjuan.db"
        engine = database.open_engine(f"sqlite:///{target.as_posix()}")
        try:
            tables.metadata.create_all(engine)
            with engine.begin() as connection:
                schema.mark_current(connection)
            with engine.begin() as connection:
                _fill(connection, rows)
            with database.writing(engine) as session:
                audit.record(session, HALL_MADE, f"stop:{stop.id}", by=by, at=at, detail=origin)
            with engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        finally:
            engine.dispose()
        return target.read_bytes()


def _fill(connection: Connection, rows: Rows) -> None:
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # units and topics point to others of their table
    for table in tables.metadata.sorted_tables:
        for alike in _alike(table, rows[table.name]):
            for some in batches(alike):
                connection.execute(table.insert(), list(some))
    wordsearch.refill(connection)


def _alike(table: Table, rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Rows by the columns they have values in: a None written to a JSON column would be JSON's own null."""
    by_columns: defaultdict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        given = {name: value for name, value in row.items() if value is not None or not table.c[name].nullable}
        by_columns[frozenset(given)].append(given)
    return list(by_columns.values())


def set_up(settings: Settings, file: bytes, *, words: str = "", replace: bool = False, at: datetime) -> SetUp:
    """Make the data folder's database the one in `file`. With `replace` one that is there is kept in `backups`.

    Raises Conflict when a database is there already or the settings name another engine, NotAHallFile, WrongPassphrase,
    NotUpgraded for a file of another version.
    """
    target = settings.database_file
    if database.sqlite_file(settings.database_url) != target:
        raise Conflict(N_("A hall works on SQLite in its own folder; DATABASE_URL must not be set."))
    if target.exists() and not replace:
        template = N_("%(folder)s holds a database already. Name an empty folder, or give --replace.")
        raise Conflict(template, folder=str(settings.data))
    content = files.unpacked(file, words)
    fresh = target.with_name("liangjuan.new.db")
    _write_whole(fresh, content)
    told, zone = _checked(fresh, files.short_name(file))
    if target.exists():
        _put_aside(target, at)
    fresh.replace(target)
    if zone:
        (settings.data / config.ZONE_FILE).write_text(zone + "\n", encoding="ascii")
    return told


def _write_whole(target: Path, content: bytes) -> None:
    with target.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _checked(file: Path, name: str) -> tuple[SetUp, str]:
    engine = database.open_engine(f"sqlite:///{file.as_posix()}")
    try:
        schema.require_current(engine)
        with database.reading(engine) as session:
            if session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                raise files.NotAHallFile(N_("This is no file for a hall, or it was damaged on the way."))
            made = session.scalars(select(AuditEvent).where(AuditEvent.action == HALL_MADE)).one()
            stop = session.scalars(select(Stop).where(Stop.uid == made.detail["stop"])).one()
            counted = {
                each: session.scalar(select(func.count()).select_from(tables.metadata.tables[each])) or 0
                for each in ("roster_entry", "paper")
            }
            key = keys.known(session, keys.SIGNING) or ""
            told = SetUp(stop.id, _called(stop), name, key, counted["roster_entry"], counted["paper"])
            return told, str(made.detail["zone"])
    finally:
        engine.dispose()
        for left in file.parent.glob(f"{file.name}-*"):
            left.unlink()


def _put_aside(target: Path, at: datetime) -> None:
    """Keep the database that was there: whole, with what its log still holds."""
    engine = database.open_engine(f"sqlite:///{target.as_posix()}")
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    engine.dispose()
    kept = target.parent / "backups"
    kept.mkdir(exist_ok=True)
    target.replace(kept / f"replaced-{at:%Y%m%d-%H%M%S}.db")
    for left in target.parent.glob(f"{target.name}-*"):
        left.unlink()

"""The engine as the product needs it: durable, one SQLite library, reads that never lock.

On SQLite every writing transaction is BEGIN IMMEDIATE (a deferred one that turns into a writer
fails at once when another has written since), and every reading one is DEFERRED under
`query_only`; on PostgreSQL reading transactions are READ ONLY.
"""

import importlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from question_bank.errors import N_, DomainError

SAFE_SQLITE = (3, 51, 3)
"""Libraries 3.7.0 to 3.51.2 can reset a write-ahead log that still holds commits."""

PRAGMAS = (
    "busy_timeout=10000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "mmap_size=0",
)
READING = "liangjuan_reading"

POOL = {"pool_size": 20, "max_overflow": 0, "pool_timeout": 8, "hide_parameters": True}
"""Who finds no connection within the seconds of pool_timeout is asked to come again. Answers and names are parameters,
so no error may show them."""

IN_A_HURRY = ("statement_timeout = '5s'", "lock_timeout = '3s'", "idle_in_transaction_session_timeout = '15s'")
"""On PostgreSQL, for connections that serve candidates: rather come again than hold up a hall."""

AWAY = ("08", "25006", "25P", "40", "53", "55", "57", "58")
"""PostgreSQL's codes for: connection lost, a standby that only reads, transaction ended or cut off, resources (disk,
memory, connections) used up, locked, shut down or cancelled, system. To be tried again, none of them our mistake."""


class UnsafeDatabase(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The database's driver or settings would lose acknowledged answers; nothing is served."""


def sqlite_driver() -> Any:
    """The DBAPI module for the product's file: the built-in one where it is safe, else pysqlite3.

    One library per file and process: whatever this returns is the only one that may open it.
    """
    built_in = SQLiteDialect_pysqlite.import_dbapi()
    if built_in.sqlite_version_info >= SAFE_SQLITE:
        return built_in
    return importlib.import_module("pysqlite3.dbapi2")


def engine_options(url: str) -> dict[str, Any]:
    """Keyword arguments for `create_engine` on `url`."""
    if url.startswith("sqlite"):
        return {
            "module": sqlite_driver(),
            "connect_args": {"timeout": 10, "check_same_thread": False},
            **POOL,
        }
    return {
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": 5,
            "options": "-c statement_timeout=60000 -c lock_timeout=10000 -c timezone=UTC",
        },
        **POOL,
    }


def prepare(engine: Engine) -> None:
    """Hang the connection settings and the two kinds of BEGIN on `engine`."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_sqlite)


def hurry(engine: Engine) -> None:
    """Let new connections of `engine` give up early what takes too long; on SQLite they do already."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _set_hurry)


def _set_hurry(connection: Any, record: object) -> None:
    del record
    with connection.cursor() as cursor:
        for setting in IN_A_HURRY:
            cursor.execute(f"SET {setting}")
    connection.commit()


def is_away(error: Exception) -> bool:
    """Whether the database could not do it just now and may soon: busy, full, restarting, cut off."""
    if isinstance(error, OperationalError | NoConnection):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or code.startswith(AWAY)


def _set_pragmas(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None  # the driver opens no transaction of its own
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # Straight to the driver: every request begins twice, and SQLAlchemy's way round costs more than the statements.
    driver: Any = connection.connection.driver_connection
    reads = connection.get_execution_options().get(READING, False)
    begin = "BEGIN" if reads else "BEGIN IMMEDIATE"
    try:
        driver.execute(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        driver.execute(begin)
    except sqlite_driver().OperationalError as error:
        raise OperationalError(begin, {}, error) from error


def open_engine(url: str) -> Engine:
    """A prepared engine outside the web application (jobs, tools, tests)."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine


def for_reading(engine: Engine) -> Engine:
    """The same pool, whose transactions can only read."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{READING: True})
    return engine.execution_options(postgresql_readonly=True)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that cannot write and holds no lock a writer would wait for."""
    with Session(for_reading(engine)) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction that may write: committed at the end, rolled back on any exception."""
    with _turn(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


_turns: WeakKeyDictionary[Any, threading.RLock] = WeakKeyDictionary()
_taking = threading.Lock()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """The threads of one process write into an SQLite file one after the other.

    They would anyway; but SQLite lets those who wait sleep, longer each time, and look again, so that a file stands
    idle between two writers and some wait for seconds. Other processes wait as SQLite has it.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    with _taking:
        turn = _turns.setdefault(engine.pool, threading.RLock())
    if not turn.acquire(timeout=PATIENCE):
        raise OperationalError("BEGIN IMMEDIATE", {}, TimeoutError("database is locked"))
    try:
        yield
    finally:
        turn.release()


PATIENCE = 10.0
"""Seconds a writer waits for its turn, as for SQLite's own lock."""


def by_columns(session: Session) -> Connection:
    """The session's connection, for statements that deal in columns: objects are not made of what it reads.

    What the session holds and has not written yet is written first, as before any of its own reads.
    """
    session.flush()
    return session.connection()


def assert_safe(engine: Engine) -> dict[str, str]:
    """Check driver and settings on a live connection and return them.

    Raises UnsafeDatabase when an acknowledged answer could be lost to a crash.
    """
    with engine.connect() as connection:
        return _sqlite_facts(connection) if engine.dialect.name == "sqlite" else _postgresql_facts(connection)


def _sqlite_facts(connection: Connection) -> dict[str, str]:
    def one(question: str) -> str:
        return str(connection.exec_driver_sql(question).scalar())

    found = {
        "engine": "sqlite",
        "version": one("SELECT sqlite_version()"),
        "journal_mode": one("PRAGMA journal_mode"),
        "synchronous": one("PRAGMA synchronous"),
        "foreign_keys": one("PRAGMA foreign_keys"),
    }
    wanted = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
    _refuse_unless(found, wanted)
    if tuple(int(part) for part in found["version"].split(".")) < SAFE_SQLITE:
        raise UnsafeDatabase(
            N_("SQLite %(version)s can lose committed answers; 3.51.3 or newer is needed."), version=found["version"]
        )
    return found


def _postgresql_facts(connection: Connection) -> dict[str, str]:
    found = {"engine": "postgresql", "version": str(connection.execute(text("SHOW server_version")).scalar())}
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        found[setting] = str(connection.execute(text(f"SHOW {setting}")).scalar())
    _refuse_unless(found, {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"})
    return found


def _refuse_unless(found: dict[str, str], wanted: dict[str, str]) -> None:
    for setting, value in wanted.items():
        if found[setting] != value:
            raise UnsafeDatabase(
                N_("The database setting %(setting)s is %(found)s but must be %(wanted)s."),
                setting=setting,
                found=found[setting],
                wanted=value,
            )


def sqlite_file(url: str) -> Path | None:
    """The file behind an SQLite URL, None for other engines."""
    if not re.match(r"sqlite\b", url):
        return None
    database = make_url(url).database
    return Path(database) if database and database != ":memory:" else None

"""Bringing a database to the shape this version needs.

Migrations run on a connection of their own, on SQLite with foreign keys off *before* the transaction
begins (inside one the pragma does nothing, and a batch migration that replaces a table would erase
every child row), are checked afterwards, and come after a verified backup.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect

from exam import backup, database, resources
from question_bank.errors import N_, DomainError

HEAD = "0008"
"""The revision this version of the code needs."""


class NotUpgraded(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The database has another shape than this version needs."""


class UpgradeFailed(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The migration ran and left rows pointing at nothing; the old state is in the backup made before."""


def upgrade(url: str, data: Path, *, at: datetime, to: str = "head") -> dict[str, Any]:
    """Migrate to revision `to`. Returns {"from", "to", "backup"}; does nothing when there is nothing to do.

    Raises UpgradeFailed when rows are left pointing at nothing.
    """
    target = HEAD if to == "head" else to
    engine = _own_engine(url)
    try:
        before = current(engine)
        if before == target:
            return {"from": before, "to": before, "backup": None}
        kept = backup.make(engine, url, data / "backups", at=at)["file"] if before else None
        with engine.connect() as connection:
            _migrate(connection, target)
            _check_children(connection)
        return {"from": before, "to": current(engine), "backup": kept}
    finally:
        engine.dispose()


def _migrate(connection: Connection, target: str) -> None:
    from alembic import command  # heavy, and only needed when the shape changes
    from alembic.config import Config

    alembic = Config()
    alembic.set_main_option("script_location", str(resources.migrations()))
    alembic.attributes["connection"] = connection
    command.upgrade(alembic, target)


def mark_current(connection: Connection) -> None:
    """Name the shape of a database whose tables were all made at once."""
    connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")  # noqa: S608 -- our own constant


def current(engine: Engine) -> str | None:
    """The revision the database stands at; None when it is empty."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def require_current(engine: Engine) -> None:
    """Raise NotUpgraded unless the database has the shape this version needs."""
    found = current(engine)
    if found != HEAD:
        template = N_("The database stands at %(found)s, this version needs %(wanted)s: run liangjuan db upgrade.")
        raise NotUpgraded(template, found=found or "–", wanted=HEAD)


def _own_engine(url: str) -> Engine:
    options = database.engine_options(url)
    options.pop("pool_size", None)
    options.pop("max_overflow", None)
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _unguarded)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _unguarded(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None
    for pragma in (*database.PRAGMAS, "foreign_keys=OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _check_children(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if orphan is not None:
        raise UpgradeFailed(
            N_("After the migration a row of %(table)s points at nothing; the backup holds the old state."),
            table=orphan[0],
        )

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


class UpgradeFailed(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The database kept its old shape: why."""


def upgrade(url: str, data: Path, *, at: datetime, to: str = "head") -> dict[str, Any]:
    """Migrate to revision `to`. Returns {"from", "to", "backup"}; does nothing when there is nothing to do.

    Raises UpgradeFailed when rows would be left pointing at nothing.
    """
    from alembic import command  # heavy, and only needed when the shape changes
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    alembic = Config()
    alembic.set_main_option("script_location", str(resources.migrations()))
    target = ScriptDirectory.from_config(alembic).get_current_head() if to == "head" else to
    engine = _own_engine(url)
    try:
        before = current(engine)
        if before == target:
            return {"from": before, "to": before, "backup": None}
        kept = backup.make(engine, url, data / "backups", at=at)["file"] if before else None
        with engine.connect() as connection:
            alembic.attributes["connection"] = connection
            command.upgrade(alembic, to)
            _check_children(connection)
        return {"from": before, "to": current(engine), "backup": kept}
    finally:
        engine.dispose()


def current(engine: Engine) -> str | None:
    """The revision the database stands at; None when it is empty."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


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

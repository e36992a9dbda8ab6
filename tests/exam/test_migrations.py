"""The migrations make exactly the tables the code expects, and lose no row on the way."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from exam import backup, database, schema, tables
from tests.conftest import NOON

pytestmark = pytest.mark.db


@pytest.fixture
def empty_url(database_url: str) -> str:
    """A database without any table."""
    engine = database.open_engine(database_url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
    if engine.dialect.name == "sqlite":
        engine.dispose()
        file = Path(database.sqlite_file(database_url) or "")
        for each in file.parent.glob(file.name + "*"):
            each.unlink()
    else:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    return database_url


def shape_differences(url: str) -> list[object]:
    engine = database.open_engine(url)
    try:
        with engine.connect() as connection:
            return list(
                compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), tables.metadata)
            )
    finally:
        engine.dispose()


def test_migrations_make_the_tables_the_code_expects(empty_url: str, tmp_path: Path) -> None:
    done = schema.upgrade(empty_url, tmp_path, at=NOON)
    assert (done["from"], done["backup"]) == (None, None)
    assert shape_differences(empty_url) == []


def test_a_second_upgrade_changes_nothing(empty_url: str, tmp_path: Path) -> None:
    first = schema.upgrade(empty_url, tmp_path, at=NOON)
    second = schema.upgrade(empty_url, tmp_path, at=NOON)
    assert (second["from"], second["to"]) == (first["to"], first["to"])

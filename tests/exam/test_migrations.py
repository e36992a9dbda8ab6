"""The migrations make exactly the tables the code expects, and lose no row on the way."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Column, Date, DateTime, MetaData, inspect, text

from exam import backup, database, resources, schema, tables
from tests.conftest import NOON, use_shipped_pg_dump

pytestmark = pytest.mark.db

FILLED = Path(__file__).parent / "filled_0001.json"
"""Rows of a small site as revision 0001 held them; never written again."""


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
            options = {"compare_type": True, "include_object": tables.is_compared}
            return list(compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata))
    finally:
        engine.dispose()


def checks(url: str) -> dict[str, set[str]]:
    """Names of the CHECK constraints by table, which Alembic's own comparison leaves out."""
    engine = database.open_engine(url)
    try:
        found = inspect(engine)
        return {
            table: {str(each["name"]) for each in found.get_check_constraints(table)}
            for table in found.get_table_names()
        }
    finally:
        engine.dispose()


def test_migrations_make_the_tables_the_code_expects(empty_url: str, tmp_path: Path) -> None:
    done = schema.upgrade(empty_url, tmp_path, at=NOON)
    assert (done["from"], done["to"], done["backup"]) == (None, schema.HEAD, None)
    assert shape_differences(empty_url) == []
    made = checks(empty_url)
    for name, table in tables.metadata.tables.items():
        assert made[name] == {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}


def fill(url: str) -> dict[str, int]:
    """Put in what a small site held at revision 0001: every table has rows, children point to parents."""
    engine = database.open_engine(url)
    kept = json.loads(FILLED.read_text(encoding="utf-8"))
    shape = MetaData()
    shape.reflect(engine)
    try:
        with engine.begin() as connection:
            for name in kept["order"]:
                table = shape.tables[name]
                rows = [{key: _value(table.c[key], value) for key, value in row.items()} for row in kept["rows"][name]]
                connection.execute(table.insert(), rows)
        return {name: number for name, number in backup.counts(engine).items() if name != "alembic_version"}
    finally:
        engine.dispose()


def _value(column: Column[Any], value: Any) -> Any:
    if value is not None and isinstance(column.type, DateTime):
        moment = datetime.fromisoformat(value)
        return moment if column.type.timezone else moment.replace(tzinfo=None)
    if value is not None and isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value


def test_no_row_is_lost_on_the_way_from_the_first_shape_to_the_newest(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_shipped_pg_dump(monkeypatch)
    schema.upgrade(empty_url, tmp_path, at=NOON, to="0001")
    before = fill(empty_url)
    assert min(before.values()) > 0, before
    done = schema.upgrade(empty_url, tmp_path, at=NOON)
    engine = database.open_engine(empty_url)
    after = {name: number for name, number in backup.counts(engine).items() if name != "alembic_version"}
    engine.dispose()
    assert {name: after[name] for name in before} == before
    filled_since = {name: number for name, number in after.items() if name not in before and number}
    assert filled_since == {"score": 1}, "the one attempt with marks keeps its score from now on; nothing else appears"
    assert Path(done["backup"]).stat().st_size > 0
    print(f"{sum(before.values())} rows in {len(before)} tables before and after, {done['from']} → {done['to']}")


def test_a_second_upgrade_changes_nothing(empty_url: str, tmp_path: Path) -> None:
    first = schema.upgrade(empty_url, tmp_path, at=NOON)
    second = schema.upgrade(empty_url, tmp_path, at=NOON)
    assert (second["from"], second["to"]) == (first["to"], first["to"])


def test_the_revision_the_code_asks_for_is_the_last_one() -> None:
    assert ScriptDirectory(str(resources.migrations())).get_current_head() == schema.HEAD

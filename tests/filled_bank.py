"""A `database_url` that holds the shipped questions, published, and the standard specifications.

Import it into a folder's conftest: every test there starts from a copy. SQLite's is filled once in a run by the real
operations, PostgreSQL's takes over its rows, once in a process.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Integer, create_engine, func, select, text

from exam import database, schema, tables
from question_bank import wordsearch
from tests.conftest import _named, copied
from tests.factories.drawing import fill_bank
from tests.shared import made_once

_numbers = count(1)
ROWS = 500
"""Rows sent at once."""


def _shaped(url: str) -> Engine:
    engine = database.open_engine(url)
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        schema.mark_current(connection)
    return engine


def _filled(folder: Path) -> None:
    engine = _shaped(f"sqlite:///{folder}/filled.db")
    with database.writing(engine) as session:
        fill_bank(session)
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _taken_over(source: Connection, target: Connection) -> None:
    """Write all rows of `source` into the empty tables of `target`, a PostgreSQL; its numbers go on after theirs."""
    target.execute(text("SET session_replication_role = replica"))  # rows may come before those they point to
    for table in tables.metadata.sorted_tables:
        alike: defaultdict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
        for row in source.execute(select(table)).mappings():
            given = {name: value for name, value in row.items() if value is not None}  # None would be JSON's null
            alike[frozenset(given)].append(given)
        for rows in alike.values():
            for first in range(0, len(rows), ROWS):
                target.execute(table.insert(), rows[first : first + ROWS])
        key = table.primary_key.columns.get("id")
        if alike and key is not None and isinstance(key.type, Integer):
            sequence = func.pg_get_serial_sequence(table.name, "id")
            target.execute(select(func.setval(sequence, select(func.max(key)).scalar_subquery())))
    wordsearch.refill(target)


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "filled_bank", _filled) / "filled.db"


@pytest.fixture(scope="session")
def filled_postgresql(postgresql_server: str, filled_sqlite: Path) -> str:
    _fill_once(postgresql_server, filled_sqlite)
    return postgresql_server


@cache
def _fill_once(server: str, filled: Path) -> None:
    """Several folders import these fixtures, and each has its own; the server holds one template for all of them."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE filled_liangjuan"))
    admin.dispose()
    source, target = database.open_engine(f"sqlite:///{filled}"), _shaped(_named(server, "filled_liangjuan"))
    with database.for_reading(source).connect() as rows, target.begin() as connection:
        _taken_over(rows, connection)
    source.dispose()
    target.dispose()


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own with a bank to draw from."""
    if engine_name == "sqlite":
        file = tmp_path / "liangjuan.db"
        shutil.copyfile(request.getfixturevalue("filled_sqlite"), file)
        yield f"sqlite:///{file}"
        return
    uri = request.getfixturevalue("filled_postgresql")
    with copied(uri, "filled_liangjuan", f"filled_{os.getpid()}_{next(_numbers)}") as url:
        yield url

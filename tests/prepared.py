"""Databases that many tests start from: filled once in a run by the real operations, every test gets a copy.

SQLite's is filled in the process of a run that asks first, PostgreSQL's takes over its rows, once in a process.
"""

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Integer, create_engine, func, select, text
from sqlalchemy.orm import Session

from exam import database, schema, tables
from question_bank import wordsearch
from tests.conftest import _named, copied
from tests.factories.numbering import far_numbers
from tests.shared import made_once

_numbers = count(1)
_on_servers: set[tuple[str, str]] = set()
ROWS = 500
"""Rows sent at once."""


class Prepared:
    """A filled database by name. `fill` may return JSON that says what it made; `told` gives it back.

    `on`: the database it is filled further from.
    """

    def __init__(self, name: str, fill: Callable[[Session], Any], on: "Prepared | None" = None) -> None:
        self.name, self.fill, self.on = name, fill, on

    def folder(self, factory: pytest.TempPathFactory) -> Path:
        below = self.on.folder(factory) if self.on else None
        return made_once(factory, f"prepared_{self.name}", partial(self._make, below))

    def _make(self, below: Path | None, folder: Path) -> None:
        if below is not None:
            shutil.copyfile(below / "filled.db", folder / "filled.db")
            engine = database.open_engine(f"sqlite:///{folder}/filled.db")
        else:
            engine = _shaped(f"sqlite:///{folder}/filled.db")
        with database.writing(engine) as session, far_numbers():
            (folder / "told.json").write_text(json.dumps(self.fill(session)), encoding="utf-8")
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()

    def told(self, factory: pytest.TempPathFactory) -> Any:
        return json.loads((self.folder(factory) / "told.json").read_text(encoding="utf-8"))

    @contextmanager
    def copy(self, engine_name: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
        """The address of a copy in `folder`, or on the PostgreSQL of this process."""
        filled = self.folder(request.getfixturevalue("tmp_path_factory")) / "filled.db"
        if engine_name == "sqlite":
            shutil.copyfile(filled, folder / "liangjuan.db")
            yield f"sqlite:///{folder}/liangjuan.db"
            return
        server = request.getfixturevalue("postgresql_server")
        self._fill_server(server, filled)
        with copied(server, f"prepared_{self.name}", f"{self.name}_{os.getpid()}_{next(_numbers)}") as url:
            yield url

    def _fill_server(self, server: str, filled: Path) -> None:
        if (server, self.name) in _on_servers:
            return
        _on_servers.add((server, self.name))
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE prepared_{self.name}"))
        admin.dispose()
        source, target = database.open_engine(f"sqlite:///{filled}"), _shaped(_named(server, f"prepared_{self.name}"))
        with database.for_reading(source).connect() as rows, target.begin() as connection:
            _taken_over(rows, connection)
        source.dispose()
        target.dispose()


def _shaped(url: str) -> Engine:
    engine = database.open_engine(url)
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        schema.mark_current(connection)
    return engine


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

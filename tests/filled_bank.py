"""A `database_url` that holds the shipped questions, published, and the standard specifications.

Import it into a folder's conftest: every test there starts from a copy, made once per process and engine.
"""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from exam import database, schema, tables
from tests.conftest import _named, copied
from tests.factories.drawing import fill_bank

_numbers = count(1)


def _filled(url: str) -> None:
    engine = database.open_engine(url)
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        schema.mark_current(connection)
    with database.writing(engine) as session:
        fill_bank(session)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("filled") / "filled.db"
    _filled(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def filled_postgresql(postgresql_server: str) -> str:
    _fill_once(postgresql_server)
    return postgresql_server


@cache
def _fill_once(server: str) -> None:
    """Several folders import these fixtures, and each has its own; the server holds one template for all of them."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE filled_liangjuan"))
    admin.dispose()
    _filled(_named(server, "filled_liangjuan"))


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

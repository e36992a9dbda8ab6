"""Where the faults happen: databases to start from, and the window through which a test looks at their rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from exam import database, schema, tables


@contextmanager
def rows_at(url: str) -> Iterator[Engine]:
    engine = database.open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def shaped(url: str) -> None:
    """Give a new database its tables."""
    with rows_at(url) as engine:
        tables.metadata.create_all(engine)
        with engine.begin() as connection:
            schema.mark_current(connection)


def copy_of(template: Path, folder: Path) -> str:
    """The address of a copy of an SQLite file."""
    file = folder / "liangjuan.db"
    file.write_bytes(template.read_bytes())
    return f"sqlite:///{file}"

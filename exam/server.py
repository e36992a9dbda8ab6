"""The processes of a running site behind one address.

    the supervisor, which begins the others, begins again what ended, and ends them
    ├── front: candidates' pages and saves; hands everything else to
    ├── office: all other pages, on a port of this machine only
    └── jobs: long work and daily chores

Front and office are servers with workers of their own, which they begin again by themselves. Where the system can fork,
the modules are loaded once, in the supervisor, which keeps no database, font or thread open.
"""

import gc
import importlib
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy.exc import OperationalError

from exam import clock, config, database, hall_backup, logs, metrics, schema, supervisor
from exam.logs import log
from exam.supervisor import Post, Supervisor
from question_bank.errors import N_, DomainError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from apiflask import APIFlask

THREADS = 32
"""Of the front: eight for candidates' work, the others wait for the office."""

OFFICE_THREADS = 8
OFFICE = "LIANGJUAN_OFFICE"
BACKGROUND = 10
"""Niceness of office and jobs, where the system has it: a save goes before a page."""

PAGES = "exam.server:create_office"

DRAIN = 12
"""Seconds a server's workers may take to finish what they have begun, before they are killed."""

TAKEN = 5.0
"""Seconds to wait for a port that those who have just been ended may still hold."""

AGAIN = (0.5, 5.0)
"""Seconds between two looks at a database that does not answer: at first, and at most."""


class AddressTaken(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """Another program answers at the address; two servers there would take each other's candidates."""


def environment(settings: config.Settings) -> dict[str, str]:
    """The environment in which child processes find the same site."""
    return {
        **os.environ,
        "LIANGJUAN_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "LIANGJUAN_TIMEZONE": settings.zone.key,
    }


def check(settings: config.Settings) -> dict[str, str]:
    """Driver, settings and shape of the database, from a connection that is closed again before anything forks."""
    engine = database.open_engine(settings.database_url)
    try:
        found = database.assert_safe(engine)
        schema.require_current(engine)
    finally:
        engine.dispose()
    return found


def wait_for_database(settings: config.Settings, *, patience: float | None = None) -> dict[str, str]:
    """`check` as soon as the database answers; `patience` in seconds, without it for ever.

    What would lose answers is not waited for: UnsafeDatabase and NotUpgraded are raised at once.
    """
    pause, longest = AGAIN
    until = None if patience is None else time.monotonic() + patience
    while True:
        try:
            return check(settings)
        except OperationalError as error:
            if until is not None and time.monotonic() >= until:
                raise
            log.warning("database does not answer", reason=type(error.orig).__name__, again_in=pause)
        time.sleep(pause)
        pause = min(longest, pause * 2)


def serve(settings: config.Settings, *, host: str, port: int, workers: int, pages: str = PAGES) -> None:
    """Serve until stopped: `workers` front processes, one for the office's `pages`, one for jobs.

    Whatever of them ends is begun again. At SIGTERM nothing new is taken, what was begun is finished. Waits for a
    database that does not answer yet; raises UnsafeDatabase, NotUpgraded or AddressTaken before anything is served.
    """
    require_free(host, port)
    wait_for_database(settings)
    os.environ.update(environment(settings))
    clock.follow(settings.data / "clock")  # the processes begun from here share one offset
    office = _free_port()
    os.environ[OFFICE] = f"http://127.0.0.1:{office}"
    children = _children()
    if children.get_start_method() == "fork":
        _load_once()
    posts = (
        Post("front", run_front, (host, port, workers), leaving=DRAIN + 3),
        Post("office", run_office, (pages, office), leaving=DRAIN + 3),
        Post("jobs", run_jobs),
    )
    metrics.begin(settings.data)
    Supervisor(children, posts, partial(metrics.begun_again, settings.data)).run()


def require_free(host: str, port: int) -> None:
    """Raise AddressTaken while somebody listens there.

    Asked without the option by which servers share a port: with it two of ours would, each with half of the candidates.
    """
    until = time.monotonic() + TAKEN
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if os.name == "posix":  # elsewhere this option would let two programs listen
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if time.monotonic() > until:
                    raise AddressTaken(
                        N_("Port %(port)s at %(host)s cannot be had: %(reason)s"),
                        port=port,
                        host=host,
                        reason=error.strerror or "",
                    ) from error
            else:
                return
        time.sleep(0.1)


def run_front(host: str, port: int, workers: int) -> None:
    """Serve candidates, until ended by the supervisor."""
    _granian("exam.server:create_front", host, port, workers, THREADS).serve()


def run_office(pages: str, port: int) -> None:
    """Serve the office's pages to the front, until ended by the supervisor."""
    _step_back()
    _granian(pages, "127.0.0.1", port, 1, OFFICE_THREADS).serve()


def run_jobs() -> None:
    """Work off jobs on the environment's site until stopped."""
    from exam.app import chores, job_functions, second_marker_chores  # the parent has loaded it where it could
    from exam.jobs.worker import Worker

    logs.set_up()
    _step_back()
    settings = config.load()
    engine = database.open_engine(settings.database_url)
    again = (*chores(settings.zone), *second_marker_chores(settings), *hall_backup.chores(settings))
    Worker(engine, settings.data, job_functions(settings), again).serve()


def create_front() -> "WSGIApplication":
    """What a front process runs; it believes the proxies of the settings about the client's address and scheme.

    Threads take turns every half millisecond instead of every five, for the sake of short requests.
    """
    from exam.extensions import db  # the parent has loaded them where it could
    from exam.front import Front

    logs.set_up()
    supervisor.bear_name("front-worker")
    supervisor.follow_parent()
    sys.setswitchinterval(0.0005)
    app = _application()
    with app.app_context():
        database.hurry(db.engine)
    settings: config.Settings = app.extensions["liangjuan"]
    front: WSGIApplication = Front(app.wsgi_app, os.environ[OFFICE], metrics.own(settings.data))
    proxies = settings.proxies
    if proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix  # only where proxies are

        front = ProxyFix(front, x_for=proxies, x_proto=proxies, x_host=0)
    return front


def create_office() -> "APIFlask":
    """What the office's process runs; it believes the front about the client's address."""
    from werkzeug.middleware.proxy_fix import ProxyFix  # only the office's process needs it

    logs.set_up()
    supervisor.bear_name("office-worker")
    supervisor.follow_parent()
    app = _application()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]
    return app


def _load_once() -> None:
    """Load what every child needs; what is there before the fork is neither collected nor copied after it.

    The application's engine has opened no connection then, so each child begins with a pool of its own.
    """
    with loading():
        importlib.import_module("exam.front")
        _application()


@contextmanager
def loading() -> Iterator[None]:
    """While modules are loaded nothing becomes garbage, and what they leave is never looked through again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@cache
def _application() -> "APIFlask":
    """The application on the environment's site, made once in a process and those forked from it."""
    from exam.app import create_app  # heavy; commands that serve nothing load this module too

    return create_app()


def _granian(target: str, host: str, port: int, workers: int, threads: int) -> Any:
    return Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        factory=True,
        respawn_failed_workers=True,
        workers_kill_timeout=DRAIN,
        websockets=False,
        log_level=LogLevels.error,
    )


def _children() -> Any:
    """Forking where it is safe, which saves every child from loading the same modules again."""
    safe = sys.platform == "linux" and "fork" in multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if safe else "spawn")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _step_back() -> None:
    if hasattr(os, "nice"):
        os.nice(BACKGROUND)

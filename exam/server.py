"""The processes of a running site behind one address.

    the parent, which starts and ends the others
    ├── front: candidates' pages and saves; hands everything else to
    ├── office: all other pages, on a port of this machine only
    └── jobs: long work and daily chores

Where the system can fork, the modules are loaded once, in the parent, which keeps no database, font or thread open.
"""

import gc
import importlib
import multiprocessing
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from exam import config, database, schema

if TYPE_CHECKING:
    from apiflask import APIFlask

    from exam.front import Front

THREADS = 32
"""Of the front: eight for candidates' work, the others wait for the office."""

OFFICE_THREADS = 8
OFFICE = "LIANGJUAN_OFFICE"
BACKGROUND = 10
"""Niceness of office and jobs, where the system has it: a save goes before a page."""

PAGES = "exam.server:create_office"


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


def serve(settings: config.Settings, *, host: str, port: int, workers: int, pages: str = PAGES) -> None:
    """Serve until stopped: `workers` front processes, one for the office's `pages`, one for jobs.

    A crashed web worker is started again; office and jobs end with the front. Raises UnsafeDatabase or NotUpgraded
    before anything is served.
    """
    check(settings)
    os.environ.update(environment(settings))
    office = _free_port()
    os.environ[OFFICE] = f"http://127.0.0.1:{office}"
    children = _children()
    if children.get_start_method() == "fork":
        _load_once()
    beside = [
        children.Process(target=run_office, args=(pages, office), name="office"),
        children.Process(target=run_jobs, name="jobs"),
    ]
    for process in beside:
        process.start()
    try:
        _granian("exam.server:create_front", host, port, workers, THREADS).serve()
    finally:
        for process in beside:
            process.terminate()
        for process in beside:
            process.join(timeout=10)


def run_office(pages: str, port: int) -> None:
    """Serve the office's pages to the front, until ended by the parent."""
    _step_back()
    _granian(pages, "127.0.0.1", port, 1, OFFICE_THREADS).serve()


def run_jobs() -> None:
    """Work off jobs on the environment's site until stopped."""
    from exam.app import chores, job_functions, second_marker_chores  # the parent has loaded it where it could
    from exam.jobs.worker import Worker

    _step_back()
    settings = config.load()
    engine = database.open_engine(settings.database_url)
    Worker(
        engine, settings.data, job_functions(settings), (*chores(settings.zone), *second_marker_chores(settings))
    ).serve()


def create_front() -> "Front":
    """What a front process runs.

    Threads take turns every half millisecond instead of every five, for the sake of short requests.
    """
    from exam.front import Front  # the parent has loaded it where it could

    sys.setswitchinterval(0.0005)
    return Front(_application().wsgi_app, os.environ[OFFICE])


def create_office() -> "APIFlask":
    """What the office's process runs; it believes the front about the client's address."""
    from werkzeug.middleware.proxy_fix import ProxyFix  # only the office's process needs it

    app = _application()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]
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

"""The processes of a running site: the web server with its workers, and one job worker beside it.

The web server forks its workers, so this parent keeps no database, font or thread open.
"""

import os
import subprocess
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from exam import config, database, schema

THREADS = 8


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


def serve(settings: config.Settings, *, host: str, port: int, workers: int) -> None:
    """Serve until stopped. A crashed web worker is started again; the job worker ends with the server.

    Raises UnsafeDatabase or NotUpgraded before anything is served.
    """
    check(settings)
    os.environ.update(environment(settings))
    worker = subprocess.Popen([sys.executable, "-m", "exam", "worker"], env=environment(settings))
    try:
        Granian(
            "exam.app:create_served",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=THREADS,
            factory=True,
            respawn_failed_workers=True,
            websockets=False,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        worker.terminate()
        worker.wait(timeout=10)

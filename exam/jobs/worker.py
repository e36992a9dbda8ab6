"""Runs jobs: huey carries the wake-up call, the job table decides.

A worker that is killed loses huey's message but not the job: the sweep finds the row whose
holder has fallen silent and wakes a worker for it again.
"""

import functools
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from exam import clock, database
from exam.jobs import operations
from exam.logs import log

if TYPE_CHECKING:
    from huey.api import Huey

BEAT = 5.0
SWEEP = 1.0
WAKE_AGAIN = timedelta(seconds=30)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Work:
    """What a job's function is given: its payload, the engine, the data folder and how to report progress."""

    job_id: int
    payload: dict[str, Any]
    by: int | None
    engine: Engine
    data: Path
    progress: Progress


JobFunction = Callable[[Work], dict[str, Any]]


@dataclass(frozen=True)
class Chore:
    """Something small that is due again and again: a name, the seconds between two runs, and the doing."""

    name: str
    every: float
    run: Callable[[Engine], None]


class Worker:
    """Takes jobs by name from `functions`; `url` and `data` say where the queue's own storage is."""

    def __init__(
        self,
        engine: Engine,
        data: Path,
        functions: dict[str, JobFunction],
        chores: tuple[Chore, ...] = (),
        lost_after: timedelta = operations.LOST_AFTER,
    ) -> None:
        self.engine = engine
        self.chores = chores
        self.lost_after = lost_after
        self.data = data
        self.functions = functions
        self.huey = open_queue(engine, data)
        self.run = self.huey.task(name="run_job")(self._run)
        self._stop = threading.Event()

    def _run(self, job_id: int) -> None:
        with database.writing(self.engine) as session:
            job = operations.take(session, job_id, at=clock.now())
        if job is None:
            return
        beating = threading.Event()
        beat = threading.Thread(target=self._beat, args=(job_id, beating), daemon=True)
        beat.start()
        try:
            result = self.functions[job.name](
                Work(job_id, job.payload, job.by, self.engine, self.data, self._progress(job_id))
            )
        except Exception as error:
            log.exception("job failed", job=job_id, name=job.name)
            summary = "".join(traceback.format_exception_only(error)).strip()
            with database.writing(self.engine) as session:
                operations.fail(session, job_id, error=summary, at=clock.now())
        else:
            with database.writing(self.engine) as session:
                operations.finish(session, job_id, result=result, at=clock.now())
        finally:
            beating.set()
            beat.join()

    def _progress(self, job_id: int) -> Progress:
        def report(done: int, of: int) -> None:
            with database.writing(self.engine) as session:
                operations.tell_alive(session, job_id, at=clock.now(), done_steps=done, all_steps=of)

        return report

    def _beat(self, job_id: int, stop: threading.Event) -> None:
        while not stop.wait(BEAT):
            with database.writing(self.engine) as session:
                operations.tell_alive(session, job_id, at=clock.now())

    def sweep(self) -> list[int]:
        """Put back what was lost and wake a worker for every job that waits; returns the jobs woken."""
        at = clock.now()
        with database.reading(self.engine) as session:
            ids = list(operations.waiting(session, woken_before=at - WAKE_AGAIN))
            lost = operations.silent(session, at=at, lost_after=self.lost_after)
        if not ids and not lost:
            return []
        with database.writing(self.engine) as session:
            operations.requeue_lost(session, at=at, lost_after=self.lost_after)
            ids = list(operations.waiting(session, woken_before=at - WAKE_AGAIN))
            operations.mark_woken(session, ids, at=at)
        for job_id in ids:
            self.run(job_id)
        return ids

    def serve(self) -> None:
        """Work until stopped."""
        sweeper = threading.Thread(target=self._sweep_until_stopped, daemon=True)
        sweeper.start()
        try:
            self.huey.create_consumer(workers=1, periodic=False, initial_delay=0.1, max_delay=1.0).run()
        finally:
            self._stop.set()

    def close(self) -> None:
        """Let go of the queue's storage."""
        self.huey.storage.close()

    def _sweep_until_stopped(self) -> None:
        due = dict.fromkeys(self.chores, 0.0)
        while not self._stop.wait(SWEEP):
            self._safely("sweep", self.sweep)
            for chore, moment in due.items():
                if time.monotonic() >= moment:
                    due[chore] = time.monotonic() + chore.every
                    self._safely(chore.name, functools.partial(chore.run, self.engine))

    def _safely(self, name: str, run: Callable[[], object]) -> None:
        try:
            run()
        except Exception:
            log.exception("chore failed", name=name)


def open_queue(engine: Engine, data: Path) -> "Huey":
    """The queue beside the database: huey's own SQLite file, or tables of its own in PostgreSQL."""
    from huey import PostgresHuey, SqliteHuey  # with psycopg and asyncio below it; only the worker's process needs it

    if engine.dialect.name == "sqlite":
        return SqliteHuey("liangjuan", filename=str(data / "queue.db"), results=False)
    dsn = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresHuey(
        "liangjuan", dsn=dsn, results=False, blocking=False
    )  # a blocking read leaves connections to the collector

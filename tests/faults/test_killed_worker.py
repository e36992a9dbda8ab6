"""A worker is killed in the middle of a job; another takes the job up again and finishes it."""

import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from exam import clock, database
from exam.jobs import operations
from exam.jobs.models import Job, JobStatus
from exam.jobs.worker import Worker

pytestmark = [pytest.mark.db, pytest.mark.faults]

SLOW_WORKER = """
import sys, time
from pathlib import Path
from exam import database
from exam.jobs.worker import Worker
url, folder = sys.argv[1], Path(sys.argv[2])

def slow(work):
    (folder / "began").write_text("began")
    time.sleep(600)

Worker(database.open_engine(url), folder, {"print": slow}).serve()
"""


def wait_until(true: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_a_killed_workers_job_is_taken_up_again(engine: Engine, database_url: str, tmp_path: Path) -> None:
    with database.writing(engine) as session:
        job_id = operations.enqueue(session, "print", {}, by=None, at=clock.now()).id
    first = subprocess.Popen([sys.executable, "-c", SLOW_WORKER, database_url, str(tmp_path)])
    try:
        wait_until((tmp_path / "began").exists)
    finally:
        first.kill()
        first.wait()

    second = Worker(engine, tmp_path, {"print": lambda work: {"pages": 4}}, lost_after=timedelta(seconds=1))
    consumer = second.huey.create_consumer(workers=1, periodic=False, initial_delay=0.05, check_worker_health=False)
    consumer.start()
    try:

        def done() -> bool:
            second.sweep()
            with database.reading(engine) as session:
                return session.get_one(Job, job_id).status is JobStatus.DONE

        wait_until(done)
    finally:
        consumer.stop(graceful=True)
        second.close()
    with database.reading(engine) as session:
        job = session.get_one(Job, job_id)
        assert (job.result, job.attempts) == ({"pages": 4}, 2)
    assert threading.active_count() < 30

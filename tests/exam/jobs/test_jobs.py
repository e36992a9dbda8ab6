from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from exam import backup, database
from exam.jobs import operations
from exam.jobs.models import Job, JobStatus
from exam.jobs.worker import Work, Worker
from tests.conftest import NOON, use_shipped_pg_dump

pytestmark = pytest.mark.db


def ask(engine: Engine, name: str = "add", **payload: object) -> int:
    with database.writing(engine) as session:
        return operations.enqueue(session, name, payload, by=None, at=NOON).id


def state(engine: Engine, job_id: int) -> Job:
    with database.reading(engine) as session:
        job = session.get_one(Job, job_id)
        session.expunge(job)
        return job


Hire = Callable[..., Worker]


@pytest.fixture
def worker(engine: Engine, tmp_path: Path) -> Iterator[Hire]:
    hired: list[Worker] = []

    def hire(**functions: object) -> Worker:
        hired.append(Worker(engine, tmp_path, functions))  # type: ignore[arg-type]
        return hired[-1]

    yield hire
    for each in hired:
        each.close()


def test_a_job_is_taken_by_one_worker_only(engine: Engine) -> None:
    job_id = ask(engine)
    with database.writing(engine) as session:
        assert operations.take(session, job_id, at=NOON) is not None
    with database.writing(engine) as session:
        assert operations.take(session, job_id, at=NOON) is None


def test_a_job_leaves_its_result(engine: Engine, worker: Hire) -> None:
    job_id = ask(engine, a=2, b=3)

    def add(work: Work) -> dict[str, int]:
        work.progress(1, 2)
        return {"sum": work.payload["a"] + work.payload["b"]}

    worker(add=add).run.call_local(job_id)
    done = state(engine, job_id)
    assert (done.status, done.result, done.done_steps, done.all_steps) == (JobStatus.DONE, {"sum": 5}, 1, 2)


def test_what_a_job_raises_ends_that_job_and_is_kept(engine: Engine, worker: Hire) -> None:
    job_id = ask(engine)

    def add(work: Work) -> dict[str, int]:
        raise ValueError("no numbers")

    worker(add=add).run.call_local(job_id)
    assert state(engine, job_id).status is JobStatus.FAILED
    assert state(engine, job_id).error == "ValueError: no numbers"


def test_a_silent_holder_loses_its_job_at_the_limit_and_not_before(engine: Engine) -> None:
    job_id = ask(engine)
    with database.writing(engine) as session:
        operations.take(session, job_id, at=NOON)
    with database.writing(engine) as session:
        assert operations.requeue_lost(session, at=NOON + operations.LOST_AFTER) == 0
        assert operations.requeue_lost(session, at=NOON + operations.LOST_AFTER + timedelta(milliseconds=1)) == 1
    assert state(engine, job_id).status is JobStatus.QUEUED


def test_a_job_lost_too_often_fails(engine: Engine) -> None:
    job_id = ask(engine)
    at = NOON
    for _ in range(operations.TRIES):
        with database.writing(engine) as session:
            operations.take(session, job_id, at=at)
        at += operations.LOST_AFTER * 2
        with database.writing(engine) as session:
            operations.requeue_lost(session, at=at)
    assert state(engine, job_id).status is JobStatus.FAILED


def test_the_sweep_wakes_a_worker_once_for_a_waiting_job(engine: Engine, worker: Hire) -> None:
    job_id = ask(engine)
    sweeper = worker(add=lambda work: {})
    assert sweeper.sweep() == [job_id]
    assert sweeper.sweep() == []


def test_a_backup_holds_every_row(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        ask(engine)
    use_shipped_pg_dump(monkeypatch)
    made = backup.make(engine, database_url, tmp_path / "backups", at=NOON)
    assert made["rows"] == sum(backup.counts(engine).values())
    assert Path(made["file"]).stat().st_size == made["bytes"]


def test_a_backup_is_asked_for_once_a_day_and_made_by_the_worker(
    engine: Engine, worker: Hire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_shipped_pg_dump(monkeypatch)
    backup.ask_daily(engine)
    backup.ask_daily(engine)
    hired = worker(backup=backup.job)
    asked = hired.sweep()
    assert len(asked) == 1
    hired.run.call_local(asked[0])
    assert state(engine, asked[0]).status is JobStatus.DONE
    [copy] = backup.found(tmp_path / "backups")
    beside = {copy.with_suffix(".json"), copy.with_suffix(".settings")}
    assert set((tmp_path / "backups").iterdir()) == {copy, *beside}

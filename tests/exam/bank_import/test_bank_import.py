"""Long files of questions as jobs: written in batches, begun again where a worker died."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, func, select

from exam import audit, database
from exam.bank_import import files
from exam.bank_import import writing as bank_import
from exam.jobs import operations as jobs
from exam.jobs.models import Job
from exam.jobs.worker import Work
from question_bank.drafts import Draft
from question_bank.enums import Status
from question_bank.errors import NotFound
from question_bank.exchange.shape import document_of
from question_bank.models import Question, QuestionPair, QuestionVersion
from tests.conftest import NOON
from tests.factories.bank import make_draft

pytestmark = pytest.mark.db

DRAFTS = [
    *(make_draft(code=f"L{number:02d}", subtopic=f"分题{number % 4}") for number in range(10)),
    make_draft(code="L01"),
    make_draft(code="L10"),
]
"""Twelve, of which one bears the number of an earlier one."""


def asked(engine: Engine, data: Path, drafts: list[Draft] = DRAFTS) -> int:
    """Keep a file of `drafts`, ask for it, and take the job as a worker does."""
    content = json.dumps(document_of(drafts)).encode()
    kept = files.keep(data / files.FOLDER, content, name="题.json", format_name="json", topic="", by=1, at=NOON)
    with database.writing(engine) as session:
        job = bank_import.ask(session, kept.token, submit_for_review=True, by=1, at=NOON)
        assert bank_import.ask(session, kept.token, submit_for_review=True, by=1, at=NOON).id == job.id
    return taken(engine, job.id)


def taken(engine: Engine, job_id: int) -> int:
    with database.writing(engine) as session:
        assert jobs.take(session, job_id, at=NOON) is not None
    return job_id


def job_of(engine: Engine, job_id: int) -> Job:
    with database.reading(engine) as session:
        job = session.get_one(Job, job_id)
        session.expunge(job)
        return job


def work_on(engine: Engine, data: Path, job_id: int) -> Work:
    def progress(done: int, of: int) -> None:
        with database.writing(engine) as session:
            jobs.tell_alive(session, job_id, at=NOON, done_steps=done, all_steps=of)

    return Work(job_id, job_of(engine, job_id).payload, 1, engine, data, progress)


def bank(engine: Engine) -> dict[str, Any]:
    """What stands in the bank and in the log, as far as two runs can be compared."""
    with database.reading(engine) as session:
        told = session.scalars(select(audit.AuditEvent.action).order_by(audit.AuditEvent.id))
        assert audit.verify(session) is None
        return {
            "questions": [
                tuple(row) for row in session.execute(select(Question.code, Question.status).order_by(Question.code))
            ],
            "versions": session.scalar(select(func.count()).select_from(QuestionVersion)),
            "pairs": session.scalar(select(func.count()).select_from(QuestionPair)),
            "told": list(told),
        }


class Killed(BaseException):
    """The worker is gone: nothing of its own catches it."""


def die_at_commit(engine: Engine, number: int) -> None:
    """Let the worker die just before its writing transaction of that number (from 1) is kept."""
    left = [number]

    def count(connection: Connection) -> None:
        left[0] -= 1
        if left[0] == 0:
            event.remove(engine, "commit", count)
            raise Killed

    event.listen(engine, "commit", count)


def test_a_long_file_is_written_in_batches_and_tells_its_progress(engine: Engine, tmp_path: Path) -> None:
    job_id = asked(engine, tmp_path)
    seen: list[int] = []

    @event.listens_for(engine, "commit")
    def look(connection: Connection) -> None:
        seen.append(connection.execute(select(Job.done_steps).where(Job.id == job_id)).scalar_one())

    assert bank_import.job(work_on(engine, tmp_path, job_id), batch=3) == {"written": 11, "not_taken": 1}
    assert seen == [1, 4, 7, 10, 12]
    found = bank(engine)
    assert {status for _, status in found["questions"]} == {Status.IN_REVIEW}
    assert len(found["questions"]) == found["versions"] == 11


@pytest.fixture
def undisturbed(tmp_path: Path, sqlite_template: Path) -> dict[str, Any]:
    """The bank after the same file was written without a hitch, in a database of its own."""
    file = tmp_path / "other.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = database.open_engine(f"sqlite:///{file}")
    bank_import.job(work_on(engine, tmp_path, asked(engine, tmp_path)), batch=3)
    found = bank(engine)
    engine.dispose()
    return found


@pytest.mark.parametrize("commit", [1, 2, 4, 5])
def test_a_killed_import_goes_on_where_it_stopped_and_writes_nothing_twice(
    engine: Engine, tmp_path: Path, undisturbed: dict[str, Any], commit: int
) -> None:
    job_id = asked(engine, tmp_path)
    work = work_on(engine, tmp_path, job_id)
    die_at_commit(engine, commit)  # the first keeps the progress, each other a batch of three
    with pytest.raises(Killed):
        bank_import.job(work, batch=3)
    assert len(bank(engine)["questions"]) == 3 * max(0, commit - 2)
    with database.writing(engine) as session:
        assert jobs.requeue_lost(session, at=NOON.replace(year=NOON.year + 9)) == 1
    taken(engine, job_id)
    assert bank_import.job(work, batch=3) == {"written": 11, "not_taken": 1}
    assert bank(engine) == undisturbed


def test_an_import_whose_file_is_gone_says_so(engine: Engine, tmp_path: Path) -> None:
    job_id = asked(engine, tmp_path)
    for file in (tmp_path / files.FOLDER).iterdir():
        file.unlink()
    with pytest.raises(NotFound):
        bank_import.job(work_on(engine, tmp_path, job_id))

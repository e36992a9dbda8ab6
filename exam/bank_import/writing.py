"""Writing a file of questions into the bank: a short one at once, a long one as a job in batches.

A batch is one transaction with its audit rows and the job's progress. A job begun again after its worker was
killed compares the file anew, finds what stands in the bank unchanged, and goes on with the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit, clock, database
from exam.bank_import import files
from exam.jobs import operations as jobs
from exam.jobs.models import Job, JobStatus
from exam.jobs.worker import Work
from question_bank import operations
from question_bank.comparison import Outcome, Step, compare, with_near
from question_bank.drafts import Draft
from question_bank.exchange.reading import FileReading
from question_bank.operations import ImportResult
from question_bank.pairing import Near
from question_bank.pictures import Picture

JOB = "bank.import"
LONG = 300
"""A file of more drafts than this is written as a job, and nobody waits for an answer of the server."""
BATCH = 500
"""So many questions are written in one transaction; other writers wait no longer than for these."""


def write(
    session: Session,
    drafts: Sequence[Draft],
    *,
    by: int | None,
    at: datetime,
    submit_for_review: bool,
    pictures: Iterable[Picture] = (),
    near: Mapping[str, Sequence[Near]] | None = None,
) -> ImportResult:
    """Bring `drafts` into the bank with their audit rows, and where it is wished before the reviewers.

    `near` is what a comparison of the whole file found nearly the same, by code; without it, it is looked for.
    """
    result, events = operations.import_drafts(session, drafts, by=by, at=at, pictures=pictures, near=near)
    if submit_for_review:
        codes = [step.draft.code for step in result.steps if step.taken]
        events = [*events, *operations.hand_in(session, codes, by=by, at=at)]
    audit.note(session, events, by=by, at=at)
    return result


def ask(session: Session, token: str, *, submit_for_review: bool, by: int, at: datetime) -> Job:
    """Ask for the upload `token` to be written; where that is under way already, it is that job."""
    job = latest(session, token)
    if job is not None and not over(job):
        return job
    return jobs.enqueue(session, JOB, {"token": token, "submit_for_review": submit_for_review}, by=by, at=at)


def latest(session: Session, token: str) -> Job | None:
    """The newest job that writes the upload `token`, None when there was none."""
    of_upload = (Job.name == JOB, Job.payload["token"].as_string() == token)
    return session.scalar(select(Job).where(*of_upload).order_by(Job.id.desc()).limit(1))


def over(job: Job) -> bool:
    """Whether a job has ended, well or not."""
    return job.status in {JobStatus.DONE, JobStatus.FAILED}


def job(work: Work, batch: int = BATCH) -> dict[str, Any]:
    """Write an upload in batches of `batch` questions.

    The payload is {"token", "submit_for_review"}. Returns {"written", "not_taken"}: questions written, also by
    workers that died over it, and items of the file that do not stand in the bank. Raises NotFound when the file is
    gone, Invalid when it no longer reads.
    """
    reading = files.by_token(work.data / files.FOLDER, work.payload["token"]).reading()
    total = len(reading.drafts)
    with database.reading(work.engine) as session:
        steps = with_near(session, compare(session, reading.drafts, judged=False))
        so_far = {"written": 0} | (session.get_one(Job, work.job_id).result or {})
    open_ = [step for step in steps if step.taken]
    so_far["not_taken"] = len(reading.items) - total + sum(_refused(step) for step in steps)
    done = total - len(open_)
    work.progress(done, total)
    for start in range(0, len(open_), batch):
        part = open_[start : start + batch]
        done += len(part)
        with database.writing(work.engine) as session:
            at = clock.now()
            so_far = _one_batch(session, work, part, reading, so_far, at=at)
            jobs.tell_alive(session, work.job_id, at=at, done_steps=done, all_steps=total, so_far=so_far)
    return so_far


def _one_batch(
    session: Session, work: Work, part: Sequence[Step], reading: FileReading, so_far: dict[str, Any], *, at: datetime
) -> dict[str, Any]:
    """Write the drafts of `part`; returns the counts with them."""
    result = write(
        session,
        [step.draft for step in part],
        by=work.by,
        at=at,
        submit_for_review=work.payload["submit_for_review"],
        pictures=reading.pictures,
        near={step.draft.code: step.near for step in part},
    )
    written, refused = sum(step.taken for step in result.steps), sum(_refused(step) for step in result.steps)
    return {"written": so_far["written"] + written, "not_taken": so_far["not_taken"] + refused}


def _refused(step: Step) -> bool:
    return step.outcome in {Outcome.DUPLICATE, Outcome.REFUSED}

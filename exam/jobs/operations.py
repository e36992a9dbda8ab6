"""Verbs on jobs: ask for one, take it, tell that it lives, finish it, take up what a dead worker left."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from exam.jobs.models import Job, JobStatus

LOST_AFTER = timedelta(seconds=20)
"""A running job that has not told it lives for so long belongs to a dead worker."""
TRIES = 5


def enqueue(session: Session, name: str, payload: dict[str, Any], *, by: int | None, at: datetime) -> Job:
    """Ask for a piece of long work; it exists once the caller's transaction commits."""
    job = Job(name=name, payload=payload, by=by, created_at=at, status=JobStatus.QUEUED)
    session.add(job)
    session.flush()
    return job


def take(session: Session, job_id: int, *, at: datetime) -> Job | None:
    """Make a queued job ours; None when another worker has it or it is over."""
    taken = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.QUEUED)
        .values(status=JobStatus.RUNNING, attempts=Job.attempts + 1, started_at=at, alive_at=at, error=None)
    )
    return session.get(Job, job_id, populate_existing=True) if taken.rowcount else None  # type: ignore[attr-defined]


def tell_alive(
    session: Session,
    job_id: int,
    *,
    at: datetime,
    done_steps: int | None = None,
    all_steps: int | None = None,
    so_far: dict[str, Any] | None = None,
) -> None:
    """Renew the worker's hold on a job, with its progress where it is known.

    `so_far` is kept as the result until the job ends: what the next worker has to know if this one dies.
    """
    values: dict[str, Any] = {"alive_at": at}
    if done_steps is not None:
        values |= {"done_steps": done_steps, "all_steps": all_steps}
    if so_far is not None:
        values |= {"result": so_far}
    session.execute(update(Job).where(Job.id == job_id, Job.status == JobStatus.RUNNING).values(**values))


def finish(session: Session, job_id: int, *, result: dict[str, Any], at: datetime) -> None:
    _end(session, job_id, at, status=JobStatus.DONE, result=result)


def fail(session: Session, job_id: int, *, error: str, at: datetime) -> None:
    _end(session, job_id, at, status=JobStatus.FAILED, error=error)


def _end(session: Session, job_id: int, at: datetime, **values: Any) -> None:
    session.execute(
        update(Job).where(Job.id == job_id, Job.status == JobStatus.RUNNING).values(finished_at=at, **values)
    )


def requeue_lost(session: Session, *, at: datetime, lost_after: timedelta = LOST_AFTER) -> int:
    """Put back what dead workers held; a job lost too often fails instead. Returns how many were put back."""
    lost = session.scalars(
        select(Job)
        .where(Job.status == JobStatus.RUNNING, Job.alive_at < at - lost_after)
        .with_for_update(skip_locked=True)
    ).all()
    for job in lost:
        if job.attempts >= TRIES:
            job.status, job.finished_at, job.error = JobStatus.FAILED, at, "lost too often"
        else:
            job.status, job.woken_at = JobStatus.QUEUED, None
    session.flush()
    return sum(job.status is JobStatus.QUEUED for job in lost)


def waiting(session: Session, *, woken_before: datetime) -> Sequence[int]:
    """Ids of queued jobs for which no worker has been woken since `woken_before`, oldest first."""
    unwoken = Job.woken_at.is_(None) | (Job.woken_at < woken_before)
    return session.scalars(select(Job.id).where(Job.status == JobStatus.QUEUED, unwoken).order_by(Job.id)).all()


def mark_woken(session: Session, job_ids: Sequence[int], *, at: datetime) -> None:
    session.execute(update(Job).where(Job.id.in_(job_ids)).values(woken_at=at))


def silent(session: Session, *, at: datetime, lost_after: timedelta = LOST_AFTER) -> Sequence[int]:
    """Ids of running jobs whose worker has fallen silent."""
    return session.scalars(select(Job.id).where(Job.status == JobStatus.RUNNING, Job.alive_at < at - lost_after)).all()

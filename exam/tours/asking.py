"""Asking for the planner's long work, and finding it again. Apart from the work itself, which loads numpy and scipy."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.jobs import operations as jobs
from exam.jobs.models import Job
from exam.tours.models import TourDraft
from question_bank.errors import N_, NotFound

JOB = "plan_calendar"


def ask(session: Session, draft: TourDraft, *, mend: bool, keep: bool, seed: int, by: int | None, at: datetime) -> Job:
    """Ask for a proposal or, with `mend`, for as few changes as can be so that no conflict is left."""
    payload = {
        "tour": draft.tour_id,
        "draft": draft.id,
        "mend": mend,
        "keep": keep,
        "seed": seed,
        "seen": draft.lock,
    }
    return jobs.enqueue(session, JOB, payload, by=by, at=at)


def job_by_id(session: Session, job_id: int) -> Job:
    """Raises NotFound, also for other work."""
    found = session.scalar(select(Job).where(Job.id == job_id, Job.name == JOB))
    if found is None:
        raise NotFound(N_("There is no such proposal."))
    return found

"""Reads on prints: the jobs of a stop, and whether their files still say what is so."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.jobs.models import Job, JobStatus
from exam.printouts import files
from exam.printouts.choice import Choice
from exam.printouts.material import Material
from question_bank.errors import N_, NotFound

JOB = "stop.print"
SHOWN = 8
"""So many prints of a stop are listed."""


class State(StrEnum):
    """`outdated`: the roster or the papers have changed since; `gone`: the file has been cleared away."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    OUTDATED = "outdated"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True)
class Run:
    """One print of a stop: the job, what was chosen, how it stands."""

    job: Job
    choice: Choice
    state: State

    @property
    def over(self) -> bool:
        return self.state not in {State.WAITING, State.RUNNING}


def jobs_of(session: Session, stop_id: int) -> list[Job]:
    """The newest prints of a stop first."""
    wanted = select(Job).where(Job.name == JOB, Job.payload["stop"].as_integer() == stop_id)
    return list(session.scalars(wanted.order_by(Job.id.desc()).limit(SHOWN)))


def job_by_id(session: Session, stop_id: int, job_id: int) -> Job:
    """A print of that stop. Raises NotFound."""
    job = session.get(Job, job_id)
    if job is None or job.name != JOB or job.payload["stop"] != stop_id:
        raise NotFound(N_("There is no such print."))
    return job


def run_of(job: Job, material: Material, data: Path) -> Run:
    """How a print stands, compared with what would be printed now."""
    choice = Choice.model_validate(job.payload["choice"])
    return Run(job, choice, _state(job, choice, material, data))


def _state(job: Job, choice: Choice, material: Material, data: Path) -> State:
    plain = {JobStatus.QUEUED: State.WAITING, JobStatus.RUNNING: State.RUNNING, JobStatus.FAILED: State.FAILED}
    if job.status in plain:
        return plain[job.status]
    if (job.result or {}).get("fingerprint") != material.fingerprint(choice):
        return State.OUTDATED
    return State.READY if files.finished(data, job.id).exists() else State.GONE

"""Verbs on prints: ask for one, count it as printed, hand it out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from exam import audit
from exam.jobs import operations as jobs
from exam.jobs.models import Job, JobStatus
from exam.papers.printed import note_printed
from exam.printouts.choice import Choice
from exam.printouts.material import Material
from exam.printouts.queries import JOB, jobs_of
from exam.scanning import operations as scanning
from exam.scanning.sheet import SheetLayout
from exam.tours.models import Stop
from question_bank.errors import N_, Conflict, NotAllowed

UNDER_WAY = frozenset({JobStatus.QUEUED, JobStatus.RUNNING})


def check(material: Material, choice: Choice) -> None:
    """Raises NotAllowed where there is nothing of what was chosen."""
    counts = material.counts()
    if choice.of_papers and not material.copies_for(choice):
        raise NotAllowed(N_("The papers have not been made yet, so there is nothing to print of them."))
    if any(not counts[what] for what in choice.of_stop):
        raise NotAllowed(N_("The roster or the papers are not there yet, so there is nothing to print of them."))


def ask(
    session: Session, stop: Stop, material: Material, choice: Choice, *, address: str, by: int | None, at: datetime
) -> Job:
    """Ask for a print as long work; where the same is under way already, it is that one.

    `address` is where tickets lead, as in `material_of`. Raises NotAllowed as `check`.
    """
    check(material, choice)
    payload = {"stop": stop.id, "choice": choice.model_dump(mode="json"), "address": address}
    for job in jobs_of(session, stop.id):
        if job.status in UNDER_WAY and job.payload == payload:
            return job
    made = jobs.enqueue(session, JOB, payload, by=by, at=at)
    detail = {"job": made.id, "choice": payload["choice"]}
    audit.record(session, "print.asked", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return made


def count_as_printed(
    session: Session,
    stop: Stop,
    choice: Choice,
    *,
    now: Material,
    fingerprint: str,
    by: int | None,
    at: datetime,
    layouts: Mapping[int, SheetLayout] | None = None,
    papers: Iterable[int] | None = None,
    **detail: Any,
) -> None:
    """Write down that a file with what was chosen is there to be handed out.

    `now` has been read in this transaction: raises Conflict when what was printed, known by its `fingerprint`, is no
    longer what would be printed. `papers`: only these of the stop's papers were. `detail` goes into the audit rows.
    """
    if now.fingerprint(choice) != fingerprint:
        raise Conflict(N_("The roster or the papers changed while they were printed. Print again."))
    if choice.of_papers:
        printed = [copy.paper_id for copy in now.copies_for(choice)] if papers is None else list(papers)
        note_printed(session, printed, what=choice.of_papers, by=by, at=at, **detail)
    scanning.remember(session, layouts or {}, at=at)
    told = {"what": list(choice.what), "size": choice.size.value} | detail
    audit.record(session, "stop.printed", f"stop:{stop.id}", by=by, at=at, detail=told)


def note_download(session: Session, stop: Stop, job: Job, *, by: int | None, at: datetime) -> None:
    """Write down who took a finished file away."""
    result = job.result or {}
    detail = {"job": job.id, "what": job.payload["choice"]["what"], "sha256": result.get("sha256")}
    audit.record(session, "print.downloaded", f"stop:{stop.id}", by=by, at=at, detail=detail)

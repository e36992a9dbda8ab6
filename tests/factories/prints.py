"""Stops with papers to print, without drawing them from a bank."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from exam import database
from exam.jobs import operations as jobs
from exam.jobs.models import Job
from exam.jobs.worker import Work
from exam.printouts.choice import Choice, What
from exam.printouts.queries import JOB as PRINT
from exam.sittings.models import Sitting, SittingStatus
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import PaperKind
from tests.conftest import NOON
from tests.factories.papers import NINE_KINDS, Contents, make_paper_set
from tests.factories.sittings import link_set, make_assignment, make_sitting
from tests.factories.tours import make_entry, make_stop

ADDRESS = "http://127.0.0.1:8000/account/ticket?code="


@dataclass(frozen=True)
class Printable:
    """A stop whose papers are made; `entries` are those who have one, by seat."""

    stop: Stop
    sitting: Sitting
    entries: tuple[RosterEntry, ...]


def make_printable(
    session: Session, *, people: int = 3, spares: int = 1, contents: Contents = NINE_KINDS, stop: Stop | None = None
) -> Printable:
    """`people` with a business paper each, and `spares` that nobody has."""
    stop = stop or make_stop(session)
    sitting = make_sitting(session, stop=stop, paper_kind=PaperKind.BUSINESS, status=SittingStatus.PLANNED)
    entries = tuple(make_entry(session, stop) for _ in range(people))
    made = make_paper_set(session, contents, papers=people, spares=spares)
    link_set(session, sitting, made, entries[0])
    for entry, paper in zip(entries, made.papers, strict=False):  # type: ignore[attr-defined]
        make_assignment(session, sitting, entry, paper=paper)
    return Printable(stop, sitting, entries)


def asked_print(stop_id: int, *what: What, **chosen: Any) -> dict[str, Any]:
    """The payload of a print of papers and answer sheets, or of `what`."""
    choice = Choice(what=what or (What.PAPER, What.SHEET), **chosen)
    return {"stop": stop_id, "choice": choice.model_dump(mode="json"), "address": ADDRESS}


def taken_print(engine: Engine, payload: dict[str, Any]) -> int:
    """A print that a worker has just taken."""
    with database.writing(engine) as session:
        job = jobs.enqueue(session, PRINT, payload, by=1, at=NOON)
        assert jobs.take(session, job.id, at=NOON) is not None
        return job.id


def print_work(engine: Engine, data: Any, job_id: int) -> Work:
    """What the worker gives to the job's function."""

    def progress(done: int, of: int) -> None:
        with database.writing(engine) as session:
            jobs.tell_alive(session, job_id, at=NOON, done_steps=done, all_steps=of)

    with database.reading(engine) as session:
        payload = session.get_one(Job, job_id).payload
    return Work(job_id, payload, 1, engine, data, progress)

"""Opinions of the second marker: asked for in a job, one answer after the other, kept with their prompts."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Engine, and_, exists, select
from sqlalchemy.orm import Session, aliased

from exam import audit, clock, database
from exam.accounts.models import Unit
from exam.grading.marking import Source
from exam.grading.models import Mark, SecondOpinion
from exam.grading.planning import apply_plan
from exam.grading.queries import part_of
from exam.grading.second_marker import Endpoint, NoOpinion, ask, lowered, prompt_of
from exam.jobs.models import Job, JobStatus
from exam.jobs.operations import enqueue
from exam.jobs.worker import Work
from exam.sittings import queries as sittings
from exam.sittings.models import Assignment, Attempt, Sitting, SittingStatus
from exam.tours.models import RosterEntry
from question_bank.errors import fill
from question_bank.kinds.case import CaseContent, CaseResponse
from question_bank.kinds.short_answer import ShortAnswerContent, ShortAnswerResponse

JOB = "second_opinions"
EVERY = 60.0
"""Seconds between two looks at whether answers wait for an opinion."""
BATCH = 200
GIVE_UP = 3
"""After so many failures in a row the model is left alone until the next job."""


@dataclass(frozen=True)
class Wanted:
    """An answer that waits for a person and has no opinion yet: its suggestion and the prompt."""

    mark_id: int
    prompt: str
    maximum: Decimal


def waiting(session: Session, *, limit: int = BATCH) -> list[int]:
    """Ids of suggestions that wait for a person or count by themselves, and have no opinion yet."""
    later = aliased(Mark)
    same = (later.attempt_id == Mark.attempt_id, later.paper_item_id == Mark.paper_item_id, later.part == Mark.part)
    asked = exists().where(
        SecondOpinion.attempt_id == Mark.attempt_id,
        SecondOpinion.paper_item_id == Mark.paper_item_id,
        SecondOpinion.part == Mark.part,
    )
    by_people = exists().where(and_(*same), later.source.not_in((Source.SUGGESTION, Source.RULE)))
    return list(
        session.scalars(
            select(Mark.id)
            .join(Attempt, Attempt.id == Mark.attempt_id)
            .join(Assignment, Assignment.id == Attempt.assignment_id)
            .join(Sitting, Sitting.id == Assignment.sitting_id)
            .where(Mark.sequence == 1, Mark.source == Source.SUGGESTION, Mark.confidence.is_not(None))
            .where(~asked, ~by_people, Sitting.status != SittingStatus.RELEASED)
            .order_by(Mark.id)
            .limit(limit)
        )
    )


def wanted(session: Session, mark_id: int) -> Wanted | None:
    """The prompt about one suggestion; None for what is no written answer with key points."""
    mark = session.get_one(Mark, mark_id)
    attempt = session.get_one(Attempt, mark.attempt_id)
    entry = session.get_one(RosterEntry, attempt.assignment.roster_entry_id)
    item = sittings.items_by_id(session, attempt.assignment.paper_id, [mark.paper_item_id])[mark.paper_item_id]
    given = sittings.responses_of(session, attempt.id).get(item.item_id)
    _, content = part_of(item.content, mark.part)
    if isinstance(given, CaseResponse):
        given = given.parts.get(mark.part)
    if not isinstance(content, ShortAnswerContent) or not content.rubric or not isinstance(given, ShortAnswerResponse):
        return None
    material = item.content.stem if isinstance(item.content, CaseContent) else ""
    names = (entry.name, session.get_one(Unit, entry.unit_id).name)
    prompt = prompt_of(content, given.text, mark.maximum, names=names, material=material)
    return Wanted(mark.id, prompt, mark.maximum)


def keep_opinion(
    session: Session, mark_id: int, *, endpoint: Endpoint, prompt: str, found: object, at: datetime
) -> SecondOpinion:
    """Keep an opinion or a failure (`found` is an Opinion or a NoOpinion); disagreement makes the suggestion less sure.

    The marks of the suggestion stay as they are. What counted by itself and is not sure enough any more waits again.
    """
    mark = session.get_one(Mark, mark_id)
    failure = fill(found.template, found.params) if isinstance(found, NoOpinion) else ""
    marks = None if failure else found.marks  # type: ignore[attr-defined]
    kept = SecondOpinion(
        attempt_id=mark.attempt_id,
        paper_item_id=mark.paper_item_id,
        part=mark.part,
        model=endpoint.model[:120],
        prompt=prompt,
        reply="" if failure else found.reply,  # type: ignore[attr-defined]
        marks=marks,
        failure=failure[:400],
        at=at,
    )
    session.add(kept)
    detail: dict[str, object] = {"item": mark.paper_item_id, "part": mark.part, "model": kept.model, "failure": failure}
    if marks is not None and mark.confidence is not None:
        before = mark.confidence
        mark.confidence = lowered(before, mark.awarded, marks, mark.maximum)
        detail |= {"marks": f"{marks:f}", "confidence": [before, mark.confidence]}
        session.flush()
        if mark.confidence != before:
            attempt = session.get_one(Attempt, mark.attempt_id)
            apply_plan(session, attempt.assignment.sitting_id, at=at, attempt_ids=[attempt.id])
    session.flush()
    audit.record(session, "second_opinion.kept", f"attempt:{mark.attempt_id}", by=None, at=at, detail=detail)
    return kept


def job(work: Work, *, endpoint: Endpoint) -> dict[str, object]:
    """Ask for every opinion that is missing, at most BATCH; stops when the model fails GIVE_UP times in a row."""
    with database.reading(work.engine) as session:
        ids = waiting(session)
    asked = failed = in_a_row = 0
    for number, mark_id in enumerate(ids, 1):
        with database.reading(work.engine) as session:
            want = wanted(session, mark_id)
        if want is None:
            continue
        found: object
        try:
            found, in_a_row = ask(endpoint, want.prompt, want.maximum), 0
        except NoOpinion as problem:
            found, in_a_row, failed = problem, in_a_row + 1, failed + 1
        asked += 1
        with database.writing(work.engine) as session:
            keep_opinion(session, mark_id, endpoint=endpoint, prompt=want.prompt, found=found, at=clock.now())
        work.progress(number, len(ids))
        if in_a_row >= GIVE_UP:
            break
    return {"asked": asked, "failed": failed, "stopped": in_a_row >= GIVE_UP}


def ask_for_waiting(engine: Engine) -> None:
    """The chore: one job at a time while answers wait for an opinion."""
    with database.reading(engine) as session:
        running = exists().where(Job.name == JOB, Job.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
        due = bool(waiting(session, limit=1)) and not session.scalar(select(running))
    if due:
        with database.writing(engine) as session:
            enqueue(session, JOB, {}, by=None, at=clock.now())

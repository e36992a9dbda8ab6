"""Reads on where a question was sat, in which version, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.models import Unit
from exam.grading.models import Mark
from exam.papers.models import PaperItem
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting
from exam.tours.models import RosterEntry, Stop
from question_bank.errors import N_, NotFound
from question_bank.models import Question, QuestionVersion


def _sat(version_id: int, stop_id: int | None) -> Select[Attempt]:
    """Attempts that are over, have marks, and had this version."""
    marked = exists().where(Mark.attempt_id == Attempt.id, Mark.paper_item_id == PaperItem.id)
    wanted = (
        select(Attempt)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(PaperItem, PaperItem.paper_id == Assignment.paper_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(PaperItem.question_version_id == version_id, Attempt.status != AttemptStatus.STARTED, marked)
    )
    return wanted if stop_id is None else wanted.where(Sitting.stop_id == stop_id)


def attempts_with(session: Session, version_id: int, stop_id: int | None) -> list[int]:
    """Ids of the attempts a correction is about."""
    return list(session.scalars(_sat(version_id, stop_id).with_only_columns(Attempt.id).order_by(Attempt.id)))


@dataclass(frozen=True)
class Named:
    """Whose attempt it is, for organisers."""

    name: str
    unit: str
    stop_number: int


def names_by_attempt(session: Session, attempt_ids: Sequence[int]) -> dict[int, Named]:
    """Whose attempts these are."""
    rows = session.execute(
        select(Attempt.id, RosterEntry.name, Unit.name, Stop.number)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .join(Stop, Stop.id == RosterEntry.stop_id)
        .where(Attempt.id.in_(attempt_ids))
    )
    return {attempt_id: Named(name, unit, number) for attempt_id, name, unit, number in rows}


@dataclass(frozen=True)
class Where:
    """One stop at which a version was sat, and by how many."""

    stop: Stop
    attempts: int


def stops_with(session: Session, version_id: int) -> list[Where]:
    """Where a version was sat, by day."""
    counts: dict[int, int] = dict(
        iter(
            session.execute(
                _sat(version_id, None)
                .with_only_columns(Sitting.stop_id, func.count(Attempt.id))
                .group_by(Sitting.stop_id)
            )
        )
    )
    stops = session.scalars(
        select(Stop)
        .where(Stop.id.in_(counts))
        .options(joinedload(Stop.unit), joinedload(Stop.tour))
        .order_by(Stop.starts_at, Stop.id)
    )
    return [Where(stop, counts[stop.id]) for stop in stops]


def version_by_id(session: Session, version_id: int) -> QuestionVersion:
    """The version with its question. Raises NotFound."""
    found = session.scalar(
        select(QuestionVersion).where(QuestionVersion.id == version_id).options(joinedload(QuestionVersion.question))
    )
    if found is None:
        raise NotFound(N_("There is no such version of a question."))
    return found


def versions_sat(session: Session, *, code: str | None = None, question_id: int | None = None) -> list[QuestionVersion]:
    """The versions of one question that anybody has sat, the newest first."""
    which = Question.code == code if question_id is None else Question.id == question_id
    sat = exists().where(
        PaperItem.question_version_id == QuestionVersion.id,
        Assignment.paper_id == PaperItem.paper_id,
        Attempt.assignment_id == Assignment.id,
        Attempt.status != AttemptStatus.STARTED,
    )
    return list(
        session.scalars(
            select(QuestionVersion)
            .join(QuestionVersion.question)
            .where(which, sat)
            .options(joinedload(QuestionVersion.question))
            .order_by(QuestionVersion.number.desc())
        )
    )


def versions_at(session: Session, stop_id: int, code: str) -> list[QuestionVersion]:
    """The versions of one question that were sat at a stop, the newest first."""
    return [each for each in versions_sat(session, code=code) if attempts_with(session, each.id, stop_id)]


@dataclass(frozen=True)
class QuestionSat:
    """One question of a stop's papers, with how many had it."""

    version: QuestionVersion
    attempts: int


def questions_at(session: Session, stop_id: int) -> list[QuestionSat]:
    """Every version that was sat at a stop, by its code; two queries."""
    counts: dict[int, int] = dict(
        iter(
            session.execute(
                select(PaperItem.question_version_id, func.count(Attempt.id))
                .join(Assignment, Assignment.paper_id == PaperItem.paper_id)
                .join(Attempt, Attempt.assignment_id == Assignment.id)
                .join(Sitting, Sitting.id == Assignment.sitting_id)
                .where(Sitting.stop_id == stop_id, Attempt.status != AttemptStatus.STARTED)
                .group_by(PaperItem.question_version_id)
            )
        )
    )
    versions = session.scalars(
        select(QuestionVersion)
        .join(QuestionVersion.question)
        .where(QuestionVersion.id.in_(counts))
        .options(joinedload(QuestionVersion.question))
        .order_by(Question.code, QuestionVersion.number)
    )
    return [QuestionSat(version, counts[version.id]) for version in versions]

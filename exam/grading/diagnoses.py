"""Reads on 问题会诊: the real problems candidates wrote down, from which the ledger begins."""

from dataclasses import dataclass

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from exam.accounts.models import Unit
from exam.papers.models import PaperItem
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Response, Sitting
from exam.tours.models import RosterEntry
from question_bank.enums import Kind, TextForm
from question_bank.kinds import response_of
from question_bank.models import Question, QuestionVersion


@dataclass(frozen=True)
class Diagnosis:
    """What somebody wrote: a real problem, the department in charge, what was done and what is planned."""

    attempt_id: int
    paper_item_id: int
    person_id: int
    name: str
    unit: str
    problem: str
    department: str
    done: str
    planned: str


def diagnoses(session: Session, stop_id: int) -> list[Diagnosis]:
    """The 问题会诊 answers handed in at a stop, by seat; blank ones are left out. One query."""
    later = aliased(Response)
    same = and_(later.attempt_id == Response.attempt_id, later.paper_item_id == Response.paper_item_id)
    rows = session.execute(
        select(Response.attempt_id, Response.paper_item_id, Response.value, RosterEntry.person_id, RosterEntry.name)
        .add_columns(Unit.name)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .join(PaperItem, PaperItem.id == Response.paper_item_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Sitting.stop_id == stop_id,
            Attempt.status != AttemptStatus.STARTED,
            Question.form == TextForm.DIAGNOSIS,
            ~exists().where(same, later.revision > Response.revision),
        )
        .order_by(RosterEntry.seat)
    )
    found = [(row, response_of(Kind.SHORT_ANSWER, row[2])) for row in rows]
    return [_diagnosis(row, response.fields) for row, response in found if not response.is_blank]  # type: ignore[attr-defined]


def _diagnosis(row: tuple[int, int, object, int, str, str], fields: dict[str, str]) -> Diagnosis:
    attempt_id, item_id, _, person_id, name, unit = row
    return Diagnosis(
        attempt_id=attempt_id,
        paper_item_id=item_id,
        person_id=person_id,
        name=name,
        unit=unit,
        problem=fields.get("problem", ""),
        department=fields.get("department", ""),
        done=fields.get("done", ""),
        planned=fields.get("planned", ""),
    )

"""What decides about beginning a paper and ending it, beside the paper: pauses, time given, doubts about the clock."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from exam.papers.models import Paper, PaperSet, Specification
from exam.sittings.day import IncidentKind, Judgement
from exam.sittings.day_models import Incident, Pause, TimeGrant
from exam.sittings.models import Assignment, Attempt, Sitting


@dataclass(frozen=True)
class Entrance:
    """What decides about beginning one paper: `hall_more` and `person_more` are seconds given so far."""

    sitting: Sitting
    attempt: Attempt | None
    minutes: int
    paused: bool
    hall_more: int
    person_more: int


def entrance_of(session: Session, assignment: Assignment) -> Entrance:
    """What stands now, read afresh in one query."""

    def given_to(whom: ColumnElement[bool]) -> Any:
        total = select(func.coalesce(func.sum(TimeGrant.seconds), 0))
        return total.where(TimeGrant.sitting_id == assignment.sitting_id, whom).scalar_subquery()

    row = session.execute(
        select(Sitting, Attempt, Specification.minutes, stands_still())
        .add_columns(
            given_to(TimeGrant.assignment_id.is_(None)).label("hall"),
            given_to(TimeGrant.assignment_id == assignment.id).label("person"),
        )
        .select_from(Sitting)
        .join(Paper, Paper.id == assignment.paper_id)
        .join(PaperSet, PaperSet.id == Paper.paper_set_id)
        .join(Specification, Specification.id == PaperSet.specification_id)
        .outerjoin(Attempt, Attempt.assignment_id == assignment.id)
        .where(Sitting.id == assignment.sitting_id)
        .execution_options(populate_existing=True)
    ).one()
    return Entrance(*row)


def stands_still() -> ColumnElement[bool]:
    """Condition on Sitting: it is paused."""
    return exists().where(Pause.sitting_id == Sitting.id, Pause.ended_at.is_(None))


def in_doubt() -> ColumnElement[bool]:
    """Condition on Sitting: the server's clock has jumped and nobody has said yet what it comes to."""
    return exists().where(
        Incident.sitting_id == Sitting.id,
        Incident.attempt_id.is_(None),
        Incident.kind == IncidentKind.CLOCK,
        Incident.judgement == Judgement.OPEN,
    )

"""Holding an attempt: it and what decides about it, read afresh and kept until the end of the transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, contains_eager

from exam.sittings.day_models import Pause
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting
from exam.sittings.window import accepts


@dataclass(frozen=True)
class Held:
    """A locked attempt with its grace, and since when its sitting stands still."""

    attempt: Attempt
    grace: timedelta
    paused_since: datetime | None

    @property
    def writing(self) -> bool:
        """Whether it has not been handed in or ended."""
        return self.attempt.status is AttemptStatus.STARTED

    def accepts(self, at: datetime) -> bool:
        """Whether what is received at `at` is in time."""
        return accepts(at, deadline=self.attempt.deadline, grace=self.grace, paused_since=self.paused_since)


RUNNING = and_(Pause.sitting_id == Assignment.sitting_id, Pause.ended_at.is_(None))
"""Joins an assignment's sitting with the pause that runs there now."""


_FOR_SAVING = (
    select(Attempt, Sitting.grace_seconds, Pause.began_at, Assignment.paper_id)
    .join(Assignment, Assignment.id == Attempt.assignment_id)
    .join(Sitting, Sitting.id == Assignment.sitting_id)
    .outerjoin(Pause, RUNNING)
    .where(Attempt.id == bindparam("attempt"))
    .with_for_update(of=Attempt)
    .execution_options(populate_existing=True)
)


def hold_for_saving(session: Session, attempt_id: int) -> tuple[Held, int]:
    """As `hold`, with the id of the paper: the attempt alone is loaded, for there are a thousand saves to one start."""
    attempt, grace, paused_since, paper_id = session.execute(_FOR_SAVING, {"attempt": attempt_id}).one()
    return Held(attempt, timedelta(seconds=grace), paused_since), paper_id


def hold(session: Session, attempt: Attempt) -> Held:
    """Lock `attempt` and read it again, in one query."""
    row = session.execute(
        select(Attempt, Pause.began_at)
        .join(Attempt.assignment)
        .join(Assignment.sitting)
        .outerjoin(Pause, RUNNING)
        .where(Attempt.id == attempt.id)
        .options(contains_eager(Attempt.assignment).contains_eager(Assignment.sitting))
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one()
    sitting: Sitting = row[0].assignment.sitting
    return Held(row[0], timedelta(seconds=sitting.grace_seconds), row[1])

"""A hall of hundreds at its second stop, everybody's business paper in but one's."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from exam.grading.models import Mark, Score
from exam.sittings.models import Attempt, AttemptStatus, Sitting, SittingStatus
from exam.tours.models import RosterEntry
from tests.factories.county import make_county


def fill_hall(session: Session, *, people: int, items: int = 50, bank: int = 600) -> int:
    """Two stops with `people` each, `items` questions a head out of `bank`; the id of the second, where one still writes."""
    made = make_county(session, units=2, people=2 * people, items=items, bank=bank, answered=True)
    sitting = session.get_one(Sitting, made.sittings[1])
    sitting.status, sitting.released_at = SittingStatus.OPEN, None
    session.execute(
        update(RosterEntry).where(RosterEntry.stop_id == made.stops[1]).values(checked_in_at=sitting.opens_at)
    )
    last = session.scalars(
        select(Attempt)
        .where(Attempt.id.in_(made.attempts), Attempt.assignment.has(sitting_id=sitting.id))
        .order_by(Attempt.id.desc())
        .limit(1)
    ).one()
    session.execute(delete(Mark).where(Mark.attempt_id == last.id))
    session.execute(update(Score).values(at=sitting.opens_at + timedelta(minutes=41)))
    session.execute(delete(Score).where(Score.attempt_id == last.id))
    last.status, last.ended_at, last.receipt = AttemptStatus.STARTED, None, None
    last.deadline = last.started_at + timedelta(minutes=60)
    session.flush()
    return made.stops[1]

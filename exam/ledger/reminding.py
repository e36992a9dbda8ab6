"""Reminding: before the due date, on the day, after it; and a level higher for every so many days nobody answers.

Runs as often as one likes: each message has a key, each level is reached once for a due date.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, joinedload

from exam import clock, database
from exam.ledger import telling
from exam.ledger.due import Timing, height, level_for, overdue, timing
from exam.ledger.flow import SYSTEM, CaseStatus, Level
from exam.ledger.models import Case
from exam.ledger.operations import escalate
from exam.ledger.queries import day_of, rules, workdays

EVERY = 900.0
"""Seconds between two looks."""
NEWS = {Timing.SOON: telling.SOON, Timing.TODAY: telling.TODAY, Timing.OVERDUE: telling.OVERDUE}


@dataclass(frozen=True)
class Reminded:
    """What became of one case: how it stands to its due date, and the level it went up to, if it did."""

    case_id: int
    number: str
    timing: Timing
    late: int
    level: Level
    raised: bool
    told: int


def chore(zone: tzinfo) -> Callable[[Engine], None]:
    """The chore for a county whose days begin at midnight in `zone`."""
    return lambda engine: look(engine, zone)


def look(engine: Engine, zone: tzinfo) -> None:
    """Remind on working days, by daylight."""
    at = clock.now()
    with database.reading(engine) as session:
        if not 8 <= at.astimezone(zone).hour < 18 or not workdays(session).worked(day_of(at, zone)):
            return
        if not session.scalar(select(Case.id).where(Case.status == CaseStatus.ASSIGNED).limit(1)):
            return
    with database.writing(engine) as session:
        remind(session, at=at, zone=zone)


def remind(session: Session, *, at: datetime, zone: tzinfo) -> list[Reminded]:
    """Remind and raise whatever is due at `at`; a second run on the same day changes and tells nothing more."""
    counted, known, today = rules(session), workdays(session), day_of(at, zone)
    cases = session.scalars(
        select(Case).where(Case.status == CaseStatus.ASSIGNED).options(joinedload(Case.owner)).order_by(Case.id)
    ).all()
    found = []
    for case in cases:
        assert case.due_on is not None  # the database says so
        stands = timing(counted, case.due_on, today=today, workdays=known)
        if stands is Timing.LATER:
            continue
        late = overdue(case.due_on, today=today, workdays=known)
        told = telling.department(session, case, NEWS[stands], at=at, once=case.due_on.isoformat())
        level = level_for(counted, late)
        raised = height(level) > height(case.level)
        if raised:
            escalate(session, case, level, late=late, hand=SYSTEM, at=at)
            told += telling.department(
                session, case, telling.RAISED, at=at, once=f"{case.due_on.isoformat()}:{level.value}"
            )
        found.append(Reminded(case.id, case.number, stands, late, case.level, raised, told))
    return found

"""The chore that notices a wall clock that was set: recorded where people write, taken over where nobody does.

While people write the exam goes by its own clock (`exam.clock`). Papers are not ended by themselves until somebody has
looked at the incident, or the wall clock is right again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session

from exam import audit, clock, database
from exam.sittings import incidents
from exam.sittings.day import IncidentKind, Judgement
from exam.sittings.day_models import Incident
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting

EVERY = 5.0
"""Seconds between two looks."""
JUMP = 2.0
"""Seconds by which the clocks may differ."""


def watch(engine: Engine) -> None:
    """Compare the clocks, and write only where something is to be said."""
    drift, at = clock.drift(), clock.now()
    with database.reading(engine) as session:
        due = findings(session, drift=drift)
        calm = abs(drift) > JUMP and not _written(session)
    if calm:
        clock.settle()
    if due:
        with database.writing(engine) as session:
            note(session, drift=drift, at=at)


def findings(session: Session, *, drift: float) -> list[int]:
    """Ids of what `note` would write about: sittings whose jump is not recorded yet, or incidents that are settled."""
    if abs(drift) <= JUMP:
        return [incident.id for incident in _open(session)]
    return [sitting.id for sitting in _written(session) if not _known(session, sitting, drift)]


def note(session: Session, *, drift: float, at: datetime) -> None:
    """Record a jump of the clock at every sitting people write at; settle what was recorded once it is over."""
    if abs(drift) <= JUMP:
        for incident in _open(session):
            incident.judgement, incident.judged_at = Judgement.HARMLESS, at
            _tell(session, "clock.right_again", incident, at=at)
        return
    for sitting in _written(session):
        if not _known(session, sitting, drift):
            made = incidents.record(
                session,
                IncidentKind.CLOCK,
                stop_id=sitting.stop_id,
                sitting=sitting,
                detail={"seconds": round(drift, 1)},
                by=None,
                at=at,
            )
            _tell(session, "clock.jumped", made, at=at)


def _written(session: Session) -> Sequence[Sitting]:
    """The sittings at which somebody is writing."""
    writing = exists().where(
        Assignment.sitting_id == Sitting.id,
        Attempt.assignment_id == Assignment.id,
        Attempt.status == AttemptStatus.STARTED,
    )
    return session.scalars(select(Sitting).where(writing).order_by(Sitting.id)).all()


def _open(session: Session) -> Sequence[Incident]:
    """Jumps of the server's clock about which nobody has said anything."""
    return session.scalars(
        select(Incident).where(
            Incident.kind == IncidentKind.CLOCK,
            Incident.attempt_id.is_(None),
            Incident.recorded_by.is_(None),
            Incident.judgement == Judgement.OPEN,
        )
    ).all()


def _known(session: Session, sitting: Sitting, drift: float) -> bool:
    """Whether this jump is recorded already, whatever was said about it."""
    details = session.scalars(
        select(Incident.detail).where(
            Incident.sitting_id == sitting.id, Incident.kind == IncidentKind.CLOCK, Incident.attempt_id.is_(None)
        )
    )
    return any(abs(detail.get("seconds", 0) - drift) <= JUMP for detail in details)


def _tell(session: Session, action: str, incident: Incident, *, at: datetime) -> None:
    session.flush()
    detail = {"incident": incident.id, **incident.detail}
    audit.record(session, action, f"sitting:{incident.sitting_id}", by=None, at=at, detail=detail)

"""After a release: what candidates earned on each question, and which questions have probably leaked.

Reading and working out are one step, in a reading session; keeping is another, so that the hall's saves wait only for
the writing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, joinedload

from exam import audit, clock, database
from exam.audit import AuditEvent
from exam.reports.models import AlarmStatus, LeakAlarm, Release
from exam.reports.picture import Picture
from exam.tours.models import Stop
from question_bank.enums import Status
from question_bank.measuring import keep_statistics
from question_bank.models import Question

SUBJECT = "item_statistics:all"
EVERY = 60.0
"""Seconds between two looks at whether results have been released; such a look reads two numbers."""
MUCH_STRONGER = 10
"""An alarm that was dismissed comes back when chance has become so many times less likely."""


@dataclass(frozen=True)
class Kept:
    """How many questions have figures, and the alarms newly raised."""

    questions: int
    raised: tuple[LeakAlarm, ...]


def look(session: Session) -> Picture:
    """Work out figures and suspects from every answer that has its marks; nothing is written."""
    from exam.reports import evidence  # numpy: only who works figures out needs it

    watched = set(session.scalars(select(LeakAlarm.question_id).where(LeakAlarm.status == AlarmStatus.OPEN)))
    return evidence.gather(session, watched, stops=_stops(session))


def _stops(session: Session) -> dict[int, dict[str, Any]]:
    """How a stop is called in the evidence, by its id."""
    rows = session.scalars(select(Stop).options(joinedload(Stop.unit)))
    return {
        stop.id: {"stop": stop.id, "number": stop.number, "unit": stop.unit.name, "at": stop.starts_at.isoformat()}
        for stop in rows
    }


def keep(session: Session, picture: Picture, *, by: int | None, at: datetime) -> Kept:
    """Write the figures into the bank and raise alarms for suspects in the draw; open alarms get the new evidence.

    Confirmed once, a version raises no alarm again; dismissed, only when its rise has become much less likely by
    chance.
    """
    questions = keep_statistics(session, picture.measured, at=at)
    rows = session.scalars(select(LeakAlarm).order_by(LeakAlarm.id))
    latest = {alarm.question_id: alarm for alarm in rows}
    in_draw = set(
        session.scalars(
            select(Question.id).where(Question.id.in_(picture.suspects), Question.status == Status.PUBLISHED)
        )
    )
    raised = []
    for question_id, seen in sorted(picture.suspects.items()):
        before = latest.get(question_id)
        if before is not None and before.status is AlarmStatus.OPEN:
            before.evidence, before.version_number = seen, picture.versions[question_id]
        elif seen["alarm"] and question_id in in_draw and _is_new(before, picture.versions[question_id], seen):
            raised.append(_raised(session, question_id, picture.versions[question_id], seen, at=at))
    session.flush()
    for alarm in raised:
        detail = {"question": alarm.question_id, "chance": alarm.evidence["chance"]}
        audit.record(session, "leak.raised", f"leak_alarm:{alarm.id}", by=None, at=at, detail=detail)
    detail = {"questions": questions, "answers": picture.answers, "stops": picture.stops, "raised": len(raised)}
    audit.record(session, "item_statistics.kept", SUBJECT, by=by, at=at, detail=detail)
    return Kept(questions, tuple(raised))


def _is_new(before: LeakAlarm | None, version: int, seen: dict[str, Any]) -> bool:
    if before is None or before.version_number != version:
        return True
    again: bool = seen["chance"] * MUCH_STRONGER <= before.evidence["chance"]
    return before.status is AlarmStatus.DISMISSED and again


def _raised(session: Session, question_id: int, version: int, seen: dict[str, Any], *, at: datetime) -> LeakAlarm:
    alarm = LeakAlarm(question_id=question_id, version_number=version, evidence=seen, raised_at=at)
    session.add(alarm)
    return alarm


def kept_at(session: Session) -> datetime | None:
    """When the figures were worked out last."""
    return session.scalar(select(func.max(AuditEvent.at)).where(AuditEvent.subject == SUBJECT))


def is_due(session: Session) -> bool:
    """Whether results have been released since the figures were worked out."""
    released, kept = session.scalar(select(func.max(Release.at))), kept_at(session)
    return released is not None and (kept is None or released > kept)


def watch(engine: Engine, *, at: datetime | None = None) -> None:
    """The chore: after a release the figures and alarms are worked out anew, `at` now unless told otherwise."""
    with database.reading(engine) as session:
        if not is_due(session):
            return
        picture = look(session)
    with database.writing(engine) as session:
        keep(session, picture, by=None, at=at or clock.now())

"""Alarms that a question has leaked: reading them, and what people decide."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.reports.models import AlarmStatus, LeakAlarm
from exam.sittings.affected import Affected, affected
from question_bank import reserves
from question_bank.errors import N_, Conflict, Invalid, NotFound, Problem
from question_bank.models import Question
from question_bank.steps import quarantine

LEAKED = N_("It has probably leaked: %(reason)s")
"""The reason with which a question leaves the draw."""


@dataclass(frozen=True)
class Shown:
    """An alarm, its question, the reserve questions that could take its place, and papers not yet sat that hold it."""

    alarm: LeakAlarm
    question: Question
    reserves: Sequence[Question] = ()
    papers: Sequence[Affected] = ()


@dataclass(frozen=True)
class Confirmed:
    """What followed: codes called in, and the papers still to be sat that hold the lost question."""

    called_in: tuple[str, ...]
    papers: tuple[Affected, ...]


def alarm_by_id(session: Session, alarm_id: int) -> LeakAlarm:
    """Raises NotFound."""
    found = session.get(LeakAlarm, alarm_id)
    if found is None:
        raise NotFound(N_("There is no such alarm."))
    return found


def alarms(session: Session) -> list[Shown]:
    """Every alarm: those to be decided first, the most probable at the top, then the latest decisions; one query."""
    rows = session.execute(
        select(LeakAlarm, Question).join(Question, Question.id == LeakAlarm.question_id).order_by(LeakAlarm.id)
    )
    found = [Shown(alarm, question) for alarm, question in rows]
    waiting = [each for each in found if each.alarm.status is AlarmStatus.OPEN]
    decided = [each for each in found if each.alarm.decided_at is not None]
    waiting.sort(key=lambda each: (-each.alarm.evidence["probability"], each.question.code))
    decided.sort(key=lambda each: (each.alarm.decided_at, each.alarm.id), reverse=True)
    return [*waiting, *decided]


def alarm_shown(session: Session, alarm: LeakAlarm) -> Shown:
    """One alarm with all that a decision needs."""
    question = session.get_one(Question, alarm.question_id)
    if alarm.status is not AlarmStatus.OPEN:
        return Shown(alarm, question, (), affected(session, [question.id]))
    return Shown(alarm, question, reserves.like(session, question), affected(session, [question.id]))


def open_alarm_of(session: Session, question_id: int) -> LeakAlarm | None:
    """The alarm that waits for a decision on this question."""
    return session.scalar(
        select(LeakAlarm).where(LeakAlarm.question_id == question_id, LeakAlarm.status == AlarmStatus.OPEN)
    )


def waiting(session: Session) -> int:
    """How many alarms wait for a decision."""
    return len(session.scalars(select(LeakAlarm.id).where(LeakAlarm.status == AlarmStatus.OPEN)).all())


def confirm(
    session: Session, alarm: LeakAlarm, *, reason: str, call_in: Collection[int] = (), by: int | None, at: datetime
) -> Confirmed:
    """It has leaked: the question leaves the draw, and the reserve questions of `call_in` come into it.

    Only those that could take its place are called in. Raises Invalid without a reason, Conflict when somebody else
    has decided.
    """
    _decide(session, alarm, AlarmStatus.CONFIRMED, reason=reason, by=by, at=at)
    question = session.get_one(Question, alarm.question_id)
    fit = {each.id for each in reserves.like(session, question)}
    _, left = quarantine(session, [question.id], at=at, reason=LEAKED, params={"reason": reason.strip()})
    codes, came = reserves.call_in(session, fit & set(call_in), at=at)
    audit.note(session, [*left, *came], by=by, at=at)
    detail = {"question": question.code, "reason": reason.strip(), "called_in": codes}
    audit.record(session, "leak.confirmed", f"leak_alarm:{alarm.id}", by=by, at=at, detail=detail)
    return Confirmed(tuple(codes), tuple(affected(session, [question.id])))


def dismiss(session: Session, alarm: LeakAlarm, *, reason: str, by: int | None, at: datetime) -> None:
    """It has not leaked: the question stays in the draw, and the alarm comes back on much stronger evidence only.

    Raises Invalid without a reason, Conflict when somebody else has decided.
    """
    _decide(session, alarm, AlarmStatus.DISMISSED, reason=reason, by=by, at=at)
    detail = {"question": session.get_one(Question, alarm.question_id).code, "reason": reason.strip()}
    audit.record(session, "leak.dismissed", f"leak_alarm:{alarm.id}", by=by, at=at, detail=detail)


def _decide(session: Session, alarm: LeakAlarm, to: AlarmStatus, *, reason: str, by: int | None, at: datetime) -> None:
    session.refresh(alarm, with_for_update=True)
    if alarm.status is not AlarmStatus.OPEN:
        raise Conflict(N_("Somebody else has decided on this alarm in the meantime."))
    if not reason.strip():
        raise Invalid([Problem("reason", N_("Say why; the reason is kept."))])
    alarm.status, alarm.reason, alarm.decided_by, alarm.decided_at = to, reason.strip()[:500], by, at
    session.flush()

"""Verbs of those who asked: the answer helped, or it did not and the case is taken up again."""

from datetime import datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.ledger import telling
from exam.ledger.due import due_on, may_still_object
from exam.ledger.flow import Act, CaseStatus, Hand, Level, may
from exam.ledger.models import Asker, Case, CaseStep
from exam.ledger.queries import askers_of, day_of, rules, workdays
from exam.ledger.recording import lock, take, words
from question_bank.errors import N_, NotAllowed

SAID = 400
ASKING = Hand(asker=True).capacities(None)
"""In what capacity somebody with an asker's address acts."""


def helped(session: Session, asker: Asker, *, said: str = "", at: datetime) -> Case:
    """The answer solved it. Once all who asked say so the case counts as followed up. Raises NotAllowed too early."""
    case = _case_of(session, asker)
    hand = Hand(person_id=asker.person_id, asker=True)
    take(session, case, Act.HELPED, hand=hand, at=at, note=said[:SAID])
    _say(asker, satisfied=True, said=said, at=at)
    session.flush()
    if case.status is CaseStatus.ANSWERED and all(each.satisfied for each in askers_of(session, case.id)):
        take(session, case, Act.FOLLOW_UP, hand=hand, at=at)
    return case


def object_to(session: Session, asker: Asker, *, said: str, at: datetime, zone: tzinfo) -> Case:
    """The answer did not solve it: back to the department with a new due date; the answers so far are kept.

    Raises NotAllowed without words, too early, and too long after the case was closed.
    """
    case = _case_of(session, asker)
    why = words(said)
    if not may_object(session, asker, case, at=at, zone=zone):
        raise NotAllowed(N_("This case can no longer be reopened from here. Ask it again at the next stop."))
    _reopen(session, case, hand=Hand(person_id=asker.person_id, asker=True), why=why, at=at, zone=zone)
    _say(asker, satisfied=False, said=why, at=at)
    session.flush()
    return case


def reopen(
    session: Session, case: Case, *, why: str, hand: Hand, at: datetime, zone: tzinfo, seen: int | None = None
) -> Case:
    """The office takes a case up again. Raises NotAllowed without a reason."""
    lock(session, case, seen)
    _reopen(session, case, hand=hand, why=words(why), at=at, zone=zone)
    return case


def may_object(session: Session, asker: Asker, case: Case, *, at: datetime, zone: tzinfo) -> bool:
    """Whether somebody who asked may still have it reopened: after the closing within the days of the rules.

    For who came to a closed case by a merger the days run from then.
    """
    if not may(case.status, Act.REOPEN, ASKING):
        return False
    if case.closed_at is None:
        return True
    joined = session.scalar(
        select(func.max(CaseStep.at)).where(CaseStep.case_id == asker.came_with_id, CaseStep.act == Act.MERGE.value)
    )
    told = max(each for each in (case.closed_at, joined) if each is not None)
    today = day_of(at, zone)
    return may_still_object(rules(session), day_of(told, zone), today=today, workdays=workdays(session))


def _case_of(session: Session, asker: Asker) -> Case:
    case = session.get_one(Case, asker.case_id)
    lock(session, case)
    return case


def _say(asker: Asker, *, satisfied: bool, said: str, at: datetime) -> None:
    asker.satisfied, asker.said, asker.said_at = satisfied, said.strip()[:SAID], at


def _reopen(session: Session, case: Case, *, hand: Hand, why: str, at: datetime, zone: tzinfo) -> None:
    due = due_on(rules(session), case.urgency, given=day_of(at, zone), workdays=workdays(session))
    take(
        session,
        case,
        Act.REOPEN,
        hand=hand,
        at=at,
        note=why,
        due_on=due,
        assigned_at=at,
        level=Level.DESK,
        reopened=case.reopened + 1,
        public=False,
    )
    telling.department(session, case, telling.REOPENED, at=at, note=f"原因：{why}")

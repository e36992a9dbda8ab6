"""One step of a case: the table asked, the change made, the step written down and audited."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.ledger.flow import Act, CaseStatus, Hand, advance
from exam.ledger.models import Case, CaseStep
from question_bank.errors import N_, Conflict, NotAllowed

LEAST = 2
"""Characters below which a reason says nothing."""
LONGEST = 1000


def lock(session: Session, case: Case, seen: int | None = None) -> None:
    """Nobody else changes the case until the end of the transaction.

    Raises Conflict where it is no longer the version `seen`.
    """
    session.scalar(select(Case.id).where(Case.id == case.id).with_for_update())
    session.refresh(case)
    if seen is not None and case.lock != seen:
        raise Conflict(N_("Somebody else has changed this case since you opened it. Look at it again."))


def take(
    session: Session, case: Case, act: Act, *, hand: Hand, at: datetime, note: str = "", **changes: Any
) -> CaseStep:
    """Take one step with `changes` of the case's columns. Raises NotAllowed for a step that is not to be taken."""
    before = case.status
    after = advance(before, act, hand.capacities(case.owner_id))
    for name, value in changes.items():
        setattr(case, name, value)
    case.status = after
    case.closed_at = (case.closed_at or at) if after is CaseStatus.CLOSED else None
    return write(session, case, act, before=before, hand=hand, at=at, note=note)


def write(
    session: Session, case: Case, act: Act, *, before: CaseStatus | None, hand: Hand, at: datetime, note: str = ""
) -> CaseStep:
    """Write down a step that was taken. Who asked stays unnamed: an asker's step names nobody."""
    by = None if hand.asker else hand.person_id
    step = CaseStep(
        case_id=case.id,
        act=act.value,
        before=before,
        after=case.status,
        owner_id=case.owner_id,
        level=case.level,
        due_on=case.due_on,
        note=note.strip()[:LONGEST],
        at=at,
        by=by,
    )
    session.add(step)
    session.flush()
    detail = {"before": before.value if before else "", "after": case.status.value, "note": step.note}
    audit.record(session, f"case.{act.value}", f"case:{case.id}", by=by, at=at, detail=detail)
    return step


def words(text: str) -> str:
    """A reason without spaces around it. Raises NotAllowed where there is none."""
    if len(text.strip()) < LEAST:
        raise NotAllowed(N_("Say why in a few words."))
    return text.strip()

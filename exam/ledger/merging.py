"""Verbs by which look-alikes are handled as one case, and parted again. Nobody's words are lost."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.ledger import telling
from exam.ledger.flow import Act, Hand
from exam.ledger.models import Asker, Case
from exam.ledger.queries import merged_into, root_of
from exam.ledger.recording import lock, take
from question_bank.errors import N_, NotAllowed


def merge(
    session: Session, case: Case, into: Case, *, hand: Hand, at: datetime, note: str = "", seen: int | None = None
) -> Case:
    """Merge `case` into another one: all who asked follow that one from now on, each with their own words and address.

    Returns the case that stands. Raises NotAllowed for itself, and for one that takes in none any more.
    """
    for each in sorted((case, into), key=lambda each: each.id):
        lock(session, each, seen if each is case else None)
    into = root_of(session, into)
    if into.id == case.id:
        raise NotAllowed(N_("A case cannot be merged into itself."))
    take(session, into, Act.TAKE_IN, hand=hand, at=at, note=f"{case.number} {case.title}")
    moved = session.scalars(select(Asker).where(Asker.case_id == case.id).order_by(Asker.id)).all()
    take(session, case, Act.MERGE, hand=hand, at=at, note=note or into.number, merged_into_id=into.id)
    for asker in moved:
        asker.came_with_id = asker.came_with_id or case.id
        asker.case_id = into.id
    session.flush()
    telling.tell_askers(session, moved, into, telling.JOINED, at=at, once=f"{case.id}:{case.lock}")
    return into


def separate(session: Session, case: Case, *, hand: Hand, at: datetime, seen: int | None = None) -> Case:
    """Part what was merged by mistake: its own askers, and those of what had been merged into it before, come back."""
    lock(session, case, seen)
    root = root_of(session, case)
    below = {each.id for each in merged_into(session, case.id)}
    take(session, case, Act.SEPARATE, hand=hand, at=at, note=root.number, merged_into_id=None, **_unowned())
    back = session.scalars(
        select(Asker).where(Asker.case_id == root.id, Asker.came_with_id.in_({case.id, *below})).order_by(Asker.id)
    ).all()
    for asker in back:
        asker.case_id = case.id
        asker.came_with_id = None if asker.came_with_id == case.id else asker.came_with_id
        asker.satisfied, asker.said, asker.said_at = None, "", None
    session.flush()
    telling.tell_askers(session, back, case, telling.PARTED, at=at, once=f"{case.id}:{case.lock}")
    return case


def _unowned() -> dict[str, None]:
    """It begins anew with the sorting: whoever had it before has it no more."""
    return {"owner_id": None, "due_on": None, "assigned_at": None}

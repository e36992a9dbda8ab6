"""Filters of the question list that a person keeps under a name of the person's own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import SavedFilter
from question_bank.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Problem

MOST = 20
"""So many filters one person may keep; more would not be found again."""
LONGEST_NAME, LONGEST_QUERY = 60, 1000


def filter_by_id(session: Session, filter_id: int) -> SavedFilter:
    """Raises NotFound."""
    found = session.get(SavedFilter, filter_id)
    if found is None:
        raise NotFound(N_("There is no such saved filter."))
    return found


def filters_of(session: Session, person_id: int) -> Sequence[SavedFilter]:
    """What the person keeps, in the order in which it was first kept."""
    return session.scalars(
        select(SavedFilter).where(SavedFilter.person_id == person_id).order_by(SavedFilter.id).limit(MOST)
    ).all()


def save_filter(session: Session, *, name: str, query: str, by: int, at: datetime) -> tuple[SavedFilter, bool]:
    """Keep `query` (a query string of the list) for the person under `name`, or anew under a name used before.

    Returns it and whether it is new. Raises Invalid for no name, one that is too long, no filters or too many of them,
    NotAllowed beyond MOST.
    """
    called = _name(name)
    if not query or len(query) > LONGEST_QUERY:
        template = N_("Too many filters to keep.") if query else N_("Choose at least one filter first.")
        raise Invalid([Problem("query", template)])
    kept = _named(session, by, called)
    if kept is None:
        count = select(func.count()).select_from(SavedFilter).where(SavedFilter.person_id == by)
        if (session.scalar(count) or 0) >= MOST:
            raise NotAllowed(N_("You keep %(most)s filters already. Delete one first."), most=MOST)
    row = kept or SavedFilter(person_id=by, name=called, made_at=at)
    row.query = query
    session.add(row)
    session.flush()
    _note(session, "saved_filter.saved", row, at=at)
    return row, kept is None


def rename_filter(session: Session, row: SavedFilter, *, name: str, at: datetime) -> None:
    """Raises Invalid for a name that is none, Conflict for one the person has given to another filter."""
    called = _name(name)
    other = _named(session, row.person_id, called)
    if other is not None and other.id != row.id:
        raise Conflict(N_("You keep another filter under the name “%(name)s”."), name=called)
    row.name = called
    session.flush()
    _note(session, "saved_filter.renamed", row, at=at)


def delete_filter(session: Session, row: SavedFilter, *, at: datetime) -> None:
    """Keep it no longer."""
    _note(session, "saved_filter.deleted", row, at=at)
    session.delete(row)
    session.flush()


def _name(text: str) -> str:
    called = " ".join(text.split())
    if not called:
        raise Invalid([Problem("name", N_("Give the filter a name."))])
    if len(called) > LONGEST_NAME:
        raise Invalid([Problem("name", N_("A name has at most %(most)s characters."), {"most": LONGEST_NAME})])
    return called


def _named(session: Session, person_id: int, name: str) -> SavedFilter | None:
    return session.scalar(select(SavedFilter).where(SavedFilter.person_id == person_id, SavedFilter.name == name))


def _note(session: Session, action: str, row: SavedFilter, *, at: datetime) -> None:
    detail = {"name": row.name, "query": row.query}
    audit.record(session, action, f"saved_filter:{row.id}", by=row.person_id, at=at, detail=detail)

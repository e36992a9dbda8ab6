"""Verbs on the counters of failed sign-ins; the rules are in `throttle`."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts import throttle
from exam.accounts.models import Throttle
from question_bank.errors import N_, DomainError

FORGOTTEN_AFTER = timedelta(days=1)


class TooManyTries(DomainError):  # noqa: N818
    """The next try has to wait; `params["seconds"]` says how long."""


def refuse_while_waiting(session: Session, keys: Iterable[throttle.Key], *, at: datetime) -> None:
    """Raise TooManyTries while any of the counters makes the next try wait. A refused try is not counted."""
    _refuse(session.scalars(_rows([key.name for key in keys])).all(), at=at)


def _refuse(rows: Iterable[Throttle], *, at: datetime) -> None:
    longest = max((throttle.blocked(_count(row), at=at) for row in rows), default=timedelta(0))
    if longest:
        raise TooManyTries(
            N_("Too many failed tries. Please wait %(seconds)s seconds and try again."),
            seconds=int(longest.total_seconds()) + 1,
        )


def count_failure(session: Session, keys: Iterable[throttle.Key], *, at: datetime) -> None:
    """Count one failure on each of the counters. Raises TooManyTries, and counts nothing, while one of them waits.

    A sign-in by password is counted *before* the password is looked at and taken back when it was right, so that
    many tries at once are not cheaper than one after the other.
    """
    policies = {key.name: key.policy for key in keys}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(delete(Throttle).where(Throttle.last_at < at - FORGOTTEN_AFTER))
    for name in sorted(policies):  # one order for everybody, so that no two wait for each other
        session.execute(insert(Throttle).values(key=name, failures=0, last_at=at).on_conflict_do_nothing())
    rows = session.scalars(_rows(list(policies)).with_for_update()).all()
    _refuse(rows, at=at)
    for row in rows:
        after = throttle.failed(_count(row), policies[row.key], at=at)
        row.failures, row.last_at, row.wait_until = after.failures, after.last_at, after.wait_until
    session.flush()


def take_back(session: Session, own: Iterable[throttle.Key], *, shared: Iterable[throttle.Key] = ()) -> None:
    """The try that was counted has succeeded: counters of one's `own` start anew, `shared` ones lose this one count."""
    policies = {key.name: key.policy for key in shared}
    cleared = [key.name for key in own]
    for row in session.scalars(_rows([*cleared, *policies]).with_for_update()).all():
        if row.key in policies:
            row.failures = max(0, row.failures - 1)
            row.wait_until = row.wait_until if policies[row.key].wait(row.failures) else None
        else:
            session.delete(row)
    session.flush()


def unlock(session: Session, keys: Iterable[throttle.Key], *, subject: str, by: int | None, at: datetime) -> int:
    """Forget the failures on these counters; how many stood. `subject` names, for the record, whom it helped."""
    names = [key.name for key in keys]
    cleared = session.scalars(delete(Throttle).where(Throttle.key.in_(names)).returning(Throttle.key)).all()
    audit.record(session, "tries.forgiven", subject, by=by, at=at, detail={"counters": len(cleared)})
    return len(cleared)


def waits_for(session: Session, username: str, *, at: datetime) -> timedelta:
    """How long the next try with this user name has to wait."""
    row = session.get(Throttle, throttle.username_key(username).name)
    return throttle.blocked(_count(row) if row else None, at=at)


def _rows(names: list[str]) -> Select[Throttle]:
    rows = select(Throttle).where(Throttle.key.in_(names)).order_by(Throttle.key)
    return rows.execution_options(populate_existing=True)


def _count(row: Throttle) -> throttle.Count | None:
    return throttle.Count(row.failures, row.last_at, row.wait_until) if row.failures else None

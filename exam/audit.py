"""What was done, by whom and when: an append-only chain in which each row seals the one before it."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, Integer, String, event, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from question_bank.events import BankEvent
from question_bank.orm import Base

FIRST = "0" * 64
LOCK = 7_208_150_423
"""Key of the PostgreSQL advisory lock under which the chain grows, one transaction at a time."""


class AuditEvent(Base):
    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(60), index=True)
    detail: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)


SQLITE_GUARD = """
CREATE TRIGGER audit_event_no_{verb} BEFORE {verb} ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END
"""
POSTGRESQL_GUARD = """
CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit events are never changed'; END $$;
CREATE TRIGGER audit_event_guard BEFORE UPDATE OR DELETE ON audit_event
FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()
"""


def guards(dialect: str) -> list[str]:
    """The statements that make the table append-only on `dialect`; migrations execute them too."""
    if dialect == "sqlite":
        return [SQLITE_GUARD.format(verb=verb) for verb in ("UPDATE", "DELETE")]
    return [POSTGRESQL_GUARD]


for _dialect in ("sqlite", "postgresql"):
    for _statement in guards(_dialect):
        _escaped = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(AuditEvent.__table__, "after_create", _escaped.execute_if(dialect=_dialect))


@dataclass(frozen=True)
class Broken:
    """The first row where the chain does not hold, and what is wrong there."""

    event: int
    reason: str


def record(
    session: Session, action: str, subject: str, *, by: int | None, at: datetime, detail: dict[str, Any] | None = None
) -> AuditEvent:
    """Append one event in the caller's transaction.

    `action` is a verb in the past ("question.published"), `subject` a kind and id ("question:12"),
    `by` the person's id or None for the system itself.
    """
    (row,) = _append(session, [(action, subject, detail or {})], by=by, at=at)
    return row


def note(session: Session, events: Iterable[BankEvent], *, by: int | None, at: datetime) -> int:
    """Append what operations of the question bank report, in one go; returns how many rows that made."""
    told = [(each.action, f"{each.object_type}:{each.object_id}", dict(each.detail)) for each in events]
    return len(_append(session, told, by=by, at=at))


def history(session: Session, subject: str) -> list[AuditEvent]:
    """What happened to one subject ("question:12"), the newest first."""
    return list(session.scalars(select(AuditEvent).where(AuditEvent.subject == subject).order_by(AuditEvent.id.desc())))


def latest(session: Session, subjects: Iterable[str], action: str) -> dict[str, AuditEvent]:
    """The newest event of that action for each of `subjects` that has one."""
    newest = (
        select(func.max(AuditEvent.id))
        .where(AuditEvent.subject.in_(list(subjects)), AuditEvent.action == action)
        .group_by(AuditEvent.subject)
    )
    return {row.subject: row for row in session.scalars(select(AuditEvent).where(AuditEvent.id.in_(newest)))}


def _append(
    session: Session, told: Iterable[tuple[str, str, dict[str, Any]]], *, by: int | None, at: datetime
) -> list[AuditEvent]:
    """Add (action, subject, detail) one after the other, each sealing the one before it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    session.flush()
    previous = session.scalar(select(AuditEvent.digest).order_by(AuditEvent.id.desc()).limit(1)) or FIRST
    rows = []
    for action, subject, detail in told:
        row = AuditEvent(at=at, by=by, action=action, subject=subject, detail=detail, previous=previous)
        row.digest = previous = _digest(row)
        rows.append(row)
    session.add_all(rows)
    session.flush()
    return rows


def _digest(row: AuditEvent) -> str:
    sealed = {
        "at": row.at.astimezone(UTC).isoformat(),  # as it will be read back
        "by": row.by,
        "action": row.action,
        "subject": row.subject,
        "detail": row.detail,
        "previous": row.previous,
    }
    return hashlib.sha256(
        json.dumps(sealed, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()


def verify(session: Session) -> Broken | None:
    """Walk the whole chain; None when every row seals the one before it."""
    previous = FIRST
    for row in _rows(session):
        if row.previous != previous:
            return Broken(row.id, "the row before it is missing or was exchanged")
        if row.digest != _digest(row):
            return Broken(row.id, "the row was altered")
        previous = row.digest
    return None


def _rows(session: Session) -> Iterator[AuditEvent]:
    yield from session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=500))

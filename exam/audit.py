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
    body: Mapped[str | None] = mapped_column(String(64))  # of rows since this stands beside the seal
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


Told = tuple[str, str, dict[str, Any]]
"""Action, subject and detail of one event to come."""


def record_all(session: Session, told: Iterable[Told], *, by: int | None, at: datetime) -> int:
    """Append several events of one deed in one go; returns how many."""
    return len(_append(session, told, by=by, at=at))


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


def _append(session: Session, told: Iterable[Told], *, by: int | None, at: datetime) -> list[AuditEvent]:
    """Add (action, subject, detail) one after the other, each sealing the one before it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    session.flush()
    previous = head(session)
    rows = []
    for action, subject, detail in told:
        row = AuditEvent(at=at, by=by, action=action, subject=subject, detail=detail, previous=previous)
        row.body = body_of(at=at, by=by, action=action, subject=subject, detail=detail)
        row.digest = previous = sealed(previous, row.body)
        rows.append(row)
    session.add_all(rows)
    session.flush()
    return rows


def body_of(*, at: datetime, by: int | None, action: str, subject: str, detail: Any) -> str:
    """SHA-256 of what one event says, as canonical JSON, in hexadecimal."""
    return _sha256(_told(at, by, action, subject, detail))


def sealed(previous: str, body: str) -> str:
    """The digest of an event: over the digest before it and the hash of its own words.

    So a piece of the chain proves itself even where the words of an event are left out.
    """
    return hashlib.sha256(f"{previous}{body}".encode()).hexdigest()


def sealed_whole(previous: str, *, at: datetime, by: int | None, action: str, subject: str, detail: Any) -> str:
    """The digest of an event from before there were bodies: over its words and the digest before it together."""
    return _sha256({**_told(at, by, action, subject, detail), "previous": previous})


def _told(at: datetime, by: int | None, action: str, subject: str, detail: Any) -> dict[str, Any]:
    moment = at.astimezone(UTC).isoformat()  # as it will be read back
    return {"at": moment, "by": by, "action": action, "subject": subject, "detail": detail}


def _sha256(told: dict[str, Any]) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fault_of(row: AuditEvent, previous: str) -> str | None:
    """What is wrong with one event whose forerunner has the digest `previous`; None when it seals it."""
    if row.previous != previous:
        return "the row before it is missing or was exchanged"
    words: dict[str, Any] = {
        "at": row.at, "by": row.by, "action": row.action, "subject": row.subject, "detail": row.detail
    }  # fmt: skip
    if row.body is None:
        whole = row.digest == sealed_whole(previous, **words)
    else:
        whole = row.body == body_of(**words) and row.digest == sealed(previous, row.body)
    return None if whole else "the row was altered"


@dataclass(frozen=True)
class Walk:
    """What walking the whole chain found: how many rows hold, the last digest, and the first break if there is one.

    A chain that somebody rewrote from end to end holds too: `head` is worth noting down elsewhere, for that.
    """

    events: int
    head: str
    broken: Broken | None


def verify(session: Session) -> Broken | None:
    """Walk the whole chain; None when every row seals the one before it."""
    return walk(session).broken


def walk(session: Session) -> Walk:
    """Walk the whole chain from its first row."""
    previous, events = FIRST, 0
    for row in _rows(session):
        fault = fault_of(row, previous)
        if fault is not None:
            return Walk(events, previous, Broken(row.id, fault))
        previous, events = row.digest, events + 1
    return Walk(events, previous, None)


def head(session: Session) -> str:
    """The digest of the newest event."""
    return session.scalar(select(AuditEvent.digest).order_by(AuditEvent.id.desc()).limit(1)) or FIRST


def holds(session: Session, digest: str) -> bool:
    """Whether a digest noted earlier stands in the chain."""
    return session.scalar(select(AuditEvent.id).where(AuditEvent.digest == digest)) is not None


def _rows(session: Session) -> Iterator[AuditEvent]:
    yield from session.scalars(select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=500))

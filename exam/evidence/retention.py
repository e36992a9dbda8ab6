"""How long each kind of personal data is kept, and deleting what is older. Answers and marks are never touched."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, Delete, Engine, Update, delete, func, or_, select, update
from sqlalchemy.orm import Session

from exam import audit, clock, database
from exam.accounts.models import Login, Person, RetentionRule, Throttle
from exam.audit import AuditEvent
from exam.sittings.day import Judgement
from exam.sittings.day_models import DevicePass, IdentityCheck, Incident, PhoneTrial, Presence
from question_bank.enums import NamedEnum
from question_bank.errors import N_, DomainError

EVERY = 6 * 3600.0
"""Seconds between two looks."""
LEAST, MOST = 7, 3650
"""Days an administrator may choose."""
KEPT = "retention:all"


class Kept(NamedEnum):
    """The kinds of data that are deleted after a time."""

    PHOTOS = "photos", N_("Photos of the identity check"), "身份核验照片"
    LOGINS = "logins", N_("Ended logins and their devices"), "已结束的登录及设备记录"
    SIGNS = (
        "signs",
        N_("Signs of life of writing pages, device codes, phones tried"),
        "答题页在线状态、换机码、手机测试记录",
    )
    HARMLESS = "harmless", N_("Incidents in which there was nothing"), "经核查无异常的情况记录"
    CONTACTS = "contacts", N_("Phone and e-mail of closed accounts"), "已停用账号的手机号和电子邮箱"
    TRIES = "tries", N_("Failed tries to sign in"), "登录失败记录"


SHIPPED: Mapping[Kept, int] = {
    Kept.PHOTOS: 30,
    Kept.LOGINS: 180,
    Kept.SIGNS: 90,
    Kept.HARMLESS: 365,
    Kept.CONTACTS: 365,
    Kept.TRIES: 30,
}


@dataclass(frozen=True)
class Removed:
    """How many rows of each kind one look deleted or emptied."""

    counts: dict[Kept, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def days(session: Session) -> dict[Kept, int]:
    """How many days each kind is kept: as chosen, else as shipped."""
    chosen = {row.kind: row.days for row in session.scalars(select(RetentionRule))}
    return {kind: chosen.get(kind.value, SHIPPED[kind]) for kind in Kept}


def set_days(session: Session, wanted: Mapping[Kept, int], *, by: int | None, at: datetime) -> bool:
    """Choose the days; whether anything changed. Raises DomainError for fewer than 7 or more than 3,650."""
    if any(not LEAST <= count <= MOST for count in wanted.values()):
        raise DomainError(N_("Between %(least)s and %(most)s days."), least=LEAST, most=MOST)
    before = days(session)
    changed = {kind: count for kind, count in wanted.items() if before[kind] != count}
    for kind, count in changed.items():
        rule = session.get(RetentionRule, kind.value)
        if rule is None:
            rule = RetentionRule(kind=kind.value)
            session.add(rule)
        rule.days, rule.changed_at, rule.changed_by = count, at, by
    if changed:
        session.flush()
        detail = {kind.value: [before[kind], count] for kind, count in changed.items()}
        audit.record(session, "retention.set", KEPT, by=by, at=at, detail=detail)
    return bool(changed)


def apply(session: Session, *, by: int | None, at: datetime) -> Removed:
    """Delete or empty what is older than its days; the audit chain keeps how many of each kind there were."""
    limits = {kind: at - timedelta(days=count) for kind, count in days(session).items()}
    counts = {kind: sum(_done(session, each) for each in DUE[kind](limits[kind])) for kind in Kept}
    removed = Removed({kind: count for kind, count in counts.items() if count})
    if removed.total:
        detail = {kind.value: count for kind, count in removed.counts.items()}
        audit.record(session, "retention.applied", KEPT, by=by, at=at, detail=detail)
    return removed


def last(session: Session) -> AuditEvent | None:
    """When something was last deleted, and how much."""
    rows = select(AuditEvent).where(AuditEvent.subject == KEPT, AuditEvent.action == "retention.applied")
    return session.scalar(rows.order_by(AuditEvent.id.desc()).limit(1))


def chore(engine: Engine) -> None:
    """The chore: look, and write only where something is due."""
    at = clock.now()
    with database.reading(engine) as session:
        limits = {kind: at - timedelta(days=count) for kind, count in days(session).items()}
        if not any(_waits(session, each) for kind in Kept for each in DUE[kind](limits[kind])):
            return
    with database.writing(engine) as session:
        apply(session, by=None, at=at)


Step = Delete | Update


def _photos(before: datetime) -> list[Step]:
    old = (IdentityCheck.at < before, IdentityCheck.photo.is_not(None))
    return [update(IdentityCheck).where(*old).values(photo=None)]


def _logins(before: datetime) -> list[Step]:
    return [delete(Login).where(or_(Login.ended_at < before, Login.expires_at < before))]


def _signs(before: datetime) -> list[Step]:
    return [
        delete(Presence).where(Presence.seen_at < before),
        delete(DevicePass).where(DevicePass.expires_at < before),
        delete(PhoneTrial).where(PhoneTrial.at < before),
    ]


def _harmless(before: datetime) -> list[Step]:
    return [delete(Incident).where(Incident.judgement == Judgement.HARMLESS, Incident.judged_at < before)]


def _contacts(before: datetime) -> list[Step]:
    """Accounts whose last closing is so long ago; the audit chain says when that was."""
    closed = (
        select(func.max(AuditEvent.at))
        .where(AuditEvent.action == "person.deactivated", AuditEvent.subject == func.concat("person:", Person.id))
        .correlate(Person)
        .scalar_subquery()
    )
    known = or_(Person.phone != "", Person.email != "")
    return [update(Person).where(~Person.active, known, closed < before).values(phone="", email="")]


def _tries(before: datetime) -> list[Step]:
    return [delete(Throttle).where(Throttle.last_at < before)]


DUE: Mapping[Kept, Callable[[datetime], list[Step]]] = {
    Kept.PHOTOS: _photos,
    Kept.LOGINS: _logins,
    Kept.SIGNS: _signs,
    Kept.HARMLESS: _harmless,
    Kept.CONTACTS: _contacts,
    Kept.TRIES: _tries,
}


def _done(session: Session, step: Step) -> int:
    found = session.execute(step.execution_options(synchronize_session=False))
    assert isinstance(found, CursorResult)
    return found.rowcount


def _waits(session: Session, step: Step) -> bool:
    where = step.whereclause
    assert where is not None
    return session.scalar(select(1).select_from(step.table).where(where).limit(1)) is not None

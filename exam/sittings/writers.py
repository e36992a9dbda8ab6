"""Which page may write: one at a time. Another takes the writing over, with the invigilator's code where the hall asks.

A page is named `DEVICE/TAB`, as it names itself: the device is the same from visit to visit, the tab is not.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.secrets import ALPHABET, clean_ticket
from exam.sittings import incidents
from exam.sittings.day import IncidentKind
from exam.sittings.day_models import DevicePass
from exam.sittings.hall_rules import rules_of
from exam.sittings.locking import hold
from exam.sittings.models import Attempt
from question_bank.errors import N_, Conflict, NotAllowed

DEVICE = 32
"""Characters of a device's name, at most."""
TAB = 7
"""Characters of a tab's name, at most."""
CODE = 6
VALID = timedelta(minutes=10)


class Holder(StrEnum):
    """Whose the writing is, seen from one page."""

    MINE = "mine"
    OTHER = "other"
    FREE = "free"


class OtherWriter(Conflict):
    """Another page holds the writing since `since`; nothing was stored."""

    def __init__(self, since: datetime | None) -> None:
        super().__init__(N_("This paper goes on on another page or device. Nothing can be written here."))
        self.since = since


def page_name(device: str, tab: str = "") -> str:
    """How a page is named where its answers are kept."""
    return f"{device}/{tab}" if tab else device


def device_of(page: str) -> str:
    """The device a page is on."""
    return page.partition("/")[0]


def holder(attempt: Attempt, page: str) -> Holder:
    """Whose the writing is, for `page`."""
    if not attempt.writer:
        return Holder.FREE
    return Holder.MINE if attempt.writer == page else Holder.OTHER


def take(attempt: Attempt, page: str, *, at: datetime) -> None:
    """Let `page` write from now on."""
    attempt.writer, attempt.writer_since = page, at


def take_over(session: Session, attempt: Attempt, *, device: str, tab: str = "", code: str = "", at: datetime) -> bool:
    """Let a page write from now on, instead of the one that did; False where the hall asks for a code it has not given.

    Another tab of the same device is never asked. Going on with another device is kept as an incident, and so is the
    try without a code. Raises NotAllowed once the paper is over.
    """
    held, page = hold(session, attempt), page_name(device, tab)
    if not held.writing:
        raise NotAllowed(N_("This paper has been handed in already."))
    before = attempt.writer
    if before == page:
        return True
    crossing = bool(before) and device_of(before) != device
    if crossing and not _let_through(session, attempt, code, at=at):
        _tell(session, attempt, IncidentKind.SECOND_DEVICE, before, page, at=at)
        return False
    take(attempt, page, at=at)
    session.flush()
    if crossing:
        _tell(session, attempt, IncidentKind.TAKEN_OVER, before, page, at=at)
        detail = {"from": before, "to": page}
        by = attempt.assignment.entry.person_id
        audit.record(session, "attempt.taken_over", f"attempt:{attempt.id}", by=by, at=at, detail=detail)
    return True


def free(session: Session, attempt: Attempt, *, by: int, at: datetime) -> None:
    """Take the writing from the page that holds it: the next one that writes or asks has it. Saved answers stay.

    Raises NotAllowed once the paper is over.
    """
    if not hold(session, attempt).writing:
        raise NotAllowed(N_("This paper has been handed in already."))
    before, attempt.writer, attempt.writer_since = attempt.writer, "", None
    session.flush()
    detail = {"from": before}
    audit.record(session, "attempt.device_freed", f"attempt:{attempt.id}", by=by, at=at, detail=detail)


def issue_pass(session: Session, attempt: Attempt, *, by: int, at: datetime) -> DevicePass:
    """A code with which one other device may go on with the paper, for some minutes. Raises NotAllowed once over."""
    if not hold(session, attempt).writing:
        raise NotAllowed(N_("This paper has been handed in already."))
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE))
    made = DevicePass(attempt_id=attempt.id, code=code, made_at=at, expires_at=at + VALID, made_by=by)
    session.add(made)
    session.flush()
    audit.record(session, "attempt.pass_issued", f"attempt:{attempt.id}", by=by, at=at)
    return made


def _let_through(session: Session, attempt: Attempt, code: str, *, at: datetime) -> bool:
    """Whether another device may go on; a code is used up by that."""
    if rules_of(session, attempt.assignment.sitting.stop_id).second_device == "takeover":
        return True
    typed = clean_ticket(code)
    open_passes = select(DevicePass).where(
        DevicePass.attempt_id == attempt.id, DevicePass.used_at.is_(None), DevicePass.expires_at > at
    )
    for each in session.scalars(open_passes):
        if typed and secrets.compare_digest(each.code.encode(), typed.encode()):
            each.used_at = at
            return True
    return False


def _tell(session: Session, attempt: Attempt, kind: IncidentKind, before: str, page: str, *, at: datetime) -> None:
    detail = {"from": device_of(before), "to": device_of(page)}
    incidents.of_attempt(session, attempt, kind, detail=detail, at=at, once=kind is IncidentKind.SECOND_DEVICE)

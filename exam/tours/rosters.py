"""Verbs on a stop's roster: freeze it, check people in, note who is absent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Person
from exam.accounts.operations import end_ticket_logins
from exam.accounts.secrets import new_ticket
from exam.tours import queries
from exam.tours.flow import ATTENDED, Absence, Purpose, StopStatus, advance, audience_of
from exam.tours.models import RosterEntry, Stop
from exam.tours.seating import seats
from question_bank.enums import Audience
from question_bank.errors import N_, Conflict, NotAllowed


@dataclass(frozen=True)
class Expected:
    """Somebody for the roster. Without an audience the person's or the unit's decides, without a seat the next free.

    `makes_up_id` is the entry of an earlier stop that a make-up is about.
    """

    person: Person
    audience: Audience | None = None
    seat: int | None = None
    makes_up_id: int | None = None


def freeze_roster(
    session: Session,
    stop: Stop,
    persons: Iterable[Person | tuple[Person, Audience | None] | Expected],
    *,
    by: int | None,
    at: datetime,
) -> list[RosterEntry]:
    """Put `persons` on the roster and freeze name, unit and audience; returns the whole roster by seat.

    Somebody who is on it already keeps seat, ticket and audience, so the same call twice changes
    nothing, and nobody is taken off by being left out (`strike` does that, with a reason). Raises
    NotAllowed for an empty roster, an inactive person, or a stop that has begun; Conflict when a seat
    is asked for twice or taken.
    """
    if stop.status not in {StopStatus.PLANNED, StopStatus.ROSTERED}:
        raise NotAllowed(N_("The roster of a stop that is “%(status)s” is closed."), status=stop.status)
    roster = queries.roster_of(session, stop.id)
    known = {entry.person_id for entry in roster}
    wanted = {each.person.id: each for each in map(_expected, persons)}
    new = [each for person_id, each in wanted.items() if person_id not in known]
    if not roster and not new:
        raise NotAllowed(N_("A roster needs at least one person."))
    if not new:
        return roster
    _refuse_mixture(stop, new)
    session.add_all(_seated(session, stop, new, taken={entry.seat for entry in roster}))
    if stop.status is StopStatus.PLANNED:
        stop.status = advance(stop.status, StopStatus.ROSTERED)
    session.flush()
    detail = {"added": [each.person.id for each in new], "total": len(roster) + len(new)}
    audit.record(session, "roster.frozen", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return queries.roster_of(session, stop.id)


def add_walk_in(
    session: Session,
    stop: Stop,
    person: Person,
    *,
    audience: Audience | None = None,
    by: int | None,
    at: datetime,
) -> RosterEntry:
    """Somebody who came without being on the roster: the next seat, flagged, and checked in.

    Raises Conflict when the person is on the roster, NotAllowed when the stop takes nobody (yet).
    """
    _refuse_unless_attended(stop)
    _refuse_mixture(stop, [Expected(person)])
    roster = queries.roster_of(session, stop.id)
    if any(entry.person_id == person.id for entry in roster):
        raise Conflict(N_("%(name)s is on the roster already."), name=person.name)
    seat = max((entry.seat for entry in roster), default=0) + 1
    (entry,) = _seated(session, stop, [Expected(person, audience, seat)], taken=set())
    entry.walk_in = True
    entry.checked_in_at = at
    detail = {"stop": stop.id, "person": person.id, "seat": seat}
    session.add(entry)
    return _noted(session, entry, "walk_in.added", by=by, at=at, detail=detail)


def strike(session: Session, entry: RosterEntry, *, reason: str, by: int | None, at: datetime) -> None:
    """Take a wrongly entered person off the roster before the stop begins; the audit keeps the row and the reason.

    Raises NotAllowed without a reason, once the stop has begun, once checked in, or when a paper is issued.
    """
    stop = session.get_one(Stop, entry.stop_id)
    if stop.status is not StopStatus.ROSTERED or entry.checked_in_at is not None:
        raise NotAllowed(
            N_("%(name)s can no longer be taken off the roster; record an absence instead."), name=entry.name
        )
    if not reason.strip():
        raise NotAllowed(N_("Say why %(name)s is taken off the roster; the reason is kept."), name=entry.name)
    detail = {
        "stop": entry.stop_id,
        "person": entry.person_id,
        "name": entry.name,
        "seat": entry.seat,
        "reason": reason.strip(),
    }
    try:
        with session.begin_nested():
            session.delete(entry)
    except IntegrityError as error:
        raise NotAllowed(
            N_("%(name)s has a paper already and stays on the roster; record an absence instead."), name=entry.name
        ) from error
    audit.record(session, "roster.struck", f"roster_entry:{entry.id}", by=by, at=at, detail=detail)


def check_in(session: Session, entry: RosterEntry, *, by: int | None, at: datetime) -> RosterEntry:
    """Record that somebody is there; a second time changes nothing. A noted absence is lifted.

    Raises NotAllowed when the stop takes nobody (yet).
    """
    _refuse_unless_attended(session.get_one(Stop, entry.stop_id))
    if entry.checked_in_at is not None:
        return entry
    detail = {"stop": entry.stop_id, "lifted": entry.absence.value}
    entry.checked_in_at = at
    entry.absence, entry.absence_reason = Absence.NONE, ""
    return _noted(session, entry, "entry.checked_in", by=by, at=at, detail=detail)


def undo_check_in(session: Session, entry: RosterEntry, *, by: int | None, at: datetime) -> RosterEntry:
    """Take back a check-in made by mistake. Raises NotAllowed when the stop is over."""
    _refuse_unless_attended(session.get_one(Stop, entry.stop_id))
    if entry.checked_in_at is None:
        return entry
    detail = {"stop": entry.stop_id, "was": entry.checked_in_at.isoformat()}
    entry.checked_in_at = None
    return _noted(session, entry, "entry.check_in_undone", by=by, at=at, detail=detail)


def set_absence(
    session: Session, entry: RosterEntry, absence: Absence, *, reason: str = "", by: int | None, at: datetime
) -> RosterEntry:
    """Record leave, exemption or absence with its reason, or lift it.

    Raises NotAllowed for leave or exemption without a reason, for somebody who is checked in, or at a cancelled stop.
    """
    stop = session.get_one(Stop, entry.stop_id)
    if stop.status is StopStatus.CANCELLED:
        raise NotAllowed(N_("The stop is cancelled."))
    if absence is not Absence.NONE and entry.checked_in_at is not None:
        raise NotAllowed(N_("%(name)s is checked in; undo that first."), name=entry.name)
    said = reason.strip()[:200] if absence is not Absence.NONE else ""
    if absence in {Absence.LEAVE, Absence.EXEMPT} and not said:
        raise NotAllowed(N_("Approved leave and exemption need their reason, such as who approved it."))
    if (entry.absence, entry.absence_reason) == (absence, said):
        return entry
    detail = {"stop": entry.stop_id, "before": entry.absence.value, "after": absence.value, "reason": reason.strip()}
    entry.absence, entry.absence_reason = absence, said
    return _noted(session, entry, "entry.absence_set", by=by, at=at, detail=detail)


def reissue_ticket(session: Session, entry: RosterEntry, *, reason: str, by: int | None, at: datetime) -> RosterEntry:
    """A new code for a ticket that was lost; the old one opens nothing any more, and phones in by it are signed out.

    Raises NotAllowed without a reason, or at a cancelled stop.
    """
    if session.get_one(Stop, entry.stop_id).status is StopStatus.CANCELLED:
        raise NotAllowed(N_("The stop is cancelled."))
    if not reason.strip():
        raise NotAllowed(N_("Say why %(name)s gets a new ticket; the reason is kept."), name=entry.name)
    (entry.ticket,) = _fresh_tickets(session, 1)
    ended = end_ticket_logins(session, entry.id, by=by, at=at)
    detail = {"stop": entry.stop_id, "reason": reason.strip()[:400], "signed_out": ended}
    return _noted(session, entry, "ticket.reissued", by=by, at=at, detail=detail)


def _expected(given: Person | tuple[Person, Audience | None] | Expected) -> Expected:
    if isinstance(given, Expected):
        return given
    return Expected(given) if isinstance(given, Person) else Expected(*given)


def _seated(session: Session, stop: Stop, new: list[Expected], *, taken: set[int]) -> list[RosterEntry]:
    tickets = _fresh_tickets(session, len(new))
    given = seats([each.seat for each in new], taken=taken)
    return [
        _entry(stop, each, seat=seat, ticket=ticket) for each, seat, ticket in zip(new, given, tickets, strict=True)
    ]


def _entry(stop: Stop, each: Expected, *, seat: int, ticket: str) -> RosterEntry:
    person = each.person
    if not person.active:
        raise NotAllowed(N_("%(name)s is no longer active."), name=person.name)
    return RosterEntry(
        stop_id=stop.id,
        person_id=person.id,
        unit_id=person.unit_id,
        name=person.name,
        audience=each.audience or audience_of(person.audience, person.unit.category),
        seat=seat,
        ticket=ticket,
        walk_in=False,
        absence=Absence.NONE,
        makes_up_id=each.makes_up_id,
    )


def _refuse_mixture(stop: Stop, new: Iterable[Expected]) -> None:
    """At a make-up stop everybody makes up for something, at another nobody does."""
    making_up = stop.purpose is Purpose.MAKE_UP
    if making_up and any(each.makes_up_id is None for each in new):
        raise NotAllowed(N_("The people of a make-up stop are chosen from those who failed or missed a paper."))
    if not making_up and any(each.makes_up_id is not None for each in new):
        raise NotAllowed(N_("People make up for what they failed or missed at a make-up stop only."))


def _fresh_tickets(session: Session, count: int) -> list[str]:
    """Codes nobody holds. Two draws meet once in 10^11; drawing again costs less than failing."""
    codes: set[str] = set()
    while len(codes) < count:
        codes |= {new_ticket() for _ in range(count - len(codes))}
        codes -= set(session.scalars(select(RosterEntry.ticket).where(RosterEntry.ticket.in_(codes))))
    return list(codes)


def _refuse_unless_attended(stop: Stop) -> None:
    if stop.status not in ATTENDED:
        raise NotAllowed(N_("Nobody can be checked in at a stop that is “%(status)s”."), status=stop.status)


def _noted(
    session: Session, entry: RosterEntry, action: str, *, by: int | None, at: datetime, detail: dict[str, Any]
) -> RosterEntry:
    session.flush()
    audit.record(session, action, f"roster_entry:{entry.id}", by=by, at=at, detail=detail)
    return entry

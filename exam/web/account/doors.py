"""Proving who one is: by user name and password, or by a printed ticket.

Whoever fails hears the same sentence after the same work, whether or not the name exists.
"""

from dataclasses import dataclass
from datetime import datetime

from exam.accounts import operations, queries, throttle, tries
from exam.accounts.passwords import WeakPassword, check_password, clean_username
from exam.accounts.roles import Viewer
from exam.accounts.secrets import clean_ticket, hash_password, password_fits
from exam.extensions import db, writing
from exam.lessons.queries import entry_asked_later
from exam.tours.queries import ticket_entry
from question_bank.errors import N_, DomainError


class NotRecognised(DomainError):  # noqa: N818
    """What was typed opens nothing; it is not said which part was wrong."""


@dataclass(frozen=True)
class Door:
    """Where somebody knocks: the network address, and what the browser says it is."""

    address: str
    device: str


def by_password(username: str, password: str, *, door: Door, at: datetime) -> str:
    """The token of a new login. Raises NotRecognised or TooManyTries.

    The password is hashed between two short transactions: the first counts the try, the second takes it back.
    """
    name = throttle.username_key(clean_username(username))
    place = throttle.address_key(door.address)
    _count_first((name, place), at=at)
    credential = queries.credential_by_username(db.session(), username)
    person_id = credential.person_id if credential is not None and credential.person.active else None
    kept = credential.password_hash if credential is not None and person_id is not None else None
    if not password_fits(kept, password) or person_id is None:
        raise NotRecognised(N_("User name or password is not right."))
    with writing() as session:
        tries.take_back(session, (name,), shared=(place,))
        return operations.begin_login(session, person_id, device=door.device, at=at)


def _count_first(keys: tuple[throttle.Key, ...], *, at: datetime) -> None:
    tries.refuse_while_waiting(db.session(), keys, at=at)  # without the write lock: the one to expect under attack
    with writing() as session:
        tries.count_failure(session, keys, at=at)


def by_ticket(code: str, *, door: Door, at: datetime) -> str:
    """The token of a login that opens one stop. Raises NotRecognised or TooManyTries."""
    place = (throttle.address_key(door.address, tickets=True),)
    tries.refuse_while_waiting(db.session(), place, at=at)
    with writing() as session:
        cleaned = clean_ticket(code)
        entry = ticket_entry(session, cleaned, at=at) or entry_asked_later(session, cleaned)
        if entry is not None:
            return operations.begin_login(session, entry.person_id, device=door.device, at=at, roster_entry_id=entry.id)
        tries.count_failure(session, place, at=at)
    raise NotRecognised(N_("No ticket has this code. Compare it with your ticket, or ask the staff at the door."))


def change_own_password(who: Viewer, present: str, chosen: str, *, at: datetime) -> None:
    """Exchange the password of somebody who knows the present one; the person's other logins end.

    Raises NotRecognised (wrong ones count as at the door), TooManyTries or WeakPassword.
    """
    person = queries.person_by_id(db.session(), who.person_id)
    check_password(chosen, about=queries.guesses_about(db.session(), person))
    if chosen == present:
        raise WeakPassword(N_("The new password is the present one. Choose another."))
    credential = queries.credential_of(db.session(), who.person_id)
    kept = credential.password_hash if credential else None
    name = throttle.username_key(credential.username if credential else "")
    _count_first((name,), at=at)
    if not password_fits(kept, present):
        raise NotRecognised(N_("The present password is not right."))
    hashed = hash_password(chosen)
    with writing() as session:
        tries.take_back(session, (name,))
        operations.set_password(
            session,
            queries.person_by_id(session, who.person_id),
            password_hash=hashed,
            must_change=False,
            by=who.person_id,
            at=at,
            keep_login_id=who.login_id,
        )

"""Verbs on units, persons, their roles, passwords and logins."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts import identity_numbers
from exam.accounts.models import Credential, Login, Person, RoleGrant, Unit
from exam.accounts.passwords import clean_username, is_username
from exam.accounts.roles import Language, Role, UnitCategory
from exam.accounts.secrets import new_token, token_hash
from question_bank.enums import Audience
from question_bank.errors import N_, Conflict, DomainError, NotAllowed

LOGIN_LASTS = timedelta(hours=12)
UNIT_FIELDS = frozenset({"name", "category", "parent_id", "focus", "carrier", "duties"})
PERSON_FIELDS = frozenset({"name", "unit_id", "audience", "post", "phone", "email"})


class Doing(TypedDict):
    """Who does something, and when: the two arguments every verb takes."""

    by: int | None
    at: datetime


def create_unit(
    session: Session,
    *,
    code: str,
    name: str,
    category: UnitCategory,
    by: int | None,
    at: datetime,
    parent_id: int | None = None,
    focus: str = "",
    carrier: str = "",
    duties: str = "",
) -> Unit:
    """Add a unit under `parent_id`. Raises Conflict when the code is taken, DomainError without a name or code."""
    if not code or not name:
        raise DomainError(N_("A unit needs a code and a name."))
    if session.scalar(select(Unit.id).where(Unit.code == code)):
        raise Conflict(N_("The unit code %(code)s is taken."), code=code)
    unit = Unit(
        code=code, name=name, category=category, parent_id=parent_id, focus=focus, carrier=carrier, duties=duties
    )
    session.add(unit)
    session.flush()
    audit.record(session, "unit.created", f"unit:{unit.id}", by=by, at=at, detail={"code": code, "name": name})
    return unit


def change_unit(session: Session, unit: Unit, *, by: int | None, at: datetime, **changes: object) -> bool:
    """Set fields of UNIT_FIELDS; whether anything changed. Raises Conflict when a unit would stand below itself."""
    changed = _changed(unit, UNIT_FIELDS, changes)
    if "parent_id" in changed:
        _refuse_circle(session, unit, changed["parent_id"])
    return _apply(session, unit, changed, "unit", by=by, at=at)


def _refuse_circle(session: Session, unit: Unit, parent_id: object) -> None:
    above = parent_id
    while above is not None:
        if above == unit.id:
            raise Conflict(N_("%(name)s cannot stand below itself."), name=unit.name)
        above = session.scalar(select(Unit.parent_id).where(Unit.id == above))


def create_person(
    session: Session,
    *,
    code: str,
    name: str,
    unit_id: int,
    by: int | None,
    at: datetime,
    audience: Audience | None = None,
    post: str = "",
    phone: str = "",
    email: str = "",
    roles: Iterable[Role] = (),
) -> Person:
    """Add a person with `roles`. Raises Conflict when the staff number is taken, IdentityNumber for such a one."""
    if not code or not name:
        raise DomainError(N_("A person needs a staff number and a name."))
    identity_numbers.refuse(code, name, post, phone, email)
    if session.scalar(select(Person.id).where(Person.code == code)):
        raise Conflict(N_("The staff number %(code)s is taken."), code=code)
    person = Person(code=code, name=name, unit_id=unit_id, audience=audience, post=post, phone=phone, email=email)
    held = sorted(set(roles))
    person.grants = [RoleGrant(role=role) for role in held]
    session.add(person)
    session.flush()
    audit.record(
        session, "person.created", f"person:{person.id}", by=by, at=at, detail={"code": code, "roles": list(held)}
    )
    return person


def change_person(session: Session, person: Person, *, by: int | None, at: datetime, **changes: object) -> bool:
    """Set fields of PERSON_FIELDS; whether anything changed. Raises IdentityNumber where one is typed in."""
    identity_numbers.refuse(*changes.values())
    return _apply(session, person, _changed(person, PERSON_FIELDS, changes), "person", by=by, at=at)


def _changed(thing: object, fields: frozenset[str], changes: dict[str, object]) -> dict[str, object]:
    unknown = changes.keys() - fields
    if unknown:
        raise ValueError(f"no such field: {sorted(unknown)}")
    return {field: value for field, value in changes.items() if getattr(thing, field) != value}


def _apply(
    session: Session, thing: Unit | Person, changed: dict[str, object], kind: str, *, by: int | None, at: datetime
) -> bool:
    if not changed:
        return False
    for field, value in changed.items():
        setattr(thing, field, value)
    session.flush()
    audit.record(session, f"{kind}.changed", f"{kind}:{thing.id}", by=by, at=at, detail={"fields": sorted(changed)})
    return True


def grant_role(session: Session, person: Person, *, role: Role, by: int | None, at: datetime) -> bool:
    """Give `role`; False when the person holds it already."""
    if any(grant.role is role for grant in person.grants):
        return False
    person.grants.append(RoleGrant(role=role))
    session.flush()
    audit.record(session, "role.granted", f"person:{person.id}", by=by, at=at, detail={"role": role.value})
    return True


def revoke_role(session: Session, person: Person, *, role: Role, by: int | None, at: datetime) -> bool:
    """Take `role` away; False when the person does not hold it. The last administrator keeps that role."""
    held = next((grant for grant in person.grants if grant.role is role), None)
    if held is None:
        return False
    if role is Role.ADMINISTRATOR:
        _refuse_without_administrator(session, person)
    session.delete(held)
    session.flush()
    session.expire(person, ["grants"])
    audit.record(session, "role.revoked", f"person:{person.id}", by=by, at=at, detail={"role": role.value})
    return True


def _refuse_without_administrator(session: Session, person: Person) -> None:
    others = session.scalar(
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, Person.id == RoleGrant.person_id)
        .join(Credential, Credential.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.active, Person.id != person.id)
    )
    if not others:
        raise NotAllowed(N_("%(name)s is the only administrator who can sign in."), name=person.name)


def set_password(
    session: Session,
    person: Person,
    *,
    password_hash: str,
    must_change: bool,
    by: int | None,
    at: datetime,
    username: str | None = None,
    keep_login_id: int | None = None,
) -> Credential:
    """Store a hash made before this transaction began, and end the person's logins (but for `keep_login_id`).

    `username` names or renames the account; a person without one needs it. The password itself has been through
    `passwords.check_password`. Raises Conflict when the user name is taken, DomainError when it cannot be one.
    """
    credential = session.get(Credential, person.id)
    name = _free_username(session, person, username) if username is not None else None
    if credential is None:
        if name is None:
            raise DomainError(N_("%(name)s has no user name yet."), name=person.name)
        credential = Credential(person_id=person.id, username=name)
        session.add(credential)
    credential.username = name or credential.username
    credential.password_hash = password_hash
    credential.must_change = must_change
    credential.changed_at = at
    session.flush()
    audit.record(
        session,
        "password.set",
        f"person:{person.id}",
        by=by,
        at=at,
        detail={"username": credential.username, "by_owner": by == person.id},
    )
    end_logins_of(session, person.id, by=by, at=at, keep_login_id=keep_login_id)
    return credential


def _free_username(session: Session, person: Person, typed: str) -> str:
    name = clean_username(typed)
    identity_numbers.refuse(name)
    if not is_username(name):
        raise DomainError(N_("A user name has 2 to 40 letters, digits or Chinese characters: %(name)s"), name=typed)
    holder = session.scalar(select(Credential.person_id).where(Credential.username == name))
    if holder not in (None, person.id):
        raise Conflict(N_("The user name %(name)s is taken."), name=name)
    return name


def deactivate(session: Session, person: Person, *, by: int | None, at: datetime) -> None:
    """Close the account: nothing signs in any more and every login ends. What the person did stays."""
    if by == person.id:
        raise NotAllowed(N_("Nobody can deactivate their own account."))
    if any(grant.role is Role.ADMINISTRATOR for grant in person.grants):
        _refuse_without_administrator(session, person)
    person.active = False
    session.flush()
    audit.record(session, "person.deactivated", f"person:{person.id}", by=by, at=at)
    end_logins_of(session, person.id, by=by, at=at)


def reactivate(session: Session, person: Person, *, by: int | None, at: datetime) -> None:
    """Open a closed account again."""
    person.active = True
    session.flush()
    audit.record(session, "person.reactivated", f"person:{person.id}", by=by, at=at)


def set_language(session: Session, person: Person, *, language: Language, at: datetime) -> None:
    """The person's own choice of language."""
    if person.language is not language:
        person.language = language
        session.flush()
        audit.record(
            session, "language.set", f"person:{person.id}", by=person.id, at=at, detail={"language": language.value}
        )


def set_elder_mode(session: Session, person: Person, *, on: bool, at: datetime) -> None:
    """Large type and targets, as the person wishes."""
    if person.elder_mode is not on:
        person.elder_mode = on
        session.flush()
        audit.record(session, "elder_mode.set", f"person:{person.id}", by=person.id, at=at, detail={"on": on})


def begin_login(
    session: Session, person_id: int, *, device: str, at: datetime, roster_entry_id: int | None = None
) -> str:
    """Record a login of somebody who has proved who they are; returns the token for the cookie, known nowhere else."""
    token = new_token()
    session.add(
        Login(
            token_hash=token_hash(token),
            person_id=person_id,
            roster_entry_id=roster_entry_id,
            began_at=at,
            expires_at=at + LOGIN_LASTS,
            device=device[:200],
        )
    )
    session.flush()
    audit.record(
        session,
        "login.began",
        f"person:{person_id}",
        by=person_id,
        at=at,
        detail={"ticket": roster_entry_id is not None},
    )
    return token


def end_login(session: Session, login_id: int, *, at: datetime) -> None:
    """End one login; its cookie is worth nothing from now on."""
    person_id = session.scalar(
        update(Login)
        .where(Login.id == login_id, Login.ended_at.is_(None))
        .values(ended_at=at)
        .returning(Login.person_id)
    )
    if person_id is not None:
        audit.record(session, "login.ended", f"person:{person_id}", by=person_id, at=at)


def end_logins_of(
    session: Session, person_id: int, *, by: int | None, at: datetime, keep_login_id: int | None = None
) -> int:
    """End every login of a person but `keep_login_id` (password changed, person disabled, phone lost); how many."""
    live = update(Login).where(Login.person_id == person_id, Login.ended_at.is_(None))
    if keep_login_id is not None:
        live = live.where(Login.id != keep_login_id)
    ended = len(session.scalars(live.values(ended_at=at).returning(Login.id)).all())
    if ended:
        audit.record(session, "logins.ended", f"person:{person_id}", by=by, at=at, detail={"count": ended})
    return ended


def end_ticket_logins(session: Session, roster_entry_id: int, *, by: int | None, at: datetime) -> int:
    """End every login that was made with one ticket (the ticket was lost, the phone handed on); how many."""
    live = update(Login).where(Login.roster_entry_id == roster_entry_id, Login.ended_at.is_(None))
    ended = len(session.scalars(live.values(ended_at=at).returning(Login.id)).all())
    if ended:
        told = {"count": ended}
        audit.record(session, "logins.ended", f"roster_entry:{roster_entry_id}", by=by, at=at, detail=told)
    return ended

"""Reads on units, persons and logins."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from exam.accounts.models import Credential, Login, Person
from exam.accounts.roles import Role, Viewer
from exam.accounts.secrets import token_hash


def viewer_by_token(session: Session, token: str, *, at: datetime) -> Viewer | None:
    """The person whose live login `token` is; None when it has ended, expired or the person is inactive."""
    login = session.scalar(
        select(Login)
        .where(Login.token_hash == token_hash(token), Login.ended_at.is_(None), Login.expires_at > at)
        .options(joinedload(Login.person).selectinload(Person.grants))
    )
    if login is None or not login.person.active:
        return None
    person = login.person
    roles = {grant.role for grant in person.grants}
    if login.roster_entry_id is not None:
        roles = {Role.CANDIDATE}
    return Viewer(
        person_id=person.id,
        name=person.name,
        unit_id=person.unit_id,
        roles=frozenset(roles),
        login_id=login.id,
        roster_entry_id=login.roster_entry_id,
        language=person.language,
        elder_mode=person.elder_mode,
    )


def credential_by_username(session: Session, username: str) -> Credential | None:
    return session.scalar(
        select(Credential)
        .where(Credential.username == username)
        .options(joinedload(Credential.person).options(selectinload(Person.grants)))
    )

"""Units, persons and signed-in browsers."""

from collections.abc import Sequence
from functools import cache

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.models import Person, RoleGrant, Unit
from exam.accounts.operations import begin_login, set_password
from exam.accounts.roles import Role, UnitCategory
from exam.accounts.secrets import hash_password
from exam.extensions import writing
from question_bank.enums import Audience
from tests.factories.numbering import numbers

_hashed = cache(hash_password)
"""Argon2 takes its time on purpose; the same password of another test need not be hashed again."""


def make_unit(
    session: Session,
    *,
    code: str | None = None,
    name: str | None = None,
    category: UnitCategory = UnitCategory.TOWN,
    parent: Unit | None = None,
) -> Unit:
    number = next(numbers)
    unit = Unit(
        code=code or f"T{number}",
        name=name or f"演示单位{number}",
        category=category,
        parent_id=None if parent is None else parent.id,
    )
    session.add(unit)
    session.flush()
    return unit


def make_person(
    session: Session,
    *,
    unit: Unit | None = None,
    name: str | None = None,
    code: str | None = None,
    audience: Audience | None = Audience.TOWN,
    roles: Sequence[Role] = (Role.CANDIDATE,),
    elder_mode: bool = False,
) -> Person:
    number = next(numbers)
    person = Person(
        code=code or f"P{number}",
        name=name or f"演示{number}",
        unit_id=(unit or make_unit(session)).id,
        audience=audience,
        elder_mode=elder_mode,
        grants=[RoleGrant(role=role) for role in roles],
    )
    session.add(person)
    session.flush()
    return person


def sign_in(client: FlaskClient, app: Flask, person_id: int, roster_entry_id: int | None = None) -> str:
    """Make `client` the browser of this person (with a ticket: of this roster entry); returns the login's token."""
    with app.app_context(), writing() as session:
        token = begin_login(session, person_id, device="test", at=clock.now(), roster_entry_id=roster_entry_id)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return token


def make_account(
    session: Session,
    person: Person,
    *,
    username: str,
    password: str,
    must_change: bool = False,
) -> None:
    """A user name and password with which `person` can come in by the door."""
    set_password(
        session,
        person,
        username=username,
        password_hash=_hashed(password),
        must_change=must_change,
        by=None,
        at=clock.now(),
    )


def session_cookie(token: str, *, secret_key: str = "test") -> str:
    """The value of the session cookie of a browser whose login is `token`, for servers in other processes."""
    app = Flask("signer")
    app.secret_key = secret_key
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return str(serializer.dumps({"_user_id": token, "_fresh": True}))

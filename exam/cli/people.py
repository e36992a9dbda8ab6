"""`liangjuan user add | password | unlock | end-logins`: accounts from the command line."""

from pathlib import Path
from typing import Any

import click
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts import operations, queries, throttle, tries
from exam.accounts.models import Credential, Unit
from exam.accounts.passwords import clean_username
from exam.accounts.roles import Role
from exam.accounts.secrets import hash_password
from exam.cli.output import answer, json_option, with_app
from exam.cli.secrets import chosen_password, password_options
from exam.extensions import db, writing
from question_bank.errors import N_, NotFound

LANGUAGE = "zh_Hans_CN"


@click.group("user")
def user() -> None:
    """People who sign in with a user name."""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The person's name.")
@click.option("--unit", "unit_code", required=True, help="Code of the person's unit.")
@click.option("--code", help="Staff number; default: the user name.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), help="May be given repeatedly."
)
@password_options
@json_option
@with_app
def add(
    *,
    username: str,
    name: str,
    unit_code: str,
    code: str | None,
    roles: tuple[str, ...],
    password_file: Path | None,
    generate: bool,
    as_json: bool,
) -> None:
    """Add a person who signs in as USERNAME; somebody who is there already only gains roles."""
    wanted = [role for role in Role if role.value in roles]
    kept = queries.credential_by_username(db.session(), username)
    if kept is not None:
        _answer_added(username, kept.person.code, _give(kept.person_id, wanted), None, created=False, as_json=as_json)
        return
    unit = _unit(db.session(), unit_code)
    about = (username, name, unit.name, code or "")
    password, made_here = chosen_password(password_file, generate=generate, about=about)
    hashed = hash_password(password)
    doing: operations.Doing = {"by": None, "at": clock.now()}
    with writing() as session:
        person = operations.create_person(
            session, code=code or clean_username(username), name=name, unit_id=_unit(session, unit_code).id,
            roles=wanted, **doing,
        )  # fmt: skip
        operations.set_password(
            session, person, username=username, password_hash=hashed, must_change=made_here, **doing
        )
    secret = password if made_here else None
    _answer_added(username, person.code, sorted(wanted), secret, created=True, as_json=as_json)


def _unit(session: Session, code: str) -> Unit:
    found = next((unit for unit in queries.units(session) if unit.code == code), None)
    if found is None:
        raise NotFound(N_("No unit has the code %(code)s."), code=code)
    return found


def _give(person_id: int, roles: list[Role]) -> list[Role]:
    """Give the roles the person lacks; all that are held afterwards."""
    with writing() as session:
        person = queries.person_by_id(session, person_id)
        for role in roles:
            operations.grant_role(session, person, role=role, by=None, at=clock.now())
        return sorted(grant.role for grant in person.grants)


def _answer_added(
    username: str, code: str, roles: list[Role], secret: str | None, *, created: bool, as_json: bool
) -> None:
    data = {
        "user": clean_username(username),
        "person": code,
        "roles": [role.value for role in roles],
        "created": created,
        "secret": secret,
    }
    with force_locale(LANGUAGE):
        said = (
            gettext("Added: %(user)s", user=data["user"])
            if created
            else gettext("There already: %(user)s", user=data["user"])
        )
    answer(data, [str(said), *_secret_lines(secret)], as_json=as_json)


def _secret_lines(secret: str | None) -> list[str]:
    if secret is None:
        return []
    with force_locale(LANGUAGE):
        return [str(gettext("First password (must be changed at the first sign-in): %(secret)s", secret=secret))]


@user.command("password")
@click.argument("username")
@password_options
@json_option
@with_app
def password(username: str, password_file: Path | None, *, generate: bool, as_json: bool) -> None:
    """Give USERNAME a new password; every login of the person ends."""
    kept = _credential(db.session(), username)
    about = queries.guesses_about(db.session(), kept.person)
    chosen, made_here = chosen_password(password_file, generate=generate, about=about)
    hashed = hash_password(chosen)
    with writing() as session:
        person = _credential(session, username).person
        operations.set_password(session, person, password_hash=hashed, must_change=made_here, by=None, at=clock.now())
    secret = chosen if made_here else None
    with force_locale(LANGUAGE):
        said = str(gettext("The password of %(user)s has been set; every login has ended.", user=username))
    answer({"user": clean_username(username), "secret": secret}, [said, *_secret_lines(secret)], as_json=as_json)


def _credential(session: Session, username: str) -> Credential:
    found = queries.credential_by_username(session, username)
    if found is None:
        raise NotFound(N_("Nobody has the user name %(name)s."), name=username)
    return found


@user.command("unlock")
@click.argument("username", required=False)
@click.option("--address", help="Also forget the failures from this network address (a hall behind one router).")
@json_option
@with_app
def unlock(username: str | None, address: str | None, *, as_json: bool) -> None:
    """Forget failed tries with USERNAME, or from an address, so that the next may be made at once."""
    if not username and not address:
        raise click.UsageError("USERNAME or --address is needed")
    keys = []
    subject = "address:" + (address or "")
    if username:
        keys.append(throttle.username_key(clean_username(username)))
        subject = f"person:{_credential(db.session(), username).person_id}"
    if address:
        keys += [throttle.address_key(address), throttle.address_key(address, tickets=True)]
    with writing() as session:
        cleared = tries.unlock(session, keys, subject=subject[:60], by=None, at=clock.now())
    data: dict[str, Any] = {"user": username and clean_username(username), "address": address, "cleared": cleared}
    with force_locale(LANGUAGE):
        said = str(gettext("The next try may be made at once."))
    answer(data, [said], as_json=as_json)


@user.command("end-logins")
@click.argument("username")
@json_option
@with_app
def end_logins(username: str, *, as_json: bool) -> None:
    """Sign USERNAME out everywhere."""
    with writing() as session:
        person_id = _credential(session, username).person_id
        ended = operations.end_logins_of(session, person_id, by=None, at=clock.now())
    with force_locale(LANGUAGE):
        said = str(gettext("Logins ended: %(count)s", count=ended))
    answer({"user": clean_username(username), "ended": ended}, [said], as_json=as_json)

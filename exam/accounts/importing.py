"""Units and persons from a file: look first, then write all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from exam import audit
from exam.accounts import intake, operations
from exam.accounts.intake import Change, Known, KnownPerson, KnownUnit
from exam.accounts.models import Credential, Person, Unit
from exam.accounts.passwords import first_password
from exam.accounts.sheets import Rows
from exam.accounts.workbook import Secret
from question_bank.errors import N_, Conflict, Invalid, Problem


def known(session: Session) -> Known:
    """The county's units and persons as the plan of an import sees them; four queries."""
    units = session.scalars(select(Unit).order_by(Unit.id)).all()
    codes = {unit.id: unit.code for unit in units}
    usernames = dict(session.execute(select(Credential.person_id, Credential.username)).all())
    persons = session.scalars(select(Person).options(selectinload(Person.grants))).all()
    return Known(
        tuple(
            KnownUnit(
                unit.code,
                unit.name,
                unit.category,
                None if unit.parent_id is None else codes[unit.parent_id],
                unit.focus,
                unit.carrier,
                unit.duties,
            )
            for unit in units
        ),
        tuple(
            KnownPerson(
                person.code,
                person.name,
                codes[person.unit_id],
                person.audience,
                person.post,
                person.phone,
                person.email,
                frozenset(grant.role for grant in person.grants),
                usernames.get(person.id, ""),
            )
            for person in persons
        ),
    )


def preview(session: Session, rows: Rows) -> intake.Plan:
    """What the file would do; reads only."""
    return intake.plan(rows, known(session))


def unit_names(session: Session, plan: intake.Plan) -> dict[str, str]:
    """The names of units by code, as they will be."""
    names = dict(session.execute(select(Unit.code, Unit.name)).all())
    return names | {step.unit.code: step.unit.name for step in plan.units}


def first_passwords(session: Session, plan: intake.Plan) -> dict[str, Secret]:
    """A fresh first password for every new account, by user name; kept nowhere but in what is returned."""
    names = unit_names(session, plan)
    return {
        person.username: Secret(names[person.unit], person.name, person.username, first_password())
        for person in plan.accounts
    }


@dataclass(frozen=True)
class Imported:
    """What an import did, in numbers of lines, and whose accounts are new."""

    units: dict[Change, int]
    persons: dict[Change, int]
    accounts: tuple[KnownPerson, ...]


def import_rows(session: Session, rows: Rows, *, hashes: Mapping[str, str], by: int | None, at: datetime) -> Imported:
    """Write everything the file says. `hashes`: user name → hash of its first password, for every new account.

    Raises Invalid with every fault, or Conflict when the county changed since the preview; then nothing is written.
    """
    plan = intake.plan(rows, known(session))
    if plan.faults:
        raise Invalid(
            Problem(f"{fault.sheet}!{fault.line} {fault.column}", fault.template, fault.params) for fault in plan.faults
        )
    if any(person.username not in hashes for person in plan.accounts):
        raise Conflict(N_("People or units were changed since the preview. Look at it again, then import."))
    units = _write_units(session, plan.units, by=by, at=at)
    _write_persons(session, plan.persons, units, hashes, by=by, at=at)
    done = Imported(
        plan.unit_counts,
        plan.person_counts,
        plan.accounts,
    )
    if not plan.changes_nothing:
        told = {
            "units": {str(k): v for k, v in done.units.items()},
            "persons": {str(k): v for k, v in done.persons.items()},
        }
        audit.record(session, "people.imported", "people:all", by=by, at=at, detail=told)
    return done


def _write_units(session: Session, steps: Sequence[intake.UnitStep], *, by: int | None, at: datetime) -> dict[str, int]:
    """Create and change units, parents first; unit ids by code, all of the county's."""
    ids = dict(session.execute(select(Unit.code, Unit.id)).all())
    for step in steps:
        unit = step.unit
        values: dict[str, Any] = {
            "name": unit.name,
            "category": unit.category,
            "parent_id": None if unit.parent is None else ids[unit.parent],
            "focus": unit.focus,
            "carrier": unit.carrier,
            "duties": unit.duties,
        }
        if step.change is Change.NEW:
            ids[unit.code] = operations.create_unit(session, code=unit.code, by=by, at=at, **values).id
        elif step.change is Change.CHANGED:
            operations.change_unit(session, session.get_one(Unit, ids[unit.code]), by=by, at=at, **values)
    return ids


def _write_persons(
    session: Session,
    steps: Sequence[intake.PersonStep],
    units: Mapping[str, int],
    hashes: Mapping[str, str],
    *,
    by: int | None,
    at: datetime,
) -> None:
    changed = [step.person.code for step in steps if step.change is Change.CHANGED]
    found = session.scalars(select(Person).where(Person.code.in_(changed)).options(selectinload(Person.grants))).all()
    persons = {person.code: person for person in found}
    for step in steps:
        wanted = step.person
        if step.change is Change.SAME:
            continue
        values: dict[str, Any] = {
            "name": wanted.name,
            "unit_id": units[wanted.unit],
            "audience": wanted.audience,
            "post": wanted.post,
            "phone": wanted.phone,
            "email": wanted.email,
        }
        if step.change is Change.NEW:
            person = operations.create_person(session, code=wanted.code, roles=wanted.roles, by=by, at=at, **values)
        else:
            person = persons[wanted.code]
            operations.change_person(session, person, by=by, at=at, **values)
            for role in sorted(wanted.roles):
                operations.grant_role(session, person, role=role, by=by, at=at)
        if step.account:
            operations.set_password(
                session,
                person,
                username=wanted.username,
                password_hash=hashes[wanted.username],
                must_change=True,
                by=by,
                at=at,
            )

"""`liangjuan db upgrade`, `audit verify`."""

import click
from flask import current_app

from exam import audit, clock, schema
from exam.cli.output import answer, json_option, with_any_database, with_app
from exam.extensions import db


@click.group("db")
def db_group() -> None:
    """The database's shape."""


@db_group.command("upgrade")
@json_option
@with_any_database
def upgrade(*, as_json: bool) -> None:
    """Bring the database to this version's shape, after a verified backup."""
    settings = current_app.extensions["liangjuan"]
    done = schema.upgrade(settings.database_url, settings.data, at=clock.now())
    answer(dict(done), [f"{done['from'] or '–'} → {done['to']}"], as_json=as_json)


@click.group("audit")
def audit_group() -> None:
    """The chain of what was done."""


@audit_group.command("verify")
@json_option
@with_app
def verify(*, as_json: bool) -> None:
    """Walk the whole chain and say where it is broken."""
    broken = audit.verify(db.session())
    data = {
        "ok": broken is None,
        "event": broken.event if broken else None,
        "reason": broken.reason if broken else None,
    }
    answer(
        data,
        ["ok" if broken is None else f"{broken.event}: {broken.reason}"],
        as_json=as_json,
        findings=broken is not None,
    )

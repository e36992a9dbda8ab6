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
@click.option("--head", help="A head noted earlier: the chain must still hold it.")
@json_option
@with_app
def verify(*, head: str | None, as_json: bool) -> None:
    """Walk the whole chain and say where it is broken. Note its head down elsewhere: a rewritten chain has another."""
    session = db.session()
    found = audit.walk(session)
    missing = head is not None and not audit.holds(session, head)
    reason = found.broken.reason if found.broken else "the head noted earlier is not in the chain" if missing else None
    data = {
        "ok": reason is None,
        "event": found.broken.event if found.broken else None,
        "reason": reason,
        "events": found.events,
        "head": found.head,
    }
    said = f"ok: {found.events} events, head {found.head}"
    if reason is not None:
        said = f"{found.broken.event}: {reason}" if found.broken else reason
    answer(data, [said], as_json=as_json, findings=reason is not None)

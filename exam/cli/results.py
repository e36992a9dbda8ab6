"""`liangjuan grade`."""

import click

from exam import clock
from exam.cli.output import answer, json_option, with_app
from exam.extensions import writing
from exam.grading import operations
from exam.grading import queries as grading
from exam.sittings.queries import sittings_of
from exam.tours.queries import stop_by_id


@click.command("grade")
@click.argument("stop", type=int)
@json_option
@with_app
def grade(stop: int, *, as_json: bool) -> None:
    """Mark by rule what can be marked at STOP; papers whose time has run out are handed in first."""
    at = clock.now()
    with writing() as session:
        found = stop_by_id(session, stop)
        ended = operations.close_overdue(session, at=at, stop_id=found.id)
        marked = ended + list(operations.mark_unmarked(session, stop_id=found.id, at=at))
        waiting = sum(grading.progress(session, each.id).waiting for each in sittings_of(session, found.id))
    data = {"marked": len(marked), "waiting": waiting, "changed": marked}
    answer(data, [f"{len(marked)} marked, {waiting} answers wait for a marker"], as_json=as_json)

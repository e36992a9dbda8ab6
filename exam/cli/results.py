"""`liangjuan grade` and `liangjuan report`."""

import csv
import json
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.models import Unit
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db, writing
from exam.grading import operations
from exam.grading import queries as grading
from exam.reports import frozen, queries, workbook
from exam.reports.comparison import Measure
from exam.sittings.queries import sittings_of
from exam.tours.models import Tour
from exam.tours.queries import stop_by_id
from question_bank.errors import N_, DomainError, NotFound

FORMATS = ("xlsx", "csv", "json")
LATER = ("pdf", "docx")
RISKY = "=+-@\t\r＝＋－＠"
"""A text that begins so would be taken for a formula when the CSV file is opened in a spreadsheet."""


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


@click.command("report")
@click.argument("subject")
@click.option("--format", "form", type=click.Choice([*FORMATS, *LATER]), default="xlsx", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--measure", type=click.Choice([each.value for each in Measure]), default=Measure.OVERALL.value)
@json_option
@with_app
def report(subject: str, form: str, output: Path, measure: str, *, as_json: bool) -> None:
    """Write the results of SUBJECT (a stop's id, a unit's or a tour's code) into a file."""
    if form in LATER:
        with force_locale("zh_Hans_CN"):
            raise click.UsageError(gettext("There is no %(form)s report yet; use xlsx, csv or json.", form=form))
    session: Session = db.session()
    title, scope = scope_of(session, subject)
    found = queries.report(session, scope, Measure(measure))
    try:
        _WRITERS[form](output, title, found)
    except OSError as error:
        template = N_("The file %(file)s cannot be written: %(reason)s")
        raise DomainError(template, file=str(output), reason=error.strerror or "") from error
    data = {"file": str(output), "format": form, "people": len(found.people), "waiting": found.waiting}
    answer(data, [f"{output}: {len(found.people)} people"], as_json=as_json)


def scope_of(session: Session, subject: str) -> tuple[str, queries.Scope]:
    """Title and scope of a stop (by its id), a unit or a tour (by its code). Raises NotFound."""
    if subject.isdecimal():
        stop = stop_by_id(session, int(subject))
        title = f"{stop.tour.name} 第{stop.number}场 {stop.unit.name}"
        return title, queries.Scope(stop_id=stop.id, released_only=False)
    unit = session.scalar(select(Unit).where(Unit.code == subject))
    if unit is not None:
        return unit.name, queries.Scope(unit_id=unit.id, released_only=False)
    tour = session.scalar(select(Tour).where(Tour.code == subject))
    if tour is not None:
        return tour.name, queries.Scope(tour_id=tour.id, released_only=False)
    raise NotFound(N_("There is no stop, unit or tour called %(name)s."), name=subject)


def _xlsx(output: Path, title: str, found: queries.Report) -> None:
    made_at = clock.now().astimezone(current_app.extensions["liangjuan"].zone)
    with output.open("wb") as file:
        workbook.write(file, found, title=title, made_at=made_at, people=found.people)


def _csv(output: Path, title: str, found: queries.Report) -> None:
    """The comparison of units, as the Excel file's sheet has it, with a byte order mark so that Excel reads Chinese."""
    del title
    with output.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in workbook.unit_rows(found):
            writer.writerow([safe(cell) for cell in row])


def _json(output: Path, title: str, found: queries.Report) -> None:
    data: dict[str, Any] = {"title": title, "measure": found.measure.value, "waiting": found.waiting}
    output.write_text(json.dumps(data | frozen.as_json(found), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def safe(cell: object) -> object:
    """A text that a spreadsheet would calculate gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in RISKY and cell else cell


_WRITERS = {"xlsx": _xlsx, "csv": _csv, "json": _json}

"""`liangjuan report`: results of a stop, a unit or a tour as a file."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.models import Unit
from exam.accounts.queries import unit_by_id
from exam.cli.output import answer, json_option, with_app
from exam.extensions import db
from exam.reports import documents, frozen, queries, workbook
from exam.reports.comparison import Measure
from exam.reports.county import county_report
from exam.reports.queries import Scope
from exam.reports.units import unit_report
from exam.tours.models import Tour
from exam.tours.queries import stop_by_id
from question_bank.errors import N_, DomainError, NotFound

RISKY = "=+-@\t\r＝＋－＠"
"""A text that begins so would be taken for a formula when the CSV file is opened in a spreadsheet."""
NEAR = 5


@dataclass(frozen=True)
class Subject:
    """What is reported: a title for the file, and whose results."""

    title: str
    scope: Scope
    measure: Measure = Measure.OVERALL


def subject_named(session: Session, name: str) -> tuple[str, Scope]:
    """Title and scope of a stop (by its id), or of a unit or a tour (by code or name).

    Raises NotFound, with the names that come nearest.
    """
    if name.isdecimal():
        stop = stop_by_id(session, int(name))
        title = f"{stop.tour.name} 第{stop.number}场 {stop.unit.name}"
        return title, Scope(stop_id=stop.id, released_only=False)
    unit = session.scalar(select(Unit).where(or_(Unit.code == name, Unit.name == name)).order_by(Unit.id).limit(1))
    if unit is not None:
        return unit.name, Scope(unit_id=unit.id, released_only=False)
    tour = session.scalar(select(Tour).where(or_(Tour.code == name, Tour.name == name)).order_by(Tour.id).limit(1))
    if tour is not None:
        return tour.name, Scope(tour_id=tour.id, released_only=False)
    near = _near(session, name)
    if near:
        template = N_("There is no stop, unit or tour called %(name)s. The nearest are: %(near)s.")
        raise NotFound(template, name=name, near="、".join(near))
    raise NotFound(N_("There is no stop, unit or tour called %(name)s."), name=name)


def _near(session: Session, name: str) -> list[str]:
    pairs = [*session.execute(select(Unit.code, Unit.name)), *session.execute(select(Tour.code, Tour.name))]
    told = {text: f"{code} {called}" for code, called in pairs for text in (code, called)}
    return list(dict.fromkeys(told[text] for text in get_close_matches(name, told, n=NEAR, cutoff=0.5)))


@click.command("report")
@click.argument("subject")
@click.option(
    "--format", "form", type=click.Choice(["xlsx", "pdf", "docx", "csv", "json"]), default="xlsx", show_default=True
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--measure", type=click.Choice([each.value for each in Measure]), default=Measure.OVERALL.value)
@json_option
@with_app
def report(subject: str, form: str, output: Path, measure: str, *, as_json: bool) -> None:
    """Write the results of SUBJECT (a stop's id, a unit's or a tour's code or name) into a file."""
    session: Session = db.session()
    asked = Subject(*subject_named(session, subject), measure=Measure(measure))
    try:
        written = WRITERS[form](session, output, asked)
    except OSError as error:
        template = N_("The file %(file)s cannot be written: %(reason)s")
        raise DomainError(template, file=str(output), reason=error.strerror or "") from error
    data = {"file": str(output), "format": form, "title": asked.title, "measure": measure} | written
    answer(data, [f"{output}: {asked.title}"], as_json=as_json)


def _report(session: Session, asked: Subject) -> queries.Report:
    return queries.report(session, asked.scope, asked.measure)


def _counts(found: queries.Report) -> dict[str, Any]:
    return {"people": len(found.people), "waiting": found.waiting}


def _xlsx(session: Session, output: Path, asked: Subject) -> dict[str, Any]:
    found = _report(session, asked)
    with output.open("wb") as file:
        made_at = clock.now().astimezone(_zone())
        made = workbook.write(file, found, title=asked.title, made_at=made_at, people=found.people)
    return _counts(found) | {"rows": made.rows}


def _csv(session: Session, output: Path, asked: Subject) -> dict[str, Any]:
    """The comparison of units, as the Excel file's sheet has it, with a byte order mark so that Excel reads Chinese."""
    found = _report(session, asked)
    with output.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in workbook.unit_rows(found):
            writer.writerow([safe(cell) for cell in row])
    return _counts(found)


def _json(session: Session, output: Path, asked: Subject) -> dict[str, Any]:
    """The figures as texts; beside them what only a tour or only a unit has."""
    found, scope = _report(session, asked), asked.scope
    if scope.unit_id is not None:
        unit = unit_report(session, scope.unit_id, asked.measure, released_only=False)
        data = frozen.of_unit(asked.title, found, unit)
    elif scope.tour_id is not None:
        whole = county_report(
            session, asked.measure, zone=_zone(), tour_id=scope.tour_id, released_only=False, with_changes=True
        )
        data = frozen.of_tour(asked.title, found, whole)
    else:
        data = frozen.of_stop(asked.title, found)
    output.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return _counts(found)


def _document(form: str) -> Callable[[Session, Path, Subject], dict[str, Any]]:
    def write(session: Session, output: Path, asked: Subject) -> dict[str, Any]:
        told: dict[str, Any] = {"at": clock.now(), "zone": _zone()}
        with output.open("wb") as file:
            if asked.scope.unit_id is not None:
                unit = unit_by_id(session, asked.scope.unit_id)
                report = unit_report(session, unit.id, asked.measure, released_only=False)
                made = documents.write_unit(session, file, form, unit=unit, report=report, **told)
            else:
                told |= {"tour_id": asked.scope.tour_id, "stop_id": asked.scope.stop_id, "measure": asked.measure}
                made = documents.write_results(session, file, form, **told)
        return {"version": made.version, "missing_glyphs": list(made.missing)}

    return write


def _zone() -> tzinfo:
    zone: tzinfo = current_app.extensions["liangjuan"].zone
    return zone


def safe(cell: object) -> object:
    """A text that a spreadsheet would calculate gets an apostrophe in front."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in RISKY and cell else cell


WRITERS: dict[str, Callable[[Session, Path, Subject], dict[str, Any]]] = {
    "xlsx": _xlsx,
    "csv": _csv,
    "json": _json,
    "pdf": _document("pdf"),
    "docx": _document("docx"),
}
"""Every format: it reads what it needs, writes the file, and says what is to be said of it in the command's JSON."""

"""The same results as an Excel file: exactly what the viewer's pages show, and no more."""

from io import BytesIO

from flask import current_app
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.exports import XLSX
from exam.accounts.models import Unit
from exam.accounts.queries import unit_by_id
from exam.extensions import db
from exam.reports import workbook
from exam.tours import queries as tours
from exam.tours.models import Stop
from exam.web.access import access, viewer
from exam.web.exports import send_people
from exam.web.reports.area import blueprint, compares, contact_of
from exam.web.reports.choices import chosen, named, report_for


@blueprint.get("/reports/results.xlsx")
@access(compares)
def comparison_file() -> Response:
    """Everything, or one tour."""
    tour_id = chosen().tour_id
    name = tours.tour_by_id(db.session(), tour_id).name if tour_id else gettext("All results")
    return _file(name, tour_id=tour_id)


@blueprint.get("/reports/stops/<int:stop_id>/results.xlsx")
@access(compares, of=tours.stop_by_id)
def stop_file(stop: Stop) -> Response:
    """One stop."""
    return _file(f"{stop.tour.name} 第{stop.number}场 {stop.unit.name}", stop_id=stop.id)


@blueprint.get("/reports/units/<int:unit_id>/results.xlsx")
@access(compares | contact_of, of=unit_by_id)
def unit_file(unit: Unit) -> Response:
    """One unit."""
    return _file(unit.name, unit_id=unit.id)


def _file(title: str, **limits: int | None) -> Response:
    who, settings, at = viewer(), current_app.extensions["liangjuan"], clock.now()
    report = report_for(db.session(), who, chosen().measure, **limits)
    people = named(report, who)
    made = BytesIO()
    workbook.write(made, report, title=title, made_at=at.astimezone(settings.zone), people=people)
    name = f"{title}-{report.measure.chinese}-{at.astimezone(settings.zone):%Y%m%d}"
    return send_people(made, XLSX, name=name, ending="xlsx", what="results", count=len(people))

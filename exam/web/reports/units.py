"""One unit's report, for those who compare units and for the unit's own contact."""

import math
from io import BytesIO

from flask import current_app, render_template, send_file, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.models import Unit
from exam.accounts.queries import unit_by_id
from exam.accounts.roles import Role, Viewer
from exam.extensions import db
from exam.reports import documents, findings
from exam.reports.releasing import Recipient
from exam.reports.units import Bin, Side, UnitReport, unit_report
from exam.web.access import access, holds, viewer
from exam.web.reports.area import blueprint, compares, contact_of
from exam.web.reports.choices import Choice, chosen, measure_tabs, said


@blueprint.get("/reports/units/<int:unit_id>")
@access(compares | contact_of, of=unit_by_id)
def unit(unit: Unit) -> str:
    """The unit's people group by group beside the county: figures, distribution, topics, change."""
    choice, who = chosen(), viewer()
    report = _report(who, unit, choice)
    return render_template(
        "reports/unit.html",
        unit=unit,
        choice=choice,
        report=report,
        sides=[
            (side, said(findings.of_unit_topics(side.topics)), topic_rows(side), spread(side)) for side in report.sides
        ],
        people=_named(report, who),
        organises=who.has(Role.ORGANISER),
        compares=compares(who, None),
        measures=measure_tabs(choice, "reports.unit", unit_id=unit.id),
    )


def _report(who: Viewer, unit: Unit, choice: Choice) -> UnitReport:
    """Organisers see results before their release, leaders every release, contacts what is open to units."""
    return unit_report(
        db.session(),
        unit.id,
        choice.measure,
        tour_id=choice.tour_id,
        released_only=not who.has(Role.ORGANISER),
        open_to=None if who.has(Role.ORGANISER, Role.LEADER) else Recipient.UNITS,
    )


def _named(report: UnitReport, who: Viewer) -> list[object]:
    """Every name for organisers, for leaders those among the best fifth of their groups, for others none."""
    if who.has(Role.ORGANISER):
        return list(report.people)
    return [line for line in report.people if line.among_best] if who.has(Role.LEADER) else []


def topic_rows(side: Side) -> list[dict[str, object]]:
    """Bars of the unit's topics; those clearly below the group stand out."""
    return [
        {
            "label": each.name,
            "value": round(float(each.own) * 100, 1),
            "low": None,
            "high": None,
            "text": f"{each.own * 100:.1f}%",
            "emphasis": each.difference is not None and each.difference < -CLEARLY,
            "grey": False,
        }
        for each in side.topics
        if each.own is not None
    ]


PASSING = 6
"""Classes below sixty marks."""
CLEARLY = 0.03
"""So far below its group's share a topic stands out."""


def spread(side: Side) -> dict[str, object]:
    """The distribution in classes of ten marks, of the unit and of its whole group, in per cent of those who sat."""
    return {
        "points": [f"{each.low}–{each.high}" for each in side.distribution],
        "own": _shares(side.distribution),
        "county": _shares(side.county_distribution),
        "finding": said(findings.of_spread(_shares(side.distribution), _shares(side.county_distribution), PASSING)),
        "maximum": 10 * math.ceil(max(1.0, *_shares(side.distribution), *_shares(side.county_distribution)) / 10),
    }


def _shares(bins: tuple[Bin, ...]) -> list[float]:
    whole = sum(each.count for each in bins)
    return [round(100 * each.count / whole, 1) if whole else 0.0 for each in bins]


@blueprint.get("/reports/units/<int:unit_id>/report.pdf")
@access(compares | contact_of, of=unit_by_id)
def unit_pdf(unit: Unit) -> Response:
    """The same to be printed, without any name."""
    return _file(unit, "pdf")


@blueprint.get("/reports/units/<int:unit_id>/report.docx")
@access(compares | contact_of, of=unit_by_id)
def unit_docx(unit: Unit) -> Response:
    """The same to be edited."""
    return _file(unit, "docx")


def _file(unit: Unit, form: str) -> Response:
    made, zone = BytesIO(), current_app.extensions["liangjuan"].zone
    report = _report(viewer(), unit, chosen())
    told = documents.write_unit(db.session(), made, form, unit=unit, report=report, at=clock.now(), zone=zone)
    made.seek(0)
    name = f"{told.title}-{report.measure.chinese}.{form}"
    return send_file(made, mimetype=documents.MEDIA[form], as_attachment=True, download_name=name)


@blueprint.get("/reports/own-unit")
@access(holds(Role.UNIT_CONTACT))
def own_unit() -> Response:
    """The way of a unit's contact to the unit's report."""
    return redirect(url_for("reports.unit", unit_id=viewer().unit_id))

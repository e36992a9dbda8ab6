"""The comparison of units, and the reports of a stop, a unit, a tour and the topics."""

from flask import render_template, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from exam.accounts.models import Unit
from exam.accounts.queries import unit_by_id
from exam.accounts.roles import Role
from exam.extensions import db
from exam.grading import queries as grading
from exam.grading.diagnoses import diagnoses
from exam.reports import findings, queries
from exam.reports.comparison import by_stop
from exam.reports.statistics import Group
from exam.sittings.queries import sittings_of
from exam.tours import queries as tours
from exam.tours.models import Stop, Tour
from exam.web.access import access, holds, viewer
from exam.web.reports.area import blueprint, compares, contact_of
from exam.web.reports.choices import (
    chosen,
    measure_tabs,
    named,
    report_for,
    said,
    scope_for,
    topic_bars,
    unit_bars,
)
from exam.web.reports.releases import release_forms


@blueprint.get("/reports/")
@access(compares)
def comparison() -> str:
    """Units side by side inside one group, over everything or one tour."""
    choice = chosen()
    report = report_for(db.session(), viewer(), choice.measure, tour_id=choice.tour_id)
    shown = report.group(choice.group)
    return render_template(
        "reports/comparison.html",
        choice=choice,
        report=report,
        shown=shown,
        tours=tours.tours(db.session()),
        measures=measure_tabs(choice, "reports.comparison"),
        finding=said(findings.of_units(shown)) if shown else "",
        attendance=said(findings.of_attendance(shown.units, report.rule)) if shown else "",
        bars=unit_bars(shown.units) if shown else [],
    )


@blueprint.get("/reports/topics")
@access(compares)
def topics() -> str:
    """Which topics are known, by group."""
    choice = chosen()
    report = report_for(db.session(), viewer(), choice.measure, tour_id=choice.tour_id)
    return render_template(
        "reports/topics.html",
        choice=choice,
        report=report,
        groups=list(Group),
        tours=tours.tours(db.session()),
        measures=measure_tabs(choice, "reports.topics"),
        finding=said(findings.of_topics(report.topics, choice.group)),
        bars=topic_bars(report.topics, choice.group),
    )


@blueprint.get("/reports/tours/<int:tour_id>")
@access(compares, of=tours.tour_by_id)
def tour(tour: Tour) -> str:
    """Where a tour stands: groups, and its stops one after the other."""
    choice = chosen()
    report = report_for(db.session(), viewer(), choice.measure, tour_id=tour.id)
    return render_template(
        "reports/tour.html",
        tour=tour,
        choice=choice,
        report=report,
        stops=tours.stops_of(db.session(), tour.id),
        by_stop=by_stop(report.people),
        measures=measure_tabs(choice, "reports.tour", tour_id=tour.id),
    )


@blueprint.get("/reports/stops/<int:stop_id>")
@access(compares, of=tours.stop_by_id)
def stop(stop: Stop) -> str:
    """One stop: figures, topics, people, and for organisers the release and the problems written down."""
    choice, session, who = chosen(), db.session(), viewer()
    report = report_for(session, who, choice.measure, stop_id=stop.id)
    organises, sittings = who.has(Role.ORGANISER), sittings_of(session, stop.id)
    return render_template(
        "reports/stop.html",
        stop=stop,
        choice=choice,
        report=report,
        people=named(report, who),
        organises=organises,
        sittings=sittings,
        forms=release_forms(session, sittings) if organises else {},
        waiting={each.id: grading.progress(session, each.id).waiting for each in sittings},
        problems=diagnoses(session, stop.id) if organises else [],
        measures=measure_tabs(choice, "reports.stop", stop_id=stop.id),
    )


@blueprint.get("/reports/units/<int:unit_id>")
@access(compares | contact_of, of=unit_by_id)
def unit(unit: Unit) -> str:
    """One unit beside the figures of its groups."""
    choice, who = chosen(), viewer()
    report = report_for(db.session(), who, choice.measure, tour_id=choice.tour_id)
    return render_template(
        "reports/unit.html",
        unit=unit,
        choice=choice,
        standings=report.standings_of(unit.id),
        topics=queries.topics_of(db.session(), scope_for(who, unit_id=unit.id, tour_id=choice.tour_id), choice.measure),
        county={row.code: row.all_groups for row in report.topics},
        people=[line for line in named(report, who) if line.unit_id == unit.id],
        organises=who.has(Role.ORGANISER),
        compares=compares(who, None),
        measures=measure_tabs(choice, "reports.unit", unit_id=unit.id),
    )


@blueprint.get("/reports/own-unit")
@access(holds(Role.UNIT_CONTACT))
def own_unit() -> Response:
    """The way of a unit's contact to the unit's report."""
    return redirect(url_for("reports.unit", unit_id=viewer().unit_id))

"""The comparison of units, and the reports of a stop, a tour and the topics."""

from flask import current_app, render_template
from sqlalchemy.orm import Session

from exam.accounts.roles import Role
from exam.extensions import db
from exam.grading import queries as grading
from exam.grading import teams
from exam.grading.diagnoses import diagnoses
from exam.reports import findings
from exam.reports.county import county_report
from exam.reports.statistics import Group
from exam.sittings.models import SittingStatus
from exam.sittings.queries import sittings_of
from exam.tours import queries as tours
from exam.tours.models import Stop, Tour
from exam.web.access import access, viewer
from exam.web.reports.area import blueprint, compares
from exam.web.reports.choices import (
    board_tabs,
    chosen,
    heat_columns,
    heat_rows,
    measure_tabs,
    named,
    report_for,
    said,
    topic_bars,
    unit_bars,
    unit_names,
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
        boards=board_tabs(choice, report, shown, "reports.comparison"),
        tiers=said(findings.of_tiers(shown)) if shown else "",
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
        heat_finding=said(findings.of_matrix(report.matrix, unit_names(report))),
        heat_columns=heat_columns(report, choice),
        heat_rows=heat_rows(report, choice),
        bars=topic_bars(report.topics, choice.group),
    )


@blueprint.get("/reports/tours/<int:tour_id>")
@access(compares, of=tours.tour_by_id)
def tour(tour: Tour) -> str:
    """How far a tour has come, its course week by week, its groups, and its stops one after the other."""
    choice, who = chosen(), viewer()
    found = county_report(
        db.session(),
        choice.measure,
        zone=current_app.extensions["liangjuan"].zone,
        tour_id=tour.id,
        released_only=not who.has(Role.ORGANISER),
        with_changes=True,
    )
    return render_template(
        "reports/tour.html",
        tour=tour,
        choice=choice,
        found=found,
        report=found.report,
        course=said(findings.of_weeks([(each.week, each.figures.mean) for each in found.weeks])),
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
        teams=_teams(session, stop.id, organises=organises),
        problems=diagnoses(session, stop.id) if organises else [],
        measures=measure_tabs(choice, "reports.stop", stop_id=stop.id),
    )


def _teams(session: Session, stop_id: int, *, organises: bool) -> list[teams.TeamLine]:
    """The teams by what is released; organisers see them once the papers are closed."""
    shown = [SittingStatus.RELEASED, *([SittingStatus.CLOSED] if organises else [])]
    return teams.standings(session, stop_id, statuses=shown)

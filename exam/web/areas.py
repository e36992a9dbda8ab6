"""The areas of the site, in one list: a folder that is not here cannot be reached."""

from flask import Blueprint, Flask

from exam import health
from exam.web import catalogue, errors, filters, headers, identity
from exam.web.account import blueprint as account
from exam.web.admin import blueprint as admin
from exam.web.bank import blueprint as bank
from exam.web.grading import blueprint as grading
from exam.web.hall import blueprint as hall
from exam.web.hall import short_door
from exam.web.ledger import blueprint as ledger
from exam.web.lessons import blueprint as lessons
from exam.web.notices import blueprint as notices
from exam.web.papers import blueprint as papers
from exam.web.planning import blueprint as planning
from exam.web.probes import blueprint as probes
from exam.web.reports import blueprint as reports
from exam.web.sitting import blueprint as sitting
from exam.web.tours import blueprint as tours
from exam.web.training import blueprint as training

AREAS: tuple[Blueprint, ...] = (
    probes,
    account,
    sitting,
    hall,
    short_door,
    grading,
    admin,
    tours,
    planning,
    bank,
    papers,
    reports,
    notices,
    ledger,
    lessons,
    training,
)


def register(app: Flask) -> None:
    """Hang every area, the error pages, the headers and the page frame on the application."""
    settings = app.extensions["liangjuan"]
    app.extensions["liangjuan.watch"] = health.Watch()
    headers.register(app)
    identity.register(app)
    filters.register(app, settings.zone)
    catalogue.register(app)
    errors.register(app)
    for area in AREAS:
        app.register_blueprint(area)

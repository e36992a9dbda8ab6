"""The areas of the site, in one list: a folder that is not here cannot be reached."""

from flask import Blueprint, Flask, Response, jsonify

from exam.web import errors, filters, headers, identity
from exam.web.access import public
from exam.web.account import blueprint as account
from exam.web.admin import blueprint as admin
from exam.web.bank import blueprint as bank
from exam.web.grading import blueprint as grading
from exam.web.hall import blueprint as hall
from exam.web.ledger import blueprint as ledger
from exam.web.lessons import blueprint as lessons
from exam.web.notices import blueprint as notices
from exam.web.papers import blueprint as papers
from exam.web.planning import blueprint as planning
from exam.web.reports import blueprint as reports
from exam.web.sitting import blueprint as sitting
from exam.web.tours import blueprint as tours
from exam.web.training import blueprint as training

web = Blueprint("web", __name__)


@web.get("/healthz")
@public
def healthz() -> Response:
    """Whether the process answers; nothing is read."""
    return jsonify(ok=True)


AREAS: tuple[Blueprint, ...] = (
    web,
    account,
    sitting,
    hall,
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
    headers.register(app)
    identity.register(app)
    filters.register(app, settings.zone)
    errors.register(app)
    for area in AREAS:
        app.register_blueprint(area)

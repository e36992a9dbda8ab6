"""The ledger as lists: people and units of a year, and the same as files."""

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.exports import XLSX
from exam.accounts.roles import Role
from exam.extensions import db
from exam.tours.queries import tours
from exam.training import export, queries
from exam.training.hours import rule_of
from exam.web.access import access, viewer
from exam.web.exports import send_people
from exam.web.training.area import Page, blueprint, sees_lists, today, zone
from exam.web.training.forms import LedgerSearch

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """What was asked for, and what is shown of it."""

    form: LedgerSearch
    wanted: queries.Wanted
    found: queries.Ledger
    args: dict[str, str]


def _listed() -> Listed:
    """The list the address asks for; a contact sees the own unit and those below."""
    session, who = db.session(), viewer()
    within = None if who.has(Role.ORGANISER, Role.LEADER) else who.unit_id
    years = queries.years_known(session, zone(), today=today())
    units = queries.units_with_people(session, within=within)
    form = LedgerSearch(formdata=request.args).offer(years, units)
    wanted = form.wanted(years, within=within)
    form.year.data = str(wanted.year)
    args = {name: value for name, value in request.args.items() if value and name in {"year", "q", "unit", "without"}}
    return Listed(form, wanted, queries.ledger(session, wanted, zone=zone()), args)


@blueprint.get("/")
@access(sees_lists)
def people() -> Page:
    """Everybody's hours of a year, and what counts how much."""
    listed = _listed()
    pages = max(1, -(-len(listed.found.people) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "training/people.html",
        listed=listed,
        lines=listed.found.people[(page - 1) * PAGE : page * PAGE],
        first=(page - 1) * PAGE + 1,
        page=page,
        pages=pages,
        waiting=queries.waiting_count(db.session()),
        rules=[(tour, rule_of(tour.hours)) for tour in tours(db.session())],
        organises=viewer().has(Role.ORGANISER),
    )


@blueprint.get("/units")
@access(sees_lists)
def units() -> Page:
    """The same by unit, with the whole at the head."""
    return render_template(
        "training/units.html",
        listed=_listed(),
        waiting=queries.waiting_count(db.session()),
        organises=viewer().has(Role.ORGANISER),
    )


@blueprint.get("/people.xlsx")
@access(sees_lists)
def people_xlsx() -> Response:
    """The rows of the page as Excel."""
    listed = _listed()
    return _sent(export.xlsx(listed.found.people, year=listed.wanted.year), XLSX, listed, "xlsx")


@blueprint.get("/people.csv")
@access(sees_lists)
def people_csv() -> Response:
    """The rows of the page as CSV."""
    listed = _listed()
    return _sent(export.csv_text(listed.found.people), "text/csv", listed, "csv")


def _sent(data: bytes, kind: str, listed: Listed, ending: str) -> Response:
    day = clock.now().astimezone(zone())
    name = f"{gettext('Training ledger')}-{listed.wanted.year}-{day:%Y%m%d}"
    return send_people(data, kind, name=name, ending=ending, what="training", count=len(listed.found.people))

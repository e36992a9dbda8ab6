"""The register: by due date for the departments, all of it for the office; as a page, as files, on paper."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.exports import XLSX
from exam.accounts.queries import units
from exam.extensions import db
from exam.ledger import collecting, faq, figures, queries, register, register_file
from exam.ledger.collecting import Told
from exam.ledger.flow import CaseSource
from exam.ledger.register import Filters, Show
from exam.web.access import access
from exam.web.exports import send_people
from exam.web.ledger.area import Page, act, blueprint, hand, organises, oversees, own_sight, reads_register, today, zone
from exam.web.ledger.forms import CollectForm, Search, chosen
from question_bank.errors import NotFound


def _asked() -> tuple[Search, Filters]:
    form = Search(request.args).offer(queries.departments(db.session()))
    return form, form.filters(request.args.get("show", ""), request.args.get("stop", ""))


@blueprint.get("/ledger")
@access(reads_register)
def board() -> Page:
    """The cases somebody sees, those most overdue first."""
    form, filters = _asked()
    number = request.args.get("page", 1, type=int)
    page = register.page(db.session(), own_sight(), filters, number=number, today=today())
    return render_template(
        "ledger/board.html", page=page, form=form, filters=filters, args=chosen(filters), size=register.PAGE
    )


@blueprint.get("/ledger/register.xlsx")
@access(reads_register)
def excel() -> Response:
    """What the page shows, every page of it, as an Excel file."""
    rows, name = _rows()
    file = register_file.excel(rows, title=name, made_at=clock.now().astimezone(zone()))
    return send_people(file, XLSX, name=name, ending="xlsx", what="register", count=len(rows))


@blueprint.get("/ledger/register.csv")
@access(reads_register)
def csv() -> Response:
    """The same as CSV, with a byte order mark for spreadsheets."""
    rows, name = _rows()
    file = register_file.csv_file(rows)
    return send_people(file, "text/csv; charset=utf-8", name=name, ending="csv", what="register", count=len(rows))


def _rows() -> tuple[list[list[Any]], str]:
    _, filters = _asked()
    lines = register.everything(db.session(), own_sight(), filters, today=today())
    rows = register_file.rows(db.session(), lines, zone=zone())
    return rows, f"问题台账（{filters.show.chinese}）{today().isoformat()}"


@blueprint.get("/ledger/print")
@access(reads_register)
def printed() -> Page:
    """The same as a sheet to be printed and signed."""
    _, filters = _asked()
    lines = register.everything(db.session(), own_sight(), filters, today=today())
    answers = register_file.answers(db.session(), [line.case.id for line in lines])
    return render_template("ledger/print.html", lines=lines, filters=filters, answers=answers, at=clock.now())


@blueprint.get("/ledger/overview")
@access(oversees)
def overview() -> Page:
    """What is overdue, and how long each department takes."""
    found = figures.overview(db.session(), at=clock.now(), zone=zone())
    fallen = faq.in_need_of_review(faq.entries(db.session()))
    return render_template("ledger/overview.html", overview=found, fallen=fallen, at=clock.now())


@blueprint.get("/ledger/new")
@access(organises)
def new() -> Page:
    """The form for a problem that reached the office."""
    form = CollectForm(formdata=None, data={"source": request.args.get("source", "")}).offer(units(db.session()))
    return render_template("ledger/new.html", form=form, message="")


@blueprint.post("/ledger/new")
@access(organises)
def collect() -> Page:
    """Open the case; whoever asked gets an address of their own."""
    form, message = CollectForm().offer(units(db.session())), ""
    if form.validate_on_submit():
        message = act(lambda session: collecting.collect(session, _told(form), **_where(form)))
        if not message:
            flash(gettext("The case is on the ledger. Sort it out and give it to a department."), "success")
            return redirect(url_for("ledger.triage"))
    return render_template("ledger/new.html", form=form, message=message), 400


def _told(form: CollectForm) -> Told:
    return Told(
        text=form.text.data or "",
        anonymous=bool(form.anonymous.data),
        enterprise=form.source.data == CaseSource.ENTERPRISE.value,
        name=form.name.data or "",
        contact=form.contact.data or "",
    )


def _where(form: CollectForm) -> dict[str, Any]:
    source = next(each for each in CaseSource if each.value == form.source.data)
    unit_id = int(form.unit.data) if form.unit.data else None
    return {"source": source, "unit_id": unit_id, "hand": hand(), "at": clock.now()}


@blueprint.get("/ledger/find")
@access(reads_register)
def find() -> Response:
    """To the case with that number, else to the search."""
    number = request.args.get("number", "").strip().upper()
    try:
        found = queries.case_by_number(db.session(), number)
    except NotFound:
        return redirect(url_for("ledger.board", q=number, show=Show.ALL.value))
    if not own_sight().covers(found):
        return redirect(url_for("ledger.board"))
    return redirect(url_for("ledger.case", case_id=found.id))

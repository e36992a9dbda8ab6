"""The list of people, and adding one."""

import io
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts import operations, queries, workbook
from exam.accounts.exports import XLSX
from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.admin.area import Page, administers, blueprint, sees_people
from exam.web.admin.forms import PeopleSearch, PersonForm
from exam.web.errors import sentence
from exam.web.exports import send_people
from question_bank.errors import DomainError


@blueprint.get("/admin/people")
@access(sees_people)
def people() -> Page:
    """The people one may see, fifty a page, with search and filters."""
    units = queries.units(db.session())
    form = PeopleSearch(request.args).offer(units)
    wanted = form.wanted(_within())
    found = queries.people(db.session(), wanted, page=request.args.get("page", 1, type=int))
    return render_template(
        "admin/people.html", form=form, found=found, args=_args(), chips=_chips(form), whole=_within() is None
    )


@blueprint.post("/admin/people/export")
@access(sees_people)
def export_people() -> Response:
    """The people the list shows, on all its pages, as a file that can be imported again."""
    wanted = PeopleSearch(request.form).wanted(_within())
    persons, usernames = queries.all_people(db.session(), wanted)
    file = io.BytesIO()
    workbook.write_people(file, [_cells(person, usernames.get(person.id, "")) for person in persons])
    return send_people(file, XLSX, name=gettext("People"), ending="xlsx", what="people", count=len(persons))


@blueprint.get("/admin/people/new")
@access(administers)
def new_person() -> Page:
    """The form for one more person."""
    form = PersonForm(formdata=None, data={"unit": request.args.get("unit", "")}).offer(queries.units(db.session()))
    return render_template("admin/person_form.html", form=form, person=None, message="")


@blueprint.post("/admin/people/new")
@access(administers)
def create_person() -> Page:
    """Add one more person, a candidate until given other roles."""
    form, message = PersonForm().offer(queries.units(db.session())), ""
    if form.validate_on_submit():
        try:
            with writing() as session:
                made = operations.create_person(
                    session, code=form.code.data.strip(), roles=[Role.CANDIDATE], **form.values(), **_by()
                )
            return redirect(url_for("admin.person", person_id=made.id))
        except DomainError as error:
            message = sentence(error)
    return render_template("admin/person_form.html", form=form, person=None, message=message), 400


def _by() -> operations.Doing:
    return {"by": viewer().person_id, "at": clock.now()}


def _within() -> int | None:
    """The unit to which the viewer's sight is bound; None for those who see the whole county."""
    return None if viewer().has(Role.ADMINISTRATOR, Role.ORGANISER) else viewer().unit_id


def _args() -> dict[str, Any]:
    """The filters in the address, without the page."""
    return {name: request.args[name] for name in ("q", "unit", "role", "state") if request.args.get(name)}


def _chips(form: PeopleSearch) -> list[dict[str, str]]:
    """The filters in force, each with the address of the list without it."""
    args = _args()
    shown = {name: args[name] for name in args}
    for name in ("unit", "role", "state"):
        if name in shown:
            shown[name] = str(dict(form[name].choices).get(shown[name], shown[name]))
    return [
        {
            "label": str(form[name].label.text),
            "value": shown[name],
            "url": url_for("admin.people", **{other: args[other] for other in args if other != name}),
        }
        for name in args
    ]


def _cells(person: Person, username: str) -> tuple[str, ...]:
    return (
        person.code,
        person.name,
        person.unit.code,
        person.audience.chinese if person.audience else "",
        person.post,
        person.phone,
        person.email,
        "、".join(grant.role.chinese for grant in person.grants),
        username,
    )

"""The tree of units."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from exam import clock
from exam.accounts import operations, queries
from exam.accounts.models import Unit
from exam.accounts.queries import unit_by_id
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.admin.area import Page, administers, blueprint, sees_county
from exam.web.admin.forms import UnitForm
from exam.web.errors import sentence
from question_bank.errors import DomainError


@blueprint.get("/admin/units")
@access(sees_county)
def units() -> Page:
    """All units, each above those that belong to it, with their people counted."""
    return render_template("admin/units.html", branches=queries.unit_tree(db.session()))


@blueprint.get("/admin/units/new")
@access(administers)
def new_unit() -> Page:
    """The form for one more unit."""
    given = {"parent": request.args.get("parent", "")}
    form = UnitForm(formdata=None, data=given).offer(queries.units(db.session()))
    return render_template("admin/unit_form.html", form=form, unit=None, message="")


@blueprint.post("/admin/units/new")
@access(administers)
def create_unit() -> Page:
    """Add one more unit."""
    form, message = UnitForm().offer(queries.units(db.session())), ""
    if form.validate_on_submit():
        try:
            with writing() as session:
                operations.create_unit(
                    session, code=form.code.data.strip(), **form.values(), by=viewer().person_id, at=clock.now()
                )
            return _saved()
        except DomainError as error:
            message = sentence(error)
    return render_template("admin/unit_form.html", form=form, unit=None, message=message), 400


@blueprint.get("/admin/units/<int:unit_id>/edit")
@access(administers, of=unit_by_id)
def edit_unit(unit: Unit) -> Page:
    """The form with a unit's data."""
    form = UnitForm(formdata=None, data=UnitForm.filled(unit)).offer(queries.units(db.session()))
    return render_template("admin/unit_form.html", form=form, unit=unit, message="")


@blueprint.post("/admin/units/<int:unit_id>/edit")
@access(administers, of=unit_by_id)
def change_unit(unit: Unit) -> Page:
    """Store a unit's data."""
    form, message = UnitForm().offer(queries.units(db.session())), ""
    form.code.data, unit_id = unit.code, unit.id
    if form.validate_on_submit():
        try:
            with writing() as session:
                operations.change_unit(
                    session, unit_by_id(session, unit_id), **form.values(), by=viewer().person_id, at=clock.now()
                )
            return _saved()
        except DomainError as error:
            message = sentence(error)
    return render_template("admin/unit_form.html", form=form, unit=unit, message=message), 400


def _saved() -> Page:
    flash(gettext("Saved."), "success")
    return redirect(url_for("admin.units"))

"""Small registers beside the tour: venues, lecturers and their lectures."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from exam import clock
from exam.accounts.queries import person_by_id, unit_by_id
from exam.extensions import db
from exam.tours import operations, queries
from exam.web.access import access, viewer
from exam.web.tours.area import Page, attempt, blueprint, organises
from exam.web.tours.forms import LectureForm, LecturerForm, VenueForm


@blueprint.get("/register")
@access(organises)
def register() -> Page:
    """All venues, lecturers and lectures."""
    session = db.session()
    return render_template(
        "tours/register.html",
        venues=queries.venues(session),
        lecturers=queries.lecturers(session),
        lectures=queries.lectures(session),
    )


@blueprint.get("/venues/new")
@access(organises)
def new_venue() -> Page:
    return _form("tours.create_venue", gettext("New venue"), VenueForm(formdata=None).offer(db.session()))


@blueprint.post("/venues/new")
@access(organises)
def create_venue() -> Page:
    """Add a venue."""
    form = VenueForm().offer(db.session())
    made, message = attempt(
        form,
        lambda session: operations.create_venue(
            session,
            name=form.name.data.strip(),
            unit=unit_by_id(session, form.unit.data),
            capacity=form.capacity.data,
            online=form.online.data,
            by=viewer().person_id,
            at=clock.now(),
        ),
    )
    if made is None:
        return _form("tours.create_venue", gettext("New venue"), form, message)
    return _done(gettext("The venue has been added."))


@blueprint.get("/lecturers/new")
@access(organises)
def new_lecturer() -> Page:
    return _form("tours.create_lecturer", gettext("New lecturer"), LecturerForm(formdata=None).offer(db.session()))


@blueprint.post("/lecturers/new")
@access(organises)
def create_lecturer() -> Page:
    """Register a lecturer."""
    form = LecturerForm().offer(db.session())
    made, message = attempt(
        form,
        lambda session: operations.register_lecturer(
            session,
            code=form.code.data.strip(),
            person=person_by_id(session, form.person.data),
            title=form.title.data.strip(),
            field=form.field.data.strip(),
            by=viewer().person_id,
            at=clock.now(),
        ),
    )
    if made is None:
        return _form("tours.create_lecturer", gettext("New lecturer"), form, message)
    return _done(gettext("The lecturer has been registered."))


@blueprint.get("/lectures/new")
@access(organises)
def new_lecture() -> Page:
    return _form("tours.create_lecture", gettext("New lecture"), LectureForm(formdata=None).offer(db.session()))


@blueprint.post("/lectures/new")
@access(organises)
def create_lecture() -> Page:
    """Add a lecture."""
    form = LectureForm().offer(db.session())
    made, message = attempt(
        form,
        lambda session: operations.create_lecture(
            session,
            queries.lecturer_by_id(session, form.lecturer.data),
            title=form.title.data.strip(),
            by=viewer().person_id,
            at=clock.now(),
        ),
    )
    if made is None:
        return _form("tours.create_lecture", gettext("New lecture"), form, message)
    return _done(gettext("The lecture has been added."))


def _form(endpoint: str, title: str, form: VenueForm | LecturerForm | LectureForm, message: str | None = None) -> Page:
    page = render_template("tours/register_form.html", endpoint=endpoint, title=title, form=form, message=message)
    return page if message is None else (page, 400)


def _done(sentence: str) -> Page:
    flash(sentence, "success")
    return redirect(url_for("tours.register"))

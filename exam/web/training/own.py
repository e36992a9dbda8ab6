"""One person's sheet, and reporting a training elsewhere."""

from io import BytesIO

from flask import flash, redirect, render_template, send_file, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.models import Person
from exam.accounts.queries import person_by_id
from exam.extensions import db
from exam.lessons import files
from exam.training import operations, queries
from exam.training.models import ExternalTraining
from exam.web.access import access, viewer
from exam.web.training.area import (
    Page,
    attempt,
    blueprint,
    came_in_by_password,
    reports_for,
    sees_person,
    sees_training,
    today,
    zone,
)
from exam.web.training.forms import ReportForm


@blueprint.get("/me")
@access(came_in_by_password)
def me() -> Page:
    """The viewer's own sheet."""
    return redirect(url_for("training.person", person_id=viewer().person_id))


@blueprint.get("/people/<int:person_id>")
@access(sees_person, of=person_by_id)
def person(person: Person) -> Page:
    """Every stop, paper, lecture and training of one person, by year; made to be printed."""
    return render_template(
        "training/person.html",
        person=person,
        years=queries.years_of(db.session(), person, zone=zone()),
        reports=reports_for(viewer(), person),
        own=viewer().person_id == person.id,
        at=clock.now(),
    )


@blueprint.get("/people/<int:person_id>/report")
@access(reports_for, of=person_by_id)
def reporting(person: Person) -> Page:
    """The form of a training elsewhere."""
    return _form_page(person, ReportForm(formdata=None))


def _form_page(person: Person, form: ReportForm, message: str = "") -> str:
    own = viewer().person_id == person.id
    endings = ",".join(sorted(ending for kind in files.CERTIFICATES for ending in kind.endings))
    return render_template("training/report.html", person=person, form=form, message=message, own=own, endings=endings)


@blueprint.post("/people/<int:person_id>/report")
@access(reports_for, of=person_by_id)
def report(person: Person) -> Page:
    """Report a training; it counts once somebody else has confirmed it."""
    form, made, message = ReportForm(), None, ""
    if form.validate_on_submit():
        made, message = attempt(lambda session: _reported(session, person.id, form))
    if made is None:
        return _form_page(person, form, message), 400
    flash(gettext("The training is reported. It counts once the organiser has confirmed it."), "success")
    return redirect(url_for("training.person", person_id=person.id))


def _reported(session: Session, person_id: int, form: ReportForm) -> ExternalTraining:
    sent, file = form.file.data, None
    if isinstance(sent, FileStorage) and sent.filename:
        file = files.check(sent.filename, sent.stream.read(files.LARGEST + 1), files.CERTIFICATES)
    by, at = viewer().person_id, clock.now()
    about = person_by_id(session, person_id)
    return operations.report_training(session, about, form.report(), file=file, today=today(), by=by, at=at)


@blueprint.get("/external/<int:training_id>/file")
@access(sees_training, of=queries.training_by_id)
def certificate(training: ExternalTraining) -> Response:
    """The certificate, always as a download."""
    kept = queries.certificate(db.session(), training)
    return send_file(BytesIO(kept.content), kept.media_type, as_attachment=True, download_name=training.file_name)

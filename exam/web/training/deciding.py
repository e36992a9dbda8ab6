"""Trainings that wait for somebody to confirm them."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from exam import clock
from exam.extensions import db
from exam.training import operations, queries
from exam.training.models import ExternalTraining
from exam.web.access import access, viewer
from exam.web.training.area import Page, attempt, blueprint, organises, organises_training
from exam.web.training.forms import RefusalForm


@blueprint.get("/waiting")
@access(organises)
def waiting() -> Page:
    """Every training nobody has decided on."""
    return render_template("training/waiting.html", trainings=queries.waiting(db.session()), me=viewer().person_id)


@blueprint.post("/external/<int:training_id>/confirm")
@access(organises_training, of=queries.training_by_id)
def confirm(training: ExternalTraining) -> Page:
    """Let it count."""
    number, by, at = training.id, viewer().person_id, clock.now()
    done, message = attempt(
        lambda session: operations.confirm_training(session, queries.training_by_id(session, number), by=by, at=at)
    )
    if done is None:
        flash(message, "danger")
    else:
        flash(gettext("The training counts now."), "success")
    return redirect(url_for("training.waiting"))


@blueprint.get("/external/<int:training_id>/refuse")
@access(organises_training, of=queries.training_by_id)
def refusing(training: ExternalTraining) -> Page:
    """The field for the reason."""
    return render_template("training/refuse.html", training=training, form=RefusalForm(formdata=None), message="")


@blueprint.post("/external/<int:training_id>/refuse")
@access(organises_training, of=queries.training_by_id)
def refuse(training: ExternalTraining) -> Page:
    """Let it not count, for a reason."""
    form, done, message = RefusalForm(), None, ""
    number, by, at = training.id, viewer().person_id, clock.now()
    if form.validate_on_submit():
        done, message = attempt(
            lambda session: operations.refuse_training(
                session, queries.training_by_id(session, number), reason=form.reason.data, by=by, at=at
            )
        )
    if done is None:
        return render_template("training/refuse.html", training=training, form=form, message=message), 400
    flash(gettext("The training does not count; the person reads why."), "success")
    return redirect(url_for("training.waiting"))

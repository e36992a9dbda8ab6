"""What counts how many hours, by tour."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from exam import clock
from exam.tours.models import Tour
from exam.tours.queries import tour_by_id
from exam.training import operations
from exam.training.hours import rule_of
from exam.web.access import access, viewer
from exam.web.training.area import Page, attempt, blueprint, organises
from exam.web.training.forms import HoursForm


@blueprint.get("/hours/<int:tour_id>")
@access(organises, of=tour_by_id)
def hours(tour: Tour) -> Page:
    """What a paper and a lecture of this tour count."""
    rule = rule_of(tour.hours)
    form = HoursForm(formdata=None, data={"paper": rule.paper, "lecture": rule.lecture})
    return render_template("training/hours.html", tour=tour, form=form, message="")


@blueprint.post("/hours/<int:tour_id>")
@access(organises, of=tour_by_id)
def set_hours(tour: Tour) -> Page:
    """Say it anew; stops already held follow."""
    form, done, message, number = HoursForm(), None, "", tour.id
    by, at = viewer().person_id, clock.now()
    if form.validate_on_submit():
        kept = {"paper": str(form.paper.data), "lecture": str(form.lecture.data)}
        done, message = attempt(
            lambda session: operations.set_hours(session, tour_by_id(session, number), rule_of(kept), by=by, at=at)
        )
    if done is None:
        return render_template("training/hours.html", tour=tour, form=form, message=message), 400
    flash(gettext("The hours of the ledger follow the new rule."), "success")
    return redirect(url_for("training.people"))

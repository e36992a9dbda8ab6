"""How many hours before its stops a tour reminds people."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext

from exam.extensions import db, writing
from exam.notices import queries as notices
from exam.tours.models import Tour
from exam.tours.queries import tour_by_id
from exam.tours.reminding import set_reminders
from exam.web.access import access
from exam.web.notices.area import Page, blueprint, doing, organises
from exam.web.notices.forms import RemindersForm


@blueprint.get("/notices/reminders/<int:tour_id>")
@access(organises, of=tour_by_id)
def reminders(tour: Tour) -> Page:
    """The hours, and who is reminded."""
    form = RemindersForm(formdata=None, data={"hours": ", ".join(map(str, tour.reminders))})
    return render_template("notices/reminders.html", form=form, tour=tour, channel=bool(notices.channels(db.session())))


@blueprint.post("/notices/reminders/<int:tour_id>")
@access(organises, of=tour_by_id)
def change_reminders(tour: Tour) -> Page:
    """Set the hours."""
    form = RemindersForm()
    if not form.validate_on_submit():
        return render_template(
            "notices/reminders.html", form=form, tour=tour, channel=bool(notices.channels(db.session()))
        ), 400
    with writing() as session:
        set_reminders(session, tour_by_id(session, tour.id), hours=form.wanted(), **doing())
    flash(gettext("Saved."), "success")
    return redirect(url_for("tours.board", tour=tour.id))

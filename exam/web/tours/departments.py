"""Which departments answer at a stop."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from exam import clock
from exam.accounts.queries import unit_by_id
from exam.extensions import db
from exam.tours import arranging, placing, queries
from exam.tours.models import Stop
from exam.web.access import access, viewer
from exam.web.forms import Form
from exam.web.tours.area import Page, attempt, blueprint, organises


class DepartmentsForm(Form):
    """Departments to tick."""

    departments = SelectMultipleField(
        lazy_gettext("Departments that answer"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=lazy_gettext("They are invited, see the lesson brief, and get the questions of the hall."),
    )

    def offer(self, session: Session) -> "DepartmentsForm":
        self.departments.choices = [(each.id, each.name) for each in placing.departments(session)]
        return self


@blueprint.get("/stops/<int:stop_id>/departments")
@access(organises, of=queries.stop_by_id)
def departments(stop: Stop) -> Page:
    """The departments with those that answer at this stop ticked."""
    session = db.session()
    chosen = [each.id for each in placing.departments_at(session, stop.id)]
    form = DepartmentsForm(formdata=None, data={"departments": chosen}).offer(session)
    return render_template("tours/departments.html", stop=stop, form=form, message="")


@blueprint.post("/stops/<int:stop_id>/departments")
@access(organises, of=queries.stop_by_id)
def set_departments(stop: Stop) -> Page:
    """Keep which departments answer."""
    form = DepartmentsForm().offer(db.session())
    done, message = attempt(form, lambda session: _set(session, stop.id, form.departments.data))
    if done is None:
        return render_template("tours/departments.html", stop=stop, form=form, message=message), 400
    flash(gettext("The answering departments have been changed."), "success")
    return redirect(url_for("tours.stop", stop_id=stop.id))


def _set(session: Session, stop_id: int, chosen: list[int]) -> Any:
    units = [unit_by_id(session, each) for each in chosen]
    stop = queries.stop_by_id(session, stop_id)
    return arranging.set_departments(session, stop, units, by=viewer().person_id, at=clock.now())

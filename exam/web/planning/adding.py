"""Units that get a stop: they join the draft and wait to be placed."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import ngettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.queries import unit_by_id
from exam.extensions import db
from exam.tours import drafting, drafts, queries
from exam.tours.models import Tour
from exam.web.access import access, viewer
from exam.web.deeds import Page, attempt
from exam.web.planning.area import blueprint, organises
from exam.web.planning.forms import UnitsForm
from question_bank.errors import N_, NotFound


@blueprint.get("/<int:tour_id>/add")
@access(organises, of=queries.tour_by_id)
def add(tour: Tour) -> Page:
    """The units a tour goes to that have no stop in the draft."""
    return render_template("planning/add.html", tour=tour, form=_form(db.session(), tour, UnitsForm(formdata=None)))


@blueprint.post("/<int:tour_id>/add")
@access(organises, of=queries.tour_by_id)
def join(tour: Tour) -> Page:
    """Let the ticked units join the draft."""
    form = _form(db.session(), tour, UnitsForm())
    done, message = attempt(form, lambda session: _joined(session, tour.id, form.units.data, at=clock.now()))
    if done is None:
        return render_template("planning/add.html", tour=tour, form=form, message=message), 400
    flash(ngettext("%(num)s unit waits to be placed.", "%(num)s units wait to be placed.", done), "success")
    return redirect(url_for("planning.calendar", tour_id=tour.id))


def _form(session: Session, tour: Tour, form: UnitsForm) -> UnitsForm:
    draft = drafting.draft_of(session, tour)
    there = {each.unit_id for each in drafting.placements_of(session, draft) if not each.dropped} if draft else set()
    form.units.choices = [(each.id, each.name) for each in queries.toured_units(session) if each.id not in there]
    return form


def _joined(session: Session, tour_id: int, units: list[int], *, at: datetime) -> int:
    draft = drafting.draft_of(session, queries.tour_by_id(session, tour_id))
    if draft is None:
        raise NotFound(N_("This tour has no draft."))
    for unit_id in units:
        drafts.add(session, draft, unit_by_id(session, unit_id), by=viewer().person_id, at=at)
    return len(units)

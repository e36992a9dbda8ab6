"""A stop's page, planning it, changing it, cancelling it."""

from datetime import date, time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import db
from exam.lessons.queries import round_lines
from exam.reports import briefing
from exam.tours import operations, queries
from exam.tours.flow import DayOrder, Purpose, StopStatus
from exam.tours.models import Stop, Tour
from exam.tours.operations import Overtaken
from exam.web.access import access, viewer
from exam.web.filters import day
from exam.web.tours import overview
from exam.web.tours.area import (
    Page,
    act,
    attempt,
    blueprint,
    may_lead_lesson,
    may_run_stop,
    may_see_stop,
    organises,
    zone,
)
from exam.web.tours.forms import NONE, ReasonForm, StopForm, plan_of, shown_in_form


@blueprint.get("/stops/<int:stop_id>")
@access(may_see_stop, of=queries.stop_by_id)
def stop(stop: Stop) -> Page:
    """Everything about one stop: facts, run sheet, both sittings, what is missing, and what can be done next."""
    who, at = viewer(), clock.now()
    return render_template(
        "tours/stop.html",
        stop=stop,
        view=overview.of(db.session(), stop, at=at),
        at=at,
        organises=who.has(Role.ORGANISER),
        runs=may_run_stop(who, stop),
        rounds=round_lines(db.session(), stop.id),
        sees_lesson=may_lead_lesson(who, stop) or who.has(Role.LEADER),
        leads_lesson=may_lead_lesson(who, stop),
        teaches=briefing.place_of(db.session(), stop).open_to(who),
    )


@blueprint.get("/<int:tour_id>/stops/new")
@access(organises, of=queries.tour_by_id)
def new_stop(tour: Tour) -> Page:
    """The form of a new stop, with the standard afternoon in it."""
    session = db.session()
    form = StopForm(formdata=None, data=_proposal(session, tour)).offer(session)
    return render_template("tours/stop_form.html", form=form, tour=tour, stop=None, message="")


def _proposal(session: Session, tour: Tour) -> dict[str, object]:
    """The next number and the standard afternoon, on the tour's first day or, once there are stops, the last one's."""
    known = queries.stops_of(session, tour.id)
    return {
        "number": queries.next_number(session, tour.id),
        "label": known[-1].label if known else "",
        "day": known[-1].starts_at.astimezone(zone()).date() if known else tour.starts_on,
        "starts": time(13, 40),
        "ends": time(17, 20),
        "venue": NONE,
        "lecture": NONE,
        "day_order": DayOrder.PAPER_FIRST,
        "purpose": Purpose.REGULAR,
    }


@blueprint.post("/<int:tour_id>/stops/new")
@access(organises, of=queries.tour_by_id)
def plan_stop(tour: Tour) -> Page:
    """Plan a stop."""
    form = StopForm().offer(db.session())
    made, message = None, ""
    if form.validate_on_submit() and form.fits(tour):
        made, message = attempt(form, lambda session: _planned(session, tour.id, form))
    if made is None:
        return render_template("tours/stop_form.html", form=form, tour=tour, stop=None, message=message), 400
    flash(gettext("The stop has been planned. Next: its roster."), "success")
    return redirect(url_for("tours.stop", stop_id=made.id))


def _planned(session: Session, tour_id: int, form: StopForm) -> Stop:
    return operations.plan_stop(
        session,
        queries.tour_by_id(session, tour_id),
        **plan_of(form, session),
        by=viewer().person_id,
        at=clock.now(),
    )


@blueprint.get("/stops/<int:stop_id>/edit")
@access(organises, of=queries.stop_by_id)
def edit_stop(stop: Stop) -> Page:
    """The form with what is planned of a stop; what its status fixes is shown as text."""
    form = StopForm(formdata=None, data=shown_in_form(stop)).offer(db.session()).keep(stop)
    return render_template("tours/stop_form.html", form=form, tour=stop.tour, stop=stop, message="")


@blueprint.post("/stops/<int:stop_id>/edit")
@access(organises, of=queries.stop_by_id)
def change_stop(stop: Stop) -> Page:
    """Change a stop; when somebody else was faster, both texts are shown and nothing is saved."""
    form, tour = StopForm().offer(db.session()).keep(stop), stop.tour
    made, message = None, ""
    try:
        if form.validate_on_submit() and form.fits(tour):
            made, message = attempt(form, lambda session: _changed(session, stop.id, form))
    except (Overtaken, StaleDataError):
        return _both_texts(stop.id, form), 409
    if made is None:
        return render_template("tours/stop_form.html", form=form, tour=tour, stop=stop, message=message), 400
    flash(gettext("The stop has been changed."), "success")
    return redirect(url_for("tours.stop", stop_id=made.id))


def _changed(session: Session, stop_id: int, form: StopForm) -> Stop:
    stop = queries.stop_by_id(session, stop_id)
    plan = plan_of(form, session, day=stop.starts_at.astimezone(zone()).date())
    seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else 0
    return operations.change_stop(session, stop, seen=seen, by=viewer().person_id, at=clock.now(), **plan)


def _both_texts(stop_id: int, mine: StopForm) -> str:
    session = db.session()
    stop = queries.stop_by_id(session, stop_id)
    theirs = StopForm(formdata=None, data=shown_in_form(stop)).offer(session).keep(stop)
    return render_template("errors/409.html", mine=_text(mine), theirs=_text(theirs), message="")


def _text(form: StopForm) -> str:
    fields = (field for field in form if field.short_name not in {"seen", "csrf_token"})
    return "\n".join(f"{field.label.text}: {_typed(field) or '–'}" for field in fields)


def _typed(field: Any) -> str:
    """What a field holds, in the words of its choices."""
    if getattr(field, "choices", None):
        return next((str(name) for value, name in field.choices if value == field.data), "")
    if isinstance(field.data, time):
        return field.data.strftime("%H:%M")
    return day(field.data) if isinstance(field.data, date) else str(field.data or "")


@blueprint.post("/stops/<int:stop_id>/status")
@access(organises, of=queries.stop_by_id)
def move_stop(stop: Stop) -> Page:
    """Begin or finish a stop."""
    to = StopStatus.RUNNING if request.form.get("to") == StopStatus.RUNNING.value else StopStatus.FINISHED
    done = gettext("The stop is under way.") if to is StopStatus.RUNNING else gettext("The stop is finished.")
    act(lambda session: _moved(session, stop.id, to), done)
    return redirect(url_for("tours.stop", stop_id=stop.id))


def _moved(session: Session, stop_id: int, to: StopStatus) -> Stop:
    return operations.move(session, queries.stop_by_id(session, stop_id), to, by=viewer().person_id, at=clock.now())


@blueprint.get("/stops/<int:stop_id>/cancel")
@access(organises, of=queries.stop_by_id)
def cancellation(stop: Stop) -> Page:
    """What cancelling would do, and the field for the reason."""
    heads = queries.attendance(db.session(), [stop.id])[stop.id]
    return render_template("tours/cancel.html", stop=stop, heads=heads, form=ReasonForm(formdata=None), message="")


@blueprint.post("/stops/<int:stop_id>/cancel")
@access(organises, of=queries.stop_by_id)
def cancel_stop(stop: Stop) -> Page:
    """Cancel a stop for a reason."""
    form, heads = ReasonForm(), queries.attendance(db.session(), [stop.id])[stop.id]
    done, message = attempt(form, lambda session: _cancelled(session, stop.id, form.reason.data))
    if done is None:
        return render_template("tours/cancel.html", stop=stop, heads=heads, form=form, message=message), 400
    flash(gettext("The stop has been cancelled."), "success")
    return redirect(url_for("tours.stop", stop_id=stop.id))


def _cancelled(session: Session, stop_id: int, reason: str) -> Stop:
    stop = queries.stop_by_id(session, stop_id)
    return operations.move(session, stop, StopStatus.CANCELLED, reason=reason, by=viewer().person_id, at=clock.now())

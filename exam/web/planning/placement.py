"""One stop of the draft: time, place, lecture, whether it stays, goes or is cancelled. The plain way of every drag."""

from datetime import datetime, time
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db
from exam.tours import checking, drafting, drafts, placing, queries
from exam.tours.checking import Conflict
from exam.tours.models import Placement
from exam.tours.operations import Overtaken
from exam.tours.planning_rules import Half
from exam.web.access import access, viewer
from exam.web.deeds import Page, act, attempt, moment, zone
from exam.web.filters import day
from exam.web.planning import judged, words
from exam.web.planning.area import blueprint, organises
from exam.web.planning.forms import PlacementForm, placed_in_form
from exam.web.planning.moving import not_overtaken, tour_of


@blueprint.get("/placements/<int:placement_id>")
@access(organises, of=drafting.placement_by_id)
def placement(placement: Placement) -> Page:
    """The form with when and where a stop of the draft is, what is wrong with it and what it costs."""
    return _page(placement, _form(db.session(), placement))


@blueprint.post("/placements/<int:placement_id>")
@access(organises, of=drafting.placement_by_id)
def place(placement: Placement) -> Page:
    """Put it there, or say everything that speaks against it; when somebody else was faster, show both."""
    form = PlacementForm().offer(db.session())
    try:
        done, message = attempt(form, lambda session: _placed(session, placement.id, form))
    except Overtaken:
        return _both(placement, form), 409
    if done is None:
        return _page(placement, form, message=message, against=_against(placement.id, form)), 400
    flash(gettext("%(unit)s has been placed.", unit=placement.unit.name), "success")
    return _back(placement)


def _form(session: Session, placement: Placement) -> PlacementForm:
    tour, draft = tour_of(session, placement), placing.draft_by_id(session, placement.draft_id)
    hours = drafting.rules_of(tour).hours(Half.AFTERNOON)
    shown = placed_in_form(placement, seen=draft.lock, usual=(hours.starts, hours.ends))
    return PlacementForm(formdata=None, data=shown).offer(session)


def _wanted(session: Session, form: PlacementForm) -> dict[str, Any]:
    return {
        "starts_at": moment(form.day.data, form.starts.data),
        "ends_at": moment(form.day.data, form.ends.data),
        "venue": queries.venue_by_id(session, form.venue.data) if form.venue.data else None,
        "lecture": queries.lecture_by_id(session, form.lecture.data) if form.lecture.data else None,
    }


def _placed(session: Session, placement_id: int, form: PlacementForm) -> Placement:
    placement, by, at = drafting.placement_by_id(session, placement_id), viewer().person_id, clock.now()
    seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else 0
    not_overtaken(placing.draft_by_id(session, placement.draft_id), seen)
    if placement.label != (form.label.data or "").strip():
        drafts.label(session, placement, text=form.label.data or "", by=by, at=at)
    return drafts.place(session, placement, **_wanted(session, form), zone=zone(), by=by, at=at)


def _against(placement_id: int, form: PlacementForm) -> tuple[Conflict, ...]:
    """The hard conflicts of what was asked for; none where the form itself is wrong."""
    if form.errors:
        return ()
    session, at = db.session(), clock.now()
    placement = drafting.placement_by_id(session, placement_id)
    found = drafts.weighed(session, placement, **_wanted(session, form), zone=zone(), at=at)
    return tuple(each for each in found if each.hard)


def _page(placement: Placement, form: PlacementForm, *, message: str = "", against: tuple[Conflict, ...] = ()) -> str:
    session, at = db.session(), clock.now()
    draft = placing.draft_by_id(session, placement.draft_id)
    stop = drafting.stops_behind(session, [placement]).get(placement.stop_id or 0)
    found = checking.concerning(checking.conflicts(judged.calendar_of(session, draft, at=at), at=at), placement.id)
    return render_template(
        "planning/placement.html",
        placement=placement,
        tour=tour_of(session, placement),
        draft=draft,
        stop=stop,
        settled=drafting.settled(stop, placement, at),
        form=form,
        message="" if against else message,
        against=words.all_said(against),
        hard=words.all_said([each for each in found if each.hard]),
        soft=words.all_said([each for each in found if not each.hard]),
    )


def _both(placement: Placement, mine: PlacementForm) -> str:
    session = db.session()
    theirs = _form(session, drafting.placement_by_id(session, placement.id))
    again = url_for("planning.placement", placement_id=placement.id)
    return render_template("errors/409.html", mine=_text(mine), theirs=_text(theirs), message="", again=again)


def _text(form: PlacementForm) -> str:
    fields = (field for field in form if field.short_name not in {"seen", "csrf_token"})
    return "\n".join(f"{field.label.text}: {_typed(field) or '–'}" for field in fields)


def _typed(field: Any) -> str:
    """What a field holds, in the words of its choices."""
    if getattr(field, "choices", None):
        return next((str(name) for value, name in field.choices if value == field.data), "")
    if isinstance(field.data, time):
        return field.data.strftime("%H:%M")
    return day(field.data) if field.type == "DateField" and field.data else str(field.data or "")


@blueprint.post("/placements/<int:placement_id>/act")
@access(organises, of=drafting.placement_by_id)
def change(placement: Placement) -> Page:
    """Fix it, let it go, take its time away, take it out, cancel it, or take any of that back."""
    verb, by, at = request.form.get("do", ""), viewer().person_id, clock.now()
    act(lambda session: _do(session, verb, placement.id, by=by, at=at), "")
    return _back(placement)


def _do(session: Session, verb: str, placement_id: int, *, by: int, at: datetime) -> None:
    placement = drafting.placement_by_id(session, placement_id)
    if verb == "fix":
        drafts.hold(session, placement, fixed=True, by=by, at=at)
    elif verb == "free":
        drafts.hold(session, placement, fixed=False, by=by, at=at)
    elif verb == "unplace":
        drafts.unplace(session, placement, by=by, at=at)
    elif verb == "drop":
        drafts.drop(session, placement, by=by, at=at)
    elif verb == "restore":
        drafts.restore(session, placement, by=by, at=at)
    elif verb == "withdraw":
        drafts.withdraw(session, placement, by=by, at=at)


def _back(placement: Placement) -> Page:
    tour = tour_of(db.session(), placement)
    return redirect(url_for("planning.calendar", tour_id=tour.id, _anchor=f"placement-{placement.id}"))

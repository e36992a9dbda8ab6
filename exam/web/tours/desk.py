"""Check-in: by ticket code, by name, back again; and walk-ins."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts.queries import person_by_id
from exam.extensions import db
from exam.tours import operations, queries
from exam.tours.models import Stop
from exam.tours.queries import Place
from exam.web.access import access, viewer
from exam.web.tours.area import Page, act, blueprint, may_run_place, may_run_stop, within
from question_bank.enums import Audience
from question_bank.errors import N_, NotFound


@dataclass(frozen=True)
class Scanned:
    """What a scanned code stands for: an entry of this stop, or the sentence why not."""

    entry_id: int | None
    sentence: str = ""


@blueprint.post("/stops/<int:stop_id>/check-in")
@access(may_run_stop, of=queries.stop_by_id)
def scan(stop: Stop) -> Page:
    """Check in whose ticket was scanned or typed; the page comes back with the field ready for the next."""
    found = _scanned(db.session(), stop, request.form.get("ticket", ""))
    if found.entry_id is None:
        flash(found.sentence, "danger")
        return _back(stop.id)
    return _check_in(stop.id, found.entry_id)


def _scanned(session: Session, stop: Stop, typed: str) -> Scanned:
    entry = queries.entry_by_ticket(session, typed[:40])
    if entry is None:
        return Scanned(None, gettext("No ticket has this code. Compare it with the print, or search by name."))
    if entry.stop_id == stop.id:
        return Scanned(entry.id)
    other = queries.stop_by_id(session, entry.stop_id)
    return Scanned(
        None,
        gettext("This ticket is for stop number %(number)s at %(unit)s.", number=other.number, unit=other.unit.name),
    )


@blueprint.post("/stops/<int:stop_id>/roster/<int:entry_id>/check-in")
@access(may_run_place, of=queries.place_by_id)
def check_in(place: Place) -> Page:
    """Check in somebody found by name."""
    return _check_in(place.stop.id, place.entry.id)


def _check_in(stop_id: int, entry_id: int) -> Page:
    by, at = viewer().person_id, clock.now()
    done = act(lambda session: operations.check_in(session, queries.entry_by_id(session, entry_id), by=by, at=at), "")
    return _back(stop_id, done=entry_id if done else None)


@blueprint.post("/stops/<int:stop_id>/roster/<int:entry_id>/undo")
@access(may_run_place, of=queries.place_by_id)
def undo_check_in(place: Place) -> Page:
    """Take back a check-in made by mistake."""
    by, at, entry_id = viewer().person_id, clock.now(), place.entry.id
    act(
        lambda session: operations.undo_check_in(session, queries.entry_by_id(session, entry_id), by=by, at=at),
        gettext("The check-in of %(name)s has been taken back.", name=place.entry.name),
    )
    return _back(place.stop.id)


@blueprint.get("/stops/<int:stop_id>/walk-in")
@access(may_run_stop, of=queries.stop_by_id)
def walk_ins(stop: Stop) -> Page:
    """Look for somebody who came without being on the roster."""
    text = request.args.get("q", "").strip()
    found = queries.people_to_walk_in(db.session(), stop.id, text, within=within(viewer())) if text else []
    return render_template(
        "tours/walk_in.html",
        stop=stop,
        q=text,
        people=found,
        audiences=list(Audience),
        most=queries.WALK_INS_SHOWN,
    )


@blueprint.post("/stops/<int:stop_id>/walk-in")
@access(may_run_stop, of=queries.stop_by_id)
def add_walk_in(stop: Stop) -> Page:
    """Add and check in somebody who is not on the roster."""
    person_id = request.form.get("person", 0, type=int)
    audience = next((each for each in Audience if each.value == request.form.get("audience")), None)
    act(
        lambda session: _walked_in(session, stop.id, person_id, audience),
        gettext("Added to the roster and checked in. A paper is handed out on the stop's page."),
    )
    return _back(stop.id)


def _walked_in(session: Session, stop_id: int, person_id: int, audience: Audience | None) -> None:
    stop, person = queries.stop_by_id(session, stop_id), person_by_id(session, person_id)
    own = within(viewer())
    if own is not None and own not in {person.unit_id, person.unit.parent_id}:
        raise NotFound(N_("There is no such person."))
    operations.add_walk_in(session, stop, person, audience=audience, by=viewer().person_id, at=clock.now())


def _back(stop_id: int, *, done: int | None = None) -> Page:
    """To the roster, with what was being looked for still in the search field."""
    text, show = request.form.get("q") or None, request.form.get("show") or None
    return redirect(url_for("tours.roster", stop_id=stop_id, done=done, q=text, show=show, _anchor="desk"))

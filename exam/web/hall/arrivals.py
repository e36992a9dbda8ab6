"""Arriving: staff point a phone at a ticket, or people check themselves in with the digits on the wall."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts import throttle, tries
from exam.extensions import db, writing
from exam.tours import operations, queries
from exam.tours.flow import ATTENDED
from exam.tours.models import RosterEntry
from exam.tours.presence import fits
from exam.tours.queries import Place
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.hall.area import blueprint, checks_in, digits_of, own_entry, place_by_ticket
from question_bank.errors import DomainError


@blueprint.get("/tickets/<ticket>")
@access(checks_in, of=place_by_ticket)
def arrival(place: Place) -> str:
    """Where the code on a ticket leads the phone of somebody at the door: whose it is, and one button."""
    heads = queries.attendance(db.session(), [place.stop.id])[place.stop.id]
    return render_template(
        "hall/arrival.html", place=place, heads=heads, attended=place.stop.status in ATTENDED, ticket=place.entry.ticket
    )


@blueprint.post("/tickets/<ticket>")
@access(checks_in, of=place_by_ticket)
def check_in_ticket(place: Place) -> Response:
    """Check that person in."""
    by, at, entry_id = viewer().person_id, clock.now(), place.entry.id
    try:
        with writing() as session:
            operations.check_in(session, queries.entry_by_id(session, entry_id), by=by, at=at)
    except DomainError as error:
        flash(sentence(error), "danger")
    return redirect(url_for("hall.arrival", ticket=place.entry.ticket))


@blueprint.post("/places/<int:entry_id>/check-in")
@access(own_entry, of=queries.entry_by_id)
def check_self_in(entry: RosterEntry) -> Response:
    """Check oneself in with the digits on the wall."""
    try:
        _with_digits(db.session(), entry)
    except DomainError as error:
        flash(sentence(error), "danger")
    return redirect(url_for("sitting.place", entry_id=entry.id))


def _with_digits(session: Session, entry: RosterEntry) -> None:
    """Guesses wait longer and longer, as at the sign-in."""
    at, counter = clock.now(), (throttle.Key(f"hall:{entry.id}", throttle.USERNAME),)
    tries.refuse_while_waiting(session, counter, at=at)
    right = fits(request.form.get("digits", ""), digits_of(queries.stop_by_id(session, entry.stop_id)))
    with writing() as changing:
        if right:
            operations.check_in(changing, queries.entry_by_id(changing, entry.id), by=entry.person_id, at=at)
            return
        tries.count_failure(changing, counter, at=at)
    flash(gettext("These are not the digits on the wall. Look again."), "danger")

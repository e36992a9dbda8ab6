"""Who somebody is: seen by the invigilator, known by the contact's word, or shown on a photo where the hall asks."""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.accounts import throttle, tries
from exam.extensions import db, writing
from exam.sittings import identity
from exam.sittings.day import IdentityMethod
from exam.sittings.hall_rules import rules_of
from exam.tours.models import RosterEntry
from exam.tours.queries import Place, entry_by_id, place_by_id
from exam.web.access import access, viewer
from exam.web.deeds import Page
from exam.web.errors import sentence
from exam.web.hall.area import blueprint, checks_in, own_entry
from exam.web.hall.deeds import Asked, ask, of_person, settle
from exam.web.hall.forms import IdentityForm
from question_bank.errors import DomainError


def _check(place: Place) -> Asked:
    return of_person(
        place,
        gettext("The identity of %(name)s", name=place.entry.name),
        gettext("Compare face and name with the roster or the work card; no identity number is written down."),
        verb=gettext("Confirm the identity"),
    )


def _form(place: Place, *, fresh: bool = False) -> IdentityForm:
    rules = rules_of(db.session(), place.stop.id)
    form = IdentityForm(formdata=None, data={"method": IdentityMethod.SEEN}) if fresh else IdentityForm()
    return form.offer(photo=rules.photo, code_word=bool(rules.code_word))


@blueprint.get("/<int:stop_id>/people/<int:entry_id>/identity")
@access(checks_in, of=place_by_id)
def identifying(place: Place) -> Page:
    """How the identity was checked."""
    return ask(_check(place), _form(place, fresh=True))


@blueprint.post("/<int:stop_id>/people/<int:entry_id>/identity")
@access(checks_in, of=place_by_id)
def identify(place: Place) -> Page:
    """Keep that it was checked."""
    by, at, entry_id = viewer().person_id, clock.now(), place.entry.id
    sent = request.files.get("photo")
    photo = sent.read(identity.PHOTO_BYTES + 1) if sent else None
    return settle(
        _check(place),
        _form(place),
        lambda session, form: identity.confirm(
            session, entry_by_id(session, entry_id), form.method.data, photo=photo, by=by, at=at
        ),
        gettext("The identity is confirmed."),
    )


@blueprint.get("/<int:stop_id>/people/<int:entry_id>/photo")
@access(checks_in, of=place_by_id)
def photo(place: Place) -> Response:
    """The photo that was taken of somebody."""
    picture, mime = identity.photo_of(db.session(), place.entry.id)
    answer = Response(picture, mimetype=mime)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/places/<int:entry_id>/code-word")
@access(own_entry, of=entry_by_id)
def code_word(entry: RosterEntry) -> Page:
    """Somebody who sits elsewhere types the word of the unit's contact."""
    try:
        _with_word(db.session(), entry)
    except DomainError as error:
        flash(sentence(error), "danger")
    return redirect(url_for("sitting.place", entry_id=entry.id))


def _with_word(session: Session, entry: RosterEntry) -> None:
    """Guesses wait longer and longer, as at the sign-in."""
    at, counter = clock.now(), (throttle.Key(f"word:{entry.id}", throttle.USERNAME),)
    tries.refuse_while_waiting(session, counter, at=at)
    right = identity.knows_word(session, entry, request.form.get("word", ""))
    with writing() as changing:
        if right:
            found = entry_by_id(changing, entry.id)
            identity.confirm(changing, found, IdentityMethod.CODE_WORD, by=entry.person_id, at=at)
            return
        tries.count_failure(changing, counter, at=at)
    flash(gettext("This is not the word. Ask the contact of your unit."), "danger")

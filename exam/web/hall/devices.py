"""Phones: setting a paper free, a code for a second phone, a new ticket for a lost one."""

from io import BytesIO

from flask import Response, redirect, render_template, url_for
from flask_babel import gettext

from exam import clock
from exam.accounts.roles import Viewer
from exam.sittings import writers
from exam.sittings.queries import attempt_by_key
from exam.tours.operations import reissue_ticket
from exam.tours.queries import Place, entry_by_id, place_by_id
from exam.web.access import access, permission, viewer
from exam.web.deeds import Page, attempt
from exam.web.forms import Confirmation
from exam.web.hall.area import blueprint, checks_in, organises
from exam.web.hall.deeds import Asked, Held, ask, held_by_key, of_held, of_person, settle
from exam.web.hall.forms import ReasonForm


@permission
def invigilates(viewer: Viewer, held: Held) -> bool:
    """Whoever looks after the hall of that paper."""
    return checks_in(viewer, held.place)


@permission
def organises_held(viewer: Viewer, held: Held) -> bool:
    """An organiser."""
    return organises(viewer, held.place.stop)


def _free(held: Held) -> Asked:
    return of_held(
        held,
        gettext("Set the paper of %(name)s free", name=held.place.entry.name),
        gettext("The phone that writes now stops writing; what it has saved stays."),
        gettext("The next phone on which this person opens the paper goes on."),
        verb=gettext("Set free"),
    )


@blueprint.get("/attempts/<key>/free")
@access(invigilates, of=held_by_key)
def freeing(held: Held) -> Page:
    """What setting free does."""
    return ask(_free(held), Confirmation(formdata=None))


@blueprint.post("/attempts/<key>/free")
@access(invigilates, of=held_by_key)
def free(held: Held) -> Page:
    """Let another phone go on with the paper."""
    by, at, key = viewer().person_id, clock.now(), held.attempt.key
    return settle(
        _free(held),
        Confirmation(),
        lambda session, _: writers.free(session, attempt_by_key(session, key), by=by, at=at),
        gettext("The next phone that opens this paper goes on with it."),
    )


def _pass(held: Held) -> Asked:
    minutes = int(writers.VALID.total_seconds() // 60)
    return of_held(
        held,
        gettext("A code for another phone of %(name)s", name=held.place.entry.name),
        gettext(
            "With the code one other phone goes on with this paper, once and within %(minutes)s minutes.",
            minutes=minutes,
        ),
        gettext("The first phone then only reads. Look at the person before you read the code out."),
        verb=gettext("Make a code"),
    )


@blueprint.get("/attempts/<key>/pass")
@access(invigilates, of=held_by_key)
def passing(held: Held) -> Page:
    """What a code does."""
    return ask(_pass(held), Confirmation(formdata=None))


@blueprint.post("/attempts/<key>/pass")
@access(invigilates, of=held_by_key)
def issue_pass(held: Held) -> Page:
    """Make a code and show it, here and nowhere else."""
    by, at, key, form, asked = viewer().person_id, clock.now(), held.attempt.key, Confirmation(), _pass(held)
    made, message = attempt(
        form, lambda session: writers.issue_pass(session, attempt_by_key(session, key), by=by, at=at)
    )
    if made is None:
        return ask(asked, form, message), 400
    return render_template("hall/pass.html", asked=asked, made=made, place=held.place)


@permission
def organises_place(viewer: Viewer, place: Place) -> bool:
    """An organiser: ticket codes sign their holders in."""
    return organises(viewer, place.stop)


def _reissue(place: Place) -> Asked:
    return of_person(
        place,
        gettext("A new ticket for %(name)s", name=place.entry.name),
        gettext("The old ticket opens nothing any more."),
        gettext("Phones that came in with it are signed out; nothing that was written is lost."),
        verb=gettext("Issue a new ticket"),
    )


@blueprint.get("/<int:stop_id>/people/<int:entry_id>/reissue")
@access(organises_place, of=place_by_id)
def reissuing(place: Place) -> Page:
    """What a new ticket does."""
    return ask(_reissue(place), ReasonForm(formdata=None))


@blueprint.post("/<int:stop_id>/people/<int:entry_id>/reissue")
@access(organises_place, of=place_by_id)
def reissue(place: Place) -> Page:
    """Issue it, and show it."""
    by, at, entry_id, form = viewer().person_id, clock.now(), place.entry.id, ReasonForm()
    done, message = attempt(
        form,
        lambda session: reissue_ticket(session, entry_by_id(session, entry_id), reason=form.reason.data, by=by, at=at),
    )
    if done is None:
        return ask(_reissue(place), form, message), 400
    return redirect(url_for("hall.ticket", stop_id=place.stop.id, entry_id=entry_id))


@blueprint.get("/<int:stop_id>/people/<int:entry_id>/ticket")
@access(organises_place, of=place_by_id)
def ticket(place: Place) -> Page:
    """The ticket as it can be shown or copied down: code and QR."""
    return render_template("hall/ticket.html", place=place, stop=place.stop, entry=place.entry)


@blueprint.get("/<int:stop_id>/people/<int:entry_id>/ticket.svg")
@access(organises_place, of=place_by_id)
def ticket_picture(place: Place) -> Response:
    """The QR code of the ticket, at the address under which this page was asked for."""
    import segno  # only here, for a ticket that was lost

    picture, address = BytesIO(), url_for("account.ticket", code=place.entry.ticket, _external=True)
    segno.make(address, error="m").save(picture, kind="svg", scale=8, border=2)
    answer = Response(picture.getvalue(), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer

"""Waiting room, beginning a paper, the paper, the receipt. Saving and handing in go through the API."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts import privacy
from exam.accounts.operations import end_login
from exam.extensions import db, writing
from exam.sittings import operations, queries
from exam.sittings.models import Attempt, AttemptStatus, Sitting
from exam.tours.models import RosterEntry
from exam.tours.queries import entry_by_id
from exam.web import identity
from exam.web.access import access, signed_in, viewer
from exam.web.errors import sentence
from exam.web.sitting import paper as paper_page
from exam.web.sitting.rooms import room_of
from exam.web.sitting.rules import Place, own_attempt, own_entry, own_place, place_at
from exam.web.sitting.sheets import card_html
from question_bank.errors import NotAllowed

blueprint = Blueprint("sitting", __name__, url_prefix="/sitting")


@blueprint.get("/")
@access(signed_in)
def waiting() -> str | Response:
    """The waiting room; who is on several rosters chooses first."""
    who = viewer()
    entries = queries.entries_of(db.session(), who.person_id, entry_id=who.roster_entry_id)
    if len(entries) == 1:
        return redirect(url_for("sitting.place", entry_id=entries[0].id))
    stops = [(entry, queries.stop_of(db.session(), entry)) for entry in entries]
    return render_template("sitting/places.html", stops=stops)


@blueprint.get("/places/<int:entry_id>")
@access(own_entry, of=entry_by_id)
def place(entry: RosterEntry) -> str:
    """Which stop, which papers, when they open, and the rules."""
    unread = privacy.unread(db.session(), viewer().person_id)
    return render_template("sitting/waiting.html", room=room_of(db.session(), entry, at=clock.now()), unread=unread)


@blueprint.post("/places/<int:entry_id>/sittings/<int:sitting_id>/start")
@access(own_place, of=place_at)
def start(place: Place) -> Response:
    """Begin the paper, or go on with it."""
    entry_id, sitting_id = place.entry.id, place.sitting.id  # read now: a reader's connection is not held while writing
    try:
        with writing() as session:
            attempt = operations.start(
                session,
                session.get_one(RosterEntry, entry_id),
                session.get_one(Sitting, sitting_id),
                device=request.user_agent.string,
                at=clock.now(),
            )
    except NotAllowed as error:
        flash(sentence(error), "danger")
        return redirect(url_for("sitting.place", entry_id=entry_id))
    return redirect(url_for("sitting.paper", key=attempt.key))


@blueprint.get("/attempts/<key>")
@access(own_attempt, of=queries.attempt_by_key)
def paper(attempt: Attempt) -> str | Response:
    """The paper, one question a screen; once handed in, its receipt."""
    if attempt.receipt is not None:
        return redirect(url_for("sitting.receipt", key=attempt.key))
    if attempt.status is AttemptStatus.ON_PAPER:
        return render_template("sitting/on_paper.html", attempt=attempt)
    questions = paper_page.questions(db.session(), attempt)
    return render_template(
        "sitting/paper.html",
        attempt=attempt,
        hand_over=paper_page.hands_over(db.session(), attempt),
        questions=questions,
        cells=card_html([each.section for each in questions]),
        state=paper_page.state(db.session(), attempt, at=clock.now()),
        words=paper_page.words(),
        sealing=paper_page.sealing(),
        rescue=paper_page.rescue_address(attempt),
    )


@blueprint.get("/attempts/<key>/receipt")
@access(own_attempt, of=queries.attempt_by_key)
def receipt(attempt: Attempt) -> str | Response:
    """Number and time of handing in; never the key."""
    if attempt.receipt is None:
        return redirect(url_for("sitting.paper", key=attempt.key))
    return render_template("sitting/receipt.html", attempt=attempt, **paper_page.told(db.session(), attempt))


@blueprint.post("/attempts/<key>/hand-over")
@access(own_attempt, of=queries.attempt_by_key)
def hand_over(attempt: Attempt) -> str | Response:
    """The receipt, and the phone goes to the next person: this login ends here and in the database."""
    if attempt.receipt is None:
        return redirect(url_for("sitting.paper", key=attempt.key))
    shown = paper_page.told(db.session(), attempt)
    login_id, attempt_id = viewer().login_id, attempt.id
    with writing() as session:
        end_login(session, login_id, at=clock.now())
    identity.forget()
    own = db.session().get_one(Attempt, attempt_id)
    return render_template("sitting/receipt.html", attempt=own, handed_over=True, **shown)

"""Feedback on a lecture from the hall: an address without a sign-in, once per ticket or device, with no name."""

import secrets

from flask import abort, make_response, render_template, request
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db, writing
from exam.lessons import operations, queries
from exam.lessons.operations import Scores
from exam.tours.models import Stop
from exam.tours.queries import stop_by_id
from exam.web.access import current_viewer, public
from exam.web.errors import sentence
from exam.web.lessons.area import Page, blueprint, giver_of
from exam.web.lessons.forms import FeedbackForm
from question_bank.errors import DomainError, NotFound

COOKIE = "hall_device"
KEPT = 60 * 60 * 24 * 60
"""Seconds this browser is known again."""


@blueprint.get("/feedback/<uid>")
@public
def feedback(uid: str) -> Page:
    """Three questions and a word."""
    stop = _stop(uid)
    done = queries.has_given(db.session(), stop.id, giver_of(stop, _who(stop)))
    return render_template("lessons/feedback.html", stop=stop, form=FeedbackForm(formdata=None), done=done, message="")


@blueprint.post("/feedback/<uid>")
@public
def give_feedback(uid: str) -> Page:
    """Keep the answers; sent again they change nothing."""
    stop, form, message, device = _stop(uid), FeedbackForm(), "", _device()
    if form.validate_on_submit():
        try:
            _keep(stop, form, giver_of(stop, _who(stop, device)))
        except DomainError as error:
            message = sentence(error)
    failed = bool(form.errors or message)
    page = render_template("lessons/feedback.html", stop=stop, form=form, done=not failed, message=message)
    return _remembering(make_response(page, 400 if failed else 200), device)


def _keep(stop: Stop, form: FeedbackForm, giver: str) -> None:
    scores = Scores(int(form.useful.data), int(form.clear.data), int(form.fitting.data))
    with writing() as session:
        operations.give_feedback(
            session,
            stop_by_id(session, stop.id),
            giver=giver,
            scores=scores,
            comment=form.comment.data or "",
            at=clock.now(),
        )


def _stop(uid: str) -> Stop:
    try:
        stop = queries.stop_by_uid(db.session(), uid)
    except NotFound:
        abort(404)
    if stop.lecture is None:
        abort(404)
    return stop


def _device() -> str:
    known = request.cookies.get(COOKIE, "")
    return known if known.isalnum() and len(known) == 32 else secrets.token_hex(16)


def _who(stop: Stop, device: str = "") -> str:
    """The person's place on the roster where one is signed in, else the device."""
    who = current_viewer()
    entry = queries.entry_at(db.session(), stop.id, who.person_id) if who is not None else None
    return f"entry/{entry.id}" if entry is not None else f"device/{device or _device()}"


def _remembering(answer: Response, device: str) -> Response:
    answer.set_cookie(COOKIE, device, max_age=KEPT, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer

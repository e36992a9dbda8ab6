"""The two doors, the way out, and home."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts import operations, privacy
from exam.accounts.roles import Role
from exam.accounts.tries import TooManyTries
from exam.extensions import db, writing
from exam.web import identity
from exam.web.access import access, current_viewer, public, signed_in, viewer
from exam.web.account import cards, doors
from exam.web.account.area import Page, blueprint
from exam.web.account.forms import PasswordSignIn, TicketSignIn
from exam.web.account.landing import landing, own_path
from exam.web.errors import sentence


@blueprint.get("/")
@access(signed_in)
def home() -> Page:
    """What the signed-in person does today."""
    at = clock.now()
    unread = privacy.unread(db.session(), viewer().person_id)
    found = cards.cards_for(db.session(), viewer(), at=at)
    return render_template("account/home.html", cards=found, at=at, unread=unread)


@blueprint.get("/account/sign-in")
@public
def sign_in() -> Page:
    """The door for those with an account."""
    if current_viewer() is not None:
        return redirect(landing(current_viewer(), request.args.get("next")))
    return _password_page(PasswordSignIn(formdata=None))


@blueprint.post("/account/sign-in")
@public
def sign_in_by_password() -> Page:
    """Check user name and password, and begin a login."""
    form = PasswordSignIn()
    if not form.validate_on_submit():
        return _password_page(form, status=400)
    try:
        token = doors.by_password(form.username.data, form.password.data, door=_door(), at=clock.now())
    except TooManyTries as error:
        return _password_page(form, sentence(error), status=429)
    except doors.NotRecognised as error:
        return _password_page(form, sentence(error), status=400)
    return _come_in(token)


@blueprint.get("/account/ticket")
@public
def ticket() -> Page:
    """The door for those with a printed ticket; `?code=` fills it in, for tickets that carry their code as a QR.

    Staff who point their phone at somebody's ticket come to that person's check-in instead.
    """
    who, code = current_viewer(), request.args.get("code", "")[:40]
    if code and who is not None and who.roster_entry_id is None and who.has(Role.ORGANISER, Role.UNIT_CONTACT):
        return redirect(url_for("hall.arrival", ticket=code))
    return _ticket_page(TicketSignIn(formdata=None, data={"code": code}))


@blueprint.post("/account/ticket")
@public
def sign_in_by_ticket() -> Page:
    """Check a ticket's code, and begin a login that opens this one stop."""
    form = TicketSignIn()
    if not form.validate_on_submit():
        return _ticket_page(form, status=400)
    try:
        token = doors.by_ticket(form.code.data, door=_door(), at=clock.now())
    except TooManyTries as error:
        return _ticket_page(form, sentence(error), status=429)
    except doors.NotRecognised as error:
        return _ticket_page(form, sentence(error), status=400)
    return _come_in(token)


@blueprint.post("/account/sign-out")
@access(signed_in)
def sign_out() -> Response:
    """End this login, here and in the database.

    The browser's storage is left alone: it may hold answers of a candidate that have not reached the server yet.
    """
    by_ticket = viewer().roster_entry_id is not None
    with writing() as session:
        operations.end_login(session, viewer().login_id, at=clock.now())
    identity.forget()
    flash(gettext("You are signed out."), "success")
    answer = redirect(url_for("account.ticket" if by_ticket else "account.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _password_page(form: PasswordSignIn, message: str = "", *, status: int = 200) -> tuple[str, int]:
    target = own_path(request.values.get("next")) or ""
    return render_template("account/sign_in.html", form=form, message=message, target=target), status


def _ticket_page(form: TicketSignIn, message: str = "", *, status: int = 200) -> tuple[str, int]:
    return render_template("account/ticket.html", form=form, message=message), status


def _door() -> doors.Door:
    return doors.Door(address=request.remote_addr or "", device=request.user_agent.string)


def _come_in(token: str) -> Response:
    """Rotate: whatever this browser was signed in as before ends, and the cookie is made anew."""
    before = current_viewer()
    if before is not None:
        with writing() as session:
            operations.end_login(session, before.login_id, at=clock.now())
    identity.remember(token)
    return redirect(landing(current_viewer(), request.form.get("next")))

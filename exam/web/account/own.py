"""What everybody may set for themselves: language, type size, password, and where they are signed in."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts import operations, queries
from exam.accounts.passwords import WeakPassword
from exam.accounts.roles import Language
from exam.accounts.tries import TooManyTries
from exam.extensions import db, writing
from exam.web.access import access, current_viewer, public, signed_in, viewer
from exam.web.account import doors
from exam.web.account.area import Page, blueprint, came_in_by_password
from exam.web.account.forms import NewPassword
from exam.web.account.landing import own_path
from exam.web.devices import device_name
from exam.web.errors import sentence

YEAR = 365 * 24 * 3600


@blueprint.post("/account/language")
@public
def set_language() -> Response:
    """The language of the pages: kept with the person, and in this browser for the sign-in page."""
    chosen = Language.EN if request.form.get("language") == Language.EN.value else Language.ZH
    who = current_viewer()
    if who is not None:
        with writing() as session:
            person = queries.person_by_id(session, who.person_id)
            operations.set_language(session, person, language=chosen, at=clock.now())
    answer = redirect(_back())
    answer.set_cookie("language", chosen.value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return answer


@blueprint.post("/account/elder-mode")
@access(signed_in)
def set_elder_mode() -> Response:
    """Large type and large targets, or the usual ones."""
    with writing() as session:
        person = queries.person_by_id(session, viewer().person_id)
        operations.set_elder_mode(session, person, on=request.form.get("on") == "1", at=clock.now())
    return redirect(_back())


def _back() -> str:
    target = (request.form.get("next") or "").rstrip("?")
    return own_path(target) or url_for("account.home")


@blueprint.get("/account/me")
@access(came_in_by_password)
def me() -> Page:
    """The person's own data, settings and logins."""
    session, who = db.session(), viewer()
    return render_template(
        "account/me.html",
        person=queries.person_by_id(session, who.person_id),
        credential=queries.credential_of(session, who.person_id),
        logins=[(each, device_name(each.device)) for each in queries.logins_of(session, who.person_id, at=clock.now())],
    )


@blueprint.post("/account/logins/end-others")
@access(came_in_by_password)
def end_other_logins() -> Response:
    """Sign out everywhere else."""
    who = viewer()
    with writing() as session:
        ended = operations.end_logins_of(
            session, who.person_id, by=who.person_id, at=clock.now(), keep_login_id=who.login_id
        )
    flash(ngettext("%(num)s other login ended.", "%(num)s other logins ended.", ended), "success")
    return redirect(url_for("account.me"))


@blueprint.get("/account/password")
@access(came_in_by_password)
def password() -> Page:
    """The page on which one's own password is changed."""
    return render_template("account/password.html", form=NewPassword(formdata=None), message="")


@blueprint.post("/account/password")
@access(came_in_by_password)
def password_change() -> Page:
    """Change one's own password; every other login of the person ends."""
    form, message = NewPassword(), ""
    if form.validate_on_submit():
        try:
            doors.change_own_password(viewer(), form.present.data, form.chosen.data, at=clock.now())
        except (WeakPassword, TooManyTries, doors.NotRecognised) as error:
            message = sentence(error)
    if form.errors or message:
        return render_template("account/password.html", form=form, message=message), 400
    flash(gettext("Your password has been changed. Everywhere else you have been signed out."), "success")
    return redirect(url_for("account.home"))

"""The short address that is typed in the hall, and the code on its wall: both lead to the page for tickets."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from exam.web.access import public

blueprint = Blueprint("door", __name__)

WECHAT = "MicroMessenger"
THIS_MACHINE_ONLY = {"localhost", "127.0.0.1", "::1"}


@blueprint.get("/k")
@public
def enter() -> str | Response:
    """Straight to the ticket page; from within WeChat with a word on how to leave it where it refuses."""
    ticket = url_for("account.ticket")
    if WECHAT not in request.headers.get("User-Agent", ""):
        return redirect(ticket)
    return render_template("hall/door.html", ticket=ticket, typed=typed(address()))


def address() -> str:
    """Where phones come in: under the name this page was asked for, or the site's own where that is this machine's."""
    asked = url_for("door.enter", _external=True)
    own: str = current_app.extensions["liangjuan"].address
    return own + url_for("door.enter") if own and only_here(asked) else asked


def only_here(url: str) -> bool:
    """Whether no other machine can reach the address."""
    return urlsplit(url).hostname in THIS_MACHINE_ONLY


def typed(url: str) -> str:
    """The address as it is typed: a browser adds http:// by itself."""
    return url.removeprefix("http://")

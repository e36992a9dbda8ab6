"""From the cookie to the viewer: a random token whose login stands in the database and can be ended there."""

from flask import Flask, g, redirect, request, session, url_for
from flask_babel import get_locale
from flask_login import UserMixin, current_user, login_user
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.queries import viewer_by_token
from exam.accounts.roles import Language, Viewer
from exam.extensions import db, login_manager
from exam.web.navigation import navigation

UNWATCHED = frozenset({"static", "web.healthz", "web.readyz", "web.metrics"})
BEFORE_NEW_PASSWORD = frozenset(
    {"account.password", "account.password_change", "account.sign_out", "account.set_language"}
)
"""What a person who came in with a first password can reach until another has been chosen."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps: the token goes into the cookie, the viewer to the views."""

    def __init__(self, token: str, viewer: Viewer) -> None:
        self.token = token
        self.viewer = viewer

    def get_id(self) -> str:
        return self.token


def _load(token: str) -> SignedIn | None:
    viewer = viewer_by_token(db.session(), token, at=clock.now())
    return None if viewer is None else SignedIn(token, viewer)


def remember(token: str) -> None:
    """Put a login that has just begun into a fresh cookie: nothing of the one before survives in it.

    A candidate's cookie outlives the browser's window, for phones close windows on their own; the login behind it
    still ends after its hours.
    """
    signed_in = _load(token)
    if signed_in is None:
        return
    session.clear()
    login_user(signed_in)
    session.permanent = signed_in.viewer.roster_entry_id is not None
    g.viewer = signed_in.viewer


def forget() -> None:
    """Empty the cookie; the login itself is ended by `operations.end_login`."""
    session.clear()
    g.viewer = None


def language() -> str:
    """The page's language: the person's own, else the one chosen on the sign-in page, else Chinese."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is not None:
        return viewer.language.value
    return Language.EN.value if request.cookies.get("language") == Language.EN.value else Language.ZH.value


def register(app: Flask) -> None:
    """Load the viewer before each request and give the templates what the page frame needs."""
    login_manager.init_app(app, add_context_processor=False)  # pages show `viewer`; an error page loads nobody again
    login_manager.user_loader(_load)
    endpoints: frozenset[str] = frozenset()

    @app.before_request
    def load_viewer() -> Response | None:
        g.viewer = None
        if request.endpoint in UNWATCHED:
            return None
        if current_user.is_authenticated:
            g.viewer = current_user.viewer
            if g.viewer.must_change and request.endpoint not in BEFORE_NEW_PASSWORD:
                return redirect(url_for("account.password"))
        return None

    @app.context_processor
    def page_frame() -> dict[str, object]:
        nonlocal endpoints
        if not endpoints:
            endpoints = frozenset(app.view_functions)
        viewer: Viewer | None = g.get("viewer")
        return {
            "viewer": viewer,
            "navigation": navigation(viewer, endpoints),
            "endpoints": endpoints,
            "locale": str(get_locale()),
        }

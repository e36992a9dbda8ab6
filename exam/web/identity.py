"""From the cookie to the viewer: a random token whose login stands in the database and can be ended there."""

from flask import Flask, g, request
from flask_babel import get_locale
from flask_login import UserMixin, current_user, login_user, logout_user

from exam import clock
from exam.accounts.queries import viewer_by_token
from exam.accounts.roles import Language, Viewer
from exam.extensions import db, login_manager
from exam.web.navigation import navigation


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps: the token goes into the cookie, the viewer to the views."""

    def __init__(self, token: str, viewer: Viewer) -> None:
        self.token = token
        self.viewer = viewer

    def get_id(self) -> str:
        return self.token


def _load(token: str) -> SignedIn | None:
    viewer = viewer_by_token(db.session, token, at=clock.now())
    return None if viewer is None else SignedIn(token, viewer)


def remember(token: str) -> None:
    """Put a login that has just begun into the cookie."""
    signed_in = _load(token)
    if signed_in is not None:
        login_user(signed_in)
        g.viewer = signed_in.viewer


def forget() -> None:
    logout_user()
    g.viewer = None


def language() -> str:
    """The page's language: the person's own, else the one chosen on the sign-in page, else Chinese."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is not None:
        return viewer.language.value
    return Language.EN.value if request.cookies.get("language") == Language.EN.value else Language.ZH.value


def register(app: Flask) -> None:
    """Load the viewer before each request and give the templates what the page frame needs."""
    login_manager.init_app(app)
    login_manager.user_loader(_load)
    endpoints: frozenset[str] = frozenset()

    @app.before_request
    def load_viewer() -> None:
        g.viewer = None
        if request.endpoint in {"static", "web.healthz"}:
            return
        if current_user.is_authenticated:
            g.viewer = current_user.viewer

    @app.context_processor
    def page_frame() -> dict[str, object]:
        nonlocal endpoints
        if not endpoints:
            endpoints = frozenset(app.view_functions)
        viewer: Viewer | None = g.get("viewer")
        return {
            "viewer": viewer,
            "navigation": navigation(viewer, endpoints),
            "locale": str(get_locale()),
            "endpoints": endpoints,
        }

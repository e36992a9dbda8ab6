"""Where somebody goes after signing in, and which addresses a form may send a person back to."""

from urllib.parse import urlsplit

from flask import current_app, url_for

from exam.accounts.roles import Viewer

WAITING_ROOM = "sitting.waiting"


def own_path(target: str | None) -> str | None:
    """`target` when it is a path of this site and nothing else, so that no link can lead away from it."""
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return None
    if any(character <= " " or character == "\\" for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def landing(viewer: Viewer | None, target: str | None = None) -> str:
    """A candidate with a ticket goes to the waiting room, everybody else to `target` or home."""
    if viewer is not None and viewer.roster_entry_id is not None and WAITING_ROOM in current_app.view_functions:
        return url_for(WAITING_ROOM)
    return own_path(target) or url_for("account.home")

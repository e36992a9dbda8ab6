"""The area's blueprint and who may do what in it."""

from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.roles import Role, Viewer
from exam.web.access import holds, permission, viewer

blueprint = Blueprint("notices", __name__)

Page = str | tuple[str, int] | Response

administers = holds(Role.ADMINISTRATOR)
sees_messages = holds(Role.ADMINISTRATOR, Role.ORGANISER)
organises = holds(Role.ORGANISER)


@permission
def came_in_by_password(viewer: Viewer, thing: object) -> bool:
    """Whoever signed in with a user name: a ticket opens one stop's papers and nothing else."""
    del thing
    return viewer.roster_entry_id is None


class Doing(TypedDict):
    """Who does something, and when."""

    by: int | None
    at: datetime


def doing() -> Doing:
    """The viewer, now."""
    return {"by": viewer().person_id, "at": clock.now()}


def zone() -> ZoneInfo:
    """The county's."""
    found: ZoneInfo = current_app.extensions["liangjuan"].zone
    return found

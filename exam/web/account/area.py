"""The area's blueprint and the rule of its pages."""

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from exam.accounts.roles import Viewer
from exam.web.access import permission

blueprint = Blueprint("account", __name__)

Page = str | tuple[str, int] | Response


@permission
def came_in_by_password(viewer: Viewer, thing: Any) -> bool:
    """Has an account of their own; somebody with a printed ticket has not."""
    del thing
    return viewer.roster_entry_id is None

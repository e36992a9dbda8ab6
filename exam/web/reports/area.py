"""The area's blueprint and the rules of its pages."""

from flask import Blueprint

from exam.accounts.models import Unit
from exam.accounts.roles import Role, Viewer
from exam.sittings.models import Attempt
from exam.web.access import holds, permission

blueprint = Blueprint("reports", __name__)

compares = holds(Role.ORGANISER, Role.LEADER)
"""May see every unit's figures."""

organises = holds(Role.ORGANISER)


@permission
def contact_of(viewer: Viewer, unit: Unit) -> bool:
    """The contact of that very unit."""
    return viewer.roster_entry_id is None and viewer.has(Role.UNIT_CONTACT) and viewer.unit_id == unit.id


@permission
def own_attempt(viewer: Viewer, attempt: Attempt) -> bool:
    """The person's own paper, and with a ticket only one of the stop the ticket was printed for."""
    entry = attempt.assignment.entry
    return viewer.person_id == entry.person_id and viewer.roster_entry_id in {None, entry.id}

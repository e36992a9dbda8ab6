"""The area's blueprint, who may do what in it, and the digits on the wall."""

from flask import Blueprint, current_app
from sqlalchemy.orm import Session

from exam.accounts.roles import Role, Viewer
from exam.tours.models import RosterEntry, Stop
from exam.tours.presence import hall_code
from exam.tours.queries import Place, entry_by_ticket, stop_by_id
from exam.web.access import holds, permission
from question_bank.errors import N_, NotFound

blueprint = Blueprint("hall", __name__, url_prefix="/hall")

in_charge = holds(Role.ORGANISER, Role.LECTURER)
organises = holds(Role.ORGANISER)


def place_by_ticket(session: Session, ticket: str) -> Place:
    """Whose ticket this is, and of which stop. Raises NotFound."""
    entry = entry_by_ticket(session, ticket[:40])
    if entry is None:
        raise NotFound(N_("No ticket has this code. Compare it with the print, or search by name."))
    return Place(stop_by_id(session, entry.stop_id), entry)


@permission
def looks_after(viewer: Viewer, stop: Stop) -> bool:
    """An organiser, or the contact of the unit the stop is at: those who see names in the hall."""
    contact = viewer.has(Role.UNIT_CONTACT) and viewer.unit_id == stop.unit_id
    return viewer.roster_entry_id is None and (viewer.has(Role.ORGANISER) or contact)


@permission
def checks_in(viewer: Viewer, place: Place) -> bool:
    """Whoever looks after the hall of that place."""
    return looks_after(viewer, place.stop)


@permission
def own_entry(viewer: Viewer, entry: RosterEntry) -> bool:
    """The person's own place, and with a ticket only the place the ticket was printed for."""
    return viewer.person_id == entry.person_id and viewer.roster_entry_id in {None, entry.id}


def digits_of(stop: Stop) -> str:
    """What the wall of a stop shows."""
    return hall_code(str(current_app.config["SECRET_KEY"]), stop.uid)

"""Who may enter a waiting room, and whose paper is whose."""

from typing import NamedTuple

from sqlalchemy.orm import Session

from exam.accounts.roles import Viewer
from exam.sittings import queries
from exam.sittings.models import Attempt, Sitting
from exam.sittings.queries import Whose
from exam.tours.models import RosterEntry
from exam.tours.queries import entry_by_id
from exam.web.access import permission
from question_bank.errors import N_, NotFound


class Place(NamedTuple):
    """One person's place at one sitting."""

    entry: RosterEntry
    sitting: Sitting


def place_at(session: Session, entry_id: int, sitting_id: int) -> Place:
    """Raises NotFound when the sitting is not one of the entry's stop."""
    entry, sitting = entry_by_id(session, entry_id), queries.sitting_by_id(session, sitting_id)
    if sitting.stop_id != entry.stop_id:
        raise NotFound(N_("There is no such sitting."))
    return Place(entry, sitting)


def _is_of(viewer: Viewer, entry: RosterEntry) -> bool:
    """The person's own place, and with a ticket only the place the ticket was printed for."""
    return viewer.person_id == entry.person_id and viewer.roster_entry_id in {None, entry.id}


@permission
def own_entry(viewer: Viewer, entry: RosterEntry) -> bool:
    return _is_of(viewer, entry)


@permission
def own_place(viewer: Viewer, place: Place) -> bool:
    return _is_of(viewer, place.entry)


@permission
def own_attempt(viewer: Viewer, attempt: Attempt) -> bool:
    return _is_of(viewer, attempt.assignment.entry)


@permission
def own_answers(viewer: Viewer, whose: Whose) -> bool:
    return viewer.person_id == whose.person_id and viewer.roster_entry_id in {None, whose.entry_id}

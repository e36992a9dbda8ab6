"""The area's blueprint and the rules of its pages."""

from flask import Blueprint

from exam.accounts.roles import Role, Viewer
from exam.grading.appeals import Case, Place
from exam.grading.queries import WrittenAnswer
from exam.reports import repair
from exam.web.access import holds, permission

blueprint = Blueprint("grading", __name__)

follows_marking = holds(Role.MARKER, Role.ORGANISER)
"""May see how far the marking is."""

marks = holds(Role.MARKER)

organises = holds(Role.ORGANISER)
"""Sees how markers agree and decides how a sitting is marked."""

decides_appeals = holds(Role.MARKER, Role.ORGANISER)

proposes = holds(*repair.PROPOSE)
"""May say that a question was wrong."""

confirms = holds(*repair.CONFIRM)
"""May agree to a correction somebody else has proposed."""


@permission
def anothers_answer(viewer: Viewer, answer: WrittenAnswer) -> bool:
    """Nobody sees or marks an answer of their own here."""
    return answer.person_id != viewer.person_id


@permission
def own_place(viewer: Viewer, place: Place) -> bool:
    """An item of the person's own paper, and with a ticket only one of the stop the ticket was printed for."""
    entry = place.attempt.assignment.entry
    return viewer.person_id == entry.person_id and viewer.roster_entry_id in {None, entry.id}


@permission
def own_appeal(viewer: Viewer, case: Case) -> bool:
    """The appeal of the candidate who signed in."""
    return viewer.person_id == case.person_id


@permission
def anothers_appeal(viewer: Viewer, case: Case) -> bool:
    """Nobody sees an appeal of their own from the other side."""
    return viewer.person_id != case.person_id

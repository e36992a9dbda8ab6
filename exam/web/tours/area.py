"""The area's blueprint and who may do what in it."""

from flask import Blueprint

from exam.accounts.roles import Role, Viewer
from exam.tours.models import Stop
from exam.tours.queries import Place
from exam.web.access import Permission, holds, permission
from exam.web.deeds import Page, act, attempt, moment, zone

__all__ = [
    "Page",
    "act",
    "attempt",
    "blueprint",
    "may_run_place",
    "may_run_stop",
    "may_see_board",
    "may_see_stop",
    "moment",
    "organises",
    "organises_place",
    "sees_every_stop",
    "within",
    "zone",
]

blueprint = Blueprint("tours", __name__, url_prefix="/tours")

organises = holds(Role.ORGANISER)
may_see_board = holds(Role.ORGANISER, Role.LEADER, Role.ANSWERER, Role.UNIT_CONTACT, Role.LECTURER)
sees_every_stop = holds(Role.ORGANISER, Role.LEADER, Role.ANSWERER)


@permission
def contact_of_host(viewer: Viewer, stop: Stop) -> bool:
    """The unit contact of the unit the stop is at."""
    return viewer.roster_entry_id is None and viewer.has(Role.UNIT_CONTACT) and viewer.unit_id == stop.unit_id


@permission
def lectures_there(viewer: Viewer, stop: Stop) -> bool:
    """The lecturer of the stop's lecture."""
    return (
        viewer.roster_entry_id is None
        and viewer.has(Role.LECTURER)
        and stop.lecture is not None
        and stop.lecture.lecturer.person_id == viewer.person_id
    )


may_see_stop = sees_every_stop | contact_of_host | lectures_there
may_lead_lesson = organises | lectures_there
may_run_stop = organises | contact_of_host
"""Roster and check-in: names are seen by those who work with them."""


def _of_place(rule: Permission) -> Permission:
    def asks_the_stop(viewer: Viewer, place: Place) -> bool:
        return rule(viewer, place.stop)

    return Permission(f"{rule.name} of the stop", asks_the_stop)


may_run_place = _of_place(may_run_stop)
organises_place = _of_place(organises)


def within(viewer: Viewer) -> int | None:
    """The unit whose people the viewer may put on rosters; None for everybody's."""
    return None if viewer.has(Role.ORGANISER) else viewer.unit_id

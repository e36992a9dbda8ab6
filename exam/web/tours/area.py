"""The area's blueprint and who may do what in it."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam.accounts.roles import Role, Viewer
from exam.extensions import db, writing
from exam.tours.models import Stop
from exam.tours.operations import Overtaken
from exam.tours.queries import Place
from exam.web.access import Permission, holds, permission
from exam.web.errors import sentence
from exam.web.forms import Form
from question_bank.errors import DomainError

T = TypeVar("T")

blueprint = Blueprint("tours", __name__, url_prefix="/tours")

Page = str | tuple[str, int] | Response

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


def zone() -> ZoneInfo:
    """The county's time zone."""
    found: ZoneInfo = current_app.extensions["liangjuan"].zone
    return found


def moment(day: date, clock: time) -> datetime:
    """A day and a time of day in the county as a moment."""
    return datetime.combine(day, clock, tzinfo=zone())


def attempt(form: Form, deed: Callable[[Session], T]) -> tuple[T | None, str]:
    """Run one operation for a valid form: its result, or None and the sentence of the refusal ("" for field errors)."""
    if not form.validate_on_submit():
        return None, ""
    try:
        with writing() as session:
            return deed(session), ""
    except Overtaken:
        raise
    except DomainError as error:
        return None, sentence(error)


def act(deed: Callable[[Session], object], done: str, *, first: Callable[[Session], object] | None = None) -> bool:
    """Run one operation of a button: flashes `done`, or the sentence of the refusal.

    `first` is the long part of the work that only reads; it runs before the writing transaction begins.
    """
    try:
        if first is not None:
            first(db.session())
        with writing() as session:
            deed(session)
    except DomainError as error:
        flash(sentence(error), "danger")
        return False
    if done:
        flash(done, "success")
    return True

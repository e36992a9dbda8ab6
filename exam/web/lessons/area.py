"""The area's blueprint and who may do what in it."""

import hmac
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from flask import Blueprint, current_app, flash
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.roles import Role, Viewer
from exam.extensions import writing
from exam.lessons import queries
from exam.lessons.models import Material
from exam.tours.models import RosterEntry, Stop
from exam.tours.queries import entry_by_id, stop_by_id
from exam.web.access import holds, permission
from exam.web.errors import sentence
from question_bank.errors import N_, DomainError, NotFound

blueprint = Blueprint("lessons", __name__, url_prefix="/lessons")

Page = str | tuple[str, int] | Response


def lectures_at(viewer: Viewer, stop: Stop) -> bool:
    """Whether the stop's lecture is the viewer's."""
    return (
        viewer.roster_entry_id is None
        and viewer.has(Role.LECTURER)
        and stop.lecture is not None
        and stop.lecture.lecturer.person_id == viewer.person_id
    )


def _is_of(viewer: Viewer, entry: RosterEntry) -> bool:
    """The person's own place, and with a ticket only the place the ticket was printed for."""
    return viewer.person_id == entry.person_id and viewer.roster_entry_id in {None, entry.id}


@permission
def lectures_there(viewer: Viewer, stop: Stop) -> bool:
    return lectures_at(viewer, stop)


organises = holds(Role.ORGANISER)
leads_lesson = organises | lectures_there
sees_lesson = holds(Role.ORGANISER, Role.LEADER) | lectures_there
sees_overview = holds(Role.ORGANISER, Role.LEADER, Role.LECTURER)


class Kept(NamedTuple):
    """A material and the stop it is of."""

    material: Material
    stop: Stop


def material_at(session: Session, material_id: int) -> Kept:
    """Raises NotFound, also for a material that is of no stop."""
    material = queries.material_by_id(session, material_id)
    if material.stop_id is None:
        raise NotFound(N_("There is no such file."))
    return Kept(material, stop_by_id(session, material.stop_id))


@permission
def leads_lesson_of_material(viewer: Viewer, kept: Kept) -> bool:
    return leads_lesson(viewer, kept.stop)


@permission
def organises_material(viewer: Viewer, kept: Kept) -> bool:
    return organises(viewer, kept.stop)


@permission
def sees_material(viewer: Viewer, kept: Kept) -> bool:
    return sees_lesson(viewer, kept.stop)


class Given(NamedTuple):
    """A material and the place of somebody who was at its stop."""

    material: Material
    entry: RosterEntry


def given_at(session: Session, entry_id: int, material_id: int) -> Given:
    """Raises NotFound for a file of another stop, one that is not released, and one that was taken back."""
    entry, material = entry_by_id(session, entry_id), queries.material_by_id(session, material_id)
    if material.stop_id != entry.stop_id or material.released_at is None or material.withdrawn_at is not None:
        raise NotFound(N_("There is no such file."))
    return Given(material, entry)


@permission
def own_entry(viewer: Viewer, entry: RosterEntry) -> bool:
    return _is_of(viewer, entry)


@permission
def own_given(viewer: Viewer, given: Given) -> bool:
    return _is_of(viewer, given.entry)


def act(deed: Callable[[Session], object], done: str) -> bool:
    """Run one operation of a button: flashes `done`, or the sentence of the refusal."""
    try:
        with writing() as session:
            deed(session)
    except DomainError as error:
        flash(sentence(error), "danger")
        return False
    flash(done, "success")
    return True


def today() -> date:
    """The day in the county."""
    return clock.today(current_app.extensions["liangjuan"].zone)


def giver_of(stop: Stop, who: str) -> str:
    """Who gives a feedback, so that it comes once, and so that nobody can find out from it who that was."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"feedback/{stop.uid}/{who}".encode(), sha256).hexdigest()

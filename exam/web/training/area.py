"""The area's blueprint and who may do what in it."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.models import Person
from exam.accounts.roles import Role, Viewer
from exam.extensions import writing
from exam.training.models import ExternalTraining
from exam.web.access import Permission, holds, permission
from exam.web.errors import sentence
from question_bank.errors import DomainError

T = TypeVar("T")

blueprint = Blueprint("training", __name__, url_prefix="/training")

Page = str | tuple[str, int] | Response

sees_lists = holds(Role.ORGANISER, Role.LEADER, Role.UNIT_CONTACT)
sees_county = holds(Role.ORGANISER, Role.LEADER)
organises = holds(Role.ORGANISER)


@permission
def came_in_by_password(viewer: Viewer, thing: object) -> bool:
    """A ticket opens one stop and nothing else."""
    del thing
    return viewer.roster_entry_id is None


@permission
def own_self(viewer: Viewer, person: Person) -> bool:
    return viewer.roster_entry_id is None and viewer.person_id == person.id


@permission
def contact_of_person(viewer: Viewer, person: Person) -> bool:
    """The contact of the person's unit, or of the one above it."""
    return (
        viewer.roster_entry_id is None
        and viewer.has(Role.UNIT_CONTACT)
        and viewer.unit_id in {person.unit_id, person.unit.parent_id}
    )


sees_person = sees_county | contact_of_person | own_self
reports_for = organises | contact_of_person | own_self


def _of_training(rule: Permission) -> Permission:
    def asks_the_person(viewer: Viewer, training: ExternalTraining) -> bool:
        return rule(viewer, training.person)

    return Permission(f"{rule.name} of the training", asks_the_person)


sees_training = _of_training(sees_person)
organises_training = _of_training(organises)


def zone() -> ZoneInfo:
    """The county's time zone."""
    found: ZoneInfo = current_app.extensions["liangjuan"].zone
    return found


def today() -> date:
    """The day in the county."""
    return clock.today(zone())


def attempt(deed: Callable[[Session], T]) -> tuple[T | None, str]:
    """Run one operation: its result, or None and the sentence of the refusal."""
    try:
        with writing() as session:
            return deed(session), ""
    except DomainError as error:
        return None, sentence(error)

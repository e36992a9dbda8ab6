"""The area's blueprint, the rules of its pages, and how its operations are run."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.roles import Role, Viewer
from exam.extensions import writing
from exam.ledger.flow import Hand
from exam.ledger.models import Case
from exam.ledger.register import Sight, sight
from exam.web.access import holds, permission, viewer
from exam.web.errors import sentence
from question_bank.errors import DomainError

blueprint = Blueprint("ledger", __name__)

Page = str | tuple[str, int] | Response

organises = holds(Role.ORGANISER)
reads_register = holds(Role.ORGANISER, Role.LEADER, Role.ANSWERER, Role.UNIT_CONTACT)
oversees = holds(Role.ORGANISER, Role.LEADER)
handles = holds(Role.ORGANISER, Role.LEADER, Role.ANSWERER)
"""May take steps with cases; which ones, the table of the ledger says."""


@permission
def within_sight(viewer: Viewer, case: Case) -> bool:
    """Of a department's case its answerers, of a unit's case its contact; organisers and leaders of every one."""
    return sight(viewer.roles, viewer.unit_id).covers(case)


def own_sight() -> Sight:
    """What the viewer sees of the register."""
    return sight(viewer().roles, viewer().unit_id)


def hand() -> Hand:
    """The viewer as somebody who takes steps."""
    who = viewer()
    return Hand(person_id=who.person_id, unit_id=who.unit_id, roles=who.roles)


def zone() -> ZoneInfo:
    """The county's time zone."""
    found: ZoneInfo = current_app.extensions["liangjuan"].zone
    return found


def today(at: datetime | None = None) -> date:
    """The county's day."""
    return clock.today(zone(), at)


def act(deed: Callable[[Session], object], done: str = "") -> str:
    """Run one operation: flashes `done` and returns "", or returns the sentence of the refusal."""
    try:
        with writing() as session:
            deed(session)
    except DomainError as error:
        return sentence(error)
    if done:
        flash(done, "success")
    return ""

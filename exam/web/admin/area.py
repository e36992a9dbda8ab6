"""The area's blueprint and the rules of its pages."""

from flask import Blueprint
from werkzeug.wrappers import Response

from exam.accounts.models import Person
from exam.accounts.roles import Role, Viewer
from exam.web.access import holds, permission

blueprint = Blueprint("admin", __name__)

Page = str | tuple[str, int] | Response

administers = holds(Role.ADMINISTRATOR)
sees_county = holds(Role.ADMINISTRATOR, Role.ORGANISER)
sees_people = holds(Role.ADMINISTRATOR, Role.ORGANISER, Role.UNIT_CONTACT)


@permission
def of_own_unit(viewer: Viewer, person: Person) -> bool:
    """A contact sees the people of the own unit and of the units right below it."""
    return viewer.has(Role.UNIT_CONTACT) and viewer.unit_id in {person.unit_id, person.unit.parent_id}


sees_person = sees_county | (sees_people & of_own_unit)

"""The area's blueprint and the rules of its pages."""

from flask import Blueprint

from exam.accounts.roles import Role, Viewer
from exam.grading.queries import WrittenAnswer
from exam.web.access import holds, permission

blueprint = Blueprint("grading", __name__)

follows_marking = holds(Role.MARKER, Role.ORGANISER)
"""May see how far the marking is."""

marks = holds(Role.MARKER)


@permission
def anothers_answer(viewer: Viewer, answer: WrittenAnswer) -> bool:
    """Nobody sees or marks an answer of their own here."""
    return answer.person_id != viewer.person_id

"""The area's blueprint, the rules of its pages, and how it speaks of problems."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam.accounts.roles import Role, Viewer
from exam.bank_import.files import Upload
from exam.web.access import holds, permission
from question_bank.errors import Problem, fill

blueprint = Blueprint("bank", __name__)

Page = str | tuple[str, int] | Response

reads = holds(Role.AUTHOR, Role.REVIEWER, Role.ORGANISER, Role.ADMINISTRATOR)
"""May see questions with their keys."""

brings = holds(Role.AUTHOR, Role.ORGANISER, Role.ADMINISTRATOR)
"""May bring questions in from files."""

writes = holds(Role.AUTHOR)
"""May hand questions in for review."""

reviews = holds(Role.REVIEWER)
"""May publish questions or give them back."""

withdraws = holds(Role.REVIEWER, Role.ORGANISER)
"""May take questions out of use."""

keeps = holds(Role.REVIEWER, Role.ORGANISER)
"""May keep the register of documents: what they say, and whether they stand."""

arranges = holds(Role.ORGANISER, Role.ADMINISTRATOR)
"""May decide how many reviewers a topic needs."""

draws = holds(Role.ORGANISER)
"""Has papers drawn, and so may see how far the bank reaches for them."""


@permission
def own_upload(viewer: Viewer, upload: Upload) -> bool:
    """Only who sent a file sees what was in it."""
    return brings(viewer, None) and upload.by == viewer.person_id


def say(problem: Problem) -> str:
    """The sentence of a problem in the reader's language."""
    return fill(gettext(problem.template), _translated(problem.params))


def why(detail: Mapping[str, Any]) -> str:
    """The reason kept with a step of a question's life: a person's own words, or a sentence of ours over params."""
    reason = detail.get("reason") or ""
    return fill(gettext(reason), detail.get("params") or {}) if reason else ""


def _translated(params: Any) -> dict[str, Any]:
    """Parameters that are names of statuses are message ids themselves."""
    return {name: gettext(value) if name in {"status", "to"} else value for name, value in params.items()}

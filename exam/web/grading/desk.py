"""The marker's desk: which sittings and which questions have answers waiting, and which answers are alike."""

from dataclasses import dataclass

from flask import render_template, request

from exam.accounts.roles import Role
from exam.extensions import db
from exam.grading import appeals, queries, sheets
from exam.grading.sheets import Sheet
from exam.sittings.models import Sitting
from exam.sittings.queries import sitting_by_id
from exam.web.access import access, viewer
from exam.web.grading.area import blueprint, follows_marking, marks
from question_bank.errors import NotFound


@blueprint.get("/grading/")
@access(follows_marking)
def desk() -> str:
    """Every sitting that is not released, with its written answers."""
    session, who = db.session(), viewer()
    lines = queries.waiting(session, marker_id=who.person_id)
    return render_template(
        "grading/desk.html",
        lines=lines,
        whole=queries.together(lines),
        for_you=sum(line.for_you for line in lines),
        appeals=appeals.open_count(session),
    )


@blueprint.get("/grading/sittings/<int:sitting_id>")
@access(follows_marking, of=sitting_by_id)
def sitting(sitting: Sitting) -> str:
    """The written questions of one sitting."""
    session, who = db.session(), viewer()
    return render_template(
        "grading/sitting.html",
        sitting=sitting,
        lines=queries.questions(session, sitting.id, marker_id=who.person_id),
        progress=queries.progress(session, sitting.id),
        plan=queries.plan_of(session, sitting.id),
        marks=who.has(Role.MARKER),
        organises=who.has(Role.ORGANISER),
    )


@dataclass(frozen=True)
class Alike:
    """A group of answers as it is shown: the wordings with how many wrote them, and the first that can be marked."""

    wordings: tuple[tuple[str, int], ...]
    number: int
    first: int


SHOWN = 5
"""Wordings of a group that are shown."""


@blueprint.get("/grading/sittings/<int:sitting_id>/alike")
@access(marks, of=sitting_by_id)
def alike(sitting: Sitting) -> str:
    """The answers to one question that wait for this marker, in groups that are alike."""
    session, version_id, part = db.session(), request.args.get("version", 0, int), request.args.get("part", "")
    me = viewer().person_id
    lines = queries.questions(session, sitting.id, marker_id=me)
    line = next((each for each in lines if (each.version_id, each.part) == (version_id, part)), None)
    if line is None:
        raise NotFound("")
    found = [each for each in sheets.sheets(session, sitting.id, version_id, part) if each.open_to(me)]
    by_id = {sheet.answer_id: sheet for sheet in found}
    groups = [_shown(group.wordings, by_id) for group in sheets.alike(found)]
    return render_template("grading/alike.html", sitting=sitting, line=line, groups=groups, total=len(found))


def _shown(wordings: tuple[tuple[int, ...], ...], by_id: dict[int, Sheet]) -> Alike:
    texts = tuple((by_id[ids[0]].text, len(ids)) for ids in wordings)
    return Alike(texts[:SHOWN], sum(number for _, number in texts), wordings[0][0])

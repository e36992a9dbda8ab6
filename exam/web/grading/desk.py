"""The marker's desk: which sittings and which questions have answers waiting."""

from flask import render_template

from exam.accounts.roles import Role
from exam.extensions import db
from exam.grading import queries
from exam.sittings.models import Sitting
from exam.sittings.queries import sitting_by_id
from exam.web.access import access, viewer
from exam.web.grading.area import blueprint, follows_marking


@blueprint.get("/grading/")
@access(follows_marking)
def desk() -> str:
    """Every sitting that is not released, with its written answers."""
    lines = queries.waiting(db.session(), marker_id=viewer().person_id)
    return render_template("grading/desk.html", lines=lines, whole=queries.together(lines))


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
        marks=who.has(Role.MARKER),
    )

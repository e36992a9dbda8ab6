"""Questions that look alike: both side by side, and one click that says how they stand to each other."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import audit, clock
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.web.access import access, holds, viewer
from exam.web.bank.area import blueprint, reads
from exam.web.filters import label
from question_bank import pairing
from question_bank.difference import segments
from question_bank.enums import Relation
from question_bank.models import QuestionPair
from question_bank.pairing import pair_by_id

decides = holds(Role.AUTHOR, Role.REVIEWER, Role.ORGANISER)
"""May say whether two questions may stand in one paper."""


@blueprint.get("/bank/pairs")
@access(reads)
def pairs() -> str:
    """Pairs by what was decided of them, those nobody has looked at first."""
    wanted = request.args.get("relation", Relation.SUSPECTED.value)
    relation = next((each for each in Relation if each.value == wanted), Relation.SUSPECTED)
    page = pairing.pairs(db.session(), relation, page=request.args.get("page", 1, type=int))
    return render_template(
        "bank/pairs.html", page=page, relation=relation, segments=segments, may_decide=decides(viewer(), None)
    )


@blueprint.post("/bank/pairs/<int:pair_id>/enemies")
@access(decides, of=pair_by_id)
def make_enemies(pair: QuestionPair) -> Response:
    """The two never stand in one paper."""
    return _judge(pair, Relation.ENEMIES)


@blueprint.post("/bank/pairs/<int:pair_id>/distinct")
@access(decides, of=pair_by_id)
def make_distinct(pair: QuestionPair) -> Response:
    """The two ask different things."""
    return _judge(pair, Relation.DISTINCT)


def _judge(pair: QuestionPair, relation: Relation) -> Response:
    now, who = clock.now(), viewer().person_id
    with writing() as session:
        row = pair_by_id(session, pair.id)
        codes = {"first": row.first.code, "second": row.second.code}
        events = pairing.judge_pair(session, row, relation, by=who, at=now)
        audit.note(session, events, by=who, at=now)
    flash(gettext("%(first)s and %(second)s: %(relation)s", relation=label(relation), **codes), "success")
    wanted = request.form.get("back", "")
    return redirect(wanted if wanted.startswith("/bank/") else url_for("bank.pairs"))

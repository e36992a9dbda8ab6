"""One written answer after another: shown without a name, decided, and on to the next."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db, writing
from exam.grading import desk, evidence, queries, sheets
from exam.grading.markings import decide as keep_decision
from exam.grading.markings import decide_same
from exam.grading.queries import WrittenAnswer
from exam.grading.rounds import Turn
from exam.grading.second_look import answer_to_mark
from exam.grading.sheets import WorkOrder
from exam.sittings.models import Sitting
from exam.sittings.queries import sitting_by_id
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.filters import marks as shown_marks
from exam.web.grading.area import anothers_answer, blueprint, marks
from exam.web.grading.forms import Marks, points_in
from question_bank.errors import Conflict, DomainError
from question_bank.kinds import key_view, plain_order


@dataclass(frozen=True)
class Way:
    """Which question is being marked, and in which order: kept in the address from answer to answer."""

    version: int
    part: str
    order: WorkOrder

    @classmethod
    def asked(cls) -> "Way":
        """As the address has it."""
        return cls(request.args.get("version", 0, int), request.args.get("part", ""), _order())


def _order() -> WorkOrder:
    asked = request.args.get("order", "")
    return next((each for each in WorkOrder if each.value == asked), WorkOrder.DOUBT)


def _named(order: WorkOrder) -> str | None:
    """For an address, which leaves the usual order out."""
    return None if order is WorkOrder.DOUBT else order.value


@blueprint.get("/grading/sittings/<int:sitting_id>/next")
@access(marks, of=sitting_by_id)
def following(sitting: Sitting) -> Response:
    """On to the next answer of the question named in the address; back to the list when there is none."""
    way = Way.asked()
    found = sheets.next_waiting(
        db.session(),
        sitting.id,
        way.version,
        way.part,
        marker_id=viewer().person_id,
        after=request.args.get("after", type=int),
        order=way.order,
    )
    if found is None:
        flash(gettext("There is no other answer to this question left for you."), "success")
        return redirect(url_for("grading.sitting", sitting_id=sitting.id))
    before = request.args.get("before", type=int)
    return redirect(url_for("grading.answer", answer_id=found, order=_named(way.order), before=before))


@blueprint.get("/grading/answers/<int:answer_id>")
@access(marks & anothers_answer, of=answer_to_mark)
def answer(answer: WrittenAnswer) -> str:
    """One answer with the question, the reference answer and the key points beside it."""
    return _page(answer, None)


@blueprint.post("/grading/answers/<int:answer_id>")
@access(marks & anothers_answer, of=answer_to_mark)
def decide(answer: WrittenAnswer) -> Response | tuple[str, int]:
    """Keep the marks and go on."""
    form = Marks()
    if not form.validate_on_submit():
        return _page(answer, form), 400
    try:
        others = _decide(answer, form)
    except Conflict as error:
        flash(sentence(error), "warning")
    except DomainError as error:
        return _page(answer, form, message=sentence(error)), 400
    else:
        flash(_told(form, others), "success")
    return redirect(_next(answer, before=answer.answer_id))


def _told(form: Marks, others: int) -> str:
    if not others:
        return str(gettext("%(marks)s marks kept.", marks=shown_marks(form.marks.data)))
    told = ngettext(
        "%(marks)s marks kept, and for %(num)s answer that says the same.",
        "%(marks)s marks kept, and for %(num)s answers that say the same.",
        others,
        marks=shown_marks(form.marks.data),
    )
    return str(told)


def _decide(answer: WrittenAnswer, form: Marks) -> int:
    """Keep it; how many other answers got the same marks."""
    decision, who, at = form.decision(points_in(request.form)), viewer().person_id, clock.now()
    with writing() as session:
        same = desk.before(session, answer, marker_id=who).same if form.same.data else ()
        keep_decision(session, desk.place_of(answer, answer.part), decision, marker_id=who, at=at)
        places = [desk.place_of(sheet, answer.part) for sheet in same]
        return decide_same(session, places, decision, marker_id=who, at=at)


def _next(answer: WrittenAnswer, **values: int) -> str:
    return url_for(
        "grading.following",
        _anchor=None,
        _method=None,
        _scheme=None,
        _external=None,
        sitting_id=answer.sitting.id,
        version=answer.version_id,
        part=answer.part,
        order=_named(_order()),
        **values,
    )


def _page(answer: WrittenAnswer, form: Marks | None, message: str = "") -> str:
    session = db.session()
    found = desk.before(session, answer, marker_id=viewer().person_id)
    detail = answer.suggestion.detail
    if found.hides_suggestion:
        detail = evidence.hidden(detail)
    points = evidence.points_of(answer.content, detail)
    turn = found.turn or Turn.ALONE
    return render_template(
        "grading/answer.html",
        answer=answer,
        desk=found,
        form=form or Marks(formdata=None, marks=_preselected(answer, found), seen=answer.latest.sequence, turn=turn),
        message=message,
        key=key_view(answer.content, plain_order(answer.content)),
        points=points,
        given=_given(answer, found),
        pieces=evidence.pieces(getattr(answer.response, "text", ""), answer.content, detail),
        levels=evidence.levels(answer.suggestion.maximum),
        progress=queries.question_progress(session, answer.sitting.id, answer.version_id, answer.part),
        skip_url=_next(answer, after=answer.answer_id),
        order=_order(),
        orders=tuple(WorkOrder),
        before=request.args.get("before", type=int),
    )


def _preselected(answer: WrittenAnswer, found: desk.Desk) -> object:
    """What counts now or one gave; nothing where there is no suggestion, or none that may be seen."""
    if found.mine is not None:
        return found.mine.awarded.normalize() + 0
    if answer.decided:
        return answer.latest.awarded.normalize() + 0
    shown = not found.hides_suggestion and evidence.points_of(answer.content, answer.suggestion.detail)
    return answer.latest.awarded.normalize() + 0 if shown else None


def _given(answer: WrittenAnswer, found: desk.Desk) -> dict[str, str]:
    """Marks by key point that somebody gave: the marker before, or whoever decided."""
    detail = found.mine.detail if found.mine else (answer.latest.detail if answer.decided else {})
    points: dict[str, str] = detail.get("points", {})
    return points

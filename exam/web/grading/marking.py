"""One written answer after another: shown without a name, decided, and on to the next."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db, writing
from exam.grading import evidence, operations, queries
from exam.grading.queries import WrittenAnswer
from exam.sittings.models import Sitting
from exam.sittings.queries import sitting_by_id
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.filters import marks as shown_marks
from exam.web.grading.area import anothers_answer, blueprint, marks
from exam.web.grading.forms import Marks, points_in
from question_bank.errors import Conflict, DomainError
from question_bank.kinds import key_view, plain_order


@blueprint.get("/grading/sittings/<int:sitting_id>/next")
@access(marks, of=sitting_by_id)
def following(sitting: Sitting) -> Response:
    """On to the next answer of the question named in the address; back to the list when there is none."""
    version_id, part = request.args.get("version", 0, int), request.args.get("part", "")
    found = queries.next_waiting(
        db.session(),
        sitting.id,
        version_id,
        part,
        marker_id=viewer().person_id,
        after=request.args.get("after", type=int),
    )
    if found is None:
        flash(gettext("There is no other answer to this question left for you."), "success")
        return redirect(url_for("grading.sitting", sitting_id=sitting.id))
    return redirect(url_for("grading.answer", answer_id=found, before=request.args.get("before", type=int)))


@blueprint.get("/grading/answers/<int:answer_id>")
@access(marks & anothers_answer, of=queries.written_answer)
def answer(answer: WrittenAnswer) -> str:
    """One answer with the question, the reference answer and the key points beside it."""
    return _page(answer, Marks(formdata=None, marks=_preselected(answer), seen=answer.latest.sequence))


@blueprint.post("/grading/answers/<int:answer_id>")
@access(marks & anothers_answer, of=queries.written_answer)
def decide(answer: WrittenAnswer) -> Response | tuple[str, int]:
    """Keep the marks and go on."""
    form = Marks()
    if not form.validate_on_submit():
        return _page(answer, form), 400
    try:
        _award(answer, form)
    except Conflict as error:
        flash(sentence(error), "warning")
    except DomainError as error:
        return _page(answer, form, message=sentence(error)), 400
    else:
        flash(gettext("%(marks)s marks kept.", marks=shown_marks(form.marks.data)), "success")
    return redirect(_next(answer, before=answer.answer_id))


def _award(answer: WrittenAnswer, form: Marks) -> None:
    with writing() as session:
        operations.award(
            session,
            attempt_id=answer.attempt_id,
            paper_item_id=answer.paper_item_id,
            part=answer.part,
            marks=form.marks.data,
            marker_id=viewer().person_id,
            reason=form.reason.data or "",
            at=clock.now(),
            seen=int(form.seen.data) if (form.seen.data or "").isdigit() else None,
            points=points_in(request.form),
        )


def _preselected(answer: WrittenAnswer) -> object:
    """What counts now; nothing for a suggestion that rests on no key points."""
    rests = answer.decided or evidence.points_of(answer.content, answer.suggestion.detail)
    return answer.latest.awarded.normalize() + 0 if rests else None


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
        **values,
    )


def _page(answer: WrittenAnswer, form: Marks, message: str = "") -> str:
    session = db.session()
    detail = answer.suggestion.detail
    return render_template(
        "grading/answer.html",
        answer=answer,
        form=form,
        message=message,
        key=key_view(answer.content, plain_order(answer.content)),
        points=evidence.points_of(answer.content, detail),
        pieces=evidence.pieces(getattr(answer.response, "text", ""), answer.content, detail),
        levels=evidence.levels(answer.suggestion.maximum),
        history=queries.history(session, answer.attempt_id, answer.paper_item_id, answer.part),
        progress=queries.question_progress(session, answer.sitting.id, answer.version_id, answer.part),
        skip_url=_next(answer, after=answer.answer_id),
        before=request.args.get("before", type=int),
    )

"""Appeals: asked for by a candidate from the scorecard, decided by somebody who does not see whose they are."""

from datetime import datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from exam import clock
from exam.extensions import db, writing
from exam.grading import appealing, appeals
from exam.grading.appeals import Case, Place, appeal_by_id
from exam.reports.openness import appeals_until
from exam.sittings.given import given
from exam.sittings.queries import attempt_by_key
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.grading.area import anothers_appeal, blueprint, decides_appeals, own_appeal, own_place
from exam.web.grading.forms import AppealForm, DecisionForm, marks_in
from question_bank.errors import DomainError
from question_bank.kinds import key_view, public_view


def _until(place: Place) -> datetime | None:
    sitting_id = place.attempt.assignment.sitting_id
    return appeals_until(db.session(), sitting_id, zone=current_app.extensions["liangjuan"].zone)


@blueprint.get("/grading/papers/<key>/items/<int:item_id>/appeal")
@access(own_place, of=appeals.place)
def appeal(place: Place) -> str:
    """What a candidate says about one item of a released paper."""
    return _asking(place, AppealForm())


@blueprint.post("/grading/papers/<key>/items/<int:item_id>/appeal")
@access(own_place, of=appeals.place)
def make_appeal(place: Place) -> Response | tuple[str, int]:
    """Keep the appeal and go back to the scorecard."""
    form = AppealForm()
    if not form.validate_on_submit():
        return _asking(place, form), 400
    key, item, until = place.attempt.key, place.item.item_id, _until(place)
    text, by, at = form.text.data or "", viewer().person_id, clock.now()
    try:
        with writing() as session:
            attempt = attempt_by_key(session, key)
            appealing.appeal(session, attempt, paper_item_id=item, text=text, until=until, by=by, at=at)
    except DomainError as error:
        return _asking(place, form, sentence(error)), 400
    flash(gettext("Your appeal is kept. The answer will stand with this question."), "success")
    return redirect(url_for("reports.scorecard", key=key, _anchor=f"item-{item}"))


def _asking(place: Place, form: AppealForm, message: str = "") -> str:
    earlier = appeals.of_attempt(db.session(), place.attempt.id).get(place.item.item_id, [])
    until = _until(place)
    return render_template(
        "grading/appeal.html",
        place=place,
        form=form,
        message=message,
        until=until,
        possible=until is not None and clock.now() < until and not any(each.final or each.open for each in earlier),
        earlier=earlier,
    )


@blueprint.post("/grading/appeals/<int:appeal_id>/withdraw")
@access(own_appeal, of=appeals.case)
def withdraw_appeal(case: Case) -> Response:
    """The candidate takes it back."""
    key, item = case.key, case.appeal.paper_item_id
    try:
        with writing() as session:
            made = appeal_by_id(session, case.appeal.id)
            appealing.withdraw(session, made, by=viewer().person_id, at=clock.now())
    except DomainError as error:
        flash(sentence(error), "warning")
    else:
        flash(gettext("The appeal is withdrawn."), "success")
    return redirect(url_for("reports.scorecard", key=key, _anchor=f"item-{item}"))


@blueprint.get("/grading/appeals")
@access(decides_appeals)
def appeal_list() -> str:
    """Every appeal, those that wait first."""
    open_only = request.args.get("show") != "all"
    found = appeals.listing(db.session(), open_only=open_only)
    return render_template("grading/appeals.html", lines=found, open_only=open_only)


@blueprint.get("/grading/appeals/<int:appeal_id>")
@access(decides_appeals & anothers_appeal, of=appeals.case)
def appeal_case(case: Case) -> str:
    """The item, the answer, its marks and what the candidate says."""
    return _deciding(case, DecisionForm())


@blueprint.post("/grading/appeals/<int:appeal_id>")
@access(decides_appeals & anothers_appeal, of=appeals.case)
def decide_appeal(case: Case) -> Response | tuple[str, int]:
    """Uphold or change the marks, with a reason."""
    form = DecisionForm()
    if not form.validate_on_submit():
        return _deciding(case, form), 400
    try:
        marks = {} if request.form.get("verdict") == "uphold" else marks_in(request.form)
        with writing() as session:
            made = appeal_by_id(session, case.appeal.id)
            by, at = viewer().person_id, clock.now()
            done = appealing.decide_appeal(session, made, marks=marks, answer=form.answer.data or "", by=by, at=at)
            status = done.status
    except DomainError as error:
        return _deciding(case, form, sentence(error)), 400
    flash(gettext("The appeal is decided: %(status)s.", status=gettext(status.label)), "success")
    return redirect(url_for("grading.appeal_list"))


def _deciding(case: Case, form: DecisionForm, message: str = "") -> str:
    item = case.item
    answer = None if case.response is None else given(item.content, item.order, case.response)
    return render_template(
        "grading/appeal_case.html",
        case=case,
        form=form,
        message=message,
        view=public_view(item.content, item.order, item.marks),
        key=key_view(item.content, item.order, item.marks),
        given=answer,
        may_decide=case.may_decide(viewer().person_id),
    )

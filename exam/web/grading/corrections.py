"""Questions found wrong after they were sat: the list, a proposal with its preview, the decision of a second person."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from exam import clock
from exam.accounts.queries import names_of
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.grading import affected, corrections, sat
from exam.grading.affected import correction_by_id
from exam.grading.correcting import policies_for
from exam.grading.corrections import BY_KEY
from exam.grading.models import Correction, CorrectionStatus
from exam.jobs import operations as jobs
from exam.jobs.models import JobStatus
from exam.reports import repair
from exam.reports.bulletins import drafted_for
from exam.reports.comparison import Measure
from exam.reports.statistics import Group
from exam.tours.queries import stop_by_id
from exam.web.access import access, viewer
from exam.web.errors import sentence
from exam.web.forms import Confirmation
from exam.web.grading.area import blueprint, confirms, proposes
from exam.web.grading.keys import present, sent_key
from exam.web.grading.looks import looks_shown
from exam.web.grading.proposals import FIGURES, Proposal, plan_in
from exam.web.grading.rubrics import fields_of
from question_bank.errors import Conflict, DomainError, Invalid, NotFound, fill
from question_bank.kinds import content_of, key_view, plain_order, public_view
from question_bank.models import QuestionVersion
from question_bank.scoring import sentence as rule_sentence

Page = str | Response | tuple[str, int]
LISTED = 30
"""So many questions of a stop are listed; others are found by their code or words."""
NAMED = 100
"""So many people whose results change are named on the page."""


@blueprint.get("/grading/corrections")
@access(proposes)
def list_corrections() -> str:
    """Every correction, or those of one question or stop; what waits for a decision first."""
    session = db.session()
    stop_id, question_id = request.args.get("stop", type=int), request.args.get("question", type=int)
    lines = affected.corrections(session, stop_id=stop_id, question_id=question_id)
    order = [CorrectionStatus.PROPOSED, CorrectionStatus.CONFIRMED]
    lines.sort(key=lambda line: order.index(line.correction.status) if line.correction.status in order else len(order))
    return render_template(
        "grading/corrections.html",
        lines=lines,
        stop=_stop(session, stop_id),
        names=names_of(session, {line.correction.proposed_by for line in lines}),
        **_questions(session, stop_id),
        sees_units=_sees_units(),
    )


def _questions(session: Session, stop_id: int | None) -> dict[str, Any]:
    """The questions sat at a stop whose code or words hold what was looked for, so many as fit a page."""
    asked = request.args.get("q", "").strip()[:60]
    every = sat.questions_at(session, stop_id) if stop_id else []
    found = [
        each for each in every if asked.casefold() in f"{each.version.question.code} {each.version.stem}".casefold()
    ]
    return {"asked": asked, "every": len(every), "found": len(found), "questions": found[:LISTED]}


def _stop(session: Session, stop_id: int | None) -> Any:
    try:
        return None if stop_id is None else stop_by_id(session, stop_id)
    except NotFound:
        abort(404)


@blueprint.get("/grading/corrections/new")
@access(proposes)
def new_correction() -> str:
    """What is wrong with a question, and what is to be done."""
    version = _version()
    form = Proposal(formdata=None, data={"stop": request.args.get("stop", 0, int), "version": version.id})
    return _form(version, form)


@blueprint.post("/grading/corrections/new")
@access(proposes)
def propose_correction() -> Page:
    """Show what it would change, or keep the proposal."""
    version = _version()
    form, content = Proposal(), content_of(version.question.kind, version.content)
    form.offer(content, sat.stops_with(db.session(), version.id), named=_sees_units())
    if not form.validate_on_submit():
        return _form(version, form), 400
    try:
        asked = plan_in(form, version.id, content)
        if request.form.get("do") != "propose":
            return _form(version, form, preview=repair.preview(db.session(), asked))
        with writing() as session:
            made = repair.propose(session, asked, reason=form.reason.data, by=viewer().person_id, at=clock.now())
            number = made.id
    except DomainError as error:
        return _form(version, form, message=_why(error)), 400
    flash(gettext("The correction is proposed. Another person has to confirm it."), "success")
    return redirect(url_for("grading.correction", correction_id=number))


def _version() -> QuestionVersion:
    """The version named in the request, else the newest of the question that anybody has sat."""
    session, asked = db.session(), request.values
    try:
        if asked.get("version", type=int):
            return sat.version_by_id(session, asked.get("version", 0, int))
    except NotFound:
        abort(404)
    found = sat.versions_sat(session, question_id=asked.get("question", 0, int))
    return found[0] if found else abort(404)


def _why(error: DomainError) -> str:
    if isinstance(error, Invalid):
        return "; ".join(fill(gettext(each.template), dict(each.params)) for each in error.problems)
    return sentence(error)


def _form(version: QuestionVersion, form: Proposal, *, preview: Any = None, message: str = "") -> str:
    session = db.session()
    content = content_of(version.question.kind, version.content)
    places = sat.stops_with(session, version.id)
    if form.policy.choices is None:
        form.offer(content, places, named=_sees_units())
    order = plain_order(content)
    return render_template(
        "grading/correct.html",
        version=version,
        others=sat.versions_sat(session, question_id=version.question_id),
        content=content,
        key=sent_key(content, request.form) if request.form else present(content),
        rubrics=fields_of(content, request.form or None),
        has_key=bool(BY_KEY & set(policies_for(content))),
        view=public_view(content, order, version.marks),
        right=key_view(content, order, version.marks),
        form=form,
        figures=[form[name] for name in FIGURES if name in form],
        places=places,
        under_way=affected.under_way(session, version.id),
        preview=preview,
        message=message,
        **_shown(),
    )


def _shown() -> dict[str, Any]:
    """What the figures are called, and whether the viewer sees whose they are."""
    return {
        "sees_units": _sees_units(),
        "MEASURES": {each.value: each for each in Measure},
        "GROUPS": {each.value: each for each in Group},
        "rule_sentence": rule_sentence,
    }


def _sees_units() -> bool:
    """Markers see how many results change, not whose unit gains."""
    return viewer().has(Role.ORGANISER, Role.REVIEWER, Role.LEADER)


@blueprint.get("/grading/corrections/<int:correction_id>")
@access(proposes, of=correction_by_id)
def correction(correction: Correction) -> str:
    """One correction: what was wrong, what changes, who has to decide, how far the marking is."""
    return _page(correction)


def _page(correction: Correction, message: str = "") -> str:
    session, who = db.session(), viewer()
    version = sat.version_by_id(session, correction.question_version_id)
    proposed = correction.status is CorrectionStatus.PROPOSED
    preview = repair.preview(session, affected.plan_of(correction)) if proposed else None
    kept = preview.as_json() if preview else correction.preview
    return render_template(
        "grading/correction.html",
        correction=correction,
        version=version,
        stop=_stop(session, correction.stop_id),
        old=_key(version, version.content),
        new=_key(version, correction.change["content"]) if correction.change.get("content") else None,
        change=affected.plan_of(correction).change,
        kept=kept,
        stale=bool(preview) and not correction.change.get("looked") and kept["counts"] != correction.preview["counts"],
        seal=preview.seal if preview else "",
        people=_people(session, kept),
        names=names_of(session, {correction.proposed_by, correction.confirmed_by}),
        job=repair.job_of(session, correction.id),
        releases=repair.releases_of(session, correction.id),
        bulletins=drafted_for(session, correction.id),
        may_confirm=proposed and confirms(who, None) and who.person_id != correction.proposed_by,
        is_own=who.person_id == correction.proposed_by,
        looks=looks_shown(session, correction),
        message=message,
        **_shown(),
    )


def _key(version: QuestionVersion, data: dict[str, Any]) -> Any:
    content = content_of(version.question.kind, data)
    order = plain_order(content)
    return {"view": public_view(content, order, version.marks), "key": key_view(content, order, version.marks)}


def _people(session: Session, kept: dict[str, Any]) -> list[dict[str, Any]]:
    """The changed results with names, for organisers only; the largest changes first."""
    if not viewer().has(Role.ORGANISER):
        return []
    named = sat.names_by_attempt(session, [each["attempt"] for each in kept["changed"][:NAMED]])
    return [each | {"who": named[each["attempt"]]} for each in kept["changed"][:NAMED] if each["attempt"] in named]


@blueprint.get("/grading/corrections/<int:correction_id>/progress")
@access(proposes, of=correction_by_id)
def correction_progress(correction: Correction) -> Page:
    """How far the marking is; htmx asks for the changing part alone."""
    if "HX-Request" not in request.headers:
        return redirect(url_for("grading.correction", correction_id=correction.id))
    job = repair.job_of(db.session(), correction.id)
    return render_template("grading/_correcting.html", correction=correction, job=job)


@blueprint.post("/grading/corrections/<int:correction_id>/confirm")
@access(confirms, of=correction_by_id)
def confirm_correction(correction: Correction) -> Page:
    """Agree as the second person; the marking begins."""
    if not Confirmation().validate_on_submit():
        return _page(correction), 400
    try:
        with writing() as session:
            repair.confirm(
                session,
                correction_by_id(session, correction.id),
                quarantine="quarantine" in request.form,
                seen=request.form.get("seen", ""),
                by=viewer().person_id,
                at=clock.now(),
            )
    except DomainError as error:
        status = 409 if isinstance(error, Conflict) else 400
        return _page(correction_by_id(db.session(), correction.id), sentence(error)), status
    flash(gettext("Confirmed. The papers concerned are being marked anew."), "success")
    return redirect(url_for("grading.correction", correction_id=correction.id))


@blueprint.post("/grading/corrections/<int:correction_id>/withdraw")
@access(proposes, of=correction_by_id)
def withdraw_correction(correction: Correction) -> Page:
    """Take the proposal back."""
    try:
        with writing() as session:
            row = correction_by_id(session, correction.id)
            corrections.withdraw(session, row, by=viewer().person_id, at=clock.now())
    except DomainError as error:
        return _page(correction_by_id(db.session(), correction.id), sentence(error)), 400
    flash(gettext("The proposal is withdrawn. Nothing was changed."), "success")
    return redirect(url_for("grading.list_corrections"))


@blueprint.post("/grading/corrections/<int:correction_id>/again")
@access(confirms, of=correction_by_id)
def mark_again(correction: Correction) -> Response:
    """Ask for the marking once more after its job has failed; what is marked already stays."""
    job = repair.job_of(db.session(), correction.id)
    if correction.status is CorrectionStatus.CONFIRMED and (job is None or job.status is JobStatus.FAILED):
        with writing() as session:
            jobs.enqueue(session, repair.JOB, {"correction": correction.id}, by=viewer().person_id, at=clock.now())
    return redirect(url_for("grading.correction", correction_id=correction.id))

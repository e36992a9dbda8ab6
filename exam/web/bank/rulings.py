"""What happens to a document: amended, repealed, replaced, checked. Each is shown before it is done."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext

from exam import audit, clock
from exam.extensions import db, writing
from exam.sittings.affected import affected
from exam.web.access import access, viewer
from exam.web.bank.area import Page, blueprint, keeps
from exam.web.bank.law_forms import CheckForm, FallForm
from exam.web.errors import sentence
from question_bank import lawbook, legislation
from question_bank.enums import NamedEnum, Status
from question_bank.errors import N_, DomainError
from question_bank.models import Document
from question_bank.queries import document_by_id


class Ruling(NamedEnum):
    """The three ways in which a document falls, each with the verb of its button."""

    AMEND = "amend", N_("Mark as amended"), "标记为已修改"
    REPEAL = "repeal", N_("Mark as repealed"), "标记为已废止"
    SUPERSEDE = "supersede", N_("Replace it"), "标记为被替代"


@blueprint.get("/bank/documents/<int:document_id>/amend")
@access(keeps, of=document_by_id)
def amend_document(document: Document) -> str:
    """What an amendment would mean."""
    return _preview(document, Ruling.AMEND)


@blueprint.post("/bank/documents/<int:document_id>/amend")
@access(keeps, of=document_by_id)
def amend(document: Document) -> Page:
    """It was amended: nothing rests on it until it is checked."""
    return _done(document, Ruling.AMEND)


@blueprint.get("/bank/documents/<int:document_id>/repeal")
@access(keeps, of=document_by_id)
def repeal_document(document: Document) -> str:
    """What a repeal would mean."""
    return _preview(document, Ruling.REPEAL)


@blueprint.post("/bank/documents/<int:document_id>/repeal")
@access(keeps, of=document_by_id)
def repeal(document: Document) -> Page:
    """It was repealed, and nothing takes its place."""
    return _done(document, Ruling.REPEAL)


@blueprint.get("/bank/documents/<int:document_id>/supersede")
@access(keeps, of=document_by_id)
def supersede_document(document: Document) -> str:
    """What a replacement would mean."""
    return _preview(document, Ruling.SUPERSEDE)


@blueprint.post("/bank/documents/<int:document_id>/supersede")
@access(keeps, of=document_by_id)
def supersede(document: Document) -> Page:
    """Another document takes its place."""
    return _done(document, Ruling.SUPERSEDE)


def _form(document: Document, ruling: Ruling, **given: Any) -> FallForm:
    form = FallForm(**given)
    if ruling is Ruling.SUPERSEDE:
        form.offer(lawbook.possible_successors(db.session(), document))
    else:
        del form.successor
    return form


def _preview(document: Document, ruling: Ruling, form: FallForm | None = None, message: str = "") -> str:
    """The page before the act: which questions leave the draw, which papers hold them."""
    session = db.session()
    leaving = lawbook.resting_on(session, document.id, status=Status.PUBLISHED)
    return render_template(
        "bank/document_fall.html",
        document=document,
        ruling=ruling,
        form=form or _form(document, ruling, formdata=None),
        message=message,
        leaving=leaving,
        papers=affected(session, [each.question.id for each in leaving]),
    )


def _done(document: Document, ruling: Ruling) -> Page:
    form, now, who = _form(document, ruling), clock.now(), viewer().person_id
    if not form.validate_on_submit():
        return _preview(document, ruling, form), 400
    reason = (form.reason.data or "").strip()
    try:
        with writing() as session:
            row = document_by_id(session, document.id)
            told: dict[str, Any] = {"reason": reason, "by": who, "at": now}
            if ruling is Ruling.SUPERSEDE:
                successor = document_by_id(session, int(form.successor.data))
                fall, events = legislation.supersede(session, row, successor, **told)
            elif ruling is Ruling.AMEND:
                fall, events = legislation.amend(session, row, **told)
            else:
                fall, events = legislation.repeal(session, row, **told)
            audit.note(session, events, by=who, at=now)
    except DomainError as error:
        return _preview(document_by_id(db.session(), document.id), ruling, form, sentence(error)), 400
    count = len(fall.quarantined)
    flash(
        ngettext("%(num)s question left the draw.", "%(num)s questions left the draw.", count)
        if count
        else gettext("No question rested on it."),
        "success",
    )
    return redirect(url_for("bank.document", document_id=document.id))


@blueprint.post("/bank/documents/<int:document_id>/check")
@access(keeps, of=document_by_id)
def check_document(document: Document) -> Page:
    """It was compared with the text now in force and carries questions again, once reviewers confirm them."""
    form, now, who = CheckForm(), clock.now(), viewer().person_id
    if not form.validate_on_submit():
        flash("; ".join(str(error) for errors in form.errors.values() for error in errors), "danger")
        return redirect(url_for("bank.document", document_id=document.id))
    with writing() as session:
        row = document_by_id(session, document.id)
        events = legislation.check(
            session,
            row,
            edition=(form.edition.data or "").strip(),
            review_on=form.review_on.data,
            reason=(form.reason.data or "").strip(),
        )
        audit.note(session, events, by=who, at=now)
    flash(gettext("It is in force again. Its questions wait below to be confirmed."), "success")
    return redirect(url_for("bank.document", document_id=document.id))

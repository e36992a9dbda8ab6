"""The register of laws and policies on which questions rest: list, one document, what is due, editing."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from exam import audit, clock
from exam.accounts.queries import names_of
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.bank.area import Page, blueprint, keeps, reads, reviews
from exam.web.bank.law_forms import CERTAINTIES, DocumentForm, RegisterFilterForm
from exam.web.errors import sentence
from question_bank import lawbook, legislation, queries
from question_bank.enums import Status
from question_bank.errors import DomainError
from question_bank.models import Document
from question_bank.queries import document_by_id

AHEAD = 92
"""Days that the calendar of reviews looks ahead."""


@blueprint.get("/bank/documents")
@access(reads)
def documents() -> str:
    """The documents that pass the filters, with how many questions cite each."""
    form, today = RegisterFilterForm(formdata=request.args), _today()
    return render_template(
        "bank/documents.html",
        form=form,
        lines=lawbook.lines(db.session(), form.filters(today)),
        today=today,
        due=lawbook.due_count(db.session(), on=today),
        may_keep=keeps(viewer(), None),
        stands=queries.stands,
    )


def _today() -> Any:
    return clock.today(current_app.extensions["liangjuan"].zone)


@blueprint.get("/bank/documents/due")
@access(reads)
def documents_due() -> str:
    """When which document is to be looked at again, and which questions end."""
    today = _today()
    return render_template(
        "bank/documents_due.html", calendar=lawbook.calendar(db.session(), on=today, days=AHEAD), today=today
    )


@blueprint.get("/bank/documents/<int:document_id>")
@access(reads, of=document_by_id)
def document(document: Document) -> str:
    """All of one document: data, articles with the questions that cite them, predecessors, history."""
    return render_template("bank/document.html", **_page_of(document))


def _page_of(document: Document) -> dict[str, Any]:
    session = db.session()
    articles = lawbook.articles_of(session, document.id)
    resting = lawbook.resting_on(session, document.id)
    citing = lawbook.by_article(resting, articles)
    placed = {question.id for questions in citing.values() for question in questions}
    history = audit.history(session, f"document:{document.id}")
    return {
        "document": document,
        "stands": queries.stands(document),
        "successor": session.get(Document, document.superseded_by_id) if document.superseded_by_id else None,
        "predecessors": lawbook.predecessors(session, document.id),
        "articles": articles,
        "citing": citing,
        "elsewhere": [each for each in resting if each.question.id not in placed],
        "resting": resting,
        "waiting": [each for each in resting if each.question.status is Status.QUARANTINED],
        "history": history,
        "names": names_of(session, {row.by for row in history}),
        "certainties": CERTAINTIES,
        "may_keep": keeps(viewer(), None),
        "may_review": reviews(viewer(), None),
        "today": _today(),
    }


@blueprint.get("/bank/documents/new")
@access(keeps)
def new_document() -> str:
    """The form for a document that is not registered yet."""
    return render_template("bank/document_form.html", form=DocumentForm(formdata=None), document=None, message="")


@blueprint.post("/bank/documents/new")
@access(keeps)
def add_document() -> Page:
    """Enter it in the register."""
    form, message, now, who = DocumentForm(), "", clock.now(), viewer().person_id
    if form.validate_on_submit():
        try:
            with writing() as session:
                row, events = legislation.register(session, form.values())
                audit.note(session, events, by=who, at=now)
            return redirect(url_for("bank.document", document_id=row.id))
        except DomainError as error:
            message = sentence(error)
    return render_template("bank/document_form.html", form=form, document=None, message=message), 400


@blueprint.get("/bank/documents/<int:document_id>/edit")
@access(keeps, of=document_by_id)
def edit_document(document: Document) -> str:
    """The form with what the register holds."""
    form = DocumentForm(formdata=None)
    form.show(document)
    return render_template("bank/document_form.html", form=form, document=document, message="")


@blueprint.post("/bank/documents/<int:document_id>/edit")
@access(keeps, of=document_by_id)
def save_document(document: Document) -> Page:
    """Keep the changes; who saw an older state gets both texts and nothing is overwritten."""
    form, message, now, who = DocumentForm(), "", clock.now(), viewer().person_id
    if form.validate_on_submit():
        try:
            with writing() as session:
                row = document_by_id(session, document.id)
                unseen = form.lock.data != str(row.lock)
                events = [] if unseen else legislation.edit(session, row, form.values())
                audit.note(session, events, by=who, at=now)
            return _both(form, row) if unseen else _saved(row)
        except DomainError as error:
            message = sentence(error)
    return render_template("bank/document_form.html", form=form, document=document, message=message), 400


def _saved(document: Document) -> Page:
    flash(gettext("Saved."), "success")
    return redirect(url_for("bank.document", document_id=document.id))


def _both(form: DocumentForm, document: Document) -> Page:
    """The page of a collision: what was sent and what stands, line by line."""
    colon = gettext(": ")
    labels = {name: form[name].label.text for name in legislation.FIELDS}
    mine = "\n".join(f"{words}{colon}{form.values()[name] or ''}" for name, words in labels.items())
    theirs = "\n".join(f"{words}{colon}{getattr(document, name) or ''}" for name, words in labels.items())
    again = url_for("bank.edit_document", document_id=document.id)
    return render_template("errors/409.html", message="", mine=mine, theirs=theirs, again=again), 409

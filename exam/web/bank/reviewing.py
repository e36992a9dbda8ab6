"""What waits for reviewers, and what they say: approve, comment; giving back stands with the steps."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam import audit, clock
from exam.accounts.queries import names_of
from exam.extensions import db, writing
from exam.web.access import access, viewer
from exam.web.bank.area import Page, blueprint, reads, reviews, why
from exam.web.bank.forms import ReasonForm
from exam.web.bank.page import published_number
from exam.web.errors import sentence
from question_bank import lawbook, readings, reviewing
from question_bank.article_order import in_order
from question_bank.enums import Status
from question_bank.errors import DomainError
from question_bank.models import Article, Citation, Document, Question
from question_bank.queries import question_by_id
from question_bank.readings import Waiting
from question_bank.reviewing import Approval

WAITING = (Status.IN_REVIEW, Status.QUARANTINED)


class Beside(NamedTuple):
    """A document that fell: what a question cites of it, and what its successor says that is nearest to that.

    `said` holds for each citation the article's name and its texts in the register.
    """

    document: Document
    said: tuple[tuple[str, tuple[Article, ...]], ...]
    successor: Document | None
    says: tuple[Article, ...]


@blueprint.get("/bank/review")
@access(reads)
def review() -> str:
    """Questions in review and quarantined ones, with the reason and the law beside its successor."""
    status = next((each for each in WAITING if each.value == request.args.get("status")), None)
    document_id, number = request.args.get("document", type=int), request.args.get("page", 1, type=int)
    session = db.session()
    page = readings.waiting(session, status=status, document_id=document_id, page=number)
    subjects = {f"question:{row.question.id}": row.question.id for row in page.rows}
    steps = audit.latest(session, subjects, "question.status_changed")
    return render_template(
        "bank/review.html",
        page=page,
        status=status,
        statuses=WAITING,
        document=session.get(Document, document_id) if document_id else None,
        reasons={subjects[subject]: why(step.detail) for subject, step in steps.items()},
        writers=names_of(session, {row.version.written_by for row in page.rows}),
        beside=_beside(page.rows),
        may_review=reviews(viewer(), None),
        size=readings.PAGE_SIZE,
    )


def _beside(rows: tuple[Waiting, ...]) -> dict[int, list[Beside]]:
    """By question id each fallen citation with the articles on both sides."""
    session = db.session()
    cited = [each for row in rows for each in row.fallen]
    successors = lawbook.documents_by_id(session, {each.document.superseded_by_id or 0 for each in cited})
    articles = lawbook.articles_by_document(session, {each.document_id for each in cited} | set(successors))
    return {row.question.id: _side_by_side(row.fallen, articles, successors) for row in rows}


def _side_by_side(
    fallen: Iterable[Citation], articles: dict[int, list[Article]], successors: dict[int, Document]
) -> list[Beside]:
    """One entry a document, however many of its articles are cited."""
    cited: dict[int, list[Citation]] = {}
    for each in fallen:
        cited.setdefault(each.document_id, []).append(each)
    found = []
    for document_id, citations in cited.items():
        document = citations[0].document
        successor = successors.get(document.superseded_by_id or 0)
        offered = articles.get(successor.id, []) if successor else []
        held = articles.get(document_id, [])
        said = tuple((each.article, tuple(one for one in held if lawbook.names(each, one))) for each in citations)
        near = [one for _, texts in said for one in lawbook.nearest("".join(each.text for each in texts), offered)]
        says = {article.id: article for article in near}
        found.append(Beside(document, said, successor, tuple(in_order(says.values()))))
    return found


@blueprint.post("/bank/questions/<int:question_id>/comment")
@access(reads, of=question_by_id)
def comment(question: Question) -> Page:
    """Say something of the latest version."""
    form, now, who = ReasonForm(), clock.now(), viewer().person_id
    try:
        with writing() as session:
            row = question_by_id(session, question.id)
            words = (form.reason.data or "").strip()[:2000]
            audit.note(session, reviewing.comment(session, row, comment=words, by=who, at=now), by=who, at=now)
    except DomainError as error:
        flash(sentence(error), "danger")
    return redirect(url_for("bank.question", question_id=question.id, _anchor="thread-title"))


def approve(question: Question, words: str) -> str:
    """Approve the latest version; returns what to say. Raises DomainError."""
    now, who = clock.now(), viewer().person_id
    with writing() as session:
        approval = approve_in(session, question_by_id(session, question.id), words, by=who, at=now)
    if approval.published:
        return str(gettext("%(code)s is now: %(status)s", code=question.code, status=gettext(Status.PUBLISHED.label)))
    missing = approval.standing.missing
    return str(
        ngettext(
            "Approved. %(num)s more reader has to approve %(code)s.",
            "Approved. %(num)s more readers have to approve %(code)s.",
            missing,
            code=question.code,
        )
    )


def approve_in(session: Session, question: Question, words: str, *, by: int, at: datetime) -> Approval:
    """Approve in a transaction that is open; who wrote what is to be approved is found by the question's history."""
    since = published_number(audit.history(session, f"question:{question.id}"))
    approval, events = reviewing.approve(session, question, comment=words, since=since, by=by, at=at)
    audit.note(session, events, by=by, at=at)
    return approval


def send_back(question: Question, words: str) -> str:
    """Give a question in review back with what is to be changed; returns what to say. Raises DomainError."""
    now, who = clock.now(), viewer().person_id
    with writing() as session:
        row = question_by_id(session, question.id)
        audit.note(session, reviewing.send_back(session, row, comment=words, by=who, at=now), by=who, at=now)
    return str(gettext("%(code)s is now: %(status)s", code=question.code, status=gettext(Status.DRAFT.label)))

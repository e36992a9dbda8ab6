"""Verbs on the register of documents, and what each means for the questions that rest on them.

When a document falls (amended, repealed, replaced), every published question whose latest version cites it leaves the
draw in the same transaction. Nothing comes back by itself: a reviewer confirms each question or all together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from question_bank.enums import DocumentStatus, Status
from question_bank.errors import N_, Conflict, Invalid, NotAllowed, Problem
from question_bank.events import (
    ArticleChanged,
    BankEvent,
    DocumentChecked,
    DocumentCreated,
    DocumentDue,
    DocumentEdited,
    DocumentFallen,
    DocumentSuperseded,
)
from question_bank.lawbook import ending, resting_on, to_remind
from question_bank.models import Article, Document
from question_bank.queries import stands
from question_bank.steps import quarantine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

FIELDS = ("title", "number", "issuer", "in_force", "edition", "review_on", "note")
"""What a person edits of a document; its status changes by the verbs below."""

AMENDED = N_("“%(document)s” was amended.")
REPEALED = N_("“%(document)s” was repealed.")
REPLACED = N_("“%(document)s” was replaced by “%(successor)s”.")
ENDED = N_("It could be used until %(day)s.")


class Fall(NamedTuple):
    """A document that fell, and the codes of the questions that left the draw with it."""

    document: Document
    quarantined: tuple[str, ...]


def register(session: Session, values: dict[str, Any]) -> tuple[Document, list[BankEvent]]:
    """Enter a document with the values of ``FIELDS``.

    Raises ``Invalid`` without a title, ``Conflict`` when it is registered already.
    """
    _titled(session, values, None)
    document = Document(**{name: values[name] for name in FIELDS if values.get(name)})
    session.add(document)
    session.flush()
    detail = {"title": document.title, "number": document.number, "in_force": document.in_force}
    return document, [DocumentCreated(object_id=document.id, detail=detail)]


def edit(session: Session, document: Document, values: dict[str, Any]) -> list[BankEvent]:
    """Change what is known of a document; no event when nothing differs.

    Raises ``Invalid`` without a title, ``Conflict`` when another document bears that title.
    """
    _titled(session, values, document)
    changes = {
        name: [_shown(getattr(document, name)), _shown(values[name])]
        for name in FIELDS
        if name in values and getattr(document, name) != values[name]
    }
    for name in changes:
        setattr(document, name, values[name])
    session.flush()
    return [DocumentEdited(object_id=document.id, detail=changes)] if changes else []


def _titled(session: Session, values: dict[str, Any], document: Document | None) -> None:
    title = values.get("title") or (document.title if document else "")
    if not title:
        raise Invalid([Problem("title", N_("A document needs its title."))])
    known = session.scalar(select(Document).where(Document.title == title))
    if known is not None and known is not document:
        raise Conflict(N_("“%(title)s” is registered already."), title=title)


def amend(
    session: Session, document: Document, *, reason: str = "", by: int | None, at: datetime
) -> tuple[Fall, list[BankEvent]]:
    """Mark a document as amended: until it is checked against the new text, no question rests on it.

    Raises ``NotAllowed`` unless it is in force.
    """
    del by  # named for the caller's audit row, as in the two verbs below
    if not stands(document):
        raise NotAllowed(N_("“%(title)s” is not in force."), title=document.title)
    return _fall(session, document, DocumentStatus.AMENDED, AMENDED, reason, at=at)


def repeal(
    session: Session, document: Document, *, reason: str = "", by: int | None, at: datetime
) -> tuple[Fall, list[BankEvent]]:
    """Mark a document as repealed without a successor. Raises ``NotAllowed`` when it is repealed already."""
    del by
    if document.status is DocumentStatus.REPEALED:
        raise NotAllowed(N_("“%(title)s” is repealed already."), title=document.title)
    return _fall(session, document, DocumentStatus.REPEALED, REPEALED, reason, at=at)


def _fall(
    session: Session, document: Document, status: DocumentStatus, because: str, reason: str, *, at: datetime
) -> tuple[Fall, list[BankEvent]]:
    document.status = status
    session.flush()
    codes, events = _taken_out(session, document, because, {"document": document.title}, at=at)
    detail = {"status": status, "reason": reason, "quarantined": codes}
    return Fall(document, tuple(codes)), [DocumentFallen(object_id=document.id, detail=detail), *events]


def supersede(
    session: Session, document: Document, successor: Document, *, reason: str = "", by: int | None, at: datetime
) -> tuple[Fall, list[BankEvent]]:
    """Put ``successor`` in the place of ``document``, which is repealed by that.

    Raises ``NotAllowed`` when it is its own successor, has one already, or the successor does not stand itself.
    """
    del by
    if document.id == successor.id:
        raise NotAllowed(N_("A document cannot replace itself."))
    if document.superseded_by_id is not None:
        raise NotAllowed(N_("“%(title)s” has been replaced already."), title=document.title)
    if not stands(successor):
        raise NotAllowed(N_("“%(title)s” is not in force and cannot take the place of another."), title=successor.title)
    document.status = DocumentStatus.REPEALED
    document.superseded_by_id = successor.id
    session.flush()
    names = {"document": document.title, "successor": successor.title}
    codes, events = _taken_out(session, document, REPLACED, names, at=at)
    detail = {"by": successor.id, "title": successor.title, "reason": reason, "quarantined": codes}
    return Fall(document, tuple(codes)), [DocumentSuperseded(object_id=document.id, detail=detail), *events]


def _taken_out(
    session: Session, document: Document, because: str, names: Mapping[str, object], *, at: datetime
) -> tuple[list[str], list[BankEvent]]:
    ids = [each.question.id for each in resting_on(session, document.id, status=Status.PUBLISHED)]
    return quarantine(session, ids, at=at, reason=because, params=dict(names))


def check(
    session: Session, document: Document, *, edition: str = "", review_on: date | None = None, reason: str = ""
) -> list[BankEvent]:
    """Let a document carry questions again: its articles were checked against the text now in force.

    An amended one gets the date of its new edition; a repeal or a replacement that was entered by mistake is taken
    back. The questions stay out of the draw until a reviewer confirms them. Raises ``NotAllowed`` when it stands.
    """
    if stands(document):
        raise NotAllowed(N_("“%(title)s” is in force as it is."), title=document.title)
    before = {"status": document.status, "superseded_by": document.superseded_by_id, "edition": document.edition}
    document.status = DocumentStatus.IN_FORCE
    document.superseded_by_id = None
    document.edition = edition or document.edition
    document.review_on = review_on or document.review_on
    session.flush()
    detail = {"before": before, "edition": document.edition, "reason": reason}
    return [DocumentChecked(object_id=document.id, detail=detail)]


def write_article(
    session: Session, document: Document, article: Article | None, *, label: str, text: str, fact: str, certainty: str
) -> tuple[Article, list[BankEvent]]:
    """Add an article at the end, or change ``article``. Raises ``Invalid`` when it says nothing."""
    if not (label or text):
        raise Invalid([Problem("text", N_("An article needs its number or its text."))])
    before = article.text if article else ""
    if article is None:
        last = session.scalar(select(func.max(Article.position)).where(Article.document_id == document.id))
        article = Article(document_id=document.id, position=0 if last is None else last + 1)
        session.add(article)
    article.label, article.text, article.fact, article.certainty = label, text, fact, certainty
    session.flush()
    detail = {"label": label, "before": before, "after": text}
    return article, [ArticleChanged(object_id=document.id, detail=detail)]


def remove_article(session: Session, article: Article) -> list[BankEvent]:
    """Take an article out of the register; questions keep what they cite, for a citation holds its own words."""
    detail = {"label": article.label, "before": article.text, "after": ""}
    event = ArticleChanged(object_id=article.document_id, detail=detail)
    session.delete(article)
    session.flush()
    return [event]


def remind(session: Session, *, on: date) -> list[BankEvent]:
    """Note once for each document that its review date draws near; who works on the bank sees it on the home page."""
    events: list[BankEvent] = []
    for document in to_remind(session, on=on):
        document.reminded_on = document.review_on
        detail = {"title": document.title, "review_on": str(document.review_on)}
        events.append(DocumentDue(object_id=document.id, detail=detail))
    session.flush()
    return events


def expire(session: Session, *, on: date, at: datetime) -> tuple[list[str], list[BankEvent]]:
    """Take the questions out of the draw whose last day was before ``on``; returns their codes."""
    codes: list[str] = []
    events: list[BankEvent] = []
    for question in ending(session, until=on):
        if question.valid_to and question.valid_to < on:
            named: dict[str, object] = {"day": question.valid_to.isoformat()}
            done, told = quarantine(session, [question.id], at=at, reason=ENDED, params=named)
            codes += done
            events += told
    return codes, events


def _shown(value: object) -> object:
    return value if isinstance(value, str) else None if value is None else str(value)

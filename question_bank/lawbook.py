"""Reading the register of documents: the list, one document with its articles, what rests on it, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from question_bank.article_order import in_order
from question_bank.enums import DocumentStatus, Status
from question_bank.errors import N_, NotFound
from question_bank.models import Article, Citation, Document, Question, QuestionVersion
from question_bank.queries import LATEST, batches, document_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

AHEAD = timedelta(days=30)
"""So long before its review date a document is brought to people's notice."""
NEAREST = 3
"""So many articles of a successor stand beside one of its predecessor."""
LEAST = 0.05
"""Articles that share less than this are not shown as near: pairs such as 应当 are in all of them."""


@dataclass(frozen=True)
class DocumentFilters:
    """What is looked for. ``due_by``: review date up to that day. ``text`` stands in title, number or issuer."""

    text: str = ""
    status: DocumentStatus | None = None
    due_by: date | None = None


class DocumentLine(NamedTuple):
    """A document with its successor's title, and how many articles, questions and published questions it carries."""

    document: Document
    successor: str
    articles: int
    questions: int
    published: int


class Resting(NamedTuple):
    """A question whose latest version cites a document, and the citations of it."""

    question: Question
    version: QuestionVersion
    citations: tuple[Citation, ...]


class Calendar(NamedTuple):
    """Documents by when their review is due, each group by date; questions by the day they may last be drawn."""

    overdue: tuple[DocumentLine, ...]
    this_month: tuple[DocumentLine, ...]
    later: tuple[DocumentLine, ...]
    ending: tuple[Question, ...]


def lines(session: Session, filters: DocumentFilters) -> list[DocumentLine]:
    """Return the documents that pass ``filters`` by title, in three statements."""
    wanted = select(Document).where(*_conditions(filters)).order_by(Document.title)
    documents = session.scalars(wanted).all()
    return _lines(session, documents)


def _conditions(filters: DocumentFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    for word in filters.text.split():
        columns = (Document.title, Document.number, Document.issuer)
        wanted.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if filters.status:
        wanted.append(Document.status == filters.status)
    if filters.due_by:
        wanted += [Document.review_on <= filters.due_by, Document.status != DocumentStatus.REPEALED]
    return wanted


def _lines(session: Session, documents: Sequence[Document]) -> list[DocumentLine]:
    citing = (
        select(Citation.document_id, Question.id, Question.status)
        .join(QuestionVersion, QuestionVersion.id == Citation.version_id)
        .join(Question, LATEST)
        .where(Question.status != Status.RETIRED)
        .distinct()
    )
    resting: dict[int, list[Status]] = {}
    for document_id, _, status in session.execute(citing):
        resting.setdefault(document_id, []).append(status)
    articles = dict(iter(session.execute(select(Article.document_id, func.count()).group_by(Article.document_id))))
    titles = dict(iter(session.execute(select(Document.id, Document.title))))
    return [
        DocumentLine(
            document,
            titles.get(document.superseded_by_id or 0, ""),
            articles.get(document.id, 0),
            len(resting.get(document.id, ())),
            resting.get(document.id, []).count(Status.PUBLISHED),
        )
        for document in documents
    ]


def line_of(session: Session, document: Document) -> DocumentLine:
    """Return one document as the list shows it."""
    return _lines(session, [document])[0]


def document_named(session: Session, name: str) -> Document:
    """Return the document of that id, exact title or number (文号).

    Raises ``NotFound``, also for a number that several documents bear.
    """
    if name.isascii() and name.isdigit():
        return document_by_id(session, int(name))
    plain = name.strip().removeprefix("《").removesuffix("》")
    found = session.scalars(
        select(Document).where(or_(Document.title.in_((name.strip(), plain)), Document.number == plain)).limit(2)
    ).all()
    if len(found) != 1:
        raise NotFound(
            N_("No single document is called “%(name)s”: give its id, its exact title or its number."), name=name
        )
    return found[0]


def predecessors(session: Session, document_id: int) -> Sequence[Document]:
    """Return the documents it has replaced, by title."""
    wanted = select(Document).where(Document.superseded_by_id == document_id).order_by(Document.title)
    return session.scalars(wanted).all()


def possible_successors(session: Session, document: Document) -> Sequence[Document]:
    """Return the documents that stand and may take its place, by title."""
    return session.scalars(
        select(Document)
        .where(
            Document.id != document.id,
            Document.status == DocumentStatus.IN_FORCE,
            Document.superseded_by_id.is_(None),
        )
        .order_by(Document.title)
    ).all()


def articles_of(session: Session, document_id: int) -> Sequence[Article]:
    """Return its articles in their order."""
    return in_order(session.scalars(select(Article).where(Article.document_id == document_id)))


def article_by_id(session: Session, article_id: int) -> Article:
    """Return the article; raise ``NotFound``."""
    article = session.get(Article, article_id)
    if article is None:
        raise NotFound(N_("There is no such article."))
    return article


def resting_on(session: Session, document_id: int, *, status: Status | None = None) -> list[Resting]:
    """Return the questions whose latest version cites the document, by code; retired ones are left out."""
    wanted = (
        select(Question, QuestionVersion)
        .join(QuestionVersion, LATEST)
        .where(
            QuestionVersion.citations.any(Citation.document_id == document_id),
            Question.status == status if status else Question.status != Status.RETIRED,
        )
        .order_by(Question.code)
        .options(selectinload(QuestionVersion.citations))
    )
    return [
        Resting(question, version, tuple(each for each in version.citations if each.document_id == document_id))
        for question, version in session.execute(wanted)
    ]


def by_article(resting: Iterable[Resting], articles: Iterable[Article]) -> dict[int, list[Question]]:
    """Return by article id the questions that cite it: by its fact where both name one, else by its label."""
    found: dict[int, list[Question]] = {}
    held = list(resting)
    for article in articles:
        found[article.id] = [each.question for each in held if any(names(cited, article) for cited in each.citations)]
    return found


def names(cited: Citation, article: Article) -> bool:
    """Whether a citation means that article."""
    if cited.fact and article.fact:
        return cited.fact == article.fact
    return bool(article.label) and cited.article == article.label


def calendar(session: Session, *, on: date, days: int = 92) -> Calendar:
    """Return what is to be looked at again by ``on`` + ``days``: overdue, by the end of the month, after it.

    Questions that end within that time are published and have a last day. Repealed documents need no review.
    """
    until = on + timedelta(days=days)
    wanted = (
        select(Document)
        .where(Document.review_on <= until, Document.status != DocumentStatus.REPEALED)
        .order_by(Document.review_on, Document.title)
    )
    held = _lines(session, session.scalars(wanted).all())
    month_end = (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    dated = [(line, line.document.review_on) for line in held if line.document.review_on]
    return Calendar(
        overdue=tuple(line for line, day in dated if day < on),
        this_month=tuple(line for line, day in dated if on <= day <= month_end),
        later=tuple(line for line, day in dated if day >= on and day > month_end),
        ending=tuple(ending(session, until=until)),
    )


def ending(session: Session, *, until: date) -> Sequence[Question]:
    """Return the published questions that may last be drawn on ``until`` or before, the soonest first."""
    return session.scalars(
        select(Question)
        .where(Question.status == Status.PUBLISHED, Question.valid_to <= until)
        .order_by(Question.valid_to, Question.code)
        .options(selectinload(Question.topic))
    ).all()


def due_count(session: Session, *, on: date) -> int:
    """Count the documents whose review date has come or comes within ``AHEAD``."""
    wanted = select(func.count()).select_from(Document)
    return session.scalar(wanted.where(*_due(on))) or 0


def to_remind(session: Session, *, on: date) -> Sequence[Document]:
    """Return the documents due soon of whose present review date nobody has been told yet."""
    told = Document.reminded_on.is_not(None) & (Document.reminded_on >= Document.review_on)
    return session.scalars(select(Document).where(*_due(on), ~told).order_by(Document.review_on, Document.id)).all()


def _due(on: date) -> tuple[ColumnElement[bool], ...]:
    return Document.review_on <= on + AHEAD, Document.status != DocumentStatus.REPEALED


def documents_by_id(session: Session, ids: Iterable[int]) -> dict[int, Document]:
    """Return the documents of ``ids`` that there are."""
    found: dict[int, Document] = {}
    for batch in batches(sorted(set(ids))):
        found |= {document.id: document for document in session.scalars(select(Document).where(Document.id.in_(batch)))}
    return found


def articles_by_document(session: Session, ids: Iterable[int]) -> dict[int, list[Article]]:
    """Return the articles of several documents, each in their order."""
    found: dict[int, list[Article]] = {}
    for batch in batches(sorted(set(ids))):
        for article in session.scalars(select(Article).where(Article.document_id.in_(batch))):
            found.setdefault(article.document_id, []).append(article)
    return {document_id: in_order(articles) for document_id, articles in found.items()}


def nearest(text: str, articles: Iterable[Article], *, most: int = NEAREST) -> list[Article]:
    """Return the articles that share most pairs of characters with ``text`` (Jaccard, at least ``LEAST``)."""
    pairs = _pairs(text)
    scored = [(_likeness(pairs, _pairs(article.text)), article) for article in articles]
    return [article for score, article in sorted(scored, key=lambda each: -each[0])[:most] if score >= LEAST]


def _pairs(text: str) -> set[str]:
    return {text[start : start + 2] for start in range(len(text) - 1)}


def _likeness(first: set[str], second: set[str]) -> float:
    return len(first & second) / len(first | second) if first and second else 0.0

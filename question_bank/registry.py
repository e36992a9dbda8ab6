"""Topics and documents as a batch of drafts meets them: found by code or title, created when they are new."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from question_bank.enums import DocumentStatus
from question_bank.errors import N_, Invalid, Problem
from question_bank.events import BankEvent, DocumentCreated, DocumentEdited, TopicCreated
from question_bank.models import Article, Document, Topic
from question_bank.taxonomy import PLACES, ROOTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from question_bank.drafts import Draft


class DocumentEntry(NamedTuple):
    """What is known of a law or policy besides its title: 文号, issuer, first day in force, date of the edition.

    ``superseded_by`` is the title of its successor. ``demo`` is said of what is cited by demo content only.
    """

    title: str
    number: str = ""
    issuer: str = ""
    in_force: str = ""
    edition: str = ""
    status: DocumentStatus = DocumentStatus.IN_FORCE
    superseded_by: str = ""
    review_on: date | None = None
    note: str = ""
    demo: bool = False


class ArticleEntry(NamedTuple):
    """What one article of the document of that title says. ``fact`` is the id citations name it by."""

    document: str
    label: str = ""
    fact: str = ""
    text: str = ""
    certainty: str = ""


class Registry:
    """Topics and documents of one session, loaded once; what it creates is reported in ``events`` after ``flush``."""

    def __init__(self, session: Session) -> None:
        """Load the topic tree and the register of documents."""
        self._session = session
        self._topics = {topic.code: topic for topic in session.scalars(select(Topic))}
        self._subtopics = {(topic.parent_id, topic.name): topic for topic in self._topics.values() if topic.parent_id}
        self._children = Counter(parent for parent, _ in self._subtopics)
        self._documents = {document.title: document for document in session.scalars(select(Document))}
        self._new: list[Topic | Document] = []
        self._edited: list[DocumentEdited] = []

    def topic(self, root: str, subtopic: str) -> Topic:
        """Return the topic of that name below ``root`` (the root itself without a name), creating what is missing.

        Raises ``Invalid`` for a root that is none of the eight nor the place for what is not sorted.
        """
        parent = self._root(root)
        if not subtopic:
            return parent
        topic = self._subtopics.get((parent.id, subtopic))
        if topic is None:
            topic = self._subtopic(parent, subtopic)
            self._session.flush()  # its id is needed below it
        return topic

    def meet(self, drafts: Iterable[Draft]) -> None:
        """Create what topics and documents ``drafts`` name that are not there yet, with a few flushes for all.

        Raises ``Invalid`` for an unknown root.
        """
        held = list(drafts)
        for draft in held:
            parent = self._root(draft.topic)
            if draft.subtopic and (parent.id, draft.subtopic) not in self._subtopics:
                self._subtopic(parent, draft.subtopic)
        self._register((cited.document, cited.in_force) for draft in held for cited in draft.citations)

    def _subtopic(self, parent: Topic, name: str) -> Topic:
        self._children[parent.id] += 1
        number = self._children[parent.id]
        topic = Topic(code=f"{parent.code}-{number:03d}", name=name, parent_id=parent.id, position=number)
        self._add(topic)
        self._subtopics[parent.id, name] = topic
        return topic

    def _root(self, code: str) -> Topic:
        if code not in PLACES:
            template = N_("There is no topic “%(topic)s”; the topics are %(known)s.")
            raise Invalid([Problem("topic", template, {"topic": code, "known": " ".join(ROOTS)})])
        if code not in self._topics:
            root = Topic(code=code, name=PLACES[code], parent_id=None, position=list(PLACES).index(code))
            self._add(root)
            self._session.flush()  # its id is needed below it
            self._topics[code] = root
        return self._topics[code]

    def document(self, title: str, in_force: str = "") -> Document:
        """Return the document of that title, registering it if it is new; an unknown date is filled in."""
        if title not in self._documents:
            self._register([(title, in_force)])
        document = self._documents[title]
        if in_force and not document.in_force:
            self._fill(document, {"in_force": in_force})
        return document

    def _register(self, named: Iterable[tuple[str, str]]) -> None:
        """Register the documents of these titles and first days in force that are new, with one flush for all."""
        for title, in_force in named:
            if title not in self._documents:
                document = Document(title=title, number="", issuer="", in_force=in_force, edition="")
                self._documents[title] = document
                self._add(document)
        self._session.flush()

    def enter(self, entries: Iterable[DocumentEntry]) -> None:
        """Register documents with all that is known of them; what a person has filled in or decided is kept.

        Whether it stands, and who succeeded it, is taken over only for a document nobody had registered before.
        """
        known = set(self._documents)
        held = list(entries)
        self._register((entry.title, entry.in_force) for entry in held)
        for entry in held:
            document = self.document(entry.title, entry.in_force)
            values: dict[str, Any] = {"number": entry.number, "issuer": entry.issuer, "edition": entry.edition}
            if not (document.note or document.review_on):
                values |= {"review_on": entry.review_on, "note": entry.note}
            self._fill(document, {name: value for name, value in values.items() if value})
        for entry in held:
            if entry.title not in known and entry.status is not DocumentStatus.IN_FORCE:
                document = self.document(entry.title)
                document.status = entry.status
                document.superseded_by_id = self.document(entry.superseded_by).id if entry.superseded_by else None
        self._session.flush()

    def enter_articles(self, entries: Iterable[ArticleEntry]) -> None:
        """Write down the articles of documents that have none yet; those a person keeps are left alone."""
        held = set(self._session.scalars(select(Article.document_id).distinct()))
        by_title: dict[str, list[ArticleEntry]] = {}
        for entry in entries:
            by_title.setdefault(entry.document, []).append(entry)
        for title, articles in by_title.items():
            document = self._documents.get(title)
            if document is None or document.id in held:
                continue
            for position, entry in enumerate(articles):
                values = {"label": entry.label, "text": entry.text, "fact": entry.fact, "certainty": entry.certainty}
                self._session.add(Article(document_id=document.id, position=position, **values))
        self._session.flush()

    def _fill(self, document: Document, values: dict[str, Any]) -> None:
        empty = {name: value for name, value in values.items() if not getattr(document, name)}
        for name, value in empty.items():
            setattr(document, name, value)
        if empty and document.id and document not in self._new:
            changes: dict[str, object] = {name: ["", str(value)] for name, value in empty.items()}
            self._edited.append(DocumentEdited(object_id=document.id, detail=changes))

    def _add(self, row: Topic | Document) -> None:
        self._session.add(row)
        self._new.append(row)

    def events(self) -> list[BankEvent]:
        """Return what was created or filled in since the last call."""
        events = [_created(row) for row in self._new] + self._edited
        self._new, self._edited = [], []
        return events


def _created(row: Topic | Document) -> BankEvent:
    if isinstance(row, Topic):
        return TopicCreated(object_id=row.id, detail={"code": row.code, "name": row.name})
    detail = {"title": row.title, "number": row.number, "in_force": row.in_force}
    return DocumentCreated(object_id=row.id, detail=detail)

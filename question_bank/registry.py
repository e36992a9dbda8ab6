"""Topics and documents as a batch of drafts meets them: found by code or title, created when they are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from question_bank.errors import N_, Invalid, Problem
from question_bank.events import BankEvent, DocumentCreated, DocumentEdited, TopicCreated
from question_bank.models import Document, Topic
from question_bank.taxonomy import PLACES, ROOTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


class DocumentEntry(NamedTuple):
    """What is known of a law or policy besides its title: 文号, issuer, first day in force, date of the edition."""

    title: str
    number: str = ""
    issuer: str = ""
    in_force: str = ""
    edition: str = ""


class Registry:
    """Topics and documents of one session, loaded once; what it creates is reported in ``events`` after ``flush``."""

    def __init__(self, session: Session) -> None:
        """Load the topic tree and the register of documents."""
        self._session = session
        self._topics = {topic.code: topic for topic in session.scalars(select(Topic))}
        self._subtopics = {(topic.parent_id, topic.name): topic for topic in self._topics.values() if topic.parent_id}
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
            number = sum(1 for known, _ in self._subtopics if known == parent.id) + 1
            topic = Topic(code=f"{root}-{number:03d}", name=subtopic, parent_id=parent.id, position=number)
            self._add(topic)
            self._subtopics[parent.id, subtopic] = topic
        return topic

    def _root(self, code: str) -> Topic:
        if code not in PLACES:
            template = N_("There is no topic “%(topic)s”; the topics are %(known)s.")
            raise Invalid([Problem("topic", template, {"topic": code, "known": " ".join(ROOTS)})])
        if code not in self._topics:
            root = Topic(code=code, name=PLACES[code], parent_id=None, position=list(PLACES).index(code))
            self._add(root)
            self._topics[code] = root
        return self._topics[code]

    def document(self, title: str, in_force: str = "") -> Document:
        """Return the document of that title, registering it if it is new; an unknown date is filled in."""
        document = self._documents.get(title)
        if document is None:
            document = Document(title=title, number="", issuer="", in_force=in_force, edition="")
            self._documents[title] = document
            self._add(document)
        elif in_force and not document.in_force:
            self._fill(document, {"in_force": in_force})
        return document

    def enter(self, entries: Iterable[DocumentEntry]) -> None:
        """Register documents with all that is known of them; what a person has filled in is kept."""
        for entry in entries:
            document = self.document(entry.title, entry.in_force)
            known = {"number": entry.number, "issuer": entry.issuer, "edition": entry.edition}
            self._fill(document, {name: value for name, value in known.items() if value})

    def _fill(self, document: Document, values: dict[str, str]) -> None:
        empty = {name: value for name, value in values.items() if not getattr(document, name)}
        for name, value in empty.items():
            setattr(document, name, value)
        if empty and document.id and document not in self._new:
            changes = {name: ["", value] for name, value in empty.items()}
            self._edited.append(DocumentEdited(object_id=document.id, detail=changes))

    def _add(self, row: Topic | Document) -> None:
        self._session.add(row)
        self._session.flush()  # its id is needed below it
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

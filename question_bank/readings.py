"""Reading what readers said: the thread of a question, who may approve it, what waits, how much was solved blind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from question_bank.enums import Finding, Status
from question_bank.errors import N_, NotFound
from question_bank.models import Citation, Question, QuestionVersion, Review, Topic
from question_bank.queries import LATEST, stands
from question_bank.taxonomy import ROOTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

PAGE_SIZE = 20
SOLVED = (Finding.SOLVED_ALIKE, Finding.SOLVED_OTHERWISE)


class Standing(NamedTuple):
    """How far the reading of the latest version is: who approved it, and how many must."""

    approved_by: tuple[int, ...]
    needed: int

    @property
    def missing(self) -> int:
        """How many approvals are still missing."""
        return max(0, self.needed - len(self.approved_by))


class Waiting(NamedTuple):
    """A question that waits for a reader, with its latest version and the citations of documents that have fallen."""

    question: Question
    version: QuestionVersion
    fallen: tuple[Citation, ...]


class WaitingPage(NamedTuple):
    """One page of what waits; ``number`` counts from 1, ``counts`` by status over all pages."""

    rows: tuple[Waiting, ...]
    total: int
    number: int
    pages: int
    counts: dict[Status, int]


class Blind(NamedTuple):
    """Of the published questions: how many there are, were solved without the key, and to the same key."""

    published: int
    solved: int
    alike: int

    @property
    def share(self) -> float:
        """Share of the published questions that were solved blind to the same key, 0 where there are none."""
        return round(self.alike / self.published, 4) if self.published else 0.0


def thread(session: Session, question_id: int) -> Sequence[Review]:
    """Return what was said of all versions of a question, the oldest first."""
    return session.scalars(
        select(Review)
        .join(QuestionVersion, QuestionVersion.id == Review.version_id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(Review.id)
        .options(joinedload(Review.version))
    ).all()


def needed(session: Session, question: Question) -> int:
    """Return how many people must approve: what the root of its topic says."""
    topic = session.get_one(Topic, question.topic_id)
    root = session.get_one(Topic, topic.parent_id) if topic.parent_id else topic
    return root.reviewers_needed


def topic_by_id(session: Session, topic_id: int) -> Topic:
    """Return the topic; raise ``NotFound``."""
    topic = session.get(Topic, topic_id)
    if topic is None:
        raise NotFound(N_("There is no such topic."))
    return topic


def roots(session: Session) -> Sequence[Topic]:
    """Return the topics of the first level in their order, without the place for what is not sorted."""
    wanted = select(Topic).where(Topic.parent_id.is_(None), Topic.code.in_(list(ROOTS)))
    return session.scalars(wanted.order_by(Topic.position)).all()


def standing(session: Session, question: Question, version: QuestionVersion) -> Standing:
    """Return how far the reading of ``version`` is. What was approved before it was last sent back counts no more."""
    said = session.scalars(select(Review).where(Review.version_id == version.id).order_by(Review.id)).all()
    approved: dict[int, None] = {}
    for review in said:
        if review.finding is Finding.RETURNED:
            approved.clear()
        elif review.finding is Finding.APPROVED and review.reader is not None:
            approved[review.reader] = None
    return Standing(tuple(approved), needed(session, question))


def writers_since(session: Session, question_id: int, number: int) -> set[int]:
    """Return who wrote a version with a higher number than ``number`` (of the version last published; 0: none was)."""
    found = session.scalars(
        select(QuestionVersion.written_by).where(
            QuestionVersion.question_id == question_id, QuestionVersion.number > number
        )
    )
    return {person for person in found if person is not None}


def waiting(
    session: Session,
    *,
    status: Status | None = None,
    document_id: int | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> WaitingPage:
    """Return what is in review or quarantined, by the time of its last change; ``page`` is brought into range."""
    base = select(Question.id, Question.status).join(QuestionVersion, LATEST)
    base = base.where(Question.status.in_((Status.IN_REVIEW, Status.QUARANTINED)))
    if document_id:
        base = base.where(QuestionVersion.citations.any(Citation.document_id == document_id))
    of_all = base.subquery()
    counts: dict[Status, int] = dict(
        iter(session.execute(select(of_all.c.status, func.count()).group_by(of_all.c.status)))
    )
    total = counts.get(status, 0) if status else sum(counts.values())
    pages = max(1, -(-total // size))
    number = min(max(page, 1), pages)
    wanted = (
        select(Question, QuestionVersion)
        .join(QuestionVersion, LATEST)
        .where(Question.id.in_(select(of_all.c.id)), *([Question.status == status] if status else []))
        .order_by(Question.changed_at, Question.code)
        .limit(size)
        .offset((number - 1) * size)
        .options(selectinload(Question.topic), selectinload(QuestionVersion.citations).selectinload(Citation.document))
    )
    rows = tuple(
        Waiting(question, version, tuple(each for each in version.citations if not stands(each.document)))
        for question, version in session.execute(wanted)
    )
    return WaitingPage(rows, total, number, pages, counts)


def blind(session: Session) -> Blind:
    """Count over the latest versions of published questions; of several readings of one version the last counts."""
    published = session.scalar(select(func.count()).where(Question.status == Status.PUBLISHED)) or 0
    rows = session.execute(
        select(Review.version_id, Review.finding)
        .join(QuestionVersion, QuestionVersion.id == Review.version_id)
        .join(Question, LATEST)
        .where(Question.status == Status.PUBLISHED, Review.finding.in_(SOLVED))
        .order_by(Review.id)
    )
    last: dict[int, Finding] = dict(iter(rows))
    return Blind(published, len(last), list(last.values()).count(Finding.SOLVED_ALIKE))

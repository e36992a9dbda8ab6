"""Verbs of the readers: approve, send back, comment, solve without the key. Every finding is kept for good.

A version is published when enough people have approved it, none of whom wrote any of it since it was last published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from question_bank.enums import Finding, Status
from question_bank.errors import N_, Invalid, NotAllowed, Problem
from question_bank.events import BankEvent, QuestionReviewed, TopicEdited
from question_bank.models import Question, QuestionVersion, Review, Topic
from question_bank.queries import batches, latest_version
from question_bank.readings import SOLVED, Standing, standing, writers_since
from question_bank.steps import advance, hindering

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

MOST_REVIEWERS = 5


class Approval(NamedTuple):
    """What became of an approval: whether the question is published now, and how the reading stands."""

    published: bool
    standing: Standing


class Reading(NamedTuple):
    """A shipped finding: ``reader`` solved the wording of that hash without its key, ``alike`` to it or not."""

    code: str
    content_hash: str
    reader: str
    alike: bool


def approve(
    session: Session, question: Question, *, comment: str = "", since: int = 0, by: int, at: datetime
) -> tuple[Approval, list[BankEvent]]:
    """Say that the latest version may be published; the last approval that was missing publishes it.

    ``since`` is the number of the version last published (0: none). What is quarantined was published as it stands:
    one reader is enough to publish it again. Raises ``NotAllowed`` for its author, for who has approved it already
    and where nothing waits; ``Invalid`` with all that stands in the way of publishing.
    """
    version = latest_version(session, question)
    _may_approve(session, question, version, since=since, by=by)
    hindrances = hindering(question, version)
    if hindrances:
        raise Invalid(hindrances)
    events = [_said(session, question, version, Finding.APPROVED, comment, by=by, at=at)]
    now = standing(session, question, version)
    if question.status is Status.IN_REVIEW and now.missing:
        return Approval(published=False, standing=now), events
    events += advance(session, question, Status.PUBLISHED, by=by, at=at, reason=comment[:200])
    return Approval(published=True, standing=now), events


def _may_approve(session: Session, question: Question, version: QuestionVersion, *, since: int, by: int) -> None:
    if question.status not in {Status.IN_REVIEW, Status.QUARANTINED}:
        raise NotAllowed(N_("%(code)s does not wait for a reviewer."), code=question.code)
    if by in writers_since(session, question.id, since):
        raise NotAllowed(N_("Who wrote %(code)s cannot approve it."), code=question.code)
    if question.status is Status.IN_REVIEW and by in standing(session, question, version).approved_by:
        raise NotAllowed(N_("You have approved this version of %(code)s already."), code=question.code)


def send_back(session: Session, question: Question, *, comment: str, by: int, at: datetime) -> list[BankEvent]:
    """Give a question in review back to its author with what is to be changed.

    Raises ``Invalid`` without a comment, ``NotAllowed`` where it is not in review.
    """
    if not comment:
        raise Invalid([Problem("comment", N_("Say what is to be changed."))])
    moved = advance(session, question, Status.DRAFT, by=by, at=at, reason=comment[:200])
    version = latest_version(session, question)
    return [_said(session, question, version, Finding.RETURNED, comment, by=by, at=at), *moved]


def comment(session: Session, question: Question, *, comment: str, by: int, at: datetime) -> list[BankEvent]:
    """Say something of the latest version without deciding. Raises ``Invalid`` without words."""
    if not comment:
        raise Invalid([Problem("comment", N_("Write the comment first."))])
    version = latest_version(session, question)
    return [_said(session, question, version, Finding.COMMENT, comment, by=by, at=at)]


def solved(
    session: Session, question: Question, *, alike: bool, comment: str = "", by: int, at: datetime
) -> list[BankEvent]:
    """Keep that somebody solved the latest version without its key.

    Raises ``NotAllowed`` for who wrote that version.
    """
    version = latest_version(session, question)
    if version.written_by == by:
        raise NotAllowed(N_("Who wrote %(code)s cannot solve it blind."), code=question.code)
    finding = Finding.SOLVED_ALIKE if alike else Finding.SOLVED_OTHERWISE
    return [_said(session, question, version, finding, comment, by=by, at=at)]


def _said(
    session: Session,
    question: Question,
    version: QuestionVersion,
    finding: Finding,
    words: str,
    *,
    by: int,
    at: datetime,
) -> BankEvent:
    session.add(Review(version_id=version.id, finding=finding, comment=words, reader=by, at=at))
    session.flush()
    detail = {"code": question.code, "version": version.number, "finding": finding, "comment": words}
    return QuestionReviewed(object_id=question.id, detail=detail)


def set_reviewers(session: Session, topic: Topic, needed: int) -> list[BankEvent]:
    """Decide how many people must approve what hangs on a root and below it. Raises ``Invalid`` outside 1–5."""
    if topic.parent_id is not None or not 1 <= needed <= MOST_REVIEWERS:
        raise Invalid([Problem("reviewers_needed", N_("One to five reviewers, for a topic of the first level."))])
    before, topic.reviewers_needed = topic.reviewers_needed, needed
    session.flush()
    if before == needed:
        return []
    return [TopicEdited(object_id=topic.id, detail={"code": topic.code, "reviewers_needed": [before, needed]})]


def enter_readings(session: Session, readings: Iterable[Reading], *, at: datetime) -> list[BankEvent]:
    """Keep shipped findings for the versions whose hash is the one that was read; doing it again adds nothing."""
    events: list[BankEvent] = []
    wanted: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        wanted.setdefault((reading.code, reading.content_hash), []).append(reading)
    for batch in batches(list(wanted)):
        versions = session.execute(
            select(Question, QuestionVersion)
            .join(QuestionVersion, QuestionVersion.question_id == Question.id)
            .where(Question.code.in_({code for code, _ in batch}))
            .order_by(Question.code, QuestionVersion.number)
        ).all()
        known = _signed(session, [version.id for _, version in versions])
        for question, version in versions:
            for reading in wanted.get((question.code, version.content_hash), ()):
                if (version.id, reading.reader) not in known:
                    known.add((version.id, reading.reader))
                    events.append(_entered(session, question, version, reading, at=at))
    session.flush()
    return events


def _entered(
    session: Session, question: Question, version: QuestionVersion, reading: Reading, *, at: datetime
) -> BankEvent:
    finding = Finding.SOLVED_ALIKE if reading.alike else Finding.SOLVED_OTHERWISE
    session.add(Review(version_id=version.id, finding=finding, signed=reading.reader, at=at))
    detail = {"code": question.code, "version": version.number, "finding": finding, "signed": reading.reader}
    return QuestionReviewed(object_id=question.id, detail=detail)


def _signed(session: Session, version_ids: list[int]) -> set[tuple[int, str]]:
    rows = session.execute(
        select(Review.version_id, Review.signed).where(Review.version_id.in_(version_ids), Review.finding.in_(SOLVED))
    )
    return {(version, signed) for version, signed in rows}

"""The steps of a question's life: handed in, published, quarantined, given back, retired.

Each verb flushes, never commits, and returns what happened as events for the caller's audit log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from question_bank import lifecycle
from question_bank.enums import Status
from question_bank.errors import N_, Invalid, Problem
from question_bank.events import BankEvent, StatusChanged
from question_bank.models import Question, QuestionVersion
from question_bank.publishing import obstacles
from question_bank.queries import batches, draft_of, fallen, latest_version, latest_versions, versions_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

# the way of a question from where it stands to the paper
_TO_PUBLISHED: dict[Status, tuple[Status, ...]] = {
    Status.DRAFT: (Status.IN_REVIEW, Status.PUBLISHED),
    Status.IN_REVIEW: (Status.PUBLISHED,),
    Status.QUARANTINED: (Status.PUBLISHED,),
}
# a wording nobody has reviewed must not be drawn: the question goes back through the steps of the table
_TO_REVIEW: dict[Status, tuple[Status, ...]] = {
    Status.PUBLISHED: (Status.QUARANTINED, Status.IN_REVIEW),
    Status.QUARANTINED: (Status.IN_REVIEW,),
}


class Publication(NamedTuple):
    """Codes that took the step (are published now), and those that were held back with the reasons."""

    published: tuple[str, ...]
    held: tuple[tuple[str, tuple[Problem, ...]], ...]


def advance(
    session: Session, question: Question, to: Status, *, by: int | None, at: datetime, reason: str = ""
) -> list[BankEvent]:
    """Take one step of the question's life.

    Raises ``NotAllowed`` for a step the table has not, ``Invalid`` (with all reasons) when what is to be published
    is not sound, cites nothing or rests on unconfirmed facts only.
    """
    del by  # named for the caller's audit row, which carries it
    lifecycle.advance(question.status, to)
    if to is Status.PUBLISHED:
        hindrances = hindering(question, latest_version(session, question))
        if hindrances:
            raise Invalid(hindrances)
    event = moved(question, to, at=at, reason=reason)
    session.flush()
    return [event]


def publish(
    session: Session, codes: Iterable[str], *, by: int | None, at: datetime, reason: str = ""
) -> tuple[Publication, list[BankEvent]]:
    """Publish every question of ``codes`` that may be, taking each step on the way; the rest is held with reasons.

    Published and retired ones are passed over, as are codes nobody knows.
    """
    del by
    published: list[str] = []
    held: list[tuple[str, tuple[Problem, ...]]] = []
    events: list[BankEvent] = []
    for batch in batches(list(dict.fromkeys(codes))):
        for question, version in latest_versions(session, batch):
            way = _TO_PUBLISHED.get(question.status, ())
            hindrances = hindering(question, version) if way else []
            if hindrances:
                held.append((question.code, tuple(hindrances)))
            elif way:
                events += [moved(question, to, at=at, reason=reason) for to in way]
                published.append(question.code)
        session.flush()
    return Publication(tuple(published), tuple(held)), events


def hand_in(session: Session, codes: Iterable[str], *, by: int | None, at: datetime) -> list[BankEvent]:
    """Send every draft among ``codes`` to the reviewers; the others are where they should be."""
    del by
    events: list[BankEvent] = []
    for batch in batches(list(dict.fromkeys(codes))):
        drafts = (question for question, _ in latest_versions(session, batch) if question.status is Status.DRAFT)
        events += [moved(question, Status.IN_REVIEW, at=at, reason="") for question in drafts]
        session.flush()
    return events


def advance_many(
    session: Session, ids: Iterable[int], to: Status, *, by: int | None, at: datetime, reason: str = ""
) -> tuple[Publication, list[BankEvent]]:
    """Take the same step with every question of ``ids`` that may take it; the others are held with their reasons."""
    del by
    taken: list[str] = []
    held: list[tuple[str, tuple[Problem, ...]]] = []
    events: list[BankEvent] = []
    for batch in batches(list(dict.fromkeys(ids))):
        for question, version in versions_by_id(session, batch):
            hindrances = _hindrances(question, version, to)
            if hindrances:
                held.append((question.code, hindrances))
            else:
                events.append(moved(question, to, at=at, reason=reason))
                taken.append(question.code)
        session.flush()
    return Publication(tuple(taken), tuple(held)), events


def _hindrances(question: Question, version: QuestionVersion, to: Status) -> tuple[Problem, ...]:
    if to not in lifecycle.TRANSITIONS[question.status]:
        template = N_("A question that is “%(status)s” cannot become “%(to)s”.")
        return (Problem("status", template, {"status": question.status.label, "to": to.label}),)
    return tuple(hindering(question, version)) if to is Status.PUBLISHED else ()


def hindering(question: Question, version: QuestionVersion) -> list[Problem]:
    """Return all that stands in the way of publishing a version: its own faults, and documents that have fallen."""
    return [*obstacles(draft_of(question, version)), *fallen(version)]


def quarantine(
    session: Session, ids: Sequence[int], *, at: datetime, reason: str, params: dict[str, object]
) -> tuple[list[str], list[BankEvent]]:
    """Take the published ones among ``ids`` out of the draw; ``reason`` is a message id over ``params``."""
    codes: list[str] = []
    events: list[BankEvent] = []
    for batch in batches(ids):
        wanted = select(Question).where(Question.id.in_(batch), Question.status == Status.PUBLISHED)
        for question in session.scalars(wanted.order_by(Question.code).with_for_update()):
            event = moved(question, Status.QUARANTINED, at=at, reason=reason, params=params)
            codes.append(question.code)
            events.append(event)
    session.flush()
    return codes, events


def moved(
    question: Question, to: Status, *, at: datetime, reason: str, params: dict[str, object] | None = None
) -> StatusChanged:
    """Take one step of the table; ``reason`` is a person's sentence, or a message id over ``params``."""
    before = question.status
    question.status = lifecycle.advance(before, to)
    question.changed_at = at
    detail = {"code": question.code, "before": before, "after": to, "reason": reason, "version": question.latest_number}
    return StatusChanged(object_id=question.id, detail=detail | ({"params": params} if params else {}))


def back_to_review(question: Question, *, at: datetime) -> list[StatusChanged]:
    """Take what got a new wording out of the draw and to the reviewers."""
    way = _TO_REVIEW.get(question.status, ())
    return [moved(question, to, at=at, reason=N_("new version")) for to in way]

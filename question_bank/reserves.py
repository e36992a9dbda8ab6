"""备用题: published questions held back from the draw until one like them is lost, and calling them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from question_bank.enums import Difficulty, Relation, Status
from question_bank.events import BankEvent, QuestionEdited
from question_bank.models import Question, QuestionPair, Topic
from question_bank.queries import batches
from question_bank.taxonomy import root_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session


def hold_back(session: Session, ids: Iterable[int], *, at: datetime) -> tuple[list[str], list[BankEvent]]:
    """Keep the questions of ``ids`` out of the draw; returns the codes of those that were in it, and the events.

    A retired question cannot be held back. Papers drawn already keep what is on them.
    """
    return _set(session, ids, held=True, at=at)


def call_in(session: Session, ids: Iterable[int], *, at: datetime) -> tuple[list[str], list[BankEvent]]:
    """Let the reserve questions among ``ids`` into the draw; returns their codes and the events."""
    return _set(session, ids, held=False, at=at)


def _set(session: Session, ids: Iterable[int], *, held: bool, at: datetime) -> tuple[list[str], list[BankEvent]]:
    codes: list[str] = []
    events: list[BankEvent] = []
    for batch in batches(sorted(set(ids))):
        wanted = select(Question).where(
            Question.id.in_(batch), Question.reserve.is_(not held), Question.status != Status.RETIRED
        )
        for question in session.scalars(wanted.order_by(Question.code).with_for_update()):
            question.reserve = held
            question.changed_at = at
            codes.append(question.code)
            events.append(QuestionEdited(object_id=question.id, detail={"reserve": [not held, held]}))
    session.flush()
    return codes, events


def like(session: Session, question: Question) -> list[Question]:
    """Return the reserve questions that could take the place of ``question``: published, of its kind, topic and band.

    For a paper it was for, an audience it was for, of its unit or of none; the nearest difficulty first, then by code.
    An enemy of the lost question is left out: who knows one may know the other.
    """
    root = root_of(question.topic.code)
    wanted = (
        select(Question)
        .join(Topic, Topic.id == Question.topic_id)
        .where(
            Question.reserve.is_(True),
            Question.status == Status.PUBLISHED,
            Question.kind == question.kind,
            Question.form == question.form,
            Question.id != question.id,
            or_(
                Question.for_business.is_(True) if question.for_business else Question.id.is_(None),
                Question.for_practical.is_(True) if question.for_practical else Question.id.is_(None),
            ),
            or_(Question.unit_code.is_(None), Question.unit_code == question.unit_code),
            Question.id.not_in(_enemies_of(session, question.id)),
        )
        .order_by(func.abs(Question.difficulty - question.difficulty), Question.code)
    )
    band = Difficulty(question.difficulty).band
    return [
        each
        for each in session.scalars(wanted)
        if Difficulty(each.difficulty).band is band and root_of(each.topic.code) == root and _serves(each, question)
    ]


def _enemies_of(session: Session, question_id: int) -> set[int]:
    rows = session.execute(
        select(QuestionPair.first_id, QuestionPair.second_id).where(
            QuestionPair.relation == Relation.ENEMIES,
            or_(QuestionPair.first_id == question_id, QuestionPair.second_id == question_id),
        )
    )
    return {id_ for pair in rows for id_ in pair}


def _serves(reserve: Question, lost: Question) -> bool:
    """Whether some audience of the lost question may have the reserve one; none named means everybody."""
    return not reserve.audiences or not lost.audiences or bool(set(reserve.audiences) & set(lost.audiences))

"""What candidates earned on questions, as the reports tell it: kept here, where the draw finds it.

The bank knows no papers and no candidates; it keeps the values it is given and forgets them when a question asks
something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, select

from question_bank.digests import task_print
from question_bank.kinds import content_of
from question_bank.models import ItemStatistic, Question, QuestionVersion
from question_bank.queries import batches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from question_bank.kinds import Content


class Measured(NamedTuple):
    """What the answers to one question say; shares in ten-thousandths, ``ability`` in thousandths of a logit.

    ``discrimination`` is None where too few have answered. ``from_number`` is the first version the answers are about.
    """

    responses: int
    facility: int
    discrimination: int | None
    ability: int
    from_number: int


def keep_statistics(session: Session, found: Mapping[int, Measured], *, at: datetime) -> int:
    """Write what is ``found``, by question id, over what was known; a question left out loses its row.

    Returns how many questions have figures now.
    """
    known = {row.question_id: row for row in session.scalars(select(ItemStatistic))}
    for question_id, measured in found.items():
        row = known.pop(question_id, None)
        if row is None:
            row = ItemStatistic(question_id=question_id)
            session.add(row)
        for name, value in measured._asdict().items():
            setattr(row, name, value)
        row.updated_at = at
    for row in known.values():
        session.delete(row)
    session.flush()
    return len(found)


def forget_if_changed(session: Session, question: Question, before: Content, after: Content) -> None:
    """Drop the figures of a question whose new version asks something else or has another key."""
    if task_print(before) != task_print(after):
        session.execute(delete(ItemStatistic).where(ItemStatistic.question_id == question.id))


def first_alike(session: Session, question_ids: Iterable[int]) -> dict[int, int]:
    """Return for each question the number of the first version since which it asks the same with the same key.

    Explanation, punctuation and citations may have changed since.
    """
    found: dict[int, int] = {}
    for batch in batches(sorted(set(question_ids))):
        rows = session.execute(
            select(QuestionVersion.question_id, QuestionVersion.number, Question.kind, QuestionVersion.content)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(Question.id.in_(batch), Question.latest_number > 1)
            .order_by(QuestionVersion.question_id, QuestionVersion.number)
        )
        last = ""
        for question_id, number, kind, content in rows:
            print_ = task_print(content_of(kind, content))
            if question_id not in found or print_ != last:
                found[question_id] = number
            last = print_
    return {question_id: found.get(question_id, 1) for question_id in question_ids}


def statistic_of(session: Session, question_id: int) -> ItemStatistic | None:
    """Return what is known of one question."""
    return session.get(ItemStatistic, question_id)

"""Answered, handed-in and marked papers, all of it through the real operations."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from exam.grading import operations, queries
from exam.grading.models import Mark
from exam.sittings.models import Attempt
from exam.sittings.operations import save
from exam.sittings.queries import FrozenItem, frozen_items
from exam.sittings.revisions import SaveOperation
from question_bank.kinds import key_view
from tests.factories.numbering import numbers
from tests.question_bank.samples import full_answer


def answer_paper(
    session: Session, attempt: Attempt, *, given: Callable[[FrozenItem], Any] | None = None, at: datetime | None = None
) -> None:
    """Save an answer to every item: what `given` says of it (None: left blank), else the right one."""
    give = given or (lambda item: full_answer(key_view(item.content, item.order)))
    operations_ = [
        SaveOperation(op=f"factory-{next(numbers)}", item=item.item_id, revision=1, value=value, flagged=False)
        for item in frozen_items(session, attempt.assignment.paper_id)
        if (value := give(item)) is not None
    ]
    save(session, attempt, operations_, at=at or attempt.started_at)


def hand_in_paper(
    session: Session, attempt: Attempt, *, given: Callable[[FrozenItem], Any] | None = None
) -> dict[tuple[int, str], Mark]:
    """Answer, hand in after half an hour, and return the marks that count."""
    answer_paper(session, attempt, given=given)
    operations.hand_in(session, attempt, at=attempt.started_at + timedelta(minutes=30))
    return queries.marks_of(session, attempt.id)


def mark_by_hand(
    session: Session,
    attempt: Attempt,
    *,
    marker_id: int,
    marks: Mapping[tuple[int, str], Decimal] | None = None,
    at: datetime | None = None,
) -> None:
    """Decide everything that waits: `marks` by item and part, else as suggested."""
    for (item_id, part), mark in queries.marks_of(session, attempt.id).items():
        if mark.source is operations.Source.SUGGESTION:
            operations.award(
                session,
                attempt_id=attempt.id,
                paper_item_id=item_id,
                part=part,
                marks=(marks or {}).get((item_id, part), mark.awarded),
                marker_id=marker_id,
                at=at or attempt.started_at + timedelta(hours=2),
            )

"""Verbs on papers that are over: hand in and mark what rules can mark, end what is overdue. `award` is by hand."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import insert
from sqlalchemy.orm import Session

from exam import audit
from exam.database import by_columns
from exam.grading import corrections, queries, recalibration
from exam.grading.awarding import award
from exam.grading.marking import PartMark, Source, mark_item
from exam.grading.models import Cause, Mark
from exam.grading.planning import apply_plan
from exam.grading.scores import keep_scores
from exam.sittings import queries as sittings
from exam.sittings.locking import hold
from exam.sittings.models import Attempt
from exam.sittings.operations import submit

__all__ = ["Source", "award", "close_overdue", "end", "hand_in", "mark", "mark_unmarked"]


def hand_in(session: Session, attempt: Attempt, *, at: datetime) -> str:
    """Hand in `attempt` and mark it in the same transaction; returns the receipt's number.

    Called again it gives the same receipt and adds no marks.
    """
    receipt = submit(session, attempt, at=at)  # locks the attempt: what follows happens once
    if not queries.has_marks(session, attempt.id):
        mark(session, attempt, at=at)
    return receipt


def end(session: Session, attempt: Attempt, *, at: datetime) -> bool:
    """Hand in for somebody whose time has run out; False where it has not, by what stands once the attempt is held."""
    held = hold(session, attempt)
    if not held.writing or held.accepts(at):
        return False
    hand_in(session, attempt, at=at)
    return True


def close_overdue(session: Session, *, at: datetime, stop_id: int | None = None) -> list[int]:
    """Hand in for everybody (at one stop) whose deadline and grace have passed at `at`; ids of the attempts ended."""
    overdue = sittings.overdue(session, at=at)
    here = [each for each in overdue if stop_id in {None, each.assignment.sitting.stop_id}]
    return [attempt.id for attempt in here if end(session, attempt, at=at)]


def mark_unmarked(session: Session, *, stop_id: int, at: datetime) -> list[int]:
    """Mark the attempts of a stop that are over and have no marks (a process killed between the two); their ids."""
    unmarked = queries.unmarked_attempts(session, stop_id)
    for attempt in unmarked:
        mark(session, attempt, at=at)
    return [attempt.id for attempt in unmarked]


def mark(session: Session, attempt: Attempt, *, at: datetime) -> None:
    """Mark a paper that is over and has no marks, and keep its score."""
    answers = sittings.responses_of(session, attempt.id)
    items = sittings.frozen_items(session, attempt.assignment.paper_id)
    found = recalibration.put_right(
        session,
        (
            (item.item_id, item.version_id, part)
            for item in items
            for part in mark_item(item.content, answers.get(item.item_id), item.rule, item.marks, item.options)
        ),
    )
    by_columns(session).execute(_NEW, [_row(attempt.id, item_id, part, at) for item_id, part in found])
    keep_scores(session, [attempt.id], cause=Cause.HANDED_IN, at=at)
    stop_id = attempt.assignment.sitting.stop_id
    corrections.apply_standing(session, attempt.id, [item.version_id for item in items], stop_id, at=at)
    apply_plan(session, attempt.assignment.sitting_id, at=at, attempt_ids=[attempt.id])
    settled = [part.awarded for _, part in found if not part.waiting]
    detail = {"parts": len(found), "waiting": len(found) - len(settled), "by_rule": f"{sum(settled, Decimal(0)):f}"}
    audit.record(session, "attempt.marked", f"attempt:{attempt.id}", by=None, at=at, detail=detail)


_NEW = insert(Mark.__table__)  # type: ignore[arg-type]


def _row(attempt_id: int, item_id: int, mark: PartMark, at: datetime) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "paper_item_id": item_id,
        "part": mark.part,
        "sequence": 1,
        "awarded": mark.awarded,
        "maximum": mark.maximum,
        "source": mark.source,
        "marker_id": None,
        "confidence": mark.confidence,
        "detail": mark.detail,
        "reason": "",
        "at": at,
    }

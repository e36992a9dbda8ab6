"""Verbs on marks: hand in and mark what rules can mark, end what is overdue, award by hand."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import corrections, queries
from exam.grading.marking import PartMark, Source, check_marks, mark_item
from exam.grading.models import Cause, Mark
from exam.grading.scores import keep_scores
from exam.sittings import queries as sittings
from exam.sittings.models import Attempt, AttemptStatus, SittingStatus
from exam.sittings.operations import submit
from question_bank.errors import N_, Conflict, NotAllowed, NotFound
from question_bank.rounding import QUARTER


def hand_in(session: Session, attempt: Attempt, *, at: datetime) -> str:
    """Hand in `attempt` and mark it in the same transaction; returns the receipt's number.

    Called again it gives the same receipt and adds no marks.
    """
    receipt = submit(session, attempt, at=at)  # locks the attempt: what follows happens once
    if not queries.has_marks(session, attempt.id):
        _mark(session, attempt, at=at)
    return receipt


def close_overdue(session: Session, *, at: datetime, stop_id: int | None = None) -> list[int]:
    """Hand in for everybody (at one stop) whose deadline and grace have passed at `at`; ids of the attempts ended."""
    overdue = sittings.overdue(session, at=at)
    ended = [each for each in overdue if stop_id in {None, each.assignment.sitting.stop_id}]
    for attempt in ended:
        hand_in(session, attempt, at=at)
    return [attempt.id for attempt in ended]


def mark_unmarked(session: Session, *, stop_id: int, at: datetime) -> list[int]:
    """Mark the attempts of a stop that are over and have no marks (a process killed between the two); their ids."""
    unmarked = queries.unmarked_attempts(session, stop_id)
    for attempt in unmarked:
        _mark(session, attempt, at=at)
    return [attempt.id for attempt in unmarked]


def _mark(session: Session, attempt: Attempt, *, at: datetime) -> None:
    answers = sittings.responses_of(session, attempt.id)
    items = sittings.frozen_items(session, attempt.assignment.paper_id)
    found = [
        (item.item_id, mark)
        for item in items
        for mark in mark_item(item.content, answers.get(item.item_id), item.rule, item.marks, item.options)
    ]
    session.execute(insert(Mark), [_row(attempt.id, item_id, mark, at) for item_id, mark in found])
    keep_scores(session, [attempt.id], cause=Cause.HANDED_IN, at=at)
    stop_id = attempt.assignment.sitting.stop_id
    corrections.apply_standing(session, attempt.id, [item.version_id for item in items], stop_id, at=at)
    settled = [mark.awarded for _, mark in found if not mark.waiting]
    detail = {"parts": len(found), "waiting": len(found) - len(settled), "by_rule": f"{sum(settled, Decimal(0)):f}"}
    audit.record(session, "attempt.marked", f"attempt:{attempt.id}", by=None, at=at, detail=detail)


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


def award(
    session: Session,
    *,
    attempt_id: int,
    paper_item_id: int,
    part: str,
    marks: Decimal,
    marker_id: int,
    reason: str = "",
    at: datetime,
    seen: int | None = None,
    points: Mapping[str, Decimal] | None = None,
) -> Mark:
    """A person decides on one part: a new mark that counts instead of the one before it.

    `seen` is the sequence the marker had before them: Conflict when another has been awarded since. `points`
    are the marker's marks by key point, kept as an explanation where they round to `marks`. Confirming or
    changing a suggestion needs no reason; changing what a rule or a person decided does.
    Raises NotFound without such a part, WrongMarks, and NotAllowed for one's own attempt, without a needed reason,
    or once the results are released.
    """
    attempt = session.scalar(select(Attempt).where(Attempt.id == attempt_id).with_for_update())
    status = queries.sitting_status(session, attempt_id, lock=True)
    latest = queries.latest_mark(session, attempt_id, paper_item_id, part)
    if attempt is None or latest is None:
        raise NotFound(N_("There is nothing to mark here."))
    if seen is not None and seen != latest.sequence:
        raise Conflict(N_("Another marker has marked this answer in the meantime."))
    if status is SittingStatus.RELEASED:
        raise NotAllowed(N_("The results of this paper are released; its marks stand."))
    _refuse_award(attempt, latest, marker_id=marker_id, marks=marks, reason=reason.strip())
    check_marks(marks, latest.maximum)
    mark = Mark(
        attempt_id=attempt_id,
        paper_item_id=paper_item_id,
        part=part,
        sequence=latest.sequence + 1,
        awarded=marks,
        maximum=latest.maximum,
        source=Source.MARKER,
        marker_id=marker_id,
        detail=_explained(marks, points or {}),
        reason=reason.strip()[:400],
        at=at,
    )
    session.add(mark)
    keep_scores(session, [attempt_id], cause=Cause.MARKED, at=at)
    detail = {
        "item": paper_item_id,
        "part": part,
        "before": f"{latest.awarded:f}",
        "after": f"{marks:f}",
        "over": latest.source.value,
        "reason": mark.reason,
    }
    audit.record(session, "mark.awarded", f"attempt:{attempt_id}", by=marker_id, at=at, detail=detail)
    return mark


def _refuse_award(attempt: Attempt, latest: Mark, *, marker_id: int, marks: Decimal, reason: str) -> None:
    if attempt.status is AttemptStatus.STARTED:
        raise NotAllowed(N_("This paper has not been handed in yet."))
    if attempt.assignment.entry.person_id == marker_id:
        raise NotAllowed(N_("Nobody marks their own paper."))
    if latest.source is not Source.SUGGESTION and marks != latest.awarded and not reason:
        raise NotAllowed(N_("Say why these marks are changed; the reason is kept."))


def _explained(marks: Decimal, points: Mapping[str, Decimal]) -> dict[str, object]:
    if not points or abs(sum(points.values(), Decimal(0)) - marks) >= QUARTER:
        return {}
    return {"points": {key: f"{earned:f}" for key, earned in points.items()}}

"""Verbs on one mark: a person's decision, and the next mark of a part whoever it is by."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import queries
from exam.grading.marking import Source, check_marks
from exam.grading.models import Cause, Mark
from exam.grading.scores import keep_scores
from exam.sittings.models import Attempt, AttemptStatus, SittingStatus
from question_bank.errors import N_, Conflict, NotAllowed, NotFound
from question_bank.rounding import QUARTER


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
    refuse_award(attempt, latest, marker_id=marker_id, marks=marks, reason=reason.strip())
    check_marks(marks, latest.maximum)
    before, over = f"{latest.awarded:f}", latest.source.value
    mark = add_mark(
        session,
        latest,
        awarded=marks,
        source=Source.MARKER,
        marker_id=marker_id,
        detail=explained(marks, points or {}),
        reason=reason.strip()[:400],
        at=at,
    )
    keep_scores(session, [attempt_id], cause=Cause.MARKED, at=at)
    detail = {
        "item": paper_item_id,
        "part": part,
        "before": before,
        "after": f"{marks:f}",
        "over": over,
        "reason": mark.reason,
    }
    audit.record(session, "mark.awarded", f"attempt:{attempt_id}", by=marker_id, at=at, detail=detail)
    return mark


def add_mark(
    session: Session,
    latest: Mark,
    *,
    awarded: Decimal,
    source: Source,
    marker_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
    reason: str = "",
    confidence: int | None = None,
    at: datetime,
) -> Mark:
    """The next mark of the part that `latest` is of. The score is the caller's to keep."""
    mark = Mark(
        attempt_id=latest.attempt_id,
        paper_item_id=latest.paper_item_id,
        part=latest.part,
        sequence=latest.sequence + 1,
        awarded=awarded,
        maximum=latest.maximum,
        source=source,
        marker_id=marker_id,
        confidence=confidence,
        detail=dict(detail or {}),
        reason=reason,
        at=at,
    )
    session.add(mark)
    return mark


def refuse_award(attempt: Attempt, latest: Mark, *, marker_id: int, marks: Decimal, reason: str) -> None:
    """Raise NotAllowed for an attempt under way or one's own, or for a changed decision without its reason."""
    if attempt.status is AttemptStatus.STARTED:
        raise NotAllowed(N_("This paper has not been handed in yet."))
    if attempt.assignment.entry.person_id == marker_id:
        raise NotAllowed(N_("Nobody marks their own paper."))
    if latest.source in {Source.AGREED, Source.ADJUDICATOR, Source.APPEAL}:
        raise NotAllowed(N_("More than one person has decided this; it is changed by an appeal only."))
    if latest.source is not Source.SUGGESTION and marks != latest.awarded and not reason:
        raise NotAllowed(N_("Say why these marks are changed; the reason is kept."))


def explained(marks: Decimal, points: Mapping[str, Decimal]) -> dict[str, Any]:
    """Marks by key point for a mark's detail; empty where they do not add up to `marks`."""
    if not points or abs(sum(points.values(), Decimal(0)) - marks) >= QUARTER:
        return {}
    return {"points": {key: f"{earned:f}" for key, earned in points.items()}}

"""Equated scores of a release that went out before they were worked out: said to be missing, then filled in.

A release freezes its figures. Equated scores take a minute after the last mark; a release that is faster says that they
are pending. Once they are kept, and if nothing else has changed since, its figures are completed, and that is recorded.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam import audit
from exam.audit import AuditEvent
from exam.grading.models import Score
from exam.reports import queries
from exam.reports.comparison import Measure
from exam.reports.frozen import as_json
from exam.reports.models import Release
from exam.sittings.models import Assignment, Attempt, Sitting
from question_bank.enums import PaperKind

MEASURE = {PaperKind.BUSINESS: Measure.BUSINESS, PaperKind.PRACTICAL: Measure.PRACTICAL}
KEPT = "scores:equated"
"""Subject of the audit row that says when scores were equated."""
STATE, PENDING, KNOWN, OUTDATED = "equated_scores", "pending", "known", "outdated"
"""In a release's figures: whether equated scores stand in them; outdated: marks changed before they could."""


def state_of(session: Session, sitting_id: int) -> str:
    """Whether the equated scores of a sitting are those of its marks; two queries."""
    latest = session.scalar(
        select(func.max(Score.at))
        .join(Attempt, Attempt.id == Score.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(Assignment.sitting_id == sitting_id)
    )
    kept = session.scalar(
        select(AuditEvent.at).where(AuditEvent.subject == KEPT).order_by(AuditEvent.id.desc()).limit(1)
    )
    return PENDING if latest is not None and (kept is None or latest > kept) else KNOWN


def frozen_figures(session: Session, sitting: Sitting) -> dict[str, Any]:
    """The figures of a sitting as they are now, and whether equated scores are among them."""
    scope = queries.Scope(sitting_id=sitting.id, released_only=False)
    found = queries.report(session, scope, MEASURE[sitting.paper_kind])
    return as_json(found) | {STATE: state_of(session, sitting.id)}


def complete(session: Session, *, at: datetime) -> list[Release]:
    """Fill in what was pending where nothing but equated scores is new; returns the releases completed.

    Raw marks, who passed and who was there are compared person by person. Where any differs the release stays as it
    went out and says so.
    """
    wanted = select(Release).where(Release.figures[STATE].as_string() == PENDING).order_by(Release.id)
    completed = []
    for release in session.scalars(wanted).all():
        sitting = session.get_one(Sitting, release.sitting_id)
        now = frozen_figures(session, sitting)
        if now[STATE] == PENDING:
            continue
        same = _raw(now) == _raw(release.figures) and now["rule"] == release.figures["rule"]
        release.figures = now if same else release.figures | {STATE: OUTDATED}
        completed += [release] if same else []
        detail = {"number": release.number, "filled_in": same}
        audit.record(session, "results.completed", f"sitting:{sitting.id}", by=None, at=at, detail=detail)
    session.flush()
    return completed


def _raw(figures: dict[str, Any]) -> list[tuple[Any, ...]]:
    people = figures.get("people", [])
    return sorted((each["entry"], each["standing"], each["score"], each["passed"]) for each in people)

"""Verbs on results: release them, with the figures frozen as they are at that moment."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import queries as grading
from exam.reports.completing import frozen_figures
from exam.reports.models import Release
from exam.reports.releasing import Openness
from exam.sittings.models import Sitting, SittingStatus
from exam.sittings.operations import release
from exam.sittings.window import advance
from question_bank.errors import N_, NotAllowed


def release_results(
    session: Session,
    sitting: Sitting,
    *,
    by: int | None,
    at: datetime,
    note: str = "",
    correction_id: int | None = None,
    to: Openness | None = None,
) -> Release:
    """Let those see the results of `sitting` whom `to` names, and leaders; its marks can no longer be changed.

    With a `note` that tells what is new, or for others than so far, results that are out already are released again: a
    new version with new figures. Without `to` it is open to whom the one before was, the first to persons and units.
    Raises NotAllowed unless the sitting is closed and every answer is marked.
    """
    # Marks lock the same row for sharing, so that none comes between the counting and the release.
    session.refresh(sitting, with_for_update={"of": Sitting})
    before = session.scalar(
        select(Release).where(Release.sitting_id == sitting.id).order_by(Release.number.desc()).limit(1)
    )
    opened = to or Openness.of(before)
    news = bool(note) or opened != Openness.of(before)
    again = news and sitting.status is SittingStatus.RELEASED
    if not again:
        advance(sitting.status, SittingStatus.RELEASED)
    waiting = grading.progress(session, sitting.id).waiting
    if waiting:
        raise NotAllowed(N_("%(count)s answers still wait for a marker."), count=waiting)
    if grading.unmarked_attempts(session, sitting.stop_id):
        raise NotAllowed(N_("Some papers have been handed in but not marked yet; try again in a minute."))
    figures = frozen_figures(session, sitting)
    number = before.number + 1 if before else 1
    made = Release(sitting_id=sitting.id, number=number, at=at, by=by, figures=figures)
    made.note, made.correction_id = note[:500], correction_id
    for name, value in opened.columns().items():
        setattr(made, name, value)
    session.add(made)
    if again:
        session.flush()
    else:
        release(session, sitting, by=by, at=at)
    detail = {"number": number, "people": len(figures["people"]), "note": note, **opened.columns()}
    audit.record(session, "results.released", f"sitting:{sitting.id}", by=by, at=at, detail=detail)
    return made

"""Verbs on the time of a sitting: give more of it to one person or the whole hall, let it stand still, let it go on.

All of them take the sitting's row first and then its assignments, as beginning a paper does, so that nobody who begins
in the same moment is left out.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.sittings.day_models import Pause, TimeGrant
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting, SittingStatus
from exam.sittings.queries import pause_of
from question_bank.errors import N_, NotAllowed

MOST = 4 * 3600
"""Seconds that can be given at once."""


def extend(
    session: Session,
    sitting: Sitting,
    *,
    seconds: int,
    reason: str,
    assignment: Assignment | None = None,
    by: int | None,
    at: datetime,
) -> TimeGrant:
    """Give one person's paper, or every paper of the sitting, so many seconds more; who has not begun yet has them too.

    The whole hall's also move the close of the sitting; one person's go beyond it. Raises NotAllowed without a reason,
    for a length out of reason, when the sitting is not open, or for a paper that is over.
    """
    _begin(session, sitting, reason)
    if not 0 < seconds <= MOST:
        raise NotAllowed(N_("Give between 1 second and %(hours)s hours."), hours=MOST // 3600)
    more = timedelta(seconds=seconds)
    if assignment is None:
        _refuse_unless(sitting, SittingStatus.OPEN)
        sitting.closes_at += more
        moved = _shift(session, sitting, more)
    else:
        _refuse_unless(sitting, SittingStatus.OPEN, SittingStatus.PLANNED)
        moved = _shift(session, sitting, more, assignment)
    grant = TimeGrant(
        sitting_id=sitting.id,
        assignment_id=assignment.id if assignment else None,
        seconds=seconds,
        reason=reason.strip()[:200],
        at=at,
        by=by,
    )
    session.add(grant)
    session.flush()
    subject = f"sitting:{sitting.id}"
    told = {"assignment": grant.assignment_id, "seconds": seconds, "reason": grant.reason, "deadlines": moved}
    audit.record(session, "sitting.extended", subject, by=by, at=at, detail=told)
    return grant


def pause(session: Session, sitting: Sitting, *, reason: str, by: int | None, at: datetime) -> Pause:
    """Let the sitting stand still: nobody can begin, nobody's paper ends, what arrives is kept.

    Raises NotAllowed without a reason, when the sitting is not open, or stands still already.
    """
    _begin(session, sitting, reason)
    _refuse_unless(sitting, SittingStatus.OPEN)
    if pause_of(session, sitting.id) is not None:
        raise NotAllowed(N_("This sitting stands still already."))
    made = Pause(sitting_id=sitting.id, began_at=at, reason=reason.strip()[:200], began_by=by)
    session.add(made)
    session.flush()
    detail = {"reason": made.reason}
    audit.record(session, "sitting.paused", f"sitting:{sitting.id}", by=by, at=at, detail=detail)
    return made


def resume(session: Session, sitting: Sitting, *, reason: str = "", by: int | None, at: datetime) -> Pause:
    """Let the sitting go on: every deadline and the close move by as long as it stood still.

    Raises NotAllowed when it does not stand still.
    """
    session.refresh(sitting, with_for_update={"of": Sitting})
    found = pause_of(session, sitting.id)
    if found is None:
        raise NotAllowed(N_("This sitting does not stand still."))
    found.ended_at, found.ended_by = max(at, found.began_at), by
    stood = found.ended_at - found.began_at
    sitting.closes_at += stood
    moved = _shift(session, sitting, stood)
    session.flush()
    detail = {"seconds": stood.total_seconds(), "deadlines": moved, "reason": reason.strip()[:200]}
    audit.record(session, "sitting.resumed", f"sitting:{sitting.id}", by=by, at=at, detail=detail)
    return found


def _begin(session: Session, sitting: Sitting, reason: str) -> None:
    if not reason.strip():
        raise NotAllowed(N_("Say why; the reason is kept."))
    session.refresh(sitting, with_for_update={"of": Sitting})


def _refuse_unless(sitting: Sitting, *statuses: SittingStatus) -> None:
    if sitting.status not in statuses:
        raise NotAllowed(N_("This paper is not open: %(status)s."), status=sitting.status)


def _shift(session: Session, sitting: Sitting, more: timedelta, assignment: Assignment | None = None) -> int:
    """Move the deadlines of the papers that are being written; how many."""
    wanted = select(Assignment.id).where(Assignment.sitting_id == sitting.id).order_by(Assignment.id)
    if assignment is not None:
        wanted = wanted.where(Assignment.id == assignment.id)
    ids = session.scalars(wanted.with_for_update()).all()
    if assignment is not None and assignment.id not in ids:
        raise NotAllowed(N_("This paper belongs to another sitting."))
    attempts = session.scalars(
        select(Attempt)
        .where(Attempt.assignment_id.in_(wanted.with_only_columns(Assignment.id)))
        .order_by(Attempt.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    writing = [each for each in attempts if each.status is AttemptStatus.STARTED]
    if assignment is not None and attempts and not writing:
        raise NotAllowed(N_("This paper has been handed in already."))
    for attempt in writing:
        attempt.deadline += more
    return len(writing)

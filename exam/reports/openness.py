"""Reads on releases: since when candidates can see the results of a sitting, and until when they may appeal."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.grading.appeal_window import closes_at
from exam.grading.appealing import appeal_time
from exam.reports.models import Release
from exam.workdays.queries import workdays


def open_to_persons_since(session: Session, sitting_id: int) -> datetime | None:
    """Since when candidates see the marks they see now; None while they see none.

    A correction starts the time anew, a release to more readers does not.
    """
    since = None
    rows = session.scalars(select(Release).where(Release.sitting_id == sitting_id).order_by(Release.number))
    for release in rows:
        if not release.to_persons:
            since = None
        elif since is None or release.correction_id is not None:
            since = release.at
    return since


def appeals_until(session: Session, sitting_id: int, *, zone: ZoneInfo) -> datetime | None:
    """The moment from which on nobody may appeal any more; None while results are not out, or without appeals."""
    since, time = open_to_persons_since(session, sitting_id), appeal_time(session, sitting_id)
    if since is None or not time.days:
        return None
    return closes_at(since, time.days, zone, workdays(session) if time.holidays_free else None)

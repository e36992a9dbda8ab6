"""Writes: a year's arrangement, as a whole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, extract
from sqlalchemy.orm import Session

from exam import audit
from exam.workdays.models import SpecialDay
from exam.workdays.shipped import Special
from question_bank.errors import N_, Invalid, Problem


def arrange_year(session: Session, year: int, special: Sequence[Special], *, by: int | None, at: datetime) -> int:
    """Replace the county's own arrangement of `year`; with nothing the shipped one counts again. Returns how many days.

    Raises Invalid where a day lies in another year, stands twice or has no source.
    """
    problems = [
        Problem("days", N_("%(day)s does not lie in %(year)s."), {"day": each.day.isoformat(), "year": year})
        for each in special
        if each.day.year != year
    ]
    seen = [each.day for each in special]
    problems += [
        Problem("days", N_("%(day)s stands there twice."), {"day": day.isoformat()})
        for day in sorted({day for day in seen if seen.count(day) > 1})
    ]
    if any(not each.source.strip() for each in special):
        problems.append(Problem("source", N_("Name the notice that the arrangement follows.")))
    if problems:
        raise Invalid(problems)
    session.execute(delete(SpecialDay).where(extract("year", SpecialDay.day) == year))
    session.add_all(
        SpecialDay(day=each.day, off=each.off, name=each.name, source=each.source.strip(), changed_at=at)
        for each in special
    )
    session.flush()
    audit.record(session, "workdays.arranged", f"year:{year}", by=by, at=at, detail={"days": len(special)})
    return len(special)

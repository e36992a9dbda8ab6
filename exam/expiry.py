"""The chore that keeps the bank in step with the calendar: questions leave after their last day, reviews fall due.

Both look at the day in the county, so that the last day is still drawn everywhere until its midnight.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from exam import audit, clock, database
from question_bank import lawbook, legislation

EVERY = 600.0
"""Seconds between two looks. A look that finds nothing to do reads two short lists and writes nothing."""


def chore(zone: ZoneInfo) -> Callable[[Engine], None]:
    """The chore for a county whose days begin at midnight in `zone`."""
    return lambda engine: keep_in_step(engine, zone)


def keep_in_step(engine: Engine, zone: ZoneInfo) -> None:
    """Quarantine what may no longer be drawn and note, once for each, which documents are due for review."""
    at = clock.now()
    today = clock.today(zone, at)
    with database.reading(engine) as session:
        over = [each for each in lawbook.ending(session, until=today) if each.valid_to and each.valid_to < today]
        if not over and not lawbook.to_remind(session, on=today):
            return
    with database.writing(engine) as session:
        _, events = legislation.expire(session, on=today, at=at)
        audit.note(session, [*events, *legislation.remind(session, on=today)], by=None, at=at)

"""The chore that ends papers nobody handed in.

One transaction a paper: the hall's saves never wait for a batch, and one paper that cannot be marked does not hold up
the others.
"""

from sqlalchemy import Engine

from exam import clock, database
from exam.grading.operations import end
from exam.logs import log
from exam.sittings.models import Attempt
from exam.sittings.queries import overdue

EVERY = 10.0
"""Seconds between two looks."""


def end_overdue(engine: Engine) -> None:
    """Hand in and mark every attempt whose deadline and grace have passed, if they still have once it is held."""
    at = clock.now()
    with database.reading(engine) as session:
        ids = [attempt.id for attempt in overdue(session, at=at)]
    for attempt_id in ids:
        try:
            with database.writing(engine) as session:
                end(session, session.get_one(Attempt, attempt_id), at=at)
        except Exception:  # one paper's failure is told and must not keep the others open
            log.exception("an overdue paper could not be ended", attempt=attempt_id)

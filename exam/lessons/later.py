"""The chore that asks again after thirty days: it opens the last round of a quiz, and closes it two weeks later."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from exam import clock, database
from exam.lessons import quizzing
from exam.lessons.phases import Phase

EVERY = 600.0
"""Seconds between two looks. A look that finds nothing to do reads two short lists and writes nothing."""


@dataclass(frozen=True)
class Done:
    """Ids of the stops whose last round was opened, and of those whose was closed."""

    opened: tuple[int, ...]
    closed: tuple[int, ...]


def watch(engine: Engine) -> None:
    """The chore."""
    at = clock.now()
    with database.reading(engine) as session:
        if not quizzing.due_to_open(session, at=at) and not quizzing.due_to_close(session, at=at):
            return
    with database.writing(engine) as session:
        keep_up(session, at=at)


def keep_up(session: Session, *, at: datetime) -> Done:
    """Open and close what is due at `at`; a second time at once changes nothing."""
    closed = tuple(
        quizzing.close_round(session, held, by=None, at=at).stop_id for held in quizzing.due_to_close(session, at=at)
    )
    opened = tuple(
        quizzing.open_round(session, stop, Phase.LATER, by=None, at=at).stop_id
        for stop in quizzing.due_to_open(session, at=at)
    )
    return Done(opened, closed)

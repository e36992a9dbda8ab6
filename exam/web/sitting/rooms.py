"""What stands in the waiting room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from exam.lessons import queries as lessons
from exam.sittings import identity, queries
from exam.sittings.hall_rules import rules_of
from exam.sittings.models import AttemptStatus, SittingStatus
from exam.sittings.queries import Seat
from exam.sittings.window import may_start
from exam.tours.flow import ATTENDED
from exam.tours.models import RosterEntry, Stop


class Door(StrEnum):
    """What a candidate can do about one paper now."""

    NOT_ISSUED = "not_issued"
    TOO_EARLY = "too_early"
    NOT_OPENED = "not_opened"
    OPEN = "open"
    UNDER_WAY = "under_way"
    ON_PAPER = "on_paper"
    HANDED_IN = "handed_in"
    OVER = "over"


@dataclass(frozen=True)
class Line:
    """One paper in the waiting room. `ahead`: milliseconds until it opens, None for one whose time has come."""

    seat: Seat
    door: Door
    ahead: int | None


@dataclass(frozen=True)
class Room:
    """The waiting room of one person at one stop.

    `ahead`: milliseconds until the next paper opens; None when none does, or when another paper is to be written first.
    `quiz`: whether a quiz of the lecture waits for the person's answers. `checks_in`: whether the person can check in
    now. `notice`: what the hall has to say, "" for nothing. `asks_word`: whether the word of the unit's contact is yet
    to be given.
    """

    entry: RosterEntry
    stop: Stop
    lines: list[Line]
    ahead: int | None
    quiz: bool
    checks_in: bool
    notice: str
    asks_word: bool


WRITTEN_FIRST = frozenset({Door.OPEN, Door.UNDER_WAY, Door.NOT_OPENED, Door.ON_PAPER})
"""A paper at such a door is to be written, or waited for, before the next one opens."""


BEGUN = {AttemptStatus.STARTED: Door.UNDER_WAY, AttemptStatus.ON_PAPER: Door.ON_PAPER}
"""The door of a paper that was begun and has no receipt yet."""


def room_of(session: Session, entry: RosterEntry, *, at: datetime) -> Room:
    """The waiting room as it is at `at`."""
    lines = [_line(seat, at=at) for seat in queries.seats_of(session, entry)]
    early = [line.ahead for line in lines if line.ahead is not None]
    ahead = min(early) if early and not any(line.door in WRITTEN_FIRST for line in lines) else None
    stop = queries.stop_of(session, entry)
    here = entry.checked_in_at is not None
    quiz = here and stop.lecture_id is not None and lessons.quiz_waits(session, entry, at=at)
    checks_in = not here and stop.status in ATTENDED
    rules = rules_of(session, stop.id)
    asks_word = bool(rules.code_word) and stop.status in ATTENDED and not identity.checks_of(session, entry.id)
    return Room(entry, stop, lines, ahead, quiz, checks_in, notice=rules.notice, asks_word=asks_word)


def _line(seat: Seat, *, at: datetime) -> Line:
    door = door_of(seat, at=at)
    ahead = round((seat.sitting.opens_at - at).total_seconds() * 1000) if door is Door.TOO_EARLY else None
    return Line(seat, door, ahead)


def door_of(seat: Seat, *, at: datetime) -> Door:
    """What the person on `seat` can do at `at`."""
    if seat.attempt is not None:
        return Door.HANDED_IN if seat.attempt.receipt is not None else BEGUN[seat.attempt.status]
    sitting = seat.sitting
    if sitting.status in {SittingStatus.CLOSED, SittingStatus.RELEASED} or at >= sitting.closes_at:
        return Door.OVER
    if seat.assignment is None:
        return Door.NOT_ISSUED
    if at < sitting.opens_at:
        return Door.TOO_EARLY
    if sitting.status is SittingStatus.PLANNED:
        return Door.NOT_OPENED
    return Door.OPEN if may_start(at, sitting.window) else Door.OVER

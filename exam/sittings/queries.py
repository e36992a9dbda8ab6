"""Reads on sittings, attempts and the answers that count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from exam.database import by_columns
from exam.papers.models import Paper, PaperItem, PaperSet, Specification
from exam.sittings.day_models import Pause
from exam.sittings.entrance import in_doubt, stands_still
from exam.sittings.frozen import FrozenItem, frozen, frozen_items, items_by_id
from exam.sittings.given import given
from exam.sittings.models import (
    Assignment,
    Attempt,
    AttemptStatus,
    Response,
    Sitting,
    SittingPaperSet,
    SittingSpecification,
    SittingStatus,
)
from exam.sittings.revisions import Entry
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import Audience, Kind, PaperKind
from question_bank.errors import N_, NotFound
from question_bank.kinds import Response as Answer
from question_bank.kinds import response_of
from question_bank.models import Question, QuestionVersion

__all__ = ["FrozenItem", "frozen", "frozen_items", "items_by_id"]  # beside what is defined here

Current = tuple[int, Any, bool]
"""Revision, value in the keys of the question, flagged."""


@dataclass(frozen=True)
class Progress:
    """How far a sitting is: persons with a paper, those still writing, those who have handed in."""

    expected: int
    writing: int
    ended: int

    @property
    def waiting(self) -> int:
        return self.expected - self.writing - self.ended


@dataclass(frozen=True)
class HallLine:
    """One sitting as the hall's wall shows it."""

    sitting: Sitting
    progress: Progress


@dataclass(frozen=True)
class SetPlace:
    """Where a set of papers is used."""

    sitting: Sitting
    audience: Audience


@dataclass(frozen=True)
class Seat:
    """What one person finds in the waiting room of one stop for one paper."""

    sitting: Sitting
    assignment: Assignment | None
    attempt: Attempt | None
    minutes: int | None
    marks: Decimal | None
    questions: int


def sitting_by_id(session: Session, sitting_id: int) -> Sitting:
    found = session.get(Sitting, sitting_id, options=[joinedload(Sitting.stop).joinedload(Stop.unit)])
    if found is None:
        raise NotFound(N_("There is no such sitting."))
    return found


def sittings_of(session: Session, stop_id: int) -> Sequence[Sitting]:
    """The sittings of a stop by the time they open."""
    return session.scalars(select(Sitting).where(Sitting.stop_id == stop_id).order_by(Sitting.opens_at)).all()


def attempt_by_key(session: Session, key: str) -> Attempt:
    """The attempt with everything its page names. Raises NotFound."""
    whole = joinedload(Attempt.assignment).options(
        joinedload(Assignment.entry),
        joinedload(Assignment.sitting).joinedload(Sitting.stop).joinedload(Stop.unit),
        joinedload(Assignment.paper).joinedload(Paper.paper_set).joinedload(PaperSet.specification),
    )
    found = session.scalar(select(Attempt).where(Attempt.key == key).options(whole))
    if found is None:
        raise NotFound(N_("There is no such attempt."))
    return found


def attempt_in_brief(session: Session, key: str) -> Attempt:
    """The attempt with its candidate's place and nothing else: what a save has to know first. Raises NotFound."""
    candidate = joinedload(Attempt.assignment).joinedload(Assignment.entry)
    found = session.scalar(select(Attempt).where(Attempt.key == key).options(candidate))
    if found is None:
        raise NotFound(N_("There is no such attempt."))
    return found


class Whose(NamedTuple):
    """An attempt's id and the candidate's: what a save has to know before it locks anything."""

    attempt_id: int
    entry_id: int
    person_id: int


_WHOSE = (
    select(Attempt.id, RosterEntry.id, RosterEntry.person_id)
    .join(Assignment, Assignment.id == Attempt.assignment_id)
    .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
    .where(Attempt.key == bindparam("key"))
)


def whose_attempt(session: Session, key: str) -> Whose:
    """Raises NotFound."""
    found = by_columns(session).execute(_WHOSE, {"key": key}).one_or_none()
    if found is None:
        raise NotFound(N_("There is no such attempt."))
    return Whose(*found)


def assignment_of(session: Session, sitting_id: int, roster_entry_id: int) -> Assignment | None:
    return session.scalar(
        select(Assignment).where(Assignment.sitting_id == sitting_id, Assignment.roster_entry_id == roster_entry_id)
    )


def entries_of(session: Session, person_id: int, *, entry_id: int | None = None) -> Sequence[RosterEntry]:
    """The person's places on rosters, the latest stop first; with `entry_id` only that one."""
    wanted = select(RosterEntry).join(Stop, Stop.id == RosterEntry.stop_id).where(RosterEntry.person_id == person_id)
    if entry_id is not None:
        wanted = wanted.where(RosterEntry.id == entry_id)
    return session.scalars(wanted.order_by(Stop.starts_at.desc())).all()


def stop_of(session: Session, entry: RosterEntry) -> Stop:
    """The stop of a place on its roster, with unit and venue."""
    wanted = select(Stop).where(Stop.id == entry.stop_id).options(joinedload(Stop.unit), joinedload(Stop.venue))
    return session.scalars(wanted).one()


def seats_of(session: Session, entry: RosterEntry) -> list[Seat]:
    """Both papers of a stop for one person, in the order of the day."""
    return [_seat(session, sitting, entry) for sitting in sittings_of(session, entry.stop_id)]


def _seat(session: Session, sitting: Sitting, entry: RosterEntry) -> Seat:
    assignment = assignment_of(session, sitting.id, entry.id)
    if assignment is None:
        return Seat(sitting, None, None, None, None, 0)
    attempt = session.scalar(select(Attempt).where(Attempt.assignment_id == assignment.id))
    specification = assignment.paper.paper_set.specification
    questions = session.scalar(select(func.count()).where(PaperItem.paper_id == assignment.paper_id)) or 0
    return Seat(sitting, assignment, attempt, specification.minutes, specification.total, questions)


_later = aliased(Response)
_highest = (
    select(func.max(_later.revision))
    .where(_later.attempt_id == bindparam("attempt"), _later.paper_item_id == Response.paper_item_id)
    .correlate(Response)
    .scalar_subquery()
)
_CURRENT = (
    select(Response.paper_item_id, Response.revision, Response.value, Response.flagged)
    .where(Response.attempt_id == bindparam("attempt"), Response.revision == _highest)
    .order_by(Response.paper_item_id)
)


def current_answers(session: Session, attempt_id: int) -> dict[int, Current]:
    """By item id the answer that counts (its highest revision); items never answered are missing."""
    rows = by_columns(session).execute(_CURRENT, {"attempt": attempt_id})
    return {item: (revision, value, flagged) for item, revision, value, flagged in rows}


_KINDS = (
    select(PaperItem.id, Question.kind)
    .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
    .join(Question, Question.id == QuestionVersion.question_id)
    .where(PaperItem.id.in_(bindparam("items", expanding=True)))
)


def responses_of(session: Session, attempt_id: int) -> dict[int, Answer]:
    """By item id the response that counts, ready to be marked; items never answered are missing."""
    answers = current_answers(session, attempt_id)
    kinds: dict[int, Kind] = dict(iter(by_columns(session).execute(_KINDS, {"items": list(answers)})))
    return {item: response_of(kinds[item], value) for item, (_, value, _) in answers.items()}


def shown_answers(session: Session, attempt: Attempt) -> list[Entry]:
    """The answers that count, their values in the labels of the attempt's paper (None for nothing given)."""
    answers = current_answers(session, attempt.id)
    items = items_by_id(session, attempt.assignment.paper_id, list(answers))
    return [
        Entry("", item, revision, _shown(items[item], value), flagged)
        for item, (revision, value, flagged) in answers.items()
    ]


def shown_answer(session: Session, attempt: Attempt, answer: Entry) -> Entry:
    """One stored answer, its value in the labels of the attempt's paper."""
    item = items_by_id(session, attempt.assignment.paper_id, [answer.item])[answer.item]
    return replace(answer, value=_shown(item, answer.value))


def _shown(item: FrozenItem, value: Any) -> Any:
    return given(item.content, item.order, response_of(item.content.kind, value))


def answered(session: Session, attempt_id: int) -> int:
    """How many questions have an answer that is not blank."""
    return sum(not response.is_blank for response in responses_of(session, attempt_id).values())


def overdue(session: Session, *, at: datetime) -> list[Attempt]:
    """Attempts nobody handed in although deadline and grace have passed at `at`, the oldest first; none of a sitting
    that stands still, or whose clock nobody has vouched for since it jumped.
    """
    rows = session.execute(
        select(Attempt, Sitting.grace_seconds)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(Attempt.status == AttemptStatus.STARTED, Attempt.deadline < at, ~stands_still(), ~in_doubt())
        .order_by(Attempt.deadline, Attempt.id)
    )
    return [attempt for attempt, grace in rows if attempt.deadline + timedelta(seconds=grace) < at]


def pause_of(session: Session, sitting_id: int) -> Pause | None:
    """The pause that runs at a sitting now."""
    return session.scalar(select(Pause).where(Pause.sitting_id == sitting_id, Pause.ended_at.is_(None)))


def progress(session: Session, sitting_id: int) -> Progress:
    """Counts of one sitting, no names."""
    expected = session.scalar(select(func.count()).where(Assignment.sitting_id == sitting_id)) or 0
    rows = session.execute(
        select(Attempt.status, func.count())
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(Assignment.sitting_id == sitting_id)
        .group_by(Attempt.status)
    )
    by_status: dict[AttemptStatus, int] = dict(iter(rows))
    writing = by_status.get(AttemptStatus.STARTED, 0)
    return Progress(expected, writing, sum(by_status.values()) - writing)


def hall_lines(session: Session, stop_id: int) -> list[HallLine]:
    """Both sittings of a stop with their counts."""
    return [HallLine(sitting, progress(session, sitting.id)) for sitting in sittings_of(session, stop_id)]


def has_begun(session: Session, sitting_id: int) -> bool:
    """Whether anybody has started a paper of the sitting."""
    wanted = select(Attempt.id).join(Assignment, Assignment.id == Attempt.assignment_id)
    return session.scalar(wanted.where(Assignment.sitting_id == sitting_id).limit(1)) is not None


def running_attempts(session: Session) -> dict[str, int]:
    """Attempts at sittings that are open, by status."""
    counted = (
        select(Attempt.status, func.count(Attempt.id))
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(Sitting.status == SittingStatus.OPEN)
        .group_by(Attempt.status)
    )
    return {status.value: number for status, number in session.execute(counted)}


def open_sittings(session: Session) -> Sequence[Sitting]:
    """The sittings that are open, by the time they close."""
    return session.scalars(
        select(Sitting).where(Sitting.status == SittingStatus.OPEN).order_by(Sitting.closes_at, Sitting.id)
    ).all()


def place_of_set(session: Session, paper_set_id: int) -> SetPlace | None:
    """For which sitting and audience a set was made; None for one that was drawn beside every stop."""
    row = session.execute(
        select(Sitting, SittingPaperSet.audience)
        .join(SittingPaperSet, SittingPaperSet.sitting_id == Sitting.id)
        .where(SittingPaperSet.paper_set_id == paper_set_id)
        .options(joinedload(Sitting.stop).joinedload(Stop.unit))
    ).first()
    return SetPlace(*row) if row else None


def chosen_specifications(session: Session, sitting_id: int) -> dict[Audience, Specification]:
    """What an organiser chose for the audiences of a sitting; those left to the rule are not in it."""
    links = select(SittingSpecification).where(SittingSpecification.sitting_id == sitting_id)
    whole = links.options(joinedload(SittingSpecification.specification))
    return {link.audience: link.specification for link in session.scalars(whole)}


def versions_for(session: Session, kind: PaperKind) -> Sequence[Specification]:
    """Every version in use for one paper, by code, the latest version of each first."""
    wanted = select(Specification).where(Specification.status == "frozen", Specification.paper_kind == kind)
    return session.scalars(wanted.order_by(Specification.code, Specification.number.desc())).all()


def specifications_for(session: Session, kind: PaperKind) -> Sequence[Specification]:
    """Specifications in use for one paper, the newest of each code, the longest first."""
    newest = (
        select(Specification.code, func.max(Specification.number).label("number"))
        .where(Specification.status == "frozen")
        .group_by(Specification.code)
        .subquery()
    )
    return session.scalars(
        select(Specification)
        .join(newest, (newest.c.code == Specification.code) & (newest.c.number == Specification.number))
        .where(Specification.paper_kind == kind)
        .order_by(Specification.minutes.desc(), Specification.id)
    ).all()

"""What is due for whom: the reads behind the home pages, each one small query across the features."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, distinct, func, or_, select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.models import Login, Person, Unit
from exam.reports.releasing import Recipient, open_to
from exam.sittings.models import Assignment, Attempt, Sitting
from exam.tours.models import Lecture, Lecturer, RosterEntry, Stop, StopStatus
from question_bank.enums import PaperKind, Status
from question_bank.models import Question, QuestionVersion

COMING = 3
"""So many stops to come are named on a home page."""


@dataclass(frozen=True)
class Place:
    """A candidate's next stop: the entry on its roster and the sittings there, by the time they open."""

    entry: RosterEntry
    stop: Stop
    sittings: Sequence[Sitting]


def _ahead(at: datetime) -> Select[Stop]:
    """Stops that have not ended, the next one first, with unit, venue and lecture."""
    return (
        select(Stop)
        .where(Stop.ends_at > at, Stop.status.not_in([StopStatus.CANCELLED, StopStatus.FINISHED]))
        .order_by(Stop.starts_at, Stop.number)
        .options(
            joinedload(Stop.unit),
            joinedload(Stop.venue),
            joinedload(Stop.lecture).joinedload(Lecture.lecturer).joinedload(Lecturer.person),
        )
    )


def next_place(session: Session, person_id: int, *, at: datetime, roster_entry_id: int | None = None) -> Place | None:
    """Where a candidate sits next; with a ticket, the stop that the ticket is for even when it is over."""
    if roster_entry_id is not None:
        entry = session.get(RosterEntry, roster_entry_id)
        stop = None if entry is None else session.get(Stop, entry.stop_id, options=[joinedload(Stop.unit)])
    else:
        stop = session.scalar(
            _ahead(at)
            .join(RosterEntry, RosterEntry.stop_id == Stop.id)
            .where(RosterEntry.person_id == person_id)
            .limit(1)
        )
        entry = None
        if stop is not None:
            entry = session.scalar(
                select(RosterEntry).where(RosterEntry.stop_id == stop.id, RosterEntry.person_id == person_id)
            )
    if entry is None or stop is None:
        return None
    sittings = session.scalars(select(Sitting).where(Sitting.stop_id == stop.id).order_by(Sitting.opens_at)).all()
    return Place(entry, stop, sittings)


def released_for(session: Session, person_id: int) -> int:
    """How many of a candidate's sittings have their results out."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Attempt)
            .join(Assignment, Assignment.id == Attempt.assignment_id)
            .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
            .join(Sitting, Sitting.id == Assignment.sitting_id)
            .where(RosterEntry.person_id == person_id, open_to(Recipient.PERSONS))
        )
        or 0
    )


def stops_ahead(session: Session, *, at: datetime, limit: int = COMING) -> Sequence[Stop]:
    """The stop under way, if there is one, and those to come."""
    return session.scalars(_ahead(at).limit(limit)).all()


def stops_ahead_at(session: Session, unit_id: int, *, at: datetime) -> Sequence[Stop]:
    """The stops to come at one unit."""
    return session.scalars(_ahead(at).where(Stop.unit_id == unit_id).limit(COMING)).all()


def lectures_ahead(session: Session, person_id: int, *, at: datetime) -> Sequence[Stop]:
    """The stops to come at which a person lectures."""
    taught = (
        select(Lecture.id).join(Lecturer, Lecturer.id == Lecture.lecturer_id).where(Lecturer.person_id == person_id)
    )
    return session.scalars(_ahead(at).where(Stop.lecture_id.in_(taught)).limit(COMING)).all()


@dataclass(frozen=True)
class Readiness:
    """What stands and what is missing for a stop: heads on the roster, those checked in, papers given out by kind."""

    stop: Stop
    expected: int
    checked_in: int
    papers: dict[PaperKind, int]

    @property
    def without_paper(self) -> dict[PaperKind, int]:
        """How many people have no paper of a kind yet."""
        return {kind: self.expected - self.papers.get(kind, 0) for kind in PaperKind}


def readiness(session: Session, stop: Stop) -> Readiness:
    """Two queries."""
    expected, checked_in = session.execute(
        select(func.count(), func.count(RosterEntry.checked_in_at)).where(RosterEntry.stop_id == stop.id)
    ).one()
    papers = session.execute(
        select(Sitting.paper_kind, func.count(Assignment.id))
        .join(Assignment, Assignment.sitting_id == Sitting.id)
        .where(Sitting.stop_id == stop.id)
        .group_by(Sitting.paper_kind)
    ).all()
    return Readiness(stop, expected, checked_in, dict(papers))


def roster_count(session: Session, stop_ids: Sequence[int], unit_id: int) -> int:
    """How many people of one unit are expected at the given stops."""
    return (
        session.scalar(select(func.count()).where(RosterEntry.stop_id.in_(stop_ids), RosterEntry.unit_id == unit_id))
        or 0
    )


def active_people(session: Session, unit_id: int | None = None) -> int:
    """People who have not left; of one unit and those right below it, or of all."""
    counted = select(func.count()).select_from(Person).where(Person.active)
    if unit_id is not None:
        below = select(Unit.id).where(or_(Unit.id == unit_id, Unit.parent_id == unit_id))
        counted = counted.where(Person.unit_id.in_(below))
    return session.scalar(counted) or 0


@dataclass(frozen=True)
class TourFigures:
    """Where the tour stands: stops held and planned, candidates expected and sat at those held."""

    finished: int
    planned: int
    expected: int
    sat: int

    @property
    def turnout(self) -> float | None:
        """实考 over 应考, None before the first stop."""
        return self.sat / self.expected if self.expected else None


def tour_figures(session: Session) -> TourFigures:
    """Over every stop that was not cancelled; three queries."""
    counts = dict(session.execute(select(Stop.status, func.count()).group_by(Stop.status)).all())
    held = select(Stop.id).where(Stop.status == StopStatus.FINISHED)
    expected = session.scalar(select(func.count()).where(RosterEntry.stop_id.in_(held))) or 0
    sat = (
        session.scalar(
            select(func.count(distinct(Assignment.roster_entry_id)))
            .join(Attempt, Attempt.assignment_id == Assignment.id)
            .join(Sitting, Sitting.id == Assignment.sitting_id)
            .where(Sitting.stop_id.in_(held))
        )
        or 0
    )
    planned = sum(count for status, count in counts.items() if status is not StopStatus.CANCELLED)
    return TourFigures(counts.get(StopStatus.FINISHED, 0), planned, expected, sat)


def questions_by_status(session: Session, *, written_by: int | None = None) -> dict[Status, int]:
    """How many questions stand where in their life; with `written_by`, those whose latest version a person wrote."""
    counted = select(Question.status, func.count(distinct(Question.id))).group_by(Question.status)
    if written_by is not None:
        latest = and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.latest_number)
        counted = counted.join(QuestionVersion, latest).where(QuestionVersion.written_by == written_by)
    return dict(session.execute(counted).all())


def live_logins(session: Session, *, at: datetime) -> int:
    """Browsers that are signed in."""
    return (
        session.scalar(select(func.count()).select_from(Login).where(Login.ended_at.is_(None), Login.expires_at > at))
        or 0
    )

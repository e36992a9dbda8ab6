"""Reads for the pages that plan a tour: who changed what, and venues, lecturers and lectures one by one."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.models import Person, Unit
from exam.accounts.roles import UnitCategory
from exam.tours.flow import StopStatus
from exam.tours.models import Lecture, Lecturer, Placement, Stop, StopDepartment, TourDraft, Venue
from exam.workdays.queries import arranged
from question_bank.errors import N_, NotFound
from question_bank.models import Topic

INDUSTRY = "INDUSTRY"
"""The root below which the topics of industries stand."""


def draft_by_id(session: Session, draft_id: int) -> TourDraft:
    """Raises NotFound."""
    found = session.get(TourDraft, draft_id)
    if found is None:
        raise NotFound(N_("This tour has no draft."))
    return found


def names_of(session: Session, person_ids: Sequence[int | None]) -> dict[int, str]:
    """The names of persons by id."""
    wanted = select(Person.id, Person.name).where(Person.id.in_([each for each in person_ids if each]))
    found: dict[int, str] = dict(iter(session.execute(wanted)))
    return found


def special_days(session: Session) -> dict[date, str]:
    """The names of the days that differ from the week."""
    return {each.day: each.name for each in arranged(session)}


def venue_with_unit(session: Session, venue_id: int) -> Venue:
    """Raises NotFound."""
    found = session.scalar(select(Venue).where(Venue.id == venue_id).options(joinedload(Venue.unit)))
    if found is None:
        raise NotFound(N_("There is no such venue."))
    return found


def lecturer_with_person(session: Session, lecturer_id: int) -> Lecturer:
    """Raises NotFound."""
    found = session.scalar(
        select(Lecturer).where(Lecturer.id == lecturer_id).options(joinedload(Lecturer.person).joinedload(Person.unit))
    )
    if found is None:
        raise NotFound(N_("There is no such lecturer."))
    return found


def lectures_of(session: Session, lecturer_id: int) -> list[Lecture]:
    """A lecturer's lectures by title."""
    return list(session.scalars(select(Lecture).where(Lecture.lecturer_id == lecturer_id).order_by(Lecture.title)))


def lecture_with_lecturer(session: Session, lecture_id: int) -> Lecture:
    """Raises NotFound."""
    found = session.scalar(
        select(Lecture)
        .where(Lecture.id == lecture_id)
        .options(joinedload(Lecture.lecturer).joinedload(Lecturer.person))
    )
    if found is None:
        raise NotFound(N_("There is no such lecture."))
    return found


def stops_of_lecturer(session: Session, lecturer_id: int) -> list[Stop]:
    """Every stop at which somebody lectures, in order of time."""
    wanted = select(Stop).join(Lecture, Lecture.id == Stop.lecture_id).where(Lecture.lecturer_id == lecturer_id)
    return list(session.scalars(wanted.options(joinedload(Stop.unit)).order_by(Stop.starts_at)))


def topics(session: Session) -> list[Topic]:
    """Every topic in the order of the tree."""
    return list(session.scalars(select(Topic).order_by(Topic.code)))


def topic_choices(session: Session) -> list[tuple[str, str]]:
    """Roots of the tree and what stands right below them, by code, with their names."""
    return [(each.code, f"{each.name}（{each.code}）") for each in topics(session)]


def industry_choices(session: Session) -> list[tuple[str, str]]:
    """The topics below industry."""
    return [each for each in topic_choices(session) if each[0].startswith(INDUSTRY)]


def stops_by_lecturer(session: Session, tour_id: int) -> dict[int, int]:
    """How many stops of a tour each lecturer has, the cancelled ones not counted."""
    rows = session.execute(
        select(Lecture.lecturer_id, func.count())
        .join(Stop, Stop.lecture_id == Lecture.id)
        .where(Stop.tour_id == tour_id, Stop.status != StopStatus.CANCELLED)
        .group_by(Lecture.lecturer_id)
    )
    found: dict[int, int] = dict(iter(rows))
    return found


def departments_at(session: Session, stop_id: int) -> list[Unit]:
    """Who answers at a stop, by code."""
    wanted = select(Unit).join(StopDepartment, StopDepartment.unit_id == Unit.id)
    return list(session.scalars(wanted.where(StopDepartment.stop_id == stop_id).order_by(Unit.code)))


def departments(session: Session) -> list[Unit]:
    """Everybody who can be asked to answer, by code."""
    able = (UnitCategory.DEPARTMENT, UnitCategory.BUREAU)
    return list(session.scalars(select(Unit).where(Unit.category.in_(able)).order_by(Unit.code)))


def placed_by_lecturer(session: Session, draft: TourDraft) -> dict[int, int]:
    """How many stops of a draft each lecturer has, those to be cancelled not counted."""
    rows = session.execute(
        select(Lecture.lecturer_id, func.count())
        .join(Placement, Placement.lecture_id == Lecture.id)
        .where(Placement.draft_id == draft.id, Placement.dropped.is_(False))
        .group_by(Lecture.lecturer_id)
    )
    found: dict[int, int] = dict(iter(rows))
    return found

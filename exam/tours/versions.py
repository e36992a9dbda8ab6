"""Reads: the published calendars of a tour, and every stop as it is announced now."""

from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.tours import drafting, queries
from exam.tours.changes import CANCELLED, CONFIRMED
from exam.tours.flow import StopStatus
from exam.tours.models import Placement, Stop, Tour, TourVersion
from question_bank.errors import N_, NotFound


def latest(session: Session, tour: Tour) -> TourVersion | None:
    """The calendar that holds now, None before the first."""
    query = select(TourVersion).where(TourVersion.tour_id == tour.id)
    return session.scalar(query.order_by(TourVersion.number.desc()).limit(1))


def versions_of(session: Session, tour: Tour) -> list[TourVersion]:
    """Every published calendar, the newest first."""
    query = select(TourVersion).where(TourVersion.tour_id == tour.id)
    return list(session.scalars(query.order_by(TourVersion.number.desc())))


def version_by_number(session: Session, tour: Tour, number: int) -> TourVersion:
    """Raises NotFound."""
    query = select(TourVersion).where(TourVersion.tour_id == tour.id, TourVersion.number == number)
    found = session.scalar(query)
    if found is None:
        raise NotFound(N_("There is no such version of the calendar."))
    return found


def announced(session: Session, tour: Tour) -> list[dict[str, Any]]:
    """Every stop of the tour as it stands, in order of time, without its sequence; times in UTC."""
    stops = queries.stops_of(session, tour.id)
    departments = drafting.departments_of(session, stops)
    return [_announced(each, sorted(departments.get(each.id, ()))) for each in stops]


def _announced(stop: Stop, departments: list[int]) -> dict[str, Any]:
    return {
        "stop_id": stop.id,
        "uid": stop.uid,
        "number": stop.number,
        **shown(stop),
        "departments": departments,
        "status": CANCELLED if stop.status is StopStatus.CANCELLED else CONFIRMED,
    }


def shown(row: Stop | Placement) -> dict[str, Any]:
    """What is announced of a stop, or would be of a placement that has its times."""
    assert row.starts_at is not None
    assert row.ends_at is not None
    venue, lecture = row.venue, row.lecture
    lecturer = None if lecture is None else lecture.lecturer
    return {
        "label": row.label,
        "unit": row.unit.name,
        "unit_id": row.unit_id,
        "starts_at": row.starts_at.astimezone(UTC).isoformat(),
        "ends_at": row.ends_at.astimezone(UTC).isoformat(),
        "venue": "" if venue is None else venue.name,
        "address": "" if venue is None else venue.address,
        "online": venue is not None and venue.online,
        "lecture_id": row.lecture_id,
        "lecture": "" if lecture is None else lecture.title,
        "lecturer_id": None if lecturer is None else lecturer.id,
        "lecturer": "" if lecturer is None else lecturer.person.name,
        "day_order": row.day_order.value,
    }

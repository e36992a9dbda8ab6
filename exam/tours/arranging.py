"""Verbs on what a calendar is planned by: the tour's rules, who can come when, what is taught, where venues lie."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Unit
from exam.tours.models import Lecture, Lecturer, Stop, StopDepartment, Tour, Venue
from exam.tours.planning_rules import Availability, PlanRules, Span
from question_bank.errors import N_, NotAllowed

LATITUDES, LONGITUDES = (-90.0, 90.0), (-180.0, 180.0)


def set_rules(session: Session, tour: Tour, rules: PlanRules, *, by: int | None, at: datetime) -> Tour:
    """Change by what the tour's calendar is planned; what stands already is not moved."""
    tour.rules = rules.model_dump(mode="json", exclude_defaults=True)
    session.flush()
    audit.record(session, "tour.rules_set", f"tour:{tour.id}", by=by, at=at, detail=tour.rules)
    return tour


def set_availability(
    session: Session, lecturer: Lecturer, availability: Availability, *, by: int | None, at: datetime
) -> Lecturer:
    """Change when a lecturer can come; stops already given to them then show as conflicts."""
    lecturer.availability = availability.model_dump(mode="json", exclude_defaults=True)
    session.flush()
    detail = lecturer.availability
    audit.record(session, "lecturer.availability_set", f"lecturer:{lecturer.id}", by=by, at=at, detail=detail)
    return lecturer


def send_away(
    session: Session, lecturer: Lecturer, *, first: date, last: date, by: int | None, at: datetime
) -> Lecturer:
    """A lecturer who falls ill or is called away on these days, too. Raises NotAllowed where `last` comes first."""
    if last < first:
        raise NotAllowed(N_("The last day comes before the first."))
    known = Availability.model_validate(lecturer.availability)
    away = (*known.away, Span(first=first, last=last))
    return set_availability(session, lecturer, known.model_copy(update={"away": away}), by=by, at=at)


def set_topics(session: Session, lecture: Lecture, topics: Collection[str], *, by: int | None, at: datetime) -> Lecture:
    """What a lecture teaches, as codes of topics."""
    lecture.topics = sorted({each.strip() for each in topics} - {""})
    session.flush()
    detail = {"topics": lecture.topics}
    audit.record(session, "lecture.topics_set", f"lecture:{lecture.id}", by=by, at=at, detail=detail)
    return lecture


def set_industries(session: Session, unit: Unit, industries: Collection[str], *, by: int | None, at: datetime) -> Unit:
    """What a unit makes, as codes of topics: what lectures there had best be about."""
    unit.industries = sorted({each.strip() for each in industries} - {""})
    session.flush()
    detail = {"industries": unit.industries}
    audit.record(session, "unit.industries_set", f"unit:{unit.id}", by=by, at=at, detail=detail)
    return unit


def set_place(
    session: Session,
    venue: Venue,
    *,
    address: str,
    latitude: float | None,
    longitude: float | None,
    by: int | None,
    at: datetime,
) -> Venue:
    """Where a venue lies, in degrees. Raises NotAllowed for half a place or one off the globe."""
    if (latitude is None) != (longitude is None):
        raise NotAllowed(N_("Give latitude and longitude together, or neither."))
    for degrees, (least, most) in ((latitude, LATITUDES), (longitude, LONGITUDES)):
        if degrees is not None and not least <= degrees <= most:
            raise NotAllowed(N_("Latitude lies between -90 and 90 degrees, longitude between -180 and 180."))
    venue.address, venue.latitude, venue.longitude = address.strip()[:200], latitude, longitude
    session.flush()
    detail = {"address": venue.address, "latitude": latitude, "longitude": longitude}
    audit.record(session, "venue.placed", f"venue:{venue.id}", by=by, at=at, detail=detail)
    return venue


def set_departments(
    session: Session, stop: Stop, units: Collection[Unit], *, by: int | None, at: datetime
) -> frozenset[int]:
    """Which departments answer at a stop; returns their ids."""
    session.execute(delete(StopDepartment).where(StopDepartment.stop_id == stop.id))
    chosen = sorted({each.id for each in units})
    session.add_all(StopDepartment(stop_id=stop.id, unit_id=each) for each in chosen)
    session.flush()
    audit.record(session, "stop.departments_set", f"stop:{stop.id}", by=by, at=at, detail={"departments": chosen})
    return frozenset(chosen)

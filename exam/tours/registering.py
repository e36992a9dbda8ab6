"""Verbs that correct what stands in the registers: a tour's days, venues, lecturers, lectures."""

from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.tours.models import Lecture, Lecturer, Tour, Venue
from question_bank.errors import N_, Conflict, NotAllowed

Row = TypeVar("Row", Tour, Venue, Lecturer, Lecture)


def change_tour(session: Session, tour: Tour, *, starts_on: date, ends_on: date, by: int | None, at: datetime) -> Tour:
    """Change from when to when a tour goes; stops outside then show as conflicts. Raises NotAllowed out of order."""
    if ends_on < starts_on:
        raise NotAllowed(N_("The tour cannot end before it begins."))
    return _changed(session, tour, "tour", {"starts_on": starts_on, "ends_on": ends_on}, by=by, at=at)


def change_venue(
    session: Session, venue: Venue, *, name: str, capacity: int, online: bool, by: int | None, at: datetime
) -> Venue:
    """Raises Conflict when its unit has another venue of that name."""
    same = select(Venue.id).where(Venue.unit_id == venue.unit_id, Venue.name == name, Venue.id != venue.id)
    if session.scalar(same) is not None:
        raise Conflict(N_("This unit already has a venue called %(code)s."), code=name)
    return _changed(session, venue, "venue", {"name": name, "capacity": capacity, "online": online}, by=by, at=at)


def change_lecturer(
    session: Session, lecturer: Lecturer, *, title: str, field: str, by: int | None, at: datetime
) -> Lecturer:
    """Change a lecturer's position and field."""
    return _changed(session, lecturer, "lecturer", {"title": title, "field": field}, by=by, at=at)


def change_lecture(session: Session, lecture: Lecture, *, title: str, by: int | None, at: datetime) -> Lecture:
    """Raises Conflict when the lecturer has another lecture of that title."""
    same = select(Lecture.id).where(
        Lecture.lecturer_id == lecture.lecturer_id, Lecture.title == title, Lecture.id != lecture.id
    )
    if session.scalar(same) is not None:
        raise Conflict(N_("This lecturer already has the lecture %(code)s."), code=title)
    return _changed(session, lecture, "lecture", {"title": title}, by=by, at=at)


def _changed(session: Session, row: Row, kind: str, values: dict[str, Any], *, by: int | None, at: datetime) -> Row:
    """Set what differs; nothing is told of where nothing does."""
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        return row
    for name in before:
        setattr(row, name, values[name])
    session.flush()
    detail = {"before": _plain(before), "after": _plain({name: values[name] for name in before})}
    audit.record(session, f"{kind}.changed", f"{kind}:{row.id}", by=by, at=at, detail=detail)
    return row


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: each.isoformat() if isinstance(each, date) else each for name, each in values.items()}

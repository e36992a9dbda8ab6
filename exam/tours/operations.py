"""Verbs on tours and stops. Those on a stop's roster stand in `rosters`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict, TypeVar, Unpack

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Person, Unit
from exam.tours import queries
from exam.tours.flow import EDITABLE, DayOrder, Purpose, StopStatus, advance
from exam.tours.models import Lecture, Lecturer, Placement, Stop, Tour, Venue
from exam.tours.rosters import (
    Expected,
    add_walk_in,
    check_in,
    freeze_roster,
    reissue_ticket,
    set_absence,
    strike,
    undo_check_in,
)
from question_bank.errors import N_, Conflict, NotAllowed

__all__ = [
    "Expected",
    "Overtaken",
    "StopPlan",
    "add_walk_in",
    "change_stop",
    "change_stops",
    "check_in",
    "create_lecture",
    "create_tour",
    "create_venue",
    "freeze_roster",
    "move",
    "plan_stop",
    "register_lecturer",
    "reissue_ticket",
    "set_absence",
    "strike",
    "undo_check_in",
]

Row = TypeVar("Row", Tour, Venue, Lecturer, Lecture, Stop)


class Overtaken(Conflict):
    """Somebody else changed the same thing after it was opened for editing."""


class StopPlan(TypedDict, total=False):
    """What is planned of a stop; what is absent stays as it is."""

    number: int
    label: str
    unit: Unit
    venue: Venue | None
    lecture: Lecture | None
    starts_at: datetime
    ends_at: datetime
    day_order: DayOrder


def create_tour(
    session: Session, *, code: str, name: str, starts_on: date, ends_on: date, by: int | None, at: datetime
) -> Tour:
    """Raises Conflict when the code is taken, NotAllowed when it ends before it begins."""
    taken = select(Tour.id).where(Tour.code == code)
    _refuse_taken(session, taken, N_("There is a tour with the code %(code)s."), code)
    if ends_on < starts_on:
        raise NotAllowed(N_("The tour cannot end before it begins."))
    tour = Tour(code=code, name=name, starts_on=starts_on, ends_on=ends_on)
    return _added(session, tour, "tour.created", "tour", by=by, at=at, detail={"code": code, "name": name})


def create_venue(
    session: Session, *, name: str, unit: Unit, capacity: int, online: bool = False, by: int | None, at: datetime
) -> Venue:
    """Raises Conflict when the unit has a venue of that name."""
    taken = select(Venue.id).where(Venue.unit_id == unit.id, Venue.name == name)
    _refuse_taken(session, taken, N_("This unit already has a venue called %(code)s."), name)
    venue = Venue(name=name, unit_id=unit.id, capacity=capacity, online=online)
    return _added(session, venue, "venue.created", "venue", by=by, at=at, detail={"name": name, "capacity": capacity})


def register_lecturer(
    session: Session, *, code: str, person: Person, title: str, field: str, by: int | None, at: datetime
) -> Lecturer:
    """Raises Conflict when the code is taken or the person is registered already."""
    taken = select(Lecturer.id).where(Lecturer.code == code)
    _refuse_taken(session, taken, N_("There is a lecturer with the code %(code)s."), code)
    known = select(Lecturer.id).where(Lecturer.person_id == person.id)
    _refuse_taken(session, known, N_("%(code)s is registered as a lecturer already."), person.name)
    lecturer = Lecturer(code=code, person_id=person.id, title=title, field=field)
    return _added(
        session, lecturer, "lecturer.registered", "lecturer", by=by, at=at, detail={"code": code, "person": person.id}
    )


def create_lecture(session: Session, lecturer: Lecturer, *, title: str, by: int | None, at: datetime) -> Lecture:
    """Raises Conflict when this lecturer has a lecture of that title."""
    taken = select(Lecture.id).where(Lecture.lecturer_id == lecturer.id, Lecture.title == title)
    _refuse_taken(session, taken, N_("This lecturer already has the lecture %(code)s."), title)
    lecture = Lecture(lecturer_id=lecturer.id, title=title)
    return _added(
        session, lecture, "lecture.created", "lecture", by=by, at=at, detail={"lecturer": lecturer.id, "title": title}
    )


def plan_stop(
    session: Session,
    tour: Tour,
    *,
    number: int,
    unit: Unit,
    starts_at: datetime,
    ends_at: datetime,
    venue: Venue | None = None,
    lecture: Lecture | None = None,
    label: str = "",
    day_order: DayOrder = DayOrder.PAPER_FIRST,
    purpose: Purpose = Purpose.REGULAR,
    by: int | None,
    at: datetime,
) -> Stop:
    """A new stop of `tour`; what it is held for does not change later.

    Raises Conflict when the number is taken or venue or lecturer are elsewhere at that time,
    NotAllowed when it ends before it begins.
    """
    stop = Stop(tour_id=tour.id, status=StopStatus.PLANNED, purpose=purpose)
    plan = StopPlan(
        number=number,
        label=label,
        unit=unit,
        venue=venue,
        lecture=lecture,
        starts_at=starts_at,
        ends_at=ends_at,
        day_order=day_order,
    )
    with session.no_autoflush:
        _apply(stop, plan)
        _check_plan(session, stop)
        _check_free(session, stop)
    return _added(session, stop, "stop.planned", "stop", by=by, at=at, detail=_shown(plan) | {"purpose": purpose.value})


def change_stop(
    session: Session, stop: Stop, *, seen: int, by: int | None, at: datetime, **plan: Unpack[StopPlan]
) -> Stop:
    """Change what is planned of `stop`; `seen` is the version (`stop.lock`) the changes were made on.

    Values equal to the present ones are no change. Raises Conflict when somebody else has changed the
    stop since, NotAllowed for what its status no longer lets change (`flow.EDITABLE`).
    """
    if stop.lock != seen:
        raise Overtaken(N_("Somebody else has changed this stop since you opened it."))
    changed = change_stops(session, [(stop, plan)], by=by, at=at)
    if changed:
        _tell_draft(session, stop)
    return stop


def change_stops(
    session: Session, plans: Sequence[tuple[Stop, StopPlan]], *, by: int | None, at: datetime
) -> list[Stop]:
    """Change what is planned of several stops at once, so that two may change places. Returns those that changed.

    Values equal to the present ones are no change. Raises Conflict where venue or lecturer would be at two places when
    all is done, NotAllowed for what a stop's status no longer lets change (`flow.EDITABLE`).
    """
    told: list[tuple[Stop, dict[str, Any]]] = []
    for stop, plan in plans:
        wanted: dict[str, Any] = dict(plan)
        before = {key: getattr(stop, key) for key, value in wanted.items() if getattr(stop, key) != value}
        changed = {key: wanted[key] for key in before}
        fixed = sorted(set(changed) - EDITABLE[stop.status])
        if fixed:
            raise NotAllowed(
                N_("A stop that is “%(status)s” keeps its %(fields)s."), status=stop.status, fields=", ".join(fixed)
            )
        if changed:
            with session.no_autoflush:
                _apply(stop, changed)
            told.append((stop, {"before": _shown(before), "after": _shown(changed)}))
    with session.no_autoflush:
        for stop, _ in told:
            _check_plan(session, stop)
        if len(told) > 1:  # each is looked for where the others go, not where they were
            session.flush()
        for stop, _ in told:
            _check_free(session, stop)
    session.flush()
    for stop, detail in told:
        audit.record(session, "stop.changed", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return [stop for stop, _ in told]


def _tell_draft(session: Session, stop: Stop) -> None:
    """What is changed at the stop itself comes before what a draft said of it."""
    for placement in session.scalars(select(Placement).where(Placement.stop_id == stop.id)):
        for name in ("unit_id", "label", "starts_at", "ends_at", "venue_id", "lecture_id", "day_order"):
            setattr(placement, name, getattr(stop, name))
    session.flush()


def move(session: Session, stop: Stop, to: StopStatus, *, by: int | None, at: datetime, reason: str = "") -> Stop:
    """Take one step of `flow.TRANSITIONS`.

    Raises NotAllowed when the table lacks it, or when a cancellation has no reason.
    """
    before, stop.status = stop.status, advance(stop.status, to)
    if to is StopStatus.CANCELLED and not reason.strip():
        raise NotAllowed(N_("Say why the stop is cancelled; the reason is kept."))
    session.flush()
    detail = {"from": before.value, "to": to.value, "reason": reason.strip()}
    audit.record(session, f"stop.{to.value}", f"stop:{stop.id}", by=by, at=at, detail=detail)
    return stop


def _apply(stop: Stop, plan: StopPlan | dict[str, Any]) -> None:
    for key, value in plan.items():
        setattr(stop, key, value)
    if stop.unit is not None:
        stop.unit_id = stop.unit.id


def _check_plan(session: Session, stop: Stop) -> None:
    if stop.starts_at >= stop.ends_at:
        raise NotAllowed(N_("The stop cannot end before it begins."))
    same = queries.stop_by_number(session, stop.tour_id, stop.number)
    if same is not None and same is not stop:
        raise Conflict(N_("This tour already has a stop number %(number)s."), number=stop.number)


def _check_free(session: Session, stop: Stop) -> None:
    for other in queries.overlapping(session, starts_at=stop.starts_at, ends_at=stop.ends_at, apart_from=stop.id):
        if stop.venue is not None and other.venue is stop.venue:
            raise Conflict(N_("The venue is taken at that time by stop number %(number)s."), number=other.number)
        if stop.lecture and other.lecture and other.lecture.lecturer_id == stop.lecture.lecturer_id:
            raise Conflict(N_("The lecturer is at stop number %(number)s at that time."), number=other.number)


def _refuse_taken(session: Session, query: Select[int], template: str, code: str) -> None:
    if session.scalar(query) is not None:
        raise Conflict(template, code=code)


def _shown(plan: StopPlan | dict[str, Any]) -> dict[str, Any]:
    """Values as JSON: times in ISO 8601, objects as their ids."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value.id if hasattr(value, "id") else value
        for key, value in plan.items()
    }


def _added(
    session: Session, row: Row, action: str, kind: str, *, by: int | None, at: datetime, detail: dict[str, Any]
) -> Row:
    session.add(row)
    session.flush()
    audit.record(session, action, f"{kind}:{row.id}", by=by, at=at, detail=detail)
    return row

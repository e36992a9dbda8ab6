"""Verbs on a tour's draft calendar. Nothing of it counts until it is published (`publishing`)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.accounts.models import Unit
from exam.tours import checking, drafting, queries
from exam.tours.checking import Conflict
from exam.tours.drafting import Weak
from exam.tours.flow import EDITABLE, StopStatus
from exam.tours.models import Lecture, Placement, Stop, Tour, TourDraft, Venue
from exam.tours.proposing import adopt, propose, replan
from exam.tours.publishing import publish
from question_bank.errors import N_, Invalid, NotAllowed, Problem

__all__ = [
    "add",
    "adopt",
    "discard",
    "drop",
    "fix",
    "hold",
    "label",
    "open_draft",
    "place",
    "propose",
    "publish",
    "replan",
    "restore",
    "unplace",
    "weighed",
    "withdraw",
]

FOLLOWED = ("unit_id", "label", "starts_at", "ends_at", "venue_id", "lecture_id", "day_order")
"""What a placement takes over from its stop."""


def open_draft(session: Session, tour: Tour, *, by: int | None, at: datetime) -> TourDraft:
    """The tour's draft: the one that is open, else a new one of its stops as they stand.

    Stops that came since join it, those held or cancelled since show as they are now.
    """
    draft = drafting.draft_of(session, tour)
    if draft is None:
        draft = TourDraft(tour_id=tour.id, changed_at=at, changed_by=by)
        session.add(draft)
        session.flush()
        audit.record(session, "draft.opened", f"tour:{tour.id}", by=by, at=at)
    known = {each.stop_id: each for each in drafting.placements_of(session, draft) if each.stop_id is not None}
    for stop in queries.stops_of(session, tour.id):
        placement = known.get(stop.id)
        if stop.status is StopStatus.CANCELLED:
            if placement is not None:
                session.delete(placement)
        elif placement is None:
            session.add(follow(Placement(draft_id=draft.id, stop_id=stop.id), stop))
        elif stop.status in drafting.HELD:
            follow(placement, stop)
    session.flush()
    session.expire(draft, ["placements"])
    return draft


def follow(placement: Placement, stop: Stop) -> Placement:
    """Make the placement show the stop as it stands."""
    for name in FOLLOWED:
        setattr(placement, name, getattr(stop, name))
    placement.dropped = False
    return placement


def weighed(
    session: Session,
    placement: Placement,
    *,
    starts_at: datetime,
    ends_at: datetime,
    venue: Venue | None,
    lecture: Lecture | None,
    zone: ZoneInfo,
    at: datetime,
    weak: Weak | None = None,
) -> tuple[Conflict, ...]:
    """What would be wrong with this placement there, hard conflicts first; nothing is written.

    Works for one that is dropped or waits, too. Times may be of any zone; without one they are told of as not whole.
    """
    draft = session.get_one(TourDraft, placement.draft_id)
    calendar = drafting.calendar_of(session, draft, zone=zone, at=at, weak=weak)
    tried = drafting.tried(
        session, placement, starts_at=starts_at, ends_at=ends_at, venue=venue, lecture=lecture, at=at
    )
    found = checking.conflicts(drafting.with_one(calendar, tried), at=at)
    return checking.concerning(found, placement.id)


def place(
    session: Session,
    placement: Placement,
    *,
    starts_at: datetime,
    ends_at: datetime,
    venue: Venue | None,
    lecture: Lecture | None,
    zone: ZoneInfo,
    by: int | None,
    at: datetime,
) -> Placement:
    """Put a stop of the draft at a time and a place; what was dropped comes back.

    Raises Invalid with one problem for each hard conflict it would have there (`where` is the conflict's kind),
    NotAllowed for a stop that has been held or begun.
    """
    _open(session, placement, {"starts_at", "ends_at", "venue", "lecture"}, at)
    found = weighed(
        session, placement, starts_at=starts_at, ends_at=ends_at, venue=venue, lecture=lecture, zone=zone, at=at
    )
    refuse(found)
    values = {"starts_at": starts_at.astimezone(UTC), "ends_at": ends_at.astimezone(UTC), "dropped": False}
    values |= {"venue_id": None if venue is None else venue.id, "lecture_id": None if lecture is None else lecture.id}
    return _changed(session, placement, "placement.placed", values, by=by, at=at)


def refuse(found: Iterable[Conflict]) -> None:
    """Raises Invalid with one problem for each hard conflict of `found`, if there is any."""
    problems = [Problem(each.kind.value, each.template, each.params) for each in found if each.hard]
    if problems:
        raise Invalid(problems)


def unplace(session: Session, placement: Placement, *, by: int | None, at: datetime) -> Placement:
    """Take a stop off the calendar; it waits to be placed again. Raises NotAllowed for one held or begun."""
    _open(session, placement, {"starts_at", "ends_at"}, at)
    return _changed(session, placement, "placement.unplaced", {"starts_at": None, "ends_at": None}, by=by, at=at)


def add(session: Session, draft: TourDraft, unit: Unit, *, label: str = "", by: int | None, at: datetime) -> Placement:
    """A stop to come at `unit`, which waits to be placed.

    Raises NotAllowed where the tour's rules let it come to the unit no more often.
    """
    tour = session.get_one(Tour, draft.tour_id)
    rules = drafting.rules_of(tour)
    there = session.scalars(
        select(Placement).where(
            Placement.draft_id == draft.id, Placement.unit_id == unit.id, Placement.dropped.is_(False)
        )
    )
    regular = [each for each in there if not drafting.makes_up(session, each)]
    if len(regular) >= rules.unit_visits:
        raise NotAllowed(N_("The tour comes to %(unit)s already."), unit=unit.name)
    placement = Placement(draft_id=draft.id, unit_id=unit.id, label=label)
    session.add(placement)
    session.flush()
    _touch(session, draft, by=by, at=at)
    audit.record(session, "placement.added", f"draft:{draft.id}", by=by, at=at, detail={"unit": unit.id})
    return placement


def withdraw(session: Session, placement: Placement, *, by: int | None, at: datetime) -> None:
    """Take a stop to come out of the draft. Raises NotAllowed for one that stands already: that is dropped."""
    if placement.stop_id is not None:
        raise NotAllowed(N_("This stop has been announced; it can be cancelled, not taken out."))
    draft = session.get_one(TourDraft, placement.draft_id)
    audit.record(session, "placement.withdrawn", f"draft:{draft.id}", by=by, at=at, detail={"unit": placement.unit_id})
    session.delete(placement)
    _touch(session, draft, by=by, at=at)


def drop(session: Session, placement: Placement, *, by: int | None, at: datetime) -> Placement:
    """Mark a stop to be cancelled when the draft is published.

    Raises NotAllowed for one held or begun, and for one that does not stand yet: that is withdrawn.
    """
    if placement.stop_id is None:
        raise NotAllowed(N_("This stop has not been announced; it can be taken out, not cancelled."))
    _open(session, placement, set(), at)
    return _changed(session, placement, "placement.dropped", {"dropped": True}, by=by, at=at)


def restore(session: Session, placement: Placement, *, by: int | None, at: datetime) -> Placement:
    """Put a stop back to where it stands; what is taken there meanwhile shows among the conflicts.

    Raises NotAllowed for one that does not stand yet.
    """
    if placement.stop_id is None:
        raise NotAllowed(N_("This stop has not been announced yet."))
    stop = session.get_one(Stop, placement.stop_id)
    values = {name: getattr(stop, name) for name in FOLLOWED} | {"dropped": False}
    return _changed(session, placement, "placement.restored", values, by=by, at=at)


def fix(session: Session, placement: Placement, *, by: int | None, at: datetime) -> Placement:
    """Let the planner leave this stop where it is. Raises NotAllowed for one that waits."""
    if placement.starts_at is None:
        raise NotAllowed(N_("Place the stop first, then fix it."))
    return _changed(session, placement, "placement.fixed", {"fixed": True}, by=by, at=at)


def hold(session: Session, placement: Placement, *, fixed: bool, by: int | None, at: datetime) -> Placement:
    """Fix a stop, or give it free again to the planner."""
    if fixed:
        return fix(session, placement, by=by, at=at)
    return _changed(session, placement, "placement.freed", {"fixed": False}, by=by, at=at)


def label(session: Session, placement: Placement, *, text: str, by: int | None, at: datetime) -> Placement:
    """Give a stop of the draft its name on the calendar."""
    return _changed(session, placement, "placement.labelled", {"label": text.strip()[:80]}, by=by, at=at)


def discard(session: Session, draft: TourDraft, *, by: int | None, at: datetime) -> None:
    """Throw the draft away; the stops stay as they stand."""
    for each in drafting.placements_of(session, draft):
        session.delete(each)
    session.flush()
    session.delete(draft)
    session.flush()
    audit.record(session, "draft.discarded", f"tour:{draft.tour_id}", by=by, at=at)


def _open(session: Session, placement: Placement, fields: set[str], at: datetime) -> None:
    stop = None if placement.stop_id is None else session.get_one(Stop, placement.stop_id)
    if stop is None:
        return
    if drafting.settled(stop, placement, at) or not fields <= EDITABLE[stop.status]:
        raise NotAllowed(N_("Stop number %(number)s has begun or is over; it stays where it is."), number=stop.number)


def _changed(
    session: Session, placement: Placement, action: str, values: dict[str, Any], *, by: int | None, at: datetime
) -> Placement:
    before = {name: _plain(getattr(placement, name)) for name in values}
    for name, value in values.items():
        setattr(placement, name, value)
    session.flush()
    session.expire(placement, ["venue", "lecture"])
    _touch(session, session.get_one(TourDraft, placement.draft_id), by=by, at=at)
    detail = {
        "placement": placement.id,
        "before": before,
        "after": {name: _plain(each) for name, each in values.items()},
    }
    audit.record(session, action, f"draft:{placement.draft_id}", by=by, at=at, detail=detail)
    return placement


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _touch(session: Session, draft: TourDraft, *, by: int | None, at: datetime) -> None:
    draft.changed_at, draft.changed_by = at, by
    session.flush()

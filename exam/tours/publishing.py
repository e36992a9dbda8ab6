"""Publishing a draft: its stops become what it says, and the whole calendar is kept as a version."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from exam import audit
from exam.tours import checking, drafting, inviting, operations, queries, versions
from exam.tours.changes import CANCELLED, CONFIRMED, changes, numbered
from exam.tours.flow import StopStatus
from exam.tours.models import Placement, Stop, Tour, TourDraft, TourVersion
from exam.tours.operations import StopPlan
from question_bank.errors import N_, Invalid, NotAllowed, Problem

DROPPED = "排期调整"
"""Kept as the reason of a cancellation for which the publisher gives no note."""


def publish(
    session: Session, draft: TourDraft, *, note: str = "", zone: ZoneInfo, by: int | None, at: datetime
) -> TourVersion:
    """Make the tour's stops what the draft says and keep the calendar as the tour's next version.

    Dropped stops are cancelled. Placements that wait stay in the draft; without any the draft is gone.
    Raises Invalid with one problem for each hard conflict and each announced stop without a time, NotAllowed where
    nothing differs from the version that holds.
    """
    tour = session.get_one(Tour, draft.tour_id)
    placements = drafting.placements_of(session, draft)
    stops = drafting.stops_behind(session, placements)
    _refuse(session, draft, placements, stops, zone=zone, at=at)
    _cancel(session, placements, stops, reason=note.strip() or DROPPED, by=by, at=at)
    _apply(session, placements, stops, by=by, at=at)
    _create(session, tour, placements, by=by, at=at)
    _close(session, draft, placements)
    return announce(session, tour, note=note, zone=zone, by=by, at=at)


def announce(
    session: Session, tour: Tour, *, note: str = "", zone: ZoneInfo, by: int | None, at: datetime
) -> TourVersion:
    """Keep the tour's stops as they stand as its next version, and queue what those who take part are told of it.

    Raises NotAllowed where nothing differs from the version that holds.
    """
    before = versions.latest(session, tour)
    known: list[dict[str, Any]] = [] if before is None else before.stops["stops"]
    now = numbered(versions.announced(session, tour), known)
    said = changes(now, known, zone=zone)
    if not said:
        raise NotAllowed(N_("Nothing differs from the calendar that is published."))
    version = TourVersion(
        tour_id=tour.id,
        number=1 if before is None else before.number + 1,
        stops={"stops": now},
        changes={"changes": said},
        note=note.strip()[:500],
        published_at=at,
        published_by=by,
    )
    session.add(version)
    session.flush()
    detail = {"number": version.number, "stops": len(now), "changes": len(said)}
    audit.record(session, "tour.published", f"tour:{tour.id}", by=by, at=at, detail=detail)
    inviting.tell(session, version, zone=zone, by=by, at=at)
    return version


def upcoming_changes(session: Session, draft: TourDraft, *, zone: ZoneInfo) -> list[dict[str, Any]]:
    """What publishing the draft would change against the stops as they stand, in the form of a version's changes.

    New stops have no number yet: they count on from the tour's last.
    """
    tour = session.get_one(Tour, draft.tour_id)
    before = versions.announced(session, tour)
    known = {each["stop_id"]: each for each in before}
    number = queries.next_number(session, tour.id)
    now: list[dict[str, Any]] = []
    for each in drafting.placements_of(session, draft):
        if each.starts_at is None or each.ends_at is None:
            continue
        base = known.get(each.stop_id or 0)
        if base is None:
            base, number = {"stop_id": None, "uid": f"new-{each.id}", "number": number, "departments": []}, number + 1
        status = CANCELLED if each.dropped else CONFIRMED
        now.append({**base, **versions.shown(each), "status": status})
    return changes(now, before, zone=zone)


def _refuse(
    session: Session,
    draft: TourDraft,
    placements: list[Placement],
    stops: dict[int, Stop],
    *,
    zone: ZoneInfo,
    at: datetime,
) -> None:
    calendar = drafting.calendar_of(session, draft, zone=zone, at=at)
    problems = [
        Problem(each.kind.value, each.template, each.params) for each in checking.hard_conflicts(calendar, at=at)
    ]
    problems += [
        Problem(
            "waiting",
            N_("Stop number %(number)s, %(unit)s, has no time: place it or cancel it."),
            {"number": stops[each.stop_id].number, "unit": each.unit.name},
        )
        for each in placements
        if each.stop_id is not None and each.starts_at is None and not each.dropped
    ]
    if problems:
        raise Invalid(problems)


def _cancel(
    session: Session, placements: list[Placement], stops: dict[int, Stop], *, reason: str, by: int | None, at: datetime
) -> None:
    for each in placements:
        if each.dropped and each.stop_id is not None:
            operations.move(session, stops[each.stop_id], StopStatus.CANCELLED, reason=reason, by=by, at=at)


def _apply(
    session: Session, placements: list[Placement], stops: dict[int, Stop], *, by: int | None, at: datetime
) -> None:
    plans = [
        (stops[each.stop_id], _plan(each))
        for each in placements
        if each.stop_id is not None and not each.dropped and stops[each.stop_id].status not in drafting.HELD
    ]
    operations.change_stops(session, plans, by=by, at=at)


def _create(session: Session, tour: Tour, placements: list[Placement], *, by: int | None, at: datetime) -> None:
    for each in placements:
        if each.stop_id is None and each.starts_at is not None and each.ends_at is not None:
            stop = operations.plan_stop(
                session,
                tour,
                number=queries.next_number(session, tour.id),
                unit=each.unit,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                venue=each.venue,
                lecture=each.lecture,
                label=each.label,
                day_order=each.day_order,
                by=by,
                at=at,
            )
            each.stop_id = stop.id


def _plan(placement: Placement) -> StopPlan:
    assert placement.starts_at is not None
    assert placement.ends_at is not None
    return StopPlan(
        label=placement.label,
        venue=placement.venue,
        lecture=placement.lecture,
        starts_at=placement.starts_at,
        ends_at=placement.ends_at,
        day_order=placement.day_order,
    )


def _close(session: Session, draft: TourDraft, placements: list[Placement]) -> None:
    waiting = [each for each in placements if each.stop_id is None]
    for each in placements:
        if each.stop_id is not None:
            session.delete(each)
    session.flush()
    if not waiting:
        session.delete(draft)
        session.flush()
    else:
        session.expire(draft, ["placements"])

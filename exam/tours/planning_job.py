"""The planner as long work: reckoned on reading sessions, written in one short transaction at the end.

A large tour takes the planner minutes; nobody's saving waits for it, and a draft that somebody changes meanwhile is
left as they made it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from exam import clock, database
from exam.jobs.worker import Work
from exam.tours import checking, drafting, placing, proposing
from exam.tours.models import Placement
from exam.tours.operations import Overtaken
from exam.tours.planned import Calendar
from exam.tours.proposing import explained, mended, proposed

STEPS = 3
"""Reckoning, explaining what found no room, writing."""
Weak = Callable[[Session], Mapping[int, tuple[str, ...]]]


def job(work: Work, *, zone: ZoneInfo, weak: Weak) -> dict[str, Any]:
    """Let the planner go over the draft of the payload.

    Returns {"changed": names of units, "left_out": names of units, "cost", "before" (points), "wishes": [{"template",
    "params"}], "overtaken"}; nothing is written where somebody else has changed the draft since it was asked for.
    """
    work.progress(0, STEPS)
    at = clock.now()
    with database.reading(work.engine) as session:
        result, calendar = _reckoned(session, work.payload, zone=zone, at=at, weak=weak)
        work.progress(1, STEPS)
        result["wishes"] = _wishes(session, work.payload, result, zone=zone, at=at)
    work.progress(2, STEPS)
    with database.writing(work.engine) as session:
        result["changed"], result["overtaken"] = _written(session, work, calendar, at=at)
    work.progress(STEPS, STEPS)
    return result


def _reckoned(
    session: Session, payload: dict[str, Any], *, zone: ZoneInfo, at: datetime, weak: Weak
) -> tuple[dict[str, Any], Calendar]:
    draft, known = placing.draft_by_id(session, payload["draft"]), weak(session)
    names = {each.id: each.unit.name for each in drafting.placements_of(session, draft)}
    before = checking.cost(drafting.calendar_of(session, draft, zone=zone, at=at, weak=known))
    if payload["mend"]:
        fixed = mended(session, draft, zone=zone, at=at, weak=known)
        calendar, left_out, proven = fixed.calendar, fixed.left_out, fixed.proven
    else:
        found = proposed(session, draft, seed=payload["seed"], zone=zone, at=at, keep=payload["keep"], weak=known)
        calendar, left_out, proven = found.calendar, found.left_out, found.proven
    told = {
        "left_out": [names[each] for each in left_out if each in names],
        "cost": checking.cost(calendar),
        "before": before,
        "proven": proven,
    }
    return told, calendar


def _wishes(
    session: Session, payload: dict[str, Any], result: dict[str, Any], *, zone: ZoneInfo, at: datetime
) -> list[dict[str, Any]]:
    """Which wishes stand against each other where a proposal could not place everything."""
    if not result["left_out"] or payload["mend"]:
        return []
    draft = placing.draft_by_id(session, payload["draft"])
    found = explained(session, draft, zone=zone, at=at, keep=payload["keep"])
    return [{"template": each.template, "params": _plain(each.params)} for each in found.wishes]


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    """Parameters as JSON: numbers and texts stay, members of closed lists become their Chinese names."""
    return {
        key: getattr(value, "chinese", value if isinstance(value, int | float) else str(value))
        for key, value in params.items()
    }


def _written(session: Session, work: Work, calendar: Calendar, *, at: datetime) -> tuple[list[str], bool]:
    draft = placing.draft_by_id(session, work.payload["draft"])
    try:
        changed: list[Placement] = proposing.adopt(
            session, draft, calendar, seen=work.payload["seen"], by=work.by, at=at
        )
    except Overtaken:
        return [], True
    return [each.unit.name for each in changed], False

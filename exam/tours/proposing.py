"""Verbs that let the planner fill or mend a draft.

What the planner finds is reckoned on reading sessions (`proposed`, `mended`) and written afterwards (`adopt`): a large
tour takes it many seconds, in which nobody's writing should wait. `propose` and `replan` do both at once.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from exam import audit
from exam.tours import drafting
from exam.tours.arranging import send_away
from exam.tours.drafting import Weak
from exam.tours.infeasible import Explained, explain
from exam.tours.models import Lecturer, Placement, Tour, TourDraft
from exam.tours.operations import Overtaken
from exam.tours.planned import Calendar, Visit
from exam.tours.planner import Proposal
from exam.tours.planner import propose as plan
from exam.tours.replanning import Mended, mend
from question_bank.errors import N_


def proposed(
    session: Session,
    draft: TourDraft,
    *,
    seed: int,
    zone: ZoneInfo,
    at: datetime,
    keep: bool = False,
    weak: Weak | None = None,
) -> Proposal:
    """What the planner makes of the draft; with `keep` only what waits is placed. Nothing is written."""
    return plan(drafting.calendar_of(session, draft, zone=zone, at=at, weak=weak), seed=seed, at=at, keep=keep)


def explained(session: Session, draft: TourDraft, *, zone: ZoneInfo, at: datetime, keep: bool = False) -> Explained:
    """Which wishes stand against each other, of a draft that the planner could not fill. May take half a minute."""
    return explain(drafting.calendar_of(session, draft, zone=zone, at=at), at=at, keep=keep)


def mended(session: Session, draft: TourDraft, *, zone: ZoneInfo, at: datetime, weak: Weak | None = None) -> Mended:
    """The draft without hard conflicts, as few stops changed as can be. Nothing is written."""
    return mend(drafting.calendar_of(session, draft, zone=zone, at=at, weak=weak), at=at)


def propose(
    session: Session,
    draft: TourDraft,
    *,
    seed: int,
    zone: ZoneInfo,
    by: int | None,
    at: datetime,
    keep: bool = False,
    weak: Weak | None = None,
) -> Proposal:
    """Let the planner fill the draft; stops for which there is no room wait."""
    found = proposed(session, draft, seed=seed, zone=zone, at=at, keep=keep, weak=weak)
    adopt(session, draft, found.calendar, seen=draft.lock, by=by, at=at)
    return found


def replan(
    session: Session,
    draft: TourDraft,
    *,
    lecturer: Lecturer | None = None,
    first: date | None = None,
    last: date | None = None,
    zone: ZoneInfo,
    by: int | None,
    at: datetime,
    weak: Weak | None = None,
) -> Mended:
    """Mend the draft after `lecturer` dropped out, changing as few stops as can be.

    They are away from `first` (today) to `last` (the tour's end), which is noted with their availability. Without a
    lecturer whatever else stands in conflict is mended: a venue or a date that fell out.
    """
    if lecturer is not None:
        tour = session.get_one(Tour, draft.tour_id)
        since = first or at.astimezone(zone).date()
        send_away(session, lecturer, first=since, last=max(since, last or tour.ends_on), by=by, at=at)
    found = mended(session, draft, zone=zone, at=at, weak=weak)
    adopt(session, draft, found.calendar, seen=draft.lock, by=by, at=at)
    return found


def adopt(
    session: Session, draft: TourDraft, calendar: Calendar, *, seen: int, by: int | None, at: datetime
) -> list[Placement]:
    """Write a calendar that was reckoned on the draft as it was at `seen` (`draft.lock`). Returns what changed.

    Raises Overtaken where the draft has been changed since.
    """
    if draft.lock != seen:
        raise Overtaken(N_("Somebody else has changed the draft meanwhile. Let the planner go over it again."))
    there = {each.key: each for each in calendar.visits if not each.foreign}
    changed = []
    for each in drafting.placements_of(session, draft):
        visit = there.get(each.id)
        if visit is not None and not each.dropped and _moved(each, visit):
            each.starts_at, each.ends_at = visit.starts_at, visit.ends_at
            each.venue_id, each.lecture_id = visit.venue, visit.talk
            changed.append(each)
    session.flush()
    for each in changed:
        session.expire(each, ["venue", "lecture"])
    draft.changed_at, draft.changed_by = at, by
    session.flush()
    detail = {"placements": [each.id for each in changed]}
    audit.record(session, "draft.planned", f"draft:{draft.id}", by=by, at=at, detail=detail)
    return changed


def _moved(placement: Placement, visit: Visit) -> bool:
    was = (placement.starts_at, placement.ends_at, placement.venue_id, placement.lecture_id)
    return was != (visit.starts_at, visit.ends_at, visit.venue, visit.talk)

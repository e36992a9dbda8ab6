"""Moving a stop of the draft: by dragging, by keyboard or by a button; all of them post here."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from exam import clock
from exam.extensions import db, writing
from exam.tours import checking, drafting, drafts, placing, queries
from exam.tours.checking import Conflict
from exam.tours.grid import Slot, read_slot, slot_of
from exam.tours.models import Placement, Tour, TourDraft
from exam.tours.operations import Overtaken
from exam.tours.planned import Calendar, Visit
from exam.tours.planning_rules import Half
from exam.web.access import access, viewer
from exam.web.deeds import Page, moment, zone
from exam.web.errors import sentence
from exam.web.filters import day, label
from exam.web.planning import board, judged, words
from exam.web.planning.area import blueprint, organises
from question_bank.errors import N_, DomainError

TRAY = "tray"
OFFERED = 3
"""So many other half-days are named when a move is refused."""
TRIED = 60
"""Half-days around the wanted one that are looked at for that."""


@dataclass(frozen=True)
class Way:
    """Another half-day that is free, and the points the whole draft would cost more with it."""

    slot: Slot
    name: str
    more: int


@dataclass(frozen=True)
class Outcome:
    """What became of a move. `hard` says why not; `ways` are half-days that would do; `undo` is where it was before."""

    placement: Placement
    done: bool
    where: str
    sentence: str = ""
    hard: tuple[words.Said, ...] = ()
    soft: tuple[words.Said, ...] = ()
    more: int = 0
    ways: tuple[Way, ...] = ()
    undo: str = ""


def name_of(slot: Slot | None) -> str:
    """A half-day as people say it."""
    if slot is None:
        return str(gettext("not placed"))
    return str(gettext("%(day)s, %(half)s", day=day(slot.day), half=label(slot.half)))


def slot_at(placement: Placement, noon: time) -> Slot | None:
    """Where a placement lies; None while it waits."""
    return None if placement.starts_at is None else slot_of(placement.starts_at, zone(), noon)


def times_in(calendar: Calendar, visit: Visit, slot: Slot) -> tuple[datetime, datetime]:
    """From when to when it would be there: at its own hours within the same half of the day, else at the usual ones."""
    if visit.starts_at is not None and visit.ends_at is not None:
        own = calendar.local(visit.starts_at)
        if slot_of(visit.starts_at, zone(), calendar.rules.noon).half is slot.half:
            starts = moment(slot.day, own.time())
            return starts, starts + (visit.ends_at - visit.starts_at)
    hours = calendar.rules.hours(slot.half)
    return moment(slot.day, hours.starts), moment(slot.day, hours.ends)


@dataclass(frozen=True)
class Trial:
    """What a visit would be in another half-day: conflicts about it; without any, the points it would cost more."""

    hard: tuple[Conflict, ...]
    more: int


def tried(calendar: Calendar, visit: Visit, slot: Slot, *, at: datetime, now: int) -> Trial:
    """`now` is what the draft costs as it stands."""
    starts, ends = times_in(calendar, visit, slot)
    other = calendar.with_visit(replace(visit, starts_at=starts, ends_at=ends))
    hard = checking.concerning(checking.hard_conflicts(other, at=at), visit.key)
    return Trial(hard, 0 if hard else checking.cost(other) - now)


def _visit(calendar: Calendar, placement: Placement) -> Visit:
    return next(each for each in calendar.visits if each.key == placement.id)


def _around(calendar: Calendar, middle: date) -> list[Slot]:
    """The half-days of the tour, the nearest to `middle` first."""
    count = (calendar.ends_on - calendar.starts_on).days + 1
    days = [calendar.starts_on + timedelta(days=each) for each in range(count)]
    return [Slot(day, half) for day in sorted(days, key=lambda day: abs(day - middle)) for half in Half]


def ways_out(calendar: Calendar, visit: Visit, slot: Slot, *, at: datetime) -> tuple[Way, ...]:
    """Free half-days near the wanted one, the nearest first; where it lies already is no way out."""
    now, found = checking.cost(calendar), []
    own = None if visit.starts_at is None else slot_of(visit.starts_at, zone(), calendar.rules.noon)
    for each in [slot for slot in _around(calendar, slot.day) if slot != own][:TRIED]:
        trial = tried(calendar, visit, each, at=at, now=now)
        if not trial.hard:
            found.append(Way(each, name_of(each), trial.more))
        if len(found) == OFFERED:
            break
    return tuple(found)


@blueprint.get("/placements/<int:placement_id>/slots")
@access(organises, of=drafting.placement_by_id)
def slots(placement: Placement) -> Page:
    """For every half-day to come what would be wrong there and what it would cost: shown while something is dragged."""
    session, at = db.session(), clock.now()
    calendar = judged.calendar_of(session, placing.draft_by_id(session, placement.draft_id), at=at)
    visit, now = _visit(calendar, placement), checking.cost(calendar)
    today = calendar.local(at).date()
    ahead = [each for each in _around(calendar, today) if each.day >= today]
    found = {str(slot): tried(calendar, visit, slot, at=at, now=now) for slot in ahead}
    return jsonify(
        {
            slot: {"hard": [words.said(each).sentence for each in trial.hard], "more": trial.more}
            for slot, trial in found.items()
        }
    )


@blueprint.post("/placements/<int:placement_id>/move")
@access(organises, of=drafting.placement_by_id)
def move(placement: Placement) -> Page:
    """Move to a half-day or back to those that wait; a script gets the calendar alone, a form the whole page."""
    slot, seen = read_slot(request.form.get("slot", "")), request.form.get("seen", 0, type=int)
    if slot is None and request.form.get("slot") != TRAY:
        return redirect(url_for("planning.placement", placement_id=placement.id))
    tour, at = tour_of(db.session(), placement), clock.now()
    outcome, status = moved(placement, slot, seen=seen, at=at)
    page = "planning/_calendar.html" if "X-Fragment" in request.headers else "planning/calendar.html"
    return render_template(page, **board.shown(db.session(), tour, at=at, outcome=outcome)), status


def moved(placement: Placement, slot: Slot | None, *, seen: int, at: datetime) -> tuple[Outcome, int]:
    """Try the move: what became of it, and the status to answer with."""
    before = judged.calendar_of(db.session(), _draft(db.session(), placement), at=at)
    undo = slot_at(placement, before.rules.noon)
    try:
        with writing() as session:
            _move(session, placement.id, slot, seen=seen, at=at)
    except Overtaken as error:
        return Outcome(placement, done=False, where=name_of(slot), sentence=sentence(error)), 409
    except DomainError as error:
        return _refused(before, placement, slot, error, at=at), 409
    return _done(before, placement.id, slot, undo, at=at), 200


def _draft(session: Session, placement: Placement) -> TourDraft:
    return placing.draft_by_id(session, placement.draft_id)


def _move(session: Session, placement_id: int, slot: Slot | None, *, seen: int, at: datetime) -> None:
    placement = drafting.placement_by_id(session, placement_id)
    draft, by = _draft(session, placement), viewer().person_id
    not_overtaken(draft, seen)
    if slot is None:
        drafts.unplace(session, placement, by=by, at=at)
        return
    calendar = drafting.calendar_of(session, draft, zone=zone(), at=at)
    starts, ends = times_in(calendar, _visit(calendar, placement), slot)
    drafts.place(
        session,
        placement,
        starts_at=starts,
        ends_at=ends,
        venue=placement.venue,
        lecture=placement.lecture,
        zone=zone(),
        by=by,
        at=at,
    )


def not_overtaken(draft: TourDraft, seen: int) -> None:
    """Raises Overtaken when the draft has changed since it was shown."""
    if draft.lock != seen:
        raise Overtaken(N_("Somebody else has changed this draft since you opened it. It is shown as it stands now."))


def _refused(before: Calendar, placement: Placement, slot: Slot | None, error: DomainError, *, at: datetime) -> Outcome:
    if slot is None:
        return Outcome(placement, done=False, where=name_of(slot), sentence=sentence(error))
    visit = _visit(before, placement)
    trial = tried(before, visit, slot, at=at, now=0)
    return Outcome(
        placement,
        done=False,
        where=name_of(slot),
        sentence="" if trial.hard else sentence(error),
        hard=tuple(words.all_said(trial.hard)),
        ways=ways_out(before, visit, slot, at=at),
    )


def _done(before: Calendar, placement_id: int, slot: Slot | None, undo: Slot | None, *, at: datetime) -> Outcome:
    session = db.session()
    placement = drafting.placement_by_id(session, placement_id)
    after = judged.calendar_of(session, _draft(session, placement), at=at)
    soft = checking.concerning(checking.soft_conflicts(after), placement_id)
    return Outcome(
        placement,
        done=True,
        where=name_of(slot),
        soft=tuple(words.all_said(soft)),
        more=checking.cost(after) - checking.cost(before),
        undo=TRAY if undo is None else str(undo),
    )


def tour_of(session: Session, placement: Placement) -> Tour:
    """The tour whose draft a placement is in."""
    return queries.tour_by_id(session, _draft(session, placement).tour_id)

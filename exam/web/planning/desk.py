"""What the calendar page shows of a draft: its weeks, what waits, what is wrong with it and what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from exam.tours import checking, drafting, placing, versions
from exam.tours.checking import Conflict
from exam.tours.grid import Week, weeks
from exam.tours.models import Placement, Stop, Tour, TourDraft
from exam.tours.planned import Calendar
from exam.tours.planning_rules import PlanRules
from exam.web.planning import judged


@dataclass(frozen=True)
class Card:
    """One placement on the page, with what is wrong with it and what it costs in points.

    `settled`: its stop has been held, is under way or is cancelled. `movable`: it may be dragged; what is fixed has to
    be let go first.
    """

    placement: Placement
    stop: Stop | None
    hard: tuple[Conflict, ...]
    soft: tuple[Conflict, ...]
    settled: bool

    @property
    def movable(self) -> bool:
        return not (self.settled or self.placement.fixed or self.placement.dropped)

    @property
    def cost(self) -> int:
        return sum(each.cost for each in self.soft)


@dataclass(frozen=True)
class Desk:
    """Everything on the page. `hard` and `soft` are in order of weight; `seen` is the version the page was made of."""

    tour: Tour
    draft: TourDraft
    rules: PlanRules
    weeks: tuple[Week[Card], ...]
    tray: tuple[Card, ...]
    dropped: tuple[Card, ...]
    hard: tuple[Conflict, ...]
    soft: tuple[Conflict, ...]
    changed_by: str
    published: int

    @property
    def placed(self) -> int:
        return sum(len(cell.things) for week in self.weeks for day in week.days for cell in day.cells)

    @property
    def stops(self) -> int:
        return self.placed + len(self.tray)

    @property
    def cost(self) -> int:
        return sum(each.cost for each in self.soft)

    @property
    def weekend(self) -> bool:
        return any(len(week.days) > WORKING for week in self.weeks)


WORKING = 5
"""Days of a week without its weekend."""


def desk_of(session: Session, tour: Tour, draft: TourDraft, *, at: datetime) -> Desk:
    """Read and check the draft of `tour`; the number of queries does not depend on how many stops it has."""
    calendar = judged.calendar_of(session, draft, at=at)
    hard, soft = wrong_with(calendar, at=at)
    placements = drafting.placements_of(session, draft)
    stops = drafting.stops_behind(session, placements)
    cards = [_card(each, stops.get(each.stop_id or 0), hard, soft, at=at) for each in placements]
    in_draft = [card for card in cards if not card.placement.dropped]
    latest = versions.latest(session, tour)
    return Desk(
        tour=tour,
        draft=draft,
        rules=calendar.rules,
        weeks=_weeks(calendar, in_draft, placing.special_days(session)),
        tray=tuple(card for card in in_draft if card.placement.starts_at is None),
        dropped=tuple(card for card in cards if card.placement.dropped),
        hard=hard,
        soft=soft,
        changed_by=placing.names_of(session, [draft.changed_by]).get(draft.changed_by or 0, ""),
        published=latest.number if latest else 0,
    )


def wrong_with(calendar: Calendar, *, at: datetime) -> tuple[tuple[Conflict, ...], tuple[Conflict, ...]]:
    """Hard conflicts, and soft ones, the dearest first."""
    soft = sorted(checking.soft_conflicts(calendar), key=lambda each: -each.cost)
    return checking.hard_conflicts(calendar, at=at), tuple(soft)


def _card(
    placement: Placement, stop: Stop | None, hard: Sequence[Conflict], soft: Sequence[Conflict], *, at: datetime
) -> Card:
    settled = drafting.settled(stop, placement, at)
    return Card(placement, stop, _about(placement, hard), _about(placement, soft), settled)


def _about(placement: Placement, found: Sequence[Conflict]) -> tuple[Conflict, ...]:
    return tuple(each for each in found if placement.id in each.placements)


def _weeks(calendar: Calendar, cards: Sequence[Card], names: Mapping[date, str]) -> tuple[Week[Card], ...]:
    placed = [(card.placement.starts_at, card) for card in cards if card.placement.starts_at is not None]
    return weeks(
        placed,
        first=calendar.starts_on,
        last=calendar.ends_on,
        workdays=calendar.workdays,
        notes=names,
        zone=calendar.zone,
        noon=calendar.rules.noon,
    )

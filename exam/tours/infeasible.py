"""Pure: why not every stop can be placed: a set of wishes that cannot all be met, none of which could be left out.

QuickXplain (Junker 2004): wishes are let go and taken up again by halves, asking each time whether a whole calendar
exists. Greedy search says yes quickly; where it finds none, the exact choice decides.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random

from exam.tours.annealing import Board, built
from exam.tours.choosing import choose
from exam.tours.options import Room
from exam.tours.planned import Calendar
from exam.tours.planner import EXACT, free_keys, options_at_most
from exam.tours.planning_rules import WORKWEEK, Availability, Half, HalfDay
from question_bank.errors import N_

ALL_WEEK = tuple(HalfDay(weekday=day, half=half) for day in WORKWEEK for half in Half)


@dataclass(frozen=True)
class Wanted:
    """Something that could be let go. `template` is a gettext message id; `without` gives the calendar without it."""

    template: str
    params: Mapping[str, object]
    without: Callable[[Calendar], Calendar] = field(compare=False)


@dataclass(frozen=True)
class Explained:
    """Wishes of which at least one has to be let go; none where even without any there is too little room.

    `certain` says that it was decided exactly, `stops` and `half_days` how much there is of either.
    """

    wishes: tuple[Wanted, ...]
    certain: bool
    stops: int
    half_days: int


def explain(calendar: Calendar, *, at: datetime | None = None, keep: bool = False) -> Explained:
    """Which wishes stand against each other in a calendar that the planner could not fill."""
    wishes = tuple(wishes_of(calendar))
    asked = _Asked(calendar, wishes, at=at, keep=keep)
    room = Room(calendar, free_keys(calendar, keep=keep), at=at)
    stops, half_days = len(room.free), len(room.slots)
    if not asked.whole(()):
        return Explained((), asked.certain, stops, half_days)
    return Explained(tuple(_narrowed(asked, (), (), wishes)), asked.certain, stops, half_days)


def wishes_of(calendar: Calendar) -> Iterator[Wanted]:
    """Everything that the county may let go, what is hardest to let go first."""
    for each in calendar.visits:
        if each.fixed and each.placed and each.open:
            template = N_("%(unit)s is fixed on %(day)s.")
            day = calendar.local(each.span[0]).date().isoformat()
            yield Wanted(template, {"unit": calendar.hosts[each.unit].name, "day": day}, _freed(each.key))
    rules = calendar.rules
    if set(rules.half_days) != set(ALL_WEEK):
        yield Wanted(
            N_("Stops are held on %(count)s half-days of the week only."),
            {"count": len(rules.half_days)},
            _ruled(half_days=ALL_WEEK),
        )
    if rules.most_per_day is not None:
        yield Wanted(
            N_("At most %(most)s stops are held on one day."), {"most": rules.most_per_day}, _ruled(most_per_day=None)
        )
    for span in rules.blackout:
        template = N_("No stops are held from %(first)s to %(last)s.")
        yield Wanted(template, {"first": span.first.isoformat(), "last": span.last.isoformat()}, _less(span))
    yield from _seats(calendar)
    for teacher in calendar.teachers.values():
        yield from _times(teacher.id, teacher.name, teacher.availability)


def _seats(calendar: Calendar) -> Iterator[Wanted]:
    most = max((each.capacity for each in calendar.places.values()), default=0)
    for unit in sorted({each.unit for each in calendar.visits if each.open}):
        host = calendar.hosts[unit]
        heads = max(calendar.heads_of(each) for each in calendar.visits if each.unit == unit)
        if heads > most:
            template = N_("%(unit)s comes with %(heads)s people; the largest venue has %(seats)s seats.")
            yield Wanted(template, {"unit": host.name, "heads": heads, "seats": most}, _seated(unit))


def _times(teacher: int, name: str, able: Availability) -> Iterator[Wanted]:
    who = {"lecturer": name}
    if able.half_days is not None:
        template = N_("%(lecturer)s can come on %(count)s half-days of the week only.")
        yield Wanted(template, {**who, "count": len(able.half_days)}, _able(teacher, half_days=None))
    if able.away:
        days = sum((each.last - each.first).days + 1 for each in able.away)
        yield Wanted(N_("%(lecturer)s is away for %(days)s days."), {**who, "days": days}, _able(teacher, away=()))
    if able.most_per_week is not None:
        template = N_("%(lecturer)s takes at most %(most)s stops a week.")
        yield Wanted(template, {**who, "most": able.most_per_week}, _able(teacher, most_per_week=None))
    if able.most_in_all is not None:
        template = N_("%(lecturer)s takes at most %(most)s stops in all.")
        yield Wanted(template, {**who, "most": able.most_in_all}, _able(teacher, most_in_all=None))
    if able.online_only:
        yield Wanted(N_("%(lecturer)s speaks online only."), who, _able(teacher, online_only=False))


Change = Callable[[Calendar], Calendar]


def _ruled(**rules: object) -> Change:
    return lambda calendar: replace(calendar, rules=calendar.rules.model_copy(update=rules))


def _less(span: object) -> Change:
    def without(calendar: Calendar) -> Calendar:
        rest = tuple(each for each in calendar.rules.blackout if each != span)
        return replace(calendar, rules=calendar.rules.model_copy(update={"blackout": rest}))

    return without


def _freed(key: int) -> Change:
    def without(calendar: Calendar) -> Calendar:
        visits = [replace(each, fixed=False) if each.key == key else each for each in calendar.visits]
        return replace(calendar, visits=tuple(visits))

    return without


def _seated(unit: int) -> Change:
    def without(calendar: Calendar) -> Calendar:
        visits = [replace(each, heads=0) if each.unit == unit else each for each in calendar.visits]
        return replace(calendar, visits=tuple(visits))

    return without


def _able(teacher: int, **able: object) -> Change:
    def without(calendar: Calendar) -> Calendar:
        known = calendar.teachers[teacher]
        freer = replace(known, availability=known.availability.model_copy(update=able))
        return replace(calendar, teachers={**calendar.teachers, teacher: freer})

    return without


class _Asked:
    """Whether a whole calendar exists that meets some of the wishes; every answer is kept."""

    def __init__(self, calendar: Calendar, wishes: Sequence[Wanted], *, at: datetime | None, keep: bool) -> None:
        self.calendar, self.wishes, self.at, self.keep = calendar, wishes, at, keep
        self.certain = True
        self._known: dict[frozenset[int], bool] = {}

    def whole(self, met: Sequence[Wanted]) -> bool:
        key = frozenset(number for number, each in enumerate(self.wishes) if each in met)
        if key not in self._known:
            calendar = self.calendar
            for number, each in enumerate(self.wishes):
                if number not in key:
                    calendar = each.without(calendar)
            self._known[key] = self._found(calendar)
        return self._known[key]

    def _found(self, calendar: Calendar) -> bool:
        room = Room(calendar, free_keys(calendar, keep=self.keep), at=self.at)
        board = built(Board(room, {}), Random(0))  # noqa: S311 -- reproducible, no secret
        if len(board.where) == len(room.free):
            return True
        if options_at_most(room) > EXACT:
            self.certain = False
            return False
        options = {each.key: list(room.options(each)) for each in room.free}
        chosen = choose(room, options, costs=lambda _: 0.0, together=False, near=False)
        self.certain &= chosen is not None and chosen.proven
        return chosen is not None and not chosen.left_out


def _narrowed(
    asked: _Asked, ground: tuple[Wanted, ...], added: tuple[Wanted, ...], wishes: tuple[Wanted, ...]
) -> tuple[Wanted, ...]:
    """A smallest part of `wishes` that cannot be met beside `ground`."""
    if added and not asked.whole(ground):
        return ()
    if len(wishes) == 1:
        return wishes
    half = len(wishes) // 2
    first, second = wishes[:half], wishes[half:]
    needed = _narrowed(asked, ground + first, first, second)
    return (*_narrowed(asked, ground + needed, needed, first), *needed)

"""Pure: a whole calendar proposed: every stop once, no hard conflict, as few points as can be found.

A greedy start with ejection, then annealing, which takes large tours as they come. Who teaches whom and which week is
whose are solved as programmes of their own, each with the other left aside: no calendar costs less than both together.
In tours of some dozen stops the best lecturers for the best weeks are a second calendar to choose from. Where annealing
leaves stops out and there are no more than some thousand options, the whole choice is solved, too, but for the weeks
between neighbours: that says whether everything can be placed; where it places more, annealing goes on from there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from exam.tours import checking
from exam.tours.annealing import Board, annealed, built
from exam.tours.choosing import bound_of, choose
from exam.tours.matching import matched, timed
from exam.tours.options import Option, Room
from exam.tours.planned import Calendar

EXACT = 20_000
"""So many options of all stops together are solved exactly."""
STEPS_EACH, STEPS_LEAST, STEPS_MOST = 3_000, 3_000, 600_000
"""Steps of annealing for each stop, for all at least and at most."""


@dataclass(frozen=True)
class Proposal:
    """A calendar with everything placed that could be. `cost` in points, `bound`: no calendar costs less.

    `left_out` are the keys of the visits for which no room was found; `proven` says that neither fewer can be left out
    nor, with none left out, the cost be less.
    """

    calendar: Calendar
    left_out: tuple[int, ...]
    cost: int
    bound: int
    proven: bool

    @property
    def gap(self) -> float:
        """How far the cost may lie above the least, as a share of the cost; 0 where they meet."""
        return 0.0 if self.cost <= self.bound else (self.cost - self.bound) / self.cost


def free_keys(calendar: Calendar, *, keep: bool) -> frozenset[int]:
    """The visits that the planner may place: those that wait and, without `keep`, all that are open and not fixed."""
    return frozenset(
        each.key for each in calendar.visits if each.open and not each.fixed and not (keep and each.placed)
    )


def propose(calendar: Calendar, *, seed: int, at: datetime | None = None, keep: bool = False) -> Proposal:
    """A calendar with every open visit placed; with `keep` only those that wait are.

    Settled, foreign and fixed visits stay as they are. The same seed gives the same calendar.
    """
    room = Room(calendar, free_keys(calendar, keep=keep), at=at)
    if not room.free:
        return _proposal(room, {}, bound=0, proven=True)
    random = Random(seed)  # noqa: S311 -- reproducible, no secret
    steps = min(max(STEPS_LEAST, STEPS_EACH * len(room.free)), STEPS_MOST)
    match, weeks = matched(room), timed(room)
    least = kept_cost(room) + match.bound + weeks.bound
    board = annealed(built(Board(room, match.talks), random), random, steps=steps)
    found: Mapping[int, Option] = board.options()
    if len(found) == len(room.free):
        found = _better(room, found, _of_weeks(room, weeks.weeks))
        return _proposal(room, found, bound=least, proven=False)
    if options_at_most(room) <= EXACT:
        return _with_exact(room, found, least, random, steps)
    return _proposal(room, found, bound=0, proven=False)


def options_at_most(room: Room) -> int:
    """How many options there are, not asked which of them the rules allow."""
    return sum(len(room.venues(each)) * len(room.talks(each)) * len(room.slots) for each in room.free)


def _of_weeks(room: Room, weeks: Mapping[int, int]) -> Mapping[int, Option]:
    """The best choice of everything else for visits in these weeks; empty where they do not find room there."""
    if len(weeks) < len(room.free):
        return {}
    options = {each.key: list(room.options(each, weeks={weeks[each.key]})) for each in room.free}
    if sum(map(len, options.values())) > EXACT:
        return {}
    chosen = choose(room, options, near=False)
    return {} if chosen is None or chosen.left_out else chosen.options


def _better(room: Room, one: Mapping[int, Option], other: Mapping[int, Option]) -> Mapping[int, Option]:
    """The cheaper of two calendars; `other` may be empty."""
    if not other:
        return one
    return min(one, other, key=lambda each: checking.cost(placed(room.calendar, each)))


def _with_exact(room: Room, found: Mapping[int, Option], least: int, random: Random, steps: int) -> Proposal:
    chosen = choose(room, {each.key: list(room.options(each)) for each in room.free}, near=False)
    if chosen is None:
        return _proposal(room, found, bound=0, proven=False)
    if len(chosen.options) > len(found):
        board = Board(room, {})
        board.load(chosen.options)
        found = annealed(board, random, steps=steps).options()
    fewest = chosen.proven and len(found) == len(chosen.options)
    if len(found) < len(room.free):
        return _proposal(room, found, bound=0, proven=fewest)
    return _proposal(room, found, bound=max(least, kept_cost(room) + bound_of(chosen)), proven=False)


def kept_cost(room: Room) -> int:
    """What the visits that stay cost by themselves, whatever is done with the rest."""
    kept = {each.key for each in room.kept}
    alone = replace(room.calendar, visits=tuple(each for each in room.calendar.visits if each.key in kept))
    together = {checking.ConflictKind.SHARE, checking.ConflictKind.PACE}
    return sum(each.cost for each in checking.soft_conflicts(alone) if each.kind not in together)


def placed(calendar: Calendar, found: Mapping[int, Option], left_out: Collection[int] = ()) -> Calendar:
    """The calendar with the visits where the options say; those left out wait."""
    visits = [
        found[each.key].put(each)
        if each.key in found
        else replace(each, starts_at=None, ends_at=None)
        if each.key in left_out
        else each
        for each in calendar.visits
    ]
    return replace(calendar, visits=tuple(visits))


def _proposal(room: Room, found: Mapping[int, Option], *, bound: int, proven: bool) -> Proposal:
    left_out = tuple(each.key for each in room.free if each.key not in found)
    calendar = placed(room.calendar, found, left_out)
    cost = checking.cost(calendar)
    bound = 0 if left_out else min(bound, cost)
    return Proposal(calendar, left_out, cost, bound, proven or (not left_out and bound == cost))

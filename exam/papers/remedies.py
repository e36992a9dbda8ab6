"""Pure: how a specification that the bank cannot fill might give way, so that it can.

Every way is found by an integer program on counts or tried out, and verified against the bank before it is offered:
what an organiser is shown can be drawn. Ways are compared by the marks of a paper that they change, cheapest first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from math import gcd, inf

from pydantic import ValidationError

from exam.papers.changes import Change, changes_between, cost_of
from exam.papers.margins import (
    HUNDRED,
    Cell,
    Program,
    Rival,
    Sizes,
    fixed_terms,
    hold_apart,
    in_marks,
    near,
    parts_of,
    pools_of,
    targets,
    topic_terms,
)
from exam.papers.shortage import Contradiction, Missing, feasible, ideal_deviation, missing
from exam.papers.specification import GROUP_MARK, Plan, plain, plan_hash
from exam.papers.tables import rivalry_of
from question_bank.drawable import Drawable
from question_bank.enums import Band

STEP = Decimal("0.5")
"""Marks of a question that a remedy proposes are multiples of this."""
MOST = 6
"""So many ways are offered at most."""
SHARE_GRID = 20
"""Difficulty shares are proposed in twentieths."""


class Means(StrEnum):
    """What gives way."""

    TOPICS = "topics"
    SECTIONS = "sections"
    MARKS = "marks"
    CELLS = "cells"
    WISH = "wish"
    SEVERAL = "several"
    SHARES = "shares"


@dataclass(frozen=True)
class Remedy:
    """One way: the plan that would do, how many marks of a paper it changes, and the changes one by one."""

    means: Means
    plan: Plan
    cost: Decimal
    changes: tuple[Change, ...]

    @property
    def key(self) -> str:
        """Names the way as long as the bank is what it is."""
        return plan_hash(self.plan)[:16]


@dataclass(frozen=True)
class Finding:
    """What a bank says to a plan: what is missing, and the ways out (none where nothing is).

    `contradictory`: no bank whatever could fill it. `shares` is offered beside: the difficulty that papers will have,
    where it is not the one asked for.
    """

    missing: tuple[Missing, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    contradictory: bool = False
    shares: Remedy | None = None

    @property
    def feasible(self) -> bool:
        return not self.missing and not self.contradictory

    def offered(self, key: str) -> Remedy | None:
        """The remedy of that key."""
        every = (*self.remedies, self.shares)
        return next((each for each in every if each is not None and each.key == key), None)


@dataclass(frozen=True)
class _Bank:
    """A bank that equals every other with as many questions in each cell and the same enemies."""

    sizes: Mapping[Cell, int] = field(compare=False)
    pools: Mapping[Cell, Sequence[Drawable]] = field(compare=False)
    key: tuple[object, ...]

    def rivals(self, plan: Plan) -> tuple[Rival, ...]:
        """The questions whose enemies matter to `plan`."""
        return rivalry_of(plan, self.pools).rivals

    def fills(self, plan: Plan) -> bool:
        """Whether papers can be drawn."""
        return feasible(plan, self.sizes, self.rivals(plan))


def finding_of(plan: Plan, *banks: Sequence[Drawable]) -> Finding:
    """Check `plan` against what the bank offers; the same arguments give the same finding.

    Several `banks` are what several audiences may be asked: the finding is that of the first that does not suffice, and
    the ways out hold for all of them.
    """
    found = [_finding(plan, _bank(plan, bank)) for bank in banks]
    worst = next((each for each in found if not each.feasible), found[0])
    shared = [each for each in worst.remedies if all(_bank(each.plan, bank).fills(each.plan) for bank in banks)]
    return replace(worst, remedies=tuple(shared))


def _bank(plan: Plan, bank: Sequence[Drawable]) -> _Bank:
    pools = pools_of(bank, by_core=plan.asks_for_core)
    sizes = {cell: len(pool) for cell, pool in pools.items()}
    hostile = tuple((each.code, *sorted(each.enemies)) for pool in pools.values() for each in pool if each.enemies)
    return _Bank(sizes, pools, (tuple(sizes.items()), hostile))


@lru_cache(maxsize=16)
def _finding(plan: Plan, bank: _Bank) -> Finding:
    if bank.fills(plan):
        return Finding(shares=_nearest_shares(plan, bank))
    parts = parts_of(plan, bank.sizes)
    useful = {cell: size for cell, size in bank.sizes.items() if any(part.takes(cell) for part in parts)}
    try:
        lacking = missing(plan, parts, useful, bank.rivals(plan))
    except Contradiction:
        return Finding(contradictory=True, remedies=_verified(plan, _loosened(plan, bank, {Means.CELLS}), bank))
    return Finding(lacking, _verified(plan, _ways(plan, lacking, bank), bank))


def _verified(plan: Plan, ways: Iterable[tuple[Means, Plan]], bank: _Bank) -> tuple[Remedy, ...]:
    found: dict[str, Remedy] = {}
    allowed = _ideal(plan, bank.sizes)
    for means, other in ways:
        changes = changes_between(plan, other)
        remedy = Remedy(means, other, cost_of(plan, changes), changes)
        new = changes and remedy.key not in found
        if new and _ideal(other, bank.sizes) <= allowed and bank.fills(other):
            found[remedy.key] = remedy
    order = list(Means)
    ways_out = sorted(found.values(), key=lambda each: (each.cost, order.index(each.means), each.key))
    simplest = min((each.cost for each in ways_out if each.means is not Means.SEVERAL), default=None)
    worth = [each for each in ways_out if each.means is not Means.SEVERAL or simplest is None or each.cost < simplest]
    return tuple(worth[:MOST])


def _ideal(plan: Plan, sizes: Sizes) -> int:
    """How far off the topic margins must be; contradicting cells left aside."""
    try:
        return ideal_deviation(plan, parts_of(plan, sizes))
    except Contradiction:
        return ideal_deviation(free := plan.model_copy(update={"fixed_cells": ()}), parts_of(free, sizes))


def _ways(plan: Plan, lacking: Sequence[Missing], bank: _Bank) -> Iterator[tuple[Means, Plan]]:
    for means in (Means.TOPICS, Means.SECTIONS, Means.CELLS):
        yield from _loosened(plan, bank, {means})
    short = {cell.section for cell in lacking}
    indexes = [index for index, section in enumerate(plan.sections) if section.title in short]
    for index in indexes:
        yield from _fewer(plan, index, bank)
        yield from _without_wish(plan, index)
    bare = _replaced(plan, {index: {"wishes": ()} for index in indexes})
    if bare is not None:
        yield from _loosened(bare, bank, {Means.TOPICS, Means.SECTIONS, Means.CELLS})


def _fewer(plan: Plan, index: int, bank: _Bank) -> Iterator[tuple[Means, Plan]]:
    """The same marks of a section on fewer questions: the most questions that do."""
    section = plan.sections[index]
    for count in range(section.count - 1, 0, -1):
        each = plain(section.total / count)
        other = _replaced(plan, {index: {"count": count, "marks_each": each}}) if not each % STEP else None
        if other is not None and bank.fills(other):
            yield Means.MARKS, other
            return


def _without_wish(plan: Plan, index: int) -> Iterator[tuple[Means, Plan]]:
    """The section with one of its wishes less."""
    wishes = plan.sections[index].wishes
    for number in range(len(wishes)):
        other = _replaced(plan, {index: {"wishes": wishes[:number] + wishes[number + 1 :]}})
        if other is not None:
            yield Means.WISH, other


def _replaced(plan: Plan, sections: Mapping[int, Mapping[str, object]]) -> Plan | None:
    """The plan with fields of some of its sections replaced; None where that is no plan."""
    changed = [dict(section) | dict(sections.get(index, {})) for index, section in enumerate(plan.sections)]
    return _made(dict(plan) | {"sections": changed})


def _made(data: Mapping[str, object]) -> Plan | None:
    try:
        return Plan.model_validate(data)
    except ValidationError:
        return None


def _loosened(plan: Plan, bank: _Bank, means: AbstractSet[Means]) -> Iterator[tuple[Means, Plan]]:
    """The plan nearest to `plan` that the bank can fill when all of `means` give way together."""
    found = _Loosened(plan, bank, means).solved()
    if found is not None:
        yield Means.SEVERAL if len(means) > 1 else next(iter(means)), found


class _Loosened:
    """The program of the counts of a paper in which some of what the plan asks for may be missed, at a price.

    Prices are hundredths of a mark that change, a little more from one row to the next, so that of two ways equally
    dear the same one is taken every time.
    """

    def __init__(self, plan: Plan, bank: _Bank, means: AbstractSet[Means]) -> None:
        sizes = bank.sizes
        self._plan, self._means = plan, means
        self._parts = parts_of(plan, sizes)
        self._program = Program()
        cells = [cell for cell in sizes if any(part.takes(cell) for part in self._parts)]
        self._choices = {
            (index, cell): self._program.variable(upper=sizes[cell])
            for index, part in enumerate(self._parts)
            for cell in cells
            if part.takes(cell)
        }
        for cell in cells:
            places = {place: 1 for (_, at), place in self._choices.items() if at == cell}
            self._program.row(places, lower=0, upper=sizes[cell])
        hold_apart(self._program, self._choices, sizes, bank.rivals(plan))
        self._counts = self._fill_sections()
        self._cells = fixed_terms(plan, self._parts, self._choices)
        self._topics = topic_terms(plan, self._parts, self._choices)
        self._hold_cells()
        self._hold_topics(sizes)

    def _fill_sections(self) -> dict[int, int]:
        """Fill every part; returns by section the place of its count where that may change."""
        free = self._rests() if Means.SECTIONS in self._means else {}
        places: dict[int, int] = {}
        for index, part in enumerate(self._parts):
            filled = {place: part.weight(cell) for (at, cell), place in self._choices.items() if at == index}
            if index not in free:
                self._program.equal(filled, part.count)
                continue
            place = places[part.section] = self._program.variable(upper=2 * part.count)
            self._program.equal({**filled, place: -1}, 0)
            near(self._program, {place: 1}, part.count, _price(part.each, index))
            self._program.row({place: 1}, lower=free[index], upper=2 * part.count)
        if places:
            each = {places[self._parts[index].section]: self._parts[index] for index in free}
            whole = sum(part.each * part.count for part in each.values())
            self._program.equal({place: part.each for place, part in each.items()}, whole)
        return places

    def _rests(self) -> dict[int, int]:
        """The parts that hold what is left of a section after its wishes, each with the least it may hold."""
        last = {part.section: index for index, part in enumerate(self._parts)}
        sections = self._plan.sections
        whole_may_go = len(self._means) > 1
        return {
            index: 0 if whole_may_go or sections[section].wishes else 1
            for section, index in last.items()
            if sections[section].count > len(sections[section].wishes)
        }

    def _hold_cells(self) -> None:
        for number, (fixed, terms) in enumerate(zip(self._plan.fixed_cells, self._cells, strict=True)):
            each = int(self._plan.sections[fixed.section].marks_each * HUNDRED)
            if Means.CELLS in self._means:
                near(self._program, terms, fixed.count, _price(each, number))
            else:
                self._program.equal(terms, fixed.count)

    def _hold_topics(self, sizes: Sizes) -> None:
        may_move = Means.TOPICS in self._means
        off: list[int] = []
        for number, (group, marks) in enumerate(self._plan.topic_marks.items()):
            off += near(self._program, self._topics[group], int(marks * HUNDRED), _price(1, number) if may_move else 0)
        if off and may_move:
            self._spread(off[1::2])
        elif off:
            self._program.row(dict.fromkeys(off, 1), lower=0, upper=_ideal(self._plan, sizes))

    def _spread(self, gains: Sequence[int]) -> None:
        """Of ways that move equally many marks the one whose largest single gain is the smallest."""
        largest = self._program.variable(cost=20)
        for place in gains:
            self._program.row({largest: 1, place: -1}, lower=0, upper=inf)

    def solved(self) -> Plan | None:
        """The plan that was found, None where there is none."""
        found = self._program.solve()
        if found is None:
            return None
        plan = self._plan
        counts = [
            found[self._counts[index]] + len(section.wishes) if index in self._counts else section.count
            for index, section in enumerate(plan.sections)
        ]
        topics = plan.topic_marks
        if Means.TOPICS in self._means:
            sums = {group: plain(in_marks(_sum(terms, found))) for group, terms in self._topics.items()}
            topics = {group: marks for group, marks in sums.items() if marks}
        kept = [index for index, count in enumerate(counts) if count]
        cells = [
            {**dict(fixed), "section": kept.index(fixed.section), "count": _sum(terms, found)}
            for fixed, terms in zip(plan.fixed_cells, self._cells, strict=True)
            if fixed.section in kept and _still_has(topics, fixed.topic)
        ]
        sections = [dict(plan.sections[index]) | {"count": counts[index]} for index in kept]
        return _made(dict(plan) | {"sections": sections, "topic_marks": topics, "fixed_cells": cells})


def _still_has(topics: Mapping[str, Decimal], topic: str) -> bool:
    """Whether a fixed cell's topic still has marks; where topics are free, it has."""
    return not topics or not topic or any(topic == group or topic in group.split(GROUP_MARK) for group in topics)


def _price(hundredths: int, place: int) -> int:
    return hundredths * 10_000 + place


def _sum(terms: Mapping[int, float], found: Sequence[int]) -> int:
    return int(sum(each * found[place] for place, each in terms.items()))


def _nearest_shares(plan: Plan, bank: _Bank) -> Remedy | None:
    """The difficulty that papers will have, as shares, where it is clearly not what the plan asks for."""
    if not plan.difficulty_shares:
        return None
    parts = parts_of(plan, bank.sizes)
    useful = {cell: size for cell, size in bank.sizes.items() if any(part.takes(cell) for part in parts)}
    aim = targets(plan, parts, useful, bank.rivals(plan))
    if aim is None or not aim.band_deviation:
        return None
    shares = _rounded([aim.bands.get(band, 0) for band in Band])
    asked = _rounded([plan.difficulty_shares.get(band, 0) for band in Band])
    if shares == asked:
        return None
    least = gcd(*shares) or 1
    other = _made(dict(plan) | {"difficulty_shares": {b: n // least for b, n in zip(Band, shares, strict=True)}})
    if other is None:
        return None
    changes = changes_between(plan, other)
    return Remedy(Means.SHARES, other, cost_of(plan, changes), changes)


def _rounded(amounts: Sequence[int]) -> list[int]:
    """Amounts as whole twentieths of their sum, by largest remainders."""
    whole = sum(amounts)
    exact = [divmod(amount * SHARE_GRID, whole) for amount in amounts]
    floors = [floor for floor, _ in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: (-exact[place][1], place))
    for place in by_rest[: SHARE_GRID - sum(floors)]:
        floors[place] += 1
    return floors

"""Pure: the tables of counts that the papers of a set are dealt by, and the refuge where enemies leave no other way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

from exam.papers.chance import seed_of
from exam.papers.margins import Cell, Counted, Counts, Part, Rival, Targets, counts, parts_of, targets
from exam.papers.shortage import CellShortage, ideal_deviation, missing
from exam.papers.specification import Plan
from exam.papers.walking import Walk, Worth, shape_of
from question_bank.drawable import Drawable, Figures

TABLES = 96
"""Different tables in one selection; more of them bring the use of questions no nearer to even."""


SPARE = 48
"""Tables beyond these, so that those whose expected score went astray can be left out."""


@dataclass(frozen=True)
class Rivalry:
    """The questions whose enemies matter, and their codes in the same order."""

    rivals: tuple[Rival, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Tables:
    """The parts of a plan, what its papers hit, the tables that hit it, and the one that was solved for.

    `refuge` can be filled whatever enemies there are: with questions that have none, and with the `peaceful` ones
    (places in `Rivalry`), which can stand together.
    """

    parts: tuple[Part, ...]
    aim: Targets
    tables: tuple[Counts, ...]
    refuge: Counts
    peaceful: frozenset[int]


def rivalry_of(plan: Plan, pools: Mapping[Cell, Sequence[Drawable]]) -> Rivalry:
    """Enemies that may get into each other's way: of cells that a paper might have to take more from than is neutral.

    From any other cell a paper can take questions that have no enemies at all.
    """
    parts = parts_of(plan, {cell: len(pool) for cell, pool in pools.items()})
    tight: dict[str, Cell] = {}
    enemies: dict[str, frozenset[str]] = {}
    for cell, pool in pools.items():
        most = sum(part.count // part.weight(cell) for part in parts if part.takes(cell))
        hostile = [each for each in pool if each.enemies]
        if len(pool) - len(hostile) < min(most, len(pool)):
            tight |= {each.code: cell for each in hostile}
            enemies |= {each.code: frozenset(each.enemies) for each in hostile}
    codes = tuple(sorted(code for code in tight if any(foe in tight for foe in enemies[code])))
    place = {code: number for number, code in enumerate(codes)}
    rivals = tuple(
        Rival(tight[code], tuple(sorted(place[foe] for foe in enemies[code] if foe in place))) for code in codes
    )
    return Rivalry(rivals, codes)


def counted(plan: Plan, pools: Mapping[Cell, Sequence[Drawable]], rivalry: Rivalry) -> Tables:
    """The tables of `plan` for these questions. Raises CellShortage as `tables_of` does."""
    sizes = tuple((cell, len(pool)) for cell, pool in pools.items())
    worths = tuple(_worth([each.figures for each in pool]) for pool in pools.values())
    return tables_of(plan, sizes, rivalry.rivals, worths)


def _worth(figures: Sequence[Figures]) -> Worth:
    """To the nearest fiftieth of a share: what a day's answers change in it does not call for other tables."""
    parts = list(zip(*(shape_of(each.low, each.middle, each.high) for each in figures), strict=True))
    means = [sum(part) // len(part) for part in parts]
    squares = [sum((each - mean) ** 2 for each in part) for part, mean in zip(parts, means, strict=True)]
    total, slope, bend = ((each + 100) // 200 * 200 for each in means)
    deviations = [isqrt(each // len(figures)) for each in squares]
    return Worth((total, slope, bend), (deviations[0], deviations[1], deviations[2]))


Sizes = tuple[tuple[Cell, int], ...]
"""Cells in their order with the number of their questions, as a key to what has been counted out."""


@lru_cache(maxsize=64)
def tables_of(plan: Plan, bank: Sizes, rivals: tuple[Rival, ...] = (), worths: tuple[Worth, ...] = ()) -> Tables:
    """Count `plan` out on a bank of such cells; `worths` in their order are what makes the tables equally hard.

    Raises CellShortage when a section cannot be filled, or when more questions would bring the topic marks nearer to
    the plan. Chance has no say here, so that the stops of a tour, whose banks are alike, are counted out once.
    """
    parts, sizes, aim, refuge = _solved(plan, bank, rivals)
    hostile = Counter(rival.cell for rival in rivals)
    caps = {cell: max(size - hostile[cell], min(size, 1)) for cell, size in sizes.items()}
    by_cell = {cell: worth for (cell, _), worth in zip(bank, worths, strict=bool(worths))}
    walk = Walk(plan, parts, sizes, caps=caps, worths=by_cell, first=refuge.table)
    walked = [(walk.table(), walk.astray) for _ in range(TABLES + SPARE if worths else TABLES)]
    nearest = sorted(range(len(walked)), key=lambda place: walked[place][1])[:TABLES]
    tables = tuple(walked[place][0] for place in sorted(nearest))
    return Tables(parts, aim, tables, refuge.table, refuge.peaceful)


@lru_cache(maxsize=64)
def _solved(
    plan: Plan, bank: Sizes, rivals: tuple[Rival, ...]
) -> tuple[tuple[Part, ...], Mapping[Cell, int], Targets, Counted]:
    """The parts, the cells that they can take from, what papers hit and one table that hits it; see `tables_of`."""
    parts = parts_of(plan, dict(bank))
    sizes = {cell: size for cell, size in bank if any(part.takes(cell) for part in parts)}
    aim = targets(plan, parts, sizes, rivals)
    if aim is None or (aim.topic_deviation and aim.topic_deviation > ideal_deviation(plan, parts)):
        raise CellShortage(missing(plan, parts, sizes, rivals))
    # every cell has a price of its own, so that one table only is the cheapest, whatever solves the program
    costs = {cell: seed_of("cell", *cell) % 1000 for cell in sizes}
    return parts, sizes, aim, counts(plan, parts, sizes, aim=aim, costs=costs, rivals=rivals)


def forget() -> None:
    """Count out everything anew from now on; for benchmarks."""
    tables_of.cache_clear()
    _solved.cache_clear()


def taken_by(table: Counts) -> Counter[Cell]:
    """How many questions of each cell a table takes."""
    taken: Counter[Cell] = Counter()
    for (_, cell), number in table.items():
        taken[cell] += number
    return taken

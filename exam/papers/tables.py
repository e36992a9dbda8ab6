"""Pure: the tables of counts that the papers of a set are dealt by, and the refuge where enemies leave no other way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import isqrt

from exam.papers.chance import seed_of
from exam.papers.levels import Fine, filled
from exam.papers.margins import Cell, Counted, Counts, Part, Rival, Targets, counts, parts_of, targets
from exam.papers.shortage import CellShortage, ideal_deviation, missing
from exam.papers.specification import Plan
from exam.papers.walking import Walk, Worth, shape_of
from question_bank.drawable import Drawable, Figures

TABLES = 96
"""Different tables in one selection; more of them bring the use of questions no nearer to even."""


SPARE = 48
"""Tables beyond these, so that those whose expected score went astray can be left out."""

RARE = 100_000
"""What a slot costs when one question only fills as many; a thousand at most is what tells cells apart."""


@dataclass(frozen=True)
class Rivalry:
    """The questions whose enemies matter, and their codes in the same order.

    `harmless` are those whose enemies all lie where a paper can do without them.
    """

    rivals: tuple[Rival, ...]
    codes: tuple[str, ...]
    harmless: frozenset[str]


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
    return Rivalry(rivals, codes, frozenset(tight.keys() - place.keys()))


def counted(
    plan: Plan,
    pools: Mapping[Cell, Sequence[Drawable]],
    rivalry: Rivalry,
    finer: Mapping[Cell, Sequence[Drawable]],
) -> Tables:
    """The tables of `plan` for these questions, in the cells of `finer`. Raises CellShortage as `tables_of` does."""
    sizes = tuple((cell, len(pool)) for cell, pool in pools.items())
    place = {code: number for number, code in enumerate(rivalry.codes)}
    fine = tuple(
        Fine(
            cell,
            len(pool),
            sum(not each.enemies or each.code in rivalry.harmless for each in pool),
            tuple(place[each.code] for each in pool if each.enemies and each.code in place),
        )
        for cell, pool in finer.items()
    )
    worths = tuple(_worth([each.figures for each in pool]) for pool in finer.values())
    return tables_of(plan, sizes, rivalry.rivals, fine, worths)


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
def tables_of(
    plan: Plan,
    bank: Sizes,
    rivals: tuple[Rival, ...] = (),
    fine: tuple[Fine, ...] = (),
    worths: tuple[Worth, ...] = (),
) -> Tables:
    """Count `plan` out on a bank of such cells.

    `fine` are the cells that the tables ask for, if others; `worths` in their order make the tables equally hard.

    Raises CellShortage when a section cannot be filled, or when more questions would bring the topic marks nearer to
    the plan. Chance has no say here, so that the stops of a tour, whose banks are alike, are counted out once.
    """
    parts, sizes, aim, refuge = _solved(plan, bank, rivals)
    by_cell = {each.cell: worth for each, worth in zip(fine, worths, strict=True)}
    cells = [each for each in fine or _whole(sizes, rivals) if each.coarse in sizes]
    first = filled(refuge.table, cells, refuge.peaceful) if fine else refuge.table
    walk = Walk(
        plan,
        parts,
        {each.cell: each.size for each in cells},
        caps={each.cell: each.cap for each in cells},
        worths=by_cell,
        first=first,
    )
    walked = [(walk.table(), walk.value()) for _ in range(TABLES + SPARE if worths else TABLES)]
    kept = [walked[place][0] for place in sorted(_nearest([value for _, value in walked]))]
    tables = _side_by_side(kept, {each.cell: each.size for each in cells})
    return Tables(parts, aim, tables, first, refuge.peaceful)


def _nearest(values: Sequence[Sequence[int]]) -> list[int]:
    """The places of the tables whose expected score lies nearest to the middle one."""
    middle = [sorted(part)[len(values) // 2] for part in zip(*values, strict=True)]
    apart = [sum(abs(mine - theirs) for mine, theirs in zip(value, middle, strict=True)) for value in values]
    return sorted(range(len(values)), key=lambda place: apart[place])[:TABLES]


def _side_by_side(tables: Sequence[Counts], sizes: Mapping[Cell, int]) -> tuple[Counts, ...]:
    """The tables in such an order that those beside each other can be filled with different questions.

    After each the next that shares least with it; what is left over last is put where it shares least with both sides.
    """
    taken = [taken_by(table) for table in tables]
    order, rest = [0], list(range(1, len(tables)))
    while rest:
        last = taken[order[-1]]
        shared = [0]
        for place in rest:
            shared.append(_shared(last, taken[place], sizes))
            if not shared[-1]:
                break
        least = min(shared[1:])
        if not least:
            order.append(rest.pop(len(shared) - 2))
            continue
        place = rest.pop(shared.index(least, 1) - 1)
        gaps = [
            _shared(taken[one], taken[place], sizes) + _shared(taken[place], taken[other], sizes)
            for one, other in pairwise(order)
        ]
        better = [turn for turn, gap in enumerate(gaps, 1) if gap < least]
        order.insert(min(better, key=lambda turn: gaps[turn - 1]) if better else len(order), place)
    return tuple(tables[place] for place in order)


def _shared(one: Mapping[Cell, int], other: Mapping[Cell, int], sizes: Mapping[Cell, int]) -> int:
    """How many questions two tables must share because their cells hold no more."""
    return sum(max(0, number + other[cell] - sizes[cell]) for cell, number in one.items() if cell in other)


def _whole(sizes: Mapping[Cell, int], rivals: Sequence[Rival]) -> list[Fine]:
    """The cells as they are."""
    numbers: dict[Cell, list[int]] = {}
    for number, rival in enumerate(rivals):
        numbers.setdefault(rival.cell, []).append(number)
    return [Fine(cell, size, size, tuple(numbers.get(cell, ()))) for cell, size in sizes.items()]


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
    return parts, sizes, aim, counts(plan, parts, sizes, aim=aim, costs=_prices(parts, sizes), rivals=rivals)


def _prices(parts: Sequence[Part], sizes: Mapping[Cell, int]) -> dict[Cell, int]:
    """By cell a price of its own, so that one table only is the cheapest, whatever solves the program.

    From table to table an item changes places with such as fill as many slots. So what a paper would take of a few
    questions with so many slots is dear: they would stand on every paper.
    """
    held = Counter[tuple[int, int]]()
    for cell, size in sizes.items():
        held.update({(index, part.weight(cell)): size for index, part in enumerate(parts) if part.takes(cell)})
    rare = {
        cell: max(
            RARE * part.weight(cell) // held[index, part.weight(cell)]
            for index, part in enumerate(parts)
            if part.takes(cell)
        )
        for cell in sizes
    }
    return {cell: rare[cell] + seed_of("cell", *cell[:-1]) % 1000 for cell in sizes}


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

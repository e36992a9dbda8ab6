"""Pure: the tables of counts that the papers of a set are dealt by, and the refuge where enemies leave no other way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from exam.papers.chance import seed_of
from exam.papers.margins import Cell, Counts, Part, Rival, Targets, counts, parts_of, targets
from exam.papers.shortage import CellShortage, ideal_deviation, missing
from exam.papers.specification import Plan
from exam.papers.walking import Walk
from question_bank.drawable import Drawable

TABLES = 96
"""Different tables in one selection; more of them bring the use of questions no nearer to even."""


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


@lru_cache(maxsize=64)
def tables_of(plan: Plan, bank: tuple[tuple[Cell, int], ...], rivals: tuple[Rival, ...] = ()) -> Tables:
    """Count `plan` out on a bank of such cells.

    Raises CellShortage when a section cannot be filled, or when more questions would bring the topic marks nearer to
    the plan. Chance has no say here, so that the stops of a tour, whose banks are alike, are counted out once.
    """
    parts = parts_of(plan, dict(bank))
    sizes = {cell: size for cell, size in bank if any(part.takes(cell) for part in parts)}
    aim = targets(plan, parts, sizes, rivals)
    if aim is None or (aim.topic_deviation and aim.topic_deviation > ideal_deviation(plan, parts)):
        raise CellShortage(missing(plan, parts, sizes, rivals))
    # every cell has a price of its own, so that one table only is the cheapest, whatever solves the program
    costs = {cell: seed_of("cell", *cell) % 1000 for cell in sizes}
    refuge = counts(plan, parts, sizes, aim=aim, costs=costs, rivals=rivals)
    hostile = Counter(rival.cell for rival in rivals)
    caps = {cell: max(size - hostile[cell], min(size, 1)) for cell, size in sizes.items()}
    walk = Walk(plan, parts, sizes, caps, refuge.table)
    return Tables(parts, aim, tuple(walk.table() for _ in range(TABLES)), refuge.table, refuge.peaceful)


def taken_by(table: Counts) -> Counter[Cell]:
    """How many questions of each cell a table takes."""
    taken: Counter[Cell] = Counter()
    for (_, cell), number in table.items():
        taken[cell] += number
    return taken

"""Pure: cells of large questions, parted by how hard their questions are.

A section of three cases has nothing to make up for a hard case with: no exchange inside its cell is fine enough. So the
tables themselves must know how hard the case is that they ask for. Cells of questions that give a ninth of the marks or
more are parted here into cells of half a mark of expected score; margins and shortages go by the cells as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exam.papers.margins import HUNDRED, Cell, Counts, Part
from exam.papers.specification import Plan
from question_bank.calibration import UNIT
from question_bank.drawable import Drawable

LARGE = 9
"""Questions that give at least one in so many of the drawn marks are parted."""
STEPS = 2
"""Cells to a mark of expected score, on the average of the three levels of ability."""


class Fine(NamedTuple):
    """A parted cell: how many questions it holds, how many of them are in nobody's way, the numbers of its rivals."""

    cell: Cell
    size: int
    neutral: int
    rivals: tuple[int, ...]

    @property
    def coarse(self) -> Cell:
        """The cell that this one is part of."""
        return self.cell._replace(level=0)

    @property
    def cap(self) -> int:
        """So many questions of it tables may ask for."""
        return max(self.size - len(self.rivals), min(self.size, 1))

    def room(self, peaceful: frozenset[int]) -> int:
        """How many questions of it can stand together whatever comes."""
        return self.neutral + len(peaceful.intersection(self.rivals))


def parted(
    plan: Plan, parts: Sequence[Part], pools: Mapping[Cell, Sequence[Drawable]]
) -> dict[Cell, tuple[Drawable, ...]]:
    """The pools with those of large questions parted by level, in the order of their cells.

    Where large questions give most of the marks, all others are parted too: there are too few to make up for anything.
    """
    total = int(plan.drawn_total * HUNDRED)
    enough = total // LARGE
    if 2 * sum(part.count * part.each for part in parts if part.each >= enough) > total:
        enough = 0
    found: dict[Cell, list[Drawable]] = defaultdict(list)
    for cell, pool in pools.items():
        marks = max((part.marks(cell) for part in parts if part.takes(cell)), default=0)
        for each in pool:
            found[cell._replace(level=_level(each, marks) if marks >= max(enough, 1) else 0)].append(each)
    return {cell: tuple(found[cell]) for cell in sorted(found)}


def _level(question: Drawable, marks: int) -> int:
    """1 for the hardest: the expected score at the three levels of ability, in steps."""
    figures = question.figures
    return 1 + (figures.low + figures.middle + figures.high) * marks * STEPS // (3 * UNIT * HUNDRED)


def filled(table: Counts, cells: Sequence[Fine], peaceful: frozenset[int]) -> Counts:
    """`table` with the cells that were parted, each filled as far as it has room."""
    room = Counter({each.cell: each.room(peaceful) for each in cells})
    finer: dict[Cell, list[Cell]] = defaultdict(list)
    for each in cells:
        finer[each.coarse].append(each.cell)
    found: dict[tuple[int, Cell], int] = {}
    for (index, coarse), number in table.items():
        for cell in finer[coarse]:
            taken = min(number, room[cell])
            room[cell] -= taken
            number -= taken  # noqa: PLW2901 -- what is left
            if taken:
                found[index, cell] = taken
    return dict(sorted(found.items()))

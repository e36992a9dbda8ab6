"""Pure: the plain stratified draw, which others use and every certificate is held against.

Every paper fills the same tables of counts as ours; inside each cell chance alone has the say. That is what TCExam,
PrairieLearn and R/exams do, with exact margins given to them for nothing.
"""

from collections.abc import Sequence
from random import Random

from exam.papers.assembly import DrawnItem, DrawnPaper
from exam.papers.margins import Cell, pools_of
from exam.papers.specification import Plan
from exam.papers.tables import rivalry_of, tables_of
from question_bank.drawable import Drawable


def plain_draw(plan: Plan, bank: Sequence[Drawable], *, papers: int, seed: int) -> tuple[DrawnPaper, ...]:
    """Draw `papers` papers, each by itself. Raises CellShortage as `exam.papers.assembly.select` does."""
    pools = pools_of([each for each in bank if not each.reserve], by_core=plan.asks_for_core)
    # no care is taken that these tables be equally hard: a plain draw knows no difficulty but the bands
    tables = tables_of(plan, tuple((cell, len(pool)) for cell, pool in pools.items()), rivalry_of(plan, pools).rivals)
    made: dict[tuple[int, Cell], list[DrawnItem]] = {}
    strata = []
    for table in tables.tables:
        by_section: dict[int, list[tuple[list[DrawnItem], int]]] = {}
        for (index, cell), number in table.items():
            section = tables.parts[index].section
            if (section, cell) not in made:
                made[section, cell] = [DrawnItem(section, each) for each in pools[cell]]
            by_section.setdefault(section, []).append((made[section, cell], number))
        strata.append([by_section[section] for section in sorted(by_section)])
    chance = Random(seed)  # noqa: S311 -- a draw for comparison, no secret
    found = []
    for position in range(papers):
        items: list[DrawnItem] = []
        for cells in strata[(seed + position) % len(strata)]:
            here: list[DrawnItem] = []
            for pool, number in cells:
                here += chance.sample(pool, number)
            chance.shuffle(here)
            items += here
        found.append(DrawnPaper(tuple(items)))
    return tuple(found)

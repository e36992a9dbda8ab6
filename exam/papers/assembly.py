"""Pure: make the papers of a whole roster at once, each its own, all equally hard.

Three steps. Tables of counts (`exam.papers.tables`) say how many of which cell each paper takes: every one of them is
exact, and together they wear the cells of the bank alike. Questions are dealt by them, least used first in the order of
seats (`exam.papers.dealing`), and what chance dealt wrongly is mended (`exam.papers.mending`). Then papers exchange
questions of one cell until all have the same expected score at three levels of ability (`exam.papers.balancing`).

Everything follows from plan, bank, number of papers, seed and circumstances: whole numbers only, no order but that of
codes, one named generator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from exam.papers.circumstances import NOTHING_BEFORE, Circumstances
from exam.papers.drawn import DrawnItem, DrawnPaper
from exam.papers.levels import parted
from exam.papers.margins import Cell, in_marks, parts_of, pools_of
from exam.papers.shortage import CellShortage, described
from exam.papers.specification import Plan
from exam.papers.tables import TABLES, counted, rivalry_of, tables_of, taken_by
from question_bank.drawable import Drawable
from question_bank.enums import Band

__all__ = ["CellShortage", "DrawnItem", "DrawnPaper", "Selection", "described", "select", "usual_counts"]


@dataclass(frozen=True)
class Selection:
    """All papers of one specification in the order of the roster, spares last.

    `topic_marks` and `band_marks` hold on every one of them; the deviations are the sums of what each margin lacks and
    has too much.
    """

    papers: tuple[DrawnPaper, ...]
    topic_marks: Mapping[str, Decimal]
    band_marks: Mapping[Band, Decimal]
    topic_deviation: Decimal
    band_deviation: Decimal


def select(
    plan: Plan,
    bank: Sequence[Drawable],
    *,
    papers: int,
    seed: int,
    circumstances: Circumstances = NOTHING_BEFORE,
) -> Selection:
    """Make `papers` papers (candidates in the order of their seats, then spares) from `bank`.

    Reserve questions are left out. Raises CellShortage when the bank cannot fill every section without enemies on one
    paper, or when more questions would bring the topic marks nearer to the specification; never a short paper.
    """
    # numpy: 40 MB that only a process needs that makes papers
    from exam.papers.making import made

    pools = pools_of([each for each in bank if not each.reserve], by_core=plan.asks_for_core)
    rivalry = rivalry_of(plan, pools)
    finer = parted(plan, parts_of(plan, {cell: len(pool) for cell, pool in pools.items()}), pools)
    tables = counted(plan, pools, rivalry, finer)
    peaceful = rivalry.harmless.union(rivalry.codes[place] for place in tables.peaceful)
    aim = tables.aim
    return Selection(
        papers=made(tables, finer, peaceful, papers=papers, seed=seed, circumstances=circumstances),
        topic_marks={group: in_marks(marks) for group, marks in aim.topics.items()},
        band_marks={band: in_marks(marks) for band, marks in aim.bands.items()},
        topic_deviation=in_marks(aim.topic_deviation),
        band_deviation=in_marks(aim.band_deviation),
    )


def usual_counts(plan: Plan, sizes: Mapping[Cell, int]) -> dict[Cell, Fraction]:
    """How many questions of each cell a paper takes on the average; cells that no paper draws from are left out.

    Raises CellShortage as `select` does.
    """
    found: dict[Cell, Fraction] = {}
    for table in tables_of(plan, tuple(sizes.items())).tables:
        for cell, number in taken_by(table).items():
            found[cell] = found.get(cell, Fraction(0)) + Fraction(number, TABLES)
    return found

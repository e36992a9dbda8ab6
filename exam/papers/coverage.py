"""Pure: how far the bank reaches for one specification, topic by topic, kind by kind, band by band.

What a paper takes of a cell is the mean over the tables of counts that are dealt out in turn (`exam.papers.assembly`),
so the map shows what is really drawn and not what an even spread would ask for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from exam.papers.assembly import CellShortage, usual_counts
from exam.papers.margins import Cell, pools_of
from exam.papers.relaxing import Relaxation, gap_of, relaxed
from exam.papers.shortage import Missing
from exam.papers.specification import Plan
from question_bank.drawable import Drawable
from question_bank.enums import Band, Kind, NamedEnum, TextForm
from question_bank.taxonomy import ROOTS

FEW, SOME = 3, 6
"""Papers without a repeated question: below the first a cell is short, below the second thin."""


class Level(StrEnum):
    """How well a cell is filled. UNUSED: no paper takes a question from it."""

    SHORT = "short"
    THIN = "thin"
    AMPLE = "ample"
    UNUSED = "unused"


class Column(NamedTuple):
    """A kind as it stands on the paper; scenarios are a form of the short answer."""

    kind: Kind
    form: TextForm

    @property
    def named(self) -> NamedEnum:
        """The member whose name the column bears."""
        return self.kind if self.form is TextForm.ORDINARY else self.form


@dataclass(frozen=True)
class Supplied:
    """`held` questions, of which a paper takes `taken` on the average."""

    held: int
    taken: Fraction

    @property
    def papers(self) -> int | None:
        """For how many papers `held` suffices with no question used twice; None where none is taken."""
        return self.held // self.taken if self.taken else None

    @property
    def level(self) -> Level:
        if self.papers is None:
            return Level.UNUSED
        if self.papers < FEW:
            return Level.SHORT
        return Level.THIN if self.papers < SOME else Level.AMPLE

    @property
    def each(self) -> float:
        """`taken` with one decimal, for showing; what is taken at all is at least 0.1."""
        return max(round(float(self.taken), 1), 0.1) if self.taken else 0.0


class Spot(NamedTuple):
    """One figure of the map."""

    topic: str
    column: Column
    band: Band


@dataclass(frozen=True)
class Coverage:
    """The map of one specification.

    `lacking` is what stands in the way of any paper; then nothing is taken, unless the specification gives way
    (`relaxation`), when the figures are those of what it gives way to.
    """

    columns: tuple[Column, ...]
    topics: tuple[str, ...]
    spots: Mapping[Spot, Supplied]
    lacking: tuple[Missing, ...] = ()
    relaxation: Relaxation | None = None

    def at(self, topic: str, column: Column) -> list[tuple[Band, Supplied]]:
        """The three bands of one cell of the table."""
        return [(band, self.spots[Spot(topic, column, band)]) for band in Band]

    def of_topic(self, topic: str) -> Supplied:
        """All of one row together."""
        return _together(each for spot, each in self.spots.items() if spot.topic == topic)

    def of_column(self, column: Column) -> Supplied:
        """All of one column together."""
        return _together(each for spot, each in self.spots.items() if spot.column == column)

    @property
    def whole(self) -> Supplied:
        """The whole map together."""
        return _together(self.spots.values())

    @property
    def papers(self) -> int:
        """So many papers at most can be drawn before a question stands on a second one."""
        return min((each.papers for each in self.spots.values() if each.papers is not None), default=0)

    @property
    def bottlenecks(self) -> list[Spot]:
        """The figures that set that bound."""
        return [spot for spot, each in self.spots.items() if each.papers == self.papers]

    def count(self, level: str) -> int:
        """How many figures stand at a level."""
        return sum(each.level == level for each in self.spots.values())


def coverage_of(plan: Plan, bank: Sequence[Drawable]) -> Coverage:
    """Lay `bank` (what may stand on papers of this kind and audience) out against `plan`."""
    drawing = [section for section in plan.sections if not section.fixed]
    columns = tuple(dict.fromkeys(Column(k, f) for section in drawing for k in section.kinds for f in section.forms))
    topics = tuple(topic for topic in ROOTS if not plan.groups or topic in plan.groups)
    sizes = {cell: len(pool) for cell, pool in pools_of(bank, by_core=plan.asks_for_core).items()}
    taken, lacking, relaxation = _taken(plan, bank, sizes)
    held: Counter[Spot] = Counter()
    wanted: dict[Spot, Fraction] = {}
    for cell, size in sizes.items():
        held[_spot(cell)] += size
        wanted[_spot(cell)] = wanted.get(_spot(cell), Fraction(0)) + taken.get(cell, Fraction(0))
    spots = [Spot(topic, column, band) for topic in topics for column in columns for band in Band]
    found = {spot: Supplied(held[spot], wanted.get(spot, Fraction(0))) for spot in spots}
    return Coverage(columns, topics, found, lacking, relaxation)


def _taken(
    plan: Plan, bank: Sequence[Drawable], sizes: Mapping[Cell, int]
) -> tuple[Mapping[Cell, Fraction], tuple[Missing, ...], Relaxation | None]:
    try:
        return usual_counts(plan, sizes), (), None
    except CellShortage as shortage:
        relaxation = gap_of("", "", plan, bank).relaxation
        if relaxation is None:
            return {}, shortage.cells, None
        return usual_counts(relaxed(plan, relaxation), sizes), shortage.cells, relaxation


def _spot(cell: Cell) -> Spot:
    return Spot(cell.topic, Column(cell.kind, cell.form), cell.band)


def _together(found: Iterable[Supplied]) -> Supplied:
    each = list(found)
    return Supplied(sum(one.held for one in each), sum((one.taken for one in each), Fraction(0)))

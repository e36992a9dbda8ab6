"""Pure: draw the papers of a whole roster at once, each its own, from what the bank holds.

The counts of a paper (how many of which cell) come from `exam.papers.margins`; several such tables are made and dealt
out in turn, each avoiding what the one before it takes. Inside a cell chance decides among what the one before did not
get and what has been used least. Everything follows from the seed: whole numbers only, no order but that of codes.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from exam.papers.margins import (
    Cell,
    Counts,
    Part,
    Targets,
    counts,
    in_marks,
    parts_of,
    pools_of,
    targets,
)
from exam.papers.shortage import Missing, ideal_deviation, missing
from exam.papers.specification import Plan
from question_bank.drawable import Drawable
from question_bank.enums import Band, TextForm
from question_bank.errors import N_, Shortage

TABLES = 6
"""Different tables of counts in one selection; more of them cost time and bring neighbours little further apart."""

WORD = 2**64 - 1


class CellShortage(Shortage):
    """The bank holds too little for the specification; `cells` says what would do."""

    def __init__(self, cells: Sequence[Missing]) -> None:
        super().__init__(
            N_("The bank holds too few questions for this specification. Missing: %(missing)s."),
            missing="；".join(described(cell) for cell in cells),
        )
        self.cells = tuple(cells)


def described(cell: Missing) -> str:
    """单项选择题·POLICY 3题, in the words of the paper."""
    form = f"（{cell.form.chinese}）" if cell.form is not TextForm.ORDINARY else ""
    kinds = "或".join(kind.chinese for kind in cell.kinds)
    name = cell.section if kinds == cell.section else f"{cell.section}（{kinds}）"
    topic = f"·{cell.topic}" if cell.topic else ""
    band = f"·{cell.band.chinese}" if cell.band else ""
    core = "·共同核心" if cell.common_core else ""
    slots = f"（每题{cell.slots}空）" if cell.slots > 1 else ""
    return f"{name}{form}{topic}{band}{core} {cell.questions}题{slots}"


@dataclass(frozen=True)
class DrawnItem:
    """One question in one section (an index into the plan's sections)."""

    section: int
    question: Drawable


@dataclass(frozen=True)
class DrawnPaper:
    """The drawn items of one paper in the order in which they stand, section by section."""

    items: tuple[DrawnItem, ...]


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


def select(plan: Plan, bank: Sequence[Drawable], *, papers: int, seed: int) -> Selection:
    """Draw `papers` papers (candidates in the order of their seats, then spares) from `bank`.

    Raises CellShortage when the bank cannot fill every section, or when more questions would bring the topic marks
    nearer to the specification. The same arguments give the same selection.
    """
    pools = pools_of(bank, by_core=plan.asks_for_core)
    sizes = tuple((cell, len(pool)) for cell, pool in pools.items())
    parts, aim, tables = _tables(plan, sizes)
    deal = _Deal(parts, pools, seed)
    drawn = tuple(deal.paper(position, tables[(seed + position) % TABLES]) for position in range(papers))
    return Selection(
        papers=drawn,
        topic_marks={group: in_marks(marks) for group, marks in aim.topics.items()},
        band_marks={band: in_marks(marks) for band, marks in aim.bands.items()},
        topic_deviation=in_marks(aim.topic_deviation),
        band_deviation=in_marks(aim.band_deviation),
    )


def usual_counts(plan: Plan, sizes: Mapping[Cell, int]) -> dict[Cell, Fraction]:
    """How many questions of each cell a paper takes on the average; cells that no paper draws from are left out.

    Raises CellShortage as `select` does.
    """
    *_, tables = _tables(plan, tuple(sizes.items()))
    taken = sum((_taken(table) for table in tables), Counter[Cell]())
    return {cell: Fraction(number, len(tables)) for cell, number in taken.items()}


def seed_of(*names: object) -> int:
    """64 bits that depend on every name: SHA-256 of them, joined by colons."""
    return int.from_bytes(hashlib.sha256(":".join(map(str, names)).encode()).digest()[:8], "big")


def mixed(state: int) -> int:
    """64 well mixed bits of `state` (the finaliser of splitmix64, Steele, Lea and Flood 2014)."""
    state = (state + 0x9E3779B97F4A7C15) & WORD
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & WORD
    return state ^ (state >> 31)


NEIGHBOUR, USE = 1_000, 300
"""What it costs to take from a cell all of which the table before took, and all of which one table took at all."""


@lru_cache(maxsize=64)
def _tables(plan: Plan, bank: tuple[tuple[Cell, int], ...]) -> tuple[tuple[Part, ...], Targets, tuple[Counts, ...]]:
    """The parts of `plan`, what its papers hit, and `TABLES` tables of counts that hit it, for a bank of such cells.

    Chance has no say here, so that the stops of a tour, whose banks are alike, are counted out once.
    """
    parts = parts_of(plan, dict(bank))
    sizes = {cell: size for cell, size in bank if any(part.takes(cell) for part in parts)}
    aim = targets(plan, parts, sizes)
    if aim is None or (aim.topic_deviation and aim.topic_deviation > ideal_deviation(plan, parts)):
        raise CellShortage(missing(plan, parts, sizes))
    used: Counter[Cell] = Counter()
    tables: list[Counts] = []
    for turn in range(TABLES):
        beside = [_taken(table) for table in (tables[-1:] if turn < TABLES - 1 else (tables[-1], tables[0]))]
        costs = {
            cell: (NEIGHBOUR * sum(each[cell] for each in beside) + USE * used[cell]) // size
            for cell, size in sizes.items()
        }
        tables.append(counts(plan, parts, sizes, aim, costs))
        used += _taken(tables[-1])
    return parts, aim, tuple(tables)


def _taken(table: Counts) -> Counter[Cell]:
    """How many questions of each cell a table takes."""
    taken: Counter[Cell] = Counter()
    for (_, cell), number in table.items():
        taken[cell] += number
    return taken


class _Deal:
    """The state of dealing: how often each question has been used and who the neighbour is."""

    def __init__(self, parts: Sequence[Part], pools: Mapping[Cell, Sequence[Drawable]], seed: int) -> None:
        self._parts, self._pools, self._seed = parts, pools, seed
        self._chance = {each.code: seed_of("draw", seed, each.code) for pool in pools.values() for each in pool}
        self._used: Counter[str] = Counter()
        self._neighbour: frozenset[str] = frozenset()

    def paper(self, position: int, table: Counts) -> DrawnPaper:
        """Deal the paper at `position`."""
        salt = seed_of("paper", self._seed, position)
        wanted: dict[Cell, list[int]] = defaultdict(list)
        for (index, cell), number in sorted(table.items()):
            wanted[cell] += [index] * number
        items: list[DrawnItem] = []
        on_paper: set[str] = set()
        # where there is least to choose from comes first, so that enemies give way where others can take their place
        for cell, indexes in sorted(wanted.items(), key=lambda entry: len(self._pools[entry[0]]) - len(entry[1])):
            taken = self._chosen(sorted(self._pools[cell], key=self._preference(salt)), len(indexes), on_paper)
            items += [DrawnItem(self._parts[index].section, each) for index, each in zip(indexes, taken, strict=True)]
        items.sort(key=lambda item: (item.section, mixed(self._chance[item.question.code] ^ mixed(salt))))
        self._neighbour = frozenset(item.question.code for item in items)
        self._used.update(self._neighbour)
        return DrawnPaper(tuple(items))

    @staticmethod
    def _chosen(pool: Sequence[Drawable], number: int, on_paper: set[str]) -> list[Drawable]:
        """Take the first `number` of a sorted pool; enemies of what is on the paper only where nothing else is left."""
        taken: list[Drawable] = []
        passed: list[Drawable] = []
        for each in pool:
            if len(taken) == number:
                break
            if each.enemies and each.enemies & on_paper:
                passed.append(each)
            else:
                taken.append(each)
                on_paper.add(each.code)
        rest = passed[: number - len(taken)]
        on_paper.update(each.code for each in rest)
        return taken + rest

    def _preference(self, salt: int) -> Callable[[Drawable], tuple[bool, int, int]]:
        return lambda each: (
            each.code in self._neighbour,
            self._used[each.code],
            mixed(self._chance[each.code] ^ salt),
        )

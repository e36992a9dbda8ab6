"""Pure: from one table of counts to many, each as exact, that together wear all cells of the bank alike.

A table says how many questions of which cell a paper takes. Solving for each of them anew costs half a second apiece,
so only the first is solved for; the others are reached by steps that leave every margin as it is:

- one item moves to another cell of the same topic group and band;
- one item moves to another group, and items worth the same marks move back from there (each keeps its band);
- the same between bands (each keeps its topic group);
- two items move at once, each inside its group and band.

A step is taken when it lowers Σ uses² / size over the cells, so that the tables dealt out so far have used every
question of the bank about equally often; and when it brings the expected score of the table, by the means of its cells,
nearer to that of the others, as long as no cell is used far more than its kind is. What the others have is found in a
walk before the walk. Whole numbers only, from a seeded generator.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import gcd, isqrt
from typing import NamedTuple

from exam.papers.chance import Draws
from exam.papers.margins import HUNDRED, Cell, Counts, Part, Sizes
from exam.papers.specification import Plan
from question_bank.calibration import UNIT

SCALE = 1_000_000
CROWDED = 10_000
"""Sharing a question with the papers beside costs so many times what a first use of a single question costs."""
FIRST, TRIES = 400, 240
"""Steps tried before the first table and between one and the next; as many as FIRST for a table of a few items."""
FEW = 12
"""So many items are few: each weighs much, and steps cost little."""
TRIAL = 16
"""Tables of the walk before the walk."""
NEAR = 8
"""Tables farther apart than so many marks, sum, slope and bend together, are of another sort, however far they lie."""
LEEWAY = 100
"""So many per cent of the standard deviation that chance inside the cells brings about are left to exchanges there."""
WORN = 3
"""So many times as often as its kind on the average may a cell be used for the sake of the expected score."""
BEYOND = 10_000
"""What uses beyond that cost, squared, in first uses of a single question: else all papers would be the same one."""
STEEP = 3_000
"""What a mark of expected score beyond the leeway costs, squared, in first uses of a single question."""


Sign = tuple[int, int]
"""Number of the topic group, number of the band."""
Shape = tuple[int, int, int]
"""Sum of the shares of full marks at the three levels of ability, slope from lowest to highest, bend in the middle."""


class Worth(NamedTuple):
    """Mean shape of a cell's questions and the standard deviation of each of its parts, in ten-thousandths."""

    mean: Shape
    deviation: Shape


NOTHING = Worth((0, 0, 0), (0, 0, 0))


def shape_of(low: int, middle: int, high: int) -> Shape:
    return low + middle + high, high - low, low - 2 * middle + high


class Walk:
    """The state of walking. Cells, groups, bands and families (items that may change places) go by their numbers."""

    def __init__(
        self,
        plan: Plan,
        parts: Sequence[Part],
        sizes: Sizes,
        *,
        caps: Mapping[Cell, int],
        worths: Mapping[Cell, Worth],
        first: Counts,
    ) -> None:
        self._cells = sorted({cell for cell in sizes if any(part.takes(cell) for part in parts)})
        number = {cell: place for place, cell in enumerate(self._cells)}
        self._size = [sizes[cell] for cell in self._cells]
        self._draws = Draws("walk")
        sorts = sorted({(cell.kind, cell.form) for cell in self._cells})
        self._sort = [sorts.index((cell.kind, cell.form)) for cell in self._cells]
        self._held = Counter[int]()
        for sort, size in zip(self._sort, self._size, strict=True):
            self._held[sort] += size
        groups = sorted({plan.groups.get(cell.topic, "") for cell in self._cells})
        bands = sorted({cell.band for cell in self._cells})
        self._sign: list[Sign] = [
            (groups.index(plan.groups.get(cell.topic, "")), bands.index(cell.band)) for cell in self._cells
        ]
        self._groups, self._bands = len(groups), len(bands)
        families = _Families(plan, parts)
        self._homes: list[dict[Sign, list[int]]] = []
        for index, part in enumerate(parts):
            for cell in self._cells:
                if part.takes(cell):
                    family = families.number(index, cell)
                    if family == len(self._homes):
                        self._homes.append({})
                    place = number[cell]
                    self._homes[family].setdefault(self._sign[place], []).append(place)
        self._part, marks = families.parts, families.marks
        unit = max(1, gcd(*marks))
        self._marks = [each // unit for each in marks]
        self._mark = UNIT * HUNDRED // unit
        self._worth = [worths.get(cell, NOTHING) for cell in self._cells]
        self._leeway = [0, 0, 0]
        self._steep = 0
        taken = [(index, cell) for (index, cell), count in sorted(first.items()) for _ in range(count)]
        self._family = [families.number(index, cell) for index, cell in taken]
        self._at = [number[cell] for _, cell in taken]
        self._lay()
        self._cap = [max(caps[cell], here) for cell, here in zip(self._cells, self._here, strict=True)]
        self._used, self._beside = [0] * len(self._cells), [0] * len(self._cells)
        self._add, self._save = [0] * len(self._cells), [0] * len(self._cells)
        self._price_all()
        self._walked = False
        self._off = [0, 0, 0]
        self._lucky = 0  # six bits of chance that a step has to spare
        if worths and self._at:
            self._settle()

    def _settle(self) -> None:
        """Walk for a trial, and begin again from the table that the others come nearest to and chance moves least.

        Not from the mean, which may lie between two sorts of tables where no table is. What chance inside the cells
        moves counts as distance, because it comes in pieces too coarse to be put right where marks are many.
        """
        tried = []
        for _ in range(TRIAL):
            self.table()
            tried.append((self.value(), self._chance(), list(self._at)))
        near = NEAR * self._mark
        distances = [
            sum(
                min(near, sum(abs(mine - yours) for mine, yours in zip(value, other, strict=True)))
                for other, *_ in tried
            )
            // TRIAL
            + sum(chance)
            for value, chance, _ in tried
        ]
        _, chance, self._at = tried[distances.index(min(distances))]
        self._used, self._beside = [0] * len(self._cells), [0] * len(self._cells)
        self._lay()
        self._price_all()
        self._steep = STEEP
        self._leeway = [each * LEEWAY // 100 for each in chance]

    def _chance(self) -> list[int]:
        """The standard deviation that the table's expected score has when chance deals inside the cells."""
        pieces = [(self._marks[family], self._worth[cell].deviation) for family, cell in self._items()]
        return [isqrt(sum((marks * deviation[part]) ** 2 for marks, deviation in pieces)) for part in range(3)]

    def _items(self) -> Iterator[tuple[int, int]]:
        """Family and cell of every item."""
        return zip(self._family, self._at, strict=True)

    def _beyond(self, off: Sequence[int]) -> int:
        """By how much an expected score is too far off, squared, all parts of its shape together."""
        found = 0
        for each, leeway in zip(off, self._leeway, strict=True):
            over = (each if each > 0 else -each) - leeway
            if over > 0:
                found += over * over
        return found

    def value(self) -> list[int]:
        """The shape of the expected score of the last table, by the means of its cells."""
        found = [0, 0, 0]
        for family, cell in self._items():
            for part in range(3):
                found[part] += self._marks[family] * self._worth[cell].mean[part]
        return found

    def table(self) -> Counts:
        """The next table; what it takes counts as used."""
        for _ in range(self._tries() if self._at else 0):
            self._step()
        self._walked = True
        found = Counter(
            (self._part[family], self._cells[place]) for family, place in zip(self._family, self._at, strict=True)
        )
        self._used = [used + here for used, here in zip(self._used, self._here, strict=True)]
        self._beside = list(self._here)
        self._price_all()
        return dict(sorted(found.items()))

    def _tries(self) -> int:
        return TRIES if self._walked and len(self._at) > FEW else FIRST

    def _price(self, cell: int, number: int) -> int:
        """What a cell costs with `number` of its questions on this paper."""
        size = self._size[cell]
        crowd = self._beside[cell] + number - size
        worn = self._used[cell] + number - self._bearable[cell]
        beyond = (CROWDED * crowd if crowd > 0 else 0) + (BEYOND * worn * worn if worn > 0 else 0)
        return ((self._used[cell] + number) ** 2 + beyond * size) * SCALE // size

    def _reprice(self, cell: int) -> None:
        here = self._here[cell]
        now = self._price(cell, here)
        self._add[cell] = self._price(cell, here + 1) - now
        self._save[cell] = now - self._price(cell, here - 1) if here else 0

    def _price_all(self) -> None:
        dealt = Counter[int]()
        for sort, used in zip(self._sort, self._used, strict=True):
            dealt[sort] += used
        self._bearable = [
            max(size, WORN * dealt[sort] * size // self._held[sort])
            for size, sort in zip(self._size, self._sort, strict=True)
        ]
        for cell in range(len(self._cells)):
            self._reprice(cell)

    def _cheapest(self, family: int, sign: Sign, but: int) -> int:
        """The cell where one more item of `family` costs least, every other time any cell; −1 where there is none.

        Any cell, because the least worn one may be too hard or too easy every time it is tried.
        """
        homes = self._homes[family].get(sign)
        if homes is None:
            return -1
        here, cap = self._here, self._cap
        if self._steep and self._lucky & 1:
            free = [cell for cell in homes if cell != but and here[cell] < cap[cell]]
            return free[(self._lucky >> 1) % len(free)] if free else -1
        best, least = -1, 0
        for cell in homes:
            if cell != but and here[cell] < cap[cell]:
                costs = self._add[cell]
                if best < 0 or costs < least:
                    best, least = cell, costs
        return best

    def _step(self) -> None:
        chance, items = self._draws.word(), len(self._at)
        place = chance % items
        cell = self._at[place]
        for other in ((chance >> 16) % items, (chance >> 32) % items):
            if self._save[self._at[other]] > self._save[cell]:
                place, cell = other, self._at[other]
        group, band = self._sign[cell]
        by_band = (chance >> 48) % 4 == 0
        self._lucky = chance >> 58
        there = (group, (chance >> 50) % self._bands) if by_band else ((chance >> 50) % self._groups, band)
        found = self._cheapest(self._family[place], there, cell)
        if found < 0:
            return
        moves = [(place, found)]
        if there == (group, band):
            moves += self._companion(place)
        if there != (group, band):
            back = self._bundle(place, there, (group, band), by_band=by_band)
            if back is None:
                return
            moves += back
        self._move(moves)

    def _companion(self, place: int) -> list[tuple[int, int]]:
        """Now and then another item that moves along, because one alone may overshoot the expected score."""
        if not self._steep or self._lucky & 48:
            return []
        another = self._draws.below(len(self._at))
        at = self._at[another]
        found = self._cheapest(self._family[another], self._sign[at], at)
        return [(another, found)] if another != place and found >= 0 else []

    def _bundle(self, place: int, there: Sign, here: Sign, *, by_band: bool) -> list[tuple[int, int]] | None:
        """The items that move the other way for equal marks at the greatest gain: a knapsack over marks."""
        wanted = self._marks[self._family[place]]
        best: list[int | None] = [0] + [None] * wanted
        ways: list[list[tuple[int, int]]] = [[]] * (wanted + 1)
        for index, cell, target, marks in self._returning(there, here, wanted, by_band=by_band):
            gain = self._save[cell] - self._add[target]
            for filled in range(wanted, marks - 1, -1):
                before = best[filled - marks]
                if before is None:
                    continue
                now = best[filled]
                if now is None or before + gain > now:
                    best[filled] = before + gain
                    ways[filled] = [*ways[filled - marks], (index, target)]
        return None if best[wanted] is None else ways[wanted]

    def _returning(self, there: Sign, here: Sign, wanted: int, *, by_band: bool) -> list[tuple[int, int, int, int]]:
        """(item, its cell, where it would go, its marks): of each cell at most two, those that gain most first."""
        those = self._in_band[there[1]] if by_band else self._in_group[there[0]]
        seen: dict[tuple[int, int], int] = {}  # where it would go; −1 where nothing goes, or no more of it
        found = []
        for index in those:
            cell, family = self._at[index], self._family[index]
            marks = self._marks[family]
            if marks > wanted:
                continue
            target = seen.get((family, cell))
            if target is None:
                group, band = self._sign[cell]
                target = self._cheapest(family, (group, here[1]) if by_band else (here[0], band), cell)
                seen[family, cell] = target
            elif target >= 0:
                seen[family, cell] = -1
            if target >= 0:
                found.append((index, cell, target, marks))
        return found

    def _moved(self, moves: Sequence[tuple[int, int]]) -> list[int]:
        """How far off the expected score will be after the moves."""
        total, slope, bend = self._off
        for place, cell in moves:
            here, there = self._worth[self._at[place]].mean, self._worth[cell].mean
            marks = self._marks[self._family[place]]
            total += marks * (there[0] - here[0])
            slope += marks * (there[1] - here[1])
            bend += marks * (there[2] - here[2])
        return [total, slope, bend]

    def _move(self, moves: Sequence[tuple[int, int]]) -> None:
        """Make the moves, unless together they gain nothing or overdraw a cell."""
        change: dict[int, int] = {}
        for place, cell in moves:
            change[self._at[place]] = change.get(self._at[place], 0) - 1
            change[cell] = change.get(cell, 0) + 1
        gained = 0
        for cell, by in change.items():
            if by > 0 and self._here[cell] + by > self._cap[cell]:
                return
            gained += self._gain(cell, by)
        if self._steep:
            off = self._moved(moves)
            gained += (self._beyond(self._off) - self._beyond(off)) * self._steep * SCALE // (3 * self._mark**2)
        if gained <= 0:
            return
        if self._steep:
            self._off = off
        for cell, by in change.items():
            self._here[cell] += by
            self._reprice(cell)
        for place, cell in moves:
            self._put(place, cell)

    def _put(self, place: int, cell: int) -> None:
        """Let an item lie in another cell."""
        old, new = self._sign[self._at[place]], self._sign[cell]
        for those, before, after in ((self._in_group, old[0], new[0]), (self._in_band, old[1], new[1])):
            if before != after:
                those[before].remove(place)
                insort(those[after], place)
        self._at[place] = cell

    def _lay(self) -> None:
        """Count what lies in each cell, and note the items of every group and band in their order."""
        self._here = [0] * len(self._cells)
        self._in_group: list[list[int]] = [[] for _ in range(self._groups)]
        self._in_band: list[list[int]] = [[] for _ in range(self._bands)]
        for place, cell in enumerate(self._at):
            self._here[cell] += 1
            group, band = self._sign[cell]
            self._in_group[group].append(place)
            self._in_band[band].append(place)

    def _gain(self, cell: int, by: int) -> int:
        """What it gains to take so many more of a cell; of one more or one less that is known already."""
        if by == 1:
            return -self._add[cell]
        if by == -1:
            return self._save[cell]
        here = self._here[cell]
        return self._price(cell, here) - self._price(cell, here + by)


class _Families:
    """Numbers for what may change places: items of one part and one weight, in the same fixed cells."""

    def __init__(self, plan: Plan, parts: Sequence[Part]) -> None:
        self._plan, self._all = plan, parts
        self._numbers: dict[tuple[int, int, tuple[bool, ...]], int] = {}
        self.parts: list[int] = []
        self.marks: list[int] = []

    def number(self, index: int, cell: Cell) -> int:
        part = self._all[index]
        fixed = tuple(
            each.section == part.section and each.holds(cell.topic, cell.band) for each in self._plan.fixed_cells
        )
        key = (index, part.weight(cell), fixed)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers)
            self.parts.append(index)
            self.marks.append(part.marks(cell))
        return self._numbers[key]

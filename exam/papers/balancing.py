"""Pure: exchange questions between papers until all have the same expected score at three levels of ability.

All papers move at once. In a round they are paired; every pair looks at the exchanges of a question for another of the
same cell and makes the one that brings both nearest to each other, if it is allowed: nobody twice the same question,
no enemies, nothing that lies on the paper of a neighbour, nothing a person has had before. Exchanges leave every count
of every paper as it was, and how often each question is used. In between, papers take a question of the bank that is
used less than the one it replaces, where that brings them nearer to what the tables promise on the average. At first
all papers take part, later those that are farthest off; for them a question that is used as often will do.

Papers are compared by the sum of the three expected scores, by the slope from the lowest level to the highest, and by
the bend in the middle. Slope and bend count for more than the sum: few exchanges change them, so that they must not be
left to the end. Expected scores are whole millionths of a mark: ten-thousandths of a share times hundredths of a mark.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exam.papers.dealing import NOBODY, Chance, Layouts, Numbers, Stock

MARK = 1_000_000
ENOUGH = MARK // 10
"""When the papers lie within a tenth of a mark at all three levels, nothing is left to gain."""
SHAPE = np.array([[1, 1, 1], [-1, 0, 1], [1, -2, 1]], dtype=np.int64)
"""Sum, slope and bend out of the three levels."""
SIXFOLD = np.array([[2, -3, 1], [2, 0, -2], [2, 3, 1]], dtype=np.int64)
"""Six times the three levels out of sum, slope and bend."""
WEIGHTS = (2, 3, 3)
SWEEPS, ROUNDS = 32, 160
"""Rounds of all papers, and rounds in all."""
TAIL, PARTNERS = 16, 4
"""In later rounds every thirty-second paper, those farthest off, looks for an exchange with eight others at once."""
LOOKS = 8
"""Places of a paper for which a question of the bank is looked at, while all take part; later it is every place."""


@dataclass
class Hall:
    """All papers while they are made: by paper the table, by paper and place the question.

    `had` holds, sorted, the numbers paper · N + question of what the person of that seat has had before.
    """

    stock: Stock
    layouts: Layouts
    turns: Numbers
    questions: Numbers
    had: Numbers

    @property
    def papers(self) -> int:
        """How many papers there are."""
        return int(self.questions.shape[0])

    def uses(self) -> Numbers:
        """By question on how many papers it stands."""
        return np.bincount(self.questions[self.questions != NOBODY], minlength=len(self.stock.questions))

    def expected(self) -> Numbers:
        """Expected scores of the papers (papers × 3)."""
        marks = self.layouts.marks[self.turns]
        return np.asarray((self.stock.figures[self.questions] * marks[..., None]).sum(axis=1))

    def may_enter(self, papers: Numbers, places: Numbers, incoming: Numbers) -> NDArray[np.bool_]:
        """Whether each of `incoming` may stand on its paper instead of what stands at its place."""
        rows = self.questions[papers]
        rows[np.arange(papers.size), places] = NOBODY
        entering = incoming[:, None]
        barred = (rows == entering).any(axis=1)
        last = self.papers - 1
        barred |= (self.questions[np.maximum(papers - 1, 0)] == entering).any(axis=1) & (papers > 0)
        barred |= (self.questions[np.minimum(papers + 1, last)] == entering).any(axis=1) & (papers < last)
        for column in range(self.stock.enemies.shape[1]):
            foe = self.stock.enemies[incoming, column]
            hostile = np.flatnonzero(foe >= 0)
            barred[hostile] |= (rows[hostile] == foe[hostile, None]).any(axis=1)
        if self.had.size:
            entry = papers * len(self.stock.questions) + incoming
            found = np.minimum(np.searchsorted(self.had, entry), self.had.size - 1)
            barred |= self.had[found] == entry
        return np.asarray(~barred)

    def collides(
        self, papers: Numbers, others: Numbers, to_papers: Numbers, to_others: Numbers, allowed: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Whether an exchange gives a paper what the paper before it gets in another of the `allowed` ones."""
        entering = np.full(self.papers + 1, NOBODY, dtype=np.int64)
        entering[papers[allowed]], entering[others[allowed]] = to_papers[allowed], to_others[allowed]
        return np.asarray((entering[papers - 1] == to_papers) | (entering[others - 1] == to_others))


def aim_of(stock: Stock, layouts: Layouts) -> Numbers:
    """What a paper is expected to give on the average of tables and cells (3), in millionths of a mark."""
    if not layouts.cells.size:
        return np.zeros(3, dtype=np.int64)
    means = np.add.reduceat(stock.figures, stock.starts, axis=0) // stock.sizes[:, None]
    return np.asarray((means[layouts.cells] * layouts.marks[..., None]).sum(axis=(0, 1)) // layouts.cells.shape[0])


def balance(hall: Hall, chance: Chance) -> int:
    """Exchange until all is even or `ROUNDS` are over; returns the rounds. `hall` is changed."""
    if not hall.layouts.width:
        return 0
    balancing = _Balancing(hall, chance)
    for turn in range(ROUNDS):
        if turn % 8 == 0 and balancing.even():
            return turn
        if turn % 3 == 2 or hall.papers < 2:
            balancing.take(everybody=turn < SWEEPS)
        else:
            balancing.exchange(turn)
    return ROUNDS


class _Balancing:
    """The worth of every place (one plane for sum, slope and bend), and how far each paper is off."""

    def __init__(self, hall: Hall, chance: Chance) -> None:
        self._hall, self._chance = hall, chance
        self._marks = hall.layouts.marks[hall.turns]
        self._keys = hall.layouts.keys[hall.turns]
        self._known = hall.layouts.place_of.shape[1]
        shapes = hall.stock.figures @ SHAPE.T
        self._shapes = [np.ascontiguousarray(shapes[:, each]) for each in range(3)]
        # a place that holds nothing is worth nothing, because it has no marks
        self._worth = [shape[hall.questions] * self._marks for shape in self._shapes]
        self._uses = hall.uses()
        aim = SHAPE @ aim_of(hall.stock, hall.layouts)
        self._off = np.stack([plane.sum(axis=1) for plane in self._worth]) - aim[:, None]

    def even(self) -> bool:
        """Whether all papers lie together, and near the aim where there is something left over to come nearer by."""
        return bool((np.ptp(self._levels(), axis=1) <= 6 * ENOUGH).all())

    def _levels(self) -> Numbers:
        """Six times how far each paper is off at the three levels (3 × papers)."""
        return np.asarray(SIXFOLD @ self._off)

    def exchange(self, turn: int) -> None:
        """One round of exchanges between pairs."""
        hall = self._hall
        low, high, looks = (*self._everybody(turn), 1) if turn < SWEEPS else self._worst_and_others()
        keys = self._keys[low]
        other = hall.layouts.place_of.take(hall.turns[high, None] * self._known + keys)
        flat = high[:, None] * hall.layouts.width + other
        apart = self._off[:, low] - self._off[:, high]
        gain = np.zeros(keys.shape, dtype=np.int64)
        for shape, plane in enumerate(self._worth):
            moved = plane[low]
            moved -= plane.take(flat)
            moved *= moved - apart[shape, :, None]
            gain += moved * WEIGHTS[shape]
        gain[other < 0] = 0
        width = keys.shape[1]
        best = gain.reshape(-1, looks * width).argmin(axis=1)
        rows = np.arange(best.size) * looks + best // width
        place = best % width
        better = np.flatnonzero(gain[rows, place] < 0)
        rows, place = rows[better], place[better]
        low, high, beyond = low[rows], high[rows], other[rows, place]
        mine, yours = hall.questions[low, place], hall.questions[high, beyond]
        allowed = hall.may_enter(low, place, yours)
        allowed[allowed] &= hall.may_enter(high[allowed], beyond[allowed], mine[allowed])
        allowed &= ~hall.collides(low, high, yours, mine, allowed)
        self._put(low[allowed], place[allowed], yours[allowed])
        self._put(high[allowed], beyond[allowed], mine[allowed])

    def _everybody(self, turn: int) -> tuple[Numbers, Numbers]:
        """All papers in pairs: opposites in sum, slope or bend, every other time whom chance brings together."""
        key = self._off[turn // 2 % 3] if turn % 2 else self._chance.words(self._hall.papers)
        order = np.argsort(key, kind="stable")
        half = order.size // 2
        return order[:half], order[::-1][:half]

    def _worst_and_others(self) -> tuple[Numbers, Numbers, int]:
        """Each of the papers farthest off beside so many others in turn, and how many these are."""
        worst, others = self._worst()
        others = others[np.argsort(self._chance.words(others.size), kind="stable")]
        looks = max(1, min(PARTNERS, others.size // worst.size))
        worst = worst[: others.size // looks]
        return np.repeat(worst, looks), others[: worst.size * looks], looks

    def _worst(self) -> tuple[Numbers, Numbers]:
        """The papers farthest from the middle at any level, and all others."""
        levels = self._levels()
        middle = (levels.max(axis=1) + levels.min(axis=1)) // 2
        order = np.argsort(-np.abs(levels - middle[:, None]).max(axis=0), kind="stable")
        few = -(-order.size // TAIL)
        return order[:few], order[few:]

    def take(self, *, everybody: bool) -> None:
        """One round in which papers may take one question of the bank each."""
        hall = self._hall
        if everybody:
            papers = np.arange(hall.papers)
            places = self._chance.below(np.full((hall.papers, LOOKS), hall.layouts.width))
        else:
            papers = self._worst()[0]
            places = np.tile(np.arange(hall.layouts.width), (papers.size, 1))
        rows = papers[:, None]
        cells = hall.layouts.cells[hall.turns[rows], places]
        entering = hall.stock.starts[cells] + self._chance.below(hall.stock.sizes[cells])
        leaving = hall.questions[rows, places]
        marks = self._marks[rows, places]
        gain = np.zeros(cells.shape, dtype=np.int64)
        for shape, plane in enumerate(self._worth):
            moved = plane[rows, places] - self._shapes[shape][entering] * marks
            gain += WEIGHTS[shape] * moved * (moved - 2 * self._off[shape, rows])
        worn = self._uses[entering] - self._uses[leaving] >= (0 if everybody else 1)
        gain[worn | (hall.stock.used[entering] > hall.stock.used[leaving]) | (cells == NOBODY)] = 0
        look = gain.argmin(axis=1)
        better = np.flatnonzero(gain[np.arange(look.size), look] < 0)
        self._take(papers[better], places[better, look[better]], entering[better, look[better]])

    def _take(self, papers: Numbers, places: Numbers, entering: Numbers) -> None:
        """Let questions enter, each on one paper only, where that is allowed."""
        hall = self._hall
        allowed = np.flatnonzero(hall.may_enter(papers, places, entering))
        _, once = np.unique(entering[allowed], return_index=True)
        kept = allowed[once]
        papers, places, entering = papers[kept], places[kept], entering[kept]
        leaving = hall.questions[papers, places]
        np.subtract.at(self._uses, leaving, 1)
        self._uses[entering] += 1
        self._put(papers, places, entering)

    def _put(self, papers: Numbers, places: Numbers, questions: Numbers) -> None:
        """Let questions stand at their places; a paper appears only once."""
        self._hall.questions[papers, places] = questions
        marks = self._marks[papers, places]
        for shape, plane in enumerate(self._worth):
            worth = self._shapes[shape][questions] * marks
            self._off[shape, papers] += worth - plane[papers, places]
            plane[papers, places] = worth

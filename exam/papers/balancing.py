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
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from exam.papers.dealing import NOBODY, Chance, Layouts, Numbers, Stock, ranked

MARK = 1_000_000
ENOUGH = MARK // 10
"""When the papers lie within a tenth of a mark at all three levels, nothing is left to gain."""
SHAPE = np.array([[1, 1, 1], [-1, 0, 1], [1, -2, 1]], dtype=np.int64)
"""Sum, slope and bend out of the three levels."""
SCALES = np.array([4, 5, 5], dtype=np.int64)
"""What sum, slope and bend are multiplied by, so that their squares weigh about 2 : 3 : 3."""
LEVELS = 120
"""In what the papers are compared by at the three levels: so many times an expected score."""
FAR = 2**30
"""The worth of what a table does not have: an exchange for it never looks good, nor does it overflow when squared."""
SWEEPS, ROUNDS = 24, 160
"""Rounds of all papers, and rounds in all."""
TAIL, PARTNERS = 32, 8
"""In later rounds every thirty-second paper, those farthest off, looks for an exchange with eight others at once."""
TAKES = 3
"""Every so many rounds papers take questions of the bank instead of exchanging them."""
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

    def __post_init__(self) -> None:
        """Lay the papers between two empty ones, so that three beside each other can be read as one row."""
        papers, width = self.questions.shape
        padded = np.full((papers + 2, width), NOBODY, dtype=np.int64)
        padded[1:-1] = self.questions
        self.questions = padded[1:-1]
        self._beside = sliding_window_view(padded.ravel(), 3 * width)[::width] if width else padded[1:-1]

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
        width = self.layouts.width
        rows = self._beside[papers]
        rows[np.arange(papers.size), width + places] = NOBODY
        barred = np.zeros(papers.size, dtype=np.bool_)
        barred[np.flatnonzero(rows == incoming[:, None]) // (3 * width)] = True
        if self.stock.enemies.shape[1]:
            hostile = np.flatnonzero(self.stock.enemies[incoming, 0] >= 0)
            own, foes = rows[hostile, width : 2 * width], self.stock.enemies[incoming[hostile]]
            for column in range(foes.shape[1]):
                barred[hostile[np.flatnonzero(own == foes[:, column, None]) // width]] = True
        if self.had.size:
            entry = papers * len(self.stock.questions) + incoming
            found = np.minimum(np.searchsorted(self.had, entry), self.had.size - 1)
            barred |= self.had[found] == entry
        return ~barred

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
        if turn % TAKES == TAKES - 1 or hall.papers < 2:
            balancing.take(everybody=turn < SWEEPS)
        else:
            balancing.exchange(turn)
    return ROUNDS


class _Balancing:
    """The worth of every place (one plane for sum, slope and bend), and how far each paper is off."""

    def __init__(self, hall: Hall, chance: Chance) -> None:
        self._hall, self._chance = hall, chance
        self._marks = hall.layouts.marks[hall.turns].ravel()
        self._keys = hall.layouts.keys[hall.turns]
        self._layout = hall.turns * hall.layouts.place_of.shape[1]
        self._flat = hall.questions.reshape(-1)
        self._shapes = np.ascontiguousarray((hall.stock.figures @ SHAPE.T).T) * SCALES[:, None]
        # a place that holds nothing is worth nothing, because it has no marks
        worth = self._shapes.take(self._flat, axis=1) * self._marks
        worth = worth.reshape(3, hall.papers, -1)
        self._uses, self._used_before = hall.uses(), bool(hall.stock.used.any())
        aim = SCALES * (SHAPE @ aim_of(hall.stock, hall.layouts))
        self._off = worth.sum(axis=2) - aim[:, None]
        # one place more than papers have, where all lies that a paper does not have
        self._worth = np.pad(worth, ((0, 0), (0, 0), (0, 1)), constant_values=FAR).reshape(3, -1)
        places = hall.layouts.place_of
        self._place_of = np.where(places == NOBODY, hall.layouts.width, places)

    def even(self) -> bool:
        """Whether all papers lie together, and near the aim where there is something left over to come nearer by."""
        return all(int(np.ptp(level)) <= LEVELS * ENOUGH for level in self._levels())

    def _levels(self) -> tuple[Numbers, Numbers, Numbers]:
        """How far each paper is off at the three levels, times `LEVELS`: six times these follow from the shape."""
        total, slope, bend = self._off[0] * 10, self._off[1] * 12, self._off[2] * 4
        ends = total + bend
        return ends - slope, total - 2 * bend, ends + slope

    def exchange(self, turn: int) -> None:
        """One round of exchanges between pairs; of the pairs that a paper is in, the best exchange that is allowed."""
        hall = self._hall
        low, high, looks = (*self._everybody(turn), 1) if turn < SWEEPS else self._worst_and_others()
        keys = self._keys.take(low, axis=0)
        width = keys.shape[1]
        there = self._place_of.take(self._layout[high, None] + keys)
        apart = self._off[:, low] - self._off[:, high]
        moved = self._worth.reshape(3, -1, width + 1).take(low, axis=1)[..., :width]
        moved = moved - self._worth.take(high[:, None] * (width + 1) + there, axis=1)
        moved *= moved - apart[..., None]
        gain = moved[0]
        gain += moved[1]
        gain += moved[2]
        place = gain.argmin(axis=1)
        gain = gain[np.arange(place.size), place]
        rows = np.flatnonzero(gain < 0)
        low, high, place, beyond = low[rows], high[rows], place[rows], there[rows, place[rows]]
        mine, yours = hall.questions[low, place], hall.questions[high, beyond]
        papers, places = np.concatenate((low, high)), np.concatenate((place, beyond))
        entering = np.concatenate((yours, mine))
        one, other = hall.may_enter(papers, places, entering).reshape(2, -1)
        gain[rows[~(one & other)]] = 0
        best = np.arange(0, gain.size, looks) + gain.reshape(-1, looks).argmin(axis=1)
        allowed = np.zeros(gain.size, dtype=np.bool_)
        allowed[best[gain[best] < 0]] = True
        kept = allowed[rows]
        kept &= ~hall.collides(low, high, yours, mine, kept)
        both = np.tile(kept, 2)
        self._put(papers[both], places[both], entering[both])

    def _everybody(self, turn: int) -> tuple[Numbers, Numbers]:
        """All papers in pairs: opposites in sum, slope or bend, every other time whom chance brings together."""
        order = ranked(self._off[turn // 2 % 3]) if turn % 2 else self._shuffled(self._hall.papers)
        half = order.size // 2
        return order[:half], order[::-1][:half]

    def _shuffled(self, number: int) -> Numbers:
        return ranked((self._chance.words(number) >> np.uint64(32)).astype(np.int64))

    def _worst_and_others(self) -> tuple[Numbers, Numbers, int]:
        """Each of the papers farthest off beside so many others in turn, and how many these are."""
        worst, others = self._worst()
        others = others[self._shuffled(others.size)]
        looks = max(1, min(PARTNERS, others.size // worst.size))
        worst = worst[: others.size // looks]
        return np.repeat(worst, looks), others[: worst.size * looks], looks

    def _worst(self) -> tuple[Numbers, Numbers]:
        """The papers farthest from the middle at any level, and all others."""
        apart = [np.abs(2 * level - (level.max() + level.min())) for level in self._levels()]
        order = ranked(-np.maximum(np.maximum(*apart[:2]), apart[2]))
        few = -(-order.size // TAIL)
        return order[:few], order[few:]

    def take(self, *, everybody: bool) -> None:
        """One round in which papers may take one question of the bank each."""
        hall, width = self._hall, self._hall.layouts.width
        if everybody:
            papers = np.arange(hall.papers)
            places = self._chance.below(np.full((hall.papers, LOOKS), width))
        else:
            papers = self._worst()[0]
            places = np.arange(width)[None]
        flat = papers[:, None] * width + places
        cells = hall.layouts.cells.take(hall.turns[papers, None] * width + places)
        entering = hall.stock.starts[cells] + self._chance.below(hall.stock.sizes[cells])
        leaving = self._flat[flat]
        moved = self._worth.take(flat + papers[:, None], axis=1)
        moved -= self._shapes.take(entering, axis=1) * self._marks[flat]
        moved *= moved - 2 * self._off[:, papers, None]
        gain = moved.sum(axis=0)
        worn = self._uses[entering] - self._uses[leaving] >= (0 if everybody else 1)
        worn |= cells == NOBODY
        if self._used_before:
            worn |= hall.stock.used[entering] > hall.stock.used[leaving]
        gain[worn] = 0
        look = gain.argmin(axis=1)
        rows = np.arange(look.size)
        better = np.flatnonzero(gain[rows, look] < 0)
        rows, look = rows[better], look[better]
        self._take(papers[rows], flat[rows, look] - papers[rows] * width, entering[rows, look])

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
        flat = papers * self._hall.layouts.width + places
        self._flat[flat] = questions
        worth = self._shapes.take(questions, axis=1) * self._marks[flat]
        flat += papers
        self._off[:, papers] += worth - self._worth.take(flat, axis=1)
        self._worth[:, flat] = worth

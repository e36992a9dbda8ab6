"""Pure: deal questions to papers, the least used first, so that papers beside each other get different ones.

Papers are rows of a matrix, all as wide as the widest; a place that a paper does not have holds −1. Questions go by
their number in the order of cells and codes, so that a cell is a run of numbers. Whole numbers only, chance from
Philox (Salmon et al. 2011) by its raw words, whose stream NumPy promises never to change: byte for byte the same on
every machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from exam.papers.chance import key_of
from exam.papers.margins import Cell, Counts, Part
from question_bank.drawable import Drawable

Numbers = NDArray[np.int64]
NOBODY = -1
"""Stands where a paper has no item, or a question no further enemy."""
ORDINALS = 256
"""More than one paper takes from one cell."""


class Chance:
    """Raw words of Philox under a key that depends on every name."""

    def __init__(self, *names: object) -> None:
        self._words = np.random.Philox(key=key_of(*names))

    def words(self, number: int) -> NDArray[np.uint64]:
        return self._words.random_raw(number)

    def below(self, ends: Numbers) -> Numbers:
        """For each entry a number from 0 to it − 1 (0 where it is 0)."""
        drawn = (self.words(ends.size).reshape(ends.shape) >> np.uint64(33)).astype(np.int64)
        return np.asarray(drawn % np.maximum(ends, 1))


@dataclass(frozen=True)
class Stock:
    """The bank as arrays: by question (N) its figures (N × 3, ten-thousandths), enemies (N × most) and earlier use.

    `wholes` says of each cell where those begin and end that are one cell but for their level (cells × 2, questions).
    """

    questions: Sequence[Drawable]
    cells: Sequence[Cell]
    starts: Numbers
    sizes: Numbers
    wholes: Numbers
    figures: Numbers
    enemies: Numbers
    used: Numbers

    @property
    def cell_of(self) -> Numbers:
        """By question the number of its cell."""
        return np.repeat(np.arange(len(self.cells)), self.sizes)


def stock_of(pools: Mapping[Cell, Sequence[Drawable]], used: Mapping[str, int]) -> Stock:
    """The questions of `pools` in their order; `used` says by code how often each stood on papers before."""
    questions = [each for pool in pools.values() for each in pool]
    hostile = [place for place, each in enumerate(questions) if each.enemies]
    number = {questions[place].code: place for place in hostile}
    foes = [[number[code] for code in sorted(questions[place].enemies) if code in number] for place in hostile]
    enemies = np.full((len(questions), max((len(each) for each in foes), default=0)), NOBODY - 1, dtype=np.int64)
    for place, each in zip(hostile, foes, strict=True):
        enemies[place, : len(each)] = each
    before = [used.get(each.code, 0) for each in questions] if used else [0] * len(questions)
    sizes = np.array([len(pool) for pool in pools.values()], dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    runs: dict[Cell, list[int]] = {}
    for place, cell in enumerate(pools):
        runs.setdefault(cell._replace(level=0), []).append(place)
    ends = [runs[cell._replace(level=0)] for cell in pools]
    return Stock(
        questions=questions,
        cells=tuple(pools),
        starts=starts,
        wholes=np.array([(starts[run[0]], starts[run[-1]] + sizes[run[-1]]) for run in ends], dtype=np.int64).reshape(
            -1, 2
        ),
        sizes=sizes,
        figures=np.fromiter(
            chain.from_iterable(each.figures for each in questions), dtype=np.int64, count=4 * len(questions)
        ).reshape(-1, 4)[:, :3],
        enemies=enemies,
        used=np.array(before, dtype=np.int64),
    )


@dataclass(frozen=True)
class Layouts:
    """The tables as arrays, a row each: by place the part, the cell, the hundredths of a mark, and a key.

    Equal keys mean the first, the second … item of one cell for equal marks; `place_of` leads from table and key to
    the place, or to −1.
    """

    parts: Numbers
    cells: Numbers
    marks: Numbers
    keys: Numbers
    place_of: Numbers

    @property
    def width(self) -> int:
        return int(self.cells.shape[1])


def layouts_of(tables: Sequence[Counts], parts: Sequence[Part], cells: Sequence[Cell]) -> Layouts:
    """The tables as arrays; each of them is in the order of its keys."""
    number = {cell: place for place, cell in enumerate(cells)}
    entries = np.array(
        [
            (turn, index, number[cell], parts[index].marks(cell), many)
            for turn, table in enumerate(tables)
            for (index, cell), many in table.items()
        ],
        dtype=np.int64,
    ).reshape(-1, 5)
    turn, part, cell, marks = np.repeat(entries[:, :4], entries[:, 4], axis=0).T
    lengths = np.bincount(turn, minlength=len(tables))
    width = int(lengths.max(initial=0))
    place = np.arange(turn.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    alike, kinds = _numbered(cell, marks)
    ordinal = _repetitions(turn * kinds + alike)
    key, keys = _numbered(alike, ordinal)
    shape = (len(tables), width)

    def laid_out(values: Numbers, filler: int) -> Numbers:
        plane = np.full(shape, filler, dtype=np.int64)
        plane[turn, place] = values
        return plane

    place_of = np.full((len(tables), keys + 1), NOBODY, dtype=np.int64)
    place_of[turn, key] = place
    return Layouts(laid_out(part, NOBODY), laid_out(cell, NOBODY), laid_out(marks, 0), laid_out(key, NOBODY), place_of)


def _numbered(one: Numbers, other: Numbers) -> tuple[Numbers, int]:
    """A number for every pair, the same for equal pairs, and how many numbers there are."""
    known, found = np.unique(one * (int(other.max(initial=0)) + 1) + other, return_inverse=True)
    return np.asarray(found, dtype=np.int64), int(known.size)


def _repetitions(values: Numbers) -> Numbers:
    """For each entry how many equal ones stand before it."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    first = np.flatnonzero(np.diff(ranked, prepend=-1))
    found = np.empty_like(values)
    found[order] = np.arange(values.size) - np.repeat(first, np.diff(first, append=values.size))
    return found


def deal(stock: Stock, layouts: Layouts, turns: Numbers, chance: Chance) -> Numbers:
    """Deal the tables `turns` (one a paper, in the order of seats) out of decks; by paper and place the question.

    A deck is a cell's questions, least used first, then all of them again, and so on. From round to round the two
    halves of a deck are shuffled each in itself, so that half a deck lies between two uses of a question; small decks
    come round in one order, so that it is a whole one.
    """
    cells = layouts.cells[turns]
    places = np.flatnonzero(cells.ravel() != NOBODY)
    flat = cells.ravel()[places]
    order = np.argsort(narrow(flat), kind="stable")
    wanted = np.bincount(flat, minlength=len(stock.cells)).astype(np.int64)
    rounds = -(-wanted // np.maximum(stock.sizes, 1))
    deck, starts = _decks(stock, rounds, _most(layouts, len(stock.cells)), chance)
    rank = np.arange(flat.size) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    dealt = np.full(cells.size, NOBODY, dtype=np.int64)
    dealt[places[order]] = deck[starts[flat[order]] + rank]
    return dealt.reshape(cells.shape)


def narrow(numbers: Numbers) -> NDArray[np.uint16] | Numbers:
    """The same numbers, from 0 on, in 16 bits where they fit: so they are sorted in a tenth of the time."""
    return numbers.astype(np.uint16) if numbers.max(initial=0) < 2**16 else numbers


def ranked(keys: Numbers) -> Numbers:
    """The places of `keys` from the least to the greatest, the first of equals first; keys lie within ± 2⁴²."""
    bits = keys.size.bit_length()
    return np.asarray(np.sort((keys << bits) + np.arange(keys.size)) & (2**bits - 1))


def _most(layouts: Layouts, cells: int) -> Numbers:
    """By cell the most that one table takes of it."""
    tables = layouts.cells.shape[0]
    flat = (layouts.cells + np.arange(tables)[:, None] * cells)[layouts.cells != NOBODY]
    return np.asarray(np.bincount(flat, minlength=tables * cells).reshape(tables, cells).max(axis=0, initial=0))


def _decks(stock: Stock, rounds: Numbers, most: Numbers, chance: Chance) -> tuple[Numbers, Numbers]:
    """All decks one after the other, and where each begins."""
    total = len(stock.questions)
    first = np.lexsort((chance.words(total), stock.used, stock.cell_of))
    standing = np.empty(total, dtype=np.int64)  # by question its place in the first round of its deck
    standing[first] = np.arange(total)
    standing -= stock.starts[stock.cell_of]
    lengths = rounds * stock.sizes
    starts = np.cumsum(lengths) - lengths
    cell = np.repeat(np.arange(lengths.size), lengths)
    within = np.arange(cell.size) - starts[cell]
    turn, question = within // stock.sizes[cell], stock.starts[cell] + within % stock.sizes[cell]
    fixed = (turn == 0) | (stock.sizes < 4 * most)[cell]
    half = np.where(fixed, 0, standing[question] >= (stock.sizes[cell] + 1) // 2)
    place = within - turn * stock.sizes[cell]
    # sorted as numbers: round of a deck, half, chance (or the standing), place
    bits = max(18, int(stock.sizes.max(initial=0)).bit_length())
    words = (chance.words(cell.size) >> np.uint64(64 - bits)).astype(np.int64)
    inside = np.where(fixed, standing[question], words)
    around = np.repeat(np.cumsum(rounds) - rounds, lengths) + turn
    ranked = np.sort((((2 * around + half) << bits) + inside << bits) + place) & (2**bits - 1)
    return stock.starts[cell] + ranked, starts

"""Pure: from tables and questions to papers, as arrays: deal, mend, balance, put in order."""

from collections.abc import Mapping, Sequence

import numpy as np

from exam.papers.balancing import Hall, balance
from exam.papers.circumstances import Circumstances
from exam.papers.dealing import NOBODY, Chance, Numbers, Stock, deal, layouts_of, stock_of
from exam.papers.drawn import DrawnItem, DrawnPaper
from exam.papers.margins import Cell
from exam.papers.mending import hostile_papers, mend, mend_met_again
from exam.papers.tables import Tables
from question_bank.drawable import Drawable

AGAIN = 3
"""So often at most papers are balanced anew because room was found for a question that its person has not had."""


def made(
    tables: Tables,
    pools: Mapping[Cell, Sequence[Drawable]],
    peaceful: frozenset[str],
    *,
    papers: int,
    seed: int,
    circumstances: Circumstances,
) -> tuple[DrawnPaper, ...]:
    """Make `papers` papers. `peaceful` are the codes of hostile questions that the refuge may use."""
    stock = stock_of(pools, circumstances.used)
    layouts = layouts_of((*tables.tables, tables.refuge), tables.parts, stock.cells)
    turns = (seed + np.arange(papers, dtype=np.int64)) % len(tables.tables)
    chance = Chance("papers", seed)
    dealt = deal(stock, layouts, turns, chance)
    had = _had(stock, circumstances, papers)
    hall = Hall(stock, layouts, turns, dealt, had)
    mend(hall, chance)
    for paper in hostile_papers(hall):
        _take_refuge(hall, int(paper), peaceful)
    for _ in range(AGAIN):
        balance(hall, chance)
        if not mend_met_again(hall, chance):
            break
    return _in_order(hall, tables, chance)


def _had(stock: Stock, circumstances: Circumstances, papers: int) -> Numbers:
    """Sorted numbers paper · N + question."""
    number = {each.code: place for place, each in enumerate(stock.questions)}
    found = [
        seat * len(number) + number[code]
        for seat, codes in circumstances.had.items()
        if seat < papers
        for code in codes
        if code in number
    ]
    return np.sort(np.array(found, dtype=np.int64))


def _take_refuge(hall: Hall, paper: int, peaceful: frozenset[str]) -> None:
    """Make a paper by the table that was solved for, of questions that can stand together, the least used first."""
    stock = hall.stock
    turn = hall.layouts.cells.shape[0] - 1
    hall.turns[paper] = turn
    hall.questions[paper] = NOBODY
    use = hall.uses() + stock.used
    neutral = np.array([not each.enemies or each.code in peaceful for each in stock.questions])
    free = neutral & (use >= 0)
    for place, cell in enumerate(hall.layouts.cells[turn]):
        if cell == NOBODY:
            continue
        pool = np.arange(stock.starts[cell], stock.starts[cell] + stock.sizes[cell])
        pool = pool[free[pool]]
        hall.questions[paper, place] = pool[use[pool].argmin()]
        free[hall.questions[paper, place]] = False


def _in_order(hall: Hall, tables: Tables, chance: Chance) -> tuple[DrawnPaper, ...]:
    """Sections in the order of the plan; inside a section chance has the say. Equal items are one object."""
    section_of = np.array([part.section for part in tables.parts], dtype=np.int64)
    parts = hall.layouts.parts[hall.turns]
    if not parts.size:
        return (DrawnPaper(()),) * hall.papers
    nowhere = int(section_of.max()) + 1
    section = np.where(parts == NOBODY, nowhere, section_of[parts])
    # a row sorted as numbers: section, chance, place
    words = chance.words(parts.size).reshape(parts.shape) >> np.uint64(32)
    places = np.arange(parts.shape[1])
    order = np.sort((section << 48) + (words.astype(np.int64) << 16) + places, axis=1) & 0xFFFF
    kinds = np.take_along_axis(section, order, 1) * len(hall.stock.questions)
    kinds += np.take_along_axis(hall.questions, order, 1)
    items = _items(hall.stock, kinds, nowhere)  # what stands for nothing comes last and is cut off
    lengths = (parts != NOBODY).sum(axis=1).tolist()
    return tuple(DrawnPaper(tuple(row[:length])) for row, length in zip(items, lengths, strict=True))


def _items(stock: Stock, kinds: Numbers, sections: int) -> list[list[DrawnItem]]:
    """The items with the numbers section · N + question as objects; all sections lie below `sections`."""
    total = len(stock.questions)
    number = np.zeros(sections * total, dtype=np.int64)
    number[kinds] = 1
    seen = np.flatnonzero(number)
    number[seen] = np.arange(seen.size)
    items = np.empty(seen.size, dtype=object)
    items[:] = [DrawnItem(each // total, stock.questions[each % total]) for each in seen.tolist()]
    found: list[list[DrawnItem]] = items[number[kinds]].tolist()
    return found

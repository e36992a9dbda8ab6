"""Pure: from tables and questions to papers, as arrays: deal, mend, balance, put in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from exam.papers.balancing import Hall, balance
from exam.papers.circumstances import Circumstances
from exam.papers.dealing import NOBODY, Chance, Numbers, Stock, deal, layouts_of, stock_of
from exam.papers.margins import Cell
from exam.papers.mending import hostile_papers, mend
from exam.papers.tables import Tables
from question_bank.drawable import Drawable


@dataclass(frozen=True)
class Made:
    """By paper the (part, question) pairs in the order in which they stand; questions by number."""

    papers: Sequence[Sequence[tuple[int, int]]]
    questions: Sequence[Drawable]


def made(
    tables: Tables,
    pools: Mapping[Cell, Sequence[Drawable]],
    peaceful: frozenset[str],
    *,
    papers: int,
    seed: int,
    circumstances: Circumstances,
) -> Made:
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
    balance(hall, chance)
    return Made(_in_order(hall, tables, chance), stock.questions)


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


def _in_order(hall: Hall, tables: Tables, chance: Chance) -> list[list[tuple[int, int]]]:
    """Sections in the order of the plan; inside a section chance has the say."""
    sections = np.array([part.section for part in tables.parts], dtype=np.int64)
    parts = hall.layouts.parts[hall.turns]
    if not parts.size:
        return [[] for _ in range(hall.papers)]
    section = np.where(parts == NOBODY, len(parts) + sections.max() + 1, sections[parts])
    words = chance.words(parts.size).reshape(parts.shape)
    order = np.lexsort((words, section))
    parts, questions = np.take_along_axis(parts, order, 1), np.take_along_axis(hall.questions, order, 1)
    return [
        [pair for pair in zip(part, row, strict=True) if pair[0] != NOBODY]
        for part, row in zip(parts.tolist(), questions.tolist(), strict=True)
    ]

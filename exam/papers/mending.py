"""Pure: mend what chance dealt wrongly: enemies on one paper, what a person has had before, what neighbours share.

First all flawed papers at once try exchanges with papers that chance names, as balancing does. Then one flaw after the
other gives way to the best of many exchanges inside its cell: with a question of another paper, or, where none helps,
with any other of the cell, which is then used out of its turn.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exam.papers.balancing import Hall
from exam.papers.dealing import NOBODY, Chance, Numbers, narrow

ENEMY, TWICE, HAD, SHARED, WEAR = 10**9, 10**15, 1_000, 10, 1
"""How bad each flaw is: an enemy or the same question twice, one had before, one shared, one used beyond its turn."""
LOOKS = 48
"""At most so many papers are looked at for an exchange, where one flaw is looked at alone."""
ROUNDS = 8
"""So often all flawed papers try together."""


def mend(hall: Hall, chance: Chance) -> None:
    """Mend what can be mended; `hall` is changed."""
    together = _Together(hall, chance)
    for _ in range(ROUNDS):
        flaws = _flaws(hall)
        if not flaws.size:
            return
        together.mend(flaws)
    mender = _Mender(hall, chance)
    for paper, place in _flaws(hall):
        mender.mend(int(paper), int(place))


def mend_met_again(hall: Hall, chance: Chance) -> bool:
    """Mend what a person has had before, where exchanges have made room for it; whether anything was mended."""
    if not hall.had.size:
        return False
    flat = np.flatnonzero(_met_again(hall))
    papers, places = np.divmod(flat, hall.layouts.width)
    mender = _Mender(hall, chance)
    return sum(mender.mend(int(paper), int(place)) for paper, place in zip(papers, places, strict=True)) > 0


class _Together:
    """All places by cell and marks, so that any two of one kind can be looked up."""

    def __init__(self, hall: Hall, chance: Chance) -> None:
        self._hall, self._chance = hall, chance
        layouts = hall.layouts
        _, kinds = np.unique(layouts.cells * (layouts.marks.max(initial=0) + 1) + layouts.marks, return_inverse=True)
        self._kind = kinds.reshape(layouts.cells.shape)[hall.turns]
        self._order = np.argsort(narrow(self._kind), axis=None, kind="stable")
        self._ranked = self._kind.ravel()[self._order]

    def mend(self, flaws: Numbers) -> None:
        """One exchange for the worst flaw of every paper, with a place of the same cell and equal marks."""
        hall, width = self._hall, self._hall.layouts.width
        _, first = np.unique(flaws[:, 0], return_index=True)
        papers, places = flaws[first, 0], flaws[first, 1]
        wanted = self._kind[papers, places]
        begin = np.searchsorted(self._ranked, wanted)
        end = np.searchsorted(self._ranked, wanted, side="right")
        other = self._order[begin + self._chance.below(end - begin)]
        others, beyond = other // width, other % width
        busy = np.bincount(papers, minlength=hall.papers) + np.bincount(others, minlength=hall.papers)
        free = (busy[papers] == 1) & (busy[others] == 1)
        papers, places, others, beyond = papers[free], places[free], others[free], beyond[free]
        mine, theirs = hall.questions[papers, places], hall.questions[others, beyond]
        allowed = hall.may_enter(papers, places, theirs) & hall.may_enter(others, beyond, mine)
        allowed &= ~hall.collides(papers, others, theirs, mine, allowed)
        papers, places, others, beyond = papers[allowed], places[allowed], others[allowed], beyond[allowed]
        hall.questions[papers, places], hall.questions[others, beyond] = theirs[allowed], mine[allowed]


def hostile_papers(hall: Hall) -> Numbers:
    """The papers on which enemies stand."""
    return np.unique(_enemies(hall) // max(hall.layouts.width, 1))


def _flaws(hall: Hall) -> Numbers:
    """(paper, place) of all that might be better, the worst first."""
    ranked = np.zeros(hall.questions.size, dtype=np.int8)
    ranked[_shared(hall)] = 1
    if hall.had.size:
        ranked[_met_again(hall)] = 2
    ranked[_enemies(hall)] = 3
    flat = np.flatnonzero(ranked)
    papers, places = np.divmod(flat, hall.layouts.width)
    several = (
        np.ptp(hall.stock.wholes, axis=1)[hall.layouts.cells[hall.turns[papers], places]] > 1
    )  # else there is no other
    order = np.argsort(-ranked[flat[several]], kind="stable")
    return np.asarray(np.stack((papers, places), axis=1)[several][order])


def _shared(hall: Hall) -> Numbers:
    """Where, in one row, a question stands that the paper before has too."""
    rows = hall.papers + 1  # so that the last paper and the first lie not side by side
    size = np.int32 if len(hall.stock.questions) * rows < 2**31 else np.int64  # half as wide, sorted in half the time
    ranked = np.sort((hall.questions * rows + np.arange(hall.papers)[:, None]).astype(size).ravel())
    found = ranked[1:][(np.diff(ranked) == 1) & (ranked[1:] >= 0)].astype(np.int64)
    if not found.size:
        return np.asarray(found)
    questions, papers = np.divmod(found, rows)
    places = (hall.questions[papers] == questions[:, None]).argmax(axis=1)
    return np.asarray(papers * hall.layouts.width + places)


def _met_again(hall: Hall) -> NDArray[np.bool_]:
    """By paper and place, in one row, whether the person has had the question before."""
    return _among(hall.had, _entries(hall, np.arange(hall.questions.size)))


def _entries(hall: Hall, places: Numbers) -> Numbers:
    """For places of the one row the numbers paper · N + question; −1 where nothing stands."""
    questions = hall.questions.reshape(-1)[places]
    entries = places // hall.layouts.width * len(hall.stock.questions) + questions
    return np.where(questions == NOBODY, NOBODY, entries)


def _among(known: Numbers, entries: Numbers) -> NDArray[np.bool_]:
    """Whether each entry is one of `known`, which is sorted."""
    if not known.size:
        return np.zeros(entries.size, dtype=np.bool_)
    found = np.minimum(np.searchsorted(known, entries), known.size - 1)
    return np.asarray((known[found] == entries) & (entries >= 0))


def _enemies(hall: Hall) -> Numbers:
    """Where, in one row, a question stands whose enemy stands on the same paper."""
    if not hall.stock.enemies.shape[1]:
        return np.zeros(0, dtype=np.int64)
    flat = hall.questions.reshape(-1)
    hostile = np.flatnonzero((hall.stock.enemies[:, 0] >= 0)[flat] & (flat != NOBODY))
    entries = _entries(hall, hostile)
    known = np.sort(entries)
    found = np.zeros(hostile.size, dtype=np.bool_)
    for column in range(hall.stock.enemies.shape[1]):
        foe = hall.stock.enemies[flat[hostile], column]
        found |= _among(known, np.where(foe >= 0, entries - flat[hostile] + foe, NOBODY))
    return hostile[found]


@dataclass
class _Mender:
    hall: Hall
    chance: Chance

    def mend(self, paper: int, place: int) -> bool:
        """Whether there was something better."""
        hall = self.hall
        here = int(hall.questions[paper, place])
        now = int(self._badness(paper, place, np.array([here]))[0])
        if not now:
            return False
        cell, marks = self._cell(paper, place)
        best = self._from_papers(paper, place, here, cell, marks)
        best = min(best, self._from_bank(paper, place, cell, whole=now >= HAD), key=lambda each: each[0])
        change, where, from_paper = best
        if change - now >= 0:
            return False
        if from_paper:
            other, beyond = divmod(where, hall.layouts.width)
            hall.questions[paper, place], hall.questions[other, beyond] = hall.questions[other, beyond], here
        else:
            hall.questions[paper, place] = where
        return True

    def _cell(self, paper: int, place: int) -> tuple[int, int]:
        turn = self.hall.turns[paper]
        return int(self.hall.layouts.cells[turn, place]), int(self.hall.layouts.marks[turn, place])

    def _from_papers(self, paper: int, place: int, here: int, cell: int, marks: int) -> tuple[int, int, bool]:
        hall = self.hall
        layouts = hall.layouts
        fits = (layouts.cells == cell) & (layouts.marks == marks)
        flat = np.flatnonzero(fits[hall.turns].ravel())
        flat = np.roll(flat, -int(self.chance.below(np.array([flat.size]))[0]))[:LOOKS]
        papers, places = flat // layouts.width, flat % layouts.width
        theirs = hall.questions[papers, places]
        change = self._badness(paper, place, theirs)
        change = change + self._badness_at(papers, places, np.full(flat.size, here))
        change = change - self._badness_at(papers, places, theirs)
        change[papers == paper] = TWICE
        beside = np.abs(papers - paper) == 1  # what the two share changes with both; taken as no gain
        change[beside] += SHARED
        at = int(change.argmin())
        return int(change[at]), int(flat[at]), True

    def _from_bank(self, paper: int, place: int, cell: int, *, whole: bool) -> tuple[int, int, bool]:
        """Any question of the cell; of the `whole` one at need, though it may be harder or easier than what leaves."""
        stock = self.hall.stock
        first, end = int(stock.starts[cell]), int(stock.starts[cell] + stock.sizes[cell])
        all_ = np.arange(*stock.wholes[cell]) if whole else np.arange(first, end)
        all_ = np.roll(all_, -int(self.chance.below(np.array([all_.size]))[0]))
        change = self._badness(paper, place, all_) + WEAR
        change[(all_ < first) | (all_ >= end)] += WEAR
        at = int(change.argmin())
        return int(change[at]), int(all_[at]), False

    def _badness(self, paper: int, place: int, questions: Numbers) -> Numbers:
        size = questions.size
        return self._badness_at(np.full(size, paper), np.full(size, place), questions)

    def _badness_at(self, papers: Numbers, places: Numbers, questions: Numbers) -> Numbers:
        """How bad it would be to have each question at that place of that paper."""
        hall = self.hall
        rows = hall.questions[papers]
        rows[np.arange(papers.size), places] = NOBODY
        bad = TWICE * (rows == questions[:, None]).any(axis=1).astype(np.int64)
        for column in range(hall.stock.enemies.shape[1]):
            foe = hall.stock.enemies[questions, column]
            bad += ENEMY * (rows == foe[:, None]).any(axis=1)
        bad += HAD * _among(hall.had, papers * len(hall.stock.questions) + questions)
        for step in (-1, 1):
            beside = papers + step
            there = (beside >= 0) & (beside < hall.papers)
            row = hall.questions[np.clip(beside, 0, hall.papers - 1)]
            bad += SHARED * (there & (row == questions[:, None]).any(axis=1))
        return np.asarray(bad)

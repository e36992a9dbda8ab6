"""Pure: everybody's raw score on papers of one kind → scores on the scale of one reference paper, on a hundred.

One model (1PL, difficulties of items with few answers drawn towards their label: ``banding``) is fitted to all answers
of one kind of paper, over all stops and audiences: the items that papers have in common hold them together. Papers
that no chain of common items connects are fitted apart and never put on one scale.

The reference of an audience is the average paper of the specification most of its people sat: each item counts with
the mean marks it had on those papers. Whoever sat just such a paper keeps the raw score, as far as the papers are
equally hard; a harder paper or another specification moves it (``equating``). Fewer than thirty people, or a model
that did not converge, give no equated scores at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from exam.reports.banding import calibrate_by_band
from exam.reports.equating import Equated, Paper, equate
from exam.reports.response_model import Calibration, one_slope
from exam.reports.score_table import Real, ScoreTable, Whole

FEWEST_PEOPLE = 30
"""Fewer people say too little of the items they met."""


@dataclass(frozen=True)
class Sat:
    """One attempt: its key, marks of its total (floors, void items and rounding included), audience and plan."""

    attempt: int
    marks: float
    total: float
    audience: str
    plan: str


@dataclass(frozen=True)
class Answer:
    """What one attempt earned on one item of so many marks; `band` is the label its author gave the item."""

    attempt: int
    item: str
    earned: float
    full: float
    band: str


@dataclass(frozen=True)
class Placed:
    """An attempt's equated score and its standard error (of measurement alone), both on a hundred.

    The error is None at nothing and at full marks, where the ability has no bound.
    """

    score: float
    error: float | None


@dataclass(frozen=True)
class Fit:
    """One set of papers that hang together: sizes, the common discrimination and how the fit ended."""

    people: int
    items: int
    answers: int
    slope: float
    steps: int
    converged: bool


def place(people: Sequence[Sat], answers: Iterable[Answer]) -> tuple[dict[int, Placed], list[Fit]]:
    """Equate all attempts of one kind of paper: by attempt, those that can be, and one fit a connected set."""
    whole = _Whole.of(people, answers)
    placed: dict[int, Placed] = {}
    fits: list[Fit] = []
    for number in range(whole.sets):
        part = whole.part(number)
        if len(part.people) < FEWEST_PEOPLE:
            continue
        calibration = part.calibrated()
        fits.append(part.fit(calibration))
        if calibration.converged:
            placed |= part.placed(calibration, whole.reference_plans)
    return placed, fits


@dataclass(frozen=True)
class _Part:
    """One connected set: its attempts in the order of the table's persons."""

    people: tuple[Sat, ...]
    table: ScoreTable
    bands: tuple[str, ...]

    def calibrated(self) -> Calibration:
        return calibrate_by_band(self.table, slopes=one_slope(len(self.table.items)), bands=self.bands)

    def fit(self, found: Calibration) -> Fit:
        return Fit(
            people=len(self.people),
            items=len(self.table.items),
            answers=self.table.item.size,
            slope=float(found.slope.mean()),
            steps=found.steps,
            converged=found.converged,
        )

    def placed(self, calibration: Calibration, reference_plans: dict[str, str]) -> dict[int, Placed]:
        """Of each audience whose reference lies in this set."""
        found: dict[int, Placed] = {}
        for audience, plan in reference_plans.items():
            usual = np.array([each.audience == audience and each.plan == plan for each in self.people])
            mine = np.array([each.audience == audience for each in self.people])
            if usual.any():
                equated = equate(self.table, calibration, self._reference(calibration, usual), raw=self._raw())
                found |= self._taken(equated, mine)
        return found

    def _reference(self, calibration: Calibration, usual: Real) -> Paper:
        """The average paper of those people, on a hundred."""
        among = usual[self.table.person]
        full = np.bincount(self.table.item[among], self.table.full[among], len(self.table.items))
        met = np.flatnonzero(full)
        return Paper.of(calibration, met, full[met] * 100 / full.sum())

    def _raw(self) -> Real:
        """The share of the paper's marks that counts, in marks of the items that count."""
        full = np.bincount(self.table.person, self.table.full, len(self.people))
        return np.array([each.marks / each.total for each in self.people]) * full

    def _taken(self, equated: Equated, mine: Real) -> dict[int, Placed]:
        return {
            self.people[i].attempt: Placed(
                float(equated.score[i]), float(equated.error[i]) if np.isfinite(equated.error[i]) else None
            )
            for i in np.flatnonzero(mine)
        }


@dataclass(frozen=True)
class _Whole:
    """All attempts that have answers, the answers as arrays, and for each attempt and item the set it belongs to."""

    people: tuple[Sat, ...]
    items: tuple[str, ...]
    bands: tuple[str, ...]
    person: Whole
    item: Whole
    earned: Real
    full: Real
    set_of_person: Whole
    set_of_item: Whole
    sets: int
    reference_plans: dict[str, str]

    @classmethod
    def of(cls, people: Sequence[Sat], answers: Iterable[Answer]) -> "_Whole":
        kept = [each for each in answers if each.full > 0]
        there = {each.attempt for each in kept}
        sat = tuple(each for each in people if each.attempt in there and each.total > 0)
        row = {each.attempt: number for number, each in enumerate(sat)}
        kept = [each for each in kept if each.attempt in row]
        bands = {each.item: each.band for each in kept}
        column = {name: number for number, name in enumerate(bands)}
        person = np.array([row[each.attempt] for each in kept], dtype=np.int64)
        item = np.array([column[each.item] for each in kept], dtype=np.int64)
        sets, label = _connected(person, item, len(sat), len(bands))
        return cls(
            sat,
            tuple(bands),
            tuple(bands.values()),
            person,
            item,
            np.array([each.earned for each in kept], dtype=np.float64),
            np.array([each.full for each in kept], dtype=np.float64),
            label[: len(sat)],
            label[len(sat) :],
            sets,
            _usual_plans(sat),
        )

    def part(self, number: int) -> _Part:
        people, items = np.flatnonzero(self.set_of_person == number), np.flatnonzero(self.set_of_item == number)
        row, column = np.full(len(self.people), -1), np.full(len(self.items), -1)
        row[people], column[items] = np.arange(people.size), np.arange(items.size)
        used = self.set_of_item[self.item] == number
        table = ScoreTable(
            tuple(str(self.people[i].attempt) for i in people),
            tuple(self.items[i] for i in items),
            row[self.person[used]],
            column[self.item[used]],
            np.clip(self.earned[used], 0, self.full[used]),
            self.full[used],
        )
        return _Part(tuple(self.people[i] for i in people), table, tuple(self.bands[i] for i in items))


def _connected(person: Whole, item: Whole, people: int, items: int) -> tuple[int, Whole]:
    """Number of sets, and the set of each person and then of each item."""
    size = people + items
    if not size:
        return 0, np.empty(0, dtype=np.int64)
    links = coo_array((np.ones(person.size), (person, people + item)), shape=(size, size))
    count, label = connected_components(links, directed=False)
    return int(count), label.astype(np.int64)


def _usual_plans(people: Sequence[Sat]) -> dict[str, str]:
    """By audience the plan most of its people sat; of equally many the first by name."""
    counts: dict[str, dict[str, int]] = {}
    for each in people:
        plans = counts.setdefault(each.audience, {})
        plans[each.plan] = plans.get(each.plan, 0) + 1
    return {audience: min(plans, key=lambda plan: (-plans[plan], plan)) for audience, plans in counts.items()}

"""Pure: scores on papers that differ, put on the scale of one reference paper. Reported beside the raw score.

True-score equating (Lord 1980, ch. 13; Kolen & Brennan 2014, §6.5). T(θ) = Σ full marks · P(θ) is the score that
somebody of ability θ is expected to earn on a paper. To a raw score r belongs the θ with T_own(θ) = r; the equated
score is T_reference(θ), the score expected on the reference paper of whoever is expected to earn r on the own one. It
lies between 0 and the reference's full marks, grows with r, and is r itself where the papers are equally hard. Nobody
is drawn towards a mean: that is done for units, where it is said (``standing``).

error   The standard error of the equated score from measurement alone, by the delta method:
        √(Σ full² · P · (1 − P)) · T_reference'(θ) ÷ T_own'(θ). That of the difficulties comes on top.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from exam.reports.response_model import Calibration
from exam.reports.score_table import Real, ScoreTable, Whole

_FARTHEST = 15.0
_LEAST = 1e-12
_HALVINGS = 60


@dataclass(frozen=True)
class Paper:
    """Items of a paper: discrimination, easiness, and full marks of each."""

    slope: Real
    easiness: Real
    full: Real

    @classmethod
    def of(cls, calibration: Calibration, items: NDArray[np.integer], full: Real) -> "Paper":
        """The calibrated items with these indices, worth so many marks each."""
        return cls(calibration.slope[items], calibration.easiness[items], np.asarray(full, dtype=np.float64))

    def expected(self, ability: Real) -> Real:
        """T(θ) in marks, for each ability."""
        likely = expit(np.outer(ability, self.slope) + self.easiness)
        return np.asarray(likely @ self.full)

    def growth(self, ability: Real) -> Real:
        """T'(θ), for each ability."""
        likely = expit(np.outer(ability, self.slope) + self.easiness)
        return np.asarray((likely * (1 - likely)) @ (self.full * self.slope))


@dataclass(frozen=True)
class Equated:
    """By person of the table: raw score and full marks of the own paper; the ability that belongs to the raw score
    (−∞ for nothing, ∞ for full marks); equated score and its standard error in marks of the reference paper
    (NaN where the ability is not finite).
    """

    raw: Real
    full: Real
    ability: Real
    score: Real
    error: Real


def equate(table: ScoreTable, calibration: Calibration, reference: Paper, *, raw: Real | None = None) -> Equated:
    """Put everybody's raw score on the scale of the reference paper.

    `raw`: by person the score to be equated where it is not the sum over the items, in marks of the same items.
    """
    people = len(table.persons)
    if raw is None:
        raw = np.bincount(table.person, table.score, people).astype(np.float64)
    full = np.bincount(table.person, table.full, people).astype(np.float64)
    own = _Own(table.person, calibration.slope[table.item], calibration.easiness[table.item], table.full, people)
    ability = own.ability(raw)
    inside = (raw > 0) & (raw < full)
    score = np.where(raw <= 0, 0.0, reference.full.sum())
    score[inside] = reference.expected(ability[inside])
    error = np.full(people, np.nan)
    error[inside] = own.spread(ability)[inside] * reference.growth(ability[inside]) / own.growth(ability)[inside]
    return Equated(raw, full, np.where(inside, ability, np.where(raw <= 0, -np.inf, np.inf)), score, error)


@dataclass(frozen=True)
class _Own:
    """Everybody's own paper, by answer: whose, discrimination, easiness, full marks."""

    person: Whole
    slope: Real
    easiness: Real
    full: Real
    people: int

    def ability(self, raw: Real) -> Real:
        """θ with T(θ) = raw, by halving; at the ends of the range where there is none."""
        # in logits: where the items discriminate little the abilities lie far apart
        farthest = _FARTHEST / max(float(np.abs(self.slope).mean()), _LEAST)
        low, high = np.full(self.people, -farthest), np.full(self.people, farthest)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = self._sum(self.full * self._likely(middle)) < raw
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2)

    def spread(self, ability: Real) -> Real:
        """Standard deviation of the raw score at this ability."""
        likely = self._likely(ability)
        return np.asarray(np.sqrt(self._sum(self.full**2 * likely * (1 - likely))))

    def growth(self, ability: Real) -> Real:
        """T'(θ)."""
        likely = self._likely(ability)
        return np.maximum(self._sum(self.full * self.slope * likely * (1 - likely)), np.finfo(float).tiny)

    def _likely(self, ability: Real) -> Real:
        return np.asarray(expit(self.slope * ability[self.person] + self.easiness))

    def _sum(self, values: Real) -> Real:
        return np.asarray(np.bincount(self.person, values, self.people), dtype=np.float64)

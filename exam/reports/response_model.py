"""Pure: item response models on a sparse table of answers, by marginal maximum likelihood.

Model. P(right | θ) = 1 ÷ (1 + exp(−a(θ − b))), θ ~ N(0, 1) among those who sat. 1PL: one discrimination a for all
items, estimated (as ``rasch`` of R's ltm); 2PL: each its own. Items with few answers may share one (``fewest``).
Source: Bock & Aitkin 1981, Psychometrika 46, 443; Rizopoulos 2006, J. Stat. Softw. 17(5).

What was not given adds nothing to the likelihood. That is right as long as papers are dealt by chance (missing at
random: Rubin 1976), as here, where seed and seat decide.

Part marks. An answer that earned the share x of full marks counts x right and 1 − x wrong: the log-likelihood is
x log P + (1 − x) log(1 − P), Papke & Wooldridge's (1996) quasi-likelihood of a fraction. Difficulties stay consistent
for the expected share; the log-likelihood is then no probability of the data, and is marked so (``fractional``).

Computation. In easiness d = −a·b the score is linear in the data. The integral over θ is taken on equally spaced nodes
from −6 to 6, as mirt does: for smooth functions that decrease at both ends its error falls exponentially with the
number of nodes (Trefethen & Weideman 2014), where Gauss–Hermite's nodes lie too far apart for the narrow posteriors
of long papers. Starting with steps of EM (expected counts at each node, then one Newton step an item), the maximum is
found by L-BFGS on the marginal log-likelihood, scaled by the expected information; its gradient is that of EM's
expected counts (Fisher's identity: Louis 1982).

Items that everybody or nobody answered in full have no finite difficulty: they are left out of the likelihood, whose
supremum they do not change, and have b = −∞ or ∞, unless a prior holds them (see ``priors``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logsumexp, roots_hermitenorm

from exam.reports.score_table import Real, ScoreTable, Whole

WIDEST = 6.0
FEWEST_FOR_SLOPE = 300
"""Below so many answers an item's own discrimination is noise: it shares one (issue's rule for 2PL)."""
LEAST_SLOPE = 1e-4
"""An item that discriminates less has no difficulty that could be told."""
_EM_STEPS = 8
_MOST_STEPS = 500
_SETTLED = 1e-7
"""Converged once no parameter, in units of its own standard error, would move the log-likelihood by more."""


@dataclass(frozen=True)
class Prior:
    """Normal priors of easiness d by item: mean, and precision (1 ÷ variance), 0 where the item has none."""

    mean: Real
    precision: Real


@dataclass(frozen=True)
class Calibration:
    """Discriminations and easiness by item of the table: P = 1 ÷ (1 + exp(−(slope·θ + easiness))).

    ``log_likelihood`` is the marginal one, without the prior. ``extreme`` marks items without a finite difficulty.
    """

    slope: Real
    easiness: Real
    log_likelihood: float
    converged: bool
    steps: int
    fractional: bool
    extreme: NDArray[np.bool_]

    @property
    def difficulty(self) -> Real:
        """By item b = −d ÷ a; infinite for extreme items, NaN where the item discriminates nothing."""
        unknown = np.full(self.slope.size, np.nan)
        b: Real = np.divide(-self.easiness, self.slope, out=unknown, where=np.abs(self.slope) >= LEAST_SLOPE)
        return b


@dataclass(frozen=True)
class Abilities:
    """By person: mean and standard deviation of θ given the answers (EAP; Bock & Mislevy 1982)."""

    mean: Real
    sd: Real


def one_slope(items: int) -> Whole:
    """1PL: all items share discrimination 0."""
    return np.zeros(items, dtype=np.int64)


def own_slopes(table: ScoreTable, *, fewest: int = 0) -> Whole:
    """2PL: each item its own discrimination; those with fewer answers than `fewest` share one."""
    n = np.bincount(table.item, minlength=len(table.items))
    groups = np.cumsum(n >= fewest)
    return np.where(n >= fewest, groups - (n.min() >= fewest), 0).astype(np.int64)


def calibrate(
    table: ScoreTable, *, slopes: Whole, prior: Prior | None = None, hermite: int | None = None
) -> Calibration:
    """Fit the model. `slopes` numbers the discrimination of each item from 0; see ``one_slope`` and ``own_slopes``.

    `hermite`: so many nodes of Gauss–Hermite in place of equally spaced ones. Only for comparing with programs that
    use few of them, as ltm its 21: with steep items these are too few, and the figures show it.
    """
    items = len(table.items)
    prior = prior or Prior(np.zeros(items), np.zeros(items))
    n = np.bincount(table.item, minlength=items)
    right = np.bincount(table.item, table.share, items)
    extreme = ((right <= 0) | (right >= n)) & (prior.precision == 0)
    keep = np.flatnonzero(~extreme)
    slope, easiness = np.ones(items), np.where(right >= n, np.inf, -np.inf)
    fractional = bool(((table.share > 0) & (table.share < 1)).any())
    if not keep.size:
        return Calibration(slope, easiness, 0.0, converged=True, steps=0, fractional=fractional, extreme=extreme)
    slope_of = np.unique(slopes[keep], return_inverse=True)[1]
    kept = Prior(prior.mean[keep], prior.precision[keep])
    nodes = _gauss_hermite(hermite) if hermite else _even(table)
    model = _Marginal.of(table, keep, slope_of=slope_of, prior=kept, nodes=nodes)
    found = model.maximise((right[keep] + 0.5) / (n[keep] + 1))
    slope[:] = found.slopes.mean()
    slope[keep], easiness[keep] = found.slopes[slope_of], found.easiness
    return Calibration(
        slope,
        easiness,
        found.log_likelihood,
        converged=found.converged,
        steps=found.steps,
        fractional=fractional,
        extreme=extreme,
    )


def abilities(table: ScoreTable, calibration: Calibration) -> Abilities:
    """EAP by person of the table, given the calibration of its items; extreme items tell nothing."""
    keep = np.flatnonzero(~calibration.extreme)
    none = np.zeros(keep.size)
    model = _Marginal.of(table, keep, slope_of=np.arange(keep.size), prior=Prior(none, none), nodes=_even(table))
    weights, _ = model.posterior(calibration.slope[keep], calibration.easiness[keep])
    mean = weights @ model.nodes
    return Abilities(mean, np.sqrt(np.maximum(0, weights @ model.nodes**2 - mean**2)))


@dataclass(frozen=True)
class _Found:
    slopes: Real
    easiness: Real
    log_likelihood: float
    converged: bool
    steps: int


@dataclass(frozen=True)
class _Marginal:
    """The likelihood of answers to the kept items, prepared for repeated evaluation.

    `earned` (persons × items) holds shares, `given` ones; both also transposed. Parameters are one vector: slopes, then
    easiness.
    """

    nodes: Real
    log_weights: Real
    earned: csr_array
    given: csr_array
    earned_by_item: csr_array
    given_by_item: csr_array
    slope_of: Whole
    slopes: int
    prior: Prior

    @classmethod
    def of(
        cls, table: ScoreTable, keep: Whole, *, slope_of: Whole, prior: Prior, nodes: tuple[Real, Real]
    ) -> "_Marginal":
        place = np.full(len(table.items), -1)
        place[keep] = np.arange(keep.size)
        used = place[table.item] >= 0
        where = (table.person[used], place[table.item][used])
        shape = (len(table.persons), keep.size)
        earned = csr_array((table.share[used], where), shape=shape)
        earned.eliminate_zeros()
        given = csr_array((np.ones(int(used.sum())), where), shape=shape)
        by_item = csr_array(earned.T), csr_array(given.T)
        return cls(*nodes, earned, given, *by_item, slope_of, int(slope_of.max(initial=-1)) + 1, prior)

    def posterior(self, slope: Real, easiness: Real) -> tuple[Real, float]:
        """Weights of the nodes by person (each row sums to 1), and the marginal log-likelihood."""
        logit = np.outer(slope, self.nodes) + easiness[:, None]
        joint = self.earned @ logit - self.given @ np.logaddexp(0, logit)
        joint += self.log_weights
        top = joint.max(axis=1, keepdims=True)
        joint -= top
        np.exp(joint, out=joint)
        sums = joint.sum(axis=1, keepdims=True)
        joint /= sums
        return joint, float((np.log(sums) + top).sum())

    def counts(self, slope: Real, easiness: Real) -> tuple[Real, Real, Real, float]:
        """Surplus of right answers, expected number of answers and P (items × nodes), and the log-likelihood."""
        weights, log_likelihood = self.posterior(slope, easiness)
        likely = expit(np.outer(slope, self.nodes) + easiness[:, None])
        answers = self.given_by_item @ weights
        return self.earned_by_item @ weights - answers * likely, answers, likely, log_likelihood

    def split(self, parameters: Real) -> tuple[Real, Real]:
        """Slope and easiness by item."""
        return parameters[: self.slopes][self.slope_of], parameters[self.slopes :]

    def value(self, parameters: Real) -> tuple[float, Real]:
        """Minus the log-posterior, and its gradient."""
        slope, easiness = self.split(parameters)
        surplus, _, _, log_likelihood = self.counts(slope, easiness)
        apart = easiness - self.prior.mean
        by_slope = np.bincount(self.slope_of, surplus @ self.nodes, self.slopes)
        by_easiness = surplus.sum(axis=1) - self.prior.precision * apart
        penalty = float((self.prior.precision * apart**2).sum()) / 2
        return penalty - log_likelihood, -np.concatenate([by_slope, by_easiness])

    def information(self, parameters: Real) -> Real:
        """Expected information of each parameter alone, θ being known: the scale of its step."""
        _, answers, likely, _ = self.counts(*self.split(parameters))
        each = answers * likely * (1 - likely)
        by_slope = np.bincount(self.slope_of, each @ self.nodes**2, self.slopes)
        both: Real = np.maximum(1e-6, np.concatenate([by_slope, each.sum(axis=1) + self.prior.precision]))
        return both

    def newton(self, parameters: Real) -> Real:
        """One step of EM, its maximisation by one Newton step a parameter."""
        _, downhill = self.value(parameters)
        further: Real = parameters - np.clip(downhill / self.information(parameters), -1, 1)
        return further

    def maximise(self, facility: Real) -> _Found:
        """From the facilities to the maximum."""
        at = np.concatenate([np.ones(self.slopes), np.log(facility / (1 - facility))])
        for _ in range(_EM_STEPS):
            at = self.newton(at)
        scale = 1 / np.sqrt(self.information(at))

        def scaled(point: Real) -> tuple[float, Real]:
            value, gradient = self.value(point * scale)
            return value, gradient * scale

        at, steps = _minimum(scaled, at / scale)
        value, gradient = scaled(at)
        converged = bool((gradient**2).max() <= max(_SETTLED, 1e-13 * abs(value)))
        slope, easiness = self.split(at * scale)
        _, log_likelihood = self.posterior(slope, easiness)
        slopes = at[: self.slopes] * scale[: self.slopes]
        turned = -1 if slopes.sum() < 0 else 1  # θ and −θ are one model: more is meant to be better
        return _Found(slopes * turned, easiness, log_likelihood, converged, steps)


def _minimum(value: Callable[[Real], tuple[float, Real]], start: Real) -> tuple[Real, int]:
    """By L-BFGS-B until the gradient is as small as rounding lets it be."""
    result = minimize(
        value,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _MOST_STEPS, "maxfun": 2 * _MOST_STEPS, "maxcor": 20, "ftol": 0, "gtol": 1e-5},
    )
    return np.asarray(result.x), _EM_STEPS + int(result.nit)


def _even(table: ScoreTable) -> tuple[Real, Real]:
    """Nodes and the logarithms of their weights, so close that the narrowest posterior spans a few of them.

    That of n answers has an SD of about 2 ÷ √n.
    """
    longest = int(np.bincount(table.person).max())
    nodes = np.linspace(-WIDEST, WIDEST, 61 if longest <= 150 else 121)
    log_weights = -(nodes**2) / 2
    return nodes, log_weights - logsumexp(log_weights)


def _gauss_hermite(count: int) -> tuple[Real, Real]:
    nodes, weights = roots_hermitenorm(count)
    return nodes, np.log(weights / weights.sum())

"""Pure: how units stand to each other, and how sure that is.

A unit's result is the mean of its people's equated scores. Beside it:

interval    mean ± t(0.975, n − 1) · s ÷ √n · √(1 − n ÷ N)                         (Student 1908; Cochran 1977, eq. 2.8)
            N, if told, is the number of people the unit has: where all of them sat, the mean of *these* people is
            known. Without N the interval is for the unit's level, of which those who sat are a sample.
shrunk      Empirical Bayes. Model: score = μ + unit + person, unit ~ N(0, τ²), person ~ N(0, σ²), one σ for all units.
            With ratio λ = τ² ÷ σ² and w = n ÷ (1 + λn) of each unit, μ = Σ w·mean ÷ Σ w, and the unit's shrunk mean is
            μ + λw·(mean − μ), its SD √(σ²λ ÷ (1 + λn)): conditional mode and SD as lme4 gives them. λ maximises the
            restricted likelihood  −2 log L = (N − 1)(1 + log 2πσ²) + Σ log(1 + λn) + log Σ w,
            σ² = (S_within + Σ w·(mean − μ)²) ÷ (N − 1)           (Patterson & Thompson 1971; Bates et al. 2015, §2.3)
rank        For each unit the probability of being among the first k, and the range that holds its place in 90 of 100
            cases: places counted in draws from the shrunk means and SDs (Goldstein & Spiegelhalter 1996), from a seed.
            The rank itself is the place of the shrunk mean. Units with fewer than five people have none.
不可区分     Units in order of their shrunk means. A unit stays in the group of the one before as long as it cannot be
            told from the *first* of that group: |difference| ≤ 1.96 · √(SD² + SD²). Shrunk means need no further
            correction for comparing many units (Gelman, Hill & Yajima 2012). Two units on either side of a border may
            still be alike: ``alike`` of a unit names all it cannot be told from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import ndtri, stdtrit

from exam.reports.score_table import Real, Whole

Flags = NDArray[np.bool_]

FEWEST = 5
"""Below so many people a unit has no interval and no place."""
LEVEL = 0.95
DRAWS = 20_000
_WIDEST_RATIO = 1e4


@dataclass(frozen=True)
class Interval:
    """From … to, in marks."""

    low: float
    high: float


def interval(scores: Sequence[float], *, people: int | None = None, level: float = LEVEL) -> Interval | None:
    """Confidence interval of the mean; `people`: how many the unit has in all. None for fewer than five scores."""
    n = len(scores)
    if n < FEWEST:
        return None
    values = np.asarray(scores, dtype=np.float64)
    left = 1.0 if people is None else max(0.0, 1 - n / max(n, people))
    reach = stdtrit(n - 1, (1 + level) / 2) * values.std(ddof=1) * np.sqrt(left / n)
    return Interval(float(values.mean() - reach), float(values.mean() + reach))


@dataclass(frozen=True)
class Shrinkage:
    """The fitted model; arrays by unit in the order given.

    ``mean`` μ; ``between`` and ``within`` the variances τ² and σ²; ``deviance`` −2 log L (restricted if by REML).
    """

    mean: float
    between: float
    within: float
    deviance: float
    shrunk: Real
    sd: Real


def shrink(scores: Sequence[Sequence[float]], *, restricted: bool = True) -> Shrinkage:
    """Fit the model to the scores of each unit (one or more), by REML, or by maximum likelihood.

    Raises:
        ValueError: fewer than two units, a unit without scores, or no unit with two.

    """
    groups = _Groups.of(scores)
    # in λ ÷ (1 + λ) the whole range is short; the optimum at 0 (no difference between units) is looked at by itself
    found = minimize_scalar(
        lambda part: groups.deviance(part / (1 - part), restricted=restricted),
        bounds=(0, 1 - 1 / _WIDEST_RATIO),
        method="bounded",
        options={"xatol": 1e-10, "maxiter": 500},
    )
    ratio = float(found.x / (1 - found.x))
    if groups.deviance(0, restricted=restricted) <= groups.deviance(ratio, restricted=restricted):
        ratio = 0.0
    mean, within = groups.fitted(ratio, restricted=restricted)
    held = ratio * groups.n / (1 + ratio * groups.n)
    return Shrinkage(
        mean,
        ratio * within,
        within,
        groups.deviance(ratio, restricted=restricted),
        mean + held * (groups.mean - mean),
        np.sqrt(within * ratio / (1 + ratio * groups.n)),
    )


@dataclass(frozen=True)
class _Groups:
    """By unit the number of scores and their mean; the sum of squares within all units."""

    n: Real
    mean: Real
    within: float

    @classmethod
    def of(cls, scores: Sequence[Sequence[float]]) -> "_Groups":
        if len(scores) < 2 or not all(len(each) for each in scores):
            raise ValueError("there must be two units, and scores in each")
        if all(len(each) == 1 for each in scores):
            raise ValueError("with one score a unit nothing tells units from people")
        values = [np.asarray(each, dtype=np.float64) for each in scores]
        within = sum(float(((each - each.mean()) ** 2).sum()) for each in values)
        return cls(
            np.array([each.size for each in values], dtype=np.float64),
            np.array([each.mean() for each in values]),
            within,
        )

    def fitted(self, ratio: float, *, restricted: bool) -> tuple[float, float]:
        """μ and σ² at this λ."""
        weights = self.n / (1 + ratio * self.n)
        mean = float(weights @ self.mean / weights.sum())
        squares = self.within + float(weights @ (self.mean - mean) ** 2)
        return mean, max(squares, np.finfo(float).tiny) / (float(self.n.sum()) - restricted)

    def deviance(self, ratio: float, *, restricted: bool) -> float:
        """−2 log L at this λ, the other parameters at their best."""
        _, within = self.fitted(ratio, restricted=restricted)
        freedom = float(self.n.sum()) - restricted
        found = freedom * (1 + np.log(2 * np.pi * within)) + np.log1p(ratio * self.n).sum()
        if restricted:
            found += np.log((self.n / (1 + ratio * self.n)).sum())
        return float(found)


@dataclass(frozen=True)
class Places:
    """By unit with a place: probability of being among the first k (k = 1 … number of units), and the middle 90 %."""

    first: Real
    best: Whole
    worst: Whole


def places(shrunk: Real, sd: Real, *, seed: int, draws: int = DRAWS) -> Places:
    """Simulate places, 1 being the highest mean. The same seed gives the same places.

    ``first[i, k − 1]`` is P(place of unit i ≤ k); with 20,000 draws its standard error is 0.0035 at most. Units that
    are drawn exactly alike (no variance between units: all are shrunk to one mean) share their places by lot.
    """
    units = shrunk.size
    if not units:
        return Places(np.empty((0, 0)), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    chance = np.random.default_rng(seed)
    drawn = chance.normal(shrunk, sd, (draws, units))
    if np.any(sd == 0):
        at = np.lexsort((chance.random((draws, units)), -drawn), axis=1)
    else:
        at = np.argsort(-drawn, axis=1, kind="stable")
    counted = np.array([np.bincount(at[:, place], minlength=units) for place in range(units)]).T.cumsum(axis=1)
    return Places(counted / draws, *(1 + (counted < part * draws).sum(axis=1) for part in (0.05, 0.95)))


def alike(shrunk: Real, sd: Real, *, level: float = LEVEL) -> Flags:
    """Units × units: whether the two cannot be told apart."""
    reach = float(ndtri((1 + level) / 2)) * np.hypot(sd[:, None], sd[None, :])
    together: Flags = np.abs(shrunk[:, None] - shrunk[None, :]) <= reach
    return together


def groups(shrunk: Real, sd: Real, *, level: float = LEVEL) -> list[list[int]]:
    """Units by index, in groups that cannot be told apart, the best group first."""
    together = alike(shrunk, sd, level=level)
    found: list[list[int]] = []
    for unit in np.argsort(-shrunk, kind="stable"):
        if found and together[found[-1][0], unit]:
            found[-1].append(int(unit))
        else:
            found.append([int(unit)])
    return found


@dataclass(frozen=True)
class Standing:
    """One unit. What needs five people is None below that.

    ``group`` counts from 1, the best; ``alike`` are all units it cannot be told from; ``first[k]`` is the probability
    of being among the first k.
    """

    unit: str
    people: int
    mean: float
    interval: Interval | None
    shrunk: float
    sd: float
    rank: int | None
    first: Mapping[int, float] | None
    between: tuple[int, int] | None
    group: int | None
    alike: tuple[str, ...]


def standings(
    scores: Mapping[str, Sequence[float]],
    *,
    seed: int,
    people: Mapping[str, int] | None = None,
    among: Sequence[int] = (1, 3, 5),
) -> list[Standing]:
    """All units with scores, by shrunk mean; those below five people at the end, without a place.

    Equal shrunk means share a rank. `people`: how many each unit has in all (see ``interval``).
    `among`: which k to give probabilities for. Raises ValueError as ``shrink`` does.
    """
    names = [name for name, values in scores.items() if len(values)]
    fit = shrink([scores[name] for name in names])
    placed = np.array([i for i, name in enumerate(names) if len(scores[name]) >= FEWEST], dtype=np.int64)
    board = _Board.of([names[i] for i in placed], fit.shrunk[placed], fit.sd[placed], seed)
    found = [
        Standing(
            unit=name,
            people=len(scores[name]),
            mean=float(np.mean(scores[name])),
            interval=interval(scores[name], people=None if people is None else people.get(name)),
            shrunk=float(fit.shrunk[i]),
            sd=float(fit.sd[i]),
            rank=board.rank(name),
            first=board.first(name, among),
            between=board.between(name),
            group=board.group.get(name),
            alike=board.alike(name),
        )
        for i, name in enumerate(names)
    ]
    return sorted(found, key=lambda each: (each.rank is None, -each.shrunk, each.unit))


@dataclass(frozen=True)
class _Board:
    """Units with a place: their index by name, and what is known of each."""

    place: dict[str, int]
    shrunk: Real
    group: dict[str, int]
    together: Flags
    places: Places

    @classmethod
    def of(cls, names: list[str], shrunk: Real, sd: Real, seed: int) -> "_Board":
        grouped = enumerate(groups(shrunk, sd), 1)
        return cls(
            {name: i for i, name in enumerate(names)},
            shrunk,
            {names[unit]: number for number, units in grouped for unit in units},
            alike(shrunk, sd),
            places(shrunk, sd, seed=seed),
        )

    def rank(self, name: str) -> int | None:
        i = self.place.get(name)
        return None if i is None else 1 + int((self.shrunk > self.shrunk[i]).sum())

    def first(self, name: str, among: Sequence[int]) -> Mapping[int, float] | None:
        if name not in self.place:
            return None
        return {k: float(self.places.first[self.place[name], min(k, len(self.place)) - 1]) for k in among}

    def between(self, name: str) -> tuple[int, int] | None:
        i = self.place.get(name)
        return None if i is None else (int(self.places.best[i]), int(self.places.worst[i]))

    def alike(self, name: str) -> tuple[str, ...]:
        i = self.place.get(name)
        if i is None:
            return ()
        return tuple(other for other, j in self.place.items() if j != i and self.together[i, j])

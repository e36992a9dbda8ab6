"""Pure: classical figures of tests and items, on papers that may differ from person to person.

Everybody's own paper is whole: what was not given is not missing. Correlations use shares of full marks of what was
given; where all had the same items these are the correlations of the marks themselves.

facility           p = mean of (score ÷ full marks)                                   (Lord & Novick 1968, ch. 15)
sd                 √(Σ(x − x̄)² ÷ (n − 1)) of the marks
item–total         Pearson's r of item and whole paper (point-biserial for 0/1)        (Lord & Novick 1968, p. 329)
item–rest          the same with the paper less this item; Moodle's discrimination index ÷ 100
efficiency         covariance of item and rest ÷ the greatest these marks could have, both in order; Moodle's
                   discriminative efficiency ÷ 100: what is left of the index once the item's own spread is allowed for
discrimination 27  mean share in the best 27 % of those given the item − in the worst   (Kelley 1939). Of n such people
                   the groups have 0.27 n, rounded; who is tied at the border counts in part: order does not matter
alpha              n̄ c̄ ÷ (v̄ + (n̄ − 1) c̄), v̄ mean variance, c̄ mean covariance of items, n̄ items a person: this is
                   k ÷ (k − 1) · (1 − Σs² ÷ s²_total) where all had the same k items     (Cronbach 1951; KR-20 for 0/1)
SEM                s_total · √(1 − alpha)                                              (Lord & Novick 1968, eq. 3.8.2)
skewness, kurtosis k₃ ÷ k₂^1.5 and k₄ ÷ k₂², with Fisher's k-statistics                 (Kendall & Stuart 1977, ch. 12)

Moodle's documentation of its quiz statistics gives the same formulas; its test figures are our tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exam.reports.score_table import Real, ScoreTable, Whole

GROUP_SHARE = 0.27
"""Kelley's share of people in the upper and the lower group."""


@dataclass(frozen=True)
class TestFigures:
    """Of the marks of a whole paper, by person. None where the number of people or items does not allow it."""

    __test__ = False  # the name begins like that of a test

    persons: int
    items: int
    mean: float
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    alpha: float | None
    sem: float | None


@dataclass(frozen=True)
class ItemFigures:
    """Of one item, by those who were given it. None where everybody earned the same, or too few were given it."""

    item: str
    n: int
    facility: float
    sd: float | None
    item_total: float | None
    item_rest: float | None
    efficiency: float | None
    discrimination_27: float | None


def test_figures(table: ScoreTable) -> TestFigures:
    """See the module for the formulas."""
    total = np.bincount(table.person, table.score, len(table.persons)).astype(np.float64)
    sd = _sd(total)
    alpha = _alpha(table)
    skewness, kurtosis = _shape(total)
    sem = None if sd is None or alpha is None else float(sd * np.sqrt(max(0.0, 1 - alpha)))
    return TestFigures(len(table.persons), len(table.items), float(total.mean()), sd, skewness, kurtosis, alpha, sem)


test_figures.__test__ = False  # type: ignore[attr-defined]


def item_figures(table: ScoreTable) -> list[ItemFigures]:
    """One for each item, in the order of ``table.items``; see the module for the formulas."""
    count = len(table.items)
    score, full = (np.bincount(table.person, each, len(table.persons)) for each in (table.score, table.full))
    share = table.share
    whole = (score / full)[table.person]
    left = full[table.person] - table.full
    rest = np.divide(score[table.person] - table.score, left, out=np.full(left.size, np.nan), where=left > 0)
    n = np.bincount(table.item, minlength=count)
    facility = np.bincount(table.item, share, count) / n
    sd = _sd_by(table.item, table.score, count)
    with_total = _correlations(table.item, share, whole, count)
    with_rest = _correlations(table.item, share, rest, count)
    efficiency, apart = _by_item(table.item, share, whole, rest, count)
    columns = (sd, with_total, with_rest, efficiency, apart)
    return [
        ItemFigures(name, int(n[i]), float(facility[i]), *(_or_none(each[i]) for each in columns))
        for i, name in enumerate(table.items)
    ]


@dataclass(frozen=True)
class Distractor:
    """One choice of an item: how often it was made, and by whom.

    ``upper`` and ``lower`` are the shares of the best and the worst 27 % who chose it, ``r`` is the correlation of
    choosing it with the result (point-biserial), ``mean`` the mean result of those who chose it.
    """

    choice: str
    count: int
    share: float
    upper: float
    lower: float
    r: float | None
    mean: float


def distractors(chosen: Sequence[str], result: Sequence[float]) -> list[Distractor]:
    """The choices of one item by frequency; ``result`` is each person's result on the rest, or the whole, of the paper.

    A wrong choice that the best make more often than the worst (``upper > lower``) deserves a look at the key.
    """
    results = np.asarray(result, dtype=np.float64)
    best, worst = _groups(results)
    found = []
    for choice in sorted(set(chosen)):
        made = np.array([each == choice for each in chosen], dtype=np.float64)
        r = _correlations(np.zeros(made.size, dtype=np.int64), made, results, 1)[0]
        count = int(made.sum())
        upper, lower = float(made @ best), float(made @ worst)
        mean = float(results @ made / count)
        found.append(Distractor(choice, count, count / made.size, upper, lower, _or_none(r), mean))
    return sorted(found, key=lambda each: (-each.count, each.choice))


def _alpha(table: ScoreTable) -> float | None:
    people, items = len(table.persons), len(table.items)
    given = np.bincount(table.person, minlength=people).astype(np.float64)
    takers = np.bincount(table.item, minlength=items).astype(np.float64)
    pairs = float((given * (given - 1)).sum())
    mean_takers = table.person.size / items
    if not pairs or mean_takers <= 1:
        return None
    mean = np.bincount(table.item, table.score, items) / takers
    apart = table.score - mean[table.item]
    squares = np.bincount(table.person, apart**2, people)
    crossed = float((np.bincount(table.person, apart, people) ** 2 - squares).sum())
    # both lose one degree of freedom to the items' means, so that the ratio is that of the sample's covariances
    freed = mean_takers / (mean_takers - 1)
    variance, covariance = squares.sum() / table.person.size * freed, crossed / pairs * freed
    length = pairs / float(given.sum()) + 1
    whole = variance + (length - 1) * covariance
    # rounding leaves of an exact zero a little more or less
    return float(length * covariance / whole) if whole > 1e-12 * max(1.0, variance) else None


def _shape(values: Real) -> tuple[float | None, float | None]:
    """Skewness and kurtosis by k-statistics; they need 3 and 4 values that differ."""
    n = values.size
    apart = values - values.mean()
    m2, m3, m4 = ((apart**power).mean() for power in (2, 3, 4))
    if n < 3 or m2 <= 0:
        return None, None
    k2 = n * m2 / (n - 1)
    skewness = n**2 * m3 / ((n - 1) * (n - 2)) / k2**1.5
    if n < 4:
        return float(skewness), None
    k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
    return float(skewness), float(k4 / k2**2)


def _sd(values: Real) -> float | None:
    return float(values.std(ddof=1)) if values.size > 1 else None


def _sd_by(group: Whole, values: Real, count: int) -> Real:
    n = np.bincount(group, minlength=count)
    apart = values - (np.bincount(group, values, count) / n)[group]
    return np.sqrt(_over(np.bincount(group, apart**2, count), n - 1))


def _correlations(group: Whole, x: Real, y: Real, count: int) -> Real:
    """Pearson's r within each group, NaN where x or y does not vary or is not known."""
    n = np.bincount(group, minlength=count)
    x, y = (each - (np.bincount(group, each, count) / n)[group] for each in (x, y))
    xx, yy, xy = (np.bincount(group, each, count) for each in (x * x, y * y, x * y))
    small = 1e-12 * n  # of shares: what rounding leaves of values that do not vary
    r: Real = np.where((xx > small) & (yy > small), _over(xy, np.sqrt(xx * yy)), np.nan)
    return r


def _by_item(group: Whole, share: Real, whole: Real, rest: Real, count: int) -> tuple[Real, Real]:
    """Efficiency and 27 % discrimination: what needs the answers to an item in order of the results."""
    order = np.argsort(group, kind="stable")
    starts = np.cumsum(np.bincount(group, minlength=count))[:-1]
    efficiency, apart = np.full(count, np.nan), np.full(count, np.nan)
    for i, those in enumerate(np.split(order, starts)):
        if those.size > 1:
            best, worst = _groups(whole[those])
            apart[i] = share[those] @ (best - worst)
            efficiency[i] = _efficiency(share[those], rest[those])
    return efficiency, apart


def _efficiency(share: Real, rest: Real) -> float:
    most = np.cov(np.sort(share), np.sort(rest))[0, 1]
    return float(np.cov(share, rest)[0, 1] / most) if most > 1e-12 else np.nan


def _groups(results: Real) -> tuple[Real, Real]:
    """By person the weight in the mean of the upper and of the lower group; each sums to 1."""
    size = max(1, round(GROUP_SHARE * results.size))
    results = np.round(results, 12)  # equal shares of different papers differ in the last bit
    return _weights(results, size), _weights(-results, size)


def _weights(results: Real, size: int) -> Real:
    border = -np.partition(-results, size - 1)[size - 1]
    above, at = results > border, results == border
    weights: Real = (above + at * ((size - above.sum()) / at.sum())) / size
    return weights


def _over(above: NDArray[np.number], below: NDArray[np.number]) -> Real:
    ratio: Real = np.divide(above, below, out=np.full(above.size, np.nan), where=below > 0)
    return ratio


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)

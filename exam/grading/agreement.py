"""Pure: how well two markings of the same answers agree, and how strict a marker is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

NEAR = 0.1
"""Two markings are near each other when they differ by at most a tenth of the marks."""
ENOUGH = 5
"""From so many answers on figures of agreement are shown at all."""


@dataclass(frozen=True)
class Pair:
    """What two gave the same part, and the most it could earn."""

    one: Decimal
    two: Decimal
    maximum: Decimal

    @property
    def shares(self) -> tuple[float, float]:
        """Both as shares of the maximum."""
        return float(self.one / self.maximum), float(self.two / self.maximum)


@dataclass(frozen=True)
class Agreement:
    """Figures of `n` pairs. `mae` and `bias` (the first minus the second) are shares of the maximum; `kappa` is None
    where nothing varies; `exact` and `near` are the shares of equal pairs, and of those no further apart than NEAR.
    """

    n: int
    kappa: float | None
    mae: float
    bias: float
    exact: float
    near: float


def quadratic_kappa(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Cohen's kappa with quadratic weights; 1 is full agreement, 0 what chance would do. None where nothing varies.

    1 - Σ v_ij p_ij / Σ v_ij p_i. p_.j with v_ij = (i - j)², after Cohen, J. (1968), Weighted kappa, Psychological
    Bulletin 70, 213-220, and Fleiss & Cohen (1973), Educational and Psychological Measurement 33, 613-619. With the
    marks themselves as categories both sums are means of squared differences: the one of each pair, the other of
    every first with every second, which is var(x) + var(y) + (mean(x) - mean(y))² with divisor n.
    """
    if not pairs:
        return None
    ones, twos = [one for one, _ in pairs], [two for _, two in pairs]
    observed = fmean((one - two) ** 2 for one, two in pairs)
    expected = _variance(ones) + _variance(twos) + (fmean(ones) - fmean(twos)) ** 2
    return None if expected < 1e-12 else 1 - observed / expected


def _variance(values: Sequence[float]) -> float:
    middle = fmean(values)
    return fmean((value - middle) ** 2 for value in values)


def agreement(pairs: Sequence[Pair]) -> Agreement | None:
    """All figures of these pairs, each as a share of its maximum so that questions can be pooled; None without any."""
    if not pairs:
        return None
    shares = [pair.shares for pair in pairs]
    off = [one - two for one, two in shares]
    return Agreement(
        n=len(pairs),
        kappa=quadratic_kappa(shares),
        mae=fmean(map(abs, off)),
        bias=fmean(off),
        exact=fmean(pair.one == pair.two for pair in pairs),
        near=fmean(abs(each) <= NEAR + 1e-9 for each in off),
    )

"""The one place where marks are rounded."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

QUARTER = Decimal("0.25")
HUNDREDTH = Decimal("0.01")


def to_step(value: Fraction, step: Decimal) -> Decimal:
    """Round ``value`` marks half up to a multiple of ``step`` marks, exactly (no binary fractions on the way)."""
    ratio = value / Fraction(step)
    whole = (Decimal(ratio.numerator) / Decimal(ratio.denominator)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return whole * step


def settle(earned: Fraction, out_of: Decimal, *, step: Decimal = QUARTER, below_zero: bool = False) -> Decimal:
    """Round what one item earned to a multiple of ``step`` marks (a quarter), once, within 0 and ``out_of``.

    Full marks stay full even where ``out_of`` itself is off the grid. ``below_zero`` lets a deduction stand as the
    rule names it, in hundredths, down to -``out_of``; else nothing falls below 0.
    """
    if earned >= Fraction(out_of):
        return out_of
    if earned < 0:
        return max(-out_of, to_step(earned, HUNDREDTH)) if below_zero else Decimal(0)
    return min(out_of, to_step(earned, step))


def apportion(total: Decimal, weights: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """Share ``total`` marks among ``weights`` on the quarter-mark grid so that the shares add up to ``total``.

    Largest remainder (Hamilton) method; ties go to the earlier weight. A ``total`` off the grid leaves its
    rest with the last share. ``weights`` are positive and not empty.
    """
    whole = sum(weights, Decimal(0))
    units = int(total / QUARTER)
    ideal = [Fraction(units) * Fraction(weight) / Fraction(whole) for weight in weights]
    shares = [int(share) for share in ideal]
    by_remainder = sorted(range(len(weights)), key=lambda index: (shares[index] - ideal[index], index))
    for index in by_remainder[: units - sum(shares)]:
        shares[index] += 1
    marks = [share * QUARTER for share in shares]
    marks[-1] += total - units * QUARTER
    return tuple(marks)

"""Pure: one person's results: the overall mark, and marks by section and topic."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from exam.reports.ruling import STANDARD, Ruling

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Sum:
    """Marks earned of marks possible under one heading."""

    key: str
    earned: Decimal
    possible: Decimal

    @property
    def share(self) -> Decimal | None:
        """Between 0 and 1; None of nothing."""
        return self.earned / self.possible if self.possible else None


def on_hundred(marks: Decimal, total: Decimal) -> Decimal:
    """`marks` out of `total` on a scale of 100, to two places."""
    return (marks * 100 / total).quantize(Decimal("0.01"), ROUND_HALF_UP)


def overall(business: Decimal, practical: Decimal, rule: Ruling = STANDARD) -> Decimal:
    """个人总评 of two scores on a scale of 100, to two places; a paper that was missed counts as 0."""
    both = business * rule.business + practical * rule.practical
    return (both / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def sums(
    things: Iterable[Thing], key: Callable[[Thing], str], marks: Callable[[Thing], tuple[Decimal, Decimal]]
) -> list[Sum]:
    """Add up (earned, possible) of `things` under their keys, in the order in which the keys first come."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for thing in things:
        earned, possible = marks(thing)
        before = found.get(key(thing), (Decimal(0), Decimal(0)))
        found[key(thing)] = (before[0] + earned, before[1] + possible)
    return [Sum(name, *pair) for name, pair in found.items()]

"""Pure: the marks of one paper's parts → what the paper is worth: by section, floors and void items included."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from question_bank.rounding import QUARTER, to_step


@dataclass(frozen=True)
class Earned:
    """What one part of an item earned in which section (from 0). `void` items count for nobody."""

    section: int
    awarded: Decimal
    maximum: Decimal
    waiting: bool = False
    void: bool = False


@dataclass(frozen=True)
class Tally:
    """Marks of a whole paper, by section in the paper's order, and how many parts still wait for a person."""

    marks: Decimal
    total: Decimal
    waiting: int
    sections: tuple[Decimal, ...]


def tally(parts: Iterable[Earned]) -> Tally:
    """Add up one paper: a section never falls below 0, what was void is made up for by the rest in proportion."""
    found = list(parts)
    total = sum((each.maximum for each in found), Decimal(0))
    void = sum((each.maximum for each in found if each.void), Decimal(0))
    numbers = sorted({each.section for each in found})
    sections = tuple(
        max(Decimal(0), sum((each.awarded for each in found if each.section == number and not each.void), Decimal(0)))
        for number in numbers
    )
    marks = sum(sections, Decimal(0))
    if void:
        marks = to_step(Fraction(marks) * Fraction(total) / Fraction(total - void), QUARTER) if total > void else total
    return Tally(min(total, marks), total, sum(each.waiting and not each.void for each in found), sections)

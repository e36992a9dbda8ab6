"""Pure: the marks of one paper's parts → what the paper is worth: by section, floors and void items included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from question_bank.rounding import QUARTER, to_step


@dataclass(frozen=True)
class Earned:
    """What one part of an item earned in which section (from 0). `void` items count for nobody.

    `topic` is the code of its root topic, empty for what no topic is taught about.
    """

    section: int
    awarded: Decimal
    maximum: Decimal
    waiting: bool = False
    void: bool = False
    topic: str = ""


@dataclass(frozen=True)
class Tally:
    """Marks of a whole paper, by section in the paper's order, and how many parts still wait for a person.

    `topics` is by code what was earned of what, before floors and rounding.
    """

    marks: Decimal
    total: Decimal
    waiting: int
    sections: tuple[Decimal, ...]
    topics: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


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
    return Tally(
        min(total, marks), total, sum(each.waiting and not each.void for each in found), sections, _topics(found)
    )


def _topics(parts: Iterable[Earned]) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for each in parts:
        if each.topic and not each.void:
            earned, possible = found.get(each.topic, (Decimal(0), Decimal(0)))
            found[each.topic] = (earned + each.awarded, possible + each.maximum)
    return found

"""Pure: the marks of one paper's parts → what the paper is worth: by section, floors and void items included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from question_bank.rounding import QUARTER, to_step
from question_bank.scoring import Floor


@dataclass(frozen=True)
class Earned:
    """What one part of an item earned in which section (from 0). `void` items count for nobody.

    `topic` is the code of its root topic, empty for what no topic is taught about.
    `floor` is the lowest its section may come to: the section's own 0, or only the paper's.
    """

    section: int
    awarded: Decimal
    maximum: Decimal
    waiting: bool = False
    void: bool = False
    topic: str = ""
    floor: Floor = Floor.SECTION


@dataclass(frozen=True)
class Tally:
    """Marks of a whole paper, by section in the paper's order, and how many parts still wait for a person.

    `topics` is by code what was earned of what, before the floors of sections and rounding; none is below 0.
    A section whose deductions are told to end at the paper's 0 may stand below 0; the paper never does.
    """

    marks: Decimal
    total: Decimal
    waiting: int
    sections: tuple[Decimal, ...]
    topics: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


def tally(parts: Iterable[Earned], *, rounding: Decimal | None = None) -> Tally:
    """Add up one paper: what was void is made up for by the rest in proportion, then all is rounded.

    `rounding`: the paper is worth a multiple of it (0.5 or 1 mark), half up; None: as it adds up.
    """
    found = list(parts)
    total = sum((each.maximum for each in found), Decimal(0))
    void = sum((each.maximum for each in found if each.void), Decimal(0))
    numbers = sorted({each.section for each in found})
    sections = tuple(_section([each for each in found if each.section == number]) for number in numbers)
    marks = max(Decimal(0), sum(sections, Decimal(0)))
    if void:
        marks = to_step(Fraction(marks) * Fraction(total) / Fraction(total - void), QUARTER) if total > void else total
    if rounding:
        marks = to_step(Fraction(marks), rounding)
    waiting = sum(each.waiting and not each.void for each in found)
    return Tally(min(total, marks), total, waiting, sections, _topics(found))


def _section(parts: list[Earned]) -> Decimal:
    marks = sum((each.awarded for each in parts if not each.void), Decimal(0))
    return marks if any(each.floor is Floor.PAPER for each in parts) else max(Decimal(0), marks)


def _topics(parts: Iterable[Earned]) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for each in parts:
        if each.topic and not each.void:
            earned, possible = found.get(each.topic, (Decimal(0), Decimal(0)))
            found[each.topic] = (earned + each.awarded, possible + each.maximum)
    return {topic: (max(Decimal(0), earned), possible) for topic, (earned, possible) in found.items()}

"""Pure: what is wrong with a calendar, hard conflicts before soft costs."""

from datetime import datetime

from exam.tours.conflict import Conflict, ConflictKind
from exam.tours.hard_rules import hard_conflicts
from exam.tours.planned import Calendar
from exam.tours.soft_costs import soft_conflicts

__all__ = ["Conflict", "ConflictKind", "concerning", "conflicts", "cost", "hard_conflicts", "soft_conflicts"]


def conflicts(calendar: Calendar, *, at: datetime | None = None) -> tuple[Conflict, ...]:
    """Everything that forbids `calendar`, then everything that makes it worse than it could be.

    With `at`, what is placed before it lies in the past.
    """
    return hard_conflicts(calendar, at=at) + soft_conflicts(calendar)


def concerning(found: tuple[Conflict, ...], key: int) -> tuple[Conflict, ...]:
    """Those about one visit."""
    return tuple(each for each in found if key in each.placements)


def cost(calendar: Calendar) -> int:
    """Points of everything soft; the fewer the better."""
    return sum(each.cost for each in soft_conflicts(calendar))

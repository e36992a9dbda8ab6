"""Pure: what a drawn paper is, before it has wordings."""

from dataclasses import dataclass

from question_bank.drawable import Drawable


@dataclass(frozen=True, slots=True)
class DrawnItem:
    """One question in one section (an index into the plan's sections)."""

    section: int
    question: Drawable


@dataclass(frozen=True, slots=True)
class DrawnPaper:
    """The drawn items of one paper in the order in which they stand, section by section."""

    items: tuple[DrawnItem, ...]

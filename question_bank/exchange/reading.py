"""What a file held, item by item, whatever its format; nothing of it is dropped silently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from question_bank.drafts import Draft
    from question_bank.errors import Problem
    from question_bank.pictures import Picture


class LeftOut(NamedTuple):
    """A question a format cannot hold, and why."""

    code: str
    reason: Problem


@dataclass(frozen=True)
class Fault:
    """One thing that could not be read: in which column (or field), what was found there, and why it does not do."""

    column: str
    found: str
    reason: Problem


@dataclass(frozen=True)
class Item:
    """One question of a file. ``line`` counts from 1 as an editor or a spreadsheet shows it.

    Either ``draft`` is set or ``faults`` say why not. ``unsupported`` marks what the format cannot bring here at all.
    ``raw`` is what stood in the file, for writing it back: an object of JSON, the cells of a row, the text itself.
    ``cautions`` say what an accepted question lost on the way in (warnings all): a colour, a weight, feedback.
    """

    name: str
    line: int
    raw: object
    draft: Draft | None = None
    faults: tuple[Fault, ...] = ()
    unsupported: bool = False
    sheet: str = ""
    cautions: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class FileReading:
    """Everything a file held, in its order. ``format`` is the short name of the format.

    ``pictures`` are those its texts name; they are to be kept before the drafts are written.
    """

    format: str
    items: tuple[Item, ...]
    pictures: tuple[Picture, ...] = ()

    @property
    def drafts(self) -> list[Draft]:
        """Return the drafts that could be read."""
        return [item.draft for item in self.items if item.draft is not None]

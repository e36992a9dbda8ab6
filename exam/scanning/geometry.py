"""Pure: what stands on an answer sheet and where. Millimetres from the upper left corner of the page, downwards."""

import hashlib
import json
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from question_bank.kinds.base import Frozen

BUBBLE_WIDTH, BUBBLE_HEIGHT = 5.2, 3.0
PITCH_ACROSS, PITCH_DOWN = 8.2, 6.6
CLEAR = 3.0
"""White around every bubble, and between bubbles."""


class Size(StrEnum):
    """Paper: A4 upright, or A3 lying with two columns."""

    A4 = "A4"
    A3 = "A3"


class Role(StrEnum):
    """What the filled bubbles of a row say: an answer, a digit of the 考号, that nobody came; examples say nothing."""

    ANSWER = "answer"
    DIGIT = "digit"
    ABSENT = "absent"
    EXAMPLE = "example"


class Marker(Frozen):
    """An ArUco marker by its id in DICT_4X4_50; (x, y) is its upper left corner."""

    id: int
    x: float
    y: float
    side: float


class Square(Frozen):
    """The QR code without its quiet zone."""

    x: float
    y: float
    side: float


class Bubble(Frozen):
    """One bubble around its centre (x, y); `label` is the letter in it: an option of the question, √ ×, a digit."""

    label: str
    x: float
    y: float


class BubbleRow(Frozen):
    """Bubbles that are decided together; at most `most` of them may be filled.

    `question` is the number printed on paper, `part` the sub-question of a case. `row` is the place of an ordering or
    the left label of a matching (1, 2, 3 …), for the 考号 the place of the digit from the left.
    """

    role: Role
    bubbles: tuple[Bubble, ...]
    most: int = 1
    question: int = 0
    part: str = ""
    row: str = ""


class WrittenBox(Frozen):
    """Where a written answer stands. `field`: the box of a diagnosis; `piece` counts the boxes of one answer from 1."""

    question: int
    x: float
    y: float
    width: float
    height: float
    part: str = ""
    field: str = ""
    piece: int = 1


class Rule(Frozen):
    """A straight line; `weight` in points, `grey` from 0 black to 1 white."""

    x0: float
    y0: float
    x1: float
    y1: float
    weight: float = 0.5
    grey: float = 0.0


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Words(Frozen):
    """Printed text on the baseline y; `size` in points."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    align: Align = Align.LEFT
    grey: float = 0.0


class Slot(Frozen):
    """Where something that differs from sheet to sheet is printed, on the baseline y: what `name` names.

    Set smaller, if need be, to stay within `width`.
    """

    name: str
    x: float
    y: float
    width: float
    size: float
    bold: bool = False
    align: Align = Align.LEFT


class Ink(Frozen):
    """Everything on some part of a page."""

    rows: tuple[BubbleRow, ...] = ()
    boxes: tuple[WrittenBox, ...] = ()
    rules: tuple[Rule, ...] = ()
    words: tuple[Words, ...] = ()
    slots: tuple[Slot, ...] = ()

    def __add__(self, other: "Ink") -> "Ink":
        return Ink(
            rows=self.rows + other.rows,
            boxes=self.boxes + other.boxes,
            rules=self.rules + other.rules,
            words=self.words + other.words,
            slots=self.slots + other.slots,
        )

    def moved(self, right: float, down: float) -> "Ink":
        """The same elsewhere, to a hundredth of a millimetre."""
        return Ink(
            rows=tuple(
                _changed(row, bubbles=tuple(_moved(each, right, down) for each in row.bubbles)) for row in self.rows
            ),
            boxes=tuple(_moved(each, right, down) for each in self.boxes),
            rules=tuple(
                _changed(
                    each,
                    x0=round(each.x0 + right, 2),
                    y0=round(each.y0 + down, 2),
                    x1=round(each.x1 + right, 2),
                    y1=round(each.y1 + down, 2),
                )
                for each in self.rules
            ),
            words=tuple(_moved(each, right, down) for each in self.words),
            slots=tuple(_moved(each, right, down) for each in self.slots),
        )


Thing = TypeVar("Thing", bound=Frozen)
Placed = TypeVar("Placed", Bubble, WrittenBox, Words, Slot)


def _changed(thing: Thing, **values: Any) -> Thing:
    """A copy with other values, checked again: in a tenth of the time that pydantic's own copying takes."""
    return type(thing)(**{**thing.__dict__, **values})


def _moved(thing: Placed, right: float, down: float) -> Placed:
    return _changed(thing, x=round(thing.x + right, 2), y=round(thing.y + down, 2))


class SheetPage(Frozen):
    """One side of paper."""

    number: int
    markers: tuple[Marker, ...]
    code: Square
    ink: Ink


class SheetLayout(Frozen):
    """A whole answer sheet, as it is drawn and as it is read back. `version` is that of the rules which laid it out."""

    version: int
    size: Size
    width: float
    height: float
    bubble_width: float
    bubble_height: float
    pages: tuple[SheetPage, ...]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the layout as JSON: sheets of one digest are drawn and read alike."""
        plain = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()

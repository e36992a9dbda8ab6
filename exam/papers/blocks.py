"""One question as blocks of a printed page: a flowable per kind."""

import itertools
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from exam.papers.transcript import Pictures, SheetItem, written_marks
from exam.printing import fonts
from exam.printing.document import PAPER
from exam.printing.layout import Block, Row, Stroke, Text, beside, paragraph, rich_paragraph, ruled
from question_bank.enums import Kind
from question_bank.kinds import PublicView
from question_bank.kinds.views import Labelled
from question_bank.richtext import PICTURE, plain

ROOM = PAPER.width
SIZE, LEADING = 10.5, 17.0
INDENT = 2 * SIZE
"""Options, material and answer lines stand two characters in."""
WRITING = 23.0
"""Height of a line to write on."""
BRACKET = "（　　）"
EMPTY = re.compile(r"[（(][\s　]+[）)]")
BLANK = "_" * 12
WORKING_LINES = 3
BETWEEN = 4.0
"""Space above a question."""


def item_blocks(item: SheetItem) -> list[Block]:
    """All of one question; each block stays on one page where a page holds it."""
    place = Place(f"{item.number}．", item.marks, item.pictures)
    return _LAYOUTS[item.view.kind](item.view, place)


class Place(NamedTuple):
    """Where a question stands: its number as printed, its marks there, and the pictures its texts name."""

    head: str
    marks: Decimal
    pictures: Pictures


def _stem(place: Place, text: str) -> tuple[Row, ...]:
    whole = place.head + text
    return rich_paragraph(
        whole, place.pictures, x=0.0, room=ROOM, size=SIZE, leading=LEADING, hanging=_hang(place.head)
    )


def _worth(view: PublicView, place: Place) -> str:
    return f"{view.stem}（{written_marks(place.marks)}分）"


def _hang(head: str) -> float:
    return fonts.width(head, fonts.BODY, SIZE)


def _with_bracket(text: str) -> str:
    """A choice ends with brackets for its letters, unless its author has put them in the text."""
    widened = EMPTY.sub(BRACKET, text)
    return widened if BRACKET in widened else f"{text}{BRACKET}"


def columns_for(texts: Sequence[str], room: float) -> int:
    """On how many columns options stand: all in a row, two by two, or one a line, as the longest allows."""
    if any(PICTURE.search(text) for text in texts):
        return 1
    longest = max(fonts.width(plain(text), fonts.BODY, SIZE) for text in texts)
    for columns in (len(texts), 2):
        if columns <= 5 and longest <= room / columns - SIZE:
            return columns
    return 1


def _options(options: Sequence[Labelled], pictures: Pictures) -> tuple[Row, ...]:
    x, room = INDENT, ROOM - INDENT
    texts = [f"{option.label}．{option.text}" for option in options]
    columns = columns_for(texts, room)
    step = room / columns
    rows: list[Row] = []
    for start in range(0, len(texts), columns):
        cells = [
            rich_paragraph(
                text,
                pictures,
                x=x + place * step,
                room=step if columns == 1 else step + SIZE,
                size=SIZE,
                leading=LEADING,
                hanging=_hang("A．"),
            )
            for place, text in enumerate(texts[start : start + columns])
        ]
        rows += beside(*cells)
    return tuple(rows)


def _choice(view: PublicView, place: Place) -> list[Block]:
    rows = _stem(place, _with_bracket(view.stem)) + _options(view.options, place.pictures)
    return [Block(rows, before=BETWEEN)]


def _true_false(view: PublicView, place: Place) -> list[Block]:
    return [Block(_stem(place, _with_bracket(view.stem)), before=BETWEEN)]


def _fill_blank(view: PublicView, place: Place) -> list[Block]:
    return [Block(_stem(place, BLANK.join(view.segments)), before=BETWEEN)]


def _numeric(view: PublicView, place: Place) -> list[Block]:
    unit = f"（单位：{view.unit}）" if view.unit else ""
    rows = _stem(place, _worth(view, place))
    working = (Row(WORKING_LINES * LEADING),)
    return [Block(rows + working + _answer_line(f"答：{BLANK * 2}{unit}"), before=BETWEEN)]


def _answer_line(text: str) -> tuple[Row, ...]:
    return paragraph(text, x=INDENT, room=ROOM - INDENT, size=SIZE, leading=WRITING)


def _ordering(view: PublicView, place: Place) -> list[Block]:
    rows = _stem(place, _worth(view, place))
    rows += _options(view.options, place.pictures)
    rows += _answer_line("答：" + " → ".join([BLANK[:7]] * len(view.options)))
    return [Block(rows, before=BETWEEN)]


def _matching(view: PublicView, place: Place) -> list[Block]:
    step = (ROOM - INDENT) / 2
    left = _column(view.left, place.pictures, x=INDENT, room=step - INDENT)
    right = _column(view.right, place.pictures, x=INDENT + step, room=step)
    rows = _stem(place, _worth(view, place)) + beside(left, right)
    rows += _answer_line("答：" + "　".join(f"{row.label} —（　　）" for row in view.left))
    return [Block(rows, before=BETWEEN)]


def _column(entries: Sequence[Labelled], pictures: Pictures, *, x: float, room: float) -> tuple[Row, ...]:
    return tuple(
        row
        for entry in entries
        for row in rich_paragraph(
            f"{entry.label}．{entry.text}", pictures, x=x, room=room, size=SIZE, leading=LEADING, hanging=_hang("1．")
        )
    )


def writing_lines(marks: Decimal) -> int:
    """Lines for a written answer: about one for each mark, from four to sixteen."""
    return max(4, min(16, int(marks) * 4 // 5))


def _short_answer(view: PublicView, place: Place) -> list[Block]:
    rows = _stem(place, _worth(view, place))
    if view.fields:
        return [Block(rows, before=BETWEEN, with_next=True), *_fields(view.fields, place.marks)]
    return [Block(rows + _written(writing_lines(place.marks)), before=BETWEEN)]


def _written(count: int) -> tuple[Row, ...]:
    return ruled(count, x=INDENT, room=ROOM - INDENT, leading=WRITING)


def _fields(fields: Sequence[Labelled], marks: Decimal) -> list[Block]:
    """The boxes of a diagnosis: heading on the left, lines to write on; each box on one page."""
    count = max(2, writing_lines(marks) // len(fields))
    heading = 92.0
    blocks = []
    for number, entry in enumerate(fields, 1):
        room = ROOM - INDENT - heading
        lines = _written_box(1 if entry.label == "department" else count, x=INDENT + heading, room=room)
        height = sum(row.height for row in lines)
        label = Text(INDENT + 6, height / 2 + 4, f"{number}．{entry.text}", fonts.BODY, 9.5)
        box = (*_box(INDENT, ROOM, height), Stroke(INDENT + heading, 0, INDENT + heading, height, 0.6))
        first = Row(lines[0].height, (*box, label, *lines[0].marks))
        blocks.append(Block((first, *lines[1:]), before=0.0))
    return blocks


def _written_box(count: int, *, x: float, room: float) -> tuple[Row, ...]:
    inner = ruled(1, x=x + 6, room=room - 12, leading=WRITING)
    return (*inner * (count - 1), Row(WRITING)) if count > 1 else (Row(WRITING + 3),)


def _box(x0: float, x1: float, height: float) -> tuple[Stroke, ...]:
    corners = ((x0, 0.0), (x1, 0.0), (x1, height), (x0, height), (x0, 0.0))
    return tuple(Stroke(*one, *other, 0.6) for one, other in itertools.pairwise(corners))


def _case(view: PublicView, place: Place) -> list[Block]:
    """The material, then one block for each sub-question."""
    head = f"{place.head}（{written_marks(place.marks)}分）"
    rows = list(paragraph(head, x=0, room=ROOM, size=SIZE, leading=LEADING))
    for text in view.stem.split("\n"):
        rows += rich_paragraph(
            text, place.pictures, x=INDENT, room=ROOM - INDENT, size=SIZE, leading=LEADING, first=2 * SIZE
        )
    blocks = [Block(tuple(rows), before=BETWEEN, with_next=True)]
    for part in view.parts:
        blocks += _LAYOUTS[part.view.kind](part.view, Place(f"（{part.label}）", part.marks, place.pictures))
    return blocks


_LAYOUTS: dict[Kind, Callable[[PublicView, Place], list[Block]]] = {
    Kind.SINGLE_CHOICE: _choice,
    Kind.MULTIPLE_CHOICE: _choice,
    Kind.TRUE_FALSE: _true_false,
    Kind.FILL_BLANK: _fill_blank,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.CASE: _case,
}

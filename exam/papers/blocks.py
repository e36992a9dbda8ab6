"""One question as blocks of a printed page: a flowable per kind."""

import itertools
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from exam.papers.transcript import Pictures, SheetItem, written_marks
from exam.printing import fonts
from exam.printing.edition import STANDARD, Edition
from exam.printing.layout import Block, Row, Stroke, Text, beside, paragraph, rich_paragraph, ruled
from question_bank.enums import Kind
from question_bank.kinds import PublicView
from question_bank.kinds.views import Labelled
from question_bank.richtext import PICTURE, plain

BRACKET = "（　　）"
EMPTY = re.compile(r"[（(][\s　]+[）)]")
BLANK = "_" * 12
WORKING_LINES = 3
BETWEEN = 4.0
"""Space above a question."""


def item_blocks(item: SheetItem, edition: Edition = STANDARD) -> list[Block]:
    """All of one question; each block stays on one page where a page holds it."""
    place = Place(f"{item.number}．", item.marks, item.pictures, edition)
    return _LAYOUTS[item.view.kind](item.view, place)


class Place(NamedTuple):
    """Where a question stands: its number as printed, its marks there, the pictures its texts name, the edition."""

    head: str
    marks: Decimal
    pictures: Pictures
    edition: Edition

    def running(self, text: str, *, x: float, room: float, **setting: float) -> tuple[Row, ...]:
        """Rows of a text in the size of the edition."""
        size, leading = self.edition.text, self.edition.leading
        return rich_paragraph(text, self.pictures, x=x, room=room, size=size, leading=leading, **setting)

    def hang(self, head: str) -> float:
        """How far the lines below a number or a letter stand in."""
        return fonts.width(head, fonts.BODY, self.edition.text)


def _stem(place: Place, text: str) -> tuple[Row, ...]:
    return place.running(place.head + text, x=0.0, room=place.edition.room, hanging=place.hang(place.head))


def _worth(view: PublicView, place: Place) -> str:
    return f"{view.stem}（{written_marks(place.marks)}分）"


def _with_bracket(text: str) -> str:
    """A choice ends with brackets for its letters, unless its author has put them in the text."""
    widened = EMPTY.sub(BRACKET, text)
    return widened if BRACKET in widened else f"{text}{BRACKET}"


def columns_for(texts: Sequence[str], room: float, size: float = STANDARD.text) -> int:
    """On how many columns options stand: all in a row, two by two, or one a line, as the longest allows."""
    if any(PICTURE.search(text) for text in texts):
        return 1
    longest = max(fonts.width(plain(text), fonts.BODY, size) for text in texts)
    for columns in (len(texts), 2):
        if columns <= 5 and longest <= room / columns - size:
            return columns
    return 1


def _options(options: Sequence[Labelled], place: Place) -> tuple[Row, ...]:
    x, size = place.edition.indent, place.edition.text
    room = place.edition.room - x
    texts = [f"{option.label}．{option.text}" for option in options]
    columns = columns_for(texts, room, size)
    step = room / columns
    wide = step if columns == 1 else step + size
    rows: list[Row] = []
    for start in range(0, len(texts), columns):
        cells = [
            place.running(text, x=x + number * step, room=wide, hanging=place.hang("A．"))
            for number, text in enumerate(texts[start : start + columns])
        ]
        rows += beside(*cells)
    return tuple(rows)


def _choice(view: PublicView, place: Place) -> list[Block]:
    rows = _stem(place, _with_bracket(view.stem)) + _options(view.options, place)
    return [Block(rows, before=BETWEEN)]


def _true_false(view: PublicView, place: Place) -> list[Block]:
    return [Block(_stem(place, _with_bracket(view.stem)), before=BETWEEN)]


def _fill_blank(view: PublicView, place: Place) -> list[Block]:
    return [Block(_stem(place, BLANK.join(view.segments)), before=BETWEEN)]


def _numeric(view: PublicView, place: Place) -> list[Block]:
    unit = f"（单位：{view.unit}）" if view.unit else ""
    rows = _stem(place, _worth(view, place))
    working = (Row(WORKING_LINES * place.edition.leading),)
    return [Block(rows + working + _answer_line(place, f"答：{BLANK * 2}{unit}"), before=BETWEEN)]


def _answer_line(place: Place, text: str) -> tuple[Row, ...]:
    edition = place.edition
    room = edition.room - edition.indent
    return paragraph(text, x=edition.indent, room=room, size=edition.text, leading=edition.writing)


def _ordering(view: PublicView, place: Place) -> list[Block]:
    rows = _stem(place, _worth(view, place))
    rows += _options(view.options, place)
    rows += _answer_line(place, "答：" + " → ".join([BLANK[:7]] * len(view.options)))
    return [Block(rows, before=BETWEEN)]


def _matching(view: PublicView, place: Place) -> list[Block]:
    indent = place.edition.indent
    step = (place.edition.room - indent) / 2
    left = _column(view.left, place, x=indent, room=step - indent)
    right = _column(view.right, place, x=indent + step, room=step)
    rows = _stem(place, _worth(view, place)) + beside(left, right)
    rows += _answer_line(place, "答：" + "　".join(f"{row.label} —（　　）" for row in view.left))
    return [Block(rows, before=BETWEEN)]


def _column(entries: Sequence[Labelled], place: Place, *, x: float, room: float) -> tuple[Row, ...]:
    return tuple(
        row
        for entry in entries
        for row in place.running(f"{entry.label}．{entry.text}", x=x, room=room, hanging=place.hang("1．"))
    )


def writing_lines(marks: Decimal) -> int:
    """Lines for a written answer: about one for each mark, from four to sixteen."""
    return max(4, min(16, int(marks) * 4 // 5))


def _short_answer(view: PublicView, place: Place) -> list[Block]:
    rows = _stem(place, _worth(view, place))
    if view.fields:
        return [Block(rows, before=BETWEEN, with_next=True), *_fields(view.fields, place)]
    return [Block(rows + _written(place, writing_lines(place.marks)), before=BETWEEN)]


def _written(place: Place, count: int) -> tuple[Row, ...]:
    edition = place.edition
    return ruled(count, x=edition.indent, room=edition.room - edition.indent, leading=edition.writing)


def _fields(fields: Sequence[Labelled], place: Place) -> list[Block]:
    """The boxes of a diagnosis: heading on the left, lines to write on; each box on one page."""
    edition = place.edition
    count = max(2, writing_lines(place.marks) // len(fields))
    size = edition.text - 1
    begin = edition.indent
    heading = max(fonts.width(f"{number}．{entry.text}", fonts.BODY, size) for number, entry in enumerate(fields, 1))
    inner = begin + heading + 12
    blocks = []
    for number, entry in enumerate(fields, 1):
        lines = _written_box(1 if entry.label == "department" else count, place, x=inner)
        height = sum(row.height for row in lines)
        label = Text(begin + 6, height / 2 + 4, f"{number}．{entry.text}", fonts.BODY, size)
        box = (*_box(begin, edition.room, height), Stroke(inner, 0, inner, height, 0.6))
        first = Row(lines[0].height, (*box, label, *lines[0].marks))
        blocks.append(Block((first, *lines[1:]), before=0.0))
    return blocks


def _written_box(count: int, place: Place, *, x: float) -> tuple[Row, ...]:
    high = place.edition.writing
    inner = ruled(1, x=x + 6, room=place.edition.room - x - 12, leading=high)
    return (*inner * (count - 1), Row(high)) if count > 1 else (Row(high + 3),)


def _box(x0: float, x1: float, height: float) -> tuple[Stroke, ...]:
    corners = ((x0, 0.0), (x1, 0.0), (x1, height), (x0, height), (x0, 0.0))
    return tuple(Stroke(*one, *other, 0.6) for one, other in itertools.pairwise(corners))


def _case(view: PublicView, place: Place) -> list[Block]:
    """The material, then one block for each sub-question."""
    edition = place.edition
    indent = edition.indent
    rows = list(place.running(f"{place.head}（{written_marks(place.marks)}分）", x=0, room=edition.room))
    for text in view.stem.split("\n"):
        rows += place.running(text, x=indent, room=edition.room - indent, first=indent)
    blocks = [Block(tuple(rows), before=BETWEEN, with_next=True)]
    for part in view.parts:
        inner = place._replace(head=f"（{part.label}）", marks=part.marks)
        blocks += _LAYOUTS[part.view.kind](part.view, inner)
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

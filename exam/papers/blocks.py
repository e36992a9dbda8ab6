"""One question as blocks of a printed page: a flowable per kind."""

import itertools
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from exam.papers.transcript import Pictures, SheetItem, written_marks
from exam.printing import fonts
from exam.printing.edition import STANDARD, Edition
from exam.printing.layout import Block, Row, Stroke, Text, beside, end_of, paragraph, rich_paragraph, ruled
from exam.printing.wrapping import OPENING
from question_bank.enums import Kind
from question_bank.kinds import PublicView
from question_bank.kinds.views import Labelled
from question_bank.richtext import PICTURE, plain

BRACKET = "（　　）"
EMPTY = re.compile(r"[（(][\s　]+[）)]")
COUNTED = re.compile(r"[个只件家户人名次天日周月年元万亿亩米吨度级%％‰倍条项]")
"""What follows a blank that holds a number."""
NUMBER_BLANK, WORD_BLANK, ANSWER_BLANK = "_" * 10, "_" * 18, "_" * 30
"""Rules to write on, two underscores an em; how long the answer is they do not tell."""
CORRECTION = f"改正：{'_' * 44}"
"""Below a statement that is to be put right where it is wrong."""
WORKING_LINES = 4
BETWEEN = 4.0
"""Space above a question."""


def item_blocks(item: SheetItem, edition: Edition = STANDARD) -> list[Block]:
    """All of one question; each block stays on one page where a page holds it."""
    place = Place(f"{item.number}．", item.marks, item.pictures, edition)
    return _LAYOUTS[item.view.kind](item.view, place)


class Place(NamedTuple):
    """Where a question stands: its number as printed, its marks there, the pictures its texts name, the edition.

    `part`: it is a sub-question, whose marks no heading tells.
    """

    head: str
    marks: Decimal
    pictures: Pictures
    edition: Edition
    part: bool = False

    @property
    def inset(self) -> float:
        """Where its text begins, below which its options stand."""
        return max(self.edition.indent, fonts.width(self.head, fonts.BODY, self.edition.text))

    def running(self, text: str, *, x: float, room: float, **setting: float | str) -> tuple[Row, ...]:
        """Rows of a text in the size of the edition."""
        size, leading = self.edition.text, self.edition.leading
        return rich_paragraph(text, self.pictures, x=x, room=room, size=size, leading=leading, **setting)

    def labelled(self, entry: Labelled, *, x: float, room: float) -> tuple[Row, ...]:
        """A．text, its lines standing in below the text."""
        head = f"{entry.label}．"
        return self.headed(head, entry.text, x=x, hang=fonts.width(head, fonts.BODY, self.edition.text), room=room)

    def headed(self, head: str, text: str, *, x: float, hang: float, room: float) -> tuple[Row, ...]:
        """`head` at `x`, the text beside it `hang` further right; `room` for both.

        The empty half of an opening mark does not add to that behind the ．of the head.
        """
        size = self.edition.text
        closer = -size / 2 if text[:1] in OPENING and text else 0.0
        rows = self.running(text, x=x + hang, room=room - hang, first=closer) or (Row(self.edition.leading),)
        label = Text(x, (self.edition.leading + size * 0.72) / 2, head, fonts.BODY, size)
        return (Row(rows[0].height, (label, *rows[0].marks)), *rows[1:])


def _stem(place: Place, text: str) -> tuple[Row, ...]:
    return place.headed(place.head, text, x=0.0, hang=place.inset, room=place.edition.room)


def _worth(view: PublicView, place: Place) -> str:
    return f"{view.stem}（{written_marks(place.marks)}分）"


def _bracketed(place: Place, text: str) -> tuple[Row, ...]:
    """A stem with brackets for its letter or its √: where its author has put them, else at the right edge."""
    if place.part:
        text = f"{text}（{written_marks(place.marks)}分）"
    widened = EMPTY.sub(BRACKET, text)
    if BRACKET in widened:
        return _stem(place, widened)
    rows = _stem(place, text)
    edition = place.edition
    begin = edition.room - fonts.width(BRACKET, fonts.BODY, edition.text)
    down = (edition.leading + edition.text * 0.72) / 2
    bracket = Text(begin, down, BRACKET, fonts.BODY, edition.text)
    last = rows[-1]
    if last.height > edition.leading or end_of(last) > begin:
        return (*rows, Row(edition.leading, (bracket,)))
    return (*rows[:-1], Row(last.height, (*last.marks, bracket)))


def columns_for(texts: Sequence[str], room: float, size: float = STANDARD.text) -> int:
    """On how many columns options stand: all in a row, some in a row, or one a line, as the longest allows."""
    if any(PICTURE.search(text) for text in texts):
        return 1
    longest = max(fonts.width(plain(text), fonts.BODY, size) for text in texts)
    for columns in (len(texts), 3 if len(texts) > 4 else 2, 2):
        if columns <= 5 and longest <= room / columns - size:
            return columns
    return 1


def _options(options: Sequence[Labelled], place: Place) -> tuple[Row, ...]:
    x, size = place.inset, place.edition.text
    room = place.edition.room - x
    columns = columns_for([f"{option.label}．{option.text}" for option in options], room, size)
    step = room / columns
    wide = step if columns == 1 else step + size
    rows: list[Row] = []
    for start in range(0, len(options), columns):
        shown = options[start : start + columns]
        cells = [place.labelled(option, x=x + number * step, room=wide) for number, option in enumerate(shown)]
        rows += beside(*cells)
    return tuple(rows)


def _choice(view: PublicView, place: Place) -> list[Block]:
    rows = _bracketed(place, view.stem) + _options(view.options, place)
    return [Block(rows, before=BETWEEN)]


def _true_false(view: PublicView, place: Place) -> list[Block]:
    rows = _bracketed(place, view.stem)
    if view.corrects:
        rows += _answer_line(place, CORRECTION)
    return [Block(rows, before=BETWEEN)]


def _fill_blank(view: PublicView, place: Place) -> list[Block]:
    worth = f"（{written_marks(place.marks)}分）" if place.part else ""
    return [Block(_stem(place, with_blanks(view.segments) + worth), before=BETWEEN)]


def with_blanks(segments: Sequence[str]) -> str:
    """The stem with a rule for each blank, shorter where a number is asked for: before a unit, after 第 or 百分之."""
    text = segments[0]
    for segment in segments[1:]:
        number = COUNTED.match(segment) or text.endswith(("第", "百分之"))
        text += (NUMBER_BLANK if number else WORD_BLANK) + segment
    return text


def _numeric(view: PublicView, place: Place) -> list[Block]:
    unit = f"（单位：{view.unit}）" if view.unit else ""
    rows = _stem(place, _worth(view, place))
    working = (Row(WORKING_LINES * place.edition.leading),)
    return [Block(rows + working + _answer_line(place, f"答：{ANSWER_BLANK}{unit}"), before=BETWEEN)]


def _answer_line(place: Place, text: str) -> tuple[Row, ...]:
    edition = place.edition
    room = edition.room - place.inset
    return paragraph(text, x=place.inset, room=room, size=edition.text, leading=edition.writing)


def _ordering(view: PublicView, place: Place) -> list[Block]:
    rows = _stem(place, _worth(view, place))
    rows += _options(view.options, place)
    rows += _answer_line(place, "正确的顺序：" + "→".join([BRACKET] * len(view.options)))
    return [Block(rows, before=BETWEEN)]


def _matching(view: PublicView, place: Place) -> list[Block]:
    x = place.inset
    gap = 2 * place.edition.text
    step = (place.edition.room - x + gap) / 2
    left = _column(view.left, place, x=x, room=step - gap)
    right = _column(view.right, place, x=x + step, room=step - gap)
    rows = _stem(place, _worth(view, place)) + beside(left, right)
    rows += _answer_line(place, "答：" + "　".join(f"{row.label}—{BRACKET}" for row in view.left))
    return [Block(rows, before=BETWEEN)]


def _column(entries: Sequence[Labelled], place: Place, *, x: float, room: float) -> tuple[Row, ...]:
    return tuple(row for entry in entries for row in place.labelled(entry, x=x, room=room))


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
    return ruled(count, x=place.inset, room=edition.room - place.inset, leading=edition.writing)


def _fields(fields: Sequence[Labelled], place: Place) -> list[Block]:
    """The boxes of a diagnosis: heading on the left, lines to write on; each box on one page."""
    edition = place.edition
    count = max(3, writing_lines(place.marks) // len(fields))
    size = edition.text - 1
    begin = place.inset
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
    """The material in 楷体, then one block for each sub-question."""
    edition = place.edition
    x = place.inset
    rows = list(_stem(place, f"阅读下列材料，回答问题。（{written_marks(place.marks)}分）"))
    for text in view.stem.split("\n"):
        rows += place.running(text, x=x, room=edition.room - x, first=edition.indent, font=fonts.KAI)
    blocks = [Block(tuple(rows), before=BETWEEN, with_next=True)]
    for part in view.parts:
        inner = place._replace(head=f"（{part.label}）", marks=part.marks, part=True)
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

"""评卷表 of one paper: what is marked by hand, point by point, with room for the marks given. It names no candidate."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from exam.papers.transcript import Sheet, written_marks
from exam.printing import fonts
from exam.printing.edition import PLAIN
from exam.printing.fitting import centred
from exam.printing.layout import Block, Mark, Row, Stroke, Text, paragraph
from question_bank.enums import Kind
from question_bank.kinds import KeyView
from question_bank.richtext import plain
from question_bank.rounding import HUNDREDTH

ROOM = PLAIN.width
COLUMNS = (("题号", 0.1), ("采分点（参考答案）", 0.66), ("分值", 0.1), ("得分", 0.14))
"""Headings with their shares of the width."""
SIZE, LEADING, PAD = 9.5, 14.0, 4.0
BY_HAND = frozenset({Kind.FILL_BLANK, Kind.NUMERIC, Kind.SHORT_ANSWER})
"""Kinds that no machine reads off an answer sheet."""


class Point(NamedTuple):
    """One line to be marked."""

    text: str
    marks: Decimal


class Marked(NamedTuple):
    """One question or sub-question marked by hand; `summed` where its points are added up on a line of their own."""

    label: str
    points: tuple[Point, ...]
    marks: Decimal
    summed: bool


def marking_blocks(sheet: Sheet) -> list[Block]:
    """The whole table, from the title to the signatures; the sheet must have been read with its key."""
    marked = list(marked_by_hand(sheet))
    title = (
        _middle(sheet.heading, 10, 16),
        _middle(f"{sheet.title}　评卷表", 15, 26, fonts.HEAD),
        *paragraph(
            f"试卷编号：{sheet.code}　　只列人工评阅的题目，选择、判断、排序、匹配题由答题卡读取。",
            x=0,
            room=ROOM,
            size=SIZE,
            leading=18,
        ),
    )
    if not marked:
        words = paragraph("本卷没有需要人工评阅的题目。", x=0, room=ROOM, size=SIZE, leading=18)
        return [Block(title), Block(words, before=8)]
    head = _cells([heading for heading, _ in COLUMNS], bold=True)
    blocks = [Block(title), Block(head, before=4, with_next=True)]
    blocks += [Block(_question(each)) for each in marked]
    total = sum((each.marks for each in marked), Decimal(0))
    blocks.append(Block(_cells(["", "合　计", written_marks(total), ""], bold=True)))
    names = "评卷员（签名）：______________　　复核员（签名）：______________　　日期：____________"
    return [*blocks, Block(paragraph(names, x=0, room=ROOM, size=10, leading=20), before=12)]


def marked_by_hand(sheet: Sheet) -> Iterator[Marked]:
    """The questions of a paper that people mark, in their order. Raises ValueError where the key is missing."""
    for section in sheet.sections:
        for item in section.items:
            if item.key is None:
                raise ValueError("the sheet was read without its key")
            yield from _marked(item.key, f"{item.number}", item.marks)


def _marked(key: KeyView, label: str, marks: Decimal) -> Iterator[Marked]:
    if key.kind is Kind.CASE:
        for part in key.parts:
            yield from _marked(part.key, f"{label}({part.label})", part.marks)
    elif key.kind in BY_HAND:
        points = tuple(_points(key, marks))
        yield Marked(label, points, marks, summed=len(points) > 1 and key.kind is Kind.SHORT_ANSWER)


def _points(key: KeyView, marks: Decimal) -> Iterator[Point]:
    whole = sum((point.marks for point in key.points), Decimal(0))
    if whole:
        for point in key.points:
            yield Point(point.point, (point.marks * marks / whole).quantize(HUNDREDTH))
    elif key.kind is Kind.FILL_BLANK and len(key.accepted) > 1:
        for number, forms in enumerate(key.accepted, 1):
            yield Point(f"（{number}）{'／'.join(forms)}", (marks / len(key.accepted)).quantize(HUNDREDTH))
    else:
        yield Point(key.answer or "由主持人按表述的清晰、完整程度评分。", marks)


def _question(marked: Marked) -> tuple[Row, ...]:
    rows: list[Row] = []
    for number, point in enumerate(marked.points):
        first = number == 0
        rows += _cells([marked.label if first else "", plain(point.text), written_marks(point.marks), ""], bold=False)
    if marked.summed:
        rows += _cells(["", f"第{marked.label}题小计", written_marks(marked.marks), ""], bold=False, grey=True)
    return tuple(rows)


def _cells(texts: list[str], *, bold: bool, grey: bool = False) -> tuple[Row, ...]:
    """One row of the table, as high as its longest text."""
    font = fonts.HEAD if bold else fonts.BODY
    marks: list[Mark] = []
    left, height = 0.0, LEADING + 2 * PAD
    spans = []
    for (_, share), text in zip(COLUMNS, texts, strict=True):
        room = share * ROOM
        rows = paragraph(text, x=left + PAD, room=room - 2 * PAD, size=SIZE, leading=LEADING, font=font) if text else ()
        height = max(height, len(rows) * LEADING + 2 * PAD)
        spans.append((left, room, rows))
        left += room
    for place, (x, room, rows) in enumerate(spans):
        marks.append(Stroke(x, 0, x, height, 0.5))
        top_of = (height - len(rows) * LEADING) / 2
        for number, row in enumerate(rows):
            marks += [
                _set(mark, x, room, top_of + number * LEADING, middle=place != 1, grey=grey) for mark in row.marks
            ]
    edges = (Stroke(ROOM, 0, ROOM, height, 0.5), Stroke(0, height, ROOM, height, 0.5), Stroke(0, 0, ROOM, 0, 0.5))
    marks += edges
    return (Row(height, tuple(marks)),)


def _set(mark: Mark, x: float, room: float, down: float, *, middle: bool, grey: bool) -> Mark:
    if not isinstance(mark, Text):
        return mark
    place = x + room / 2 - fonts.width(mark.text, mark.font, mark.size) / 2 if middle else mark.x
    return mark._replace(x=place, down=mark.down + down, grey=0.3 if grey else mark.grey)


def _middle(text: str, size: float, height: float, font: str = fonts.BODY) -> Row:
    return Row(height, (centred(text, ROOM / 2, height / 2 + size * 0.36, ROOM, size=size, font=font),))

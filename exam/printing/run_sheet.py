"""流程单: one page for the wall and for everybody with a duty — when, what, who, and what to check before."""

from collections.abc import Iterator, Sequence
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import PLAIN
from exam.printing.fitting import centred, lines_in
from exam.printing.layout import Block, Box, Mark, Row, Stroke, paragraph
from exam.printing.rows import DaySheet, Item

SIZE, LEADING = 11.0, 19.0
COLUMNS = (("时间", 0.19), ("环节", 0.25), ("时长", 0.1), ("内容与人员", 0.46))
"""Headings with their shares of the width."""
HEAD_ROW, ROW = 24.0, 30.0
PAD = 5.0
CHECK = 9.0


def write_run_sheet(file: IO[bytes], sheet: DaySheet) -> Printed:
    """Write the page."""
    document = Document(file, title="流程单")
    document.run(_blocks(sheet), PLAIN)
    return document.save()


def _blocks(sheet: DaySheet) -> Iterator[Block]:
    occasion, width = sheet.occasion, PLAIN.width
    title = Row(36, (centred("活动当日流程单", width / 2, 24, width, size=20, font=fonts.HEAD),))
    lines = (f"{occasion.tour}　{occasion.stop}", f"{occasion.day}　{occasion.hours}　{occasion.venue}")
    yield Block((title, *(Row(19, (centred(line, width / 2, 13, width, size=12),)) for line in lines)))
    yield Block(_facts(sheet.facts), before=8)
    if sheet.warning:
        yield Block(
            paragraph(f"注意：{sheet.warning}", x=0, room=width, size=SIZE, leading=LEADING, font=fonts.HEAD), before=6
        )
    yield Block((_head(), *(_row(item) for item in sheet.items)), before=10)
    yield _heading("岗位分工（现场填写）")
    yield Block(_duties(sheet.duties), before=2)
    yield _heading("开场前检查（逐项打钩）")
    yield Block(_checks(sheet.checks), before=2)


def _heading(text: str) -> Block:
    rows = paragraph(text, x=0, room=PLAIN.width, size=12, leading=20, font=fonts.HEAD)
    return Block(rows, before=12, with_next=True)


def _facts(facts: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    indent, rows = 6 * SIZE, []
    for term, value in facts:
        found = paragraph(value, x=indent, room=PLAIN.width - indent, size=SIZE, leading=LEADING)
        head = paragraph(term, x=0, room=indent, size=SIZE, leading=LEADING, font=fonts.HEAD)[0]
        rows += [Row(found[0].height, (*head.marks, *found[0].marks)), *found[1:]]
    return tuple(rows)


def _head() -> Row:
    return _cells([heading for heading, _ in COLUMNS], HEAD_ROW, fonts.HEAD, top=True)


def _row(item: Item) -> Row:
    room = COLUMNS[3][1] * PLAIN.width - 2 * PAD
    count = len(paragraph(item.detail, x=0, room=room, size=SIZE, leading=15.0)) if item.detail else 1
    texts = [item.hours, item.what, f"{item.minutes}分钟", item.detail]
    return _cells(texts, max(ROW, 15.0 * count + 2 * PAD), fonts.BODY)


def _cells(texts: Sequence[str], height: float, font: str, *, top: bool = False) -> Row:
    marks: list[Mark] = [Stroke(0, height, PLAIN.width, height, 0.5), Stroke(0, 0, 0, height, 0.5)]
    if top:
        marks.append(Stroke(0, 0, PLAIN.width, 0, 0.5))
    x = 0.0
    for place, (text, (_, share)) in enumerate(zip(texts, COLUMNS, strict=True)):
        room = share * PLAIN.width
        bold = fonts.HEAD if place == 1 else font
        if text:
            marks += lines_in(text, x + PAD, height / 2, room - 2 * PAD, size=SIZE, high=height - 4, font=bold)
        x += room
        marks.append(Stroke(x, 0, x, height, 0.5))
    return Row(height, tuple(marks))


def _duties(duties: Sequence[str]) -> tuple[Row, ...]:
    """Three to a line, each with a rule to write a name on."""
    room, rows = PLAIN.width / 3, []
    for start in range(0, len(duties), 3):
        marks: list[Mark] = []
        for place, duty in enumerate(duties[start : start + 3]):
            text = f"{duty}："
            marks += paragraph(text, x=place * room, room=room, size=SIZE, leading=24)[0].marks
            begin = place * room + fonts.width(text, fonts.BODY, SIZE)
            marks.append(Stroke(begin, 20, (place + 1) * room - 10, 20, 0.4))
        rows.append(Row(24, tuple(marks)))
    return tuple(rows)


def _checks(checks: Sequence[str]) -> tuple[Row, ...]:
    """Two to a line, each with a box."""
    room, rows = PLAIN.width / 2, []
    for start in range(0, len(checks), 2):
        columns = [
            paragraph(text, x=place * room + CHECK + 6, room=room - CHECK - 16, size=SIZE, leading=LEADING)
            for place, text in enumerate(checks[start : start + 2])
        ]
        for line in range(max(map(len, columns))):
            marks: list[Mark] = [mark for rows_ in columns if line < len(rows_) for mark in rows_[line].marks]
            if not line:
                marks += [Box(place * room, 5, CHECK, CHECK, weight=0.7) for place in range(len(columns))]
            rows.append(Row(LEADING, tuple(marks)))
    return tuple(rows)

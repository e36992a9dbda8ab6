"""签到表: seats, names, units and a place to sign, with the head repeated on every page."""

from collections.abc import Sequence
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import PLAIN
from exam.printing.fitting import centred, lines_in
from exam.printing.layout import Block, Mark, Row, Stroke, paragraph
from exam.printing.rows import Attendee, Occasion

ROW, HEAD_ROW, ABOVE, FOOT = 26.0, 22.0, 6.0, 30.0
COLUMNS = (("座位号", 0.09), ("姓名", 0.14), ("单位", 0.31), ("签到（签名）", 0.21), ("时间", 0.1), ("备注", 0.15))
"""Headings with their shares of the width."""
SIZE = 10.5


def write_attendance(file: IO[bytes], attendees: Sequence[Attendee], occasion: Occasion) -> Printed:
    """Write the sheet in the order given."""
    document = Document(file, title="签到表")
    add_attendance(document, attendees, occasion)
    return document.save()


def add_attendance(document: Document, attendees: Sequence[Attendee], occasion: Occasion) -> None:
    """The same as pages of a document that holds more."""
    title = f"{occasion.tour}　签到表"
    lines = (occasion.stop, f"{occasion.day} {occasion.hours}　{occasion.venue}")
    head = [Block(_title(title))]
    head += [Block(paragraph(line, x=0, room=PLAIN.width, size=SIZE, leading=18)) for line in lines]
    foot = f"应到 {len(attendees)} 人　　实到 ____ 人　　缺考 ____ 人　　公假 ____ 人　　监考员签名：______________"
    used = sum(block.height for block in head) + ABOVE
    first = int((PLAIN.height - used - HEAD_ROW) // ROW)
    rest = int((PLAIN.height - HEAD_ROW) // ROW)
    blocks = [*head, _table(attendees[:first])]
    blocks += [_table(attendees[start : start + rest]) for start in range(first, len(attendees), rest)]
    blocks.append(Block(paragraph(foot, x=0, room=PLAIN.width, size=SIZE, leading=20), before=8))
    document.run(blocks, PLAIN)


def _title(title: str) -> tuple[Row, ...]:
    return (Row(30, (centred(title, PLAIN.width / 2, 19, PLAIN.width, size=16, font=fonts.HEAD),)),)


def _table(attendees: Sequence[Attendee]) -> Block:
    heads = [heading for heading, _ in COLUMNS]
    rows = [_cells(heads, HEAD_ROW, fonts.HEAD, top=True)]
    rows += [_cells([str(each.seat), each.name, each.unit, "", "", each.note], ROW, fonts.BODY) for each in attendees]
    return Block(tuple(rows), before=ABOVE)


def _cells(texts: Sequence[str], height: float, font: str, *, top: bool = False) -> Row:
    marks: list[Mark] = [Stroke(0, height, PLAIN.width, height, 0.5), Stroke(0, 0, 0, height, 0.5)]
    if top:
        marks.append(Stroke(0, 0, PLAIN.width, 0, 0.5))
    x = 0.0
    for text, (_, share) in zip(texts, COLUMNS, strict=True):
        room = share * PLAIN.width
        marks += lines_in(text, x + 4, height / 2, room - 7, size=SIZE, high=height - 2, font=font) if text else ()
        x += room
        marks.append(Stroke(x, 0, x, height, 0.5))
    return Row(height, tuple(marks))

"""签到表: seats, names, units and a place to sign, with the head repeated on every page."""

from collections.abc import Sequence
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import PLAIN
from exam.printing.layout import Block, Mark, Row, Stroke, Text, paragraph
from exam.printing.rows import Attendee

ROW, HEAD_ROW, ABOVE = 26.0, 22.0, 6.0
COLUMNS = (("座位号", 0.09), ("姓名", 0.15), ("单位", 0.32), ("签到（签名）", 0.2), ("时间", 0.1), ("备注", 0.14))
"""Headings with their shares of the width."""
SIZE = 10.5


def write_attendance(
    file: IO[bytes], attendees: Sequence[Attendee], *, title: str, lines: Sequence[str] = ()
) -> Printed:
    """Write the sheet in the order given; `lines` (stop, time, place) stand below the title."""
    document = Document(file, title=title)
    add_attendance(document, attendees, title=title, lines=lines)
    return document.save()


def add_attendance(document: Document, attendees: Sequence[Attendee], *, title: str, lines: Sequence[str] = ()) -> None:
    """The same as pages of a document that holds more."""
    head = [Block(paragraph(title, x=0, room=PLAIN.width, size=16, leading=28, font=fonts.HEAD))]
    head += [Block(paragraph(line, x=0, room=PLAIN.width, size=SIZE, leading=18)) for line in lines]
    foot = f"应到 {len(attendees)} 人　　实到 ____ 人　　缺考 ____ 人　　公假 ____ 人　　监考员签名：______________"
    used = sum(block.height for block in head) + ABOVE
    first = int((PLAIN.height - used - HEAD_ROW) // ROW)
    rest = int((PLAIN.height - HEAD_ROW) // ROW)
    blocks = [*head, _table(attendees[:first])]
    blocks += [_table(attendees[start : start + rest]) for start in range(first, len(attendees), rest)]
    blocks.append(Block(paragraph(foot, x=0, room=PLAIN.width, size=SIZE, leading=20), before=8))
    document.run(blocks, PLAIN)


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
        size = SIZE
        face = fonts.suited(text, font)
        while size > 6 and fonts.width(text, face, size) > room - 8:
            size -= 0.5
        marks.append(Text(x + 4, height / 2 + size * 0.36, text, face, size))
        x += room
        marks.append(Stroke(x, 0, x, height, 0.5))
    return Row(height, tuple(marks))

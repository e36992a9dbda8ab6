"""The answer key of one paper as blocks: answers, key points, explanations, citations. For organisers only."""

from collections.abc import Sequence

from exam.papers.solutions import Role, Solved, glance, solution
from exam.papers.transcript import Pictures, Sheet, SheetItem
from exam.printing import fonts
from exam.printing.edition import PLAIN
from exam.printing.layout import Block, Mark, Row, Stroke, Text, paragraph, rich_paragraph

ROOM = PLAIN.width
SIZE, LEADING, SMALL = 10.0, 15.5, 9.0
INDENT = 2.15 * SIZE
ACROSS = 10
"""Answers in a line of the table at the head of a section."""
CELL = 15.5


def key_blocks(sheet: Sheet) -> list[Block]:
    """Title, then every section: its answers at a glance, and every question with what explains it."""
    seat = f"座位号{sheet.holder.seat}" if sheet.holder.seat else ""
    who = "　".join(part for part in (sheet.holder.unit, sheet.holder.name, seat) if part)
    title = (
        *_line(sheet.heading, size=SIZE, leading=16),
        *_line(f"{sheet.title}　参考答案及评分要点", size=15, leading=24, font=fonts.HEAD),
        *_line(f"试卷编号：{sheet.code}　　{who}", size=SIZE, leading=18),
        *_line("内部资料，成绩发布前注意保密。", size=SMALL, leading=14),
    )
    blocks = [Block(title)]
    for section in sheet.sections:
        head = (
            *_line(f"{section.numeral}、{section.title}", size=11.5, leading=18, font=fonts.HEAD),
            *_line(section.intro, size=SMALL, leading=14, grey=0.2),
        )
        blocks.append(Block(head, before=10, with_next=True))
        table = glance(section)
        if table:
            starts = range(0, len(table), ACROSS)
            rows = tuple(row for start in starts for row in _cells(table[start : start + ACROSS]))
            blocks.append(Block(rows, before=3, with_next=True))
        blocks += [Block(item_key(item), before=4) for item in section.items]
    return blocks


def _line(text: str, *, size: float, leading: float, font: str = fonts.BODY, grey: float = 0.0) -> tuple[Row, ...]:
    return paragraph(text, x=0, room=ROOM, size=size, leading=leading, font=font, grey=grey) if text else ()


def _cells(answers: Sequence[tuple[str, str]]) -> tuple[Row, Row]:
    """题号 over 答案."""
    step = ROOM / (ACROSS + 1)
    right = step * (len(answers) + 1)
    rows = []
    numbers, letters = zip(*answers, strict=True)
    for texts, font in ((("题号", *numbers), fonts.BODY), (("答案", *letters), fonts.HEAD)):
        marks: list[Mark] = [Stroke(0, 0, right, 0, 0.4), Stroke(0, CELL, right, CELL, 0.4)]
        marks += [Stroke(step * place, 0, step * place, CELL, 0.4) for place in range(len(texts) + 1)]
        for place, text in enumerate(texts):
            face = fonts.suited(text, font if place else fonts.BODY)
            x = step * (place + 0.5) - fonts.width(text, face, SMALL) / 2
            marks.append(Text(x, CELL / 2 + SMALL * 0.36, text, face, SMALL))
        rows.append(Row(CELL, tuple(marks)))
    return rows[0], rows[1]


def item_key(item: SheetItem) -> tuple[Row, ...]:
    """The answer of one question with all that explains it. Raises ValueError if the sheet was read without its key."""
    return tuple(row for line in solution(item) for row in _rows(line, item.pictures))


def _rows(line: Solved, pictures: Pictures) -> tuple[Row, ...]:
    """One line of the key; its text begins behind the number of its question."""
    x = line.level * INDENT
    if line.role is Role.ANSWER:
        hang = max(INDENT, fonts.width(line.head, fonts.BODY, SIZE))
        rows = rich_paragraph(line.text, pictures, x=x + hang, room=ROOM - x - hang, size=SIZE, leading=LEADING)
        head = Text(x, (LEADING + SIZE * 0.72) / 2, line.head, fonts.BODY, SIZE)
        return (Row(rows[0].height, (head, *rows[0].marks)), *rows[1:])
    x += INDENT
    hang = fonts.width(line.head, fonts.BODY, SMALL) if line.role is Role.POINT else 0.0
    return rich_paragraph(
        line.head + line.text,
        pictures,
        x=x,
        room=ROOM - x,
        size=SMALL,
        leading=13.5,
        hanging=hang,
        grey=0.0 if line.role is Role.POINT else 0.25,
    )

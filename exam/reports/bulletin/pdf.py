"""The document as PDF in the official format, as far as the shipped faces allow (GB/T 9704—2012).

Kept: A4 with margins 37, 35, 28 and 26 mm; 22 lines a page, 28 characters a line; the red head, 发文字号 and the red
line below it; title 二号, text 三号, 一、 in 黑体, （一） in 楷体; page numbers outside, between dashes, 7 mm below the
text; 主送 above the text, 附件说明, signature and date below it; 抄送 and 印发 in the imprint at the foot of the last
page. Not kept: 宋体 stands for 仿宋 (none may be shipped); 三号 is 15.8 instead of 16 points, so that 28 characters
fill 156 mm; tables and charts are in 五号.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import MM, Frame
from exam.printing.fitting import centred, fitted
from exam.printing.layout import Block, Ink, Mark, Row, Stroke, Text, paragraph
from exam.printing.paging import paginate
from exam.reports.bulletin import charts
from exam.reports.bulletin.parts import ANNEX, Bars, Heat, Paper, Part, Section, Table, Words
from exam.reports.bulletin.wording import broken

FRAME = Frame(top=37 * MM, bottom=35 * MM, left=28 * MM, right=26 * MM)
ROOM = FRAME.width
SIZE = ROOM / 28
LEADING = FRAME.height / 22
SMALL, SMALL_LEADING = 10.5, 17.0
TITLE = 22.0
RED: Ink = (0.83, 0.0, 0.0)
HEAVY = 0.55
"""小标宋 is bolder than 宋体; so much of a line around its glyphs at 22 points."""
FINE = 0.7
"""Of the line inside the imprint: 0.25 mm where those around it have 0.35 mm."""
KEPT = 2
"""Lines of text that stay with the signature."""
ABOVE = 35 * MM
"""The upper edge of the name of the issuer lies so far below the text area's."""


def write(file: IO[bytes], paper: Paper) -> Printed:
    """Write the document."""
    document = Document(file, title=paper.title)
    blocks = list(_blocks(paper))
    document.run([*blocks, *_imprint(paper, blocks)], FRAME, numbers=_number)
    return document.save()


def _number(number: int, total: int) -> Sequence[Mark]:
    """— 1 —, on the outer side with one character's room."""
    del total
    text = f"— {number} —"
    size = 14.0
    wide = fonts.width(text, fonts.BODY, size)
    x = FRAME.page[0] - FRAME.right - size - wide if number % 2 else FRAME.left + size
    return (Text(x, FRAME.page[1] - FRAME.bottom + 7 * MM + size * 0.72, text, fonts.BODY, size),)


def _blocks(paper: Paper) -> Iterator[Block]:
    yield Block((*_head(paper), *_title(paper.title)))
    if paper.note:
        yield Block(_centred_rows(f"（{paper.note}）", SIZE * 0.9, LEADING, fonts.KAI))
    yield Block((Row(LEADING * 0.6),))
    for words in (*paper.addressed, *paper.opening):
        yield _words(words)
    body = [block for section in paper.sections for block in _section(section)]
    yield from body[:-KEPT]
    # the signature never stands alone on a page
    yield from (replace(block, with_next=True) for block in body[-KEPT:])
    if paper.annex:
        named = paragraph(f"附件：{ANNEX}", x=0, room=ROOM, size=SIZE, leading=LEADING, first=2 * SIZE)
        yield Block((Row(LEADING), *named), with_next=True)
    yield _signature(paper)
    if paper.annex:
        head = paragraph("附件", x=0, room=ROOM, size=SIZE, leading=LEADING, font=fonts.HEAD)
        yield Block((Row(LEADING / 2), *head, *_centred_rows(ANNEX, 14.0, 24.0, fonts.HEAD)), with_next=True)
        yield Block(tuple(row for words in paper.annex for row in _words(words).rows))


def _head(paper: Paper) -> Iterator[Row]:
    if paper.mark:
        text = fitted(paper.mark, ROOM, 12, ROOM, size=14, font=fonts.HEAD, grey=0.4, share=1.0)
        yield Row(20, (text,))
    name = f"{paper.issuer}文件" if paper.issuer else ""
    sized = centred(name, ROOM / 2, 0, ROOM, size=44)
    high = max(sized.size, 24)
    yield Row(ABOVE - (20 if paper.mark else 0))
    if name:
        yield Row(high * 1.2, (sized._replace(down=high, ink=RED, heavy=sized.size / 40),))
    yield Row(LEADING * 1.6)
    if paper.number:
        yield Row(LEADING, (centred(paper.number, ROOM / 2, LEADING * 0.72, ROOM, size=SIZE),))
    yield Row(4 * MM + 2, (Stroke(0, 4 * MM, ROOM, 4 * MM, 1.8, 0.0, RED),))
    yield Row(LEADING * 1.4)


def _title(text: str) -> Iterator[Row]:
    """Lines of about the same length, centred."""
    for row in _centred_rows(text, TITLE, 34, fonts.BODY):
        yield Row(row.height, tuple(_heavier(mark) for mark in row.marks))


def _heavier(mark: Mark) -> Mark:
    return mark._replace(heavy=HEAVY) if isinstance(mark, Text) else mark


def _centred_rows(text: str, size: float, leading: float, font: str) -> tuple[Row, ...]:
    wide = fonts.width(text, font, size)
    count = int(-(-wide // (ROOM - 2 * size)))
    rows = paragraph(broken(text, count), x=0, room=ROOM, size=size, leading=leading, font=font)
    return tuple(_in_the_middle(row) for row in rows)


def _in_the_middle(row: Row) -> Row:
    texts = [mark._replace(spread=0) for mark in row.marks if isinstance(mark, Text)]
    wide = sum(fonts.width(mark.text, mark.font, mark.size) for mark in texts)
    begin = min((mark.x for mark in texts), default=0.0)
    return Row(row.height, tuple(mark._replace(x=mark.x - begin + (ROOM - wide) / 2) for mark in texts))


def _words(words: Words) -> Block:
    size, leading = (SMALL, SMALL_LEADING) if words.small else (SIZE, LEADING)
    first = 0.0 if words.flush else 2 * size
    return Block(paragraph(words.text, x=0, room=ROOM, size=size, leading=leading, first=first))


def _section(section: Section) -> Iterator[Block]:
    font = fonts.HEAD if section.level == 1 else fonts.KAI
    rows = paragraph(section.heading, x=0, room=ROOM, size=SIZE, leading=LEADING, font=font, first=2 * SIZE)
    yield Block(rows, with_next=True)
    for part in section.parts:
        yield from _part(part)


def _part(part: Part) -> Iterator[Block]:
    if isinstance(part, Words):
        for row in _words(part).rows:  # a paragraph may be torn between pages, a table or a chart not
            yield Block((row,))
    elif isinstance(part, Table):
        yield from charts.table(part, ROOM)
    elif isinstance(part, Bars):
        yield charts.bars(part, ROOM)
    elif isinstance(part, Heat):
        yield charts.heat(part, ROOM)


def _signature(paper: Paper) -> Block:
    """The issuer over the middle of the date, which ends four characters from the right."""
    dated = fitted(paper.date, ROOM - 4 * SIZE, LEADING * 0.72, ROOM, size=SIZE, share=1.0)
    middle = dated.x + fonts.width(paper.date, fonts.BODY, dated.size) / 2
    wide = fonts.width(paper.signature, fonts.BODY, SIZE)
    name = centred(paper.signature, min(middle, ROOM - wide / 2), LEADING * 0.72, ROOM, size=SIZE)
    return Block((Row(2 * LEADING), Row(LEADING, (name,)), Row(LEADING, (dated,))))


def _imprint(paper: Paper, before: Sequence[Block]) -> Iterator[Block]:
    """版记: at the foot of the last page: who gets a copy, who issued it and when, between lines."""
    pages = paginate(before, FRAME.height)
    down, last = pages[-1][-1] if pages[-1] else (0.0, Row(0))
    size = 14.0
    rows = _imprint_rows(paper, size)
    high = sum(row.height for row in rows)
    left = FRAME.height - down - last.height
    if left >= high + 12:
        yield Block((Row(left - high - 2), *rows))
    else:
        yield Block((Row(FRAME.height - high - 2), *rows))


def _imprint_rows(paper: Paper, size: float) -> tuple[Row, ...]:
    """Heavy lines above and below, a fine one between; one character's room at either side."""
    high = 26.0
    issued = fitted(f"{paper.date}印发", ROOM - size, 18, ROOM / 2, size=size, share=1.0)
    name = fitted(paper.issuer, size, 18, issued.x - 2 * size, size=size)
    last = Row(
        high, (Stroke(0, 0, ROOM, 0, FINE if paper.copied else 1.0), name, issued, Stroke(0, high, ROOM, high, 1.0))
    )
    if not paper.copied:
        return (last,)
    first, *others = paragraph(paper.copied, x=size, room=ROOM - 2 * size, size=size, leading=high, hanging=3 * size)
    return (Row(first.height, (Stroke(0, 0, ROOM, 0, 1.0), *first.marks)), *others, last)

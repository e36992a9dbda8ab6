"""邀请函 in the form of an official letter (GB/T 9704—2012, 10.1 信函格式), as far as the shipped faces allow.

The red name of the issuer stands 30 mm below the page's edge, below it a red line of 170 mm (thick above thin), the
same 20 mm above the lower edge (thin above thick); margins, 22 lines of 28 characters, signature and date are those of
the common form; the first page bears no number. 宋体 stands for 仿宋.
"""

from collections.abc import Iterator, Sequence
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import MM, Frame
from exam.printing.fitting import centred
from exam.printing.layout import Block, Ink, Mark, Row, Stroke, Text, paragraph
from exam.printing.rows import Letter

FRAME = Frame(top=30 * MM, bottom=30 * MM, left=28 * MM, right=26 * MM)
ROOM = FRAME.width
SIZE = ROOM / 28
LEADING = 26.0
TITLE = 20.0
RED: Ink = (0.83, 0.0, 0.0)
RULE = 170 * MM
ASIDE = (ROOM - RULE) / 2
"""The red lines are wider than the text, on both sides alike; but for the margins' difference they are centred."""
NUMBERS = "一二三四五六七八九十"


def write_letter(file: IO[bytes], letter: Letter) -> Printed:
    """Write the letter."""
    document = Document(file, title=letter.title)
    document.run(_blocks(letter), FRAME, numbers=_foot)
    return document.save()


def _foot(number: int, total: int) -> Sequence[Mark]:
    """The lower red lines on the first page; numbers from the second page on."""
    del total
    if number > 1:
        text = f"— {number} —"
        wide = fonts.width(text, fonts.BODY, 12)
        return (Text(FRAME.page[0] / 2 - wide / 2, FRAME.page[1] - 14 * MM, text, fonts.BODY, 12),)
    down, left = FRAME.page[1] - 20 * MM, (FRAME.page[0] - RULE) / 2
    return (
        Stroke(left, down - 3, left + RULE, down - 3, 0.7, 0.0, RED),
        Stroke(left, down, left + RULE, down, 2.2, 0.0, RED),
    )


def _blocks(letter: Letter) -> Iterator[Block]:
    name = centred(letter.issuer, ROOM / 2, 26, ROOM, size=30)
    begin, end = ASIDE, ASIDE + RULE
    lines = (Stroke(begin, 11, end, 11, 2.2, 0.0, RED), Stroke(begin, 14.5, end, 14.5, 0.7, 0.0, RED))
    yield Block((Row(30, (name._replace(ink=RED, heavy=name.size / 40),)), Row(20, lines), Row(LEADING * 0.7)))
    yield Block((*_title(letter.title), Row(LEADING * 0.6)))
    yield Block(_text(letter.addressed))
    yield Block(_text(letter.opening, first=2 * SIZE))
    for number, (term, words) in zip(NUMBERS, letter.points, strict=False):
        yield Block(_point(number, term, words))
    yield Block(_text(letter.closing, first=2 * SIZE), with_next=True)
    if letter.contact:
        yield Block(_text(letter.contact, first=2 * SIZE), with_next=True)
    yield _signature(letter)


def _text(text: str, *, first: float = 0.0, font: str = fonts.BODY) -> tuple[Row, ...]:
    return paragraph(text, x=0, room=ROOM, size=SIZE, leading=LEADING, first=first, font=font)


def _title(text: str) -> Iterator[Row]:
    for row in paragraph(text, x=0, room=ROOM, size=TITLE, leading=32, font=fonts.HEAD):
        texts = [mark for mark in row.marks if isinstance(mark, Text)]
        wide = sum(fonts.width(mark.text, mark.font, mark.size) for mark in texts)
        begin = min((mark.x for mark in texts), default=0.0)
        moved = [mark._replace(spread=0, x=mark.x - begin + (ROOM - wide) / 2) for mark in texts]
        yield Row(row.height, tuple(moved))


def _point(number: str, term: str, words: str) -> tuple[Row, ...]:
    """一、时间。 in 黑体, its text behind it on the same line."""
    head = f"{number}、{term}。"
    wide = fonts.width(head, fonts.HEAD, SIZE)
    rows = _text(words, first=2 * SIZE + wide)
    mark = Text(2 * SIZE, _baseline(rows), head, fonts.HEAD, SIZE)
    return (Row(rows[0].height, (mark, *rows[0].marks)), *rows[1:])


def _baseline(rows: Sequence[Row]) -> float:
    return next((mark.down for row in rows for mark in row.marks if isinstance(mark, Text)), LEADING * 0.7)


def _signature(letter: Letter) -> Block:
    """The date ends four characters before the edge, the issuer stands centred above it, nowhere beyond the edge."""
    date_wide = fonts.width(letter.date, fonts.BODY, SIZE)
    issuer_wide = fonts.width(letter.issuer, fonts.BODY, SIZE)
    middle = ROOM - 4 * SIZE - date_wide / 2
    begin = min(middle - issuer_wide / 2, ROOM - issuer_wide)
    issuer = Text(max(begin, 0.0), LEADING * 0.7, letter.issuer, fonts.BODY, SIZE)
    date = Text(ROOM - 4 * SIZE - date_wide, LEADING * 0.7, letter.date, fonts.BODY, SIZE)
    return Block((Row(LEADING), Row(LEADING, (issuer,)), Row(LEADING, (date,))))

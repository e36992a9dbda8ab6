"""Papers as PDF: one file for one paper or for a whole stop. The answer key is a booklet of its own, for organisers."""

from collections.abc import Iterable, Sequence
from typing import IO

from exam.papers.answer_key import item_key, key_blocks
from exam.papers.blocks import item_blocks
from exam.papers.head import NOTICE, facts, markers, score_rows, seal_fields
from exam.papers.transcript import Sheet, SheetItem, SheetSection
from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import EDITIONS, MM, PLAIN, STANDARD, Edition
from exam.printing.fitting import centred
from exam.printing.layout import Block, Box, Mark, Row, Stroke, Text, paragraph
from exam.printing.qr import code as qr_code

QR_SIDE = 15 * MM


def write(file: IO[bytes], sheets: Iterable[Sheet], *, with_key: bool = False, size: str = STANDARD.size) -> Printed:
    """Write the papers one after the other, each numbered by itself; `with_key` writes their answer keys instead.

    `size`: A4, A3 (two columns) or A4-large (large print), see `exam.printing.edition`; ValueError for another. Answer
    keys are for organisers and always on A4. The sheets of an answer key must have been read with their keys.
    """
    document = Document(file, title="参考答案及评分要点" if with_key else "试卷")
    add(document, sheets, with_key=with_key, size=size)
    return document.save()


def add(document: Document, sheets: Iterable[Sheet], *, with_key: bool = False, size: str = STANDARD.size) -> None:
    """The same as pages of a document that holds more."""
    edition = EDITIONS.get(size)
    if edition is None:
        raise ValueError(f"papers are not printed in the size {size}")
    for sheet in sheets:
        note = f"试卷编号 {sheet.code}"
        if with_key:
            document.run(key_blocks(sheet), PLAIN, note=note)
        else:
            document.run(
                paper_blocks(sheet, edition),
                edition.frame,
                seal=seal_fields(sheet.holder),
                note=note,
                footer=edition.small,
                duplex=True,
            )


def write_specimen(file: IO[bytes], item: SheetItem, *, title: str) -> Printed:
    """Write one question as it stands on paper, and below it its answer as the answer key has it."""
    document = Document(file, title=title)
    edition = STANDARD
    head = paragraph("参考答案及评分要点", x=0, room=edition.room, size=edition.section, leading=20, font=fonts.HEAD)
    blocks = item_blocks(item, edition)
    if item.key is not None:
        blocks += [Block(head, before=20, with_next=True), Block(item_key(item))]
    document.run(blocks, edition.frame, note=title)
    return document.save()


def paper_blocks(sheet: Sheet, edition: Edition = STANDARD) -> list[Block]:
    """The whole paper from its title to its last question."""
    blocks = [
        Block(_head(sheet, edition)),
        Block(_score_table(sheet.sections, edition), before=6, with_next=True),
        Block(_notice(edition), before=6),
    ]
    for section in sheet.sections:
        blocks.append(Block(_section_head(section, edition), before=10, with_next=True))
        for item in section.items:
            blocks += item_blocks(item, edition)
    return blocks


def _head(sheet: Sheet, edition: Edition) -> tuple[Row, ...]:
    """Tour, title, marks and time in the middle, the paper's code with its QR on the right."""
    room = edition.room
    between = room - 2 * (QR_SIDE + 6)
    corner: tuple[Mark, ...] = (
        qr_code(sheet.code, x=room - QR_SIDE, down=0, side=QR_SIDE),
        centred(sheet.code, room - QR_SIDE / 2, QR_SIDE + 9, QR_SIDE, size=7.5),
    )
    down = edition.heading + 3
    marks: list[Mark] = list(corner)
    for place, word in enumerate(markers(sheet)):
        marks += _marker(word, place * 2 * edition.section, edition.section)
    if sheet.heading:
        marks.append(centred(sheet.heading, room / 2, down, between, size=edition.heading, font=fonts.HEAD))
    down += edition.title * 1.5
    marks.append(centred(sheet.title, room / 2, down, between, size=edition.title, font=fonts.HEAD))
    down += edition.text * 1.9
    marks.append(centred(facts(sheet), room / 2, down, between, size=edition.text))
    return (Row(down + 8, tuple(marks)),)


def _marker(word: str, down: float, size: float) -> list[Mark]:
    """A卷, B卷 or 备用卷 in a box at the left."""
    width = fonts.width(word, fonts.HEAD, size) + size
    return [
        Box(0, down, width, 1.6 * size, weight=0.8),
        Text(size / 2, down + 1.16 * size, word, fonts.HEAD, size),
    ]


def _middle(text: str, font: str, size: float, down: float, *, around: float) -> Text:
    face = fonts.suited(text, font)
    return Text(around - fonts.width(text, face, size) / 2, down, text, face, size)


def _score_table(sections: Sequence[SheetSection], edition: Edition) -> tuple[Row, ...]:
    rows = score_rows(sections)
    return tuple(_cells(texts, edition, last=texts is rows[-1]) for texts in rows)


def _cells(texts: Sequence[str], edition: Edition, *, last: bool) -> Row:
    room, size = edition.room, edition.text
    step = min(room / len(texts), 5.7 * size)
    while size > SMALLEST and 3 * size > step - 4:
        size -= 0.5
    left = (room - step * len(texts)) / 2
    right = left + step * len(texts)
    height = 1.72 * edition.text
    marks: list[Mark] = [Stroke(left, 0, right, 0, 0.6)]
    marks += [Stroke(left + step * place, 0, left + step * place, height, 0.6) for place in range(len(texts) + 1)]
    if last:
        marks.append(Stroke(left, height, right, height, 0.6))
    marks += [
        _middle(text, fonts.BODY, size, height / 2 + size * 0.38, around=left + step * (place + 0.5))
        for place, text in enumerate(texts)
        if text
    ]
    return Row(height, tuple(marks))


def _notice(edition: Edition) -> tuple[Row, ...]:
    size = edition.small
    return paragraph(NOTICE, x=0, room=edition.room, size=size, leading=1.55 * size, grey=0.2)


SMALLEST = 6.0


def _section_head(section: SheetSection, edition: Edition) -> tuple[Row, ...]:
    """A small 得分 | 评卷人 box on the left, the heading with its marks and rule beside it."""
    small, room = edition.small, edition.room
    box, step = 4.4 * small, 1.7 * small
    left = 2 * box + edition.text
    title = f"{section.numeral}、{section.title}"
    size = edition.section
    words = list(paragraph(title, x=left, room=room - left, size=size, leading=1.5 * size, font=fonts.HEAD))
    size = edition.text
    words += paragraph(
        section.intro, x=left, room=room - left, size=size, leading=edition.leading - 1.5, first=-size / 2
    )
    height = max(2 * step, sum(row.height for row in words)) + 2
    marks: list[Mark] = [
        *(Stroke(0, down, 2 * box, down, 0.6) for down in (0, step, 2 * step)),
        *(Stroke(x, 0, x, 2 * step, 0.6) for x in (0, box, 2 * box)),
        _middle("得分", fonts.BODY, small, step * 0.74, around=box / 2),
        _middle("评卷人", fonts.BODY, small, step * 0.74, around=box * 1.5),
    ]
    down = 0.0
    for row in words:
        marks += [mark._replace(down=mark.down + down) for mark in row.marks if isinstance(mark, Text)]
        down += row.height
    return (Row(height, tuple(marks)),)

"""等值证明 on one page: in words first, then the table, then how it can be checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import PLAIN
from exam.printing.fitting import centred, lines_in
from exam.printing.layout import Block, Mark, Row, Stroke, paragraph

SIZE, LEADING = 11.0, 19.0
CELL = 22.0
BETWEEN = 9.0


@dataclass(frozen=True)
class CertificateSheet:
    """What stands on the page, in the words to be printed.

    `lines` below the title say of what; `sentences` are the statement, `limits` what narrows it; `table` has its head
    as the first row, below `table_title`; `facts` are pairs of a term and its value; `closing` says how to check it
    all, `signed` who signs.
    """

    title: str
    lines: Sequence[str]
    sentences: Sequence[str]
    limits: Sequence[str]
    limits_title: str
    table_title: str
    table: Sequence[Sequence[str]]
    facts: Sequence[tuple[str, str]]
    closing: Sequence[str]
    signed: Sequence[str]


def write_certificate(file: IO[bytes], sheet: CertificateSheet) -> Printed:
    """Write the page."""
    document = Document(file, title=sheet.title)
    add_certificate(document, sheet)
    return document.save()


def add_certificate(document: Document, sheet: CertificateSheet) -> None:
    """The same as a page of a document that holds more."""
    width = PLAIN.width
    title = Row(38, (centred(sheet.title, width / 2, 24, width, size=20, font=fonts.HEAD),))
    lines = [Row(18, (centred(line, width / 2, 11, width, size=SIZE),)) for line in sheet.lines]
    blocks = [Block((title, *lines))]
    blocks += [_point(f"{number}. ", text) for number, text in enumerate(sheet.sentences, 1)]
    if sheet.limits:
        blocks.append(_heading(sheet.limits_title))
        blocks += [_point("·", text) for text in sheet.limits]
    if len(sheet.table) > 1:
        blocks += [_heading(sheet.table_title), _table(sheet.table)]
    blocks.append(_facts(sheet.facts))
    blocks += [_small(text) for text in sheet.closing]
    blocks.append(Block(paragraph("　　".join(sheet.signed), x=0, room=width, size=SIZE, leading=30), before=18))
    document.run(blocks, PLAIN)


def _heading(text: str) -> Block:
    rows = paragraph(text, x=0, room=PLAIN.width, size=SIZE, leading=LEADING, font=fonts.HEAD)
    return Block(rows, before=BETWEEN, with_next=True)


def _point(mark: str, text: str) -> Block:
    indent = 1.6 * SIZE
    rows = paragraph(text, x=indent, room=PLAIN.width - indent, size=SIZE, leading=LEADING)
    head = paragraph(mark, x=0, room=indent, size=SIZE, leading=LEADING)[0]
    return Block((Row(rows[0].height, (*head.marks, *rows[0].marks)), *rows[1:]), before=2)


def _small(text: str) -> Block:
    return Block(paragraph(text, x=0, room=PLAIN.width, size=9, leading=14, grey=0.25), before=3)


def _table(rows: Sequence[Sequence[str]]) -> Block:
    """The head in bold, columns of equal width but the first."""
    count = len(rows[0])
    first = PLAIN.width * 0.34
    widths = [first, *[(PLAIN.width - first) / (count - 1)] * (count - 1)]
    made = []
    for number, row in enumerate(rows):
        marks: list[Mark] = [Stroke(0, CELL, PLAIN.width, CELL, 0.5), Stroke(0, 0, 0, CELL, 0.5)]
        if not number:
            marks.append(Stroke(0, 0, PLAIN.width, 0, 0.5))
        x = 0.0
        for text, width in zip(row, widths, strict=True):
            font = fonts.BODY if number else fonts.HEAD
            marks += lines_in(text, x + 5, CELL / 2, width - 9, size=10, high=CELL - 2, font=font) if text else ()
            x += width
            marks.append(Stroke(x, 0, x, CELL, 0.5))
        made.append(Row(CELL, tuple(marks)))
    return Block(tuple(made), before=2)


def _facts(facts: Sequence[tuple[str, str]]) -> Block:
    rows: list[Row] = []
    indent = 8.5 * 9
    for term, value in facts:
        found = paragraph(value, x=indent, room=PLAIN.width - indent, size=9, leading=14)
        head = paragraph(term, x=0, room=indent, size=9, leading=14, grey=0.3)[0]
        rows += [Row(found[0].height, (*head.marks, *found[0].marks)), *found[1:]]
    return Block(tuple(rows), before=BETWEEN)

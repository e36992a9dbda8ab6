"""An answer sheet as a page of marks. Reads nothing but the layout and what stands in its slots."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from exam.papers.transcript import Sheet, written_marks
from exam.printing import fonts
from exam.printing.document import Document
from exam.printing.edition import MM
from exam.printing.layout import Box, Mark, Modules, Stroke, Text
from exam.printing.qr import code as qr_code
from exam.scanning import codes
from exam.scanning.codes import PageCode
from exam.scanning.geometry import Align, Bubble, BubbleRow, Marker, Role, Rule, SheetLayout, SheetPage, Slot, Words
from exam.scanning.markers import runs

OUTLINE, LETTER = 0.45, 0.55
"""Greys from 0 black to 1 white: light enough to be told from a pencil's mark, dark enough to be seen."""
ROUND = 0.7 * MM
LETTER_SIZE = 7.0
SMALLEST = 5.0


class Printing(NamedTuple):
    """What is printed on one sheet beside its geometry: the paper's id, the site's key, the slots by name."""

    paper_id: int
    key: bytes
    slots: Mapping[str, str]


def slots_of(sheet: Sheet) -> dict[str, str]:
    """The slots of a paper's answer sheet."""
    holder = sheet.holder
    named = (("姓名", holder.name), ("考号", holder.number), ("座位号", holder.seat))
    return {
        "heading": sheet.heading,
        "title": f"{sheet.title}　答题卡",
        "facts": f"满分：{written_marks(sheet.total)}分　　考试时间：{sheet.minutes}分钟　　试卷编号：{sheet.code}",
        "name": holder.name,
        "unit": holder.unit,
        "number": holder.number,
        "seat": holder.seat,
        "holder": "　　".join(f"{heading}：{value or '__________'}" for heading, value in named),
    }


def add_sheet(document: Document, layout: SheetLayout, printing: Printing, *, duplex: bool = True) -> None:
    """Draw the sheet, one side after the other; `duplex` ends it with a whole sheet."""
    size = (layout.width * MM, layout.height * MM)
    for page in layout.pages:
        document.plate(_own(page, printing), size, ground=((layout.digest, page.number), _shared(layout, page)))
    if duplex:
        document.fresh(size)


def _shared(layout: SheetLayout, page: SheetPage) -> Iterator[Mark]:
    """What is the same on every sheet of this layout."""
    yield from map(_marker, page.markers)
    yield from map(_rule, page.ink.rules)
    for row in page.ink.rows:
        yield from _bubbles(layout, row)
    yield from map(_words, page.ink.words)


def _own(page: SheetPage, printing: Printing) -> list[Mark]:
    """What only this sheet says."""
    filled = [_filled(each, value) for each in page.ink.slots if (value := printing.slots.get(each.name))]
    return [*_code(page, printing), *filled]


def _marker(marker: Marker) -> Modules:
    rows = runs(marker.id)
    return Modules(marker.x * MM, marker.y * MM, rows, marker.side * MM / len(rows))


def _code(page: SheetPage, printing: Printing) -> list[Mark]:
    which, place = PageCode(printing.paper_id, page.number), page.code
    data = codes.written(which, printing.key)
    square = qr_code(
        data, x=place.x * MM, down=place.y * MM, side=place.side * MM, level=codes.QR_LEVEL, version=codes.QR_VERSION
    )
    below = Words(
        x=place.x + place.side / 2, y=place.y + place.side + 4.2, text=codes.typed(which), size=8, align=Align.CENTRE
    )
    return [square, _words(below)]


def _rule(rule: Rule) -> Stroke:
    return Stroke(rule.x0 * MM, rule.y0 * MM, rule.x1 * MM, rule.y1 * MM, rule.weight, rule.grey)


def _bubbles(layout: SheetLayout, row: BubbleRow) -> list[Mark]:
    width, height = layout.bubble_width * MM, layout.bubble_height * MM
    grey = 0.0 if row.role is Role.EXAMPLE else OUTLINE
    marks: list[Mark] = []
    for bubble in row.bubbles:
        x, down = bubble.x * MM, bubble.y * MM
        marks.append(Box(x - width / 2, down - height / 2, width, height, ROUND, 0.5, grey))
        if bubble.label:
            marks.append(_letter(bubble))
    return marks


def _letter(bubble: Bubble) -> Text:
    baseline = bubble.y * MM + LETTER_SIZE * 0.36
    return _set(Text(bubble.x * MM, baseline, bubble.label, fonts.BODY, LETTER_SIZE, LETTER), Align.CENTRE)


def _words(words: Words) -> Text:
    font = fonts.HEAD if words.bold else fonts.BODY
    return _set(Text(words.x * MM, words.y * MM, words.text, font, words.size, words.grey), words.align)


def _filled(slot: Slot, value: str) -> Text:
    """A value in its slot, smaller where it is long."""
    font = fonts.suited(value, fonts.HEAD if slot.bold else fonts.BODY)
    size = slot.size
    while size > SMALLEST and fonts.width(value, font, size) > slot.width * MM:
        size -= 0.5
    return _set(Text(slot.x * MM, slot.y * MM, value, font, size), slot.align)


SHARE = {Align.LEFT: 0.0, Align.CENTRE: 0.5, Align.RIGHT: 1.0}
"""How much of a text stands on the left of its place."""


def _set(text: Text, align: Align) -> Text:
    """`text` with its place as `align` says, in a face that can show it."""
    face = fonts.suited(text.text, text.font)
    return text._replace(x=text.x - SHARE[align] * fonts.width(text.text, face, text.size), font=face)

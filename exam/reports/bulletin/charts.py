"""Charts and tables of a filed document as marks on rows: vectors, drawn by the same pen. Lengths in points."""

from collections.abc import Iterator, Sequence

from exam.printing import fonts
from exam.printing.fitting import centred, fitted, lines_in
from exam.printing.layout import Block, Fill, Ink, Mark, Row, Stroke, Text, paragraph
from exam.reports.bulletin.parts import Bar, Bars, Heat, HeatRow, Table

BLUE: Ink = (0.122, 0.310, 0.561)
GREY: Ink = (0.72, 0.75, 0.78)
INK: Ink = (0.106, 0.141, 0.188)
WHITE: Ink = (1.0, 1.0, 1.0)
PALE: Ink = (0.925, 0.937, 0.953)

TITLE, CELL, NOTE = 12.0, 10.5, 9.0
LINE = 19.0
"""Height of a row of a table."""
BAR, THICK = 17.5, 9.0
"""Height of a bar's row and of the bar."""
HEAT = 17.0
MOST = 26
"""Rows of a table that stay together; a longer one goes on below its head repeated."""

AFTER = Row(8.0)
"""Between a chart or table and the text below it."""


def _title(text: str, width: float) -> tuple[Row, ...]:
    rows = paragraph(text, x=0, room=width - 24, size=TITLE, leading=19, font=fonts.HEAD)
    return tuple(Row(row.height, _centred(row, width)) for row in rows)


def _centred(row: Row, width: float) -> tuple[Mark, ...]:
    texts = [mark for mark in row.marks if isinstance(mark, Text)]
    if not texts:
        return row.marks
    begin = min(mark.x for mark in texts)
    end = max(mark.x + fonts.width(mark.text, mark.font, mark.size) * (1 + mark.spread / 1000) for mark in texts)
    shift = (width - (end - begin)) / 2 - begin
    return tuple(mark._replace(x=mark.x + shift) for mark in texts)


def _note(text: str, width: float) -> tuple[Row, ...]:
    return paragraph(text, x=0, room=width, size=NOTE, leading=14, grey=0.3) if text else ()


def table(found: Table, width: float) -> Iterator[Block]:
    """Title, head and rows; long ones in pieces, each with its head."""
    whole = sum(column.share for column in found.columns)
    widths = [width * column.share / whole for column in found.columns]
    pieces = [found.rows[at : at + MOST] for at in range(0, len(found.rows), MOST)] or [()]
    for number, piece in enumerate(pieces):
        title = f"{found.title}（续）" if number else found.title
        rows = [*_title(title, width), _head(found, widths)]
        for at, texts in enumerate(piece, number * MOST):
            last = at + 1 == len(found.rows) or at + 1 == (number + 1) * MOST
            rows.append(_line(found, texts, widths, strong=at in found.strong, last=last))
        if number + 1 == len(pieces):
            rows += [*_note(found.note, width), AFTER]
        yield Block(tuple(rows), before=8)


def _head(found: Table, widths: Sequence[float]) -> Row:
    high = LINE + 3
    marks: list[Mark] = [Fill(0, 0, sum(widths), high, PALE), Stroke(0, 0, sum(widths), 0, 1.0)]
    x = 0.0
    for column, width in zip(found.columns, widths, strict=True):
        marks += _cell(column.head, x, width, high, figures=column.figures, font=fonts.HEAD, size=9.5)
        x += width
    marks.append(Stroke(0, high, x, high, 0.6))
    return Row(high, tuple(marks))


def _line(found: Table, texts: Sequence[str], widths: Sequence[float], *, strong: bool, last: bool) -> Row:
    long = any(
        not column.figures and fonts.width(text, fonts.BODY, CELL) > 2.4 * width
        for column, text, width in zip(found.columns, texts, widths, strict=True)
    )
    high = 1.6 * LINE if long else LINE
    marks: list[Mark] = []
    x = 0.0
    for column, text, width in zip(found.columns, texts, widths, strict=True):
        font = fonts.HEAD if strong else fonts.BODY
        marks += _cell(text, x, width, high, figures=column.figures, font=font, size=CELL)
        x += width
    marks.append(Stroke(0, high, x, high, 1.0 if last else 0.3, 0.0 if last else 0.6))
    return Row(high, tuple(marks))


def _cell(text: str, x: float, width: float, high: float, *, figures: bool, font: str, size: float) -> Iterator[Mark]:
    """Figures end at the right; names begin at the left, on more lines where one does not hold them."""
    if figures:
        yield fitted(text, x + width - 4, high / 2 + size * 0.36, width - 5, size=size, font=font, share=1.0)
    else:
        yield from lines_in(text, x + 4, high / 2, width - 6, size=size, most=3, high=high - 1, font=font)


def bars(found: Bars, width: float) -> Block:
    """Names, bars with their intervals, figures in a column, an axis from 0 to 100, and the reference across."""
    names = min(max((fonts.width(row.label, fonts.BODY, CELL) for row in found.rows), default=0) + 8, width * 0.3)
    axis = _Axis(names, width - names - 38)
    rows = [*_title(found.title, width), _reference(found, axis, width)]
    rows += [_bar(row, axis, found.reference) for row in found.rows]
    rows += [_scale(axis), *_note(found.note, width), AFTER]
    return Block(tuple(rows), before=10)


def _name(text: str, right: float, high: float) -> list[Mark]:
    """A unit's name ending at `right`, on two lines where one does not hold it."""
    found = lines_in(text, 0, high / 2, right - 2, size=CELL, most=2, high=high)
    return [mark._replace(x=right - fonts.width(mark.text, mark.font, mark.size)) for mark in found]


class _Axis:
    """From 0 to 100, `left` and `room` in points."""

    def __init__(self, left: float, room: float) -> None:
        self.left, self.room = left, room

    def at(self, value: float) -> float:
        return self.left + self.room * min(max(value, 0.0), 100.0) / 100

    @property
    def ticks(self) -> range:
        return range(0, 101, 20)


def _reference(found: Bars, axis: _Axis, width: float) -> Row:
    if found.reference is None:
        return Row(4)
    value, name = found.reference
    x = axis.at(value)
    label = centred(name, min(max(x, axis.left + 40), width - 40), 9, 120, size=NOTE)
    return Row(14, (label, Stroke(x, 11, x, 14, 0.8)))


def _bar(row: Bar, axis: _Axis, reference: tuple[float, str] | None) -> Row:
    middle = BAR / 2
    marks: list[Mark] = [Stroke(axis.at(tick), 0, axis.at(tick), BAR, 0.3, 0.82) for tick in axis.ticks]
    drop = middle + CELL * 0.36
    marks += _name(row.label, axis.left - 6, BAR)
    marks.append(Fill(axis.left, middle - THICK / 2, axis.at(row.value) - axis.left, THICK, GREY if row.grey else BLUE))
    if reference is not None:
        x = axis.at(reference[0])
        marks += [Stroke(x, down, x, down + 3.5, 0.8) for down in (0.0, 6.0, 12.0)]
    if row.low is not None and row.high is not None:
        low, high = axis.at(row.low), axis.at(row.high)
        # white below the ink, so that the line is seen on the bar as well as beside it
        for weight, ink in ((2.6, WHITE), (1.1, INK)):
            marks.append(Stroke(low, middle, high, middle, weight, 0.0, ink))
            marks += [Stroke(x, middle - 3.5, x, middle + 3.5, weight, 0.0, ink) for x in (low, high)]
    marks.append(fitted(row.text, axis.at(100) + 36, drop, 34, size=CELL, share=1.0))
    return Row(BAR, tuple(marks))


def _scale(axis: _Axis) -> Row:
    marks: list[Mark] = [Stroke(axis.left, 0, axis.at(100), 0, 0.6)]
    for tick in axis.ticks:
        marks.append(Stroke(axis.at(tick), 0, axis.at(tick), 3, 0.6))
        marks.append(centred(str(tick), axis.at(tick), 12, 30, size=NOTE, grey=0.3))
    return Row(18, tuple(marks))


def heat(found: Heat, width: float) -> Block:
    """A row a unit, a column a topic; the fewer marks were earned, the darker."""
    names = min(max((fonts.width(row.label, fonts.BODY, CELL) for row in found.rows), default=0) + 10, width * 0.3)
    step = (width - names) / max(1, len(found.columns))
    head: list[Mark] = []
    for place, column in enumerate(found.columns):
        x = names + step * place
        wide = fonts.width(column, fonts.HEAD, 9.5)
        room = step - 3 if wide <= step - 3 else min(step - 3, wide / 2 + 6)
        head += [
            mark._replace(x=x + (step - fonts.width(mark.text, mark.font, mark.size)) / 2)
            for mark in lines_in(column, x, 15, room, size=9.5, most=2, high=28, font=fonts.HEAD)
        ]
    rows = [*_title(found.title, width), Row(30, tuple(head))]
    for row in found.rows:
        if row.group:
            label = fitted(row.group, 0, 12, width, size=NOTE, font=fonts.HEAD)
            rows.append(Row(16, (label, Stroke(0, 15.5, width, 15.5, 0.4, 0.5))))
        rows.append(_heat_row(row, names, step))
    return Block((*rows, *_note(found.note, width), AFTER), before=10)


def _heat_row(row: HeatRow, names: float, step: float) -> Row:
    drop = HEAT / 2 + CELL * 0.36
    marks: list[Mark] = _name(row.label, names - 6, HEAT)
    for place, share in enumerate(row.shares):
        x, text = names + step * place, "–" if share is None else f"{share:.0f}"
        if share is not None:
            marks.append(Fill(x + 0.5, 0.5, step - 1, HEAT - 1, shade(share)))
        figure = centred(text, x + step / 2, drop, step - 4, size=CELL)
        marks.append(figure._replace(ink=WHITE if share is not None and dark(share) else INK))
    return Row(HEAT, tuple(marks))


FULL, NOTHING = 95.0, 35.0
"""Shares at which a cell is white, and at which it is as dark as it gets."""


def depth(share: float) -> float:
    """0 for white to 1 for the full colour; `share` is of 100."""
    return min(1.0, max(0.0, (FULL - share) / (FULL - NOTHING)))


def dark(share: float) -> bool:
    """Whether figures on the cell have to be white."""
    return depth(share) > 0.75


def shade(share: float) -> Ink:
    part = depth(share)
    red, green, blue = (1 - part * (1 - each) for each in BLUE)
    return red, green, blue

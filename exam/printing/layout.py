"""Marks, rows and blocks: what is printed, and what of it stays together. Lengths in points, from left and top."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, takewhile
from typing import Any, NamedTuple

from exam.printing import fonts
from exam.printing.edition import MM
from exam.printing.wrapping import Set, cuts, lines
from question_bank.pictures import Picture
from question_bank.richtext import Shown, Words, pieces

Ink = tuple[float, float, float]
"""Red, green and blue, 0 to 1; where a mark has none it is printed in its `grey`."""


class Text(NamedTuple):
    """A run of text; `down` is its baseline below the top of its row.

    `spread` stands after every character, `shifts` (index, shift) after single ones, in thousandths of an em. `heavy`
    is the weight of a line around every glyph, which makes a face bolder than it is.
    """

    x: float
    down: float
    text: str
    font: str
    size: float
    grey: float = 0.0
    spread: int = 0
    shifts: tuple[tuple[int, int], ...] = ()
    ink: Ink | None = None
    heavy: float = 0.0


class Stroke(NamedTuple):
    """A straight line between two points of its row."""

    x0: float
    down0: float
    x1: float
    down1: float
    weight: float = 0.5
    grey: float = 0.0
    ink: Ink | None = None


class Fill(NamedTuple):
    """A rectangle filled with ink; (x, down) is its upper left corner."""

    x: float
    down: float
    width: float
    height: float
    ink: Ink


class Modules(NamedTuple):
    """A QR code: `rows` of dark modules as runs (column, length), each module `size` wide, from (x, down)."""

    x: float
    down: float
    rows: tuple[tuple[tuple[int, int], ...], ...]
    size: float


class Figure(NamedTuple):
    """A picture, its upper left corner at (x, down), scaled to `width` and `height`."""

    x: float
    down: float
    width: float
    height: float
    picture: Picture


class Box(NamedTuple):
    """An outlined rectangle with rounded corners; (x, down) is its upper left corner, `weight` that of the outline."""

    x: float
    down: float
    width: float
    height: float
    radius: float = 0.0
    weight: float = 0.5
    grey: float = 0.0


Mark = Text | Stroke | Fill | Modules | Figure | Box


@dataclass(frozen=True)
class Row:
    """A strip of the page that is never torn: what stands on it and how high it is."""

    height: float
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Block:
    """Rows that stay on one page where one page can hold them.

    `before` is the space above, dropped at the top of a page. `with_next` keeps the block with the one after it, as a
    heading with its first question.
    """

    rows: tuple[Row, ...]
    before: float = 0.0
    with_next: bool = False

    @property
    def height(self) -> float:
        return sum(row.height for row in self.rows)


RULE = re.compile("_{2,}")
"""Underscores are rules to write on."""


class Shaped(NamedTuple):
    """A line of one face at size 1: its runs of text, and its rules from where to where, all from its left edge."""

    runs: tuple[tuple[float, str, int, tuple[tuple[int, int], ...]], ...]
    rules: tuple[tuple[float, float], ...] = ()


@lru_cache(maxsize=50_000)
def wrapped(text: str, font: str, size: float, room: float, first: float) -> tuple[Shaped, ...]:
    """Lines of `text` no wider than `room` points, the first than `first`; remembered, for papers share questions."""
    widths = fonts.character_widths(font)
    return tuple(_shaped(line, widths) for line in lines(text, widths, room / size, first / size))


def _shaped(line: Set, widths: Mapping[str, float]) -> Shaped:
    spread = thousandths(line.spread)
    shifts = tuple((at, thousandths(shift)) for at, shift in line.shifts)
    if "__" not in line.text:
        return Shaped(((line.lead, line.text, spread, shifts),))
    places = _places(line, [widths.get(character, 1.0) for character in line.text])
    runs, rules, at = [], [], 0
    for rule in RULE.finditer(line.text):
        runs.append((at, rule.start()))
        rules.append((places[rule.start()], places[rule.end()]))
        at = rule.end()
    runs.append((at, len(line.text)))
    return Shaped(
        tuple(
            (places[start], line.text[start:end], spread, tuple((i - start, s) for i, s in shifts if start <= i < end))
            for start, end in runs
            if end > start
        ),
        tuple(rules),
    )


def _places(line: Set, steps: Sequence[float]) -> list[float]:
    """Where each character of a line stands, and where the line ends, in ems from its left edge."""
    shifts = dict(line.shifts)
    places = [line.lead]
    for at, step in enumerate(steps):
        places.append(places[-1] + step + line.spread + shifts.get(at, 0.0))
    return places


def thousandths(ems: float) -> int:
    return round(ems * 1000)


def paragraph(
    text: str,
    *,
    x: float,
    room: float,
    size: float,
    leading: float,
    font: str = fonts.BODY,
    first: float = 0.0,
    hanging: float = 0.0,
    grey: float = 0.0,
) -> tuple[Row, ...]:
    """Rows of running text from `x`, `room` wide. The first line begins `first` further right, the others `hanging`."""
    setting = _Setting(x, room, size, leading, first, hanging, grey)
    return _paragraph(text, fonts.suited(text, font), setting)


class _Setting(NamedTuple):
    x: float
    room: float
    size: float
    leading: float
    first: float
    hanging: float
    grey: float


@lru_cache(maxsize=20_000)
def _paragraph(text: str, face: str, setting: _Setting) -> tuple[Row, ...]:
    x, room, size, leading, first, hanging, grey = setting
    drop = (leading + size * 0.72) / 2
    rows = []
    for number, line in enumerate(wrapped(text, face, size, room - hanging, room - first)):
        left = x + (hanging if number else first)
        marks: list[Mark] = [
            Text(left + at * size, drop, words, face, size, grey, spread, shifts)
            for at, words, spread, shifts in line.runs
        ]
        marks += [_rule(left + begin * size, left + end * size, drop, size) for begin, end in line.rules]
        rows.append(Row(leading, tuple(marks)))
    return tuple(rows)


def _rule(x0: float, x1: float, baseline: float, size: float) -> Stroke:
    return Stroke(x0, baseline + size * 0.16, x1, baseline + size * 0.16, 0.5)


PIXELS = 72 / 150
"""Points a pixel takes where there is room: 150 pixels an inch."""
TALLEST = 90 * MM
AROUND = 3.0
"""Space above and below a picture."""


def rich_paragraph(text: str, pictures: Mapping[str, Picture], **setting: Any) -> tuple[Row, ...]:
    """Like `paragraph`, for a text that may hold bold words and pictures; a picture has rows of its own.

    Pictures are scaled down to the room there is; one that is not among `pictures` is printed as its description.
    """
    if "**" not in text and "](picture:" not in text:
        return paragraph(text, **setting)
    rows: list[Row] = []
    run: list[_Character] = []
    for piece in pieces(text):
        known = pictures.get(piece.digest) if isinstance(piece, Shown) else None
        if known is not None:
            rows += _mixed(_trimmed(run), begun=bool(rows), **setting)
            rows.append(_figure(known, **setting))
            run = []
        else:
            words = piece if isinstance(piece, Words) else Words(f"［图：{piece.alt}］")
            run += [(character, words.bold) for character in words.text]
    rows += _mixed(_trimmed(run) if rows else run, begun=bool(rows), **setting)
    return tuple(rows)


_Character = tuple[str, bool]
"""A character, and whether it is bold."""


def _trimmed(run: list[_Character]) -> list[_Character]:
    """Leave out the line ends around a picture, which stands on its own rows anyway."""
    stripped = "".join(character for character, _ in run).strip("\n")
    before = sum(1 for _ in takewhile(lambda each: each[0] == "\n", run))
    return run[before : before + len(stripped)]


def _figure(picture: Picture, *, x: float, room: float, hanging: float = 0.0, **setting: Any) -> Row:
    del setting
    wide, high = picture.width * PIXELS, picture.height * PIXELS
    scale = min(1.0, (room - hanging) / wide, TALLEST / high)
    figure = Figure(x + hanging, AROUND, wide * scale, high * scale, picture)
    return Row(figure.height + 2 * AROUND, (figure,))


def _mixed(
    run: Sequence[_Character],
    *,
    begun: bool,
    x: float,
    room: float,
    size: float,
    leading: float,
    font: str = fonts.BODY,
    first: float = 0.0,
    hanging: float = 0.0,
    grey: float = 0.0,
) -> list[Row]:
    """Rows of words in two faces; `begun` when rows of the same paragraph stand above them."""
    text = "".join(character for character, _ in run)
    faces = [fonts.suited(character, fonts.HEAD if bold else font) for character, bold in run]
    narrow, drop = (room - hanging) / size, (leading + size * 0.72) / 2
    rows: list[Row] = []
    at = 0
    for line in text.split("\n") if text else ():
        here = faces[at : at + len(line)]
        steps = [fonts.width(character, face, 1.0) for character, face in zip(line, here, strict=True)]
        for cut in cuts(line, steps, narrow, narrow if rows or begun else (room - first) / size):
            left = x + (hanging if rows or begun else first)
            span = slice(cut.start, cut.end)
            words = Set(line[span], cut.lead, cut.spread, cut.shifts)
            rows.append(
                Row(leading, tuple(_runs(words, here[span], steps[span], Text(left, drop, "", font, size, grey))))
            )
        at += len(line) + 1
    return rows


def _runs(line: Set, faces: Sequence[str], steps: Sequence[float], first: Text) -> Iterator[Mark]:
    """One run for each stretch of the same face, and the rules, the line standing where `first` does."""
    places, size = _places(line, steps), first.size
    ruled_at = {at for rule in RULE.finditer(line.text) for at in range(*rule.span())}
    for rule in RULE.finditer(line.text):
        yield _rule(first.x + places[rule.start()] * size, first.x + places[rule.end()] * size, first.down, size)
    stretches = groupby(range(len(line.text)), key=lambda at: (faces[at], at in ruled_at))
    for (face, is_rule), members in stretches:
        if is_rule:
            continue
        places_of = list(members)
        start, end = places_of[0], places_of[-1] + 1
        shifts = tuple((at - start, thousandths(shift)) for at, shift in line.shifts if start <= at < end)
        yield first._replace(
            x=first.x + places[start] * size,
            text=line.text[start:end],
            font=face,
            spread=thousandths(line.spread),
            shifts=shifts,
        )


def end_of(row: Row) -> float:
    """Where what is written on a row ends, from the left."""
    ends = [_end(mark) for mark in row.marks]
    return max(ends, default=0.0)


def _end(mark: Mark) -> float:
    if isinstance(mark, Text):
        shifted = len(mark.text) * mark.spread + sum(shift for _, shift in mark.shifts)
        return mark.x + fonts.width(mark.text, mark.font, mark.size) + shifted * mark.size / 1000
    if isinstance(mark, Stroke):
        return max(mark.x0, mark.x1)
    return mark.x + (mark.width if not isinstance(mark, Modules) else mark.size * len(mark.rows))


def beside(*columns: Sequence[Row]) -> tuple[Row, ...]:
    """Columns side by side: their n-th rows become one, as high as the highest."""
    most = max((len(column) for column in columns), default=0)
    rows = []
    for number in range(most):
        here = [column[number] for column in columns if number < len(column)]
        rows.append(Row(max(row.height for row in here), tuple(mark for row in here for mark in row.marks)))
    return tuple(rows)


def ruled(count: int, *, x: float, room: float, leading: float) -> tuple[Row, ...]:
    """Lines to write on."""
    return (Row(leading, (Stroke(x, leading - 2, x + room, leading - 2, 0.4, 0.35),)),) * count

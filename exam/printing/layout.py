"""Rows, blocks and pages: what stays together, and where it stands. Lengths in points, from the left and the top."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, takewhile
from operator import itemgetter
from typing import Any, NamedTuple

from exam.printing import fonts
from exam.printing.edition import MM
from exam.printing.wrapping import cuts, lines
from question_bank.pictures import Picture
from question_bank.richtext import Shown, Words, pieces


class Text(NamedTuple):
    """A run of text; `down` is its baseline below the top of its row."""

    x: float
    down: float
    text: str
    font: str
    size: float
    grey: float = 0.0


class Stroke(NamedTuple):
    """A straight line between two points of its row."""

    x0: float
    down0: float
    x1: float
    down1: float
    weight: float = 0.5
    grey: float = 0.0


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


Mark = Text | Stroke | Modules | Figure


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


class Placed(NamedTuple):
    """A row at its distance from the top of the text area."""

    down: float
    row: Row


@dataclass
class _Page:
    room: float
    used: float = 0.0
    rows: list[Placed] = field(default_factory=list)

    def put(self, row: Row) -> None:
        self.rows.append(Placed(self.used, row))
        self.used += row.height

    def space(self, before: float) -> float:
        return before if self.rows else 0.0

    def holds(self, height: float, before: float) -> bool:
        return self.used + self.space(before) + height <= self.room + 1e-6


Pages = tuple[tuple[Placed, ...], ...]


def paginate(blocks: Iterable[Block], room: float) -> Pages:
    """Lay `blocks` onto pages with text areas `room` high. A block is torn between rows only if no page holds it."""
    pages = [_Page(room)]
    for group in _groups(tuple(blocks)):
        together = _height(group)
        if not pages[-1].holds(together, group[0].before) and together <= room:
            pages.append(_Page(room))
        for block in group:
            _place(pages, block)
    return tuple(tuple(page.rows) for page in pages)


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    """Runs of blocks that want to stay together."""
    groups: list[list[Block]] = []
    joined = False
    for block in blocks:
        if joined:
            groups[-1].append(block)
        else:
            groups.append([block])
        joined = block.with_next
    return groups


def _height(group: Sequence[Block]) -> float:
    return sum(block.height for block in group) + sum(block.before for block in group[1:])


def _place(pages: list[_Page], block: Block) -> None:
    page = pages[-1]
    if not page.holds(block.height, block.before) and block.height <= page.room:
        page = _Page(page.room)
        pages.append(page)
    page.used += page.space(block.before)
    for row in block.rows:
        if page.rows and not page.holds(row.height, 0):
            page = _Page(page.room)
            pages.append(page)
        page.put(row)


@lru_cache(maxsize=50_000)
def wrapped(text: str, font: str, size: float, room: float, first: float) -> tuple[str, ...]:
    """Lines of `text` no wider than `room` points, the first than `first`; remembered, for papers share questions."""
    return lines(text, fonts.character_widths(font), room / size, first / size)


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
    face = fonts.suited(text, font)
    found = wrapped(text, face, size, room - hanging, room - first)
    drop = (leading + size * 0.72) / 2
    return tuple(
        Row(leading, (Text(x + (hanging if number else first), drop, line, face, size, grey),))
        for number, line in enumerate(found)
    )


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
        for start, end in cuts(line, steps, narrow, narrow if rows or begun else (room - first) / size):
            left = x + (hanging if rows or begun else first)
            rows.append(
                Row(leading, tuple(_runs(line[start:end], here[start:end], Text(left, drop, "", font, size, grey))))
            )
        at += len(line) + 1
    return rows


def _runs(line: str, faces: Sequence[str], first: Text) -> Iterator[Text]:
    """One run for each stretch of the same face, the first standing where `first` does."""
    x = first.x
    for face, characters in groupby(zip(line, faces, strict=True), key=itemgetter(1)):
        words = "".join(character for character, _ in characters)
        yield first._replace(x=x, text=words, font=face)
        x += fonts.width(words, face, first.size)


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

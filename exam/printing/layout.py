"""Rows, blocks and pages: what stays together, and where it stands. Lengths in points, from the left and the top."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from exam.printing import fonts
from exam.printing.wrapping import lines

MM = 72 / 25.4


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


Mark = Text | Stroke | Modules


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

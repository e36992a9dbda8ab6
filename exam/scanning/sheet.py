"""Pure: 答题卡. Lays a paper's questions out as a sheet of bubbles and boxes, which is drawn and later read back.

The same questions always give the same layout, so that it can be made again from the paper; what was printed is kept
nevertheless, because a later `VERSION` lays sheets out otherwise.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from exam.papers.transcript import SheetSection, written_marks
from exam.scanning.answers import BETWEEN, WIDTH, Asked, Piece, asked, pieces
from exam.scanning.geometry import (
    BUBBLE_HEIGHT,
    BUBBLE_WIDTH,
    Ink,
    Marker,
    SheetLayout,
    SheetPage,
    Size,
    Square,
    Words,
)
from exam.scanning.head import BOTTOM, TOP, Head, head, masthead
from exam.scanning.markers import FROM_EDGE, SIDE, corners

__all__ = ["VERSION", "SheetLayout", "Size", "sheet_of"]

VERSION = 1
CODE = 24.0
"""Side of the QR code; of its 29 modules 0.83 mm each."""
PAGES = {Size.A4: (210.0, 297.0, (15.0,)), Size.A3: (420.0, 297.0, (18.0, 222.0))}
"""Width and height of the paper, and where its columns begin."""
HEADING = 7.5
BEFORE, ASIDE = 3.2, 8.0
"""Space above a band, and between sections side by side."""


class Part(NamedTuple):
    """A section as far as the sheet depends on it."""

    heading: str
    worth: str
    questions: tuple[Asked, ...]


class Band(NamedTuple):
    """A strip of a column. `tight` ones stand on each other; `narrow` ones, whole sections of bubbles, side by side."""

    width: float
    height: float
    ink: Ink
    tight: bool = False
    narrow: bool = False


def sheet_of(sections: Sequence[SheetSection], *, size: Size = Size.A4, spare: bool = False) -> SheetLayout:
    """The answer sheet of a paper with these sections.

    A `spare` paper has columns of bubbles for the 考号 of whoever gets it.
    """
    parts = tuple(
        Part(f"{section.numeral}、{section.title}", f"（共{written_marks(section.marks)}分）", asked(section.items))
        for section in sections
    )
    return _laid_out(parts, size, spare)


@lru_cache(maxsize=512)
def _laid_out(parts: tuple[Part, ...], size: Size, spare: bool) -> SheetLayout:
    width, height, columns = PAGES[size]
    places = _flow(parts, columns, head(spare=spare))
    total = max(number for number, _ in places)
    inks = {number: masthead(number, total, columns[0], width) for number in range(1, total + 1)}
    for number, ink in places:
        inks[number] = inks[number] + ink
    return SheetLayout(
        version=VERSION,
        size=size,
        width=width,
        height=height,
        bubble_width=BUBBLE_WIDTH,
        bubble_height=BUBBLE_HEIGHT,
        pages=tuple(_page(number, ink, width, height, size) for number, ink in inks.items()),
    )


def _page(number: int, ink: Ink, width: float, height: float, size: Size) -> SheetPage:
    marks = corners(width, height, middles=size is Size.A3)
    code = Square(x=width - FROM_EDGE - SIDE - 4.0 - CODE, y=FROM_EDGE, side=CODE)
    markers = tuple(Marker(id=each, x=x, y=y, side=SIDE) for each, x, y in marks)
    return SheetPage(number=number, markers=markers, code=code, ink=ink)


def _flow(parts: Sequence[Part], columns: Sequence[float], first: Head) -> list[tuple[int, Ink]]:
    """Everything at its place as (page, ink): column after column, page after page. No band is torn."""
    found = [(1, first.ink.moved(columns[0], TOP))]
    column, y, tight = 0, TOP + first.height, False
    for band in _bands(parts):
        before = 0.0 if tight and band.tight else BEFORE
        if y + before + band.height > BOTTOM:
            column, y, before = column + 1, TOP, 0.0
        page, place = divmod(column, len(columns))
        found.append((page + 1, band.ink.moved(columns[place], y + before)))
        y += before + band.height
        tight = band.tight
    return found


def _bands(parts: Sequence[Part]) -> list[Band]:
    """The bands of all sections; short sections of bubbles share one."""
    found: list[Band] = []
    for part in parts:
        bands = _section(part)
        beside = found[-1].width + ASIDE if found else 0.0
        if len(bands) == 1 and bands[0].narrow and found and found[-1].narrow and beside + bands[0].width <= WIDTH:
            found[-1] = _joined(found[-1], bands[0], beside)
        else:
            found += bands
    return found


def _joined(left: Band, right: Band, x: float) -> Band:
    height = max(left.height, right.height)
    return left._replace(width=x + right.width, height=height, ink=left.ink + right.ink.moved(x, 0))


def _section(part: Part) -> list[Band]:
    """The section's pieces side by side where they fit; its heading stays with the first of them."""
    rows = _rows(pieces(part.questions))
    bands = [_band(row) for row in rows]
    title = Ink(words=(Words(x=0, y=5.0, text=part.heading + part.worth, size=10.5, bold=True),))
    if not bands:
        return [Band(WIDTH, HEADING, title)]
    first = bands[0]
    narrow = len(bands) == 1 and not first.ink.boxes
    headed = first._replace(height=HEADING + first.height, ink=title + first.ink.moved(0, HEADING), narrow=narrow)
    return [headed, *bands[1:]]


def _rows(found: Sequence[Piece]) -> list[list[tuple[float, Piece]]]:
    """Pieces with their x, from left to right as many as there is room for; what stands tight only among its like."""
    rows: list[list[tuple[float, Piece]]] = []
    x = WIDTH + 1
    for piece in found:
        across = int((WIDTH + BETWEEN) / (piece.width + BETWEEN))
        step = piece.width if piece.tight else max(WIDTH / across, piece.width + BETWEEN)
        if x + piece.width > WIDTH + 1e-6 or rows[-1][-1][1].tight is not piece.tight:
            rows.append([])
            x = 0.0
        rows[-1].append((x, piece))
        x += step
    return rows


def _band(row: Sequence[tuple[float, Piece]]) -> Band:
    ink = Ink()
    for x, piece in row:
        ink = ink + piece.ink.moved(x, 0)
    last, piece = row[-1]
    return Band(last + piece.width, max(each.height for _, each in row), ink, tight=piece.tight)

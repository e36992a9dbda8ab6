"""A PDF written page by page: marks, page frames, 密封线, 第 x 页 共 y 页. One file, one subset of each face."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from exam.printing import fonts
from exam.printing.edition import A4, MM, Frame
from exam.printing.layout import Block, Mark, Stroke, Text
from exam.printing.paging import Pages, Placed, paginate
from exam.printing.pen import Pen
from exam.printing.pieces import Keeper, Piece

rl_config.useA85 = 0  # binary streams: a fifth smaller, and a seventh of the time


@dataclass(frozen=True)
class Printed:
    """What became of a print: pages, bytes, and characters no face could show (as “𠮷 U+20BB7”).

    `pages` counts the sides of the file; an A3 side of two columns is one.
    """

    pages: int
    bytes: int
    missing_glyphs: tuple[str, ...]


FOOTER_SIZE = 9.0
SEAL_SIZE = 10.5
EMPTY = "（以下空白，可作草稿）"
"""On pages that are there only because a sheet has two sides."""


class Document:
    """Collects pages into `file` and in the end tells what could not be shown."""

    def __init__(self, file: IO[bytes], *, title: str, keep: bool = False) -> None:
        """`keep` remembers finished pages, so that they can be cut off and put into another document."""
        fonts.face(fonts.BODY)
        self._canvas = Canvas(file, pagesize=A4, pageCompression=1, invariant=1, initialFontName=fonts.BODY)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("两卷一课")
        self._pen = Pen(self._canvas)
        self._keeper = Keeper(self._canvas, self._pen) if keep else None
        self._file = file
        self._began = file.tell()
        self.pages = 0

    def run(
        self,
        blocks: Iterable[Block],
        frame: Frame,
        *,
        seal: Sequence[tuple[str, str]] = (),
        note: str = "",
        footer: float = FOOTER_SIZE,
        duplex: bool = False,
        numbers: Callable[[int, int], Sequence[Mark]] | None = None,
    ) -> int:
        """Lay out `blocks` on as many pages as they need, numbered by themselves; returns how many sides that were.

        A column counts as a page. `seal`: fields (heading, value) along the 密封线 of odd sides. `note` stands in the
        footer before the numbers, in `footer` points. `duplex` fills up to whole sheets of two sides, so that the next
        run begins on a fresh sheet. `numbers` gives the marks of a page's number instead, by number and count, from the
        upper left corner of the side.
        """
        pages: Pages = paginate(blocks, frame.height)
        each = frame.columns * (2 if duplex else 1)
        total = -(-len(pages) // each) * each if duplex else len(pages)
        for begin in range(0, total, frame.columns):
            side = begin // frame.columns + 1
            self._canvas.setPageSize(frame.page)
            for column in range(min(frame.columns, total - begin)):
                number = begin + column + 1
                x = frame.begin(side, column)
                if number <= len(pages):
                    self._column(pages[number - 1], x, frame.page[1] - frame.top)
                else:
                    self._centred(EMPTY, x + frame.width / 2, frame.page[1] - frame.top - 2 * footer, footer, 0.35)
                if numbers:
                    self._pen.draw(list(numbers(number, total)), x - frame.begin(side), frame.page[1])
                else:
                    words = f"第 {number} 页  共 {total} 页"
                    self._centred(f"{note}　　{words}" if note else words, x + frame.width / 2, 11 * MM, footer)
            if seal and side % 2:
                self._seal(seal, frame.page[1])
            self._end_page()
        return -(-total // frame.columns)

    def save(self) -> Printed:
        """Write the file; what had no pages becomes one empty one. Nothing can be added afterwards."""
        if not self.pages:
            self._end_page()
        self._canvas.save()
        missing = self._keeper.missing if self._keeper else tuple(fonts.missing_in(sorted(self._pen.texts)))
        return Printed(self.pages, self._file.tell() - self._began, missing)

    def plate(
        self,
        marks: list[Mark],
        page: tuple[float, float] = A4,
        *,
        ground: tuple[object, Iterable[Mark]] | None = None,
        back: bool = False,
    ) -> None:
        """One page of marks at their places, in points from its upper left corner; no footer.

        `ground`: a key, and marks that every page of that key has below its own. `back`: the other side of the sheet
        stays empty, as for what is cut up or stuck on.
        """
        self._canvas.setPageSize(page)
        if ground:
            self._pen.ground(*ground, 0, page[1])
        self._pen.draw(marks, 0, page[1])
        self._end_page()
        if back:
            self.fresh(page)

    def fresh(self, page: tuple[float, float] = A4) -> None:
        """Go on with a fresh sheet: where only its front has been used, the other side stays empty."""
        if self.pages % 2:
            self._canvas.setPageSize(page)
            self._end_page()

    def cut(self) -> Piece:
        """The pages since the last cut, to be kept. Raises ValueError unless the document keeps its pages."""
        return self._kept().cut()

    def put(self, piece: Piece) -> None:
        """Draw the pages of a piece, before anything else is drawn. Raises ValueError as `cut` does."""
        self._kept().put(piece)
        self.pages += len(piece.pages)

    def _kept(self) -> Keeper:
        if self._keeper is None:
            raise ValueError("this document does not keep its pages")
        return self._keeper

    def _end_page(self) -> None:
        if self._keeper:
            self._keeper.note()
        self._canvas.showPage()
        self.pages += 1

    def _column(self, rows: Sequence[Placed], x: float, top: float) -> None:
        for down, row in rows:
            self._pen.draw(row.marks, x, top - down)

    def _centred(self, text: str, middle: float, y: float, size: float, grey: float = 0.0) -> None:
        x = middle - fonts.width(text, fonts.BODY, size) / 2
        self._pen.draw([Text(0, 0, text, fonts.BODY, size, grey)], x, y)

    def _seal(self, fields: Sequence[tuple[str, str]], height: float) -> None:
        """The rotated fields and the dotted line with 密 封 线 on the left edge, read from below."""
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(0, 0)
        canvas.rotate(90)
        step = (height - 40 * MM) / len(fields)
        for place, (heading, value) in enumerate(fields):
            self._seal_field(20 * MM + place * step, step, heading, value)
        y = -20.5 * MM
        canvas.setDash(1, 2)
        canvas.setLineWidth(0.6)
        canvas.setStrokeGray(0)
        canvas.line(12 * MM, y, height - 12 * MM, y)
        canvas.setDash()
        for place, word in enumerate("密封线", 1):
            x = height * place / 4
            canvas.setFillGray(1)
            canvas.rect(x - 12, y - 6, 24, 12, stroke=0, fill=1)
            canvas.setFillGray(0)
            self._pen.draw([Text(-SEAL_SIZE / 2, 0, word, fonts.BODY, SEAL_SIZE)], x, y - 4)
        warning = "密封线内不要答题"
        size = 8.0
        x = height / 2 - fonts.width(warning, fonts.BODY, size) / 2
        self._pen.draw([Text(0, 0, warning, fonts.BODY, size, 0.35)], x, -16.5 * MM)
        canvas.restoreState()

    def _seal_field(self, x: float, room: float, heading: str, value: str) -> None:
        y = -11 * MM
        label = f"{heading}："
        begin = x + fonts.width(label, fonts.BODY, SEAL_SIZE)
        end = x + room - 6 * MM
        size = SEAL_SIZE
        while value and size > 6 and fonts.width(value, fonts.BODY, size) > end - begin:
            size -= 0.5
        self._pen.draw([Text(0, 0, label, fonts.BODY, SEAL_SIZE)], x, y)
        self._pen.draw([Stroke(0, 0, end - begin, 0, 0.5)], begin, y - 2.5)
        if value:
            self._pen.draw([Text(2, 0, value, fonts.BODY, size)], begin, y)

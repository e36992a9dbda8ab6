"""A PDF written page by page: marks, page frames, 密封线, 第 x 页 共 y 页. One file, one subset of each face."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from exam.printing import fonts
from exam.printing.layout import MM, Block, Pages, Placed, Stroke, Text, paginate
from exam.printing.pen import Pen

rl_config.useA85 = 0  # binary streams: a fifth smaller, and a seventh of the time

WIDTH, HEIGHT = 210 * MM, 297 * MM


@dataclass(frozen=True)
class Frame:
    """Margins of a page in points. `left` holds the 密封线 where there is one."""

    top: float = 17 * MM
    bottom: float = 19 * MM
    left: float = 28 * MM
    right: float = 17 * MM

    @property
    def width(self) -> float:
        return WIDTH - self.left - self.right

    @property
    def height(self) -> float:
        return HEIGHT - self.top - self.bottom


@dataclass(frozen=True)
class Printed:
    """What became of a print: pages, bytes, and characters no face could show (as “𠮷 U+20BB7”)."""

    pages: int
    bytes: int
    missing_glyphs: tuple[str, ...]


PAPER = Frame()
PLAIN = Frame(left=18 * MM, right=18 * MM)
FOOTER_SIZE = 9.0
SEAL_SIZE = 10.5


class Document:
    """Collects pages into `file` and in the end tells what could not be shown."""

    def __init__(self, file: IO[bytes], *, title: str) -> None:
        for name in fonts.FILES:
            fonts.face(name)
        self._canvas = Canvas(
            file, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=fonts.BODY
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor("两卷一课")
        self._pen = Pen(self._canvas)
        self._file = file
        self._began = file.tell()
        self.pages = 0

    def run(
        self, blocks: Iterable[Block], frame: Frame, *, seal: Sequence[tuple[str, str]] = (), note: str = ""
    ) -> int:
        """Lay out `blocks` on as many pages as they need, numbered by themselves; returns how many.

        `seal`: fields (heading, value) along the 密封线 of odd pages. `note` stands in the footer before the numbers.
        """
        pages: Pages = paginate(blocks, frame.height)
        for number, rows in enumerate(pages, 1):
            self._page(rows, frame)
            if seal and number % 2:
                self._seal(seal)
            self._footer(frame, number, len(pages), note)
            self._end_page()
        return len(pages)

    def save(self) -> Printed:
        """Write the file; what had no pages becomes one empty one. Nothing can be added afterwards."""
        if not self.pages:
            self._end_page()
        self._canvas.save()
        missing = fonts.missing_in(sorted(self._pen.texts))
        return Printed(self.pages, self._file.tell() - self._began, tuple(missing))

    def _end_page(self) -> None:
        self._canvas.showPage()
        self.pages += 1

    def _page(self, rows: Sequence[Placed], frame: Frame) -> None:
        for down, row in rows:
            self._pen.draw(row.marks, frame.left, HEIGHT - frame.top - down)

    def _footer(self, frame: Frame, number: int, total: int, note: str) -> None:
        words = f"第 {number} 页  共 {total} 页"
        text = f"{note}　　{words}" if note else words
        middle = frame.left + frame.width / 2
        x = middle - fonts.width(text, fonts.BODY, FOOTER_SIZE) / 2
        self._pen.draw([Text(0, 0, text, fonts.BODY, FOOTER_SIZE)], x, 11 * MM)

    def _seal(self, fields: Sequence[tuple[str, str]]) -> None:
        """The rotated fields and the dotted line with 密 封 线 on the left edge, read from below."""
        canvas = self._canvas
        canvas.saveState()
        canvas.translate(0, 0)
        canvas.rotate(90)
        step = (HEIGHT - 40 * MM) / len(fields)
        for place, (heading, value) in enumerate(fields):
            self._seal_field(20 * MM + place * step, step, heading, value)
        y = -20.5 * MM
        canvas.setDash(1, 2)
        canvas.setLineWidth(0.6)
        canvas.setStrokeGray(0)
        canvas.line(12 * MM, y, HEIGHT - 12 * MM, y)
        canvas.setDash()
        for place, word in enumerate("密封线", 1):
            x = HEIGHT * place / 4
            canvas.setFillGray(1)
            canvas.rect(x - 12, y - 6, 24, 12, stroke=0, fill=1)
            canvas.setFillGray(0)
            self._pen.draw([Text(-SEAL_SIZE / 2, 0, word, fonts.BODY, SEAL_SIZE)], x, y - 4)
        warning = "密封线内不要答题"
        size = 8.0
        x = HEIGHT / 2 - fonts.width(warning, fonts.BODY, size) / 2
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

"""Marks as operators of a page's stream (ISO 32000-1 §8 and §9), remembered where papers repeat them.

The canvas writes such operators too, but works out anew which of a face's subsets each character is in whenever a line
is drawn. The papers of a stop share their lines.
"""

import io
from collections.abc import Iterable, Mapping

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from exam.printing import fonts
from exam.printing.embedding import Embedded
from exam.printing.layout import Box, Figure, Fill, Ink, Mark, Modules, Stroke, Text
from exam.printing.outlines import rounded
from question_bank.pictures import Picture

_Run = tuple[str, str, float, int, tuple[tuple[int, int], ...]]
"""Text, face, size, spread, shifts."""


class Pen:
    """Draws on the current page of one canvas. Positions in points from the lower left corner of the page."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._runs: dict[_Run, str] = {}
        self._holes: dict[_Run, list[tuple[float, str]]] = {}
        self._faces: dict[str, Embedded] = {}
        self._codes: dict[tuple[object, float], str] = {}
        self._boxes: dict[tuple[float, float, float, float, float], str] = {}
        self._grounds: dict[object, str] = {}
        self._readers: dict[str, ImageReader] = {}
        self.pictures: dict[str, Picture] = {}
        """By digest what has been shown so far."""
        self.figures: list[str] = []
        """Digests of the pictures shown since somebody emptied this."""

    @property
    def faces(self) -> Mapping[str, Embedded]:
        """The faces used so far, in the order of their first use."""
        return self._faces

    @property
    def texts(self) -> set[str]:
        """Every text drawn so far."""
        return {run[0] for run in self._runs}

    def draw(self, marks: tuple[Mark, ...] | list[Mark], x: float, y: float) -> None:
        """Put marks on the page, (x, y) being the top left corner of their row."""
        for mark in marks:
            if isinstance(mark, Text):
                self._text(mark, x + mark.x, y - mark.down)
            elif isinstance(mark, Stroke):
                self._stroke(mark, x, y)
            elif isinstance(mark, Fill):
                self._fill(mark, x + mark.x, y - mark.down)
            elif isinstance(mark, Figure):
                self.show(mark.picture, x + mark.x, y - mark.down - mark.height, mark.width, mark.height)
            elif isinstance(mark, Box):
                self._box(mark, x + mark.x, y - mark.down)
            else:
                self._modules(mark, x + mark.x, y - mark.down)

    def ground(self, key: object, marks: Iterable[Mark], x: float, y: float) -> None:
        """The same as `draw` for marks that many pages share under one key: worked out the first time only."""
        known = self._grounds.get(key)
        if known is None:
            code = self._canvas._code  # noqa: SLF001 -- the operators of the page so far
            begin = len(code)
            self.draw(list(marks), x, y)
            known = self._grounds[key] = "\n".join(code[begin:])
            del code[begin:]
        self._canvas.addLiteral(known)

    def _text(self, mark: Text, x: float, y: float) -> None:
        key = (mark.text, mark.font, mark.size, mark.spread, mark.shifts)
        shown = self._runs.get(key)
        if shown is None:
            shown = self._runs[key] = self._shown(*key)
        paint = _paint(mark.grey, mark.ink)
        if mark.heavy:
            line = f"2 Tr {mark.heavy:.2f} w {_paint(mark.grey, mark.ink, line=True)}"
            shown = f"{line} {shown} 0 Tr"
        self._canvas.addLiteral(f"BT {paint} 1 0 0 1 {x:.2f} {y:.2f} Tm {shown} ET")
        if key in self._holes:
            for before, character in self._holes[key]:
                self.draw(_placeholder(character, mark.size), x + before, y + 0.8 * mark.size)

    def _shown(self, text: str, font: str, size: float, spread: int, shifts: tuple[tuple[int, int], ...]) -> str:
        """The operators that show `text`: for each stretch its face, then the glyphs with the shifts between them."""
        shift = dict(shifts)
        parts = []
        for face, start, end in fonts.stretches(text, font):
            embedded = self.embedded(face or fonts.BODY)
            if face is None:
                self._holes.setdefault((text, font, size, spread, shifts), []).extend(
                    (_room(text[:at], font, size, spread, shifts), text[at]) for at in range(start, end)
                )
                parts.append(f"/{embedded.name} {size:.2f} Tf [{-(1000 + spread) * (end - start)}] TJ")
                continue
            digits = embedded.digits(text[start:end])
            parts.append(f"/{embedded.name} {size:.2f} Tf {_strings(digits, start, shift)}")
        shown = " ".join(parts)
        return f"{spread * size / 1000:.3f} Tc {shown} 0 Tc" if spread else shown

    def embedded(self, name: str) -> Embedded:
        """A face in this document, from its first use on."""
        known = self._faces.get(name)
        if known is None:
            document = self._canvas._doc  # noqa: SLF001 -- where faces are registered; the canvas has no other way to it
            known = self._faces[name] = Embedded(document, fonts.face(name))
        return known

    def _stroke(self, mark: Stroke, x: float, y: float) -> None:
        self._canvas.addLiteral(
            f"{mark.weight:.2f} w {_paint(mark.grey, mark.ink, line=True)} {x + mark.x0:.2f} {y - mark.down0:.2f} m "
            f"{x + mark.x1:.2f} {y - mark.down1:.2f} l S"
        )

    def _fill(self, mark: Fill, x: float, y: float) -> None:
        area = f"{x:.2f} {y - mark.height:.2f} {mark.width:.2f} {mark.height:.2f} re f"
        self._canvas.addLiteral(f"{_paint(0.0, mark.ink)} {area}")

    def show(self, picture: Picture, x: float, y: float, width: float, height: float) -> None:
        """The pixels lie in the file once, however often they are shown."""
        reader = self._readers.get(picture.digest)
        if reader is None:
            reader = self._readers[picture.digest] = ImageReader(io.BytesIO(picture.data))
            self.pictures[picture.digest] = picture
        self.figures.append(picture.digest)
        self._canvas.drawImage(reader, x, y, width, height, mask="auto")

    def _box(self, mark: Box, x: float, y: float) -> None:
        key = (mark.width, mark.height, mark.radius, mark.weight, mark.grey)
        path = self._boxes.get(key)
        if path is None:
            path = self._boxes[key] = f"{mark.weight:.2f} w {mark.grey:.2f} G {rounded(*key[:3])} S"
        self._canvas.addLiteral(f"q 1 0 0 1 {x:.2f} {y:.2f} cm {path} Q")

    def _modules(self, mark: Modules, x: float, y: float) -> None:
        key = (mark.rows, mark.size)
        path = self._codes.get(key)
        if path is None:
            path = self._codes[key] = " ".join(
                f"{column * mark.size:.3f} {-number * mark.size:.3f} {length * mark.size:.3f} {mark.size:.3f} re"
                for number, runs in enumerate(mark.rows, 1)
                for column, length in runs
            )
        self._canvas.addLiteral(f"q 0 g 1 0 0 1 {x:.2f} {y:.2f} cm {path} f Q")


def _paint(grey: float, ink: Ink | None, *, line: bool = False) -> str:
    """The operator that chooses the colour, of areas and text or of lines."""
    if ink is None:
        return f"{grey:.2f} {'G' if line else 'g'}"
    return f"{ink[0]:.3f} {ink[1]:.3f} {ink[2]:.3f} {'RG' if line else 'rg'}"


def _room(before: str, font: str, size: float, spread: int, shifts: tuple[tuple[int, int], ...]) -> float:
    """How far `before`, the beginning of a run, reaches."""
    shifted = len(before) * spread + sum(shift for at, shift in shifts if at < len(before))
    return fonts.width(before, font, size) + shifted * size / 1000


def _placeholder(character: str, size: float) -> list[Mark]:
    """A box with the character's code, for one that no face can show: never an empty place that nobody notices."""
    code = f"{ord(character):04X}"
    half = (len(code) + 1) // 2
    small = size * 0.36
    edge = 0.04 * size
    side = size - 2 * edge
    rows = (
        Text(size / 2 - fonts.width(part, fonts.BODY, small) / 2, down * size, part, fonts.BODY, small)
        for part, down in ((code[:half], 0.42), (code[half:], 0.82))
    )
    return [Box(edge, edge, side, side, weight=0.4), *rows]


def _strings(digits: list[str], at: int, shift: dict[int, int]) -> str:
    """One string, or several with the shifts between them; `digits` begin at index `at` of their text."""
    ends = [number for number in range(1, len(digits) + 1) if at + number - 1 in shift] if shift else []
    if not ends:
        return f"<{''.join(digits)}> Tj"
    parts, start = [], 0
    for end in ends:
        parts.append(f"<{''.join(digits[start:end])}>{-shift[at + end - 1]}")
        start = end
    rest = f"<{''.join(digits[start:])}>" if start < len(digits) else ""
    return f"[{''.join(parts)}{rest}] TJ"

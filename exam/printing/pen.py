"""Marks as operators of a page's stream (ISO 32000-1 §8 and §9), remembered where papers repeat them.

The canvas writes the same operators, but works out anew which of a face's subsets each character is in whenever a line
is drawn. The papers of a stop share their lines: written this way they come out three times as fast.
"""

import io

from reportlab.lib.rl_accel import escapePDF
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from exam.printing import fonts
from exam.printing.layout import Figure, Mark, Modules, Stroke, Text


class Pen:
    """Draws on the current page of one canvas. Positions in points from the lower left corner of the page."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._runs: dict[tuple[str, str, float], str] = {}
        self._codes: dict[tuple[object, float], str] = {}
        self._pictures: dict[str, ImageReader] = {}

    @property
    def texts(self) -> set[str]:
        """Every text drawn so far."""
        return {text for text, _, _ in self._runs}

    def draw(self, marks: tuple[Mark, ...] | list[Mark], x: float, y: float) -> None:
        """Put marks on the page, (x, y) being the top left corner of their row."""
        for mark in marks:
            if isinstance(mark, Text):
                self._text(mark, x + mark.x, y - mark.down)
            elif isinstance(mark, Stroke):
                self._stroke(mark, x, y)
            elif isinstance(mark, Figure):
                self._figure(mark, x + mark.x, y - mark.down - mark.height)
            else:
                self._modules(mark, x + mark.x, y - mark.down)

    def _text(self, mark: Text, x: float, y: float) -> None:
        key = (mark.text, mark.font, mark.size)
        shown = self._runs.get(key)
        if shown is None:
            shown = self._runs[key] = self._shown(*key)
        self._canvas.addLiteral(f"BT {mark.grey:.2f} g 1 0 0 1 {x:.2f} {y:.2f} Tm {shown} ET")

    def _shown(self, text: str, font: str, size: float) -> str:
        """The operators that show `text`: for each run of characters its subset of the face, then the run."""
        face = fonts.face(font)
        document = self._canvas._doc  # noqa: SLF001 -- the subsets of a face are kept by document; the canvas hides its own
        return " ".join(
            f"{face.getSubsetInternalName(subset, document)} {size:.2f} Tf ({escapePDF(run)}) Tj"
            for subset, run in face.splitString(text, document)
        )

    def _stroke(self, mark: Stroke, x: float, y: float) -> None:
        self._canvas.addLiteral(
            f"{mark.weight:.2f} w {mark.grey:.2f} G {x + mark.x0:.2f} {y - mark.down0:.2f} m "
            f"{x + mark.x1:.2f} {y - mark.down1:.2f} l S"
        )

    def _figure(self, mark: Figure, x: float, y: float) -> None:
        """The pixels lie in the file once, however often they are shown."""
        reader = self._pictures.get(mark.picture.digest)
        if reader is None:
            reader = self._pictures[mark.picture.digest] = ImageReader(io.BytesIO(mark.picture.data))
        self._canvas.drawImage(reader, x, y, mark.width, mark.height, mask="auto")

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

"""座位贴: labels on A4 sheets of three by eight (70 × 37 mm, sold under that size by every maker)."""

from collections.abc import Sequence
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import A4, MM
from exam.printing.fitting import centred, fitted, lines_in
from exam.printing.layout import Mark, Stroke
from exam.printing.rows import Label, Occasion

ACROSS, DOWN = 3, 8
WIDTH, HEIGHT = A4[0] / ACROSS, A4[1] / DOWN
PAD = 5 * MM
"""Kept white on every side: printers do not reach the edge, and sheets shift."""
SEAT = 20 * MM
"""Width of the field with the number."""


def write_labels(file: IO[bytes], labels: Sequence[Label], occasion: Occasion) -> Printed:
    """Write the labels in the order given, from the upper left corner of the first sheet."""
    document = Document(file, title="座位贴")
    add_labels(document, labels, occasion)
    return document.save()


def add_labels(document: Document, labels: Sequence[Label], occasion: Occasion, *, backs: bool = False) -> None:
    """The same as pages of a document that holds more; with `backs` the other side of each sheet stays empty."""
    each = ACROSS * DOWN
    for start in range(0, len(labels), each):
        marks: list[Mark] = _cuts()
        for place, label in enumerate(labels[start : start + each]):
            down, across = divmod(place, ACROSS)
            marks += _label(label, occasion, across * WIDTH, down * HEIGHT)
        document.plate(marks, back=backs)


def _cuts() -> list[Mark]:
    """Faint lines for those who print on plain paper and cut."""
    upright = [Stroke(WIDTH * place, 0, WIDTH * place, A4[1], 0.3, 0.8) for place in range(1, ACROSS)]
    level = [Stroke(0, HEIGHT * place, A4[0], HEIGHT * place, 0.3, 0.8) for place in range(1, DOWN)]
    return [*upright, *level]


def _label(label: Label, occasion: Occasion, x: float, y: float) -> list[Mark]:
    text, room = x + PAD + SEAT, WIDTH - 2 * PAD - SEAT - 1 * MM
    return [
        centred("座位号", x + PAD + SEAT / 2 - 1 * MM, y + 9.5 * MM, SEAT, size=8, grey=0.3),
        centred(str(label.seat), x + PAD + SEAT / 2 - 1 * MM, y + 24 * MM, SEAT - 3 * MM, size=34, font=fonts.HEAD),
        Stroke(text - 2 * MM, y + 6 * MM, text - 2 * MM, y + HEIGHT - 6 * MM, 0.4, 0.6),
        fitted(label.name, text + 1 * MM, y + 13 * MM, room, size=17),
        *lines_in(label.unit, text + 1 * MM, y + 19.5 * MM, room, size=9, most=2),
        fitted(f"考号 {label.number}", text + 1 * MM, y + 27.5 * MM, room, size=9),
        fitted(occasion.stop, text + 1 * MM, y + 32 * MM, room, size=7, grey=0.35),
    ]

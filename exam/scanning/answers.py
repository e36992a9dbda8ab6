"""Pure: where the questions of a section are answered: bubbles for what is chosen, boxes for what is written.

Millimetres; every piece begins at (0, 0) and is moved to its place afterwards.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_CEILING, Decimal
from itertools import groupby, pairwise
from typing import NamedTuple

from exam.papers.transcript import SheetItem, written_marks
from exam.scanning.geometry import (
    BUBBLE_WIDTH,
    CLEAR,
    PITCH_ACROSS,
    PITCH_DOWN,
    Align,
    Bubble,
    BubbleRow,
    Ink,
    Role,
    Rule,
    Words,
    WrittenBox,
)
from question_bank.enums import Kind
from question_bank.kinds import PublicView

WIDTH = 180.0
"""Of a column of the sheet."""
TOGETHER = 5
"""Rows of bubbles in one group; the eye counts in fives."""
BETWEEN = 5.0
"""Between neighbouring pieces."""
NUMBER, LONG_NUMBER, PLACE = 7.0, 13.0, 10.5
"""Width of a question's number, of one with its sub-question, and of the place in an ordering."""
LABEL_SIZE, TEXT_SIZE = 9.0, 9.0
HEAD, LINE = 7.0, 8.2
"""Height of the strip at the top of a box, and of a line to write on."""
MARKED = 26.0
"""Width of the field for the marks."""


class Asked(NamedTuple):
    """One question or sub-question as far as the sheet depends on it; questions that are asked alike are equal.

    `options` and `rows` are labels. `fields` are (label, heading) of the boxes of a diagnosis.
    """

    number: int
    part: str
    kind: Kind
    marks: Decimal
    options: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    blanks: int = 1
    unit: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        return f"{self.number}({self.part})" if self.part else f"{self.number}"


class Piece(NamedTuple):
    """Something that is never torn. `tight` pieces stand on each other without white between."""

    width: float
    height: float
    ink: Ink
    tight: bool = False


def asked(items: Sequence[SheetItem]) -> tuple[Asked, ...]:
    """The questions of a section, a case as its sub-questions."""
    return tuple(each for item in items for each in _asked(item.view, item.number, "", item.marks))


def _asked(view: PublicView, number: int, part: str, marks: Decimal) -> Iterator[Asked]:
    if view.kind is Kind.CASE:
        for sub in view.parts:
            yield from _asked(sub.view, number, sub.label, sub.marks)
        return
    columns = view.right if view.kind is Kind.MATCHING else view.options
    labels = tuple(option.label for option in columns)
    yield Asked(
        number=number,
        part=part,
        kind=view.kind,
        marks=marks,
        options=labels,
        rows={Kind.MATCHING: tuple(row.label for row in view.left), Kind.ORDERING: _places(labels)}.get(view.kind, ()),
        blanks=max(1, len(view.segments) - 1),
        unit=view.unit,
        fields=tuple((entry.label, entry.text) for entry in view.fields),
    )


def _places(labels: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(place) for place in range(1, len(labels) + 1))


def pieces(questions: Sequence[Asked]) -> list[Piece]:
    """All of them in their order; neighbouring choices share groups of five rows."""
    found: list[Piece] = []
    for is_choice, run in groupby(questions, key=lambda each: each.kind in CHOICES):
        if is_choice:
            found += _choices(list(run))
        else:
            found += [piece for each in run for piece in _BUILDERS[each.kind](each)]
    return found


def _choices(questions: Sequence[Asked]) -> list[Piece]:
    """Groups as wide as the question with most options needs, so that they stand in columns."""
    most = max(len(each.options) for each in questions)
    room = LONG_NUMBER if any(each.part for each in questions) else NUMBER
    starts = range(0, len(questions), TOGETHER)
    return [_group(questions[start : start + TOGETHER], room, most) for start in starts]


def _group(questions: Sequence[Asked], room: float, most: int) -> Piece:
    words, rows = [], []
    for place, each in enumerate(questions):
        middle = (place + 0.5) * PITCH_DOWN
        words.append(_label(each.label, room, middle))
        bubbles = _bubbles(each.options, room + CLEAR, middle)
        many = each.kind is Kind.MULTIPLE_CHOICE
        rows.append(
            BubbleRow(
                role=Role.ANSWER,
                question=each.number,
                part=each.part,
                bubbles=bubbles,
                most=len(bubbles) if many else 1,
            )
        )
    return Piece(_wide(room, most), len(questions) * PITCH_DOWN, Ink(words=tuple(words), rows=tuple(rows)))


def _bubbles(labels: Sequence[str], left: float, middle: float) -> tuple[Bubble, ...]:
    """A row of bubbles whose first begins at `left`."""
    first = left + BUBBLE_WIDTH / 2
    return tuple(Bubble(label=each, x=first + place * PITCH_ACROSS, y=middle) for place, each in enumerate(labels))


def _wide(room: float, count: int) -> float:
    return room + CLEAR + (count - 1) * PITCH_ACROSS + BUBBLE_WIDTH


def _label(text: str, right: float, middle: float) -> Words:
    return Words(x=right, y=middle + 1.1, text=text, size=LABEL_SIZE, bold=True, align=Align.RIGHT)


def _grid(question: Asked) -> list[Piece]:
    """A row of bubbles for every place of an ordering, for every left entry of a matching."""
    room = LONG_NUMBER if question.part else NUMBER
    left = room + PLACE
    words, rows = [_label(question.label, room, PITCH_DOWN / 2)], []
    for place, row in enumerate(question.rows):
        middle = (place + 0.5) * PITCH_DOWN
        name = f"第{row}位" if question.kind is Kind.ORDERING else f"{row} →"
        words.append(Words(x=left, y=middle + 1.1, text=name, size=LABEL_SIZE, align=Align.RIGHT))
        bubbles = _bubbles(question.options, left + CLEAR, middle)
        rows.append(BubbleRow(role=Role.ANSWER, question=question.number, part=question.part, row=row, bubbles=bubbles))
    height = len(question.rows) * PITCH_DOWN
    return [Piece(_wide(left, len(question.options)), height, Ink(words=tuple(words), rows=tuple(rows)))]


def frame(width: float, height: float, weight: float = 0.6) -> tuple[Rule, ...]:
    """A rectangle from (0, 0)."""
    corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height), (0.0, 0.0))
    return tuple(Rule(x0=x0, y0=y0, x1=x1, y1=y1, weight=weight) for (x0, y0), (x1, y1) in pairwise(corners))


def _half() -> float:
    return (WIDTH - BETWEEN) / 2


def _blanks(question: Asked) -> list[Piece]:
    """Lines to write on, two beside each other; a single blank takes half the column."""
    width = WIDTH / 2 if question.blanks == 1 else WIDTH
    across = 1 if question.blanks == 1 else 2
    lines = -(-question.blanks // across)
    height = 1.5 + lines * 9.0
    room = LONG_NUMBER if question.part else NUMBER
    step = (width - room - 4) / across
    rules, words = list(frame(width, height)), [_label(question.label, room, 6.2)]
    for place in range(question.blanks):
        x, y = room + 3 + place % across * step, 7.8 + place // across * 9.0
        name = f"({place + 1})" if question.blanks > 1 else ""
        if name:
            words.append(Words(x=x, y=y - 0.6, text=name, size=8))
        rules.append(Rule(x0=x + (6 if name else 0), y0=y, x1=x + step - 3, y1=y, weight=0.4, grey=0.3))
    return [_boxed(question, width, height, Ink(rules=tuple(rules), words=tuple(words)))._replace(tight=True)]


def _boxed(question: Asked, width: float, height: float, ink: Ink, *, field: str = "", piece: int = 1) -> Piece:
    box = WrittenBox(
        question=question.number,
        part=question.part,
        field=field,
        piece=piece,
        x=0.0,
        y=0.0,
        width=width,
        height=height,
    )
    return Piece(width, height, Ink(boxes=(box,)) + ink)


def _strip(question: Asked, width: float, words: str, *, marked: bool) -> Ink:
    """The top of a box: number, marks or heading, and the field in which the marker writes."""
    text = f"{question.label}．{words}"
    ink = Ink(words=(Words(x=3, y=4.9, text=text, size=LABEL_SIZE, bold=True),))
    if not marked:
        return ink
    left = width - MARKED
    rules = (
        Rule(x0=left, y0=0, x1=left, y1=HEAD, weight=0.4),
        Rule(x0=left, y0=HEAD, x1=width, y1=HEAD, weight=0.4),
        Rule(x0=left + 10, y0=0, x1=left + 10, y1=HEAD, weight=0.4),
    )
    return ink + Ink(rules=rules, words=(Words(x=left + 5, y=4.8, text="得分", size=8, align=Align.CENTRE, grey=0.2),))


def _working(question: Asked) -> list[Piece]:
    """Half a column to reckon in, with a line for the result."""
    width, height = _half(), 42.0
    unit = f"（{question.unit}）" if question.unit else ""
    low = height - 4.5
    ink = _strip(question, width, f"（{written_marks(question.marks)}分）", marked=True)
    line = Ink(
        rules=(*frame(width, height), Rule(x0=11, y0=low + 1, x1=width - 30, y1=low + 1, weight=0.4, grey=0.3)),
        words=(
            Words(x=4, y=low, text="答：", size=TEXT_SIZE),
            Words(x=width - 29, y=low, text=unit, size=TEXT_SIZE),
        ),
    )
    return [_boxed(question, width, height, ink + line)]


def lines_for(marks: Decimal) -> int:
    """Lines for a written answer: four for every five marks, from four to sixteen."""
    return max(4, min(16, int((marks * 4 / 5).to_integral_value(ROUND_CEILING))))


TALLEST = 26
"""Lines that one box may have; a longer answer goes on in another one, on the next page if need be."""


def _written(question: Asked) -> list[Piece]:
    if question.fields:
        count = max(2, lines_for(question.marks) // len(question.fields))
        return [
            _lined(question, 1 if label == "department" else count, heading=heading, field=label)
            for label, heading in question.fields
        ]
    left = lines_for(question.marks)
    found: list[Piece] = []
    while left:
        here = min(left, TALLEST)
        found.append(_lined(question, here, piece=len(found) + 1))
        left -= here
    return found


def _lined(question: Asked, count: int, *, heading: str = "", field: str = "", piece: int = 1) -> Piece:
    """A box with lines; `heading` that of a diagnosis, whose marks are given for all its boxes together."""
    height = HEAD + count * LINE  # the frame is the last line
    worth = f"（{written_marks(question.marks)}分）" if piece == 1 else "（续）"
    lines = tuple(
        Rule(x0=4, y0=HEAD + place * LINE, x1=WIDTH - 4, y1=HEAD + place * LINE, weight=0.4, grey=0.6)
        for place in range(1, count)
    )
    first = piece == 1 and (not question.fields or field == question.fields[0][0])
    ink = _strip(question, WIDTH, f"{heading}{worth if first or not heading else ''}", marked=first)
    return _boxed(question, WIDTH, height, ink + Ink(rules=frame(WIDTH, height) + lines), field=field, piece=piece)


CHOICES = frozenset({Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE})
"""Kinds answered in one row of bubbles."""
BUBBLED = CHOICES | {Kind.ORDERING, Kind.MATCHING}
"""Kinds a machine reads; the others are written by hand and marked by people."""
_BUILDERS: dict[Kind, Callable[[Asked], list[Piece]]] = {
    Kind.ORDERING: _grid,
    Kind.MATCHING: _grid,
    Kind.FILL_BLANK: _blanks,
    Kind.NUMERIC: _working,
    Kind.SHORT_ANSWER: _written,
}
PLACES = CHOICES | _BUILDERS.keys()
"""Kinds that have a place of their own; a case has those of its sub-questions."""

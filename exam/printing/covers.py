"""试卷袋封面: what lies in an envelope, who sealed and who opened it, whose seats it is for."""

from collections.abc import Sequence
from typing import IO, NamedTuple

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import A4, MM
from exam.printing.fitting import centred, fitted, lines_in
from exam.printing.layout import Box, Mark, Stroke, Text
from exam.printing.rows import Cover, Occasion

LEFT, RIGHT = 20 * MM, A4[0] - 20 * MM
WIDTH = RIGHT - LEFT
ROW = 10 * MM
HEADING = 30 * MM
SEATS_ACROSS = 5
SEAT_ROW = 6 * MM
LOWEST = A4[1] - 18 * MM
HANDLING = (
    ("封　装", ("封装人（签名）", "监封人（签名）", "封装时间")),
    ("启　封", ("监考员（签名）", "监考员（签名）", "启封时间")),
    ("回　收", ("实考人数", "缺考人数", "收回试卷（份）")),
    ("", ("收回答题卡（份）", "监考员（签名）", "收卷人（签名）")),
)
"""Rows of signatures and counts; a row without a name belongs to the one above it."""
SECRET = "考试结束前属于保密材料，不得提前启封。启封前请两名监考员共同检查封口。"  # noqa: S105 -- no password


class Cell(NamedTuple):
    """A field of the table: heading, value, and how many halves of the table it takes."""

    heading: str
    value: str
    halves: int = 1


def write_covers(file: IO[bytes], covers: Sequence[Cover], occasion: Occasion) -> Printed:
    """Write a page for each cover, more where its seats need them."""
    document = Document(file, title="试卷袋封面")
    add_covers(document, covers, occasion)
    return document.save()


def add_covers(document: Document, covers: Sequence[Cover], occasion: Occasion, *, backs: bool = False) -> None:
    """The same as pages of a document that holds more; with `backs` the other side of each sheet stays empty."""
    for cover in covers:
        marks, down = _front(cover, occasion)
        seats = list(cover.seats)
        while True:
            room = int((LOWEST - down - 9 * MM) // SEAT_ROW)
            here, seats = seats[: room * SEATS_ACROSS], seats[room * SEATS_ACROSS :]
            document.plate([*marks, *_seats(here, down, cover.papers)], back=backs)
            if not seats:
                break
            marks = [centred(f"{cover.specification}　座位（续）", A4[0] / 2, 20 * MM, WIDTH, size=12, font=fonts.HEAD)]
            down = 26 * MM


def _front(cover: Cover, occasion: Occasion) -> tuple[list[Mark], float]:
    """Everything above the seats, and where they begin."""
    middle = A4[0] / 2
    marks: list[Mark] = [
        centred(occasion.tour, middle, 24 * MM, WIDTH, size=13),
        centred("试　卷　袋", middle, 38 * MM, WIDTH, size=28, font=fonts.HEAD),
        centred(SECRET, middle, 47 * MM, WIDTH, size=9.5, grey=0.2),
    ]
    down = 53 * MM
    facts = (
        (Cell("单　位", occasion.stop, 2),),
        (Cell("考　场", occasion.venue, 2),),
        (Cell("考试时间", f"{occasion.day} {cover.when}（{cover.minutes}分钟）", 2),),
        (Cell("科　目", cover.paper), Cell("组卷规格", cover.specification)),
        (Cell("应考人数", f"{cover.papers} 人"), Cell("备用卷", f"{cover.spares} 份")),
        (Cell("袋内试卷", _sheets(cover)), Cell("袋内答题卡", _sheets(cover))),
    )
    for row in facts:
        marks += _row(row, down)
        down += ROW
    down += 5 * MM
    for name, fields in HANDLING:
        marks += _handling(name, fields, down)
        down += ROW + 1 * MM
    marks.append(fitted("缺考座位号：", LEFT, down + 7 * MM, WIDTH, size=10.5))
    marks.append(Stroke(LEFT + 24 * MM, down + 8 * MM, RIGHT, down + 8 * MM, 0.5))
    return marks, down + 17 * MM


def _sheets(cover: Cover) -> str:
    return f"{cover.papers} + 备用 {cover.spares} = {cover.papers + cover.spares} 份"


def _row(cells: Sequence[Cell], down: float) -> list[Mark]:
    half = WIDTH / 2
    marks: list[Mark] = [Box(LEFT, down, WIDTH, ROW, 0, 0.6)]
    x = LEFT
    for cell in cells:
        room = half * cell.halves
        marks += [
            Stroke(x, down, x, down + ROW, 0.6),
            Stroke(x + HEADING, down, x + HEADING, down + ROW, 0.6),
            centred(cell.heading, x + HEADING / 2, down + ROW / 2 + 4, HEADING - 6, size=11, font=fonts.HEAD),
            *lines_in(cell.value, x + HEADING + 3 * MM, down + ROW / 2, room - HEADING - 5 * MM, size=12, high=ROW - 2),
        ]
        x += room
    return marks


def _handling(name: str, fields: Sequence[str], down: float) -> list[Mark]:
    baseline = down + ROW - 3.5 * MM
    marks: list[Mark] = [fitted(name, LEFT, baseline, 18 * MM, size=11, font=fonts.HEAD)] if name else []
    step = (WIDTH - 18 * MM) / len(fields)
    for place, field in enumerate(fields):
        x = LEFT + 18 * MM + place * step
        head = Text(x, baseline, field, fonts.BODY, 9.5)
        begin = x + fonts.width(field, fonts.BODY, 9.5) + 1 * MM
        marks += [head, Stroke(begin, baseline + 2, x + step - 3 * MM, baseline + 2, 0.5)]
    return marks


def _seats(seats: Sequence[tuple[int, str]], down: float, total: int) -> list[Mark]:
    """Seat and name, column by column."""
    marks: list[Mark] = []
    rows = -(-len(seats) // SEATS_ACROSS)
    step = WIDTH / SEATS_ACROSS
    if seats:
        words = f"座位（共{total}人）"
        marks += [
            fitted(words, LEFT, down, WIDTH, size=11, font=fonts.HEAD),
            Stroke(LEFT, down + 2 * MM, RIGHT, down + 2 * MM, 0.5),
        ]
    for place, (seat, name) in enumerate(seats):
        column, row = divmod(place, rows)
        x, baseline = LEFT + column * step, down + 7.5 * MM + row * SEAT_ROW
        marks += [
            fitted(str(seat), x + 7 * MM, baseline, 8 * MM, size=10, font=fonts.HEAD, share=1.0),
            fitted(name, x + 9.5 * MM, baseline, step - 11 * MM, size=10.5),
        ]
    return marks

"""准考证: tickets to be cut out, ten on a page. What stands on them is given as plain rows."""

import itertools
from collections.abc import Sequence
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import MM, PLAIN
from exam.printing.layout import Block, Mark, Row, Stroke, Text
from exam.printing.qr import code as qr_code
from exam.printing.rows import Ticket

ACROSS = 2
HEIGHT = 51 * MM
WIDTH = PLAIN.width / ACROSS
PAD = 5 * MM
QR_SIDE = 25 * MM


def write_tickets(file: IO[bytes], tickets: Sequence[Ticket], *, title: str, lines: Sequence[str] = ()) -> Printed:
    """Write the tickets in the order given; `title` and `lines` (time, place) stand on each."""
    document = Document(file, title=title)
    add_tickets(document, tickets, title=title, lines=lines)
    return document.save()


def add_tickets(document: Document, tickets: Sequence[Ticket], *, title: str, lines: Sequence[str] = ()) -> None:
    """The same as pages of a document that holds more."""
    starts = range(0, len(tickets), ACROSS)
    document.run([Block((_row(tickets[start : start + ACROSS], title, lines),)) for start in starts], PLAIN)


def _row(tickets: Sequence[Ticket], title: str, lines: Sequence[str]) -> Row:
    marks: list[Mark] = []
    for place, ticket in enumerate(tickets):
        marks += _card(ticket, place * WIDTH, title, lines)
    return Row(HEIGHT, tuple(marks))


def _card(ticket: Ticket, x: float, title: str, lines: Sequence[str]) -> list[Mark]:
    corners = ((x, 0.0), (x + WIDTH, 0.0), (x + WIDTH, HEIGHT), (x, HEIGHT), (x, 0.0))
    marks: list[Mark] = [Stroke(*one, *other, 0.4, 0.6) for one, other in itertools.pairwise(corners)]
    room = WIDTH - 2 * PAD
    left = x + PAD
    marks.append(_fitted(title, left, 16, room, (fonts.HEAD, 10.5)))
    text_room = room - QR_SIDE - 3 * MM
    marks += [
        _fitted(ticket.name, left, 40, text_room, (fonts.BODY, 16)),
        _fitted(ticket.unit, left, 56, text_room, (fonts.BODY, 9.5)),
        _fitted(f"座位号 {ticket.seat}", left, 74, text_room, (fonts.HEAD, 12)),
        _fitted("准考证号", left, 92, text_room, (fonts.BODY, 8)),
        _fitted(grouped(ticket.code), left, 108, text_room, (fonts.HEAD, 14)),
    ]
    marks += [_fitted(line, left, 122 + 11 * place, room, (fonts.BODY, 8)) for place, line in enumerate(lines[:2])]
    marks.append(qr_code(ticket.address, x=x + WIDTH - PAD - QR_SIDE, down=26, side=QR_SIDE))
    marks.append(_fitted("扫码登录", x + WIDTH - PAD - QR_SIDE / 2 - 16, 26 + QR_SIDE + 11, QR_SIDE, (fonts.BODY, 8)))
    return marks


def grouped(code: str) -> str:
    """A code in fours, easier to read off."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _fitted(text: str, x: float, down: float, room: float, face: tuple[str, float]) -> Text:
    """Set in `face` (name, size), or as much smaller as it takes to stay in `room`."""
    font, size = fonts.suited(text, face[0]), face[1]
    while size > 6 and fonts.width(text, font, size) > room:
        size -= 0.5
    return Text(x, down, text, font, size)

"""准考证: tickets to be cut out, six on a page. What stands on them is given as plain rows."""

from collections.abc import Sequence
from typing import IO

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import MM
from exam.printing.fitting import centred, fitted, justified, lines_in
from exam.printing.layout import Box, Mark, Stroke, Text
from exam.printing.qr import code as qr_code
from exam.printing.rows import Occasion, Ticket

ACROSS, DOWN = 2, 3
WIDTH, HEIGHT = 95 * MM, 92 * MM
LEFT, TOP = 10 * MM, 10.5 * MM
PAD = 5 * MM
QR_SIDE = 23 * MM
PHOTO = (20 * MM, 26 * MM)
"""一寸 is 25 × 35 mm; the box takes a small picture or a print of one."""
RULES = (
    "1．凭本证和本人证件入场，提前15分钟到场签到，对号入座。",
    "2．用手机作答的，扫描二维码或输入登录码进入；登录码只限本人使用。",
    "3．纸笔作答的，自备2B铅笔、橡皮和黑色签字笔。",
    "4．遵守考场纪律，听从监考员安排。",
)


def write_tickets(file: IO[bytes], tickets: Sequence[Ticket], occasion: Occasion, *, photo: bool = False) -> Printed:
    """Write the tickets in the order given; `photo` leaves room for a picture of the holder."""
    document = Document(file, title="准考证")
    add_tickets(document, tickets, occasion, photo=photo)
    return document.save()


def add_tickets(
    document: Document, tickets: Sequence[Ticket], occasion: Occasion, *, photo: bool = False, backs: bool = False
) -> None:
    """The same as pages of a document that holds more; with `backs` the other side of each sheet stays empty."""
    each = ACROSS * DOWN
    for start in range(0, len(tickets), each):
        marks: list[Mark] = []
        for place, ticket in enumerate(tickets[start : start + each]):
            down, across = divmod(place, ACROSS)
            marks += _card(ticket, occasion, LEFT + across * WIDTH, TOP + down * HEIGHT, photo=photo)
        document.plate(marks, back=backs)


def grouped(code: str) -> str:
    """A code in fours, easier to read off."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _card(ticket: Ticket, occasion: Occasion, x: float, y: float, *, photo: bool) -> list[Mark]:
    left, right, middle = x + PAD, x + WIDTH - PAD, x + WIDTH / 2
    marks: list[Mark] = [
        Box(x, y, WIDTH, HEIGHT, 0, 0.4, 0.6),
        centred(f"{occasion.tour}　{occasion.stop}", middle, y + 7.5 * MM, WIDTH - 2 * PAD, size=8.5, grey=0.2),
        centred("准　考　证", middle, y + 15.5 * MM, WIDTH, size=16, font=fonts.HEAD),
        Stroke(left, y + 18.5 * MM, right, y + 18.5 * MM, 0.8),
    ]
    wide, narrow = right - left, right - left - QR_SIDE - 3 * MM
    beside = narrow if photo else wide
    if photo:
        marks += [
            Box(right - PHOTO[0], y + 21.5 * MM, *PHOTO, 0, 0.5, 0.5),
            centred("照片", right - PHOTO[0] / 2, y + 36 * MM, PHOTO[0], size=8, grey=0.55),
        ]
    marks += _line("姓　名", ticket.name, left, y + 25 * MM, beside, size=14)
    marks += _line("单　位", ticket.unit, left, y + 32.5 * MM, beside, size=10, most=2)
    marks += _line("考　号", ticket.number, left, y + 40 * MM, beside / 2, size=11)
    marks += _line("座位号", str(ticket.seat), left + beside / 2, y + 40 * MM, beside / 2, size=14, font=fonts.HEAD)
    marks += _line("考　场", occasion.venue, left, y + 47.5 * MM, beside, size=9.5, most=2)
    marks += _line("日　期", occasion.day, left, y + 54 * MM, narrow, size=9.5)
    for place, (paper, when) in enumerate(ticket.times[:2]):
        marks += _line(paper, when, left, y + (60 + 6 * place) * MM, narrow, size=9.5)
    marks += _line("登录码", grouped(ticket.code), left, y + 72 * MM, narrow, size=13, font=fonts.HEAD)
    marks.append(qr_code(ticket.address, x=right - QR_SIDE, down=y + 49.5 * MM, side=QR_SIDE))
    marks.append(centred("扫码登录", right - QR_SIDE / 2, y + 76 * MM, QR_SIDE, size=7.5, grey=0.2))
    return marks + _rules(left, y + 76.5 * MM, wide)


def _rules(x: float, down: float, room: float) -> list[Text]:
    return [
        mark
        for number, rule in enumerate(RULES)
        for mark in justified(rule, x, down + number * 3.5 * MM, room, size=6.5, leading=3.5 * MM, grey=0.15)
    ]


def _line(
    heading: str,
    value: str,
    x: float,
    baseline: float,
    room: float,
    *,
    size: float,
    font: str = fonts.BODY,
    most: int = 1,
) -> list[Mark]:
    """A grey heading and beside it what it says."""
    indent = 13.5 * MM
    head = fitted(heading, x, baseline, indent, size=8.5, grey=0.35)
    if most > 1:
        return [
            head,
            *lines_in(
                value, x + indent, baseline - size * 0.36, room - indent, size=size, most=most, high=7.2 * MM, font=font
            ),
        ]
    return [head, fitted(value, x + indent, baseline, room - indent, size=size, font=font)]

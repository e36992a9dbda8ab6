"""Pure: the head of an answer sheet: whose it is, who did not come, how to fill it in; what stands on every page."""

from typing import NamedTuple

from exam.scanning.answers import WIDTH, frame
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
    Slot,
    Words,
)

TOP, BOTTOM = 39.5, 275.5
"""Where the columns begin and end on every page."""
DIGITS = 6
"""Of a 考号: three of the stop, three of the seat."""
ROW = 9.0
SMALL, PLAIN = 8.5, 9.5
NOTICE = (
    "1．答题前核对姓名、考号和单位，有误的立即报告监考员。",
    "2．填涂题用2B铅笔把选定的字母框涂满；修改时用橡皮擦干净。",
    "3．其他题用0.5毫米黑色签字笔写在该题的方框内，写在框外或写在试卷上的不计分。",
    "4．保持卡面清洁，不折叠；不在四角的黑色定位块和二维码上书写。",
)
SPARE_NOTICE = (
    "1．本卡为备用卡：填写姓名、单位、座位号，在右侧写上考号并逐位填涂。",
    "2．填涂题用2B铅笔把选定的字母框涂满；修改时用橡皮擦干净。",
    "3．其他题用0.5毫米黑色签字笔写在该题的方框内，写在框外或写在试卷上",
    "　　的不计分。",
    "4．保持卡面清洁，不折叠；不在四角的黑色定位块和二维码上书写。",
)
PITCH = 4.8
"""From line to line of the notice."""


class Head(NamedTuple):
    """Height in millimetres, and what stands there, from (0, 0)."""

    height: float
    ink: Ink


def masthead(number: int, total: int, left: float, width: float) -> Ink:
    """Title between the upper markers, page number between the lower ones.

    `left` is where the first column begins, `width` that of the paper. What follows the first page names its holder.
    """
    two = width > 2 * WIDTH
    middle = left + WIDTH / 2 if two else 89.5
    room = WIDTH - 14 if two else 134.0
    slots: tuple[Slot, ...]
    if number == 1:
        slots = (
            Slot(name="heading", x=middle, y=14.5, width=room, size=10, align=Align.CENTRE),
            Slot(name="title", x=middle, y=24.0, width=room, size=17, bold=True, align=Align.CENTRE),
            Slot(name="facts", x=middle, y=31.5, width=room, size=PLAIN, align=Align.CENTRE),
        )
    else:
        slots = (
            Slot(name="title", x=middle, y=15.5, width=room, size=11, bold=True, align=Align.CENTRE),
            Slot(name="holder", x=middle, y=24.5, width=room, size=PLAIN, align=Align.CENTRE),
        )
    foot = f"第 {number} 页　共 {total} 页"
    centre = left + WIDTH / 2
    words = (
        Words(
            x=centre, y=281.5, text="请勿折叠，请勿涂画四角的定位块和二维码", size=7.5, align=Align.CENTRE, grey=0.35
        ),
        Words(x=centre, y=286.5, text=foot, size=9, align=Align.CENTRE),
    )
    return Ink(slots=slots, words=words)


def head(*, spare: bool) -> Head:
    """What stands above the questions of the first page."""
    return _of_spare() if spare else _of_somebody()


def _of_somebody() -> Head:
    names = (("姓名", "name", 0.0, 46.0), ("考号", "number", 62.0, 40.0), ("座位号", "seat", 118.0, 14.0))
    end = 150.0
    rules = [*frame(WIDTH, 2 * ROW), Rule(x0=0, y0=ROW, x1=end, y1=ROW), Rule(x0=end, y0=0, x1=end, y1=2 * ROW)]
    words, slots = [], []
    for heading, name, x, room in names:
        label = 18.0 if len(heading) > 2 else 16.0
        words.append(_named(heading, x, label, ROW / 2))
        slots.append(Slot(name=name, x=x + label + 2, y=ROW / 2 + 1.4, width=room - 3, size=11))
        rules += [Rule(x0=x + label, y0=0, x1=x + label, y1=ROW), Rule(x0=x, y0=0, x1=x, y1=ROW)]
    words.append(_named("单位", 0, 16.0, ROW * 1.5))
    rules.append(Rule(x0=16, y0=ROW, x1=16, y1=2 * ROW))
    slots.append(Slot(name="unit", x=18, y=ROW * 1.5 + 1.4, width=end - 21, size=11))
    absent = _absent().moved(end, 0)
    below = _notice(NOTICE).moved(0, 2 * ROW + 2.5) + _examples(0.0, 8.6).moved(end - 24, 2 * ROW + 3.5)
    return Head(
        2 * ROW + 3 + len(NOTICE) * PITCH,
        Ink(rules=tuple(rules), words=tuple(words), slots=tuple(slots)) + absent + below,
    )


def _of_spare() -> Head:
    """The same with room to write in, and bubbles for the 考号."""
    end = 114.0
    rows = (("姓名", "name"), ("单位", "unit"), ("座位号", "seat"))
    high = 10.5
    rules = [*frame(end, 3 * high), Rule(x0=18, y0=0, x1=18, y1=3 * high)]
    words, slots = [], []
    for place, (heading, name) in enumerate(rows):
        words.append(_named(heading, 0, 18.0, high * (place + 0.5)))
        slots.append(Slot(name=name, x=20, y=high * (place + 0.5) + 1.4, width=end - 52, size=11))
        rules.append(Rule(x0=0, y0=high * place, x1=end if place < 2 else end - 30, y1=high * place))
    rules.append(Rule(x0=end - 30, y0=high, x1=end - 30, y1=3 * high))
    absent = _absent().moved(end - 30, high + 1.5)
    below = _notice(SPARE_NOTICE).moved(0, 3 * high + 4)
    below = below + _examples(38.0, 0.0).moved(0, 3 * high + 11 + len(SPARE_NOTICE) * PITCH)
    number = _number()
    ink = Ink(rules=tuple(rules), words=tuple(words), slots=tuple(slots)) + absent + below
    return Head(number.height, ink + number.ink.moved(end + 6, 0))


def _named(text: str, x: float, width: float, middle: float) -> Words:
    return Words(x=x + width / 2, y=middle + 1.2, text=text, size=PLAIN, bold=True, align=Align.CENTRE)


def _absent() -> Ink:
    """缺考标记, in a field 30 mm wide."""
    row = BubbleRow(role=Role.ABSENT, bubbles=(Bubble(label="", x=15, y=13.0),))
    words = (
        Words(x=15, y=4.4, text="缺考标记", size=SMALL, bold=True, align=Align.CENTRE),
        Words(x=15, y=8.2, text="（监考员填涂）", size=7, align=Align.CENTRE, grey=0.2),
    )
    return Ink(rows=(row,), words=words)


def _notice(lines: tuple[str, ...]) -> Ink:
    return Ink(
        words=tuple(Words(x=0, y=(place + 1) * PITCH - 1, text=line, size=SMALL) for place, line in enumerate(lines))
    )


WRONG = (
    ((-1.7, 0.1, -0.5, 1.1), (-0.5, 1.1, 2.0, -1.2)),
    ((-1.8, -1.1, 1.8, 1.1), (-1.8, 1.1, 1.8, -1.1)),
    ((-0.4, 0.0, 0.4, 0.0),),
    ((-2.3, 0.0, -0.3, 0.0),),
)
"""Strokes of a tick, a cross, a dot and half a filling, from the middle of a bubble; the last two are drawn thick."""
THICK = (1.0, 1.0, 3.4, 7.6)
FULL = 8.0


def _examples(aside: float, down: float) -> Ink:
    """How a bubble is filled in, and `aside` and `down` from there how it is not."""
    words = (
        Words(x=0, y=4.0, text="正确填涂", size=SMALL, bold=True),
        Words(x=aside, y=4.0 + down, text="错误填涂", size=SMALL, bold=True),
    )
    right = Bubble(label="", x=19.6, y=2.9)
    rules = [Rule(x0=right.x - 2.5, y0=right.y, x1=right.x + 2.5, y1=right.y, weight=FULL)]
    wrong = tuple(Bubble(label="", x=aside + 19.6 + place * PITCH_ACROSS, y=2.9 + down) for place in range(len(WRONG)))
    for bubble, strokes, weight in zip(wrong, WRONG, THICK, strict=True):
        rules += [
            Rule(x0=bubble.x + x0, y0=bubble.y + y0, x1=bubble.x + x1, y1=bubble.y + y1, weight=weight)
            for x0, y0, x1, y1 in strokes
        ]
    return Ink(words=words, rules=tuple(rules), rows=(BubbleRow(role=Role.EXAMPLE, bubbles=(right, *wrong)),))


def _number() -> Head:
    """考号: a box to write each digit in and ten bubbles below it."""
    across = (DIGITS - 1) * PITCH_ACROSS + BUBBLE_WIDTH
    left = (WIDTH - 120.0 - across) / 2
    words = (Words(x=left + across / 2, y=5.0, text="考　号", size=PLAIN, bold=True, align=Align.CENTRE),)
    rules: list[Rule] = []
    rows = []
    for place in range(DIGITS):
        middle = left + BUBBLE_WIDTH / 2 + place * PITCH_ACROSS
        box = Ink(rules=frame(PITCH_ACROSS, 8.5)).moved(middle - PITCH_ACROSS / 2, 7)
        rules += box.rules
        bubbles = tuple(
            Bubble(
                label=str(digit),
                x=middle,
                y=7 + 8.5 + CLEAR + PITCH_DOWN / 2 - 1 + digit * PITCH_DOWN + (2 if digit > 4 else 0),
            )
            for digit in range(10)
        )
        rows.append(BubbleRow(role=Role.DIGIT, row=str(place + 1), bubbles=bubbles))
    return Head(7 + 8.5 + CLEAR + 10 * PITCH_DOWN + 2, Ink(words=words, rules=tuple(rules), rows=tuple(rows)))

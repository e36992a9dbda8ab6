"""Text that has to stay in its place: set smaller, or on more lines, until it does. Lengths in points."""

from exam.printing import fonts
from exam.printing.layout import Text, paragraph

SMALLEST, LEADING = 5.5, 1.25


def fitted(
    text: str,
    x: float,
    down: float,
    room: float,
    *,
    size: float,
    font: str = fonts.BODY,
    grey: float = 0.0,
    share: float = 0.0,
) -> Text:
    """One line, as much smaller as it takes to stay in `room`; `share` of it stands on the left of x."""
    face = fonts.suited(text, font)
    while size > SMALLEST and fonts.width(text, face, size) > room:
        size -= 0.5
    return Text(x - share * fonts.width(text, face, size), down, text, face, size, grey)


def centred(
    text: str, x: float, down: float, room: float, *, size: float, font: str = fonts.BODY, grey: float = 0.0
) -> Text:
    """The same around x."""
    return fitted(text, x, down, room, size=size, font=font, grey=grey, share=0.5)


def lines_in(
    text: str,
    x: float,
    middle: float,
    room: float,
    *,
    size: float,
    most: int = 2,
    high: float = 1000.0,
    font: str = fonts.BODY,
) -> list[Text]:
    """Up to `most` lines around the height `middle`, in the largest size with which they need no more than `high`."""
    rows = paragraph(text, x=x, room=room, size=size, leading=size * LEADING, font=font)
    while (len(rows) > most or len(rows) * size * LEADING > high) and size > SMALLEST:
        size -= 0.5
        rows = paragraph(text, x=x, room=room, size=size, leading=size * LEADING, font=font)
    leading = size * LEADING
    top = middle - leading * len(rows) / 2
    return [
        mark._replace(down=mark.down + top + leading * number)
        for number, row in enumerate(rows)
        for mark in row.marks
        if isinstance(mark, Text)
    ]


def justified(
    text: str, x: float, down: float, room: float, *, size: float, leading: float, grey: float = 0.0
) -> list[Text]:
    """All lines of a text from `down` on, hanging by the width of a number and its point."""
    rows = paragraph(
        text, x=x, room=room, size=size, leading=leading, grey=grey, hanging=fonts.width("1．", fonts.BODY, size)
    )
    return [
        mark._replace(down=mark.down + down + leading * number)
        for number, row in enumerate(rows)
        for mark in row.marks
        if isinstance(mark, Text)
    ]

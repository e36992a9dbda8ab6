"""Pure: Chinese text in lines: 避头尾, 标点挤压 and 两端对齐 (GB/T 15834 on marks; W3C CLREQ §3.1 on how they are set).

A line is filled as far as it goes. A closing mark that would begin the next line is drawn in where the marks of the
line can give way; else the character before it goes down too and the line is spread. Widths and shifts in ems.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

NOT_FIRST = frozenset("。，、；：？！）〕】》〉」』”’％‰℃…—～·.,;:?!)]}%")
"""May not stand at the beginning of a line."""
NOT_LAST = frozenset("（〔【《〈「『“‘￥＄([{#")
"""May not stand at the end of a line."""
JOINED = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.,-/%+@")
"""Characters of words, numbers and blanks: not torn apart while the line can hold them."""
SPACE = " 　"
ANSWER = "（　"
"""An empty bracket to write in begins like this: it stays whole, and with the character before it."""
FAR = 40
"""Characters a break may be moved back for the rules; a longer run is torn after all."""
_UNITS = (
    "个百分点|个工作日|工作日|个月|平方公里|平方千米|平方米|立方米|千瓦时|千瓦|公里|千米|厘米|毫米|公斤|千克|小时|分钟|公顷"
    "|[元吨亩人户个家米件次台套条倍项年月日号天周时分秒岁度章节款期届级类份%％‰℃㎡]"
)
WHOLE = re.compile(
    rf"第?\d[\d.,:：～~\-—–×]*[百千万亿]*(?:{_UNITS})?|第[一二三四五六七八九十百千零〇]+[章节条款项批届期]|[—…]{{2}}"
)
"""A number with its unit, an article of a law, a dash or an ellipsis of two characters: each stays on one line."""

OPENING = "（〔【《〈「『“‘"
CLOSING = "，。、；：？！）〕】》〉」』”’"
"""Marks that fill the right or the left half of their square; the other half can be taken away."""
_HAN, _LATIN = "\u3400-\u9fff\U00020000-\U0003ffff", "0-9A-Za-z%"
PAIR = re.compile(
    rf"(?P<gap>[{_HAN}](?=[{_LATIN}])|[{_LATIN}](?=[{_HAN}]))"
    rf"|[{CLOSING}](?=[{CLOSING}{OPENING}])|．(?=[{OPENING}])|[{OPENING}](?=[{OPENING}])"
)
"""The first of two neighbours that want more or less room between them."""
HALF = 0.5
GAP = 0.125
"""Between a Chinese character and a letter or digit."""
SPREAD = 0.1
"""At most so much is put between the characters of a line to make it end with the others; else it ends early."""


class Line(NamedTuple):
    """Characters `start` ≤ i < `end`, set `lead` further right, each followed by `spread` and by its own shift.

    `shifts`: (index from `start`, ems); negative where a mark gives way.
    """

    start: int
    end: int
    lead: float = 0.0
    spread: float = 0.0
    shifts: tuple[tuple[int, float], ...] = ()


class Set(NamedTuple):
    """A line with its text."""

    text: str
    lead: float
    spread: float
    shifts: tuple[tuple[int, float], ...]


def may_break(before: str, after: str) -> bool:
    """Whether a line may end with `before` and the next begin with `after`."""
    if after in NOT_FIRST or before in NOT_LAST or after == " ":
        return False
    return not (before in JOINED and after in JOINED)


def lines(text: str, widths: Mapping[str, float], room: float, first: float | None = None) -> tuple[Set, ...]:
    """`text` in lines of at most `room` (in ems, as `widths` are), the first of at most `first`.

    Every line break in the text begins a new line. A character without a width counts one em. At least one character
    stands on a line, however narrow it is.
    """
    found: list[Set] = []
    for paragraph in text.split("\n"):
        here = room if first is None or found else first
        steps = [widths.get(character, 1.0) for character in paragraph]
        found += [Set(paragraph[each.start : each.end], *each[2:]) for each in cuts(paragraph, steps, room, here)]
    return tuple(found)


def cuts(text: str, steps: Sequence[float], room: float, first: float) -> list[Line]:
    """The lines of `text`, which has no line breaks; `steps` are the widths of its characters.

    Spaces at the ends of lines belong to none; the last line keeps them.
    """
    return _Setter(text, steps).set(room, first)


class _Setter:
    """One paragraph being cut. `shift[i]` is what stands between characters i and i + 1 on the same line."""

    def __init__(self, text: str, steps: Sequence[float]) -> None:
        self.text = text
        self.steps = steps
        self.shift = shifts_of(text, steps)
        self.whole = {place for found in WHOLE.finditer(text) for place in range(found.start() + 1, found.end())}

    def set(self, room: float, first: float) -> list[Line]:
        found: list[Line] = []
        start, here = 0, first
        while True:
            lead = self._lead(start) if found else 0.0
            over = self._over(start, here - lead)
            if over is None:
                break
            end = self._drawn_in(start, over, here - lead) or self._break(start, over)
            after = self._after(end)
            if self._orphan(after, room):
                end = self._earlier(start, end)
                after = self._after(end)
            found.append(self._line(start, end, lead, here))
            if after == len(self.text):
                return found
            start, here = after, room
        shifts = tuple((at - start, self.shift[at]) for at in range(start, len(self.text) - 1) if self.shift[at])
        return [*found, Line(start, len(self.text), lead, 0.0, shifts)]

    def _lead(self, start: int) -> float:
        """An opening mark at the beginning of a line gives its empty half away."""
        opens = start < len(self.text) and self.text[start] in OPENING and self.steps[start] == 1.0
        return -HALF if opens else 0.0

    def _over(self, start: int, room: float) -> int | None:
        """The first character the line cannot hold, one at least being held; None if the rest fits."""
        used = 0.0
        for at in range(start, len(self.text)):
            if used + self.steps[at] > room + 1e-6 and at > start:
                return at
            used += self.steps[at] + self.shift[at]
        return None

    def _drawn_in(self, start: int, over: int, room: float) -> int | None:
        """Where the line ends if the closing marks at `over` are drawn in; None if they cannot be."""
        end = over
        while end < len(self.text) and self.text[end] in CLOSING:
            end += 1
        if end == over or (end < len(self.text) and not self._breaks(end)):
            return None
        needed = self._natural(start, end) - room
        return end if needed <= HALF * self._giving(start, end) + 1e-6 else None

    def _giving(self, start: int, end: int) -> int:
        """How many marks of the line can lose half a square: the last one, and those that stand alone."""
        return 1 + sum(self._gives(at) for at in range(start, end - 1))

    def _gives(self, at: int) -> bool:
        return self.text[at] in CLOSING and self.steps[at] == 1.0 and not self.shift[at]

    def _natural(self, start: int, end: int) -> float:
        return sum(self.steps[start:end]) + sum(self.shift[start : end - 1])

    def _break(self, start: int, over: int) -> int:
        """Where to end the line that begins at `start` and cannot hold the character at `over`."""
        for end in range(over, max(start, over - FAR), -1):
            if self._breaks(end):
                return end
        return over

    def _breaks(self, end: int) -> bool:
        before, after = self.text[end - 1], self.text[end]
        return may_break(before, after) and end not in self.whole and not _tears_bracket(self.text, end)

    def _after(self, end: int) -> int:
        """Where the line after one that ends at `end` begins: spaces between them belong to none."""
        return end + len(self.text[end:]) - len(self.text[end:].lstrip(SPACE))

    def _orphan(self, start: int, room: float) -> bool:
        """Whether a single character, with its mark, would be all of the last line."""
        rest = self.text[start:].rstrip()
        return bool(rest) and len(rest.rstrip(CLOSING)) < 2 and self._natural(start, len(self.text)) <= room

    def _earlier(self, start: int, end: int) -> int:
        for earlier in range(end - 1, max(start + 8, end - 4), -1):
            if self._breaks(earlier):
                return earlier
        return end

    def _line(self, start: int, end: int, lead: float, room: float) -> Line:
        """The line from `start`, spread or drawn in so that it ends where the others do."""
        end = start + len(self.text[start:end].rstrip(SPACE))
        shifts = {at: self.shift[at] for at in range(start, end - 1) if self.shift[at]}
        slack = room - lead - self._natural(start, end)
        spread = 0.0
        if slack < 0:
            self._draw_in(start, end, -slack, shifts)
        elif end - start > 1:
            even = slack / (end - start - 1)
            spread = even if even <= SPREAD else 0.0
        return Line(start, end, lead, spread, tuple((at - start, shifts[at]) for at in sorted(shifts)))

    def _draw_in(self, start: int, end: int, needed: float, shifts: dict[int, float]) -> None:
        """Take `needed` ems from the marks: first from the last one, whose empty half just hangs over the edge."""
        left = needed - (HALF if self.text[end - 1] in CLOSING else 0.0)
        giving = [at for at in range(start, end - 1) if self._gives(at)]
        if left > 0 and giving:
            for at in giving:
                shifts[at] = -left / len(giving)


def shifts_of(text: str, steps: Sequence[float]) -> list[float]:
    """What stands between neighbours: a gap between Chinese and Latin, less where empty halves of marks meet."""
    found = [0.0] * len(text)
    for pair in PAIR.finditer(text):
        at = pair.start()
        if pair.lastgroup == "gap":
            found[at] = GAP
        elif steps[at] == steps[at + 1] == 1.0:
            found[at] = -HALF
    return found


def _tears_bracket(text: str, end: int) -> bool:
    """Whether a break at `end` goes before or through an empty bracket."""
    inside = text[end - 1] in ANSWER and text[end] in "　）"
    return inside or text.startswith(ANSWER, end)

"""Pure: breaking Chinese text into lines by the rules of 避头尾 (GB/T 15834: what may not begin or end a line)."""

from collections.abc import Mapping

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


def may_break(before: str, after: str) -> bool:
    """Whether a line may end with `before` and the next begin with `after`."""
    if after in NOT_FIRST or before in NOT_LAST or after == " ":
        return False
    return not (before in JOINED and after in JOINED)


def lines(text: str, widths: Mapping[str, float], room: float, first: float | None = None) -> tuple[str, ...]:
    """`text` in lines of at most `room` (in ems, as `widths` are), the first of at most `first`.

    Every line break in the text begins a new line. A character without a width counts one em. At least one character
    stands on a line, however narrow it is.
    """
    found: list[str] = []
    for paragraph in text.split("\n"):
        here = room if first is None or found else first
        start, at, used = 0, 0, 0.0
        while at < len(paragraph):
            step = widths.get(paragraph[at], 1.0)
            if used + step > here + 1e-6 and at > start:
                end = _break(paragraph, start, at)
                found.append(paragraph[start:end].rstrip(SPACE))
                start = end + (len(paragraph[end:]) - len(paragraph[end:].lstrip(SPACE)))
                at, used, here = start, 0.0, room
                continue
            used += step
            at += 1
        found.append(paragraph[start:])
    return tuple(found)


def _break(text: str, start: int, over: int) -> int:
    """Where to end the line that begins at `start` and cannot hold the character at `over`."""
    for end in range(over, max(start, over - FAR), -1):
        if may_break(text[end - 1], text[end]) and not _tears_bracket(text, end):
            return end
    return over


def _tears_bracket(text: str, end: int) -> bool:
    """Whether a break at `end` goes before or through an empty bracket."""
    inside = text[end - 1] in ANSWER and text[end] in "　）"
    return inside or text.startswith(ANSWER, end)

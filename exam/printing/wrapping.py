"""Pure: breaking Chinese text into lines by the rules of 避头尾 (GB/T 15834: what may not begin or end a line)."""

from collections.abc import Mapping, Sequence

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
        steps = [widths.get(character, 1.0) for character in paragraph]
        found += [paragraph[start:end] for start, end in cuts(paragraph, steps, room, here)]
    return tuple(found)


def cuts(text: str, steps: Sequence[float], room: float, first: float) -> list[tuple[int, int]]:
    """Where the lines of `text`, which has no line breaks, begin and end; `steps` are the widths of its characters.

    Spaces at the ends of lines belong to none; the last line keeps them.
    """
    found: list[tuple[int, int]] = []
    here = first
    start, at, used = 0, 0, 0.0
    while at < len(text):
        step = steps[at]
        if used + step > here + 1e-6 and at > start:
            end = _break(text, start, at)
            found.append((start, start + len(text[start:end].rstrip(SPACE))))
            start = end + (len(text[end:]) - len(text[end:].lstrip(SPACE)))
            at, used, here = start, 0.0, room
            continue
        used += step
        at += 1
    return [*found, (start, len(text))]


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

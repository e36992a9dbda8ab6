"""Pure: figures, days and lists of names as a Chinese document writes them."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from exam.printing.wrapping import NOT_FIRST


def listed(names: Sequence[str], most: int = 30) -> str:
    """A、B和C; more than `most` of them as a number of units."""
    if len(names) > most:
        return f"上述{len(names)}个单位"
    return names[0] if len(names) == 1 else f"{'、'.join(names[:-1])}和{names[-1]}"


def days(first: date | None, last: date | None) -> str:
    """From one day to another, with a comma behind."""
    if first is None or last is None:
        return ""
    if first == last:
        return f"{chinese_date(first)}，"
    return f"{chinese_date(first)}至{chinese_date(last)}，"


def chinese_date(day: date) -> str:
    """2027年3月2日: Arabic numerals without leading zeros (GB/T 9704, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def rate(value: Decimal | None) -> str:
    """83.3%."""
    return "–" if value is None else f"{value * 100:.1f}%"


def mark(value: Decimal | None) -> str:
    """72.5 of 72.50; whole marks stay whole."""
    return "–" if value is None else f"{value:.1f}"


WHOLE = re.compile(
    r"招商引资|业务卷|问题卷|巡回|培训|考试|情况|通报|干部|成绩|单位|部门|全县|第[一二三四五六七八九十\d]+[次场轮批期]|\d+年|\d+月|\d+"
)
"""Words of such titles; a line of a title ends where one ends (词意完整)."""


def broken(text: str, count: int) -> str:
    """`text` on `count` lines of about the same length, broken at the ends of words."""
    inside = {at for word in WHOLE.finditer(text) for at in range(word.start() + 1, word.end())}
    cuts, at = [], 0
    for number in range(1, count):
        wanted = round(len(text) * number / count)
        places = [place for place in range(at + 1, len(text)) if place not in inside and text[place] not in NOT_FIRST]
        at = min(places, key=lambda place: abs(place - wanted), default=wanted)
        cuts.append(at)
    return "\n".join(text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True))

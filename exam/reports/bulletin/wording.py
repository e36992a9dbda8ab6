"""Pure: figures, days and lists of names as a Chinese document writes them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal


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

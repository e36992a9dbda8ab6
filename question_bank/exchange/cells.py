"""Cells of a spreadsheet: their values as text, and lists written into one cell. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

LONGEST = 32_767
"""Characters a cell of Excel can hold."""

_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CARRIAGE = re.compile(r"_x000[Dd]_")
_DATE = re.compile(r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})日?|月?)")
# day 0 of the spreadsheet's calendar, its wrong leap day of 1900 included
_SERIAL_EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)


def is_risky(text: str) -> bool:
    """Whether a spreadsheet might take ``text`` for a formula once somebody edits the cell."""
    return text.startswith(_RISKY)


def text_of(value: object) -> str:
    """Return a cell's value as the text a person sees: 2.0 is 2, a day is ISO, TRUE is TRUE."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return plain_number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, (date, time, timedelta)):
        return str(value)
    return _CARRIAGE.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n")


def plain_number(value: float) -> str:
    """Write a number without an exponent and without the noise of binary fractions (0.1 + 0.2 is 0.3)."""
    return format(Decimal(f"{value:.15g}").normalize() + 0, "f")


def day_of(text: str) -> date | None:
    """Read a whole day: 2027-12-31, 2027/12/31, 2027年12月31日, 20271231, or a spreadsheet's serial number."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if plain.isdigit() and len(plain) == len("20271231"):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    if plain.isdigit() and int(plain) in _SERIALS:
        return _SERIAL_EPOCH + timedelta(days=int(plain))
    found = _DATE.fullmatch(plain)
    if found is None or found["day"] is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def dated(text: str) -> str:
    """Return a date, whole or cut short, in ISO form; anything else as it stands (2023-08印发)."""
    day = day_of(text)
    if day is not None:
        return day.isoformat()
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    return f"{found['year']}-{int(found['month']):02d}" if found and not found["day"] else text


def lines_of(text: str) -> list[str]:
    """Return the lines of a cell, empty ones left out."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def protected(text: str, marks: str) -> str:
    """Put a backslash before every character of ``marks`` and every backslash."""
    return "".join(f"\\{char}" if char == "\\" or char in marks else char for char in text)


def unprotected(text: str) -> str:
    """Undo ``protected`` and drop spaces at the ends."""
    return _ESCAPED.sub(r"\1", text).strip()


def cut(text: str, marks: str) -> list[str]:
    """Cut ``text`` at every character of ``marks`` that no backslash protects; backslashes stay."""
    return re.findall(rf"((?:[^\\{re.escape(marks)}]|\\.|\\$)*)(?:[{re.escape(marks)}]|$)", text, flags=re.DOTALL)[
        :-1
    ] or [text]


def parted(text: str, marks: str) -> list[str]:
    """Cut ``text`` at ``marks`` and return the parts that are not empty, without their backslashes."""
    return [part for part in map(unprotected, cut(text, marks)) if part]

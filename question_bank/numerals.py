"""Chinese and Arabic numerals: reading what was written as a number, exactly, and writing it in one form.

Pure. Works on text already folded (``normalise.folded``): half-width digits, no spaces.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGITS = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "两": "2",
    "壹": "1",
    "贰": "2",
    "叁": "3",
    "肆": "4",
    "伍": "5",
    "陆": "6",
    "柒": "7",
    "捌": "8",
    "玖": "9",
}
_SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_LARGE_UNITS = (("亿", Decimal(10) ** 8), ("億", Decimal(10) ** 8), ("万", Decimal(10) ** 4), ("萬", Decimal(10) ** 4))
_HAN = "".join(_DIGITS)
_ARABIC = r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_POINT = rf"点(?=[{_HAN}\d])"
# a numeral begins with a digit or with 十; 百, 千, 万 alone begin words (百姓, 千方百计, 万一)
# atomic (?>…): a repetition of repetitions would otherwise try every way of cutting a long row of digits
RUN = rf"(?>(?:(?:{_ARABIC})|[{_HAN}十拾])(?:{_ARABIC}|[{_HAN}十拾百佰千仟万萬亿億]|{_POINT})*)"
# what none of its characters begin is no numeral: said first, it spares most places of a text the three tries
_NUMBER = re.compile(
    rf"(?=[\d{_HAN}十拾百千万])(?:(?P<part>[百千万])分之(?P<share>{RUN}|百)|(?P<below>{RUN})分之(?P<above>{RUN})|(?P<plain>{RUN}))",
)
_BEGINNING = re.compile(rf"[\d{_HAN}十拾百千万]")
_PART_SIGNS = {"百": "%", "千": "‰", "万": "‱"}
_SECTION = re.compile(rf"(?P<amount>{_ARABIC}|[{_HAN}])?(?P<unit>[十拾百佰千仟])")
# Beyond these a Decimal of 28 digits could round, and no office writes such a number.
_LONGEST = 40
_MOST_DIGITS = 20
_LARGEST = Decimal(10) ** 20


def written(value: Decimal) -> str:
    """Write ``value`` in plain digits: no exponent, no trailing zeros."""
    return format(value.normalize(), "f") if value else "0"


def value_of(run: str) -> Decimal | None:
    """Return the value of a numeral such as 三百二十万, 320万, 二〇二六 or 1,200.5; None if it is none."""
    if not run or len(run) > _LONGEST or max(map(len, re.findall(r"[\d.]+", run)), default=0) > _MOST_DIGITS:
        return None
    value = _value(run)
    return value if value is not None and value <= _LARGEST else None


def _value(run: str) -> Decimal | None:
    """Split at 亿, then at 万, then read sections below ten thousand."""
    for char, scale in _LARGE_UNITS:
        if char in run:
            left, _, right = run.rpartition(char)
            head, tail = _value(left), _tail(right, scale)
            return None if head is None or tail is None else head * scale + tail
    integer, point, decimals = run.partition("点")
    if point:
        whole, places = _section(integer), _positional(decimals)
        if whole is None or places is None or "." in integer:  # 3.5点5 is none
            return None
        return Decimal(f"{whole}.{places}")
    return _section(run)


def _tail(run: str, scale: Decimal) -> Decimal | None:
    """Return what stands after a unit of ``scale``: 三万五 is 35000, 三万零五 is 30005."""
    if not run:
        return Decimal(0)
    digits = _positional(run)
    if digits is not None and len(digits) == 1:
        return Decimal(digits) * scale / 10
    value = _value(run.lstrip("零〇○") or "零")
    return value if value is not None and value < scale else None


def _positional(run: str) -> str | None:
    """Return a run of bare digits, Chinese or Arabic, as Arabic ones: 二〇二六 is 2026."""
    digits = "".join(_DIGITS.get(char, char) for char in run)
    return digits if digits.isascii() and digits.isdigit() else None


def _section(run: str) -> Decimal | None:
    """Return the value of a numeral without 万 and 亿: 二千零五, 一百五 (150), 十五, 3.5."""
    if re.fullmatch(_ARABIC, run):
        return Decimal(run.replace(",", ""))
    digits = _positional(run)
    if digits is not None:
        return Decimal(digits)
    total, last, position = Decimal(0), 10_000, 0
    for step in _SECTION.finditer(run):
        gap = run[position : step.start()].strip("零〇○")
        unit = _SMALL_UNITS[step["unit"]]
        if gap or unit >= last:
            return None
        total += (_amount(step["amount"])) * unit
        last, position = unit, step.end()
    tail = _tail(run[position:], Decimal(last)) if position else None
    return None if tail is None else total + tail


def _amount(text: str | None) -> Decimal:
    """Return the digit before 十, 百, 千; a bare 十 counts one ten."""
    if text is None:
        return Decimal(1)
    return Decimal(_DIGITS.get(text, text).replace(",", ""))


def _rewritten(match: re.Match[str]) -> str:
    """Write one numeral in its normal form; leave what is none as it stands."""
    if match["part"]:
        share = Decimal(100) if match["share"] == "百" else value_of(match["share"])
        return match[0] if share is None else written(share) + _PART_SIGNS[match["part"]]
    if match["below"]:
        below, above = value_of(match["below"]), value_of(match["above"])
        return match[0] if below is None or above is None else f"{written(above)}/{written(below)}"
    run = match["plain"]
    return run if len(run) > _LONGEST else _plain(run)


@lru_cache(maxsize=8_192)
def _plain(run: str) -> str:
    """Write one numeral that is no share in its normal form; the same few fill every text."""
    value = value_of(run)
    return run if value is None else written(value)


def may_hold(text: str) -> bool:
    """Whether a folded ``text`` has a character with which a numeral begins; without one it holds none."""
    return _BEGINNING.search(text) is not None


def with_digits(text: str) -> str:
    """Rewrite every numeral in ``text``: 三百二十万元 and 320万元 become 3200000元, 百分之五 becomes 5%."""
    return _NUMBER.sub(_rewritten, text)


def rewritings(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the numerals of ``text`` one by one as ``with_digits`` rewrites them: start, end, the new form."""
    for match in _NUMBER.finditer(text):
        yield match.start(), match.end(), _rewritten(match)


def leading(text: str) -> tuple[str, Decimal, str] | None:
    """Split ``text`` into the numeral it begins with, its value and the rest (百分之五 leaves ``%``); None if none."""
    match = _NUMBER.match(text)
    if match is None or match["below"]:
        return None
    numeral = match["share"] or match["plain"]
    value = Decimal(100) if numeral == "百" else value_of(numeral)
    sign = _PART_SIGNS[match["part"]] if match["part"] else ""
    return None if value is None else (numeral, value, sign + text[match.end() :])

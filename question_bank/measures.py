"""Units that measure the same thing, and how an office writes them. Pure; conversions are exact fractions.

亩 as land offices convert it: 15亩 = 1公顷, so that 1亩 = 2000/3 平方米. 666.67平方米 is therefore one 亩 only within a
tolerance, which is the question's to allow.
"""

from __future__ import annotations

import re
from fractions import Fraction

_UNITS: dict[str, dict[str, Fraction]] = {
    "area": {
        "平方米": Fraction(1),
        "亩": Fraction(2000, 3),
        "公顷": Fraction(10_000),
        "平方公里": Fraction(1_000_000),
    },
    "share": {"%": Fraction(1, 100), "‰": Fraction(1, 1_000), "‱": Fraction(1, 10_000)},
    "length": {"毫米": Fraction(1, 1_000), "厘米": Fraction(1, 100), "米": Fraction(1), "公里": Fraction(1_000)},
    "weight": {"克": Fraction(1, 1_000), "公斤": Fraction(1), "斤": Fraction(1, 2), "吨": Fraction(1_000)},
    "money": {"元": Fraction(1), "角": Fraction(1, 10)},
    "power": {"千瓦": Fraction(1), "兆瓦": Fraction(1_000)},
    "energy": {"千瓦时": Fraction(1)},
}
_KNOWN = {unit: (measure, size) for measure, units in _UNITS.items() for unit, size in units.items()}
_ALIASES = {
    "平方千米": "平方公里",
    "km2": "平方公里",
    "平米": "平方米",
    "m2": "平方米",
    "hm2": "公顷",
    "ha": "公顷",
    "市亩": "亩",
    "千米": "公里",
    "km": "公里",
    "千克": "公斤",
    "kg": "公斤",
    "市斤": "斤",
    "t": "吨",
    "kw": "千瓦",
    "kwh": "千瓦时",
    "kw·h": "千瓦时",
    "度电": "千瓦时",
    "圆": "元",
}
_ALIAS = re.compile(rf"(?<=\d)(?:{'|'.join(sorted(map(re.escape, _ALIASES), key=len, reverse=True))})(?![a-z0-9])")
_END = r"(?=$|[以之的左右多和及与至到、;:.()~-])"
_TENTHS = re.compile(rf"(?<![\d.])(?P<whole>[1-9]|10)成(?P<half>半|[1-9](?!\d))?{_END}")
_DISCOUNT = re.compile(rf"(?<![\d.])(?P<rate>[1-9]\d?|[1-9]\.\d)折(?:{_END}|(?=优惠))")
_MEASURE = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)(?P<unit>\D+)")


def one_unit(text: str) -> str:
    """Write units and shares in a normal form one way: 5m2 → 5平方米, 3成5 → 35%, 8折 → 80%. Numbers are digits."""
    plain = _ALIAS.sub(lambda found: _ALIASES[found[0]], text)
    return _DISCOUNT.sub(_discount, _TENTHS.sub(_tenths, plain))


def _tenths(found: re.Match[str]) -> str:
    further = {None: 0, "半": 5}.get(found["half"])
    return f"{int(found['whole']) * 10 + (int(found['half']) if further is None else further)}%"


def _discount(found: re.Match[str]) -> str:
    """八折 is 80 %, 八五折 (read as 85) and 8.5折 are 85 %."""
    rate = found["rate"]
    tens = Fraction(rate) * (1 if len(rate) == 2 else 10)
    return f"{tens}%"


def measure(text: str) -> tuple[str, Fraction] | None:
    """Read a whole text in its normal form as a number with a unit: what is measured, and how much of it; else None."""
    found = _MEASURE.fullmatch(text)
    if found is None or found["unit"] not in _KNOWN:
        return None
    what, size = _KNOWN[found["unit"]]
    return what, Fraction(found["number"]) * size


def factor(unit: str, wanted: str) -> Fraction | None:
    """Return how many ``wanted`` make one ``unit``; None when they measure different things or are not known."""
    one, other = _KNOWN.get(_ALIASES.get(unit, unit)), _KNOWN.get(_ALIASES.get(wanted, wanted))
    return one[1] / other[1] if one and other and one[0] == other[0] else None

"""Normal forms of short Chinese text: what counts as the same answer in a blank, and quantities with units. Pure.

Two texts are the same when they differ only in width, case, traditional or simplified characters, spaces, punctuation
style, 书名号, quotation marks or the way a number is written; as answers also in the unit of a quantity and in the
short name of a law. Wrong characters are ``mistyped``, for a section to forgive; synonyms are not normalised away.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from question_bank.homophones import TELLING, syllable
from question_bank.measures import factor, measure, one_unit
from question_bank.numerals import leading, may_hold, rewritings
from question_bank.rounding import to_step
from question_bank.short_names import full_titles
from question_bank.simplified import SIMPLIFIED

if TYPE_CHECKING:
    from collections.abc import Iterator

_PUNCTUATION = str.maketrans(
    {
        "。": ".",
        "｡": ".",
        "“": '"',
        "”": '"',
        "„": '"',
        "「": '"',
        "」": '"',
        "『": '"',
        "』": '"',
        "‘": "'",
        "’": "'",
        "—": "-",
        "–": "-",
        "―": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "〜": "~",
        "∼": "~",
        "•": "·",
        "・": "·",
        "‧": "·",
        "⁄": "/",
        "∕": "/",
        "【": "[",
        "】": "]",
        "〔": "[",
        "〕": "]",
    }
)
_SIMPLE = str.maketrans(SIMPLIFIED)
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_QUOTES = re.compile("[\"'`]")
_BOOK_MARKS = re.compile("[《》〈〉«»]")
_DATE = re.compile(
    r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?P<mark>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<day>0?[1-9]|[12]\d|3[01])(?![\d.]*\d)"
)
_MONEY = re.compile(r"(?<=\d)[元圆](?:[整正](?![\u4e00-\u9fff]))?")
_DAY = re.compile(r"(?<=月\d)号|(?<=月\d\d)号")
_EDGES = ".,;:、!?"
_ROUNDS = 8
_SHORTEST = 2


@lru_cache(maxsize=65_536)
def _folded_char(char: str) -> str:
    """Fold one character; nothing for spaces, controls and zero-width characters."""
    if unicodedata.category(char) in _INVISIBLE:
        return ""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold()).translate(_PUNCTUATION)
    return "".join(part for part in plain if unicodedata.category(part) not in _INVISIBLE).translate(_SIMPLE)


class _Folding(dict[int, str]):
    """Code point → what it folds to, worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        """Fold a character met for the first time."""
        piece = self[point] = _folded_char(chr(point))
        return piece


_FOLDING = _Folding()


def simplified(text: str) -> str:
    """Return ``text`` in simplified characters."""
    return text.translate(_SIMPLE)


def folded(text: str) -> str:
    """Return ``text`` half-width, lower-case, simplified, without spaces, with one style of punctuation."""
    return text.translate(_FOLDING)


def folded_with_positions(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the folded text and, for each of its characters, the index in ``text`` it comes from."""
    pieces = [(index, piece) for index, char in enumerate(text) for piece in _FOLDING[ord(char)]]
    return "".join(piece for _, piece in pieces), tuple(index for index, _ in pieces)


def number_forms(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the numbers and dates of a folded ``text`` with their normal forms: start, end, form.

    三百二十万, 320万 → 3200000; 百分之五 → 5%; 2026-08-15, 2026.8.15 → 2026年8月15日.
    """
    if not may_hold(text):
        return
    position = 0
    for date in _DATE.finditer(text):
        yield from _moved(rewritings(text[position : date.start()]), position)
        yield *date.span(), f"{date['year']}年{int(date['month'])}月{int(date['day'])}日"
        position = date.end()
    yield from _moved(rewritings(text[position:]), position)


def _moved(found: Iterator[tuple[int, int, str]], by: int) -> Iterator[tuple[int, int, str]]:
    return ((start + by, end + by, form) for start, end, form in found)


def with_number_forms(text: str) -> str:
    """Return a folded ``text`` with every number and date in its normal form."""
    pieces, position = [], 0
    for start, end, form in number_forms(text):
        pieces += [text[position:start], form]
        position = end
    return "".join([*pieces, text[position:]])


def canonical(text: str, *, keep_book_marks: bool = False) -> str:
    """Return the normal form of an answer in a blank; applying it twice changes nothing.

    Numbers are written in digits (三百二十万, 320万 → 3200000; 百分之五 → 5%; 第十条 → 第10条), quotation marks are
    dropped, and 书名号 too unless ``keep_book_marks``; lists are separated by ``、``; punctuation at the ends goes.
    """
    # One rewriting can bring the parts of another numeral together, so repeat until it rests; each round removes
    # characters or numerals, and a handful of rounds is never reached by real text.
    for _ in range(_ROUNDS):
        once = _canonical_once(text, keep_book_marks=keep_book_marks)
        if once == text or (not may_hold(once) and folded(once) == once):  # then nothing is left to rewrite
            return once
        text = once
    return text


def _canonical_once(text: str, *, keep_book_marks: bool) -> str:
    """Apply every rule of ``canonical`` once."""
    plain = with_number_forms(_QUOTES.sub("", folded(text)))
    if not keep_book_marks:
        plain = _BOOK_MARKS.sub("", plain)
    return _DAY.sub("日", _MONEY.sub("元", plain)).replace(",", "、").replace("~", "-").strip(_EDGES)


def same(given: str, expected: str, *, keep_book_marks: bool = False) -> bool:
    """Whether two answers say the same: their normal forms, the quantity, or the law that is meant.

    15亩 is 1公顷, 三成 is 30%, 5‰ is 0.5%, 招投标法 is 中华人民共和国招标投标法. Nothing is the same as
    an empty answer.
    """
    form = canonical(given, keep_book_marks=keep_book_marks)
    wanted = canonical(expected, keep_book_marks=keep_book_marks)
    if not form or form == wanted:
        return bool(form)
    form, wanted = full_titles(one_unit(form)), full_titles(one_unit(wanted))
    return form == wanted or (measure(form) is not None and measure(form) == measure(wanted))


def mistyped(given: str, expected: str) -> bool:
    """Whether ``given`` is ``expected`` with one wrong character of the same sound (同音错别字).

    Both have at least two characters. Numbers are never forgiven, nor a pair of words that sound alike and differ
    in meaning (权利, 权力).
    """
    one, other = canonical(given), canonical(expected)
    places = [place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]]
    if len(one) != len(other) or len(one) < _SHORTEST or len(places) != 1:
        return False
    place = places[0]
    if may_hold(one[place]) or may_hold(other[place]):
        return False
    if any(frozenset({one[at : at + 2], other[at : at + 2]}) in TELLING for at in (max(0, place - 1), place)):
        return False
    sound = syllable(one[place])
    return sound is not None and sound == syllable(other[place])


class Quantity(NamedTuple):
    """A number as written: its value, whether 万 or 亿 was written, and the unit behind it (may be empty)."""

    value: Decimal
    has_magnitude: bool
    unit: str


_FINEST = Decimal("1e-12")
_APPROXIMATION = re.compile(r"^(?:约为|约|大约|共计|共|=|为)?(?:人民币|rmb|[¥￥])?")
_YUAN = re.compile("[元圆][整正]?")
_MAGNITUDE = re.compile(r"^(?P<scale>[十百千万亿]+)(?P<rest>.+)$")
_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


def quantity(text: str) -> Quantity | None:
    """Read ``text`` as one number with an optional unit (12万元, -3.5, 百分之五, 一百二十); None if it is none."""
    plain = _APPROXIMATION.sub("", folded(text)).rstrip(".;、")
    negative = plain.startswith(("-", "负"))
    found = leading(plain[1:] if negative or plain.startswith("+") else plain)
    if found is None:
        return None
    numeral, value, unit = found
    has_magnitude = any(char in numeral for char in "万萬亿億")
    unit = "元" if _YUAN.fullmatch(unit) else unit
    return Quantity(-value if negative else value, has_magnitude, unit)


def in_unit(given: Quantity, unit: str) -> Decimal | None:
    """Return the value of ``given`` in ``unit``; None when it was written in a unit that is none of its multiples.

    A bare number is taken to be in ``unit``; 320万 for 万元 is 320, as is 3200000元. 15亩 for 公顷 is 1; for 平方米 it
    is what 15亩 are exactly, to twelve decimals.
    """
    wanted_scale, wanted = _split_unit(unit)
    given_scale, found = _split_unit(given.unit)
    if not given.unit:
        return given.value / wanted_scale if given.has_magnitude else given.value
    if found == wanted:
        return given.value * given_scale / wanted_scale
    size = factor(found, wanted)
    if size is None:
        return None
    exact = Fraction(given.value) * Fraction(given_scale) * size / Fraction(wanted_scale)
    return to_step(exact, _FINEST)


def _split_unit(unit: str) -> tuple[Decimal, str]:
    """Split 万元/亩 into 10000 and 元/亩."""
    plain = folded(unit).removeprefix("个")
    match = _MAGNITUDE.match(plain)
    if match is None:
        return Decimal(1), plain
    scale = Decimal(1)
    for char in match["scale"]:
        scale *= _SCALES[char]
    return scale, match["rest"]

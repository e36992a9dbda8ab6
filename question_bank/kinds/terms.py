"""Where the terms of a key point stand in a text: by words, pattern, value of numbers, or resemblance. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from question_bank.kinds.base import Span
from question_bank.negation import EXEMPTIONS, PROHIBITIONS, Negation, Negations, denies
from question_bank.normalise import folded, folded_with_positions, number_forms, quantity, with_number_forms

if TYPE_CHECKING:
    from collections.abc import Iterator

FUZZY_LENGTH = 7
"""A shorter term is never found by its pairs of characters: too many other words share them."""
_SHORTEST_ANCHOR = 2
_KEPT = 20_000
"""A longer text is not kept folded."""
_GAP, _BETWEEN = "...", r"([^,;:!?.]{0,30}?)"
"""What ``…`` in a term is once folded: up to thirty characters of one clause."""
_BETWEEN_WORDS = re.compile(r"[\s、，,；;。.：:/|+＋!！?？]+")
_CLASSES = tuple("(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")" for words in (PROHIBITIONS, EXEMPTIONS))
_CLASS = re.compile("|".join(f"({words})" for words in _CLASSES))
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?")
_HAN_NUMERALS = frozenset("〇零二三四五六七八九十百千万亿")


class HitRule(StrEnum):
    """By which rule a term was found."""

    WORDS = "words"
    PATTERN = "pattern"
    NUMBER = "number"
    TOLERANCE = "tolerance"
    LOOSE = "loose"
    FUZZY = "fuzzy"

    @property
    def resembles(self) -> bool:
        """Whether what was found only resembles a term."""
        return self in {HitRule.LOOSE, HitRule.FUZZY}


class Place(NamedTuple):
    """Where something stands in the folded text, by which rule, and what denies it there; not whole: half is there."""

    start: int
    end: int
    rule: HitRule
    over: tuple[Negation, ...] = ()
    is_whole: bool = True


class _Digits(NamedTuple):
    """A folded text with its numbers in normal form; for each character where it comes from."""

    plain: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


class FoldedText:
    """A text folded once for many searches; ``positions`` leads back to the text as written.

    ``pieces`` is what stands between its spaces and stops, ``spaces`` how many rows of spaces part it.
    """

    def __init__(self, text: str) -> None:
        """Fold ``text``."""
        self.plain, self.positions = folded_with_positions(text)
        self.pieces = tuple(filter(None, _BETWEEN_WORDS.split(text)))
        self.spaces = len(text.split()) - 1
        self._lines = [at for at, char in enumerate(text) if char == "\n"] if "\n" in text else []

    @classmethod
    def of(cls, text: str) -> FoldedText:
        """Fold ``text``; what was folded lately is at hand, for a reference answer is searched point by point."""
        return _lately(text) if len(text) <= _KEPT else cls(text)

    def span(self, start: int, end: int) -> Span:
        """Return the place in the text as written of folded characters ``start`` ≤ i < ``end``."""
        return Span(start=self.positions[start], end=self.positions[end - 1] + 1)

    @cached_property
    def negations(self) -> Negations:
        """What the text denies; a line end ends a clause, though folding drops it."""
        breaks, lines = [], iter(self._lines)
        line = next(lines, None)
        for place, position in enumerate(self.positions if self._lines else ()):
            while line is not None and position > line:
                breaks.append(place)
                line = next(lines, None)
        return Negations(self.plain, breaks)

    @cached_property
    def digits(self) -> _Digits:
        """The text with its numbers and dates in normal form."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for start, end, form in (*number_forms(self.plain), (len(self.plain), len(self.plain), "")):
            pieces += [self.plain[position:start], form]
            starts += [*range(position, start), *[start] * len(form)]
            ends += [*range(position + 1, start + 1), *[end] * len(form)]
            position = end
        return _Digits("".join(pieces), tuple(starts), tuple(ends))

    @cached_property
    def pairs(self) -> list[tuple[int, int, frozenset[str]]]:
        """Each clause that denies nothing: its start and end, its pairs of characters."""
        return [
            (start, end, pairs_of(self.plain[start:end]))
            for start, end in pairwise(self.negations.borders)
            if end - start >= FUZZY_LENGTH - 1 and not denies(self.plain[start:end])
        ]

    @cached_property
    def all_pairs(self) -> frozenset[str]:
        """The pairs of all those clauses."""
        return frozenset().union(*(pairs for _, _, pairs in self.pairs))

    @cached_property
    def every_pair(self) -> frozenset[str]:
        """The pairs of the whole text."""
        return pairs_of(self.plain)

    @cached_property
    def characters(self) -> frozenset[str]:
        """Every character of the text."""
        return frozenset(self.plain)


@lru_cache(maxsize=32)
def _lately(text: str) -> FoldedText:
    return FoldedText(text)


class _Term(NamedTuple):
    """A term made ready for searching.

    ``anchor`` is its longest piece that must stand literally, looked for before ``pattern`` is tried; ``digits`` is
    empty where it holds no number.
    """

    term: str
    plain: str
    pattern: str
    anchor: str
    digits: str
    tolerance: tuple[Decimal, Decimal, str] | None


@lru_cache(maxsize=32_768)
def _term(term: str) -> _Term:
    """Make a term ready."""
    plain = folded(term)
    digits = with_number_forms(plain)
    pattern, anchor = _pattern(plain)
    has_gap = _GAP in plain
    has_number = not has_gap and (digits != plain or any(char.isdigit() for char in plain))
    tolerance = _tolerance(plain) if has_number else None
    digits = digits if has_number else ""
    return _Term(term, "" if has_gap else plain, pattern, anchor, digits, tolerance)


def _pattern(plain: str) -> tuple[str, str]:
    """Return the expression for a term with a prohibition or a gap, and its anchor; empty for any other.

    A prohibition alone stands for no other: 不能 is not found in 不应当, but 不能担保 is in 不得担保.
    """
    pieces: list[str] = []
    literal: list[str] = []
    for number, part in enumerate(plain.split(_GAP)):
        pieces += [_BETWEEN] if number else []
        for word in filter(None, _CLASS.split(part)):
            alternatives = _class_of(word)
            pieces.append(alternatives or re.escape(word))
            literal += [] if alternatives else [word]
    anchor = max(literal, key=len, default="")
    if len(anchor) < _SHORTEST_ANCHOR and _GAP not in plain:
        return "", ""
    return ("".join(pieces), anchor) if len(pieces) > 1 else ("", "")


@lru_cache(maxsize=8_192)
def _group(terms: tuple[str, ...]) -> tuple[tuple[_Term, ...], tuple[_Term, ...]]:
    """Return the terms of a group made ready, and of those with a pattern one for each pattern."""
    ready = tuple(map(_term, terms))
    patterns = {each.pattern: each for each in reversed(ready) if each.pattern}
    return ready, tuple(reversed(patterns.values()))


@lru_cache(maxsize=16_384)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile an expression when its anchor is met for the first time: most never are, and it takes long."""
    return re.compile(pattern)


@lru_cache(maxsize=1_024)
def _class_of(word: str) -> str:
    """Return the alternatives of a word of prohibition or exemption; empty for any other."""
    return next((words for words in _CLASSES if re.fullmatch(words, word)), "")


def _tolerance(plain: str) -> tuple[Decimal, Decimal, str] | None:
    """Read 300±10万元 or 300万元±5%: value, tolerance, unit; None for a term that is no number with ±."""
    left, sign, right = plain.partition("±")
    by = quantity(right) if sign else None
    value = quantity(left) if by else None
    if by is None or value is None:
        return None
    if value.unit and by.unit == "%" != value.unit:
        return value.value, abs(value.value) * by.value / 100, value.unit
    if not value.unit and not value.has_magnitude:
        value = quantity(left + right.lstrip("0123456789.,")) or value
    return value.value, by.value, value.unit or by.unit


def pairs_of(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a text."""
    return frozenset(map(str.__add__, text, text[1:]))


def _found(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Yield where ``words`` stand in ``text`` without cutting a number in two (1公里 not in 11公里)."""
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        if not _splits_number(text, start, end):
            yield start, end
        start = text.find(words, start + 1)


def _splits_number(text: str, start: int, end: int) -> bool:
    """Whether a cut at either end of ``text[start:end]`` goes through a number, in digits or in Chinese.

    一 is no evidence before or behind a cut: it belongs to words (统一, 一窗) more often than to numbers.
    """
    first, last = text[start], text[end - 1]
    before, after = text[start - 1 : start], text[end : end + 1]
    if first.isdigit() and before and (before.isdigit() or before == "."):
        return True
    if last.isdigit() and after.isdigit():
        return True
    if (first == "一" or first in _HAN_NUMERALS) and before in _HAN_NUMERALS:
        return True
    return last in _HAN_NUMERALS and after in _HAN_NUMERALS


def places(terms: tuple[str, ...], text: FoldedText) -> Iterator[tuple[str, Place]]:
    """Yield wherever any of ``terms`` stands in a text, denied or not, the surest rule first; never fuzzily."""
    ready, patterns = _group(terms)
    for each in ready:
        if each.plain not in text.plain:
            continue
        for start, end in _found(text.plain, each.plain):
            yield each.term, Place(start, end, HitRule.WORDS, text.negations.over(start, end))
    for each in patterns:
        for start, end in _fitting(each, text.plain):
            yield each.term, Place(start, end, HitRule.PATTERN, text.negations.over(start, end))
    for each in ready:
        if each.digits:
            yield from ((each.term, place) for place in _numbers(each, text))


def _fitting(ready: _Term, plain: str) -> Iterator[tuple[int, int]]:
    """Yield where the pattern of a term fits; a gap holds no negation of its own (应当…公开 is not 应当不公开)."""
    if not ready.pattern or ready.anchor not in plain:
        return
    for match in _compiled(ready.pattern).finditer(plain):
        if not any(denies(gap) for gap in match.groups()):
            yield match.span()


def _numbers(ready: _Term, text: FoldedText) -> Iterator[Place]:
    """Yield where a term with numbers stands by their value."""
    found = [(start, end, HitRule.NUMBER) for start, end in _found(text.digits.plain, ready.digits)]
    if ready.tolerance is not None:
        value, by, unit = ready.tolerance
        found += [
            (match.start(), match.end() + len(unit), HitRule.TOLERANCE)
            for match in _NUMBER.finditer(text.digits.plain)
            if abs(Decimal(match[0]) - value) <= by and text.digits.plain.startswith(unit, match.end())
        ]
    for low, high, rule in found:
        start, end = text.digits.starts[low], text.digits.ends[high - 1]
        yield Place(start, end, rule, text.negations.over(start, end))

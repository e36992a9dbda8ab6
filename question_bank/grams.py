"""Pairs of neighbouring characters, by which a word is found anywhere in a text. Pure.

Chinese is written without spaces, so an index of words would need a dictionary; an index of pairs needs none and finds
exactly the substrings. Two spellings of the same pairs: words for SQLite's FTS5, whole numbers for PostgreSQL.
"""

from __future__ import annotations

from itertools import chain

# FTS5's tokenizer `ascii` splits at ASCII characters that are no letters or digits: those move to where nothing else is
_MOVED = str.maketrans({code: chr(0xE000 + code) for code in range(0x80) if not chr(code).isalnum()})
_END = "\ue000"  # behind the last character of a line, so that this one begins a pair too
_BASIC = 0xFFFF
_SIGN = 0x8000


def tokens(text: str) -> str:
    """Return the pairs of every line as words with spaces between, in their order; the last character has an end.

    Lines do not run into each other. ``商机`` gives ``商机 机␀``.
    """
    lines = (line.translate(_MOVED) for line in text.split("\n") if line)
    return " ".join(chain.from_iterable(map(str.__add__, line, line[1:] + _END) for line in lines))


def phrase(word: str) -> str:
    """Return the FTS5 expression that finds ``word`` as a substring: its pairs one after the other, exactly.

    A single character is the beginning of a pair. ``word`` is folded, not empty, without line ends.
    """
    plain = word.translate(_MOVED)
    if len(plain) == 1:
        return f'"{plain}"*'
    return '"' + " ".join(map(str.__add__, plain, plain[1:])) + '"'


def codes(text: str) -> set[int]:
    """Return the pairs of every line as 32-bit whole numbers.

    Exact for characters of the basic plane (both halves fit); rarer ones may share a number.
    """
    found: set[int] = set()
    for line in text.split("\n"):
        points = [min(ord(char), _BASIC) for char in line]
        found.update(map(_number, points, points[1:]))
    return found


def is_exact(word: str) -> bool:
    """Whether the numbers of ``word`` say everything of it: it is one pair, of characters of the basic plane."""
    return len(word) == 2 and all(ord(char) < _BASIC for char in word)


def _number(one: int, two: int) -> int:
    """Two halves as one number of PostgreSQL's integer, which has a sign."""
    return ((one ^ _SIGN) - _SIGN) << 16 | two

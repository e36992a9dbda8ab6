"""A table of questions that names no columns: which column is which, from what stands in them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from string import ascii_uppercase

from question_bank.exchange.answers import truth_of
from question_bank.exchange.headings import Header
from question_bank.exchange.kind_words import kind_of

_LEAST_ROWS = 2
_SURE = 0.7
_SAMPLE = 200
_LETTERS = re.compile(r"[A-H]{1,8}|[A-H](?:[,、;][A-H]){1,7}")
_LEAST_STEM = 6


def guessed_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """Return the header a table would have: an answer of letters or √ ×, the longest text, options beside it.

    None unless seven of ten rows agree; then the table is not read at all rather than wrongly.
    """
    sample = [row for row in rows[:_SAMPLE] if sum(1 for text in row if text) > 1]
    width = max(map(len, sample), default=0)
    if len(sample) < _LEAST_ROWS:
        return None
    columns = [[row[place] if place < len(row) else "" for row in sample] for place in range(width)]
    answer = _first(columns, _is_answer)
    lengths = [sum(map(len, column)) / len(sample) for column in columns]
    stem = max(range(width), key=lambda place: lengths[place])
    if answer is None or stem == answer or lengths[stem] < _LEAST_STEM:
        return None
    fields = {"stem": stem, "answer": answer}
    kind = _first(columns, lambda text: kind_of(text) is not None)
    if kind is not None and kind not in fields.values():
        fields["kind"] = kind
    fields |= _options(columns, stem, answer, set(fields.values()))
    lettered = any(_LETTERS.fullmatch(_plain(text)) for text in columns[answer] if text not in {"T", "F"})
    if lettered and "option:B" not in fields:
        return None
    return Header(-1, fields, {})


def _options(columns: Sequence[Sequence[str]], stem: int, answer: int, taken: set[int]) -> dict[str, int]:
    """Return the columns from the stem up to the answer, or behind the answer when it stands right after the stem."""
    between = range(stem + 1, answer) if answer > stem + 1 else range(max(stem, answer) + 1, len(columns))
    places = [place for place in between if place not in taken and any(columns[place])]
    return {f"option:{letter}": place for letter, place in zip(ascii_uppercase[:8], places, strict=False)}


def _first(columns: Sequence[Sequence[str]], fits: Callable[[str], bool]) -> int | None:
    for place, column in enumerate(columns):
        filled = [text for text in column if text]
        if len(filled) >= _SURE * len(column) and sum(map(fits, filled)) >= _SURE * len(filled):
            return place
    return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


def _is_answer(text: str) -> bool:
    return bool(_LETTERS.fullmatch(_plain(text))) or (truth_of(text) is not None and not text.strip().isdigit())

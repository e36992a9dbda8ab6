"""The little a text may hold besides words: ``**bold**``, line ends, and pictures ``![alt](picture:<digest>)``. Pure.

It is limited to what prints: the office's page, the candidate's phone and the booklet show the same pieces.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PICTURE = re.compile(r"!\[([^\[\]\n]*)\]\(picture:([0-9a-f]{64})\)")
_BOLD = re.compile(r"\*\*(?=\S)([^\n]+?)(?<=\S)\*\*")
_CUT = "\ue000"
"""A character of no script, standing where a blank was cut out while the text is read as one."""


class Words(NamedTuple):
    """A run of characters, line ends included."""

    text: str
    bold: bool = False


class Shown(NamedTuple):
    """A picture in its place; ``alt`` says in words what is to be seen."""

    digest: str
    alt: str


Piece = Words | Shown


@lru_cache(maxsize=20_000)
def pieces(text: str) -> tuple[Piece, ...]:
    """Return ``text`` as runs and pictures; asterisks and brackets that mean nothing stay as they are."""
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[Piece]:
    at = 0
    for found in _BOLD.finditer(text):
        yield from _pictures(text[at : found.start()], bold=False)
        yield from _pictures(found[1], bold=True)
        at = found.end()
    yield from _pictures(text[at:], bold=False)


def _pictures(text: str, *, bold: bool) -> Iterator[Piece]:
    at = 0
    for found in PICTURE.finditer(text):
        if found.start() > at:
            yield Words(text[at : found.start()], bold)
        yield Shown(found[2], found[1])
        at = found.end()
    if at < len(text):
        yield Words(text[at:], bold)


def segment_pieces(segments: Sequence[str]) -> tuple[tuple[Piece, ...], ...]:
    """Return the pieces of each segment of a stem cut at its blanks; bold may reach over a blank."""
    cut: list[list[Piece]] = [[]]
    for piece in pieces(_CUT.join(segments)):
        if isinstance(piece, Shown):
            cut[-1].append(piece)
            continue
        for number, text in enumerate(piece.text.split(_CUT)):
            if number:
                cut.append([])
            if text:
                cut[-1].append(Words(text, piece.bold))
    return tuple(tuple(each) for each in cut)


def plain(text: str) -> str:
    """Return ``text`` without its marks: bold is only words, a picture is its description in brackets."""
    if "**" not in text and "](picture:" not in text:
        return text
    return "".join(piece.text if isinstance(piece, Words) else f"［图：{piece.alt}］" for piece in pieces(text))


def digests(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the digests of all pictures in ``texts``, each once, in their order."""
    return tuple(dict.fromkeys(found for text in texts for _, found in PICTURE.findall(text)))


def texts_in(value: Any) -> Iterator[str]:
    """Yield every text inside a content, a view or anything made of such values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from texts_in(getattr(value, name))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            yield from texts_in(inner)

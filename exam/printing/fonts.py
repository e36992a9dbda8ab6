"""The two embedded faces, the widths of their glyphs, and what they cannot show."""

from collections.abc import Iterable
from functools import lru_cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from exam import resources

BODY = "NotoSerifSC"
"""宋体 of the text: the whole face, so that rare characters of names are there."""
HEAD = "NotoSansSC-Bold"
"""黑体 of headings: GB2312 only; what it lacks is set in the body face."""
FILES = {BODY: "NotoSerifSC-Regular.ttf", HEAD: "NotoSansSC-Bold-GB2312.ttf"}

INVISIBLE = frozenset("\n\u200b\ufeff")


@lru_cache(maxsize=len(FILES))
def face(name: str) -> TTFont:
    """The registered face. Loading takes a tenth of a second, once in a process.

    `shapable=False`: Chinese needs no shaping, and with it the files become three times as large.
    """
    file = resources.shipped("static") / "fonts" / FILES[name]
    font = TTFont(name, str(file), shapable=False)
    pdfmetrics.registerFont(font)
    return font


@lru_cache(maxsize=len(FILES))
def _widths(name: str) -> dict[str, float]:
    """Character → width in ems, for every glyph of the face."""
    metrics = face(name).face
    return {chr(code): width / 1000 for code, width in metrics.charWidths.items()}


@lru_cache(maxsize=200_000)
def width(text: str, font: str, size: float) -> float:
    """How wide `text` is in points; a character the face lacks counts as one em."""
    known = _widths(font)
    return sum(known.get(character, 1.0) for character in text) * size


def character_widths(font: str) -> dict[str, float]:
    """The widths themselves, in ems, for loops over many characters; not to be changed."""
    return _widths(font)


@lru_cache(maxsize=20_000)
def suited(text: str, font: str) -> str:
    """`font` where it can show the whole of `text`, else the body face."""
    return font if font == BODY or not _lacking(text, font) else BODY


def missing(text: str) -> tuple[str, ...]:
    """The characters of `text` that no face can show, each once, in their order; print says so before it starts."""
    return _lacking(text, BODY)


def missing_in(texts: Iterable[str]) -> list[str]:
    """The same over many texts, as a reader can look them up: “𠮷 U+20BB7”."""
    found = dict.fromkeys(character for text in texts for character in missing(text))
    return [f"{character} U+{ord(character):04X}" for character in found]


def _lacking(text: str, font: str) -> tuple[str, ...]:
    known = _widths(font)
    return tuple(dict.fromkeys(each for each in text if each not in known and each not in INVISIBLE))

"""The embedded faces, the widths of their glyphs, which face shows a character, and what none can show."""

from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from exam import resources

BODY = "NotoSerifSC"
"""宋体 of the text: the whole face, with the 8,105 characters of 通用规范汉字表 and many more."""
HEAD = "NotoSansSC-Bold"
"""黑体 of headings: GB2312 only; a text with what it lacks is set in the body face."""
KAI = "ARPLUKaiCN"
"""楷体 of case material: Chinese characters of GB2312 only; marks, letters and digits come from the body face."""
RARE = "HanaMin-Names"
"""Rare characters of names that the body face lacks."""
FILES = {
    BODY: "NotoSerifSC-Regular.ttf",
    HEAD: "NotoSansSC-Bold-GB2312.ttf",
    KAI: "ARPLUKaiCN-GB2312.ttf",
    RARE: "HanaMin-Names.ttf",
}
INSTALLED = {
    "HanaMinB": Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
    "SimSun-ExtB": Path("C:/Windows/Fonts/simsunb.ttf"),
}
"""Larger faces that a machine may have: Debian's fonts-hanazono, and what comes with Chinese Windows."""

INVISIBLE = frozenset(
    "\n\r\t\u200b\u200c\u200d\u2060\ufeff"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
"""Take no room: line ends, joiners, and the selectors of variants that some name databases write behind a character."""


@cache
def face(name: str) -> TTFont:
    """The registered face. Loading takes a tenth of a second, once in a process.

    `shapable=False`: Chinese needs no shaping, and with it the files become three times as large.
    """
    file = resources.shipped("static") / "fonts" / FILES[name] if name in FILES else INSTALLED[name]
    font = TTFont(name, str(file), shapable=False)
    pdfmetrics.registerFont(font)
    return font


@cache
def _widths(name: str) -> dict[str, float]:
    """Character → width in ems, for every glyph of the face."""
    metrics = face(name).face
    found = {chr(code): width / 1000 for code, width in metrics.charWidths.items()}
    return found | dict.fromkeys(INVISIBLE, 0.0)


@cache
def character_widths(font: str) -> dict[str, float]:
    """Widths in ems as `font` is printed: what it lacks is as wide as in the body face. Not to be changed."""
    return _widths(font) if font == BODY else _widths(BODY) | _widths(font)


@lru_cache(maxsize=200_000)
def width(text: str, font: str, size: float) -> float:
    """How wide `text` is in points, without any space between characters; one that is missing counts as one em."""
    known = character_widths(font)
    return sum(known.get(character, 1.0) for character in text) * size


@lru_cache(maxsize=20_000)
def suited(text: str, font: str) -> str:
    """`font` where it can show the whole of `text`, else the body face; 楷体 mixes with the body face anyway."""
    return font if font in {BODY, KAI} or not _lacking(text, font) else BODY


def missing(text: str) -> tuple[str, ...]:
    """The characters of `text` that no face can show, each once, in their order; print says so before it starts."""
    return tuple(each for each in rare(text) if _face_of(each, BODY) is None)


def rare(text: str) -> tuple[str, ...]:
    """The characters of `text` that are not in the body face: in another face, or in none."""
    return _lacking(text, BODY)


def missing_in(texts: Iterable[str]) -> list[str]:
    """What is missing over many texts, as a reader can look it up: “𠮷 U+20BB7”."""
    found = dict.fromkeys(character for text in texts for character in missing(text))
    return [f"{character} {code_point(character)}" for character in found]


def code_point(character: str) -> str:
    """U+20BB7, as it is looked up."""
    return f"U+{ord(character):04X}"


@lru_cache(maxsize=50_000)
def stretches(text: str, font: str) -> tuple[tuple[str | None, int, int], ...]:
    """(face, start, end) for every stretch of `text`: `font` where it has the characters, else the next that has them.

    The face is None where no face has the characters.
    """
    if not _lacking(text, font):
        return ((font, 0, len(text)),) if text else ()
    found: list[tuple[str | None, int, int]] = []
    at = 0
    for name, run in groupby(text, key=lambda character: _face_of(character, font)):
        length = len(list(run))
        found.append((name, at, at + length))
        at += length
    return tuple(found)


def _face_of(character: str, font: str) -> str | None:
    """The first face that has the character; the rare ones are loaded only where the body face lacks it."""
    return next((name for name in (font, BODY, RARE, *_installed()) if character in _widths(name)), None)


@cache
def _installed() -> tuple[str, ...]:
    return tuple(name for name, path in INSTALLED.items() if path.is_file())


def _lacking(text: str, font: str) -> tuple[str, ...]:
    known = _widths(font)
    lacking = set(text).difference(known)
    return tuple(dict.fromkeys(each for each in text if each in lacking)) if lacking else ()

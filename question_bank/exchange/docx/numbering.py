"""Automatic numbers and letters of a Word document: they stand in the numbering part, not in the text. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any

_HAN = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_LEVELS = 9
_LARGEST = 9_999
"""Counters of honest lists stay below; a crafted start does not make endless letters."""


@dataclass(frozen=True)
class Label:
    """The label of one paragraph: its text (``3.``), how it counts (``decimal``), its list and level."""

    text: str
    form: str
    list_id: str
    level: int


@dataclass
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass
class _List:
    """An abstract list with its levels and what they have counted so far."""

    levels: dict[int, _Level] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


def local(element: Any) -> str:
    """Return the name of an element without its namespace: transitional and strict documents differ in that alone."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Any, name: str) -> str:
    """Return an attribute whatever its namespace; empty when there is none."""
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def child(element: Any, *names: str) -> Any:
    """Return the first child down a path of names, or None."""
    for name in names:
        element = next((each for each in element if local(each) == name), None)
        if element is None:
            return None
    return element


def value(element: Any, *names: str) -> str:
    """Return ``val`` of the child down a path; empty when there is none."""
    found = child(element, *names)
    return attribute(found, "val") if found is not None else ""


class Numbering:
    """Counts the numbered paragraphs of one document in their order."""

    def __init__(self, numbering: Any = None, styles: Any = None) -> None:
        """Take the roots of ``numbering.xml`` and ``styles.xml``, each None where the document has none."""
        self._lists: dict[str, _List] = {}
        self._of_number: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        for element in numbering if numbering is not None else ():
            if local(element) == "abstractNum":
                self._lists[attribute(element, "abstractNumId")] = _List(_levels(element))
            elif local(element) == "num":
                self._read_number(element)
        for style in styles if styles is not None else ():
            number = value(style, "pPr", "numPr", "numId") if local(style) == "style" else ""
            if number:
                level = value(style, "pPr", "numPr", "ilvl")
                self._styles[attribute(style, "styleId")] = (number, _whole(level))

    def _read_number(self, element: Any) -> None:
        number = attribute(element, "numId")
        self._of_number[number] = value(element, "abstractNumId")
        starts = {
            _whole(attribute(each, "ilvl")): _whole(value(each, "startOverride"), 1)
            for each in element
            if local(each) == "lvlOverride" and child(each, "startOverride") is not None
        }
        if starts:
            self._restarts[number] = starts

    def label(self, properties: Any) -> Label | None:
        """Return the label of the next paragraph by its ``pPr``; None when it has none. Bullets have an empty text."""
        if properties is None:
            return None
        number, level = value(properties, "numPr", "numId"), _whole(value(properties, "numPr", "ilvl"))
        if not number:
            number, level = self._styles.get(value(properties, "pStyle"), ("", 0))
        known = self._lists.get(self._of_number.get(number, ""))
        if not number or number == "0" or known is None:
            return None
        for at, start in self._restarts.pop(number, {}).items():
            known.counts[at] = start - 1
        shape = known.levels.get(level) or _Level()
        known.counts[level] = min(known.counts.get(level, shape.start - 1) + 1, _LARGEST)
        for deeper in [at for at in known.counts if at > level]:
            del known.counts[deeper]
        return Label(_text(known, level, shape), shape.form, self._of_number[number], level)


def _levels(element: Any) -> dict[int, _Level]:
    return {
        _whole(attribute(each, "ilvl")): _Level(
            value(each, "numFmt") or "decimal", value(each, "lvlText"), _whole(value(each, "start"), 1)
        )
        for each in element
        if local(each) == "lvl"
    }


def _text(known: _List, level: int, shape: _Level) -> str:
    if shape.form in {"bullet", "none"}:
        return ""
    text = shape.text or f"%{level + 1}."
    for at in range(_LEVELS):
        if f"%{at + 1}" in text:
            form = shape.form if at == level else known.levels.get(at, _Level()).form
            start = known.levels.get(at, _Level()).start
            text = text.replace(f"%{at + 1}", _written(known.counts.get(at, start), form))
    return text


def _whole(text: str, otherwise: int = 0) -> int:
    return min(int(text), _LARGEST) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _written(number: int, form: str) -> str:
    """Write a counter in the form a level names; forms we do not know count in digits."""
    writer = _FORMS.get(form)
    return writer(number) if writer else str(number)


def _letters(number: int) -> str:
    """Write A … Z, AA, BB …: Word repeats the letter."""
    letter = ascii_uppercase[(number - 1) % 26]
    return letter * ((number - 1) // 26 % 5 + 1)


def _han(number: int) -> str:
    """Write 一 … 九十九; larger ones digit by digit."""
    if number > 99:
        return "".join(_HAN[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_HAN[tens]}十"
    return head + (_HAN[ones] if ones or not tens else "")


def _roman(number: int) -> str:
    written = ""
    for amount, sign in _ROMAN:
        times, number = divmod(number, amount)
        written += sign * min(times, 10)
    return written


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 0 < number <= 20 else str(number)


_HAN_FORMS = (
    "chineseCounting",
    "chineseCountingThousand",
    "chineseLegalSimplified",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
)
_FORMS: dict[str, Callable[[int], str]] = {
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "decimalZero": lambda number: f"{number:02d}",
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "ideographEnclosedCircle": _circled,
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12],
} | dict.fromkeys(_HAN_FORMS, _han)

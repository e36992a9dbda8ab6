"""What stands between the braces of GIFT → answers with weights and feedback. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from question_bank.exchange.gift.escapes import shown

FULL = Decimal(100)
_WEIGHT = re.compile(r"\s*%\s*([+-]?\d{1,3}(?:[.,]\d{1,20})?)\s*%")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_GENERAL = "####"
_TAG = re.compile(r"""<[A-Za-z][\w:-]*(?:\s+[\w:-]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))?)*\s*/?>""")
_INSIDE_TAGS = str.maketrans({"=": "\ufdd2", "~": "\ufdd1", "#": "\ufdd3"})
_SIGNS = re.compile(r"[=~]")
_SIGNS_APART = re.compile(r"(?:(?<=\s)|\A)[=~]")
_ARROW = re.compile(r"->")
_NUMBER = r"[+\-−]?(?:\d{1,30}(?:,\d{3}){0,9}(?:[.,]\d{0,30})?|[.,]\d{1,30})(?:[eE][+-]?\d{1,2})?"
_THOUSANDS = re.compile(r"[+\-−]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_VALUE = re.compile(
    rf"\s*(?P<number>{_NUMBER})\s*(?:(?P<sign>:|\.\.)\s*(?P<other>{_NUMBER})\s*)?(?P<unit>[^\d\s:.][^\d:]{{0,30}})?\s*"
)


class Choice(NamedTuple):
    """One answer: ``sign`` is ``=`` or ``~`` (empty for a bare word); ``weight`` in percent where one is written.

    ``text`` and ``feedback`` still have their escapes hidden.
    """

    sign: str
    weight: Decimal | None
    text: str
    feedback: str

    @property
    def credit(self) -> Decimal:
        """What it earns, in percent."""
        if self.weight is not None:
            return self.weight
        return Decimal(0) if self.sign == "~" else FULL


class Interval(NamedTuple):
    """A number with how far one may be from it, and the unit that stood behind it."""

    number: Decimal
    tolerance: Decimal
    unit: str = ""

    @property
    def ends(self) -> tuple[Decimal, Decimal]:
        """Lowest and highest value."""
        return self.number - self.tolerance, self.number + self.tolerance


@dataclass(frozen=True)
class Answers:
    """A block read. ``kind``: essay, truth, numerical, matching, choice, short. ``general`` is the feedback for all.

    ``truth`` and the two feedbacks (to a wrong and to a right judgement) are those of a truth.
    """

    kind: str
    choices: tuple[Choice, ...] = ()
    general: str = ""
    truth: bool = False
    feedbacks: tuple[str, ...] = ()


def answers_of(block: str) -> Answers:
    """Read the text between two braces, escapes hidden."""
    body, _, general = _without_tags(block).partition(_GENERAL)
    general = general.strip()
    if not body.strip():
        return Answers("essay", general=general)
    if body.lstrip().startswith("#"):
        return Answers("numerical", _numerical(body.lstrip()[1:]), general)
    head, *feedbacks = body.split("#")
    truth = _TRUTH.get(head.strip().upper())
    if truth is not None:
        return Answers("truth", (), general, truth, tuple(feedback.strip() for feedback in feedbacks[:2]))
    choices = _choices(body)
    if any(choice.sign == "~" for choice in choices):
        return Answers("choice", choices, general)
    if all(_ARROW.search(choice.text) for choice in choices):
        return Answers("matching", choices, general)
    return Answers("short", choices, general)


def _without_tags(block: str) -> str:
    """Hide control characters inside the tags of HTML: ``<a href="x">`` written without escapes."""
    return _TAG.sub(lambda match: match[0].translate(_INSIDE_TAGS), block)


def _choices(body: str) -> tuple[Choice, ...]:
    """Cut at every ``=`` and ``~`` as Moodle does; where that makes no sense, only at those after a space."""
    strict = _cut(body, _SIGNS)
    if not _makes_sense(strict):
        loose = _cut(body, _SIGNS_APART)
        if _makes_sense(loose):
            return loose
    return strict


def _cut(body: str, signs: re.Pattern[str]) -> tuple[Choice, ...]:
    places = [match.start() for match in signs.finditer(body)]
    pieces = [("", body[: places[0]])] if places and body[: places[0]].strip() else []
    pieces += [] if places else [("", body)]
    for number, place in enumerate(places):
        end = places[number + 1] if number + 1 < len(places) else len(body)
        pieces.append((body[place], body[place + 1 : end]))
    return tuple(_choice(sign, piece) for sign, piece in pieces)


def _makes_sense(choices: tuple[Choice, ...]) -> bool:
    """Whether no answer is empty and, among wrong ones, one is right (or several by their weights)."""
    if any(not choice.text.strip() for choice in choices):
        return False
    if all(choice.sign != "~" for choice in choices):
        return True
    return sum(choice.sign == "=" for choice in choices) == 1 or any(choice.weight for choice in choices)


def _choice(sign: str, piece: str) -> Choice:
    weight = _WEIGHT.match(piece)
    text, _, feedback = (piece[weight.end() :] if weight else piece).partition("#")
    return Choice(sign, Decimal(weight[1].replace(",", ".")) if weight else None, text.strip(), feedback.strip())


def _numerical(body: str) -> tuple[Choice, ...]:
    """Read the answers of a numerical question: one without a sign, or several with ``=`` and ``~``."""
    return tuple(choice for choice in _cut(body, _SIGNS) if choice.sign or choice.text or choice.feedback)


def pair_of(choice: Choice) -> tuple[str, str]:
    """Return left and right of a pair; the arrow counts once, the last one where there are several."""
    left, _, right = choice.text.rpartition("->")
    return left.strip(), right.strip()


def interval_of(text: str) -> Interval | None:
    """Read ``1822``, ``1822:5`` (± 5), ``3.141..3.142`` or a number with a unit; None when it is none of these."""
    found = _VALUE.fullmatch(shown(text))
    if found is None:
        return None
    number, unit = _decimal(found["number"]), (found["unit"] or "").strip()
    if number is None or found["sign"] is None:
        return Interval(number, Decimal(0), unit) if number is not None else None
    other = _decimal(found["other"])
    if other is None:
        return None
    if found["sign"] == ":":
        return Interval(number, abs(other), unit)
    low, high = sorted((number, other))
    return Interval((low + high) / 2, (high - low) / 2, unit)


def _decimal(text: str) -> Decimal | None:
    """Read a number; commas between groups of three part thousands, another one is a decimal point."""
    try:
        if _THOUSANDS.fullmatch(text):
            text = text.replace(",", "")
        return Decimal(text.replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        return None

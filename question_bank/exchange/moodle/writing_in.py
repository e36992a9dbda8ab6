"""Short answers, numbers, gaps and essays of Moodle."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.moodle.choosing import fraction, unsupported
from question_bank.exchange.moodle.texts import inner
from question_bank.kinds.checking import BLANK

if TYPE_CHECKING:
    from question_bank.exchange.moodle.texts import Texts

GAP = "____"
FULL = Decimal(100)
_DRAG = re.compile(r"\[\[(\d{1,4})\]\]")
_PLACES = Decimal("0.00000001")
_NAME = 60


def with_gap(stem: str) -> str:
    """Return a stem with a blank: the one it has, else one at its end."""
    return stem if BLANK.search(stem) else f"{stem} {GAP}".strip()


def forms_of(given: list[tuple[Decimal, str]], texts: Texts) -> list[str]:
    """Return the texts that earn most; the others are named in cautions."""
    most = max((share for share, _ in given), default=Decimal(0))
    if most <= 0:
        raise Invalid([Problem("answer", N_("No answer counts as right."))])
    if most < FULL:
        texts.caution("answers", N_("No answer earns full marks in the file; the best one does here."))
    for share, text in given:
        if 0 < share < most:
            template = N_("“%(text)s” earns %(credit)s %% in the file; part of the marks has no place here.")
            texts.caution("answers", template, text=text[:_NAME], credit=f"{share.normalize():f}")
    forms = [text for share, text in given if share == most and text]
    if any("*" in text for text in forms):
        texts.caution("answers", N_("The sign * stands for any text in the file; here it is compared as it is."))
    return list(dict.fromkeys(forms))


def short(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read shortanswer: one blank."""
    given = [(fraction(answer), inner(answer).strip()) for answer in question.findall("answer")]
    if inner(question, "usecase").strip() == "1":
        texts.caution("answers", N_("Capitals count in the file; here they do not."))
    stem = with_gap(texts.of(question.find("questiontext")))
    return Kind.FILL_BLANK, {"stem": stem, "answers": [forms_of(given, texts)]}


def number(text: str) -> Decimal | None:
    """Read a number as Moodle writes it; None when it is none, or beyond all measure."""
    try:
        found = Decimal(text.strip().replace("×10^", "E").replace(",", ".") or "x")
    except InvalidOperation:
        return None
    return found if found.is_finite() and -30 < found.adjusted() < 15 else None


def rounded(value: Decimal, texts: Texts) -> str:
    """Return a number with the eight places we keep."""
    short_ = value.quantize(_PLACES, ROUND_HALF_EVEN)
    if short_ != value:
        texts.caution("answer", N_("The number is rounded to eight places."))
    return f"{short_.normalize():f}" if short_ else "0"


def numerical(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read numerical: the number that earns everything, with its tolerance and the unit that counts once."""
    found: list[tuple[Decimal, Decimal, Decimal]] = []
    for answer in question.findall("answer"):
        value, tolerance = number(inner(answer)), number(inner(answer, "tolerance") or "0")
        if value is not None:
            found.append((fraction(answer), value, abs(tolerance or Decimal(0))))
        elif fraction(answer) > 0 and inner(answer).strip() != "*":
            template = N_("“%(found)s” is not a number.")
            raise Invalid([Problem("answer", template, {"found": inner(answer)[:_NAME]})])
    value, tolerance = _only(found, texts)
    return Kind.NUMERIC, {
        "stem": texts.of(question.find("questiontext")),
        "answer": rounded(value, texts),
        "tolerance": rounded(tolerance, texts),
        "unit": _unit(question, texts),
    }


def _only(found: list[tuple[Decimal, Decimal, Decimal]], texts: Texts) -> tuple[Decimal, Decimal]:
    """Return the one number with its tolerance that holds all others of the highest fraction."""
    most = max((share for share, _, _ in found), default=Decimal(0))
    if most <= 0:
        raise Invalid([Problem("answer", N_("No number is given as the answer."))])
    if any(0 < share < most for share, _, _ in found):
        texts.caution("answer", N_("Numbers that earn part of the marks are left out; only the full answer counts."))
    best = [(value, tolerance) for share, value, tolerance in found if share == most]
    value, tolerance = max(best, key=lambda pair: pair[1])
    if any(abs(other - value) + width > tolerance for other, width in best):
        raise unsupported("answer", N_("Several different numbers count as right; a calculation has one."))
    return value, tolerance


def _unit(question: Any, texts: Texts) -> str:
    units = question.findall("units/unit")
    named = [inner(unit, "unit_name").strip() for unit in units if number(inner(unit, "multiplier") or "1") == 1]
    if len(units) > 1:
        texts.caution("unit", N_("Other units of the file are left out; multiples in 万 and 亿 are understood anyway."))
    return named[0][:40] if named else ""


def essay(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read essay: what is told to the markers is the reference."""
    if inner(question, "responsetemplate/text").strip():
        texts.caution("stem", N_("The text given to candidates to begin with is left out."))
    if inner(question, "responseformat").strip() == "noinline" or inner(
        question, "attachmentsrequired"
    ).strip() not in {"", "0"}:
        texts.caution("stem", N_("Files are to be handed in according to the file; here an answer is written."))
    data = {"stem": texts.of(question.find("questiontext")), "reference": texts.of(question.find("graderinfo"))}
    return Kind.SHORT_ANSWER, data


def words_in_gaps(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read gapselect and ddwtos: blanks, the words to choose from written below the text."""
    boxes = question.findall("dragbox") or question.findall("selectoption")
    words = [texts.of(box) if box.get("format") else texts.plain(inner(box)) for box in boxes]
    numbers: list[int] = []

    def gap(found: re.Match[str]) -> str:
        numbers.append(int(found[1]))
        return GAP

    stem = texts.of(question.find("questiontext"), before=lambda raw: _DRAG.sub(gap, raw))
    if not numbers or any(not 0 < each <= len(words) for each in numbers):
        raise Invalid([Problem("stem", N_("The gaps and the words for them do not agree."))])
    offered = "、".join(dict.fromkeys(word for word in words if word))
    texts.caution("stem", N_("The words to choose from are written below the text."))
    answers = [[words[each - 1]] for each in numbers]
    return Kind.FILL_BLANK, {"stem": f"{stem}\n（备选：{offered}）", "answers": answers}


def gapfill(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Read gapfill, a widespread plugin: right answers stand in brackets in the text, parted by ``|``."""
    marks = (inner(question, "delimitchars").strip() or "[]").ljust(2, "]")[:2]
    pattern = re.compile(rf"{re.escape(marks[0])}([^{re.escape(marks)}]{{1,500}}){re.escape(marks[1])}")
    answers: list[list[str]] = []

    def gap(found: re.Match[str]) -> str:
        answers.append([form for each in found[1].split("|") if (form := texts.plain(each))])
        return GAP

    stem = texts.of(question.find("questiontext"), before=lambda raw: pattern.sub(gap, raw))
    return Kind.FILL_BLANK, {"stem": stem, "answers": answers}

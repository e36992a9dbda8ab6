"""Cloze, Moodle's embedded answers: ``{1:SHORTANSWER:=right~%50%nearly#feedback~wrong}`` in the middle of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.moodle.choosing import unsupported
from question_bank.exchange.moodle.writing_in import FULL, GAP, forms_of, number, rounded

if TYPE_CHECKING:
    from question_bank.exchange.moodle.texts import Texts

_FIELD = re.compile(
    r"\{\s*(\d{0,6}(?:\.\d{1,6})?)\s*:\s*([A-Za-z_]{2,20})\s*:((?:\\.|[^\\{}]|\{[^{}]*\}){0,20000}?)\}", re.DOTALL
)
_CUT = re.compile(r"(?<!\\)~")
_HASH = re.compile(r"(?<!\\)#")
_SHARE = re.compile(r"%(-?\d{1,4}(?:\.\d{1,20})?)%")
_ESCAPE = re.compile(r"\\([}~#\\/\"{=%])")
_MOST = 200
_SHORT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_NUMBER = {"NUMERICAL", "NM"}
_CHOICE = {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"}
_CHOICE |= {"MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"}


@dataclass
class _Field:
    """One embedded question: its type and its answers as share and text; the feedback stands beside them."""

    kind: str
    answers: list[tuple[Decimal, str]] = field(default_factory=list)
    feedback: list[tuple[str, str]] = field(default_factory=list)


def cloze(question: Any, texts: Texts) -> tuple[Kind, dict[str, Any], list[tuple[str, str]]]:
    """Read a cloze: one field is a choice, a calculation or a blank by its type, several are blanks.

    The third value pairs answers with their feedback.
    """
    fields: list[_Field] = []

    def gap(found: re.Match[str]) -> str:
        if len(fields) >= _MOST:
            raise unsupported("stem", N_("There are more than %(most)s fields in this text."), most=_MOST)
        fields.append(_field(found[2].upper(), found[3], texts))
        return GAP

    stem = texts.of(question.find("questiontext"), before=lambda raw: _FIELD.sub(gap, raw))
    if not fields:
        raise unsupported("stem", N_("This is a text without a question (a description)."))
    remarks = [pair for each in fields for pair in each.feedback]
    for each in fields:
        if each.kind not in _SHORT | _NUMBER | _CHOICE:
            raise unsupported("stem", N_("A field of the type “%(found)s” has no counterpart here."), found=each.kind)
    if len(fields) == 1:
        return *_single(stem, fields[0], texts), remarks
    return *_several(stem, fields, texts), remarks


def _field(kind: str, body: str, texts: Texts) -> _Field:
    made = _Field(kind)
    for piece in _CUT.split(body):
        answer, *feedback = _HASH.split(piece, maxsplit=1)
        share, text = Decimal(0), answer.strip()
        weight = _SHARE.match(text)
        if text.startswith("="):
            share, text = FULL, text[1:]
        elif weight:
            share, text = Decimal(weight[1]), text[weight.end() :]
        plain = texts.plain(_ESCAPE.sub(r"\1", text))
        made.answers.append((share, plain))
        if feedback and feedback[0].strip():
            made.feedback.append((plain, texts.plain(_ESCAPE.sub(r"\1", feedback[0]))))
    return made


def _interval(found: _Field) -> tuple[Decimal, Decimal] | None:
    """Return number and tolerance of a numerical field; None when it has not exactly one right number."""
    right = [text for share, text in found.answers if share == FULL]
    if len(right) != 1:
        return None
    value, _, tolerance = right[0].partition(":")
    ends = number(value), number(tolerance or "0")
    return (ends[0], abs(ends[1])) if ends[0] is not None and ends[1] is not None else None


def _single(stem: str, only: _Field, texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Return what one field alone makes of the question."""
    if only.kind not in _SHORT and any(0 < share < FULL for share, _ in only.answers):
        texts.caution("answer", N_("Answers that earn part of the marks are left out; only the full answer counts."))
    if only.kind in _SHORT:
        return Kind.FILL_BLANK, {"stem": stem, "answers": [forms_of(only.answers, texts)]}
    if only.kind in _NUMBER:
        interval = _interval(only)
        if interval is None:
            raise unsupported("answer", N_("A field for a number has not exactly one right number."))
        value, tolerance = rounded(interval[0], texts), rounded(interval[1], texts)
        return Kind.NUMERIC, {"stem": stem, "answer": value, "tolerance": tolerance}
    right = [index for index, (share, _) in enumerate(only.answers) if share == FULL]
    if len(right) != 1 or len(only.answers) > len(ascii_uppercase):
        raise unsupported("answer", N_("Any one of several options earns full marks; a single choice has one right."))
    options = [{"key": key, "text": text} for key, (_, text) in zip(ascii_uppercase, only.answers, strict=False)]
    return Kind.SINGLE_CHOICE, {"stem": stem, "options": options, "answer": ascii_uppercase[right[0]]}


def _several(stem: str, fields: list[_Field], texts: Texts) -> tuple[Kind, dict[str, Any]]:
    """Return a fill_blank; what a field offers to choose from is written behind its blank."""
    if stem.count(GAP) != len(fields):
        raise Invalid([Problem("stem", N_("The gaps and the words for them do not agree."))])
    pieces, answers = stem.split(GAP), []
    for place, found in enumerate(fields):
        if found.kind in _NUMBER:
            interval = _interval(found)
            if interval is None:
                raise unsupported("answer", N_("A field for a number has not exactly one right number."))
            if interval[1]:
                raise unsupported("answer", N_("A number with a tolerance stands in a text with several blanks."))
            answers.append([rounded(interval[0], texts)])
            continue
        answers.append(forms_of(found.answers, texts))
        if found.kind in _CHOICE:
            offered = "／".join(text for _, text in found.answers if text)
            pieces[place + 1] = f"（{offered}）{pieces[place + 1]}"
    return Kind.FILL_BLANK, {"stem": GAP.join(pieces), "answers": answers}

"""Trying an answer while the question is written: would “三百万元” count? The kinds' own reading and marking decide."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exam.grading.doubts import doubts
from exam.web.bank.writing.answers import content_data
from exam.web.bank.writing.pieces import marked
from exam.web.bank.writing.typed import Typed, rows, text
from question_bank import kinds
from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, ParseError, Problem
from question_bank.kinds import Order
from question_bank.kinds.base import Part
from question_bank.kinds.blank import FillBlankContent, fitting
from question_bank.kinds.numeric import NumericContent, NumericResponse
from question_bank.kinds.short_answer import ShortAnswerResponse
from question_bank.normalise import canonical
from question_bank.numerals import written

COUNTS = N_("It counts: the normal form is “%(form)s”, as of “%(accepted)s”.")
MISSES = N_("It does not count: the normal form is “%(form)s”, and none of the accepted answers has it (%(accepted)s).")
NO_FORMS = N_("No accepted answer is written yet.")
WITHIN = N_("It counts: %(value)s%(unit)s is within %(low)s to %(high)s.")
OUTSIDE = N_("It does not count: %(value)s%(unit)s is outside %(low)s to %(high)s.")
KNOWN_ERROR = N_("It does not count: %(value)s%(unit)s is a common error. The candidate is told: %(feedback)s")
UNREADABLE = N_("It cannot be read, and the candidate is asked again: %(reason)s")
UNFINISHED = N_("First write the number that is right.")


EARNS = N_("It would be suggested %(marks)s of %(whole)s marks.")
NO_POINTS = N_("First write a key point with its marks and terms.")


@dataclass(frozen=True)
class Tried:
    """What became of one answer tried at a field.

    A written one has its key points, each with what the rules found of it, the text cut where that stands, and
    `remarks` (message ids) on it as a whole.
    """

    counts: bool
    problem: Problem
    parts: tuple[tuple[str, Part], ...] = ()
    pieces: tuple[tuple[str, bool], ...] = ()
    remarks: tuple[str, ...] = ()


def tried(typed: Typed, kind: Kind, at: str = "q") -> dict[str, Tried]:
    """Every answer tried in the fields of a content, by the name of the row it was tried at."""
    return dict(_tried(typed, kind, at))


def _tried(typed: Typed, kind: Kind, at: str) -> Iterator[tuple[str, Tried]]:
    if kind is Kind.CASE:
        for number, sub in enumerate(rows(typed, "subquestions")):
            inner = next((each for each in Kind if each.value == text(sub, "kind")), Kind.SHORT_ANSWER)
            yield from _tried(sub, inner, f"{at}-subquestions-{number}")
    elif kind is Kind.FILL_BLANK:
        for number, row in enumerate(rows(typed, "blanks")):
            if text(row, "try"):
                yield f"{at}-blanks-{number}", _blank(row, keep_book_marks=bool(text(typed, "keep_book_marks")))
    elif kind is Kind.NUMERIC and text(typed, "try"):
        yield at, _number(typed, text(typed, "try"))
    elif kind is Kind.SHORT_ANSWER and text(typed, "try"):
        yield at, _written(typed, text(typed, "try"))


def _blank(row: Typed, *, keep_book_marks: bool) -> Tried:
    forms = tuple(line.strip() for line in text(row, "forms").split("\n") if line.strip())
    given = text(row, "try")
    if not forms:
        return _said(NO_FORMS)
    form = canonical(given, keep_book_marks=keep_book_marks)
    content = FillBlankContent(stem="____", answers=(forms,), keep_book_marks=keep_book_marks)
    try:
        outcome = kinds.verdict(content, kinds.parse(content, Order(), given), None, Decimal(1))
    except (ParseError, Invalid) as error:
        return _said(UNREADABLE, reason=str(error))
    hit = fitting(given, forms, keep_book_marks=keep_book_marks)
    if outcome.marks and hit is not None:
        return Tried(counts=True, problem=Problem("", COUNTS, {"form": form, "accepted": hit}))
    known = "、".join(f"“{canonical(each, keep_book_marks=keep_book_marks)}”" for each in forms)
    return _said(MISSES, form=form, accepted=known)


def _number(typed: Typed, given: str) -> Tried:
    data = content_data(Kind.NUMERIC, typed, "q").data | {"stem": "_"}
    try:
        content = kinds.content_of(Kind.NUMERIC, data)
    except Invalid:
        return _said(UNFINISHED)
    try:
        response = kinds.parse(content, Order(), given)
    except ParseError as error:
        return _said(UNREADABLE, reason=error)
    return _measured(content, response)


def _measured(content: Any, response: Any) -> Tried:
    number: NumericContent = content
    answer: NumericResponse = response
    outcome = kinds.verdict(number, answer, None, Decimal(1))
    shown = {
        "value": written(answer.value or Decimal(0)),
        "unit": number.unit,
        "low": written(number.answer - number.tolerance),
        "high": written(number.answer + number.tolerance),
    }
    if outcome.params:
        return _said(KNOWN_ERROR, **shown, **outcome.params)
    return Tried(counts=outcome.marks > 0, problem=Problem("", WITHIN if outcome.marks else OUTSIDE, shown))


def _written(typed: Typed, given: str) -> Tried:
    data = content_data(Kind.SHORT_ANSWER, typed, "q").data
    try:
        content: Any = kinds.content_of(Kind.SHORT_ANSWER, data | {"stem": data["stem"] or "_"})
    except Invalid:
        return _said(NO_POINTS)
    if not content.rubric_marks:
        return _said(NO_POINTS)
    found = kinds.verdict(content, ShortAnswerResponse(text=given), None, content.rubric_marks)
    points = {point.id: point.point for point in content.rubric}
    shown = {"marks": written(found.suggested), "whole": written(found.out_of)}
    remarks = [found.note] if found.note else []
    return Tried(
        counts=found.suggested > 0,
        problem=Problem("", EARNS, shown),
        parts=tuple((points[part.ref], part) for part in found.parts),
        pieces=tuple(marked(given, [span for part in found.parts for span in part.spans])),
        remarks=(*remarks, *(each.label for each in doubts({"flags": found.flags}))),
    )


def _said(template: str, **params: object) -> Tried:
    return Tried(counts=False, problem=Problem("", template, params))

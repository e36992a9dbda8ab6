"""采分点: the key points of a written answer, and what each finds in a text. Rules suggest, a person marks.

A term is found in its normal form (width, case, spaces), under another word for its prohibition (不得, 不能, 严禁), or
by the value of its numbers (三百万元 is 3,000,000元). ``300±10万元`` accepts 290万元 to 310万元, ``不得…换届`` both
words in this order within one clause. What the sentence denies (``negation``) does not earn the point, unless the term
or another group of the same point says the denial itself. Nor does a phrase count whose clause says the opposite of
what the reference answer says there, or another quantity (``antonyms``). What is nowhere may be resembled
(``resemblance``): that is said, and counts for less.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from question_bank.antonyms import Meaning, differs, meaning, opposed
from question_bank.errors import N_
from question_bank.kinds.base import Frozen, Key, Span, Text
from question_bank.kinds.resemblance import resembling
from question_bank.kinds.terms import FoldedText, HitRule, Place, places
from question_bank.negation import is_denied

if TYPE_CHECKING:
    from collections.abc import Sequence

PointMarks = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2, allow_inf_nan=False)]
Group = Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)]
_CORRECTION = re.compile("更正|说错|写错|有误|改为|应改|不对|以下为准|划去|作废")
_BARE_SHARE, _BARE_HITS = 0.6, 2
_PIECES, _PIECE_LENGTH = 4, 4.5
_SALAD_PIECES, _SALAD_LENGTH, _SPACED, _JOINED = 6, 6.0, 0.6, 0.08
_JOINING = frozenset("的了是在由向对将把和与或为须得有后就并及从给让被您我我们要应都也还会请者时当如因")
"""So many pieces between spaces and stops, so short on average, are words and no sentences."""


class KeyPoint(Frozen):
    """采分点: ``marks`` when each group is hit by any of its terms, or ``needed`` of them (答出任意三点得满分).

    When fewer groups are hit it earns ``per_group`` for each of them if that is given, else ``partial``, else 0.
    ``in_order``: groups count only as far as they are said in the order of the rubric. An answer that says any of
    ``forbidden`` earns nothing for the point, and loses ``deduction`` besides where that is given, once for each
    thing said however many points forbid it.
    """

    id: Key
    point: Text
    marks: PointMarks
    keyword_groups: Annotated[tuple[Group, ...], Field(max_length=30)] = ()
    partial: PointMarks | None = None
    per_group: PointMarks | None = None
    forbidden: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    needed: Annotated[int, Field(ge=1, le=30)] | None = None
    in_order: bool = False
    deduction: PointMarks | None = None

    @model_serializer(mode="wrap")
    def _as_stored(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what came later where it says nothing: contents stored before keep their hash."""
        data: dict[str, Any] = inner(self)
        return {name: value for name, value in data.items() if name not in _LATER or value}

    @property
    def enough(self) -> int:
        """How many groups earn the full marks."""
        return min(self.needed or len(self.keyword_groups), len(self.keyword_groups))


_LATER = frozenset({"forbidden", "needed", "in_order", "deduction"})


class Hit(NamedTuple):
    """A group (from 0) was hit by ``term`` at ``span`` of the text as written; half of it where it is not whole."""

    group: int
    term: str
    span: Span
    rule: HitRule
    is_whole: bool = True


class Suggestion(NamedTuple):
    """What one key point earns before scaling, the spans that earn it, a note, and by which rules.

    ``denied``: some group is only said in the negative; ``fuzzy``: some group was hit by resemblance only;
    ``opposed``: some group is only said together with the opposite or with another quantity; ``said``: what is
    forbidden was said.
    """

    marks: Fraction
    spans: tuple[Span, ...]
    note: str
    hits: tuple[Hit, ...] = ()
    denied: bool = False
    fuzzy: bool = False
    opposed: bool = False
    said: str = ""


class _Search:
    """The groups of one point in one text: what is said, what only in the negative, what beside the opposite.

    ``expected`` says for each group what its clause means in the reference answer; ``barred`` are stretches of the
    text that cannot earn anything: those copied from the question; ``suspect`` are clauses that name another body or
    quantity than anything in the question and its rubric. Not ``resembled``: only terms themselves count.
    """

    def __init__(
        self,
        groups: Sequence[tuple[str, ...]],
        text: FoldedText,
        expected: Sequence[Meaning] = (),
        barred: Sequence[tuple[int, int]] = (),
        suspect: Sequence[tuple[int, int]] = (),
        *,
        resembled: bool = True,
    ) -> None:
        self.said: dict[int, tuple[str, Place]] = {}
        self.denied: dict[int, list[tuple[str, Place]]] = {}
        self.opposed: set[int] = set()
        self._barred, self._suspect, self._text, self._expected = barred, suspect, text, expected
        for number, group in enumerate(groups):
            self._look(number, group, text)
        for number in [*self.denied]:
            self._allow(number, groups, text)
        missing = {*range(len(groups))} - {*self.said, *self.denied, *self.opposed} if resembled else set()
        for number in sorted(missing):
            self._resemble(number, groups[number], text)

    def _look(self, number: int, group: tuple[str, ...], text: FoldedText) -> None:
        denied = []
        for term, place in places(group, text):
            if self._is_barred(place):
                continue
            if is_denied(place.over):
                denied.append((term, place))
            elif self._contradicts(number, place):
                self.opposed.add(number)
            else:
                self.said[number] = term, place
                self.opposed.discard(number)
                return
        if denied:
            self.denied[number] = denied

    def _resemble(self, number: int, group: tuple[str, ...], text: FoldedText) -> None:
        found = resembling(group, text)
        if found is None or self._is_barred(found[1]):
            return
        if self._contradicts(number, found[1]):
            self.opposed.add(number)
        else:
            self.said[number] = found

    def _is_barred(self, place: Place) -> bool:
        return _lies_in(place, self._barred)

    def _contradicts(self, number: int, place: Place) -> bool:
        """Whether the clause around a place says the opposite of what is expected, or another quantity."""
        if _lies_in(place, self._suspect):
            return True
        if not self._expected or not any(self._expected[number]):
            return False
        return contradicts(self._expected[number], self._text, place)

    def _allow(self, number: int, groups: Sequence[tuple[str, ...]], text: FoldedText) -> None:
        """Let a denied group count where another group asks for the very denial: 不得 of one, 收费 of the other.

        不得委托 does not allow 委托持证单位: the two share a word without one holding the other.
        """
        others = [place for other, group in enumerate(groups) if other != number for _, place in places(group, text)]
        asked = [each for each in others if not is_denied(each.over)]
        for term, place in self.denied[number]:
            apart = [
                each
                for each in asked
                if each.end <= place.start
                or place.end <= each.start
                or each.start <= place.start <= place.end <= each.end
            ]
            rest = [each for each in place.over if not any(a.start <= each.start and each.end <= a.end for a in apart)]
            if not is_denied(rest):
                self.said[number] = term, place
                del self.denied[number]
                return


def _lies_in(place: Place, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(low <= place.start and place.end <= high for low, high in stretches)


def clause_meaning(text: FoldedText, place: Place, *, apart: bool = False) -> Meaning:
    """Return what the clause around a place says, without what it denies; ``apart``: without the place as well."""
    start, end = text.negations.clause(place.start)
    end = max(end, place.end)
    left_out = [
        (max(each.low, start) - start, each.high - start)
        for each in text.negations.within(place.start)
        if each not in place.over
    ]
    if apart:
        left_out.append((place.start - start, place.end - start))
    return meaning(text.plain[start:end], left_out)


def contradicts(expected: Meaning, text: FoldedText, place: Place) -> bool:
    """Whether the clause around a place says the opposite of what is ``expected`` there, or another quantity."""
    said = clause_meaning(text, place)
    if place.rule is not HitRule.TOLERANCE and differs(expected, said, meaning(text.plain[place.start : place.end])):
        return True
    return bool(expected.sides and said.sides) and opposed(expected, said, clause_meaning(text, place, apart=True))


def suggest(
    point: KeyPoint,
    text: FoldedText,
    expected: Sequence[Meaning] = (),
    barred: Sequence[tuple[int, int]] = (),
    suspect: Sequence[tuple[int, int]] = (),
    *,
    resembled: bool = True,
) -> Suggestion:
    """Suggest the marks of one key point, out of its own; all but the text as ``_Search`` has them."""
    for term, place in places(point.forbidden, text):
        if not is_denied(place.over) and not _taken_back(text, place):
            span = text.span(place.start, place.end)
            return Suggestion(Fraction(0), (span,), N_("Says what must not be said"), said=term)
    search = _Search(point.keyword_groups, text, expected, barred, suspect, resembled=resembled)
    said = _in_order(search.said) if point.in_order else search.said
    hits = tuple(
        Hit(number, term, text.span(place.start, place.end), place.rule, place.is_whole)
        for number, (term, place) in sorted(said.items())
    )
    fuzzy = any(hit.rule.resembles for hit in hits)
    spans = tuple(hit.span for hit in hits)
    note = _note(point, hits, denied=bool(search.denied), opposed=bool(search.opposed))
    return Suggestion(_earned(point, hits), spans, note, hits, bool(search.denied), fuzzy, bool(search.opposed))


def _taken_back(text: FoldedText, place: Place) -> bool:
    """Whether the clause behind a place takes it back: wrong first and right afterwards is not held against."""
    start = text.negations.clause(place.start)[1]
    end = text.negations.clause(start)[1] if start < len(text.plain) else start
    return _CORRECTION.search(text.plain, start, end) is not None


def _in_order(said: dict[int, tuple[str, Place]]) -> dict[int, tuple[str, Place]]:
    """Keep the most groups that stand in the rubric's order: the longest rising row of their places."""
    rows: dict[int, list[int]] = {}
    for number in sorted(said):
        before = [rows[other] for other in rows if said[other][1].start < said[number][1].start]
        rows[number] = [*max(before, key=len, default=[]), number]
    return {number: said[number] for number in max(rows.values(), key=len, default=[])}


def _earned(point: KeyPoint, hits: Sequence[Hit]) -> Fraction:
    """Return the marks for the groups hit; what is not hit whole counts half."""
    if not hits:
        return Fraction(0)
    halves = sum(not hit.is_whole for hit in hits)
    count = len(hits) - Fraction(halves, 2)
    full = Fraction(point.marks)
    if count >= point.enough:
        return full
    part = full / 2 if halves and len(hits) >= point.enough else Fraction(0)
    if point.per_group is not None:
        return max(part, min(full, Fraction(point.per_group) * count))
    return max(part, Fraction(point.partial or 0) * (1 if len(hits) > halves else Fraction(1, 2)))


def _note(point: KeyPoint, hits: Sequence[Hit], *, denied: bool, opposed: bool) -> str:
    if any(hit.rule.resembles for hit in hits):
        return N_("Only similar wording was found")
    if denied:
        return N_("Found, but the sentence denies it")
    if opposed:
        return N_("Found beside the opposite or another number")
    if not hits:
        return N_("Not found")
    return N_("Hit") if len(hits) >= point.enough else N_("Partly hit")


def hits_fully(point: KeyPoint, text: str) -> bool:
    """Whether ``text`` says every group of ``point``, not merely something similar."""
    suggestion = suggest(point, FoldedText.of(text))
    return bool(point.keyword_groups) and len(suggestion.hits) >= point.enough and not suggestion.fuzzy


def is_salad(text: FoldedText) -> bool:
    """Whether an answer is a long row of Chinese words between spaces with nothing that joins them into a sentence.

    A list with 、 between its items is an answer, and so is a piece of code.
    """
    letters = sum(char.isalnum() for char in text.plain)
    chinese = sum("\u4e00" <= char <= "\u9fff" for char in text.plain)
    joined = sum(char in _JOINING for char in text.plain)
    is_row = len(text.pieces) >= _SALAD_PIECES and text.spaces >= _SPACED * len(text.pieces)
    return is_row and letters <= min(_SALAD_LENGTH * len(text.pieces), 2 * chinese) and joined <= _JOINED * letters


def is_bare(text: FoldedText, suggestions: Sequence[Suggestion]) -> bool:
    """Whether an answer is little more than a row of terms, without sentences around them."""
    spans = {hit.span for suggestion in suggestions for hit in suggestion.hits if not hit.rule.resembles}
    letters = [at for char, at in zip(text.plain, text.positions, strict=True) if char.isalnum()]
    joined = sum(char in _JOINING for char in text.plain)
    if len(spans) >= _BARE_HITS and joined <= _JOINED * len(letters):
        covered = {at for span in spans for at in range(span.start, span.end)}
        if sum(at in covered for at in letters) >= _BARE_SHARE * len(letters):
            return True
    return bool(spans) and len(text.pieces) >= _PIECES and len(letters) <= _PIECE_LENGTH * len(text.pieces)

"""采分点: the key points of a written answer, and what each finds in a text. Rules suggest, a person marks.

A term is found in its normal form (width, case, spaces), under another word for its prohibition (不得, 不能, 严禁), or
by the value of its numbers (三百万元 is 3,000,000元). ``300±10万元`` accepts 290万元 to 310万元, ``不得…换届`` both
words in this order within one clause. What the sentence denies (``negation``) does not earn the point, unless the term
or another group of the same point says the denial itself. Long terms that are nowhere may be found by most of their
pairs of characters in one clause: that is only fuzzy.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from question_bank.errors import N_
from question_bank.kinds.base import Frozen, Key, Span, Text
from question_bank.kinds.terms import FoldedText, HitRule, Place, fuzzy, places
from question_bank.negation import is_denied

if TYPE_CHECKING:
    from collections.abc import Sequence

PointMarks = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2, allow_inf_nan=False)]
Group = Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)]
_BARE_LENGTH, _BARE_SHARE, _BARE_HITS = 5, 0.85, 3


class KeyPoint(Frozen):
    """采分点: ``marks`` when each group is hit by any of its terms.

    When only some groups are hit it earns ``per_group`` for each of them if that is given, else ``partial``, else 0.
    An answer that says any of ``forbidden`` earns nothing for the point.
    """

    id: Key
    point: Text
    marks: PointMarks
    keyword_groups: Annotated[tuple[Group, ...], Field(max_length=30)] = ()
    partial: PointMarks | None = None
    per_group: PointMarks | None = None
    forbidden: Annotated[tuple[Text, ...], Field(max_length=100)] = ()

    @model_serializer(mode="wrap")
    def _as_stored(self, inner: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out ``forbidden`` where nothing is: contents stored before there was such a thing keep their hash."""
        data: dict[str, Any] = inner(self)
        if not self.forbidden:
            data.pop("forbidden", None)
        return data


class Hit(NamedTuple):
    """A group (from 0) was hit by ``term`` at ``span`` of the text as written."""

    group: int
    term: str
    span: Span
    rule: HitRule


class Suggestion(NamedTuple):
    """What one key point earns before scaling, the spans that earn it, a note, and by which rules.

    ``denied``: some group is only said in the negative; ``fuzzy``: some group was hit by resemblance only.
    """

    marks: Fraction
    spans: tuple[Span, ...]
    note: str
    hits: tuple[Hit, ...] = ()
    denied: bool = False
    fuzzy: bool = False


class _Search:
    """The groups of one point in one text: what is said, and what is said only in the negative."""

    def __init__(self, groups: Sequence[tuple[str, ...]], text: FoldedText) -> None:
        self.said: dict[int, tuple[str, Place]] = {}
        self.denied: dict[int, list[tuple[str, Place]]] = {}
        for number, group in enumerate(groups):
            self._look(number, group, text)
        for number in [*self.denied]:
            self._allow(number, groups, text)
        for number, group in enumerate(groups):
            if number not in self.said and number not in self.denied and (found := fuzzy(group, text)):
                self.said[number] = found

    def _look(self, number: int, group: tuple[str, ...], text: FoldedText) -> None:
        denied = []
        for term, place in places(group, text):
            if not is_denied(place.over):
                self.said[number] = term, place
                return
            denied.append((term, place))
        if denied:
            self.denied[number] = denied

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


def suggest(point: KeyPoint, text: FoldedText) -> Suggestion:
    """Suggest the marks of one key point, out of its own."""
    for _, place in places(point.forbidden, text):
        if not is_denied(place.over):
            return Suggestion(Fraction(0), (text.span(place.start, place.end),), N_("Says what must not be said"))
    search = _Search(point.keyword_groups, text)
    hits = tuple(
        Hit(number, term, text.span(place.start, place.end), place.rule)
        for number, (term, place) in sorted(search.said.items())
    )
    marks = _earned(point, len(hits))
    fuzzy = any(hit.rule is HitRule.FUZZY for hit in hits)
    spans = tuple(hit.span for hit in hits)
    note = _note(point, hits=len(hits), denied=bool(search.denied), fuzzy=fuzzy)
    return Suggestion(marks, spans, note, hits, bool(search.denied), fuzzy)


def _earned(point: KeyPoint, hits: int) -> Fraction:
    """Return the marks for so many groups hit."""
    if not hits:
        return Fraction(0)
    if hits == len(point.keyword_groups):
        return Fraction(point.marks)
    if point.per_group is not None:
        return min(Fraction(point.marks), Fraction(point.per_group) * hits)
    return Fraction(point.partial or 0)


def _note(point: KeyPoint, *, hits: int, denied: bool, fuzzy: bool) -> str:
    if fuzzy:
        return N_("Only similar wording was found")
    if denied:
        return N_("Found, but the sentence denies it")
    if not hits:
        return N_("Not found")
    return N_("Hit") if hits == len(point.keyword_groups) else N_("Partly hit")


def hits_fully(point: KeyPoint, text: str) -> bool:
    """Whether ``text`` says every group of ``point``, not merely something similar."""
    suggestion = suggest(point, FoldedText.of(text))
    return bool(point.keyword_groups) and len(suggestion.hits) == len(point.keyword_groups) and not suggestion.fuzzy


def is_bare(text: FoldedText, suggestions: Sequence[Suggestion]) -> bool:
    """Whether an answer is little more than a row of short terms, without sentences around them."""
    spans = {hit.span for suggestion in suggestions for hit in suggestion.hits if hit.rule is not HitRule.FUZZY}
    if len(spans) < _BARE_HITS:
        return False
    covered = {at for span in spans for at in range(span.start, span.end)}
    letters = [at for char, at in zip(text.plain, text.positions, strict=True) if char.isalnum()]
    hit = sum(at in covered for at in letters)
    return hit >= _BARE_SHARE * len(letters) and len(covered) <= _BARE_LENGTH * len(spans)

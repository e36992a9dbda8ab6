"""A whole rubric over a whole answer: key points, cap, deductions, veto, copied text, and how sure it all is. Pure."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from question_bank.antonyms import NOTHING, Meaning, bodies, meaning, opposed, strange
from question_bank.kinds.key_points import clause_meaning, is_bare, is_salad, suggest
from question_bank.kinds.sureness import Flag, sureness
from question_bank.kinds.terms import FoldedText, pairs_of, places
from question_bank.negation import is_denied
from question_bank.normalise import folded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from question_bank.kinds.key_points import KeyPoint, Suggestion

_SALAD = Fraction(1, 4)
"""What a mere row of words keeps of its marks: nobody can tell from it whether they are understood."""
_LONG = 1_200
"""An answer of so many characters is hardly ever what a written question asks for."""
_NEARLY_COPIED, _NEARLY = 10, 0.9
_COPIED_LENGTH = 6
"""A shorter clause stands in many questions and answers without having been copied."""


class Assessment(NamedTuple):
    """What an answer earns by a rubric: marks out of the rubric's, its points in order, and what makes it doubtful.

    ``confidence`` in ten-thousandths: how likely a person would give the same but for a tenth of the marks.
    ``veto`` is the term that costs the whole answer.
    """

    marks: Fraction
    out_of: Fraction
    points: tuple[Suggestion, ...]
    flags: frozenset[Flag]
    confidence: int
    veto: str = ""


class Rubric:
    """A rubric made ready for many answers."""

    def __init__(
        self,
        points: Sequence[KeyPoint],
        *,
        reference: str = "",
        stem: str = "",
        cap: Decimal | None = None,
        veto: tuple[str, ...] = (),
    ) -> None:
        """Look up what the reference answer means where it hits each group."""
        self.points = tuple(points)
        whole = sum((Fraction(point.marks) for point in self.points), Fraction(0))
        self.out_of = whole if cap is None else min(whole, Fraction(cap))
        self._veto = veto
        self._stem = folded(stem)
        self._stem_pairs = pairs_of(self._stem)
        self._reference = FoldedText.of(reference)
        texts = [reference, stem, *(point.point for point in points)]
        texts += [term for point in points for group in point.keyword_groups for term in group]
        self._whole = meaning(folded("\n".join(texts)))
        self._bodies = bodies(folded("\n".join(texts)))
        self._asked = meaning(folded(reference or "\n".join(texts)))
        self._expected = tuple(self._expectations(point) for point in self.points)

    def assess(self, text: str) -> Assessment:
        """Mark one answer; linear in its length."""
        plain = FoldedText.of(text)
        copied, suspect = self._copied(plain), self._suspect(plain)
        found = tuple(
            suggest(point, plain, expected, copied, suspect)
            for point, expected in zip(self.points, self._expected, strict=True)
        )
        veto = self._vetoed(plain)
        earned = sum((each.marks for each in found), Fraction(0)) - self._deducted(found)
        marks = Fraction(0) if veto else max(Fraction(0), min(earned, self.out_of))
        odd = self._odd(plain, found, copied)
        if Flag.SALAD in odd:
            marks *= _SALAD
        confidence, flags = sureness(self.points, found, plain, out_of=self.out_of, copied=copied, odd=odd)
        return Assessment(marks, self.out_of, found, flags, confidence, veto)

    def _expectations(self, point: KeyPoint) -> tuple[Meaning, ...]:
        """Return for each group what its clause means in the reference answer, else what the key point says itself."""
        own = meaning(folded(point.point))
        return tuple(self._expectation(group, own) for group in point.keyword_groups)

    def _expectation(self, group: tuple[str, ...], own: Meaning) -> Meaning:
        if not self._reference.plain:
            return own
        found = [place for _, place in places(group, self._reference) if not is_denied(place.over)]
        if not found:
            return NOTHING
        meanings = [clause_meaning(self._reference, place) for place in found]
        return Meaning(
            frozenset().union(*(each.sides for each in meanings)),
            frozenset().union(*(each.quantities for each in meanings)),
        )

    def _copied(self, plain: FoldedText) -> tuple[tuple[int, int], ...]:
        """Return the stretches of an answer that are clauses of the question: they earn nothing by themselves."""
        if not self._stem:
            return ()
        return tuple(
            (start, end)
            for start, end in pairwise(plain.negations.borders)
            if end - start >= _COPIED_LENGTH and self._is_stem(plain.plain[start:end].strip(".,;:!?"))
        )

    def _suspect(self, plain: FoldedText) -> tuple[tuple[int, int], ...]:
        """Return the clauses that name a body, or a quantity in a known unit, that nothing here knows."""
        return tuple(
            (start, end) for start, end in pairwise(plain.negations.borders) if self._is_strange(plain.plain[start:end])
        )

    def _is_strange(self, clause: str) -> bool:
        return strange(self._whole, meaning(clause)) or not bodies(clause) <= self._bodies

    def _is_stem(self, clause: str) -> bool:
        """Whether a clause stands in the question, word by word or, a longer one, nearly so."""
        if clause in self._stem:
            return True
        pairs = pairs_of(clause)
        return len(pairs) >= _NEARLY_COPIED and len(pairs & self._stem_pairs) >= _NEARLY * len(pairs)

    def _odd(self, plain: FoldedText, found: Sequence[Suggestion], copied: Sequence[tuple[int, int]]) -> set[Flag]:
        """Return what is odd about an answer as a whole."""
        flags = {Flag.COPIED} if copied else set()
        if is_bare(plain, found):
            flags.add(Flag.BARE)
        if is_salad(plain):
            flags.add(Flag.SALAD)
        if len(plain.plain) > _LONG:
            flags.add(Flag.LONG)
        said = meaning(plain.plain)
        if strange(self._whole, said):
            flags.add(Flag.NUMBER)
        if not bodies(plain.plain) <= self._bodies:
            flags.add(Flag.OTHER_BODY)
        if opposed(self._asked, said, said):
            flags.add(Flag.OTHER_SIDE)
        return flags

    def _vetoed(self, plain: FoldedText) -> str:
        return next((term for term, place in places(self._veto, plain) if not is_denied(place.over)), "")

    def _deducted(self, found: Sequence[Suggestion]) -> Fraction:
        """Return what is taken off: for each forbidden thing said the most that any point takes, once."""
        lost: dict[str, Fraction] = {}
        for point, each in zip(self.points, found, strict=True):
            if each.said and point.deduction:
                lost[each.said] = max(lost.get(each.said, Fraction(0)), Fraction(point.deduction))
        return sum(lost.values(), Fraction(0))


@lru_cache(maxsize=256)
def rubric_of(
    points: tuple[KeyPoint, ...], reference: str, stem: str, cap: Decimal | None, veto: tuple[str, ...]
) -> Rubric:
    """Return a rubric made ready; the same question is marked many times in a row."""
    return Rubric(points, reference=reference, stem=stem, cap=cap, veto=veto)


__all__ = ["Assessment", "Flag", "Rubric", "rubric_of"]

"""How likely a person would give an answer what its rubric suggests, and what makes it doubtful. Pure.

Each key point is a chance of being wrong by its marks: small where it was found in the author's own words, larger where
it was only resembled, found in part, denied, or said beside its opposite; where it was not found, the larger the more
of the answer no key point accounts for and the nearer the answer comes to a term. The expected loss over all points
and what is odd about the whole answer (a row of bare terms, an answer far longer than any that was asked for) make the
confidence.
"""

from __future__ import annotations

import math
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from question_bank.kinds.resemblance import nearness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from question_bank.kinds.key_points import KeyPoint, Suggestion
    from question_bank.kinds.terms import FoldedText

WHOLE = 10_000
SHORT_TERM = 2


class Flag(StrEnum):
    """What makes a suggestion doubtful."""

    BARE = "bare"
    SALAD = "salad"
    NUMBER = "number"
    OTHER_SIDE = "other_side"
    OTHER_BODY = "other_body"
    RESEMBLED = "resembled"
    PARTLY = "partly"
    DENIED = "denied"
    OPPOSED = "opposed"
    FORBIDDEN = "forbidden"
    NEAR = "near"
    UNEXPLAINED = "unexplained"
    COPIED = "copied"
    LONG = "long"


class _Risk(NamedTuple):
    """The chance that a point's marks are wrong, and why."""

    chance: float
    flag: Flag | None = None


def sureness(
    points: Sequence[KeyPoint],
    found: Sequence[Suggestion],
    text: FoldedText,
    *,
    out_of: Fraction,
    copied: Sequence[tuple[int, int]],
    odd: Iterable[Flag],
) -> tuple[int, frozenset[Flag]]:
    """Return the confidence in ten-thousandths and the reasons for doubt; ``odd`` are those of the whole answer."""
    if not out_of or not any(char.isalnum() for char in text.plain):
        return (WHOLE if out_of else 0), frozenset()
    unexplained = _unexplained(text, found, copied)
    all_copied = sum(end - start for start, end in copied) >= _ALL * len(text.plain)
    missed = 0.0 if all_copied else unexplained
    risks = [_risk(point, each, text, missed, all_copied) for point, each in zip(points, found, strict=True)]
    loss = sum(risk.chance * float(Fraction(point.marks) / out_of) for risk, point in zip(risks, points, strict=True))
    flags = {*odd, *(risk.flag for risk in risks if risk.flag)}
    if 0 < sum(each.marks for each in found) < out_of:
        flags.add(Flag.PARTLY)
    if all_copied:
        flags.discard(Flag.OTHER_SIDE)
    if unexplained > _MUCH:
        flags.add(Flag.UNEXPLAINED)
    chance = math.exp(-_STEEP * loss) * math.prod(_ODD.get(flag, 1.0) for flag in flags)
    return round(WHOLE * chance), frozenset(flags)


_ALL = 0.8
_STEEP = 1.5
_ODD = {
    Flag.PARTLY: 0.75,
    Flag.BARE: 0.5,
    Flag.SALAD: 0.4,
    Flag.LONG: 0.8,
    Flag.NUMBER: 0.6,
    Flag.OTHER_SIDE: 0.8,
    Flag.OTHER_BODY: 0.7,
}
_MUCH = 0.4


def _risk(point: KeyPoint, found: Suggestion, text: FoldedText, unexplained: float, all_copied: bool = False) -> _Risk:
    if found.said or found.opposed or found.denied:
        return _contradicted(found)
    if found.fuzzy:
        return _Risk(0.3 if all(hit.is_whole for hit in found.hits) else 0.6, Flag.RESEMBLED)
    if found.marks >= Fraction(point.marks):
        shortest = min(len(hit.term) for hit in found.hits) if found.hits else 0
        return _Risk(0.1 if shortest <= SHORT_TERM else 0.02)
    if found.hits:
        return _Risk(0.3, Flag.PARTLY)
    if all_copied:
        return _Risk(0.02)
    near = max((nearness(group, text) for group in point.keyword_groups), default=0.0)
    return _Risk(0.02 + 0.3 * near + 0.4 * unexplained, Flag.NEAR if near > _MUCH else None)


def _contradicted(found: Suggestion) -> _Risk:
    if found.said:
        return _Risk(0.25, Flag.FORBIDDEN)
    return _Risk(0.4, Flag.OPPOSED if found.opposed else Flag.DENIED)


def _unexplained(text: FoldedText, found: Sequence[Suggestion], copied: Sequence[tuple[int, int]]) -> float:
    """Return the share of the answer's characters in clauses without evidence and not copied from the question."""
    spans = sorted({(hit.span.start, hit.span.end) for each in found for hit in each.hits})
    total = left = 0
    for start, end in pairwise(text.negations.borders):
        size = end - start
        total += size
        low, high = text.positions[start], text.positions[end - 1]
        evident = any(a <= high and low < b for a, b in spans)
        if not evident and (start, end) not in copied:
            left += size
    return left / total if total else 0.0

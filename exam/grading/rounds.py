"""Pure: which marking of an answer is next, and what markings given blind come to.

One person alone; or two who do not see each other and, where they differ by more than a share of the part's marks, a
third who sees both; or one who does not see the suggestion, for the audit of suggestions that are trusted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from exam.grading.marking import Source
from question_bank.enums import NamedEnum
from question_bank.errors import N_
from question_bank.rounding import settle


class Round(NamedEnum):
    """Which of the independent markings of one answer it is."""

    FIRST = "first", N_("First marking"), "一评"
    SECOND = "second", N_("Second marking"), "二评"
    THIRD = "third", N_("Third marking"), "仲裁"
    AUDIT = "audit", N_("Audit"), "抽查"


class Turn(NamedEnum):
    """What a marker is asked for. First and second marking are one turn: neither knows of the other."""

    ALONE = "alone", N_("Marked by one"), "单评"
    BLIND = "blind", N_("Marked blind by two"), "双评（互不可见）"
    THIRD = "third", N_("Adjudication"), "分差仲裁"
    AUDIT = "audit", N_("Audit, suggestion hidden"), "抽查（不显示机评）"


def next_turn(taken: Collection[Round], *, double: bool, audit: bool) -> Turn:
    """What is asked for where the rounds in `taken` are done and the answer still waits.

    What two have begun is finished by two, even where the plan has changed since.
    """
    if Round.FIRST in taken:
        return Turn.THIRD if Round.SECOND in taken else Turn.BLIND
    if audit:
        return Turn.AUDIT
    return Turn.BLIND if double else Turn.ALONE


def next_round(turn: Turn, taken: Collection[Round]) -> Round:
    """Under which round the marking of `turn` is kept; not for one marked alone, which needs no round."""
    if turn is Turn.BLIND:
        return Round.SECOND if Round.FIRST in taken else Round.FIRST
    return {Turn.THIRD: Round.THIRD, Turn.AUDIT: Round.AUDIT}[turn]


def apart(one: Decimal, two: Decimal, *, maximum: Decimal, third_above: int) -> bool:
    """Whether two markings differ by more than `third_above` per cent of `maximum`, so that a third is asked."""
    return abs(one - two) * 100 > third_above * maximum


def agreed(one: Decimal, two: Decimal, *, maximum: Decimal) -> Decimal:
    """The mean of two markings on the quarter-mark grid, half up; never outside the two."""
    return settle((Fraction(one) + Fraction(two)) / 2, maximum)


@dataclass(frozen=True)
class Outcome:
    """The marks that count and whose they are."""

    marks: Decimal
    source: Source


def outcome(given: Mapping[Round, Decimal], *, maximum: Decimal, third_above: int) -> Outcome | None:
    """What the markings of one part come to; None while another is needed."""
    if Round.THIRD in given:
        return Outcome(given[Round.THIRD], Source.ADJUDICATOR)
    if Round.FIRST in given and Round.SECOND in given:
        one, two = given[Round.FIRST], given[Round.SECOND]
        if apart(one, two, maximum=maximum, third_above=third_above):
            return None
        return Outcome(agreed(one, two, maximum=maximum), Source.AGREED)
    return Outcome(given[Round.AUDIT], Source.MARKER) if Round.AUDIT in given else None


def name_of(version_id: int, part: str) -> str:
    """How a plan names one question, or one sub-question of a case."""
    return f"{version_id}:{part}"

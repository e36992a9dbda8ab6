"""Pure: what the figures of a question call for, as signs that stand beside it.

Bands of measured facility (source: the scheme's difficulty rule): from .85 difficulty 1, from .70 2, from .50 3, from
.30 4, below 5. From thirty answers on a question one band or more away from its label is too easy or too hard for it;
below .30 it is to be read again; a discrimination below .2 says that it hardly tells able people from others, below 0
that its key may be wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from question_bank.enums import Difficulty, NamedEnum
from question_bank.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

ENOUGH = 30
"""From so many answers on a facility is held against the label."""
BANDS = (
    (8_500, Difficulty.RECALL),
    (7_000, Difficulty.UNDERSTANDING),
    (5_000, Difficulty.APPLICATION),
    (3_000, Difficulty.SYNTHESIS),
)
WEAK = 2_000
HARD = 3_000


class Sign(NamedEnum):
    """A reason to look at a question again."""

    KEY = "key", N_("The key may be wrong: able people fail"), "区分度为负，疑似答案有误"
    WEAK = "weak", N_("Hardly tells able people from others"), "区分度低于0.2"
    EASIER = "easier", N_("Easier than its label"), "比标注难度容易"
    HARDER = "harder", N_("Harder than its label"), "比标注难度难"
    HARD = "hard", N_("Fewer than three in ten marks earned"), "得分率低于30%，须审题"


def measured(facility: int) -> Difficulty:
    """Return the difficulty that a facility, in ten-thousandths, amounts to."""
    return next((band for least, band in BANDS if facility >= least), Difficulty.JUDGEMENT)


def signs_of(difficulty: Difficulty, *, responses: int, facility: int, discrimination: int | None) -> tuple[Sign, ...]:
    """Return the signs of one question; shares in ten-thousandths, discrimination None where too few have answered."""
    return tuple(_signs(difficulty, responses, facility, discrimination))


def _signs(difficulty: Difficulty, responses: int, facility: int, discrimination: int | None) -> Iterator[Sign]:
    if discrimination is not None and discrimination < WEAK:
        yield Sign.KEY if discrimination < 0 else Sign.WEAK
    if responses < ENOUGH:
        return
    if measured(facility) != difficulty:
        yield Sign.EASIER if measured(facility) < difficulty else Sign.HARDER
    if facility < HARD:
        yield Sign.HARD

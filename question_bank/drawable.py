"""Pure: what an assembly knows of a question that may be drawn. No wording, no key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from question_bank.enums import Audience, Band, Difficulty, Kind, TextForm

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Figures(NamedTuple):
    """How hard a question is: the expected share of its marks, in ten-thousandths, at three levels of ability.

    `low`, `middle` and `high` are θ = −1, 0 and +1 standard deviations; `responses` is how many answers they rest on,
    0 meaning the author's label alone.
    """

    low: int
    middle: int
    high: int
    responses: int = 0


UNKNOWN = Figures(5000, 5000, 5000)


@dataclass(frozen=True, slots=True)
class Drawable:
    """One published version, as the assembly sees it.

    ``topic`` is the code of the root topic, ``subtopic`` the code or name below it. ``form`` is ORDINARY for every kind
    but the short answer. ``slots`` counts blanks or pairs, else 1. ``unit_code`` is None for a question of nobody in
    particular. No ``audiences`` means everybody. ``content_hash`` names the wording, so that two databases agree.
    ``enemies`` are the codes of questions that must not stand in one paper with it. A ``reserve`` question is drawn
    only when one like it is lost.
    """

    version_id: int
    question_id: int
    code: str
    kind: Kind
    form: TextForm
    topic: str
    subtopic: str
    difficulty: Difficulty
    slots: int
    unit_code: str | None
    common_core: bool
    audiences: AbstractSet[Audience]
    content_hash: str
    enemies: AbstractSet[str] = frozenset()
    figures: Figures = UNKNOWN
    reserve: bool = False

    @property
    def band(self) -> Band:
        """易, 中 or 难."""
        return self.difficulty.band

"""Pure: what an assembly knows of a question that may be drawn. No wording, no key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from question_bank.calibration import UNKNOWN, Figures
from question_bank.enums import Audience, Band, Difficulty, Kind, TextForm

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = ["UNKNOWN", "Drawable", "Figures"]


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

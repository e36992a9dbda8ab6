"""A question on its way into or out of the bank: content and all that stands beside it, without ids and history.

Every format reads into drafts and writes from them; ``operations`` turns a draft into a question and a version.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from question_bank import kinds
from question_bank.enums import Audience, Difficulty, Kind, PaperKind, TextForm
from question_bank.errors import N_, Problem
from question_bank.kinds.base import Frozen
from question_bank.kinds.short_answer import ShortAnswerContent

CONFIRMED = "CONFIRMED"
DEMO = "DEMO"


class DraftCitation(Frozen):
    """依据: an article of a document. ``status`` is how far the fact was confirmed (CONFIRMED, FROM-KNOWLEDGE, DEMO …).

    ``in_force`` is written as exactly as known: ``2026-08-15``, ``2013-12``, ``2023-08印发`` or empty.
    """

    document: Annotated[str, Field(min_length=1, max_length=300)]
    article: Annotated[str, Field(max_length=300)] = ""
    fact_id: Annotated[str, Field(max_length=40)] = ""
    status: Annotated[str, Field(max_length=40)] = ""
    in_force: Annotated[str, Field(max_length=40)] = ""

    @property
    def in_force_on(self) -> date | None:
        """The day it came into force, where a whole date is known."""
        try:
            return date.fromisoformat(self.in_force)
        except ValueError:
            return None


class Draft(Frozen):
    """One question. ``marks`` is the author's suggestion, which a section may override.

    ``papers`` is where it may be used (both if both are named); no ``audiences`` means everybody; ``unit_code`` is set
    for a question that belongs to one unit. ``scoring_note`` is the author's sentence on marking, ``valid_to`` the last
    day on which it may be drawn.
    """

    code: Annotated[str, Field(min_length=1, max_length=60)]
    content: kinds.AnyContent
    topic: Annotated[str, Field(min_length=1, max_length=40)]
    subtopic: Annotated[str, Field(max_length=100)] = ""
    difficulty: Difficulty
    marks: Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=2, allow_inf_nan=False)]
    papers: Annotated[tuple[PaperKind, ...], Field(min_length=1, max_length=2)] = (PaperKind.BUSINESS,)
    audiences: tuple[Audience, ...] = ()
    unit_code: Annotated[str, Field(max_length=40)] = ""
    citations: Annotated[tuple[DraftCitation, ...], Field(max_length=100)] = ()
    valid_to: date | None = None
    time_sensitive: bool = False
    demo_only: bool = False
    common_core: bool = False
    reviewer_note: Annotated[str, Field(max_length=2000)] = ""
    scoring_note: Annotated[str, Field(max_length=500)] = ""

    @property
    def kind(self) -> Kind:
        """The kind of its content."""
        return self.content.kind

    @property
    def form(self) -> TextForm | None:
        """The form of a short answer; None for the other kinds."""
        return self.content.form if isinstance(self.content, ShortAnswerContent) else None

    @property
    def is_drawable(self) -> bool:
        """Whether an assembly may ever draw it: a diagnosis is put on the paper by the specification alone."""
        return self.form is not TextForm.DIAGNOSIS


def check(draft: Draft) -> list[Problem]:
    """Return what is wrong with a draft: its content, its marks, its citations."""
    problems = kinds.check(draft.content, draft.marks)
    if not draft.citations and draft.is_drawable:
        problems.append(Problem("citations", N_("No document is cited.")))
    elif draft.is_drawable and not any(cited.status in {CONFIRMED, DEMO} for cited in draft.citations):
        problems.append(Problem("citations", N_("No confirmed fact is cited."), warning=True))
    if draft.valid_to and not draft.time_sensitive:
        problems.append(Problem("valid_to", N_("It ends by date but is not marked as time-sensitive."), warning=True))
    return problems

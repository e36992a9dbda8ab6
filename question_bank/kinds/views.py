"""What is shown of a question: to a candidate (``PublicView``) and to those who may know (``KeyView``)."""

from __future__ import annotations

from decimal import Decimal

from question_bank.enums import Kind, TextForm
from question_bank.kinds.base import Frozen


class Labelled(Frozen):
    """A text with the label it carries on this paper: A, B, C … or 1, 2, 3 … or √, ×."""

    label: str
    text: str


class NumberedView(Frozen):
    """Sub-question ``label`` (1, 2, 3 … by position) of a case, with its marks out of the marks of the item."""

    label: str
    marks: Decimal
    view: PublicView


class PublicView(Frozen):
    """All a candidate may see of one item. Fields a kind does not use are empty.

    ``segments`` is the stem of a fill_blank cut at its blanks (``slots`` + 1 pieces). ``options`` serve the choices,
    true_false and ordering; ``left`` and ``right`` matching; ``fields`` the four boxes of a diagnosis (label = name of
    the field in the response, text = its heading); ``parts`` the case. ``corrects``: a false statement is to be put
    right in words. ``uncertain``: one option or more may be right (不定项).
    """

    kind: Kind
    stem: str
    slots: int = 1
    segments: tuple[str, ...] = ()
    options: tuple[Labelled, ...] = ()
    left: tuple[Labelled, ...] = ()
    right: tuple[Labelled, ...] = ()
    unit: str = ""
    form: TextForm | None = None
    fields: tuple[Labelled, ...] = ()
    parts: tuple[NumberedView, ...] = ()
    corrects: bool = False
    uncertain: bool = False


class KeyPointView(Frozen):
    """One key point as a marker sees it, as ``KeyPoint`` has it. ``terms`` is one tuple of synonyms per group."""

    id: str
    point: str
    marks: Decimal
    terms: tuple[tuple[str, ...], ...] = ()
    needed: int | None = None
    in_order: bool = False
    forbidden: tuple[str, ...] = ()
    deduction: Decimal | None = None


class NumberedKey(Frozen):
    """The key of sub-question ``label`` of a case."""

    label: str
    marks: Decimal
    key: KeyView


class KeyView(Frozen):
    """The correct answer of one item in the labels of its paper, for answer keys, markers and released scorecards.

    ``answer`` is one line (or the reference text) to print; ``labels`` the same as data: right labels of a choice,
    the sequence of an ordering, the right label for each left row of a matching. ``accepted`` lists the forms accepted
    per blank, the other accepted orders, or the corrections of a false statement. ``errors`` pairs a common wrong value
    with its feedback. ``cap`` and ``veto`` are those of a rubric as a whole.
    """

    kind: Kind
    answer: str
    labels: tuple[str, ...] = ()
    accepted: tuple[tuple[str, ...], ...] = ()
    explanation: str = ""
    points: tuple[KeyPointView, ...] = ()
    cap: Decimal | None = None
    veto: tuple[str, ...] = ()
    errors: tuple[Labelled, ...] = ()
    parts: tuple[NumberedKey, ...] = ()


NumberedView.model_rebuild()
NumberedKey.model_rebuild()

"""Rows of a spreadsheet ⇄ drafts. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from question_bank.digests import content_hash, fingerprint
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.columns import Header, heading_of, option_fields
from question_bank.exchange.reading import Fault, Item
from question_bank.exchange.row_reading import NO_CODE, RowReader
from question_bank.exchange.row_writing import CannotHold, cells_of
from question_bank.exchange.shape import draft_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from question_bank.drafts import Draft
    from question_bank.enums import Kind

_OWN_HEADER = Header(0, {}, {})
_MADE_CODE = 10
# field of the JSON shape → field of a row, where they differ
_FIELDS = {
    "id": "code",
    "type": "kind",
    "score": "marks",
    "citations": "document",
    "rubric": "points",
    "unit": "measure",
    "unit_code": "unit",
    "common_errors": "errors",
    "common_core": "core",
    "demo_only": "demo",
    "reviewer_note": "note",
    "accepted_orders": "answer",
    "model_answer": "model",
    "keep_book_marks": "blank_rules",
}


def draft_from(
    cells: Mapping[str, str], header: Header, sheet_kind: Kind | None = None, topic: str = ""
) -> tuple[Draft | None, list[Fault]]:
    """Read one row; either the draft or the faults. A row without a number gets one made from its wording."""
    reader = RowReader(cells, header, sheet_kind, topic)
    question = reader.question()
    if reader.faults:
        return None, reader.faults
    try:
        draft = draft_of(question)
    except Invalid as error:
        return None, [_fault(problem, cells, header) for problem in error.problems]
    if draft.code == NO_CODE:
        draft = draft.model_copy(update={"code": made_code(draft)})
    return draft, []


def made_code(draft: Draft) -> str:
    """Return a number for a question that came without one: the same wording gets the same number."""
    return f"X-{fingerprint(draft.content)[:_MADE_CODE].upper()}"


def _fault(problem: Problem, cells: Mapping[str, str], header: Header) -> Fault:
    """Say a problem of the JSON shape by the column it comes from."""
    path = str(problem.params.get("field", problem.where))
    name = path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    field = option_fields()[_place(path)] if name == "options" else _FIELDS.get(name, name)
    return Fault(header.heading(field), cells.get(field, "")[:80], replace(problem, where=field))


def _place(path: str) -> int:
    """Return the number in ``options.3.text``; 0 where there is none."""
    steps = [step for step in path.replace("[", ".").replace("]", "").split(".") if step.isdigit()]
    return min(int(steps[0]), len(option_fields()) - 1) if steps else 0


def cells_for(draft: Draft) -> dict[str, str]:
    """Return the cells of ``draft`` by field, having read them back.

    Raises ``CannotHold`` for what would come back otherwise than it went out.
    """
    cells = cells_of(draft)
    again, _ = draft_from({field: text.strip(" \t\n") for field, text in cells.items()}, _OWN_HEADER)
    if again is None or not _same(again, draft):
        raise CannotHold(Problem("", N_("A row would change it; use the JSON file.")))
    return cells


def _same(one: Draft, other: Draft) -> bool:
    """Whether an import would find nothing to change between the two."""
    beside = {"content": other.content, "papers": other.papers}
    same_papers = set(one.papers) == set(other.papers)
    return same_papers and content_hash(one) == content_hash(other) and one.model_copy(update=beside) == other


def item_of(
    cells: Mapping[str, str], header: Header, *, line: int, sheet: str, sheet_kind: Kind | None, topic: str = ""
) -> Item:
    """Read one row into an item named by its number, or by where it stands."""
    draft, faults = draft_from(cells, header, sheet_kind, topic)
    name = draft.code if draft else cells.get("code") or f"{sheet}!{line}"
    raw = {header.heading(field): text for field, text in cells.items()}
    return Item(name, line, raw, draft, tuple(faults), sheet=sheet)


__all__ = ["CannotHold", "cells_for", "draft_from", "heading_of", "item_of", "made_code"]

"""Rows of a spreadsheet ⇄ drafts. A case takes several rows: its material, then each sub-question. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from question_bank.digests import content_hash, fingerprint
from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.columns import option_fields
from question_bank.exchange.headings import OWN_HEADER, Header
from question_bank.exchange.reading import Fault, Item
from question_bank.exchange.row_cases import parts_of
from question_bank.exchange.row_reading import NO_CODE, RowReader
from question_bank.exchange.row_writing import CannotHold, cells_of
from question_bank.exchange.shape import draft_of
from question_bank.kinds.case import CaseContent
from question_bank.kinds.checking import check_options
from question_bank.kinds.choice import ChoiceContent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from question_bank.drafts import Draft
    from question_bank.kinds import Content

_MADE_CODE = 10
_PART = re.compile(r"subquestions(?:\.(?P<place>\d+)|\[(?P<number>\d+)\])\.?")
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


class Row(NamedTuple):
    """One row: its line counted from 1, its cells by field (empty ones left out), and by heading as they stood."""

    line: int
    cells: Mapping[str, str]
    raw: Mapping[str, str]


class Question(NamedTuple):
    """What was read from the rows of one question: either the draft or the faults, and what to look at."""

    draft: Draft | None
    faults: tuple[Fault, ...] = ()
    cautions: tuple[Problem, ...] = ()


def question_from(rows: Sequence[Row], header: Header, sheet_kind: Kind | None = None, topic: str = "") -> Question:
    """Read one question. Rows after the first are the sub-questions of a case.

    A row without a number gets one made from its wording.
    """
    reader = RowReader(rows[0].cells, header, sheet_kind, topic)
    kind = Kind.CASE if len(rows) > 1 else reader.kind()
    if kind is Kind.CASE:
        question, readers = _case(reader, rows, header)
    else:
        question, readers = (reader.beside() | reader.content(kind) if kind else {}), [reader]
    if kind and kind is not Kind.CASE and "group" in rows[0].cells and header is not OWN_HEADER:
        reader.complain("group", N_("No case above bears this number."))
    faults = [fault for each in readers for fault in each.faults]
    if faults:
        return Question(None, tuple(faults))
    try:
        draft = draft_of(question)
    except Invalid as error:
        return Question(None, tuple(_fault(problem, rows, header) for problem in error.problems))
    twice = tuple(_twice(draft.content, rows, header))
    if twice:
        return Question(None, twice)
    if draft.code == NO_CODE:
        draft = draft.model_copy(update={"code": made_code(draft)})
    return Question(draft, (), tuple(caution for each in readers for caution in each.cautions))


def _case(reader: RowReader, rows: Sequence[Row], header: Header) -> tuple[dict[str, Any], list[RowReader]]:
    """Return a case in the JSON shape and the readers of its rows. Sub-questions may stand in the row of the material.

    A material with one answer and no sub-questions is a short answer; with neither it cannot be read.
    """
    main = rows[0].cells
    found = None if len(rows) > 1 else parts_of(main.get("stem", ""), main.get("answer", ""), main.get("points", ""))
    if found:
        reader.cells["stem"] = found.material
        reader.cells.pop("answer", None)
        reader.caution("stem", N_("The sub-questions were taken from the text of the case."))
        rows = [rows[0], *(Row(rows[0].line, cells, {}) for cells in found.cells)]
    elif len(rows) == 1 and "answer" in main:
        reader.caution("kind", N_("A case without sub-questions was read as a short answer."))
        return reader.beside() | reader.content(Kind.SHORT_ANSWER), [reader]
    elif len(rows) == 1:
        reader.complain(
            "kind", N_("This case has no sub-questions: give them rows below, with its number in 大题编号.")
        )
        return {}, [reader]
    parts = [_Part(row, header, number) for number, row in enumerate(rows[1:], 1)]
    subs = [part.question() for part in parts]
    _share(main.get("marks", ""), parts, subs)
    reader.cells.pop("points", None)
    case = reader.beside() | reader.content(Kind.CASE) | {"subquestions": subs}
    case["score"] = reader.case_marks([sub.get("score", 0) for sub in subs])
    return case, [reader, *parts]


def _share(given: str, parts: Sequence[_Part], subs: Sequence[dict[str, Any]]) -> None:
    """Share the marks of a case equally among sub-questions that name none."""
    found = re.search(r"\d+(?:\.\d+)?", given)
    if found is None or any({"marks", "marks_each", "points"} & part.cells.keys() for part in parts):
        return
    hundredths = round(float(found[0]) * 100)
    each, over = divmod(hundredths, len(subs))
    for number, sub in enumerate(subs):
        sub["score"] = (each + (over if number == len(subs) - 1 else 0)) / 100


class _Part(RowReader):
    """Reads the row of a sub-question; what it complains of names the line."""

    def __init__(self, row: Row, header: Header, number: int) -> None:
        """Take the row and its place in the case, from 1."""
        super().__init__(row.cells, header, None)
        self._line, self._number = row.line, number

    def complain(self, field: str, template: str, found: str | None = None, **params: str) -> None:
        """Note that a cell of this line cannot be read."""
        super().complain(field, template, found, **params)
        last = self.faults.pop()
        self.faults.append(replace(last, column=f"{last.column}（第{self._line}行）"))

    def question(self) -> dict[str, Any]:
        """Return the sub-question in the JSON shape."""
        kind = self.kind()
        if kind is Kind.CASE:
            self.complain("kind", N_("A sub-question cannot be a case itself."))
        if kind is None or kind is Kind.CASE:
            return {}
        content = self.content(kind)
        content = {name: value for name, value in content.items() if value or name != "scoring"}
        return {"id": self.cells.get("code") or str(self._number), **content}


def made_code(draft: Draft) -> str:
    """Return a number for a question that came without one: the same wording gets the same number."""
    return f"X-{fingerprint(draft.content)[:_MADE_CODE].upper()}"


def _fault(problem: Problem, rows: Sequence[Row], header: Header) -> Fault:
    """Say a problem of the JSON shape by the column it comes from."""
    path = str(problem.params.get("field", problem.where))
    part = _PART.match(path)
    number = (int(part["number"]) if part["number"] else int(part["place"]) + 1) if part else 0
    row, path = (rows[number], path[part.end() :]) if part and number < len(rows) else (rows[0], path)
    name = path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
    field = option_fields()[_place(path)] if name == "options" else _FIELDS.get(name, name)
    column = header.heading(field) + (f"（第{row.line}行）" if row is not rows[0] else "")
    return Fault(column, row.cells.get(field, "")[:80], replace(problem, where=field))


def _twice(content: Content, rows: Sequence[Row], header: Header) -> Iterator[Fault]:
    """Yield what is wrong with options of one choice that are the same: which of them was meant, the row cannot say."""
    parts = content.subquestions if isinstance(content, CaseContent) else ()
    for number, each in enumerate([content, *(part.content for part in parts)]):
        if not isinstance(each, ChoiceContent):
            continue
        row = rows[number] if number < len(rows) else rows[0]
        for problem in check_options([option.text for option in each.options]):
            field = f"option:{problem.params['other']}"
            column = header.heading(field) + (f"（第{row.line}行）" if row is not rows[0] else "")
            yield Fault(column, row.cells.get(field, "")[:80], replace(problem, where=field))


def _place(path: str) -> int:
    """Return the number in ``options.3.text``; 0 where there is none."""
    steps = [step for step in path.replace("[", ".").replace("]", "").split(".") if step.isdigit()]
    return min(int(steps[0]), len(option_fields()) - 1) if steps else 0


def rows_for(draft: Draft) -> list[dict[str, str]]:
    """Return the rows of ``draft``, cells by field, having read them back.

    Raises ``CannotHold`` for what would come back otherwise than it went out.
    """
    written = cells_of(draft)
    rows = [Row(1, {field: text.strip(" \t\n") for field, text in cells.items()}, {}) for cells in written]
    again = question_from(rows, OWN_HEADER).draft
    if again is None or not _same(again, draft):
        raise CannotHold(Problem("", N_("A row would change it; use the JSON file.")))
    return written


def _same(one: Draft, other: Draft) -> bool:
    """Whether an import would find nothing to change between the two."""
    beside = {"content": other.content, "papers": other.papers}
    same_papers = set(one.papers) == set(other.papers)
    return same_papers and content_hash(one) == content_hash(other) and one.model_copy(update=beside) == other


def item_of(
    rows: Sequence[Row], header: Header, *, sheet: str, sheet_kind: Kind | None = None, topic: str = ""
) -> Item:
    """Read the rows of one question into an item named by its number, or by where it stands."""
    first = rows[0]
    found = question_from(rows, header, sheet_kind, topic)
    name = (
        found.draft.code
        if found.draft
        else first.cells.get("code") or (f"{sheet}!{first.line}" if sheet else f"#{first.line}")
    )
    raw: object = dict(first.raw) if len(rows) == 1 else [dict(row.raw) for row in rows]
    return Item(name, first.line, raw, found.draft, found.faults, sheet=sheet, cautions=found.cautions)


__all__ = ["CannotHold", "Row", "item_of", "made_code", "question_from", "rows_for"]

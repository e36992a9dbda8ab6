"""Excel: one template for all kinds but the case, read whatever its columns are called, wherever its header stands."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Self

from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.answers import kind_of
from question_bank.exchange.cells import LONGEST, is_risky, text_of
from question_bank.exchange.columns import COLUMNS, Header, field_of, find_header
from question_bank.exchange.reading import Fault, FileReading, Item, LeftOut
from question_bank.exchange.rows import CannotHold, cells_for, item_of
from question_bank.exchange.template import (
    EXAMPLES,
    HINTS,
    LEFT_OUT_SHEET,
    LISTS,
    NOTES_SHEET,
    QUESTIONS_SHEET,
    REASON,
    SAMPLES_SHEET,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from question_bank.drafts import Draft

MOST_ROWS = 50_000
LARGEST = 300 * 1024 * 1024
"""Bytes a workbook may unpack to: beyond it somebody means harm, or not a question file."""
_OURS = {NOTES_SHEET, SAMPLES_SHEET, LEFT_OUT_SHEET}
_SPARE_ROWS = 500


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read every sheet that has a header among its first rows; others that hold anything are told as unsupported.

    ``topic`` is the root for rows that name none of the eight topics.
    Raises ``Invalid`` for what is no workbook, is protected by a password or unpacks to more than ``LARGEST``.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # heavy, and only needed for workbooks

    _require_modest(data)
    items: list[Item] = []
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        for name in workbook.sheet_names:
            if name.strip() not in _OURS:
                items += _sheet_items(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), topic)
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid([Problem("", N_("This is no Excel workbook that can be opened."))]) from error
    return FileReading("xlsx", tuple(items))


def _require_modest(data: bytes) -> None:
    if not zipfile.is_zipfile(BytesIO(data)):
        return
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
            raise Invalid([Problem("", N_("This workbook unpacks to more than is reasonable."))])


def _sheet_items(name: str, rows: Sequence[Sequence[object]], topic: str) -> list[Item]:
    if len(rows) > MOST_ROWS:
        template = N_("The sheet “%(sheet)s” has more than %(limit)s rows.")
        raise Invalid([Problem("", template, {"sheet": name, "limit": MOST_ROWS})])
    texts = [[text_of(value) for value in row] for row in rows]
    header = find_header(texts)
    if header is None:
        return [_headless(name)] if any(any(row) for row in texts) else []
    kind = kind_of(name)
    items = []
    for number, row in enumerate(texts[header.row + 1 :], header.row + 2):
        cells = _cells(row, header)
        if cells:
            items.append(item_of(cells, header, line=number, sheet=name, sheet_kind=kind, topic=topic))
    return items


def _cells(row: Sequence[str], header: Header) -> dict[str, str]:
    """Return what a row holds under known headings; nothing for a row of which only the running number is filled in."""
    cells = {field: row[place] for field, place in header.fields.items() if place < len(row) and row[place]}
    return cells if set(cells) - {"number", "reason"} else {}


def _headless(name: str) -> Item:
    reason = Problem("", N_("No row of this sheet names its columns, so nothing was read from it."))
    return Item(name, 1, {}, None, (Fault("", "", reason),), unsupported=True, sheet=name)


def write(file: IO[bytes], drafts: Iterable[Draft], *, say: Callable[[Problem], str] = str) -> list[LeftOut]:
    """Write ``drafts`` with drop-down lists, notes and samples, so that the file is also the template.

    Returns what a row cannot hold; a sheet of its own lists it, with the reasons as ``say`` puts them. Every cell is
    typed as text; one that looks like a formula is quoted as well.
    """
    left_out: list[LeftOut] = []
    rows = []
    for draft in drafts:
        try:
            rows.append(cells_for(draft))
        except CannotHold as error:
            left_out.append(LeftOut(draft.code, error.problem))
    with _Book(file) as book:
        columns = [(column.field, column.heading, column.width) for column in COLUMNS]
        sheet = book.table(QUESTIONS_SHEET, columns, rows)
        book.lists(sheet, len(rows) + _SPARE_ROWS)
        book.notes()
        book.table(SAMPLES_SHEET, columns, EXAMPLES)
        if left_out:
            missing = [{"code": each.code, REASON: say(each.reason)} for each in left_out]
            book.table(LEFT_OUT_SHEET, [("code", "编号", 20), (REASON, REASON, 80)], missing)
    return left_out


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]]) -> None:
    """Write rows back as they stood, the reason in front; mended, the file can be read again."""
    rows = []
    headings: dict[str, None] = {}
    for item, why in failed:
        raw = {str(name): str(text) for name, text in item.raw.items()} if isinstance(item.raw, dict) else {}
        headings |= dict.fromkeys(raw)
        rows.append(raw | {REASON: f"{item.sheet or item.name} {item.line}：{why}"})
    order = {column.field: place for place, column in enumerate(COLUMNS)}
    known = sorted(headings, key=lambda heading: order.get(field_of(heading) or "", len(order)))
    widths = {column.field: column.width for column in COLUMNS}
    columns = [(name, name, widths.get(field_of(name) or "", 20)) for name in known]
    with _Book(file) as book:
        book.table(QUESTIONS_SHEET, [(REASON, REASON, 50), *columns], rows)


class _Book:
    """A workbook being written, every cell of it as text."""

    def __init__(self, file: IO[bytes]) -> None:
        """Open a workbook on ``file``."""
        import xlsxwriter  # heavy, and only needed for workbooks

        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book: Any = xlsxwriter.Workbook(file, options | {"in_memory": True})
        text = {"num_format": "@", "valign": "top", "text_wrap": True}
        self._text = self._book.add_format(text)
        self._quoted = self._book.add_format(text | {"quote_prefix": True})
        self._head = self._book.add_format(
            {"bold": True, "bg_color": "#E8EFF8", "border": 1, "border_color": "#D9DEE5", "valign": "vcenter"}
        )
        self._title = self._book.add_format({"bold": True, "font_size": 14})

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Write the file."""
        self._book.close()

    def table(self, name: str, columns: Sequence[tuple[str, str, int]], rows: Iterable[Mapping[str, str]]) -> Any:
        """Add a sheet: ``columns`` are key, heading and width; ``rows`` lead from keys to texts."""
        sheet = self._book.add_worksheet(name)
        for place, (_, heading, width) in enumerate(columns):
            sheet.write_string(0, place, heading, self._head)
            sheet.set_column(place, place, width, self._text)
        sheet.freeze_panes(1, min(3, len(columns) - 1))
        number = 0
        for number, row in enumerate(rows, 1):
            for place, (key, _, _) in enumerate(columns):
                if row.get(key):
                    self._cell(sheet, number, place, row[key])
        sheet.autofilter(0, 0, number, len(columns) - 1)
        return sheet

    def _cell(self, sheet: Any, row: int, place: int, text: str) -> None:
        sheet.write_string(row, place, text[:LONGEST], self._quoted if is_risky(text) else self._text)

    def lists(self, sheet: Any, last: int) -> None:
        """Offer the words of closed columns as drop-down lists; other spellings are read too, so they only inform."""
        places = {column.field: place for place, column in enumerate(COLUMNS)}
        for field, words in LISTS.items():
            sheet.data_validation(
                1,
                places[field],
                last,
                places[field],
                {"validate": "list", "source": list(words), "error_type": "information", "show_error": False},
            )

    def notes(self) -> None:
        """Add the sheet of notes: what to write in each column."""
        sheet = self._book.add_worksheet(NOTES_SHEET)
        sheet.set_column(0, 0, 14, self._text)
        sheet.set_column(1, 1, 100, self._text)
        sheet.write_string(0, 0, "试题导入表填写说明", self._title)
        row = 1
        for hint in HINTS:
            row += 1
            sheet.merge_range(row, 0, row, 1, hint, self._text)
        row += 2
        sheet.write_string(row, 0, "栏目", self._head)
        sheet.write_string(row, 1, "填写要求", self._head)
        shown = [column for column in COLUMNS if not re.fullmatch(r"option:[B-H]", column.field)]
        for number, column in enumerate(shown, row + 1):
            sheet.write_string(number, 0, "选项A—选项H" if column.field == "option:A" else column.heading, self._text)
            sheet.write_string(number, 1, column.hint, self._text)


KINDS = frozenset(Kind) - {Kind.CASE}
"""The kinds a row can hold."""

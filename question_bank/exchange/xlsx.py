"""Excel: one template for all kinds, read whatever its columns are called, wherever its header stands."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import IO, TYPE_CHECKING

from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.exchange.archives import open_archive
from question_bank.exchange.book import Book
from question_bank.exchange.cells import text_of
from question_bank.exchange.columns import COLUMNS
from question_bank.exchange.failing import failed_table
from question_bank.exchange.reading import FileReading, Item, LeftOut
from question_bank.exchange.rows import CannotHold, rows_for
from question_bank.exchange.sheet_pictures import SheetPictures
from question_bank.exchange.tables import distinct, filled_down, is_about, items_of_table
from question_bank.exchange.template import (
    EXAMPLES,
    HINTS,
    LEFT_OUT_SHEET,
    NOTES_SHEET,
    QUESTIONS_SHEET,
    REASON,
    SAMPLES_SHEET,
)
from question_bank.exchange.template_county import COUNTY_EXAMPLES, COUNTY_HINTS
from question_bank.exchange.web_sheets import sheets_of
from question_bank.pausing import collector_paused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from python_calamine import CalamineWorkbook

    from question_bank.drafts import Draft

MOST_ROWS = 50_000
MOST_CELLS = 4_000_000
"""Rows by columns of the corner a sheet's filled cells reach: the reader lays them all out in memory."""
_OURS = {NOTES_SHEET, SAMPLES_SHEET, LEFT_OUT_SHEET}
_SPARE_ROWS = 500
_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_LARGEST_OLD = 20 * 1024 * 1024
# a cell that holds anything; one that only has a style is closed at once
_FILLED = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r=[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^<>]*(?<!/)>(?!</)")


def read(data: bytes, *, topic: str = "") -> FileReading:
    """Read every sheet that has a header among its first rows; others that hold anything are told as unsupported.

    ``topic`` is the root for rows that name none of the eight topics. Raises ``Invalid`` for what is no workbook, is
    protected by a password, unpacks to more than ``archives`` allows or has more rows than ``MOST_ROWS``.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # heavy, and only needed for workbooks

    if not data.startswith((_ZIP, _OLE)):
        return FileReading("xlsx", distinct(_pretended(data, topic)))
    _require_modest(data)
    pictures = None if data.startswith(_OLE) else SheetPictures(open_archive(data))
    try:
        with collector_paused():
            workbook = CalamineWorkbook.from_filelike(BytesIO(data))
            items = [item for name in workbook.sheet_names for item in _sheet_items(workbook, name, topic, pictures)]
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid([Problem("", N_("This is no Excel workbook that can be opened."))]) from error
    return FileReading("xlsx", distinct(items), tuple(pictures.kept.values()) if pictures else ())


def _pretended(data: bytes, topic: str) -> list[Item]:
    """Return the questions of a page or an XML workbook that calls itself .xls."""
    items: list[Item] = []
    for number, (name, rows, merged) in enumerate(sheets_of(data), 1):
        filled_down(rows, merged)
        items += items_of_table(rows, sheet=name or f"表{number}", topic=topic)
    if not items:
        raise Invalid([Problem("", N_("This is no Excel workbook that can be opened."))])
    return items


def _require_modest(data: bytes) -> None:
    """Raise ``Invalid`` for what must not be given to the reader at all."""
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise Invalid([Problem("", N_("This file is protected by a password; save it without one."))])
        if _WORD in data:
            raise Invalid([Problem("", N_("This is an old Word document; save it as .docx (另存为 docx)."))])
        if len(data) > _LARGEST_OLD:
            raise Invalid([Problem("", N_("This old Excel file is too large; save it as .xlsx (另存为 xlsx)."))])
        return
    archive = open_archive(data)
    names = archive.names()
    if not any(name.endswith("workbook.xml") for name in names):
        raise Invalid([Problem("", N_("This is no .xlsx workbook; save it as .xlsx (另存为 xlsx)."))])
    for name in names:
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            _require_small(archive.read(name))


def _require_small(sheet: bytes) -> None:
    """Raise ``Invalid`` when the filled cells of a sheet reach too far down and right."""
    last, widest = 0, 0
    for column, row in _FILLED.findall(sheet):
        last = max(last, int(row))
        widest = max(widest, _column_number(column))
    if last * widest > MOST_CELLS or last > MOST_ROWS:
        template = N_("The filled cells of a sheet reach down to row %(row)s; delete what stands below the questions.")
        raise Invalid([Problem("", template, {"row": last})])


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_items(workbook: CalamineWorkbook, name: str, topic: str, pictures: SheetPictures | None) -> list[Item]:
    """Return the questions of one sheet. Hidden sheets and those of notes count only when they have a header."""
    if name.strip() in _OURS:
        return []
    sheet = workbook.get_sheet_by_name(name)
    rows = [[text_of(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    if len(rows) > MOST_ROWS:
        template = N_("The sheet “%(sheet)s” has more than %(limit)s rows.")
        raise Invalid([Problem("", template, {"sheet": name, "limit": MOST_ROWS})])
    filled_down(rows, sheet.merged_cell_ranges or [])
    if pictures:
        pictures.put(name, rows)
    items = items_of_table(rows, sheet=name, topic=topic)
    if pictures and pictures.lost:
        items = [replace(item, cautions=(*item.cautions, *pictures.cautions(name, item.line))) for item in items]
    hidden = any(each.name == name and "Visible" not in str(each.visible) for each in workbook.sheets_metadata)
    return [item for item in items if not (item.unsupported and (hidden or is_about(name)))]


def write(file: IO[bytes], drafts: Iterable[Draft], *, say: Callable[[Problem], str] = str) -> list[LeftOut]:
    """Write ``drafts`` with drop-down lists, notes and samples, so that the file is also the template.

    Returns what rows cannot hold; a sheet of its own lists it, with the reasons as ``say`` puts them. Every cell is
    typed as text; one that looks like a formula is quoted as well.
    """
    left_out: list[LeftOut] = []
    rows: list[dict[str, str]] = []
    for draft in drafts:
        try:
            rows += rows_for(draft)
        except CannotHold as error:
            left_out.append(LeftOut(draft.code, error.problem))
    with Book(file) as book:
        columns = [(column.field, column.heading, column.width) for column in COLUMNS]
        sheet = book.table(QUESTIONS_SHEET, columns, rows)
        book.lists(sheet, len(rows) + _SPARE_ROWS)
        book.notes()
        book.table(SAMPLES_SHEET, columns, EXAMPLES)
        if left_out:
            missing = [{"code": each.code, REASON: say(each.reason)} for each in left_out]
            book.table(LEFT_OUT_SHEET, [("code", "编号", 20), (REASON, REASON, 80)], missing)
    return left_out


def write_template(file: IO[bytes], *, county: bool = False) -> None:
    """Write the empty template. A county's has its examples among the questions, where reading skips them."""
    if not county:
        write(file, [])
        return
    with Book(file) as book:
        columns = [(column.field, column.heading, column.width) for column in COLUMNS]
        sheet = book.table(QUESTIONS_SHEET, columns, COUNTY_EXAMPLES)
        book.lists(sheet, len(COUNTY_EXAMPLES) + _SPARE_ROWS)
        book.notes((*COUNTY_HINTS, *HINTS[2:]))
        book.table(SAMPLES_SHEET, columns, EXAMPLES)


def write_failed(file: IO[bytes], failed: Iterable[tuple[Item, str]]) -> None:
    """Write rows back as they stood, the reason in front; mended, the file can be read again."""
    headings, rows = failed_table(failed)
    widths = {column.heading: column.width for column in COLUMNS} | {REASON: 50}
    with Book(file) as book:
        book.table(QUESTIONS_SHEET, [(name, name, widths.get(name, 20)) for name in headings], rows)


KINDS = frozenset(Kind)
"""The kinds a sheet can hold."""

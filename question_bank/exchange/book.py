"""A workbook being written: every cell as text, headings, drop-down lists, a sheet of notes."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any, Self

from question_bank.exchange.cells import LONGEST, is_risky
from question_bank.exchange.columns import COLUMNS
from question_bank.exchange.template import HINTS, LISTS, NOTES_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Book:
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

    def notes(self, hints: Sequence[str] = HINTS) -> None:
        """Add the sheet of notes: general ones, then what to write in each column."""
        sheet = self._book.add_worksheet(NOTES_SHEET)
        sheet.set_column(0, 0, 14, self._text)
        sheet.set_column(1, 1, 100, self._text)
        sheet.write_string(0, 0, "试题导入表填写说明", self._title)
        row = 1
        for hint in hints:
            row += 1
            sheet.merge_range(row, 0, row, 1, hint, self._text)
        row += 2
        sheet.write_string(row, 0, "栏目", self._head)
        sheet.write_string(row, 1, "填写要求", self._head)
        shown = [column for column in COLUMNS if not re.fullmatch(r"option:[B-H]", column.field)]
        for number, column in enumerate(shown, row + 1):
            sheet.write_string(number, 0, "选项A—选项H" if column.field == "option:A" else column.heading, self._text)
            sheet.write_string(number, 1, column.hint, self._text)

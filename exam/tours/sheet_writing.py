"""The roster's template as a workbook."""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

import xlsxwriter

from exam.tours.sheet import COLUMNS, GUIDE, MOST_LINES
from question_bank.enums import Audience

HEAD = 1
"""Zero-based row of the headings: below the title."""


def write(
    file: BinaryIO, *, title: str, units: Sequence[str], lines: Sequence[Mapping[str, Any]], blank_lines: int
) -> None:
    """Write the sheets 名册 (title, headings with notes, `lines` by the columns' keys) and 填表说明."""
    # Text stays text: a name that begins with “=” must not become a formula in anybody's Excel.
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bg_color": "#E6ECF4", "border": 1, "align": "center"}),
        "required": book.add_format(
            {"bold": True, "bg_color": "#E6ECF4", "border": 1, "align": "center", "font_color": "#B5121B"}
        ),
        "cell": book.add_format({"border": 1, "num_format": "@"}),
        "number": book.add_format({"border": 1, "num_format": "0"}),
        "guide": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    sheet = book.add_worksheet("名册")
    guide = book.add_worksheet("填表说明")
    lists = book.add_worksheet("选项")
    lists.hide()
    lists.write_column(0, 0, units)
    _write_table(sheet, formats, title, lines, blank_lines)
    _offer_choices(sheet, len(lines) + blank_lines, len(units))
    guide.set_column(0, 0, 100)
    guide.write_column(0, 0, GUIDE, formats["guide"])
    book.close()


def _write_table(
    sheet: Any, formats: Mapping[str, Any], title: str, lines: Sequence[Mapping[str, Any]], blank_lines: int
) -> None:
    sheet.write_string(0, 0, title, formats["title"])
    sheet.set_row(HEAD, 22)
    sheet.freeze_panes(HEAD + 1, 0)
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        sheet.write_string(HEAD, place, column.heading, formats["required" if column.required else "head"])
        sheet.write_comment(HEAD, place, column.note, {"x_scale": 2})
    for row, line in enumerate([*lines, *({} for _ in range(blank_lines))], start=HEAD + 1):
        for place, column in enumerate(COLUMNS):
            value = line.get(column.key)
            kind = formats["number" if column.key == "seat" else "cell"]
            if value in (None, ""):
                sheet.write_blank(row, place, None, kind)
            else:
                sheet.write(row, place, value, kind)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)


def _offer_choices(sheet: Any, lines: int, units: int) -> None:
    first, last = HEAD + 1, HEAD + max(lines, 1)
    places = {column.key: place for place, column in enumerate(COLUMNS)}
    if units:
        sheet.data_validation(
            first,
            places["unit"],
            last,
            places["unit"],
            {"validate": "list", "source": f"=选项!$A$1:$A${units}", "error_type": "warning"},
        )
    sheet.data_validation(
        first,
        places["audience"],
        last,
        places["audience"],
        {
            "validate": "list",
            "source": [audience.chinese for audience in Audience],
            "error_title": "对象",
            "error_message": "请从列表中选择，或留空。",
        },
    )
    sheet.data_validation(
        first,
        places["seat"],
        last,
        places["seat"],
        {
            "validate": "integer",
            "criteria": "between",
            "minimum": 1,
            "maximum": MOST_LINES,
            "error_title": "座位",
            "error_message": "请填整数，或留空由系统安排。",
        },
    )

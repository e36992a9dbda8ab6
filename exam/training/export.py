"""The training ledger as a file: exactly the rows of the page, as Excel or CSV.

Its Chinese is content: the file is the county's own paper. Every text is a text cell, never a formula; in CSV what
begins like one gets an apostrophe before it.
"""

import csv
from collections.abc import Callable, Sequence
from decimal import Decimal
from io import BytesIO, StringIO

from exam.training.queries import PersonLine

Cell = str | int | Decimal

COLUMNS: tuple[tuple[str, Callable[[PersonLine], Cell], int], ...] = (
    ("工号", lambda line: line.person.code, 12),
    ("姓名", lambda line: line.person.name, 12),
    ("单位", lambda line: line.person.unit.name, 26),
    ("职务", lambda line: line.person.post, 16),
    ("参加场次", lambda line: line.stops, 10),
    ("考试（卷）", lambda line: line.papers, 10),
    ("听课（次）", lambda line: line.lectures, 10),
    ("巡讲学时", lambda line: line.at_stops, 10),
    ("外出培训学时", lambda line: line.external, 13),
    ("待确认（项）", lambda line: line.waiting, 12),
    ("学时合计", lambda line: line.hours, 10),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def xlsx(lines: Sequence[PersonLine], *, year: int) -> bytes:
    """The rows as Excel, one sheet named after the year."""
    import xlsxwriter  # with zipfile and its writers: only a process that writes files

    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(f"{year}年培训台账")
        head = book.add_format({"bold": True, "bottom": 1})
        for column, (name, _, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)
        for row, line in enumerate(lines, 1):
            for column, (_, value, _) in enumerate(COLUMNS):
                cell = value(line)
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                else:
                    sheet.write_number(row, column, float(cell))
        sheet.freeze_panes(1, 2)
    return made.getvalue()


def csv_text(lines: Sequence[PersonLine]) -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark, which Excel needs to read Chinese."""
    made = StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow([name for name, _, _ in COLUMNS])
    writer.writerows([[_plain(value(line)) for _, value, _ in COLUMNS] for line in lines])
    return made.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULA) else text

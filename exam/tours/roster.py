"""A roster as an Excel file: the template to fill in, and what a filled one says. Knows no database.

Reading is tolerant: the header may stand in any of the first ten rows, under any of the usual names, in any
order; full-width characters, stray spaces, merged unit cells and a line of totals do no harm. What cannot
be read is reported by line and column with what to do about it; the other lines are read all the same.
"""

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict
from python_calamine import CalamineError, CalamineSheet, load_workbook

from exam.tours.sheet import AUDIENCES, COLUMNS, HEADER_WITHIN, MOST_LINES, Column
from question_bank.enums import Audience
from question_bank.errors import N_, DomainError


class RosterRow(BaseModel):
    """One person as a line of the file names them; `line` counts from 1 as Excel does."""

    model_config = ConfigDict(frozen=True)

    line: int
    name: str
    unit: str = ""
    code: str = ""
    audience: Audience | None = None
    post: str = ""
    seat: int | None = None


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in one line: the column's heading, what stands there, why it cannot be used, what to do.

    `reason` and `advice` are gettext message ids, `params` fills both.
    """

    line: int
    column: str
    found: str
    reason: str
    advice: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a file says: the readable lines, the unreadable ones, and headings nothing was made of."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RowProblem, ...]
    ignored: tuple[str, ...]


class UnreadableRoster(DomainError):  # noqa: N818 -- the name is the sentence
    """The file as a whole cannot be read as a roster."""


Cells = dict[str, str]


def read(content: bytes) -> Reading:
    """Read an Excel file (.xlsx, .xls, .xlsb, .ods). Raises UnreadableRoster when it is none or holds no roster."""
    try:
        with load_workbook(io.BytesIO(content)) as book:
            sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
            for sheet in sheets:
                reading = _read_sheet(sheet)
                if reading is not None:
                    return reading
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableRoster(
            N_("This file is not a readable Excel workbook. Save it as .xlsx without a password and send it again.")
        ) from error
    raise UnreadableRoster(
        N_("No roster was found: one of the first %(rows)s rows must hold the headings “姓名” and “工号” or “单位”."),
        rows=HEADER_WITHIN,
    )


def _read_sheet(sheet: CalamineSheet) -> Reading | None:
    if sheet.total_height > MOST_LINES:
        raise UnreadableRoster(
            N_("The sheet has %(found)s rows; a roster has %(most)s at most."),
            found=sheet.total_height,
            most=MOST_LINES,
        )
    table = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    _fill_merged(table, sheet)
    header = _header(table)
    if header is None:
        return None
    head, columns = header
    rows: list[RosterRow] = []
    problems: list[RowProblem] = []
    for index, line in enumerate(table[head + 1 :], start=head + 2):
        if _is_note(line):
            continue
        cells = {column.key: line[place] for place, column in columns.items() if place < len(line)}
        row, wrong = _row(index, cells)
        problems += wrong
        if row is not None:
            rows.append(row)
    ignored = tuple(text for place, text in enumerate(table[head]) if text and place not in columns)
    return Reading(tuple(rows), tuple(problems), tuple(text for text in ignored if _plain(text) not in {"序号", "no"}))


def _text(value: Any) -> str:
    """A cell as its reader sees it: 12.0 is 12, and width and surrounding spaces do not matter."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()


def _fill_merged(table: list[list[str]], sheet: CalamineSheet) -> None:
    """Give every cell of a merged area the text of its first one, as the reader of the sheet understands it."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left != right or top >= len(table) or left >= len(table[top]):
            continue  # a title across columns is not data
        for row in table[top : bottom + 1]:
            row[left] = table[top][left]


def _header(table: Sequence[Sequence[str]]) -> tuple[int, dict[int, Column]] | None:
    """The header's row and which column stands where in it."""
    by_name = {_plain(name): column for column in COLUMNS for name in (column.heading, *column.synonyms)}
    for index, row in enumerate(table[:HEADER_WITHIN]):
        found: dict[int, Column] = {}
        for place, text in enumerate(row):
            column = by_name.get(_plain(text))
            if column is not None and column not in found.values():
                found[place] = column
        keys = {column.key for column in found.values()}
        if "name" in keys and keys & {"code", "unit"}:
            return index, found
    return None


def _plain(text: str) -> str:
    """A heading without decoration: `* 姓 名（必填）` is 姓名."""
    return re.sub(r"\(.*?\)|[\s*:_]", "", unicodedata.normalize("NFKC", text)).lower()


def _is_note(line: Sequence[str]) -> bool:
    """An empty line, a total, or a remark under the table."""
    filled = [text for text in line if text]
    first = _plain(filled[0]) if filled else ""
    return not filled or first.startswith(("合计", "总计", "共计", "填表", "备注", "说明", "联系人"))


def _row(line: int, cells: Cells) -> tuple[RosterRow | None, list[RowProblem]]:
    problems = list(_problems(line, cells))
    if problems:
        return None, problems
    seat = cells.get("seat", "")
    return (
        RosterRow(
            line=line,
            name=_name(cells["name"]),
            unit=cells.get("unit", ""),
            code=re.sub(r"\s", "", cells.get("code", "")),
            audience=_audience(cells.get("audience", "")),
            post=cells.get("post", "")[:80],
            seat=int(_digits(seat)) if seat else None,
        ),
        [],
    )


def _problems(line: int, cells: Cells) -> Iterator[RowProblem]:
    name, audience, seat = cells.get("name", ""), cells.get("audience", ""), cells.get("seat", "")
    if not name:
        yield RowProblem(line, "姓名", "", N_("The name is missing."), N_("Enter the name, or delete the line."))
    if len(name) > 80:
        yield RowProblem(
            line, "姓名", name[:80], N_("The name is too long."), N_("Enter the name alone, without remarks.")
        )
    if audience and _audience(audience) is None:
        yield RowProblem(
            line,
            "对象",
            audience,
            N_("There is no paper for this kind of person."),
            N_("Enter one of: %(choices)s, or leave it empty."),
            {"choices": "、".join(each.chinese for each in Audience)},
        )
    if seat and not 1 <= int(_digits(seat) or 0) <= MOST_LINES:
        yield RowProblem(
            line,
            "座位",
            seat,
            N_("The seat is not a number."),
            N_("Enter a whole number from 1 up, or leave it empty for the next free seat."),
        )


def _name(text: str) -> str:
    """`张 三` is 张三; the space in `Li Wei` stays."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text)


def _digits(text: str) -> str:
    """The number in `12`, `12号`, `座位12`; empty when there is none or more than one."""
    found = re.fullmatch(r"\D*?(\d{1,6})\D*", text)
    return "" if found is None or "-" in text or "." in text else found.group(1)


def _audience(text: str) -> Audience | None:
    return AUDIENCES.get(_plain(text)) if text else None


def write_template(
    file: BinaryIO, *, title: str, units: Sequence[str], rows: Sequence[RosterRow] = (), blank_lines: int = 60
) -> None:
    """Write the workbook to fill in: heading with notes, lists to choose from, `rows` filled in already, and a guide.

    `title` stands above the table, `units` are what the column 单位 offers.
    """
    from exam.tours.sheet_writing import write  # XlsxWriter is heavy and only downloads need it

    lines = [
        {
            "unit": row.unit,
            "name": row.name,
            "code": row.code,
            "audience": "" if row.audience is None else row.audience.chinese,
            "post": row.post,
            "seat": row.seat,
        }
        for row in rows
    ]
    write(file, title=title, units=units, lines=lines, blank_lines=blank_lines)

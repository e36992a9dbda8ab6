"""The Excel file of units and persons: read as offices really write it, written as the template to fill in.

Reading keeps every cell as text with its line; what the cells mean is decided in `intake`.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from exam.accounts.roles import Role, UnitCategory
from exam.accounts.sheets import (
    PERSON_COLUMNS,
    PERSON_HEADS,
    PERSONS,
    UNIT_COLUMNS,
    UNIT_HEADS,
    UNITS,
    Column,
    Line,
    Rows,
    heads_of,
)
from exam.accounts.words import plain
from question_bank.enums import Audience
from question_bank.errors import N_, DomainError
from question_bank.exchange.cells import text_of

HEAD_WITHIN = 10
LARGEST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 20_000


class NotAWorkbook(DomainError):  # noqa: N818
    """The file is no Excel file, or none that holds units or persons."""


def read(data: bytes) -> Rows:
    """Read .xlsx, .xls, .xlsb or .ods. Raises NotAWorkbook with the reason."""
    _refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        tables = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError, KeyError) as error:
        raise NotAWorkbook(N_("This is not an Excel file that can be read.")) from error
    units: list[Line] = []
    persons: list[Line] = []
    ignored: list[str] = []
    for name, table in tables:
        if table.height > MOST_ROWS:
            raise NotAWorkbook(N_("The sheet %(sheet)s has more than %(rows)s rows."), sheet=name, rows=MOST_ROWS)
        kind, lines = _lines(name, [[text_of(cell) for cell in row] for row in table.to_python(skip_empty_area=False)])
        if kind is None:
            ignored.append(name)
        else:
            (units if kind == UNITS else persons).extend(lines)
    if len(ignored) == len(tables):
        raise NotAWorkbook(N_("No sheet has a row of heads such as 姓名, 单位 or 单位名称 among its first ten rows."))
    return Rows(tuple(units), tuple(persons), tuple(ignored))


def _refuse_bombs(data: bytes) -> None:
    """An archive that would unpack to more than any roster needs is not opened."""
    if not data.startswith(b"PK"):
        return
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise NotAWorkbook(N_("This is not an Excel file that can be read.")) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise NotAWorkbook(N_("This file is too large for a list of units and persons."))


def _lines(sheet: str, rows: list[list[str]]) -> tuple[str | None, list[Line]]:
    """What a sheet is, and its filled lines below the row of heads."""
    for at, row in enumerate(rows[:HEAD_WITHIN]):
        kind, heads = _kind(sheet, row)
        if kind is not None:
            lines = [
                Line(sheet, number, {field: each[column] for field, column in heads.items()})
                for number, each in enumerate(rows[at + 1 :], at + 2)
            ]
            return kind, [line for line in lines if any(line.cells.values())]
    return None, []


def _kind(sheet: str, row: list[str]) -> tuple[str | None, dict[str, int]]:
    persons, units = heads_of(row, PERSON_HEADS), heads_of(row, UNIT_HEADS)
    about_people = PERSONS in sheet or bool({"姓名", "名字", "人员姓名"} & {plain(cell) for cell in row})
    if about_people:
        return (PERSONS, persons) if {"name", "unit"} <= persons.keys() else (None, {})
    return (UNITS, units) if "name" in units and len(units) > 1 else (None, {})


_NOTES = (
    "本文件用于导入单位和人员。先填“单位”表，再填“人员”表；只填其中一张也可以。",
    "导入前系统先显示预览，有错误时不写入任何数据；改正后重新上传即可。",
    "同一文件导入两次不会重复：已有的单位和人员只更新填写了内容的单元格。",
    "有用户名的新人员会得到一次性初始密码，只显示一次，首次登录时必须修改。",
    "各列说明：",
)


def write_template(file: BinaryIO) -> None:
    """Write the empty template: two sheets with lists to choose from, and a sheet of notes."""
    import xlsxwriter  # heavy, and only needed when a file is written

    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#e8eff8", "border": 1, "valign": "vcenter"})
        needed = book.add_format(
            {"bold": True, "bg_color": "#1f4f8f", "font_color": "#ffffff", "border": 1, "valign": "vcenter"}
        )
        text = book.add_format({"num_format": "@"})
        for name, columns in ((UNITS, UNIT_COLUMNS), (PERSONS, PERSON_COLUMNS)):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_row(0, 22)
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column.head, needed if column.needed else head)
                sheet.write_comment(0, at, column.note)
                sheet.set_column(at, at, column.width, text)
                _offer(sheet, at, column)
        notes = book.add_worksheet("填写说明")
        notes.set_column(0, 0, 100)
        lines = [*_NOTES, *_explained(UNITS, UNIT_COLUMNS), *_explained(PERSONS, PERSON_COLUMNS), *_choices()]
        for at, line in enumerate(lines):
            notes.write_string(at, 0, line)


def _offer(sheet: "xlsxwriter.worksheet.Worksheet", at: int, column: Column) -> None:  # type: ignore[name-defined]  # noqa: F821
    """A list to choose from; for roles it only proposes, since a cell may name several."""
    offers: dict[str, Sequence[str]] = {
        "category": [each.chinese for each in UnitCategory],
        "audience": [each.chinese for each in Audience],
        "roles": [each.chinese for each in Role],
    }
    if column.field in offers:
        strict = column.field != "roles"
        sheet.data_validation(
            1, at, MOST_ROWS, at, {"validate": "list", "source": list(offers[column.field]), "show_error": strict}
        )


def _explained(sheet: str, columns: Iterable[Column]) -> list[str]:
    return [f"【{sheet}】{column.head}：{column.note}" for column in columns]


def _choices() -> list[str]:
    return [
        "类别可填：" + "、".join(each.chinese for each in UnitCategory),
        "对象可填：" + "、".join(each.chinese for each in Audience),
        "角色可填：" + "、".join(each.chinese for each in Role),
    ]


def write_people(file: BinaryIO, persons: Iterable[tuple[str, ...]]) -> None:
    """Write people in the columns of the template, so that the file can be imported again. Every cell is text."""
    import xlsxwriter  # heavy, and only needed when a file is written

    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(PERSONS)
        head = book.add_format({"bold": True, "bg_color": "#e8eff8", "border": 1})
        text = book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(PERSON_COLUMNS):
            sheet.write_string(0, at, column.head, head)
            sheet.set_column(at, at, column.width, text)
        for row, cells in enumerate(persons, 1):
            for at, cell in enumerate(cells):
                sheet.write_string(row, at, cell, text)


@dataclass(frozen=True)
class Secret:
    """A first password as it is handed out, once."""

    unit: str
    name: str
    username: str
    password: str


def write_secrets(file: BinaryIO, secrets: Iterable[Secret]) -> None:
    """Write the list of first passwords. Every cell is text: a name that begins with = stays a name."""
    import xlsxwriter  # heavy, and only needed when a file is written

    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("初始密码")
        bold = book.add_format({"bold": True, "bg_color": "#e8eff8", "border": 1})
        sheet.set_column(0, 3, 24)
        for at, head in enumerate(("单位", "姓名", "用户名", "初始密码")):
            sheet.write_string(0, at, head, bold)
        for row, secret in enumerate(secrets, 1):
            for at, cell in enumerate((secret.unit, secret.name, secret.username, secret.password)):
                sheet.write_string(row, at, cell)

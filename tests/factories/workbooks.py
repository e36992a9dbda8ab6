"""Excel files for the tests, as an office would fill them in."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An .xlsx of the given sheets, row by row."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return file.getvalue()


def county(people: int = 600, units: int = 20) -> bytes:
    """A county of `units` towns and `people` people, two of them with accounts."""
    towns = [("单位代码", "单位名称", "类别")] + [(f"U{n:02d}", f"第{n}镇", "镇") for n in range(1, units + 1)]
    persons: list[Sequence[object]] = [("工号", "姓名", "单位", "角色", "用户名")]
    for n in range(1, people + 1):
        roles, name = ("组织员、阅卷人", f"user{n}") if n <= 2 else ("", "")
        persons.append((f"P{n:04d}", f"演示{n}", f"U{n % units + 1:02d}", roles, name))
    return workbook({"单位": towns, "人员": persons})

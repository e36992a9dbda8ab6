"""The register as rows, for Excel, CSV and paper: exactly the cases that were chosen, in their order."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from io import BytesIO, StringIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from exam.ledger.flow import Level
from exam.ledger.models import CaseAnswer, CaseCitation
from exam.ledger.queries import day_of
from exam.ledger.register import Line
from question_bank.exchange.cells import is_risky
from question_bank.taxonomy import ROOTS

HEADS = (
    *("序号", "编号", "提出时间", "来源", "提出单位", "问题", "问题内容", "提问人数", "类别", "急缓程度"),
    *("承办部门", "交办时间", "办理期限", "逾期（工作日）", "调度层级", "状态", "答复", "依据", "重办次数", "销号时间"),
)
WIDTHS = (5, 13, 12, 10, 16, 32, 44, 8, 14, 8, 20, 12, 12, 10, 14, 10, 48, 32, 8, 12)


def answers(session: Session, case_ids: Sequence[int]) -> dict[int, CaseAnswer]:
    """The answer that counts of each case that has one, with its law."""
    found: dict[int, CaseAnswer] = {}
    wanted = select(CaseAnswer).where(CaseAnswer.case_id.in_(case_ids)).order_by(CaseAnswer.number)
    law = selectinload(CaseAnswer.citations).joinedload(CaseCitation.document)
    for each in session.scalars(wanted.options(law)):
        found[each.case_id] = each
    return found


def law_of(answer: CaseAnswer) -> str:
    """The law of an answer in words: 《优化营商环境条例》第十七条；…"""
    return "；".join(f"《{cited.document.title}》{cited.article}" for cited in answer.citations)


def rows(session: Session, lines: Sequence[Line], *, zone: tzinfo) -> list[list[Any]]:
    """The head and a row for each case; days as dates, nobody's name."""
    told = answers(session, [line.case.id for line in lines])
    return [list(HEADS), *(_row(number, line, told.get(line.case.id), zone) for number, line in enumerate(lines, 1))]


def _row(number: int, line: Line, answer: CaseAnswer | None, zone: tzinfo) -> list[Any]:
    case = line.case
    return [
        number,
        case.number,
        day_of(case.raised_at, zone),
        case.source.chinese,
        case.unit.name if case.unit else "",
        case.title,
        case.text,
        line.askers,
        ROOTS.get(case.topic, ""),
        case.urgency.chinese,
        case.owner.name if case.owner else "",
        day_of(case.assigned_at, zone) if case.assigned_at else "",
        case.due_on or "",
        line.late or "",
        "" if case.level is Level.DESK else case.level.chinese,
        case.status.chinese,
        answer.text if answer else "",
        law_of(answer) if answer else "",
        case.reopened or "",
        day_of(case.closed_at, zone) if case.closed_at else "",
    ]


def csv_file(table: Iterable[Sequence[Any]]) -> BytesIO:
    """CSV with a byte order mark, for spreadsheets; what they would calculate stays text."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([_safe(cell) for cell in row] for row in table)
    return BytesIO(text.getvalue().encode("utf-8-sig"))


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and is_risky(cell) else cell


def excel(table: Sequence[Sequence[Any]], *, title: str, made_at: datetime) -> BytesIO:
    """An Excel file with one sheet: title, heads that stay in view and filter, A4 across."""
    import xlsxwriter  # heavy, and only for a file

    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    sheet = book.add_worksheet("问题台账")
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1, "text_wrap": True, "valign": "vcenter"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"border": 1, "valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
    sheet.write_string(0, 0, title, bold)
    for row_number, row in enumerate(table, 1):
        for column, value in enumerate(row):
            form = head if row_number == 1 else day if hasattr(value, "isoformat") else cell
            sheet.write(row_number, column, value, form)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(2, 2)
    sheet.autofilter(1, 0, max(1, len(table)), len(HEADS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    book.close()
    file.seek(0)
    return file

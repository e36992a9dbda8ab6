"""The results as an Excel file: 总表, 单位对比, 知识点, 个人成绩 (only where people may be named) and 说明.

Its Chinese is content: the file is the county's own paper. Every text is written as a text cell, never as a formula,
a link or a number, whatever character it begins with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from exam.reports.comparison import Compared, Line, Row
from exam.reports.queries import Report
from exam.reports.ruling import in_chinese
from exam.reports.statistics import Figures, Group, Ranked, Standing

Cell = str | int | Decimal | None

STANDINGS = {Standing.SAT: "实考", Standing.ABSENT: "缺考", Standing.LEAVE: "公假", Standing.EXEMPT: "免考"}
NUMBER, RATE, COUNT, TEXT = "0.00", "0.0%", "0", "@"

DEFINITIONS = (
    ("应考", "名册上的全部人员，含经批准公假的人员；免考人员不计。"),
    ("实考", "交卷或到时收卷的人员；总评的实考指两卷都考的人员。"),
    ("公假", "经批准的公假，不计入任何均分，但计入参考率的分母。"),
    ("缺考", "应考－实考－公假，单列。"),
    ("参考率", "实考÷应考。"),
    ("均分", "实考人员的平均分（百分制），为主要指标。"),
    ("均分（缺考计0）", "缺考按0分计入的平均分，公假不计；个人总评缺一卷的，该卷按0分计。"),
    ("中位数、标准差", "按实考人员计算；标准差为样本标准差（n－1）。"),
    ("95%区间", "均分±t(0.975, n－1)×标准差÷√n，实考不足5人的不计算。"),
    ("等值均分", "等值分：按试题实测难度，把各人卷面分折算到同一张参照卷上的得分，与卷面分并列，不替代卷面分。"),
    ("收缩均分", "按人数多少向全组均分收缩后的均分，人数越少收缩越多；其标准差表示把握程度。"),
    ("进入前三概率", "按收缩均分及其标准差模拟两万次，名次在前三的比例。"),
    ("不可区分组", "差距在误差范围内、不能区分高下的单位编为同一组，第1组最好。"),
    ("得分率", "该知识点得到的分数÷该知识点的满分；问题会诊不计入知识点。"),
)
"""What every figure means; how they are counted is said by the rule (``ruling.in_chinese``)."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its head, what stands in it, how it is shown, and its width in characters."""

    head: str
    value: Callable[[Any], Cell]
    shown: str = TEXT
    width: int = 10


@dataclass(frozen=True)
class Written:
    """What went into the file: rows (without the head) by sheet."""

    rows: dict[str, int]


def _of(name: str) -> Callable[[Figures], Cell]:
    return lambda figures: getattr(figures, name)


def _low(figures: Figures) -> Cell:
    return figures.interval[0] if figures.interval else None


def _high(figures: Figures) -> Cell:
    return figures.interval[1] if figures.interval else None


FIGURES = (
    Column("应考", _of("expected"), COUNT, 7),
    Column("实考", _of("sat"), COUNT, 7),
    Column("公假", _of("leave"), COUNT, 7),
    Column("缺考", _of("absent"), COUNT, 7),
    Column("参考率", _of("attendance"), RATE),
    Column("均分", _of("mean"), NUMBER),
    Column("均分（缺考计0）", _of("mean_with_absent"), NUMBER, 15),
    Column("中位数", _of("median"), NUMBER),
    Column("标准差", _of("sd"), NUMBER),
    Column("95%区间下限", _low, NUMBER, 12),
    Column("95%区间上限", _high, NUMBER, 12),
    Column("最高分", _of("highest"), NUMBER),
    Column("合格率", _of("pass_rate"), RATE),
    Column("良好率", _of("good_rate"), RATE),
    Column("优秀率", _of("excellent_rate"), RATE),
    Column("等值均分", _of("equated"), NUMBER),
)


def _after(get: Callable[[Any], Figures]) -> tuple[Column, ...]:
    return tuple(
        Column(column.head, lambda thing, value=column.value: value(get(thing)), column.shown, column.width)  # type: ignore[misc]
        for column in FIGURES
    )


def _group_of_pair(pair: tuple[Compared, Ranked]) -> Cell:
    return pair[0].group.chinese


def _sure(name: str) -> Callable[[tuple[Compared, Ranked]], Cell]:
    return lambda pair: None if pair[1].sure is None else getattr(pair[1].sure, name)


def _unranked(pair: tuple[Compared, Ranked]) -> Cell:
    return "" if pair[1].unranked is None else pair[1].unranked.chinese


def _flags(pair: tuple[Compared, Ranked]) -> Cell:
    return "；".join(flag.chinese for flag in pair[1].flags)


GROUPS: tuple[Column, ...] = (
    Column("组别", lambda compared: compared.group.chinese, TEXT, 16),
    *_after(lambda compared: compared.figures),
)
UNITS: tuple[Column, ...] = (
    Column("组别", _group_of_pair, TEXT, 16),
    Column("名次", lambda pair: pair[1].rank, COUNT, 6),
    Column("单位", lambda pair: pair[1].unit.name, TEXT, 26),
    Column("单位得分", lambda pair: pair[1].score, NUMBER),
    *_after(lambda pair: pair[1].unit.figures),
    Column("不可区分组", _sure("tier"), COUNT),
    Column("收缩均分", _sure("shrunk"), NUMBER),
    Column("收缩均分标准差", _sure("sd"), NUMBER, 13),
    Column("进入前三概率", _sure("first_three"), RATE, 12),
    Column("不排名原因", _unranked, TEXT, 18),
    Column("提示", _flags, TEXT, 30),
)
TOPICS: tuple[Column, ...] = (
    Column("知识点", lambda row: row.name, TEXT, 18),
    Column("全体得分率", lambda row: row.all_groups, RATE, 12),
    *(
        Column(group.chinese, lambda row, group=group: row.shares[group], RATE, 16)  # type: ignore[misc]
        for group in Group
    ),
)


def _score(row: Row | None) -> Cell:
    return None if row is None or row.marks is None else row.score


def _note(line: Line) -> Cell:
    if line.makes_up is not None:
        return "补考"
    return "补考成绩" if line.made_up else ""


PEOPLE: tuple[Column, ...] = (
    Column("组别", lambda line: line.group.chinese, TEXT, 16),
    Column("场次", lambda line: line.stop_number, COUNT, 6),
    Column("单位", lambda line: line.unit_name, TEXT, 26),
    Column("姓名", lambda line: line.name, TEXT, 12),
    Column("状态", lambda line: STANDINGS[line.result.standing], TEXT, 8),
    Column("成绩", lambda line: line.result.score if line.sat else None, NUMBER),
    Column("等值分", lambda line: line.result.equated, NUMBER),
    Column("组内名次", lambda line: line.place, COUNT),
    Column("是否合格", lambda line: ("合格" if line.result.passed else "不合格") if line.sat else "", TEXT),
    Column("业务卷", lambda line: _score(line.business), NUMBER),
    Column("问题卷", lambda line: _score(line.practical), NUMBER),
    Column("备注", _note, TEXT),
)


def write(file: IO[bytes], report: Report, *, title: str, made_at: datetime, people: Sequence[Line]) -> Written:
    """Write the file; `made_at` in the county's time zone. `people` are those who may be named; none, no such sheet."""
    import xlsxwriter  # heavy, and only needed for a file

    book = xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    head = f"{title}（{report.measure.chinese}）"
    pairs = [(compared, ranked) for compared in report.groups for ranked in compared.units]
    sheets = _Sheets(book, head)
    sheets.table("总表", GROUPS, report.groups)
    sheets.table("单位对比", UNITS, pairs)
    sheets.table("知识点", TOPICS, report.topics)
    if people:
        sheets.table("个人成绩", PEOPLE, people)
    sheets.notes(report, made_at)
    book.close()
    return Written(sheets.rows)


def unit_rows(report: Report) -> list[list[Cell]]:
    """The sheet 单位对比 as rows, its head first; rates between 0 and 1."""
    pairs = [(compared, ranked) for compared in report.groups for ranked in compared.units]
    return [[column.head for column in UNITS], *([column.value(pair) for column in UNITS] for pair in pairs)]


class _Sheets:
    """The sheets of one book, all of one look."""

    def __init__(self, book: Any, head: str) -> None:
        self.book = book
        self.head = head
        self.rows: dict[str, int] = {}
        base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        self.title = book.add_format(base | {"bold": True, "font_size": 14})
        self.headline = book.add_format(
            base | {"bold": True, "bg_color": "#E8EFF8", "border": 1, "text_wrap": True, "align": "center"}
        )
        self.cells = {
            shown: book.add_format(
                base | {"num_format": shown, "border": 1, "align": "left" if shown == TEXT else "right"}
            )
            for shown in (NUMBER, RATE, COUNT, TEXT)
        }
        self.note = book.add_format(base | {"text_wrap": True, "valign": "top"})

    def table(self, name: str, columns: Sequence[Column], things: Sequence[Any]) -> None:
        """Title in the first row, head in the second, which stays in view and is repeated on every printed page."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, f"{self.head} {name}", self.title)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(1, place, column.head, self.headline)
        for number, thing in enumerate(things, 2):
            for place, column in enumerate(columns):
                _write(sheet, number, place, column.value(thing), self.cells[column.shown])
        last = max(2, len(things) + 1)
        sheet.freeze_panes(2, 0)
        sheet.autofilter(1, 0, last, len(columns) - 1)
        sheet.repeat_rows(0, 1)
        self._print(sheet)
        self.rows[name] = len(things)

    def notes(self, report: Report, made_at: datetime) -> None:
        """What every figure means, when the file was made, and whether its figures are final."""
        sheet = self.book.add_worksheet("说明")
        sheet.set_column(0, 0, 24, self.note)
        sheet.set_column(1, 1, 84, self.note)
        sheet.write_string(0, 0, f"{self.head} 说明", self.title)
        state = f"暂定：还有{report.waiting}份答案待阅，暂按建议分计算" if report.provisional else "已阅完"
        lines = (("生成时间", f"{made_at:%Y-%m-%d %H:%M}"), ("阅卷", state), *in_chinese(report.rule), *DEFINITIONS)
        for number, (term, meaning) in enumerate(lines, 2):
            sheet.write_string(number, 0, term, self.note)
            sheet.write_string(number, 1, meaning, self.note)
        self._print(sheet)
        self.rows["说明"] = len(lines)

    def _print(self, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer("&C第 &P 页 共 &N 页")


def _write(sheet: Any, row: int, column: int, value: Cell, look: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look)
    else:
        sheet.write_number(row, column, float(value), look)

"""The Excel file, read back by another library than the one that wrote it."""

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from exam.cli.reporting import safe
from exam.reports import workbook
from exam.reports.comparison import Measure, Row, compare, lines
from exam.reports.queries import Report, Scope
from exam.reports.statistics import Group
from exam.reports.topics import TopicRow
from question_bank.enums import PaperKind

MADE = datetime(2027, 3, 3, 9, 30)  # noqa: DTZ001 -- the county's own time, as it stands in the file


def row(number: int, marks: int | None, *, name: str = "", unit: str = "石桥镇", on_leave: bool = False) -> Row:
    return Row(
        sitting_id=1,
        stop_id=1,
        stop_number=1,
        paper_kind=PaperKind.BUSINESS,
        entry_id=number,
        person_id=number,
        name=name or f"演示{number}",
        unit_id=1,
        unit_name=unit,
        group=Group.TOWN,
        on_leave=on_leave,
        marks=None if marks is None else Decimal(marks),
        total=Decimal(100),
        pass_marks=Decimal(60),
        waiting=0,
        attempt_key=None,
    )


def report(rows: list[Row], waiting: int = 0) -> Report:
    people = lines(rows, Measure.BUSINESS)
    topics = (TopicRow("PROC", "项目手续流程", dict.fromkeys(Group) | {Group.TOWN: Decimal("0.5")}, Decimal("0.5")),)
    return Report(Scope(), Measure.BUSINESS, tuple(people), tuple(compare(people)), topics, waiting, 1)


def written(found: Report, *, with_people: bool = True) -> BytesIO:
    file = BytesIO()
    workbook.write(file, found, title="石桥镇", made_at=MADE, people=found.people if with_people else ())
    file.seek(0)
    return file


def sheets(file: BytesIO) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(file)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


SIX = [row(1, 50), row(2, 60), row(3, 70), row(4, 80), row(5, 90), row(6, None), row(7, None, on_leave=True)]


def test_the_sheets_hold_the_figures_under_their_heads() -> None:
    found = sheets(written(report(SIX)))
    assert list(found) == ["总表", "单位对比", "知识点", "个人成绩", "说明"]
    title, head, figures = found["总表"]
    assert title[0] == "石桥镇（业务卷） 总表"
    shown = dict(zip(head, figures, strict=True))
    assert (shown["组别"], shown["应考"], shown["实考"], shown["公假"], shown["缺考"]) == ("镇级及园区组", 7, 5, 1, 1)
    assert (shown["均分"], shown["均分（缺考计0）"], shown["参考率"], shown["合格率"]) == (70, 58.33, 0.7143, 0.8)
    unit = dict(zip(found["单位对比"][1], found["单位对比"][2], strict=True))
    assert (unit["名次"], unit["单位"], unit["单位得分"]) == (1, "石桥镇", 66.29)
    assert found["知识点"][2][:2] == ["项目手续流程", 0.5]


def test_people_stand_by_place_and_the_others_without_a_result() -> None:
    _, head, *people = sheets(written(report(SIX)))["个人成绩"]
    shown = [dict(zip(head, person, strict=True)) for person in people]
    assert [(each["姓名"], each["状态"], each["成绩"], each["组内名次"]) for each in shown] == [
        ("演示5", "实考", 90, 1),
        ("演示4", "实考", 80, 2),
        ("演示3", "实考", 70, 3),
        ("演示2", "实考", 60, 4),
        ("演示1", "实考", 50, 5),
        ("演示6", "缺考", "", ""),
        ("演示7", "公假", "", ""),
    ]


def test_without_leave_to_name_anybody_there_is_no_such_sheet() -> None:
    file = written(report(SIX), with_people=False)
    assert list(sheets(file)) == ["总表", "单位对比", "知识点", "说明"]
    assert "演示5".encode() not in b"".join(ZipFile(file).read(name) for name in ZipFile(file).namelist())


def test_the_notes_say_what_is_meant_and_whether_it_is_final() -> None:
    notes = {str(line[0]): str(line[1]) for line in sheets(written(report(SIX, waiting=3)))["说明"][2:]}
    assert notes["生成时间"] == "2027-03-03 09:30"
    assert notes["阅卷"].startswith("暂定：还有3份")
    assert "实考÷应考" in notes["参考率"]


def test_the_head_stays_in_view_and_every_page_repeats_it() -> None:
    file = ZipFile(written(report(SIX)))
    sheet = file.read("xl/worksheets/sheet2.xml").decode()
    assert 'topLeftCell="A3"' in sheet
    assert 'state="frozen"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "_xlnm.Print_Titles" in file.read("xl/workbook.xml").decode()


DANGEROUS = st.sampled_from("=+-@\t\r＝＋－＠'\"").flatmap(
    lambda sign: st.text(max_size=20).map(lambda rest: sign + rest)
)


@settings(deadline=None, max_examples=60)
@given(st.lists(DANGEROUS.filter(lambda text: text.isprintable()), min_size=1, max_size=5))
def test_no_text_ever_becomes_a_formula_a_link_or_a_number(names: list[str]) -> None:
    rows = [row(number, 80, name=name, unit=name) for number, name in enumerate(names, 1)]
    file = written(report(rows))
    _, head, *people = sheets(file)["个人成绩"]
    assert sorted(str(person[head.index("姓名")]) for person in people) == sorted(names)
    for sheet in (name for name in ZipFile(file).namelist() if name.startswith("xl/worksheets/sheet")):
        xml = ZipFile(file).read(sheet)
        assert b"<f>" not in xml
        assert b"<hyperlink" not in xml


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_a_csv_cell_that_would_be_calculated_gets_an_apostrophe(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["石桥镇", "", 3, Decimal("-1.5"), None])
def test_other_csv_cells_stay_as_they_are(cell: object) -> None:
    assert safe(cell) == cell

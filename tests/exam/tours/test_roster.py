"""The roster as an Excel file: template, tolerant reading, what is wrong by line and column."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter

from exam.tours.roster import Reading, RosterRow, RowProblem, UnreadableRoster, read, write_template
from question_bank.enums import Audience


def _book(rows: Sequence[Sequence[object]], merges: Sequence[tuple[int, int, int, int, str]] = ()) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for index, row in enumerate(rows):
        sheet.write_row(index, 0, row)
    for area in merges:
        sheet.merge_range(*area)
    book.close()
    return file.getvalue()


HEAD = ("单位", "姓名", "工号", "对象", "职务", "座位")


def test_what_the_template_is_given_comes_back_unchanged() -> None:
    rows = [
        RosterRow(line=3, unit="石桥镇", name="王演示", code="U01-001", audience=Audience.TOWN, post="副镇长", seat=7),
        RosterRow(line=4, unit="石桥村", name="=1+1", code="00012"),
    ]
    file = io.BytesIO()
    write_template(file, title="石桥镇 名册", units=["石桥镇", "石桥村"], rows=rows)
    assert read(file.getvalue()) == Reading(tuple(rows), (), ())


def test_a_blank_template_holds_nobody() -> None:
    file = io.BytesIO()
    write_template(file, title="名册", units=[])
    assert read(file.getvalue()) == Reading((), (), ())


def test_heading_names_order_width_and_decoration_do_not_matter() -> None:
    content = _book(
        [
            ["云川县“两卷一课”参训人员名册"],
            ["填报单位：石桥镇"],
            [],
            ["序号", "座号", "* 姓 名（必填）", "所在单位", "参训对象", "职工号", "手机"],
            [1, "12号", "张 三", "石桥镇", "村（社区）", 1001.0, "13800000000"],
            [],
            ["2", "", "Ｌｉ Wei", "石桥镇", "县直部门", "Ａ-２", ""],
            ["合计", "", "2人"],
            ["填表人：赵某"],
        ]
    )
    reading = read(content)
    assert reading.problems == ()
    assert reading.ignored == ("手机",)
    assert reading.rows == (
        RosterRow(line=5, unit="石桥镇", name="张三", code="1001", audience=Audience.VILLAGE, seat=12),
        RosterRow(line=7, unit="石桥镇", name="Li Wei", code="A-2", audience=Audience.DEPARTMENT),
    )


def test_merged_unit_cells_hold_for_every_line_of_the_area() -> None:
    content = _book(
        [["单位", "姓名"], ["", "甲"], ["", "乙"], ["白塔镇", "丙"]],
        merges=[(1, 0, 2, 0, "石桥镇")],
    )
    assert [(row.name, row.unit) for row in read(content).rows] == [
        ("甲", "石桥镇"),
        ("乙", "石桥镇"),
        ("丙", "白塔镇"),
    ]


def test_every_wrong_cell_is_reported_and_the_other_lines_are_read() -> None:
    reading = read(
        _book(
            [
                HEAD,
                ["石桥镇", "", "G1", "", "", ""],
                ["石桥镇", "乙", "G2", "外星人", "", "二十"],
                ["石桥镇", "丙", "G3", "", "", 1.5],
                ["石桥镇", "丁", "G4", "", "", 0],
                ["石桥镇", "戊", "G5", "", "", ""],
            ]
        )
    )
    assert [row.name for row in reading.rows] == ["戊"]
    assert [(each.line, each.column, each.found) for each in reading.problems] == [
        (2, "姓名", ""),
        (3, "对象", "外星人"),
        (3, "座位", "二十"),
        (4, "座位", "1.5"),
        (5, "座位", "0"),
    ]
    assert reading.problems[1] == RowProblem(
        3,
        "对象",
        "外星人",
        "There is no paper for this kind of person.",
        "Enter one of: %(choices)s, or leave it empty.",
        {"choices": "镇级及园区、村级、部门服务人员"},
    )


def test_the_roster_may_be_on_a_later_sheet() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("说明").write(0, 0, "请看第二张表")
    book.add_worksheet("名册").write_column(0, 0, ["姓名", "甲"])
    book.worksheets()[1].write_column(0, 1, ["工号", "G1"])
    book.close()
    assert read(file.getvalue()).rows == (RosterRow(line=2, name="甲", code="G1"),)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a workbook", b"PK\x03\x04broken", _book([["姓名"], ["甲"]]), _book([[""]] * 11 + [list(HEAD)])],
    ids=["empty", "text", "broken", "name alone", "heading too low"],
)
def test_what_is_no_roster_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(UnreadableRoster):
        read(content)

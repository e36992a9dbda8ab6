"""Banks as other systems export them and as clerks type them: what a person can read is read, with a word where it was guessed."""

import io

import pytest
from docx import Document

from question_bank.exchange import docx, text, xlsx
from question_bank.exchange.formats import FORMATS, format_of
from question_bank.exchange.reading import FileReading
from tests.factories.workbooks import workbook
from tests.question_bank.samples import DRAFTS


def key(content: object) -> object:
    return next(
        getattr(content, name) for name in ("answer", "answers", "pairs", "reference") if hasattr(content, name)
    )


def told(found: FileReading) -> list[object]:
    """Kind and key of each question; the column and reason of a fault where there is none."""
    return [
        (item.draft.kind.value, key(item.draft.content)) if item.draft else (item.faults[0].column, str(item.faults[0].reason))
        for item in found.items
    ]  # fmt: skip


def sheet(*rows: list[object]) -> FileReading:
    return xlsx.read(workbook({"Sheet1": rows}))


def typed(*lines: str, table: list[list[str]] | None = None) -> FileReading:
    file, made = io.BytesIO(), Document()
    for line in lines:
        made.add_paragraph(line)
    if table:
        grid = made.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    made.save(file)
    return docx.read(file.getvalue())


def test_cells_that_hold_html_are_read_as_text() -> None:
    found = sheet(
        ["题型", "题干", "选项", "答案", "解析"],
        [
            "单选题",
            "<p>条例<strong>何时</strong>施行？</p>",
            "<p>A. 2019年</p><p>B. 2020年</p>",
            "B",
            "第七十二条&nbsp;第一款",
        ],
        ["判断题", '见图<img src="http://x/1.png" alt="平面图">，亩均<50万元 & 税收>20万元', "", "对", ""],
    )
    first, second = found.drafts
    assert (first.content.stem, first.content.explanation) == ("条例**何时**施行？", "第七十二条 第一款")
    assert [option.text for option in first.content.options] == ["2019年", "2020年"]
    assert "图片" in second.content.stem
    assert [len(item.cautions) for item in found.items] == [0, 1]


@pytest.mark.parametrize(
    ("options", "answer"),
    [("甲$;$乙$;$丙", "A,C"), ("甲┋乙┋丙", "选项1┋选项3"), ('["甲","乙","丙"]', '["A","C"]'), ("甲||乙||丙", "选项A、选项C")],
)  # fmt: skip
def test_signs_by_which_other_systems_part_options_and_answers(options: str, answer: str) -> None:
    assert told(sheet(["题型", "题干", "选项", "答案"], ["多选题", "题一", options, answer])) == [
        ("multiple_choice", ("A", "C"))
    ]


def test_english_names_of_kinds() -> None:
    found = sheet(
        ["Question", "Type", "Option A", "Option B", "Correct Answer"],
        ["One?", "MCQ", "a", "b", "B"],
        ["Two", "True/False", "", "", "FALSE"],
        ["Three?", "Multiple Answer", "a", "b", "A;B"],
        ["Four ____", "Fill in the blanks", "", "", "x"],
    )
    assert [draft.kind.value for draft in found.drafts] == [
        "single_choice",
        "true_false",
        "multiple_choice",
        "fill_blank",
    ]


def test_cells_of_options_without_any_usual_sign_are_parted_with_a_caution() -> None:
    head = ["题型", "题干", "选项", "答案"]
    found = sheet(
        head,
        ["【单选题】", "题一", "甲，乙，丙", "B"],
        ["单选", "题二（ ）A甲 B乙 C丙 D丁", "", "D"],
        ["单选", "题三", "A甲 B乙", "A"],
        ["单选", "题四", "只有一项", "A"],
    )
    assert told(found)[:3] == [("single_choice", "B"), ("single_choice", "D"), ("single_choice", "A")]
    assert [len(item.cautions) for item in found.items] == [1, 0, 0, 0]
    assert [(fault.column, str(fault.reason)) for fault in found.items[3].faults] == [
        ("选项B", "option:B: A choice needs at least two options.")
    ]


def test_options_may_stand_in_rows_of_their_own_below_the_first() -> None:
    found = sheet(
        ["序号", "题目", "选项", "答案"],
        [1, "题一", "A.甲", "B"], ["", "", "B.乙", ""], ["", "", "C.丙", ""],
        [2, "题二", "A.子", "A"], [2, "题二", "B.丑", "A"],
    )  # fmt: skip
    assert told(found) == [("single_choice", "B"), ("single_choice", "A")]
    assert [len(draft.content.options) for draft in found.drafts] == [3, 2]


def test_letters_of_options_may_have_a_column_of_their_own() -> None:
    found = sheet(
        ["序号", "题型", "题目", "选项", "", "答案"],
        [1, "单选题", "题一", "A", "甲", "B"], ["", "", "", "B", "乙", ""],
        [2, "判断题", "题二", "", "", "对"],
    )  # fmt: skip
    assert told(found) == [("single_choice", "B"), ("true_false", True)]
    assert [option.text for option in found.drafts[0].content.options] == ["甲", "乙"]


def test_options_may_be_headed_by_numbers_and_chapters_stand_between_the_rows() -> None:
    found = sheet(
        ["题目", "1", "2", "3", "答案"],
        ["1、题一", "甲", "乙", "丙", "2"], ["第二章 分则", "", "", "", ""], ["2、题二", "甲", "乙", "丙", "3"],
    )  # fmt: skip
    assert told(found) == [("single_choice", "B"), ("single_choice", "C")]
    assert [(draft.content.stem, draft.subtopic) for draft in found.drafts] == [("题一", ""), ("题二", "第二章 分则")]


def test_a_table_without_headings_whose_first_row_begins_with_a_kind_loses_no_row() -> None:
    found = sheet(
        ["单选", "下列属于招商方式的是哪一项呢？", "以商招商", "喝酒招商", "A"],
        ["单选", "下列属于要素保障的是哪一项呢？", "用地", "喝酒", "A"],
    )
    assert told(found) == [("single_choice", "A")] * 2


def test_blocks_side_by_side_are_read_one_after_the_other() -> None:
    found = sheet(
        ["单选题", "", "", "", "", "", "判断题", "", ""],
        ["序号", "题目", "A", "B", "答案", "", "序号", "题目", "答案"],
        [1, "题一", "甲", "乙", "A", "", 1, "判一", "对"],
        [2, "题二", "甲", "乙", "B", "", 2, "判二", "错"],
    )
    assert told(found) == [("single_choice", "A"), ("single_choice", "B"), ("true_false", True), ("true_false", False)]


def test_a_column_headed_by_the_kind_alone_holds_the_questions() -> None:
    assert told(sheet(["序号", "判断题", "答案"], [1, "题一", "√"])) == [("true_false", True)]
    assert told(sheet(["序号", "单选题", "A", "B", "答案"], [1, "题一", "甲", "乙", "B"])) == [("single_choice", "B")]


def test_a_tick_at_an_option_is_the_answer_where_no_other_is_given() -> None:
    found = sheet(
        ["题目", "选项A", "选项B", "选项C", "答案"],
        ["题一", "甲", "乙√", "丙", ""],
        ["题二", "甲（正确）", "乙", "丙", ""],
    )
    assert told(found) == [("single_choice", "B"), ("single_choice", "A")]
    assert [option.text for option in found.drafts[0].content.options] == ["甲", "乙", "丙"]
    assert all(item.cautions for item in found.items)


def test_one_answer_for_several_blanks_is_cut_at_the_words_between_them() -> None:
    (draft,) = sheet(["题型", "题干", "答案"], ["填空", "自____年____月____日起施行", "2020年1月1日"]).drafts
    assert draft.content.answers == (("2020",), ("1",), ("1",))


def test_a_unit_behind_the_result_of_a_calculation_is_its_unit() -> None:
    (draft,) = sheet(["题型", "题干", "答案"], ["计算题", "亩均投资多少？", "50万元"]).drafts
    assert (draft.content.answer, draft.content.unit) == (50, "万元")


def test_answers_in_the_brackets_of_a_blank_are_taken_with_a_caution() -> None:
    found = typed("填空题", "1．条例自（2020）年起施行。", "2．主导产业是【绿色食品】和【装备制造】（每空1分）。")
    assert told(found) == [("fill_blank", (("2020",),)), ("fill_blank", (("绿色食品",), ("装备制造",)))]
    assert all(item.cautions for item in found.items)


def test_an_answer_in_brackets_below_the_options_and_a_kind_before_the_number() -> None:
    found = typed(
        "（1）备案机关是（ ）", "A 发改局", "B 公安局", "（答案：A）", "（2）年限是（ ）", "A 50", "B 70", "（答案：B）"
    )
    assert told(found) == [("single_choice", "A"), ("single_choice", "B")]
    (draft,) = typed("[单选题] 1. 何时施行？", "A) 2019", "B) 2020", "[答案] B").drafts
    assert draft.content.stem == "何时施行？"


def test_a_table_of_answers_below_its_own_heading_reaches_the_last_question_too() -> None:
    lines = ["一、单选题", "1、题一（ ）", "A、甲", "B、乙", "2、题二（ ）", "A、子", "B、丑", "答案："]
    assert told(typed(*lines, table=[["题号", "1", "2"], ["答案", "B", "A"]])) == [
        ("single_choice", "B"),
        ("single_choice", "A"),
    ]


def test_answers_behind_a_case_go_to_its_sub_questions_in_their_order() -> None:
    (draft,) = typed(
        "案例分析题", "材料：某县承诺返还出让金。", "1．是否合规？（10分）", "2．如何追责？（10分）", "参考答案：", "1．不合规。", "2．按协议退出。"
    ).drafts  # fmt: skip
    assert [(sub.content.stem, sub.content.reference) for sub in draft.content.subquestions] == [
        ("是否合规？", "不合规。"),
        ("如何追责？", "按协议退出。"),
    ]


def test_questions_on_a_material_are_a_case_and_the_section_goes_on_behind_them() -> None:
    found = typed(
        "一、单选题", "1．题一（ ）", "A．甲", "B．乙", "答案：B",
        "阅读下列材料，回答2-3题。", "某县签约项目50个，开工20个。",
        "2．开工率为（ ）", "A．40%", "B．50%", "答案：A", "3．重在（ ）", "A．签约", "B．落地", "答案：B",
        "4．题四（ ）", "A．子", "B．丑", "答案：A",
    )  # fmt: skip
    assert [draft.kind.value for draft in found.drafts] == ["single_choice", "case", "single_choice"]
    case = found.drafts[1].content
    assert (case.stem, [sub.content.answer for sub in case.subquestions]) == (
        "某县签约项目50个，开工20个。",
        ["A", "B"],
    )


def test_a_matching_may_have_both_columns_in_the_lines_of_its_stem() -> None:
    (draft,) = typed(
        "连线题", "1．将部门与职责连线", "A．发改局    ①项目备案", "B．自然资源局    ②用地审批", "答案：A-②，B-①"
    ).drafts
    assert (draft.content.stem, draft.content.pairs) == ("将部门与职责连线", {"A": "2", "B": "1"})


PAPER = "一、单选题\r\n1. 备案机关是（ ）\r\nA. 发改局\r\nB. 公安局\r\n答案：A\r\n二、判断题\r\n1. 可以零地价。\r\n答案：错\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_paper_in_a_text_file_is_read_in_every_usual_encoding(encoding: str) -> None:
    data = PAPER.encode(encoding)
    found = format_of(data, "题库.txt")
    assert (found.name, told(found.read(data))) == ("text", [("single_choice", "A"), ("true_false", False)])
    table = "题型\t题干\tA\tB\t答案\r\n单选题\t题一\t甲\t乙\tB\r\n".encode(encoding)
    found = format_of(table, "题库.txt")
    assert (found.name, told(found.read(table))) == ("csv", [("single_choice", "B")])


def test_a_text_file_comes_back_as_it_left_and_failed_questions_with_their_reason() -> None:
    file = io.BytesIO()
    left_out = {each.code for each in text.write(file, DRAFTS)}
    kept = [draft for draft in DRAFTS if draft.code not in left_out]
    assert len(kept) > len(DRAFTS) / 2
    assert format_of(file.getvalue(), "题库.txt").name == "text"
    assert {draft.code: draft for draft in text.read(file.getvalue()).drafts} == {draft.code: draft for draft in kept}
    failed = io.BytesIO()
    FORMATS["text"].write_failed(
        failed, [(text.read("1. 题？\nA. 甲\nB. 乙\n答案：C\n".encode()).items[0], "答案不在选项中")]
    )
    assert failed.getvalue().decode("utf-8-sig").startswith("【原因】第1行：答案不在选项中\n")
    assert [item.faults[0].column for item in text.read(failed.getvalue()).items] == ["答案"]

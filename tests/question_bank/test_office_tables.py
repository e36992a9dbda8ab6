"""Tables as Chinese offices and other exam systems have them, in Excel and CSV."""

import io
from pathlib import Path

import pytest

from question_bank.enums import Kind
from question_bank.exchange import csv, docx, xlsx
from question_bank.exchange.formats import FORMATS, format_of
from question_bank.exchange.reading import FileReading
from question_bank.kinds.choice import SingleChoiceContent
from tests.factories.bank import make_draft
from tests.factories.workbooks import workbook

HEAD = ["题型", "题干", "选项A", "选项B", "答案"]


def read(*rows: list[object], sheet: str = "Sheet1") -> FileReading:
    return xlsx.read(workbook({sheet: rows}))


def told(reading: FileReading) -> list[tuple[str, object]]:
    """Kind and key of each question; a fault's column where there is none."""
    return [(item.draft.kind.value, key(item.draft.content)) if item.draft else ("fault", item.faults[0].column) for item in reading.items]  # fmt: skip


def key(content: object) -> object:
    return next(getattr(content, name) for name in ("answer", "answers", "reference") if hasattr(content, name))


def test_blank_headings_beside_a_merged_one_are_options_and_sections_name_the_kind() -> None:
    reading = read(
        ["某县招商题库"],
        ["序号", "题型", "题目", "选项", "", "", "正确答案", "考点"],
        [1, "单选题", "题一", "甲", "乙", "丙", "C", "政策"],
        ["二、判断题（每题1分）"],
        [2, "", "题二", "", "", "", "错", ""],
        ["注：本表由投资促进局制作"],
    )
    assert told(reading) == [("single_choice", "C"), ("true_false", False)]
    assert [(draft.topic, draft.subtopic) for draft in reading.drafts] == [("UNSORTED", "政策"), ("UNSORTED", "")]


def test_a_header_may_take_two_rows() -> None:
    reading = read(["题号", "题干", "选项", "", "答案"], ["", "", "A", "B", ""], [1, "题一", "甲", "乙", "B"])
    assert told(reading) == [("single_choice", "B")]


def test_options_in_rows_of_their_own_are_folded_into_their_question() -> None:
    head = ["题目序号", "题目类型", "题目内容", "整体解析", "是否正确项", "选项内容"]
    rows = [
        [1, 1, "题一", "略", 0, "甲"],
        ["", "", "", "", 1, "乙"],
        [2, 2, "题二", "", 1, "丙"],
        ["", "", "", "", 1, "丁"],
    ]
    assert told(read(head, *rows)) == [("single_choice", "B"), ("multiple_choice", ("A", "B"))]


def test_questions_that_share_a_material_become_a_case() -> None:
    head = ["题目类型", "大题题干", "小题题型", "小题题干", "正确答案", "A", "B"]
    reading = read(
        head,
        ["单选题", "题一", "", "", "A", "甲", "乙"],
        ["阅读理解", "材料", "单选题", "问一", "B", "甲", "乙"],
        ["阅读理解", "材料", "判断题", "问二", "对", "", ""],
    )
    assert [draft.kind for draft in reading.drafts] == [Kind.SINGLE_CHOICE, Kind.CASE]
    assert [key(sub.content) for sub in reading.drafts[1].content.subquestions] == ["B", True]


def test_sub_questions_follow_their_case_and_a_stray_one_is_rejected() -> None:
    reading = read(
        ["题型", "题干", "大题编号", "编号", "答案", "分值"],
        ["案例", "材料", "", "C1", "", 10],
        ["简答", "问一", "C1", "1", "答一", ""],
        ["判断", "问二", "C1", "2", "对", ""],
        ["判断", "问", "C9", "1", "对", ""],
    )
    assert [sub.marks for sub in reading.drafts[0].content.subquestions] == [5, 5]
    assert told(reading)[1] == ("fault", "大题编号")


def test_a_case_in_one_row_is_cut_at_its_numbers() -> None:
    reading = read(["题型", "题干", "答案"], ["案例分析题", "材料。问题：（1）甲？（2）乙？", "（1）子（2）丑"])
    (draft,) = reading.drafts
    assert draft.content.stem == "材料。"
    assert [(sub.content.stem, sub.content.reference) for sub in draft.content.subquestions] == [("甲？", "子"), ("乙？", "丑")]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "stem", "options", "answer", "expected"),
    [
        ("选择题", "题", ["甲", "乙"], "AB", ("multiple_choice", ("A", "B"))),
        ("单选", "题", ["A.甲", "B.乙"], "b", ("single_choice", "B")),
        ("", "题（B）", ["甲", "乙"], "", ("single_choice", "B")),
        ("单选", "题\nA、甲 B、乙", [], "A", ("single_choice", "A")),
        ("1", "题", ["甲", "乙"], "1", ("single_choice", "A")),
        ("多选", "题", ["甲", "乙"], "①②", ("multiple_choice", ("A", "B"))),
        ("多选", "题", ["甲", "乙"], "甲；乙", ("multiple_choice", ("A", "B"))),
        ("判断", "题（√）", [], "", ("true_false", True)),
        ("判断题", "题", [], "B", ("true_false", False)),
        ("填空", "第[填空1]条", [], "5", ("fill_blank", (("5",),))),
        ("填空", "（ ）和【 】", [], "①甲②乙", ("fill_blank", (("甲",), ("乙",)))),
        ("填空题", "甲是什么", [], "乙；丙", ("fill_blank", (("乙",), ("丙",)))),
        ("计算题", "算一算", [], "先算甲，再算乙", ("short_answer", "先算甲，再算乙")),
        ("名词解释", "招商引资", [], "引进项目", ("short_answer", "引进项目")),
    ],
)
def test_kinds_and_answers_as_people_write_them(kind, stem, options, answer, expected) -> None:
    assert told(read(HEAD, [kind, stem, *options, *[""] * (2 - len(options)), answer])) == [expected]


def test_tables_without_a_header_and_papers_typed_into_cells_are_read() -> None:
    bare = [[n, f"下列正确的是第{n}项吗", "甲", "乙", "AB"[n % 2]] for n in range(1, 4)]
    assert [kind for kind, _ in told(read(*bare))] == ["single_choice"] * 3
    typed = [["一、单选题"], ["1. 题（ ）"], ["A.甲", "B.乙"], ["答案：A"], ["2. 题二（ B ）"], ["A.甲"], ["B.乙"]]
    assert told(read(*typed)) == [("single_choice", "A"), ("single_choice", "B")]
    assert [item.unsupported for item in read(["张三", "男", "某镇"], ["李四", "女", "某镇"]).items] == [True]


def test_the_template_of_another_system_is_read() -> None:
    file = Path(__file__).with_name("office_files") / "survey_king.xlsx"
    reading = xlsx.read(file.read_bytes())
    assert [draft.kind for draft in reading.drafts] == [Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE, Kind.FILL_BLANK, Kind.SHORT_ANSWER]  # fmt: skip
    assert [(item.line, item.faults[0].column) for item in reading.items if item.faults] == [(4, "选项 A")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "｜"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16", "utf-16-le"])
def test_csv_is_read_in_every_usual_encoding_and_with_every_usual_separator(separator: str, encoding: str) -> None:
    rows = [["题库"], HEAD, ["单选", '"题一\n第二行"', "甲", "乙", "A"], ["判断", "题二", "", "", "×"]]
    reading = csv.read("\r\n".join(separator.join(row) for row in rows).encode(encoding))
    assert told(reading) == [("single_choice", "A"), ("true_false", False)]
    assert [item.line for item in reading.items] == [3, 5]


def test_quotation_marks_that_are_not_doubled_do_not_swallow_the_rows_below() -> None:
    text = '题型,题干,答案\n判断,"所谓"负面清单"是清单",对\n判断,题二,错\n'
    assert told(csv.read(text.encode())) == [("true_false", True), ("true_false", False)]


@pytest.mark.parametrize("risky", ["=1+1", "+甲", "-5", "@x", "＝1", "'=1", "''+2"])
@pytest.mark.parametrize("name", ["xlsx", "csv", "docx"])
def test_what_looks_like_a_formula_is_text_and_comes_back(name: str, risky: str) -> None:
    options = [{"key": "A", "text": risky}, {"key": "B", "text": "乙"}]
    draft = make_draft(content={"stem": risky, "explanation": risky, "options": options, "answer": "B"})
    file = io.BytesIO()
    assert FORMATS[name].write(file, [draft]) == []
    assert FORMATS[name].read(file.getvalue()).drafts == [draft]
    if name == "csv":
        assert f",{risky}" not in file.getvalue().decode()


BAD = [
    ["单选", "题一？", "甲", "乙", "E"],
    ["单选", "题二？", "甲", "", "A"],
    ["唱歌", "题三？", "", "", "A"],
    ["判断", "题四？", "", "", "也许"],
    ["单选", "题五？", "甲", "乙", "AB"],
    ["案例", "材料", "", "", ""],
]
MENDED = {"题一？": "A", "题五？": "B", "题四？": "对"}


@pytest.mark.parametrize("name", ["xlsx", "csv", "docx"])
def test_failed_rows_are_mended_in_their_own_file_and_taken(name: str) -> None:
    failed = read(HEAD, *BAD).items
    assert [item.draft for item in failed] == [None] * 6
    file = io.BytesIO()
    FORMATS[name].write_failed(file, [(item, item.faults[0].column) for item in failed])
    data = mended(name, file.getvalue())
    again = format_of(data, f"x.{name}").read(data)
    assert [draft.content.stem for draft in again.drafts] == ["题一？", "题四？", "题五？"]
    assert [item.name for item in again.items if item.faults] != []


def mended(name: str, data: bytes) -> bytes:
    """The file with the answers put right, the reasons left as they stand."""
    if name == "docx":
        from docx import Document

        book = Document(io.BytesIO(data))
        last = ""
        for paragraph in book.paragraphs:
            last = paragraph.text.removeprefix("【题干】") if paragraph.text.startswith("【题干】") else last
            if paragraph.text.startswith("【答案】") and last in MENDED:
                paragraph.text = f"【答案】{MENDED[last]}"
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    import csv as plain

    from python_calamine import CalamineWorkbook

    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        if name == "xlsx"
        else list(plain.reader(io.StringIO(data.decode("utf-8-sig"))))
    )
    stem, answer = rows[0].index("题干"), rows[0].index("答案")
    for row in rows[1:]:
        row[answer] = MENDED.get(row[stem], row[answer])
    if name == "xlsx":
        return workbook({"试题": rows})
    text = io.StringIO()
    plain.writer(text).writerows(rows)
    return text.getvalue().encode("gb18030")


def test_a_case_that_failed_goes_back_with_all_its_rows() -> None:
    head = ["题型", "题干", "大题编号", "编号", "答案", "选项A", "选项B"]
    rows = [
        ["案例", "材料", "", "C1", ""],
        ["单选", "问一", "C1", "1", "E", "甲", "乙"],
        ["判断", "问二", "C1", "2", "对"],
    ]
    (item,) = read(head, *rows).items
    assert item.faults[0].column == "答案（第3行）"
    for module in (xlsx, csv, docx):
        file = io.BytesIO()
        module.write_failed(file, [(item, "答案")])
        (again,) = module.read(file.getvalue()).items
        assert [fault.found for fault in again.faults] == ["E"]


@pytest.mark.parametrize(
    "options", ["甲@@乙@@丙", "甲\\n乙\\n丙", "①甲②乙③丙", "甲/乙/丙", "A-甲|B-乙|C-丙", "1.甲\n2.乙\n3.丙", "甲^乙^丙"]
)
def test_options_in_one_cell_are_parted_by_whatever_their_author_took(options: str) -> None:
    content = read(["题目", "题型", "选项", "答案"], ["题一", "单选", options, "C"]).drafts[0].content
    assert isinstance(content, SingleChoiceContent)
    assert ([option.text for option in content.options], content.answer) == (["甲", "乙", "丙"], "C")


@pytest.mark.parametrize("answer", ["AB（多选）", "AB选项", "AB都对", "A、B项"])
def test_remarks_behind_the_letters_are_no_letters(answer: str) -> None:
    assert told(read(HEAD, ["多选题", "题一", "甲", "乙", answer])) == [("multiple_choice", ("A", "B"))]


def test_what_stands_behind_right_or_wrong_explains_it() -> None:
    draft = read(HEAD, ["判断题", "题一", "", "", "错误，应为三十日"]).drafts[0]
    assert (key(draft.content), draft.content.explanation) == (False, "应为三十日")


@pytest.mark.parametrize("answer", ["（1）一（2）二", "一$$二", "一@@二", '["一","二"]', "一；\n二；"])
def test_answers_of_several_blanks_in_one_cell(answer: str) -> None:
    assert told(read(["题目", "题型", "答案"], ["甲____乙____", "填空题", answer])) == [
        ("fill_blank", (("一",), ("二",)))
    ]
    numbered = read(["题目", "题型", "答案"], ["甲（1）乙（2）", "填空题", answer]).drafts[0].content
    assert numbered.stem == "甲____乙____"


def test_pairs_may_stand_without_marks_between_them() -> None:
    head = ["题型", "题干", "左列", "右列", "答案"]
    assert read(head, ["连线题", "题一", "1.甲\n2.乙", "a.子\nb.丑", "1b2a"]).drafts[0].content.kind is Kind.MATCHING


def test_an_answer_parted_by_two_marks_is_to_be_looked_at() -> None:
    item = read(["题目", "题型", "答案"], ["甲____乙____", "填空题", "一；壹｜二"]).items[0]
    assert any("another form" in str(caution) for caution in item.cautions)

"""Files in and out."""

import io
import json

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from question_bank import content
from question_bank.digests import content_hash
from question_bank.enums import Audience, Kind, PaperKind
from question_bank.errors import Invalid
from question_bank.exchange import json as json_format
from question_bank.exchange import xlsx
from question_bank.exchange.answers import letters_of, options_of, truth_of
from question_bank.exchange.cells import cut, dated, parted, protected, text_of
from question_bank.exchange.formats import FORMATS, format_of
from question_bank.exchange.kind_words import kind_of
from question_bank.exchange.reading import FileReading
from question_bank.exchange.template import EXAMPLES
from tests.factories.bank import make_draft

ALL = content.shipped(demo=True)
SOME = list({draft.code: draft for draft in [*{draft.kind: draft for draft in ALL}.values(), *ALL[::3]]}.values())
"""Every third question, and one of each kind."""


def workbook(*rows: list[object], sheet: str = "Sheet1") -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return file.getvalue()


def read(*rows: list[object], sheet: str = "Sheet1") -> FileReading:
    return xlsx.read(workbook(*rows, sheet=sheet))


def faults(reading: FileReading) -> list[tuple[int, str, str]]:
    return [(item.line, fault.column, fault.found) for item in reading.items for fault in item.faults]


def written(name: str, drafts) -> tuple[bytes, list]:
    file = io.BytesIO()
    left_out = FORMATS[name].write(file, drafts)
    return file.getvalue(), left_out


HEAD = ["题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "知识点"]


@pytest.mark.parametrize(("name", "kinds"), [(name, set(Kind)) for name in ("json", "xlsx", "csv", "docx")])
def test_what_a_format_can_hold_comes_back_unchanged(name: str, kinds: set[Kind]) -> None:
    drafts = SOME if name == "csv" else ALL  # csv is the rows of xlsx again
    data, left_out = written(name, drafts)
    back = FORMATS[name].read(data).drafts
    assert {draft.kind for draft in back} == kinds
    expected = [draft for draft in drafts if draft.kind in kinds]
    assert [(draft.code, content_hash(draft)) for draft in back] == [
        (draft.code, content_hash(draft)) for draft in expected
    ]
    held = {"content", "papers"}
    assert [draft.model_dump(exclude=held) for draft in back] == [draft.model_dump(exclude=held) for draft in expected]
    assert {each.code for each in left_out} == {draft.code for draft in drafts if draft.kind not in kinds}


def test_marks_that_part_things_survive_inside_them() -> None:
    rubric = [
        {
            "id": "要点1",
            "point": "含｜和\\的要点",
            "marks": 6,
            "keyword_groups": [["万元/亩", "a、b"], ["c,d", "\\"]],
            "partial": "1.5",
            "forbidden": ["不/必", "无、须"],
        }
    ]
    content_ = {"stem": "简述？", "reference": "万元/亩 c,d", "rubric": rubric, "explanation": "略"}
    draft = make_draft(
        kind=Kind.SHORT_ANSWER, content=content_, marks=6, audiences=[Audience.TOWN], papers=list(PaperKind)
    )
    data, left_out = written("xlsx", [draft])
    assert left_out == []
    assert xlsx.read(data).drafts == [draft]


@pytest.mark.parametrize("name", ["json", "xlsx", "csv", "docx"])
def test_what_a_rubric_asks_for_beside_its_terms_comes_back(name: str) -> None:
    points = [
        {"id": f"k{n}", "point": f"要点{n}", "marks": 2, "keyword_groups": [[f"词{n}甲"], [f"词{n}乙"]]}
        for n in (1, 2, 3)
    ]
    points[0] |= {"needed": 1, "in_order": True, "forbidden": ["收费"], "deduction": "0.5"}
    reference = "词1甲词1乙词2甲词2乙词3甲词3乙"
    more = {"rubric": points, "cap": 4, "veto": ["给回扣", "索贿、受贿"]}
    content_ = {"stem": "简述？", "reference": reference, "explanation": "略", **more}
    draft = make_draft(
        kind=Kind.SHORT_ANSWER, content=content_, marks=4, audiences=[Audience.TOWN], papers=list(PaperKind)
    )
    data, left_out = written(name, [draft])
    assert left_out == []
    assert FORMATS[name].read(data).drafts[0].content == draft.content


@pytest.mark.parametrize("parts", [["a", "b"], ["a｜b", "c"], ["\\", "｜"], ["a\\｜", "\\\\"], ["x"]])
def test_protected_parts_are_parted_again(parts: list[str]) -> None:
    assert parted("｜".join(protected(part, "｜") for part in parts), "｜") == parts


def test_a_mark_without_backslash_cuts() -> None:
    assert cut("a/b\\/c/d", "/") == ["a", "b\\/c", "d"]


def test_the_template_has_a_sample_of_each_kind_and_none_of_them_is_imported() -> None:
    data, _ = written("xlsx", [])
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert sheets.sheet_names == ["试题", "填写说明", "示例"]
    assert len(sheets.get_sheet_by_name("示例").to_python()) == len(EXAMPLES) + 1
    assert xlsx.read(data).items == ()


def test_the_samples_of_the_template_can_be_read() -> None:
    headings = {column.field: column.heading for column in xlsx.COLUMNS}
    examples = [{field: text.replace("示例-", "E-") for field, text in row.items()} for row in EXAMPLES]
    rows = [[headings[field] for field in headings], *[[row.get(field, "") for field in headings] for row in examples]]
    reading = read(*rows)
    assert faults(reading) == []
    assert {draft.kind for draft in reading.drafts} == set(Kind)


def test_the_header_is_found_below_titles_whatever_it_is_called() -> None:
    reading = read(
        ["某县招商业务题库"],
        [],
        ["序 号", "试题类型（必填）", "题目内容*", "备选A", "备选 B", "正确答案", "标签", "分数"],
        [1, "一、单项选择题", "下列哪项正确？", "甲", "乙", "B", "法律法规-公司法", 2.0],
    )
    (draft,) = reading.drafts
    assert (draft.kind, draft.topic, draft.subtopic, int(draft.marks), draft.content.answer) == (
        Kind.SINGLE_CHOICE,
        "LAW",
        "公司法",
        2,
        "B",
    )
    assert reading.items[0].line == 4
    assert draft.code.startswith("X-")


def test_a_row_without_a_number_gets_the_same_one_each_time() -> None:
    row = ["单选", "题？", "甲", "乙", "", "", "A", "LAW"]
    assert read(HEAD, row).drafts == read(["标题"], HEAD, row).drafts


@pytest.mark.parametrize(
    ("answer", "options", "kind", "right"),
    [
        ("A", "ABCD", Kind.SINGLE_CHOICE, "A"),
        ("ａ", "ABCD", Kind.SINGLE_CHOICE, "A"),
        ("答案：C。", "ABCD", Kind.SINGLE_CHOICE, "C"),
        ("A,B,C", "ABCD", Kind.MULTIPLE_CHOICE, ("A", "B", "C")),
        ("A、C", "ABCD", Kind.MULTIPLE_CHOICE, ("A", "C")),
        ("A-D", "ABCD", Kind.MULTIPLE_CHOICE, ("A", "B", "C", "D")),
        ("1,3", "ABCD", Kind.MULTIPLE_CHOICE, ("A", "C")),
        ("√", "", Kind.TRUE_FALSE, True),
        ("错误", "", Kind.TRUE_FALSE, False),
        (0, "", Kind.TRUE_FALSE, False),
        (True, "", Kind.TRUE_FALSE, True),
    ],
)
def test_the_kind_follows_from_the_answer(answer, options: str, kind: Kind, right) -> None:
    texts = [f"{letter}项" if letter in options else "" for letter in "ABCD"]
    (draft,) = read(HEAD, ["", "题？", *texts, answer, "LAW"]).drafts
    assert (draft.kind, draft.content.answer) == (kind, right)


def test_a_judgement_may_be_written_as_a_choice_of_two() -> None:
    (draft,) = read(HEAD, ["", "题？", "正确", "错误", "", "", "B", "LAW"], sheet="判断题").drafts
    assert (draft.kind, draft.content.answer) == (Kind.TRUE_FALSE, False)


def test_the_name_of_the_sheet_gives_the_kind() -> None:
    (draft,) = read(
        ["题干", "空1", "空2", "单空分数", "知识点"],
        ["管（ ）必须管（  ）", "行业", "安全|生产安全", 2.5, "LAW"],
        sheet="填空题",
    ).drafts
    assert (draft.content.stem, draft.content.answers, draft.marks) == (
        "管____必须管____",
        (("行业",), ("安全", "生产安全")),
        5,
    )


@pytest.mark.parametrize("answer", ["行业\n业务", "行业；业务", "行业、业务", "行业 业务"])
def test_blanks_are_parted_by_whatever_mark_makes_their_number(answer: str) -> None:
    (draft,) = read(["题型", "题干", "答案", "知识点"], ["填空", "管____管____", answer, "LAW"]).drafts
    assert draft.content.answers == (("行业",), ("业务",))


def test_all_options_may_stand_in_one_cell() -> None:
    assert options_of("A. 甲\nB．乙  C、丙") == ["甲", "乙", "丙"]
    assert options_of("甲|乙") == ["甲", "乙"]
    (draft,) = read(
        ["题型", "题干", "选项", "答案", "知识点"], ["单选", "题？", "A、甲 B、乙 C、丙", "丙", "LAW"]
    ).drafts
    assert draft.content.answer == "C"


def test_what_cannot_be_read_is_told_with_line_column_and_what_stood_there() -> None:
    reading = read(
        [*HEAD, "难度", "分值", "有效期至"],
        ["单选", "题一？", "甲", "乙", "", "", "E", "LAW"],
        ["单选", "题二？", "甲", "乙", "", "", "AB", "LAW"],
        ["单选", "题三？", "甲", "", "丙", "", "A", "天文", "很深", "多分", "二月三十"],
        ["朗读", "题四？", "", "", "", "", "A", "LAW"],
        ["案例", "材料", "", "", "", "", "", "LAW"],
        ["单选", "", "甲", "乙", "", "", "A", "LAW"],
        [],
        ["单选", "题五？", "甲", "乙", "", "", "A", "LAW"],
    )
    assert faults(reading) == [
        (2, "答案", "E"),
        (3, "答案", "AB"),
        (4, "难度", "很深"),
        (4, "有效期至", "二月三十"),
        (4, "选项B", ""),
        (5, "题型", "朗读"),
        (6, "题型", "案例"),
        (7, "题干", ""),
    ]
    assert [item.line for item in reading.items if item.draft] == [9]


@pytest.mark.parametrize(
    ("text", "level"),
    [("易", 1), ("★★", 2), ("难度适中", 3), ("中等偏难", 4), ("较难题", 4), ("难度系数0.65", 3), ("90%", 1), ("Lv5", 5),
     ("3星", 3), ("", 2), ("无", 2), ("0", 2), ("很难很难", None), ("6", None), ("甲", None), ("1.5", None)],
)  # fmt: skip
def test_a_difficulty_is_read_as_offices_write_it_and_what_is_none_is_refused(text: str, level: int | None) -> None:
    reading = read([*HEAD, "难度"], ["判断", "题？", "", "", "", "", "对", "LAW", text])
    assert [draft.difficulty for draft in reading.drafts] == ([level] if level else [])
    assert faults(reading) == ([] if level else [(2, "难度", text)])


def test_a_row_with_two_equal_options_is_refused_by_their_letters() -> None:
    reading = read(HEAD, ["单选", "几日内？", "30日", "60日", "15日", "六十日", "A", "LAW"])
    (fault,) = reading.items[0].faults
    assert (fault.column, fault.found, fault.reason.params) == ("选项D", "六十日", {"one": "B", "other": "D"})


def test_a_sheet_without_a_header_is_told_and_an_empty_one_is_not() -> None:
    reading = read(["姓名", "单位"], ["张三", "某镇"])
    assert [(item.name, item.unsupported) for item in reading.items] == [("Sheet1", True)]
    assert read().items == ()


def test_a_default_topic_takes_what_old_files_call_a_topic_as_the_subtopic() -> None:
    data = workbook(HEAD, ["单选", "题？", "甲", "乙", "", "", "A", "简单 语文"])
    (draft,) = xlsx.read(data, topic="WORK").drafts
    assert (draft.topic, draft.subtopic) == ("WORK", "简单 语文")


def test_failed_rows_go_back_with_their_reasons_and_can_be_read_again() -> None:
    reading = read(HEAD, ["单选", "题一？", "甲", "乙", "", "", "E", "LAW"])
    file = io.BytesIO()
    xlsx.write_failed(file, [(item, "答案超出选项") for item in reading.items])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[0] == ["原因", "题型", "题干", "选项A", "选项B", "答案", "知识点"]
    assert rows[1] == ["Sheet1 2：答案超出选项", "单选", "题一？", "甲", "乙", "E", "LAW"]
    assert faults(xlsx.read(file.getvalue())) == [(2, "答案", "E")]


def test_failed_questions_go_back_as_json_and_can_be_read_again() -> None:
    reading = json_format.read('[{"id": "A", "type": "song"}]'.encode("gb18030"))
    file = io.BytesIO()
    json_format.write_failed(file, [(item, "题型不认识") for item in reading.items])
    assert json.loads(file.getvalue())["questions"] == [{"id": "A", "type": "song", "_reason": "题型不认识"}]
    assert json_format.read(file.getvalue()).items[0].raw == {"id": "A", "type": "song"}


def test_json_faults_carry_the_line_of_the_question() -> None:
    good = '{"id": "A", "type": "judge", "topic": "LAW", "difficulty": 1, "score": 1, "stem": "题", "answer": true}'
    reading = json_format.read(
        f'{{"schema_version": 1,\n "questions": [\n {good},\n {{"id": "B",\n  "type": "song"}}]}}'.encode()
    )
    assert [(item.name, item.line, [fault.column for fault in item.faults]) for item in reading.items] == [
        ("A", 3, []),
        ("B", 4, ["type"]),
    ]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 no", b"{", b'{"questions": 1}', b"[" * 100_000, b"\xff\xfe\x00\x01", b"\xd0\xcf\x11\xe0rest"],
)
def test_what_is_no_file_of_questions_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        format_of(data, "x.json").read(data)


def test_a_cell_that_looks_like_a_formula_is_text() -> None:
    draft = make_draft(
        content={
            "stem": "=HYPERLINK(1)",
            "explanation": "＝1+1",
            "options": [{"key": "A", "text": "@x"}, {"key": "B", "text": "-5"}],
            "answer": "B",
        }
    )
    data, left_out = written("xlsx", [draft])
    assert left_out == []
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles
    assert xlsx.read(data).drafts == [draft]


def test_values_are_read_as_a_person_sees_them() -> None:
    from datetime import UTC, date, datetime

    assert [text_of(value) for value in (2.0, 0.1 + 0.2, 1e21, True, date(2027, 3, 2), datetime(2027, 3, 2, tzinfo=UTC), " x\r\n", None)] == [
        "2", "0.3", "1000000000000000000000", "TRUE", "2027-03-02", "2027-03-02", "x", ""
    ]  # fmt: skip
    assert [dated(text) for text in ("2027/3/2", "2027年3月2日", "20270302", "46448", "2013年12月", "2023-08印发")] == [
        "2027-03-02", "2027-03-02", "2027-03-02", "2027-03-02", "2013-12", "2023-08印发"
    ]  # fmt: skip


def test_words_of_kinds_and_answers() -> None:
    assert [kind_of(word) for word in ("（一）单选题（每题1分）", "多选", "judge", "连线题", "论述题", "唱歌")] == [
        Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE, Kind.MATCHING, Kind.SHORT_ANSWER, None
    ]  # fmt: skip
    assert [truth_of(word) for word in ("对", "×", "Ｔ", "n", "也许")] == [True, False, True, False, None]
    assert letters_of("AA", ["甲", "乙"]) is None
    assert letters_of("Z", ["甲", "乙"]) is None


@pytest.mark.parametrize("name", ["xlsx", "csv", "docx", "json"])
@pytest.mark.parametrize(
    "told",
    [{"wrong": "须经", "corrections": ["无须经", "不需要|不用"]}, {"corrections": ["备案无须经备案机关批准"]}],
    ids=["words", "whole"],
)
def test_what_puts_a_false_statement_right_leaves_and_comes_back(name: str, told: dict[str, object]) -> None:
    data = {"stem": "备案须经备案机关批准。", "answer": False, "explanation": "告知即备案。", **told}
    draft = make_draft(code="JUDGED", kind=Kind.TRUE_FALSE, content=data)
    file, left_out = written(name, [draft])
    assert left_out == []
    [back] = FORMATS[name].read(file).drafts
    assert back.content == draft.content

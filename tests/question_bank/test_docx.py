"""Word documents as offices type them."""

import io
import zipfile
from collections.abc import Iterable

import pytest
from PIL import Image

from question_bank.errors import Invalid
from question_bank.exchange import docx
from question_bank.exchange.docx.numbering import Numbering
from question_bank.exchange.reading import FileReading
from question_bank.exchange.xml import parse_xml
from tests.question_bank.test_office_tables import key, told

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:a="a" xmlns:mc="mc"'
)
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%2."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num></w:numbering>"""


def p(text: str = "", number: int = 0, level: int = 0, runs: str = "") -> str:
    listed = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>' if number else ""
    return f'<w:p>{listed}<w:r><w:t xml:space="preserve">{text}</w:t></w:r>{runs}</w:p>'


def underlined(text: str) -> str:
    return f'<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: Iterable[str]) -> str:
    return f"<w:tbl>{''.join('<w:tr>' + ''.join(f'<w:tc>{p(cell)}</w:tc>' for cell in row) + '</w:tr>' for row in rows)}</w:tbl>"


def read(*parts: str, members: dict[str, bytes] | None = None) -> FileReading:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{''.join(parts)}</w:body></w:document>")
        archive.writestr("word/numbering.xml", NUMBERING)
        for name, data in (members or {}).items():
            archive.writestr(name, data)
    return docx.read(file.getvalue())


def paper(text: str) -> FileReading:
    return read(*map(p, text.strip().split("\n")))


def test_a_typed_paper_with_the_answers_beside_the_questions() -> None:
    reading = paper("""
招商引资业务知识测试题
一、单项选择题（每题2分，共20分）
1. 企业投资项目备案应当在（　　）告知。
A. 开工建设后
B. 开工建设前
答案：B
解析：条例第十三条。
2、下列说法正确的是（ C ）
A、甲 B、乙 C、丙
3．2026年任务是（ ）。 A.10亿 B.20亿
【答案】A　【解析】见文件。　难度：易
二、判断题（每题1分）
1. 收到即备案。（√）
（错）2. 不备案也可开工。
三、填空题（每空1分）
1. 分别实行____管理和（　　）管理。
2. 管行业必须管（　　）。
答案：安全
四、简答题（每题10分）
1. 简述备案要求。
答：1.开工前告知；
2.收到即备案。
2. 项目落地有哪些环节？
参考答案：签约、备案。""")
    assert told(reading) == [
        ("single_choice", "B"),
        ("single_choice", "C"),
        ("single_choice", "A"),
        ("true_false", True),
        ("true_false", False),
        ("fault", "答案"),
        ("fill_blank", (("安全",),)),
        ("short_answer", "1.开工前告知；\n2.收到即备案。"),
        ("short_answer", "签约、备案。"),
    ]
    first, third = reading.drafts[0], reading.drafts[2]
    assert (first.marks, first.content.explanation, first.content.stem) == (2, "条例第十三条。", "企业投资项目备案应当在（　　）告知。")  # fmt: skip
    assert (third.difficulty, third.content.stem, third.content.explanation) == (1, "2026年任务是（ ）。", "见文件。")


QUESTIONS = """
一、单选题
1、甲乙（ ）
A、甲
B、乙
2、丙丁（ ）
A、丙
B、丁
二、判断题
1、天是蓝的。（ ）
2、地是方的。（ ）
三、填空题
1、中国首都是____。
四、简答题
1、什么是招商？
"""


@pytest.mark.parametrize(
    "answers",
    [
        "参考答案\n一、单选题\n1-2 AB\n二、判断题 1.√ 2.×\n三、1.北京\n四、简答题\n1、引进项目。",
        "附：参考答案\n单选题：1.A 2.B\n判断题：1-2 √×\n填空题：1. 北京\n简答题：1. 引进项目。",
        "试题答案及解析\n1-2：AB\n1.对 2.错\n三、1.北京\n四、1.引进项目。",
    ],
)
def test_a_list_of_answers_at_the_end_finds_its_questions(answers: str) -> None:
    assert told(paper(QUESTIONS + answers)) == [
        ("single_choice", "A"),
        ("single_choice", "B"),
        ("true_false", True),
        ("true_false", False),
        ("fill_blank", (("北京",),)),
        ("short_answer", "引进项目。"),
    ]


def test_cases_hold_their_sub_questions_however_they_are_numbered() -> None:
    reading = paper("""
一、案例分析题
1. 材料一。
（1）问一？
（2）问二？
答案：（1）答一。（2）答二。
2. 材料二。
（1）问三？
答：甲
（2）问四？
答：乙
二、综合题
案例一
某企业开工。
问题：
1.（单选题）是否合法？
A.是
B.否
答案：B
2. 怎么办？
答案：补办。""")
    parts = [[key(sub.content) for sub in draft.content.subquestions] for draft in reading.drafts]
    assert parts == [["答一。", "答二。"], ["甲", "乙"], ["B", "补办。"]]
    assert [draft.content.stem for draft in reading.drafts] == ["材料一。", "材料二。", "某企业开工。"]


def test_automatic_numbers_and_letters_are_worked_out_even_when_letters_go_on() -> None:
    reading = read(
        *(
            p("单项选择题", 1),
            p("题一（B）", 2),
            p("甲", 2, 1),
            p("乙", 2, 1),
            p("题二（ ）", 2),
            p("丙", 3),
            p("丁", 3),
        ),
        *(p("答案：A"), p("题三（B）", 2), p("戊", 3), p("己", 3), p("判断题", 1), p("题四（√）", 2)),
    )
    assert told(reading) == [
        ("single_choice", "B"),
        ("single_choice", "A"),
        ("single_choice", "B"),
        ("true_false", True),
    ]
    assert [option.text for option in reading.drafts[2].content.options] == ["戊", "己"]


@pytest.mark.parametrize(
    ("form", "texts"),
    [
        ("decimal", ["1.", "2."]),
        ("chineseCounting", ["一.", "二."]),
        ("upperRoman", ["I.", "II."]),
        ("decimalEnclosedCircle", ["①.", "②."]),
        ("lowerLetter", ["a.", "b."]),
        ("bullet", ["", ""]),
    ],
)
def test_each_form_of_numbering_is_written_as_word_writes_it(form: str, texts: list[str]) -> None:
    level = f'<w:lvl w:ilvl="0"><w:numFmt w:val="{form}"/><w:lvlText w:val="%1."/></w:lvl>'
    root = f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    numbering = Numbering(parse_xml(root.encode()))
    properties = parse_xml(p("", 1).replace("<w:p>", f"<w:p {W}>").encode())[0]
    assert [numbering.label(properties).text for _ in texts] == texts


def test_underlined_spaces_are_blanks_and_underlined_words_are_their_answers() -> None:
    reading = read(
        p("一、填空题"),
        p("1. 首都是", runs=underlined("   ") + "<w:r><w:t>。</w:t></w:r>"),
        p("答案：北京"),
        p("2. 直辖市有", runs=underlined(" 天津 ")),
    )
    assert [(draft.content.stem, draft.content.answers) for draft in reading.drafts] == [
        ("首都是____。", (("北京",),)),
        ("直辖市有____", (("天津",),)),
    ]


def test_tables_are_questions_cards_answers_or_text_of_a_question() -> None:
    reading = read(
        p("一、单选题"),
        table(["题干", "A", "B", "答案"], ["题一", "甲", "乙", "B"]),
        table(["题型", "判断"], ["题干", "题二"], ["答案", "对"]),
        p("二、判断题"),
        p("1. 题三（ ）"),
        table(["年份", "产值"], ["2025", "10亿"]),
        p("2. 题四（ ）"),
        table(["题号", "1", "2"], ["答案", "√", "×"]),
    )
    assert told(reading) == [("single_choice", "B"), ("true_false", True), ("true_false", True), ("true_false", False)]
    assert reading.drafts[2].content.stem == "题三（ ）\n年份｜产值\n2025｜10亿"


def test_pictures_are_kept_and_what_is_lost_is_said() -> None:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), "red").save(file, "PNG")
    rels = '<Relationships><Relationship Id="r1" Target="media/image1.png"/></Relationships>'
    runs = '<w:r><w:drawing><a:blip r:embed="r1"/></w:drawing></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    members = {"word/media/image1.png": file.getvalue(), "word/_rels/document.xml.rels": rels.encode()}
    reading = read(p("1. 看图（√）", runs=runs), p("2. 题（×）"), members=members)
    (picture,) = reading.pictures
    assert f"](picture:{picture.digest})" in reading.drafts[0].content.stem
    assert [str(caution) for caution in reading.items[0].cautions] == ["stem: A footnote was left out."]


def test_text_boxes_are_read_once_and_deleted_text_is_not() -> None:
    box = f"<w:txbxContent>{p('1. 框里的题（√）')}</w:txbxContent>"
    deleted = "<w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:r><w:t>（×）</w:t></w:r>"
    reading = read(
        f"<w:p><w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
        p("2. 第二题", runs=deleted),
    )
    assert [draft.content.stem for draft in reading.drafts] == ["框里的题（　）", "第二题（　）"]


def test_tags_of_offices_are_read_in_any_order() -> None:
    reading = paper("""
【题型】单选
【题目】下列正确的是（ ）
【选项】A.甲 B.乙
【答案】B【解析】因为乙
【知识点】政策红线
【题型】判断
【题目】对不对
【答案】错误""")
    assert told(reading) == [("single_choice", "B"), ("true_false", False)]
    assert (reading.drafts[0].subtopic, reading.drafts[0].content.explanation) == ("政策红线", "因为乙")


def test_a_text_that_is_no_paper_is_not_taken_for_one() -> None:
    assert [item.unsupported for item in paper("通知\n请各单位准时参加。").items] == [True]
    assert [item.draft for item in paper("一、备案\n1. 企业应当告知。\n2. 机关应当受理。").items] == [None, None]


@pytest.mark.parametrize("stream", ["WordDocument", "WpsDocument", "Contents"])
def test_old_documents_are_refused_with_what_to_do(stream: str) -> None:
    with pytest.raises(Invalid, match="另存为 docx"):
        docx.read(b"\xd0\xcf\x11\xe0" + stream.encode("utf-16-le"))


def red(text: str) -> str:
    return f'<w:r><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_the_option_in_red_is_the_answer_and_the_reader_is_told() -> None:
    reading = read(p("1.题一"), p("A.甲"), p(runs=red("B.乙")), p("2.题二"), p("A.甲"), p("B.乙"), p("答案：A"))
    assert told(reading) == [("single_choice", "B"), ("single_choice", "A")]
    assert "colour" in str(reading.items[0].cautions[0])
    assert not reading.items[1].cautions


def test_new_lines_inside_a_paragraph_are_lines() -> None:
    lines = "".join(f"<w:r><w:br/><w:t>{text}</w:t></w:r>" for text in ("A.甲", "B.乙", "答案：B", "2.题二", "A.甲 B.乙", "答案：A"))  # fmt: skip
    assert told(read(p("1.题一", runs=lines))) == [("single_choice", "B"), ("single_choice", "A")]


def test_a_list_of_answers_may_run_down_a_table() -> None:
    key = table(["题号", "答案", "题号", "答案"], ["1", "A", "2", "B"])
    reading = read(*map(p, ("1.题一", "A.甲 B.乙", "2.题二", "A.甲 B.乙", "参考答案")), key)
    assert [answer for _, answer in told(reading)] == ["A", "B"]

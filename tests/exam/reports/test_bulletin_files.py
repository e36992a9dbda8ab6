"""What stands in the PDF and the Word file of a bulletin, in its pages and in their order."""

import io
from dataclasses import replace
from decimal import Decimal

import pikepdf
import pypdfium2
import pytest
from docx import Document

from exam.reports.bulletin import pdf, word
from exam.reports.bulletin.composing import Texts, compose, first_opening, first_title
from exam.reports.bulletin.figures import Facts
from exam.reports.bulletin.parts import Bar, Bars, Heat, Paper, Table
from exam.reports.bulletin.wording import broken
from tests.factories.bulletins import TOPICS, UNITS, make_facts

TEXTS = Texts(
    issuer="云川县招商引资工作领导小组办公室",
    number="云招办〔2027〕6号",
    title=first_title("云川县招商引资干部巡回培训"),
    opening=first_opening(make_facts()),
    closing="各单位要抓好整改。",
    names=True,
    recipients="各镇（街道）、开发区，县直各有关部门：",
    copies="县委办公室，县人大常委会办公室，\n县政府办公室，县政协办公室，县纪委监委机关，县委组织部。",
)
COPIES = "抄送：县委办公室，县人大常委会办公室，县政府办公室，县政协办公室，县纪委监委机关，县委组织部。"


def paper(facts: Facts | None = None, **others: object) -> Paper:
    return compose(replace(TEXTS, **others), facts or make_facts())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def printed() -> bytes:
    file = io.BytesIO()
    assert pdf.write(file, paper()).missing_glyphs == ()
    return file.getvalue()


def text_of(content: bytes) -> list[str]:
    """The text of each page, without spaces and line ends."""
    document = pypdfium2.PdfDocument(content)
    return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def test_the_parts_stand_in_the_official_order() -> None:
    headings = [section.heading for section in paper().sections if section.level == 1]
    assert headings == ["一、总体情况", "二、各组别单位对比情况", "三、存在的主要问题", "四、下一步工作要求"]


def test_the_pdf_has_head_title_every_unit_topic_and_the_closing(printed: bytes) -> None:
    text = "".join(text_of(printed))
    wanted = [
        *UNITS,
        *TOPICS,
        TEXTS.number,
        f"{TEXTS.issuer}文件",
        "各单位要抓好整改。",
        "2027年3月2日印发",
        "演示第一",
    ]
    assert [each for each in wanted if each.replace(" ", "") not in text] == []


def test_the_elements_stand_in_the_official_order_in_pdf_and_word(printed: bytes) -> None:
    """GB/T 9704—2012, 7.3 and 7.4: 标题、主送、正文、附件说明、署名、成文日期、附件、抄送、印发."""
    order = [
        "云招办〔2027〕6号",
        first_title("云川县招商引资干部巡回培训"),
        "各镇（街道）、开发区，县直各有关部门：",
        "一、总体情况",
        "各单位要抓好整改。",
        "附件：计分规则",
        "云川县招商引资工作领导小组办公室",
        "2027年3月2日",
        "附件",
        COPIES,
        "2027年3月2日印发",
    ]
    file = io.BytesIO()
    word.write(file, paper())
    written = "".join("".join(each.text.split()) for each in Document(file).paragraphs)
    for text in ("".join(text_of(printed)), written):
        at = 0
        for each in order:
            found = text.find(each, at)
            assert found >= at, (each, text[at : at + 200])
            at = found + len(each)


def test_without_copies_there_is_no_such_line() -> None:
    alone = paper(copies=" 。\n", recipients="")
    assert (alone.copied, alone.addressed) == ("", ())
    assert "抄送" not in "".join(text_of(_pdf(alone)))


def test_pages_are_numbered_between_dashes(printed: bytes) -> None:
    pages = text_of(printed)
    assert [f"—{number}—" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)


def test_every_face_of_the_pdf_is_embedded_and_charts_are_no_pictures(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as document:
        faces = [font for page in document.pages for font in page.Resources.get("/Font", {}).values()]
        pictures = [name for page in document.pages for name in page.Resources.get("/XObject", {})]
        inner = [font.DescendantFonts[0] if "/DescendantFonts" in font else font for font in faces]
        assert faces
        assert all("/FontFile2" in font.FontDescriptor for font in inner)
        assert pictures == []


def test_the_page_holds_28_characters_and_22_lines() -> None:
    assert pytest.approx((156 * 72 / 25.4, 225 * 72 / 25.4)) == (pdf.SIZE * 28, pdf.LEADING * 22)


def test_a_title_breaks_between_words() -> None:
    assert broken("关于云川县2027年招商引资干部巡回培训考试情况的通报", 2).split("\n")[0].endswith("招商引资")


def test_the_word_file_reads_back_with_the_same_sentences_and_tables() -> None:
    file = io.BytesIO()
    word.write(file, paper(make_facts(UNITS[:3])))
    document = Document(file)
    said = [paragraph.text for paragraph in document.paragraphs]
    assert [each for each in paper(make_facts(UNITS[:3])).words() if each not in said] == []
    tables = [
        part for section in paper(make_facts(UNITS[:3])).sections for part in section.parts if isinstance(part, Table)
    ]
    grids = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    assert [[column.head for column in tables[0].columns], *map(list, tables[0].rows)] in grids
    assert [section.page_width.mm for section in document.sections] == [pytest.approx(210, abs=0.1)]
    assert len(document.inline_shapes) == 0


def test_bars_of_the_word_file_show_the_interval_as_shades() -> None:
    spans = word.spans(Bar("石桥镇", 70.0, "70.0", 60.0, 80.0))
    assert [(begin, end) for begin, end, _ in spans] == [(0, 30), (30, 35), (35, 40)]
    assert [(begin, end) for begin, end, _ in word.spans(Bar("临河镇", 70.0, "70.0"))] == [(0, 35)]


def test_one_unit_of_three_people_has_no_rank_no_chart_and_still_a_document() -> None:
    small = paper(make_facts(("清水湾镇",), sat=3))
    parts = [part for section in small.sections for part in section.parts]
    assert [part for part in parts if isinstance(part, Bars | Heat)] == []
    assert "清水湾镇未列名次：实考不足5人。" in list(small.words())
    pages = text_of(_pdf(small))
    assert len(pages) <= 4


def test_a_tour_without_results_says_so() -> None:
    empty = make_facts(()).model_copy(update={"boards": (), "topics": (), "heat": (), "best": ()})
    nothing = empty.model_copy(update={"whole": empty.whole.model_copy(update={"expected": 0, "mean": None})})
    assert "目前还没有公布的成绩。" in list(paper(nothing).words())
    assert _pdf(paper(nothing))


def test_people_are_named_only_by_decision_and_only_the_best_fifth() -> None:
    assert any("演示第一" in each for each in paper().words())
    assert not any("演示第一" in each for each in paper(names=False).words())


def test_a_later_version_carries_its_note_below_the_title() -> None:
    later = paper(note="第5题答案更正", version=2)
    assert later.note == "第2版说明：第5题答案更正"
    assert "第2版说明：第5题答案更正" in "".join(text_of(_pdf(later)))


def test_figures_survive_being_kept() -> None:
    facts = make_facts()
    assert Facts.model_validate(facts.kept()) == facts
    assert facts.boards[0].units[0].figures.mean == Decimal(79)


def _pdf(document: Paper) -> bytes:
    file = io.BytesIO()
    pdf.write(file, document)
    return file.getvalue()

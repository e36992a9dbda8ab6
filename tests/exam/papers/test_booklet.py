"""The printed papers, read back from the PDF."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from sqlalchemy.orm import Session

from exam.papers import booklet
from exam.papers.blocks import columns_for, item_blocks, with_blanks
from exam.papers.booklet import paper_blocks
from exam.papers.queries import papers_of, sheets, specification_by_code
from exam.papers.solutions import cited_line
from exam.papers.specification import CountBy, Section
from exam.papers.transcript import Holder, Line, Sheet, intro, item_of, numeral
from exam.printing.edition import EDITIONS, MM, PAPER
from exam.printing.layout import Text
from exam.printing.paging import paginate
from question_bank.enums import Audience, Kind, default_rule
from question_bank.kinds import content_of, plain_order
from question_bank.pictures import read_picture, reference
from tests.factories.drawing import make_drawn_set
from tests.factories.transcripts import make_sheet


def _texts(file: BytesIO) -> list[str]:
    return [page.get_textpage().get_text_range() for page in PdfDocument(file.getvalue())]


def test_every_kind_is_printed_with_its_place_to_answer() -> None:
    file = BytesIO()
    printed = booklet.write(file, [make_sheet()])
    text = re.sub(r"\s", "", "".join(_texts(file)))
    assert printed.pages == len(_texts(file))
    assert printed.bytes == len(file.getvalue())
    for words in ("一、单项选择题", "（本大题共1小题，共1分。", "满分：59分", "考试时间：60分钟", "闭卷", "ABCDEFGHJK"):
        assert words in text
    for words in ("正在遇到的问题", "责任部门", "（单位：万元）", "市场监督管理局", "光伏辅材"):
        assert words in text
    assert f"第1页共{printed.pages}页" in text
    assert "密" in text
    assert "参考答案" not in text


def test_the_key_is_a_booklet_of_its_own() -> None:
    file = BytesIO()
    booklet.write(file, [make_sheet(with_key=True)], with_key=True)
    text = re.sub(r"\s", "", "".join(_texts(file)))
    for words in ("参考答案及评分要点", "1．B（1分）", "2．ABD（2分）", "采分点1（5分）：区位交通", "96万元"):
        assert words in text


def test_a_sheet_read_without_its_key_gives_no_key_booklet() -> None:
    with pytest.raises(ValueError, match="without its key"):
        booklet.write(BytesIO(), [make_sheet()], with_key=True)


def test_every_font_is_an_embedded_truetype_subset() -> None:
    file = BytesIO()
    booklet.write(file, [make_sheet()])
    with pikepdf.open(BytesIO(file.getvalue())) as document:
        fonts = [each for page in document.pages for each in page.Resources.Font.values()]
        assert fonts
        for font in fonts:
            (descendant,) = font.DescendantFonts
            assert descendant.Subtype == "/CIDFontType2"
            assert "/FontFile2" in descendant.FontDescriptor
            assert re.match(r"/[A-Z]{6}\+", str(font.BaseFont))
        assert len({str(font.BaseFont) for font in fonts}) == 3


def test_a_name_no_face_can_show_is_reported_before_it_is_missed() -> None:
    holder = Holder(name="张𰻝")
    assert booklet.write(BytesIO(), [replace(make_sheet(), holder=holder)]).missing_glyphs == ("𰻝 U+30EDD",)


def test_each_paper_counts_its_own_pages_in_a_merged_file() -> None:
    file = BytesIO()
    printed = booklet.write(file, [make_sheet(), make_sheet(), make_sheet()])
    single = printed.pages // 3
    found = re.findall(r"第 (\d+) 页 +共 (\d+) 页", "\n".join(_texts(file)))
    assert found == [(str(page), str(single)) for page in range(1, single + 1)] * 3


def test_the_next_paper_begins_on_a_fresh_sheet_and_the_seal_stands_on_front_sides() -> None:
    file = BytesIO()
    printed = booklet.write(file, [make_sheet(), make_sheet()])
    texts = _texts(file)
    assert printed.pages % 4 == 0
    assert ["密封线内不要答题" in re.sub(r"\s", "", text) for text in texts] == [True, False] * (printed.pages // 2)
    assert "以下空白" in texts[-1]


def test_the_margin_of_the_seal_is_the_same_edge_of_the_sheet_on_both_sides() -> None:
    frame = PAPER
    assert (frame.begin(1), frame.begin(2)) == (frame.left, frame.right)
    assert frame.begin(1) > frame.begin(2)


def test_on_a3_two_columns_count_as_pages() -> None:
    file = BytesIO()
    printed = booklet.write(file, [make_sheet()], size="A3")
    document = PdfDocument(file.getvalue())
    assert [tuple(round(side / MM) for side in page.get_size()) for page in document] == [(420, 297)] * printed.pages
    assert printed.pages % 2 == 0
    found = re.findall(r"第 (\d+) 页 +共 (\d+) 页", "\n".join(_texts(file)))
    assert found == [(str(page), str(2 * printed.pages)) for page in range(1, 2 * printed.pages + 1)]


def _sizes(size: str) -> set[float]:
    return {
        mark.size
        for section in make_sheet().sections
        for item in section.items
        for block in item_blocks(item, EDITIONS[size])
        for row in block.rows
        for mark in row.marks
        if isinstance(mark, Text)
    }


def test_large_print_has_no_question_below_four_hao() -> None:
    assert max(_sizes("A4")) == 10.5
    assert min(_sizes("A4-large")) >= 13
    assert max(_sizes("A4-large")) == 14


def test_a_size_that_is_not_printed_is_refused() -> None:
    with pytest.raises(ValueError, match="B5"):
        booklet.write(BytesIO(), [make_sheet()], size="B5")


@pytest.mark.parametrize("size", EDITIONS)
def test_no_question_is_torn_where_a_page_holds_it(size: str) -> None:
    frame = EDITIONS[size].frame
    blocks = paper_blocks(make_sheet(), EDITIONS[size])
    rows = [[placed.row for placed in page] for page in paginate(blocks, frame.height)]
    for block in blocks:
        pages = {number for number, page in enumerate(rows) for row in block.rows if any(row is each for each in page)}
        assert len(pages) == 1 or block.height > frame.height


def test_the_same_papers_give_the_same_bytes() -> None:
    files = [BytesIO(), BytesIO()]
    for file in files:
        booklet.write(file, [make_sheet(), replace(make_sheet(), code="KKKKKKKKKK")], size="A3")
    assert files[0].getvalue() == files[1].getvalue()


def test_b_papers_and_spares_say_so_at_their_head() -> None:
    file = BytesIO()
    booklet.write(file, [replace(make_sheet(), title="业务卷（村级B卷）", spare=True)])
    assert {"B卷", "备用卷"} <= set(_texts(file)[0].split())


def test_no_papers_make_one_empty_page() -> None:
    assert booklet.write(BytesIO(), []).pages == 1


def _rows(sheet: Sheet) -> Iterator[float]:
    for section in sheet.sections:
        for item in section.items:
            yield from (block.height for block in item_blocks(item))


def test_every_block_of_an_ordinary_question_fits_on_a_page() -> None:
    assert max(_rows(make_sheet())) < PAPER.height


@pytest.mark.parametrize(
    ("texts", "columns"),
    [
        (["A．是", "B．否", "C．都是", "D．都不是"], 4),
        (["A．县级人民政府", "B．设区的市级人民政府", "C．省级人民政府", "D．国务院"], 2),
        (["A．" + "长" * 30, "B．短", "C．短", "D．短"], 1),
        (["A．是", "B．否", "C．是", "D．否", "E．是"], 5),
    ],
)
def test_options_stand_on_one_two_or_four_lines_by_their_length(texts: list[str], columns: int) -> None:
    assert columns_for(texts, 440) == columns


def test_a_blank_for_a_number_is_shorter_than_one_for_words() -> None:
    text = with_blanks(("应当自受理之日起", "日内作出", "的决定"))
    short, long = re.findall("_+", text)
    assert 4 < len(short) < len(long)


def test_the_heading_says_where_marks_differ() -> None:
    plan_section = Section(title="综合题", kinds=(Kind.NUMERIC,), count=3, marks_each=Decimal(3))
    items = ((36, Decimal(2)), (37, Decimal(2)), (38, Decimal(5)))
    assert (
        intro(plan_section, items) == "（本大题共3小题，共9分，其中第36、37题每题2分，第38题5分。结果在允许误差内得分）"
    )
    blanks = Section(title="填空题", kinds=(Kind.FILL_BLANK,), count=4, marks_each=Decimal(1), count_by=CountBy.SLOTS)
    assert intro(blanks, items) == "（本大题共3小题4空，每空1分，共4分。按空计分）"


def test_citations_name_each_document_once() -> None:
    assert cited_line([("《甲》", "第一条"), ("《乙》", ""), ("《甲》", "第二条")]) == "《甲》第一条、第二条；《乙》"


def test_numerals() -> None:
    assert [numeral(number) for number in (1, 10, 11, 20, 35)] == ["一", "十", "十一", "二十", "三十五"]


@pytest.mark.db
def test_the_papers_of_a_set_print_into_one_file(session: Session) -> None:
    specification = specification_by_code(session, "practical-onsite")
    made = make_drawn_set(session, specification=specification, count=8, spares=2, audience=Audience.TOWN)
    papers = papers_of(session, made.id)
    found = sheets(session, [paper.id for paper in papers])
    file = BytesIO()
    printed = booklet.write(file, found.values())
    text = "".join(_texts(file))
    assert printed.missing_glyphs == ()
    assert all(paper.code in text for paper in papers)


def test_bold_and_pictures_are_printed_on_the_paper_and_in_its_key() -> None:
    drawn = io_png()
    picture = read_picture(drawn)
    named = reference(picture, "厂区平面图")
    data = {"stem": f"见图{named}\n下列**不属于**的是？", "explanation": "略", "answer": "A"}
    content = content_of(
        Kind.SINGLE_CHOICE, data | {"options": [{"key": key, "text": f"{key}{named}"} for key in "AB"]}
    )
    line = Line(1, 0, content, plain_order(content), default_rule(Kind.SINGLE_CHOICE), Decimal(2))
    item = item_of(1, replace(line, pictures={picture.digest: picture}), with_key=True)
    file = BytesIO()
    printed = booklet.write_specimen(file, item, title="T0001")
    text = re.sub(r"\s", "", "".join(_texts(file)))
    assert "下列不属于的是" in text
    assert "picture:" not in text
    with pikepdf.open(file) as pdf:
        images = {name for page in pdf.pages for name in page.get_images()}
    assert (printed.pages, printed.missing_glyphs, len(images)) == (1, (), 1)


def io_png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (300, 200), (10, 90, 160)).save(file, "PNG")
    return file.getvalue()

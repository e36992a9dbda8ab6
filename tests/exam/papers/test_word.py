"""Papers as Word files, read back."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from PIL import Image

from exam.papers import word
from exam.papers.transcript import Sheet
from question_bank.pictures import read_picture, reference
from tests.factories.papers import SINGLE
from tests.factories.transcripts import make_sheet


def read(sheets: list[Sheet], *, with_key: bool = False) -> Any:
    file = BytesIO()
    word.write(file, sheets, with_key=with_key)
    return Document(file)


def texts(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_every_kind_is_there_with_its_place_to_answer() -> None:
    document = read([make_sheet()])
    whole = "\n".join(texts(document))
    for line in (
        "业务卷（演示）",
        "满分：59分　　考试时间：60分钟　　闭卷",
        "一、单项选择题（本大题共1小题，共1分。答对得分，答错、不答不得分）",
        "A．取得营业执照之日起30日内\tB．开工建设前",
        "3．\t环境影响登记表实行备案管理，建设单位应当在建成投产前完成网上备案。（　　）",
        "正确的顺序：（　　）→（　　）→（　　）→（　　）",
        "答：1—（　　）　2—（　　）　3—（　　）",
        "（2）\t请给出一个合规的替代方案。（12分）",
    ):
        assert line in whole
    assert "解析" not in whole
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["题号", *"一二三四五六七八九十", "总分", "核分人"] in rows
    assert ["3．企业登记", "C．住房和城乡建设局"] in rows


def test_chinese_faces_are_set_and_case_material_is_kai() -> None:
    document = read([make_sheet()])
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
    faces = {
        run._r.rPr.rFonts.get(qn("w:eastAsia")): paragraph.text
        for paragraph in document.paragraphs
        for run in paragraph.runs
        if run._r.rPr is not None and run._r.rPr.rFonts is not None
    }
    assert set(faces) == {"黑体", "楷体"}
    assert faces["楷体"].startswith("某光伏辅材企业")


def test_each_paper_counts_its_own_pages_and_names_its_holder() -> None:
    other = replace(make_sheet(), code="KKKKKKKKKK")
    document = read([make_sheet(), other])
    assert len(document.sections) == 2
    for section, code in zip(document.sections, ("ABCDEFGHJK", "KKKKKKKKKK"), strict=True):
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
        assert code in section.footer.paragraphs[0].text
        assert "姓名：张𬭎" in section.first_page_header.paragraphs[0].text
        assert "SECTIONPAGES" in section.footer.paragraphs[0]._p.xml


def test_the_key_is_a_file_of_its_own() -> None:
    document = read([make_sheet(with_key=True)], with_key=True)
    whole = "\n".join(texts(document))
    for line in (
        "2．\tABD（2分）",
        "解析：登记表实行备案管理。",
        "依据：《企业投资项目核准和备案管理条例》第十三条",
        "采分点1（5分）：区位交通（要点词：区位交通便利）",
    ):
        assert line in whole
    with pytest.raises(ValueError, match="without its key"):
        read([make_sheet()], with_key=True)


def test_bold_words_and_pictures_are_there() -> None:
    file = BytesIO()
    Image.new("RGB", (3000, 200), (10, 90, 160)).save(file, "PNG")
    picture = read_picture(file.getvalue())
    sheet = make_sheet([(SINGLE | {"stem": f"见图{reference(picture, '平面图')}，下列**不属于**的是"}, 1)])
    (section,) = sheet.sections
    item = replace(section.items[0], pictures={picture.digest: picture})
    document = read([replace(sheet, sections=(replace(section, items=(item,)),))])
    assert len(document.inline_shapes) == 1
    assert document.inline_shapes[0].width.pt < 450
    bold = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.bold]
    assert bold == ["不属于"]


def test_the_same_paper_gives_the_same_bytes() -> None:
    files = [BytesIO(), BytesIO()]
    for file in files:
        word.write(file, [make_sheet([(SINGLE, Decimal(1))])])
    assert files[0].getvalue() == files[1].getvalue()

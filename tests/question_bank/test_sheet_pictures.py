"""Pictures on the sheets of a workbook come in with the row they lie on."""

import io
import zipfile

import xlsxwriter
from PIL import Image

from question_bank.exchange import xlsx
from question_bank.pictures import read_picture, reference

HEAD = ["题型", "题干", "选项A", "选项B", "答案", "图片"]


def drawn(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 20), colour).save(file, "PNG")
    return file.getvalue()


def book(*placed: tuple[int, int, bytes, str]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        sheet = made.add_worksheet("题库")
        for row, values in enumerate(
            ([*HEAD], ["单选", "题一？", "甲", "", "A", ""], ["判断", "题二？", "", "", "对", ""])
        ):
            sheet.write_row(row, 0, values)
            sheet.set_row(row, 40)
        for row, column, data, alt in placed:
            sheet.insert_image(
                row, column, "图.png", {"image_data": io.BytesIO(data), "description": alt, "x_offset": 3}
            )
    return file.getvalue()


def test_a_picture_belongs_to_its_cell_and_one_in_a_column_of_its_own_to_the_question() -> None:
    red, blue = drawn("red"), drawn("blue")
    found = xlsx.read(book((1, 3, red, "乙的平面图"), (2, 5, blue, "")))
    first, second = found.drafts
    assert first.content.options[1].text == reference(read_picture(red), "乙的平面图")
    assert second.content.stem == f"题二？{reference(read_picture(blue), '')}"
    assert {each.digest for each in found.pictures} == {read_picture(red).digest, read_picture(blue).digest}


def test_a_picture_nobody_can_read_leaves_a_mark_and_a_caution_with_its_row() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book((2, 1, drawn("red"), "")))) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"\x01\x00\x00\x00 EMF" if name.startswith("xl/media/") else old.read(name))
    found = xlsx.read(file.getvalue())
    assert (found.pictures, found.drafts[0].content.stem) == ((), "题二？[图片]")
    assert [[problem.params for problem in item.cautions] for item in found.items] == [[], [{"row": 3}]]


def test_pictures_that_wps_sets_into_cells_are_read() -> None:
    red = drawn("red")
    images = (
        '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" '
        'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><etc:cellImage><xdr:pic><xdr:nvPicPr>'
        '<xdr:cNvPr id="2" name="ID_0A1B"/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill></xdr:pic>'
        "</etc:cellImage></etc:cellImages>"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="image" Target="media/image1.png"/></Relationships>'
    )
    file, plain = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(plain) as made:
        sheet = made.add_worksheet("题库")
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["单选", "题一？", "甲"])
        sheet.write_formula(1, 3, '=_xlfn.DISPIMG("ID_0A1B",1)', None, '=DISPIMG("ID_0A1B",1)')
        sheet.write(1, 4, "B")
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/cellimages.xml", images)
        new.writestr("xl/_rels/cellimages.xml.rels", relations)
        new.writestr("xl/media/image1.png", red)
    (draft,) = xlsx.read(file.getvalue()).drafts
    assert draft.content.options[1].text == reference(read_picture(red), "")

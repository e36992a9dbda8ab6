"""Finished pages kept apart: a print that stopped goes on and gives the same bytes."""

import io

import pytest
from PIL import Image

from exam.papers import booklet
from exam.printing.document import Document
from exam.printing.pieces import Piece
from exam.scanning.codes import key_of
from exam.scanning.drawing import Printing, add_sheet, slots_of
from exam.scanning.sheet import Size, sheet_of
from question_bank.pictures import read_picture
from tests.factories.papers import SINGLE
from tests.factories.sheets import make_sections, make_sheet

NAMES = ("欧阳𬭎翀", "王㛃", "赵龑", "李喆")


def draw(document: Document, name: str) -> None:
    sheet = make_sheet(name=name)
    booklet.add(document, [sheet])
    add_sheet(document, sheet_of(sheet.sections, size=Size.A3), Printing(7, key_of("secret"), slots_of(sheet)))
    document.plate([])
    document.fresh()


def in_one_go() -> bytes:
    file = io.BytesIO()
    document = Document(file, title="场次")
    for name in NAMES:
        draw(document, name)
    document.save()
    return file.getvalue()


def test_pages_put_back_give_the_bytes_of_one_go() -> None:
    kept = []
    for begun in range(
        len(NAMES)
    ):  # each time a new process would have begun: what is kept is put, one piece more drawn
        document = Document(io.BytesIO(), title="场次", keep=True)
        for data in kept:
            document.put(Piece.from_bytes(data))
        draw(document, NAMES[begun])
        kept.append(document.cut().to_bytes())
    file = io.BytesIO()
    document = Document(file, title="场次", keep=True)
    for data in kept:
        document.put(Piece.from_bytes(data))
    printed = document.save()
    assert file.getvalue() == in_one_go()
    assert printed.bytes == len(file.getvalue())
    assert sum(map(len, kept)) < 2 * printed.bytes


def test_pictures_come_back_with_their_pages() -> None:
    pixels = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(pixels, "PNG")
    picture = read_picture(pixels.getvalue())
    data = SINGLE | {"stem": f"看图：![园区](picture:{picture.digest})"}
    sections = make_sections(((data, 1),), pictures={picture.digest: picture})
    whole, file = io.BytesIO(), io.BytesIO()
    document = Document(whole, title="图", keep=True)
    booklet.add(document, [make_sheet(sections)])
    piece = Piece.from_bytes(document.cut().to_bytes())
    document.save()
    again = Document(file, title="图", keep=True)
    again.put(piece)
    again.save()
    assert b"/Image" in whole.getvalue()
    assert file.getvalue() == whole.getvalue()


def test_half_a_piece_is_refused() -> None:
    document = Document(io.BytesIO(), title="场次", keep=True)
    draw(document, "王㛃")
    whole = document.cut().to_bytes()
    for data in (b"", whole[:-20], b"PDF"):
        with pytest.raises(ValueError, match="piece"):
            Piece.from_bytes(data)


def test_a_document_that_does_not_keep_its_pages_cannot_be_cut() -> None:
    with pytest.raises(ValueError, match="keep"):
        Document(io.BytesIO(), title="场次").cut()

"""Every character that a name may hold is looked at on the rendered page.

standard_characters.txt holds the 8,105 characters of 通用规范汉字表 (2013) in their order, from the field kTGH of Unihan 14.
"""

import itertools
from io import BytesIO
from pathlib import Path

import numpy as np
from pypdfium2 import PdfDocument

from exam.printing import fonts
from exam.printing.document import Document, Printed
from exam.printing.edition import PLAIN
from exam.printing.layout import Block, Row, Text
from exam.printing.preflight import affected

STANDARD = "".join(Path(__file__).with_name("standard_characters.txt").read_text(encoding="utf-8").split())
NAMES = "㛃𬭎龑翀喆堃镕"
NOWHERE = "𰻝"
CELL = 16
"""Points a character has to itself, and pixels, for the pages are rendered at 72 dpi."""
ACROSS = 30


def printed(characters: str) -> tuple[Printed, BytesIO]:
    """The characters in a grid of cells, in lines of `ACROSS`."""
    file = BytesIO()
    document = Document(file, title="")
    lines = [characters[start : start + ACROSS] for start in range(0, len(characters), ACROSS)]
    rows = [
        Row(CELL, tuple(Text(place * CELL + 2, 13, one, fonts.BODY, 12) for place, one in enumerate(line)))
        for line in lines
    ]
    document.run([Block((row,)) for row in rows], PLAIN)
    return document.save(), file


def cells(file: BytesIO, count: int) -> list[np.ndarray]:
    """The pixels of each character in the order of the grid."""
    found: list[np.ndarray] = []
    left, top = round(PLAIN.left), round(PLAIN.top)
    down = int(PLAIN.height // CELL)
    for page in PdfDocument(file.getvalue()):
        pixels = page.render(scale=1, grayscale=True).to_numpy().squeeze()
        for row, column in itertools.product(range(down), range(ACROSS)):
            y, x = top + row * CELL, left + column * CELL
            found.append(pixels[y : y + CELL, x : x + CELL])
    return found[:count]


def test_all_characters_of_the_standard_list_are_printed() -> None:
    assert len(STANDARD) == len(set(STANDARD)) == 8105
    report, file = printed(STANDARD + NAMES)
    assert report.missing_glyphs == ()
    found = cells(file, len(STANDARD + NAMES))
    ink = np.array([(255 - cell.astype(int)).sum() for cell in found])
    assert ink.min() > 3 * 255 / 2
    # a face without a character shows the same box for every one: no two characters may look alike by the dozen
    shapes = {cell.tobytes() for cell in found}
    assert len(shapes) > 8100


def test_a_character_that_no_face_has_is_a_box_with_its_code() -> None:
    report, file = printed(NOWHERE + "一")
    assert report.missing_glyphs == ("𰻝 U+30EDD",)
    box, line = (255 - cell.astype(int) for cell in cells(file, 2))
    assert box.sum() > 2 * line.sum()
    assert (box[:, 3:-3].max(axis=1) > 60).sum() > 6


def test_rare_characters_come_from_the_face_for_them() -> None:
    report, file = printed("𠮷𪚥")
    assert report.missing_glyphs == ()
    assert all((255 - cell.astype(int)).sum() > 3 * 255 for cell in cells(file, 2))
    assert [name for name, _, _ in fonts.stretches("张𠮷一𰻝", fonts.BODY)] == [
        fonts.BODY,
        fonts.RARE,
        fonts.BODY,
        None,
    ]


def test_names_beyond_the_basic_plane_can_be_searched() -> None:
    _, file = printed("𬭎𠮷")
    (page,) = PdfDocument(file.getvalue())
    text = page.get_textpage().get_text_range()
    assert "𬭎" in text
    assert "𠮷" in text


def test_variant_selectors_behind_a_character_take_no_room() -> None:
    assert fonts.width("张\U000e0100三\ufeff", fonts.BODY, 10) == 20
    assert printed("张\U000e0100")[0].missing_glyphs == ()


def test_the_pre_flight_lists_who_is_affected_and_how() -> None:
    people = [("张三", "石桥镇"), ("李𠮷", "石桥镇"), ("王𰻝", "古渡镇"), ("赵𬭎", "古渡镇")]
    assert [(each.words, each.shown) for each in affected(people)] == [
        ("王𰻝（古渡镇）：𰻝 U+30EDD", False),
        ("李𠮷（石桥镇）：𠮷 U+20BB7", True),
    ]


def test_case_material_mixes_kai_with_the_marks_of_the_body_face() -> None:
    assert fonts.stretches("某镇，3", fonts.KAI) == ((fonts.KAI, 0, 2), (fonts.BODY, 2, 4))

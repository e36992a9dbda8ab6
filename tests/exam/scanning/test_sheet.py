"""答题卡: what its geometry promises, and that the printed page keeps it (read by OpenCV and ZXing from pixels)."""

import io
from itertools import pairwise

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp

from exam.papers.transcript import SheetSection
from exam.printing.document import Document
from exam.scanning import codes
from exam.scanning.answers import BUBBLED
from exam.scanning.codes import PageCode
from exam.scanning.drawing import Printing, add_sheet, slots_of
from exam.scanning.geometry import CLEAR, Role, SheetLayout, Size
from exam.scanning.markers import CELLS, runs
from exam.scanning.sheet import sheet_of
from question_bank.enums import Kind
from tests.factories.papers import CASE, MULTIPLE, NINE_KINDS, SHORT_ANSWER, SINGLE
from tests.factories.sheets import make_sections, make_sheet

KEY = codes.key_of("the site's secret")
DPI = 200
PIXELS = DPI / 25.4
"""In a millimetre."""


def printed(layout: SheetLayout, *, spare: bool = False, paper_id: int = 123) -> list[np.ndarray]:
    """The sides of the sheet as grey pixels."""
    file = io.BytesIO()
    document = Document(file, title="答题卡")
    add_sheet(document, layout, Printing(paper_id, KEY, slots_of(make_sheet(spare=spare))), duplex=False)
    document.save()
    pdf = pypdfium2.PdfDocument(file.getvalue())
    return [pdf[number].render(scale=DPI / 72, grayscale=True).to_numpy() for number in range(len(pdf))]


@pytest.fixture(scope="module")
def sections() -> tuple[SheetSection, ...]:
    return make_sections()


@pytest.fixture(scope="module", params=[Size.A4, Size.A3])
def both(request: pytest.FixtureRequest, sections: tuple[SheetSection, ...]) -> tuple[SheetLayout, list[np.ndarray]]:
    layout = sheet_of(sections, size=request.param, spare=True)
    return layout, printed(layout, spare=True)


def test_markers_are_those_of_the_published_dictionary() -> None:
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    for marker in range(6):
        cells = np.full((CELLS, CELLS), 255, np.uint8)
        for row, found in enumerate(runs(marker)):
            for column, length in found:
                cells[row, column : column + length] = 0
        assert (cells == cv2.aruco.generateImageMarker(dictionary, marker, CELLS)).all()


def test_a_reader_finds_every_marker_where_the_layout_says(both: tuple[SheetLayout, list[np.ndarray]]) -> None:
    layout, sides = both
    detector = cv2.aruco.ArucoDetector(cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50))
    for page, side in zip(layout.pages, sides, strict=True):
        corners, ids, _ = detector.detectMarkers(side)
        found = {int(marker): corner[0] / PIXELS for marker, corner in zip(ids.ravel(), corners, strict=True)}
        assert sorted(found) == [marker.id for marker in page.markers]
        for marker in page.markers:
            square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * marker.side + (marker.x, marker.y)
            assert np.abs(found[marker.id] - square).max() < 0.25


def test_every_bubble_stands_where_the_layout_says_with_white_around_it(
    both: tuple[SheetLayout, list[np.ndarray]],
) -> None:
    layout, sides = both
    across, down = layout.bubble_width / 2, layout.bubble_height / 2
    margin = CLEAR - 0.4
    checked = 0
    for page, side in zip(layout.pages, sides, strict=True):
        for bubble in (each for row in page.ink.rows if row.role is not Role.EXAMPLE for each in row.bubbles):
            left, top = bubble.x - across - margin, bubble.y - down - margin
            right, low = bubble.x + across + margin, bubble.y + down + margin
            window = side[round(top * PIXELS) : round(low * PIXELS), round(left * PIXELS) : round(right * PIXELS)]
            rows, columns = np.nonzero(window < 215)
            box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / PIXELS
            expected = np.array([margin, margin, margin + 2 * across, margin + 2 * down])
            assert np.abs(box - expected).max() < 0.25, (page.number, bubble)
            checked += 1
    assert checked > 60


def test_every_page_says_in_its_code_whose_and_which_it_is(both: tuple[SheetLayout, list[np.ndarray]]) -> None:
    layout, sides = both
    for page, side in zip(layout.pages, sides, strict=True):
        (found,) = zxingcpp.read_barcodes(side)
        assert codes.read(found.text, KEY) == PageCode(123, page.number)


def test_the_same_questions_give_the_same_layout_and_json_brings_it_back(sections: tuple[SheetSection, ...]) -> None:
    layout = sheet_of(sections)
    again = SheetLayout.model_validate_json(layout.model_dump_json())
    assert again == layout
    assert again.digest == layout.digest == sheet_of(make_sections()).digest
    assert sheet_of(sections, spare=True).digest != layout.digest


@pytest.mark.parametrize("size", list(Size))
def test_every_question_has_its_bubbles_or_its_box(sections: tuple[SheetSection, ...], size: Size) -> None:
    ink = [page.ink for page in sheet_of(sections, size=size).pages]
    rows = {(row.question, row.part, row.row): row for each in ink for row in each.rows if row.role is Role.ANSWER}
    boxes = {(box.question, box.part) for each in ink for box in each.boxes}
    for item in (item for section in sections for item in section.items):
        views = [(part.label, part.view) for part in item.view.parts] or [("", item.view)]
        for part, view in views:
            if view.kind in BUBBLED:
                shown = view.right if view.kind is Kind.MATCHING else view.options
                places = (
                    {"1", "2", "3", "4"} if view.kind is Kind.ORDERING else {left.label for left in view.left} or {""}
                )
                for place in places:
                    found = tuple(bubble.label for bubble in rows[item.number, part, place].bubbles)
                    assert found == tuple(option.label for option in shown)
            else:
                assert (item.number, part) in boxes


def test_several_answers_are_allowed_only_where_the_question_has_them() -> None:
    (one, many) = sheet_of(make_sections(((SINGLE, 1), (MULTIPLE, 2)))).pages[0].ink.rows[-2:]
    assert one.most == 1
    assert many.most == 4


def test_long_papers_go_on_over_pages_and_tear_no_question() -> None:
    layout = sheet_of(make_sections([*NINE_KINDS, *[(SHORT_ANSWER, 20), (CASE, 20)] * 4]))
    assert len(layout.pages) > 4
    pages: dict[tuple[int, str], set[int]] = {}
    for page in layout.pages:
        for row in page.ink.rows:
            if row.role is Role.ANSWER:
                pages.setdefault((row.question, row.part), set()).add(page.number)
        for box in page.ink.boxes:
            assert box.y + box.height < 276
            if not box.field:
                pages.setdefault((box.question, box.part), set()).add(page.number)
        ordered = sorted(page.ink.boxes, key=lambda box: (box.y, box.x))
        assert all(one.y + one.height <= two.y + 0.01 or one.y == two.y for one, two in pairwise(ordered))
    assert all(len(found) == 1 for found in pages.values())


def test_an_answer_longer_than_a_page_goes_on_in_another_box() -> None:
    from exam.scanning.answers import Asked, _lined, _written

    asked = Asked(1, "", Kind.SHORT_ANSWER, make_sections()[0].marks)
    assert [piece.ink.boxes[0].piece for piece in _written(asked)] == [1]
    assert _lined(asked, 26, piece=2).height < 236


def test_a_spare_sheet_asks_for_the_number_in_bubbles() -> None:
    digits = [row for row in sheet_of(make_sections(), spare=True).pages[0].ink.rows if row.role is Role.DIGIT]
    assert [row.row for row in digits] == ["1", "2", "3", "4", "5", "6"]
    assert all([bubble.label for bubble in row.bubbles] == list("0123456789") for row in digits)


def test_a_paper_without_questions_still_has_its_page() -> None:
    assert len(sheet_of(()).pages) == 1

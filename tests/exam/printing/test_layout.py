import io

import pytest
from PIL import Image

from exam.printing import fonts
from exam.printing.layout import Block, Figure, Row, Text, beside, paragraph, rich_paragraph
from exam.printing.paging import paginate
from question_bank.pictures import read_picture, reference

SETTING = {"x": 0, "room": 200, "size": 10, "leading": 16}


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (width, height), 90).save(file, "PNG")
    return file.getvalue()


def _block(*heights: float, before: float = 0, with_next: bool = False) -> Block:
    return Block(tuple(Row(height) for height in heights), before=before, with_next=with_next)


def _heights(blocks: list[Block], room: float) -> list[list[float]]:
    return [[placed.row.height for placed in page] for page in paginate(blocks, room)]


def test_a_block_moves_to_the_next_page_whole() -> None:
    assert _heights([_block(60), _block(20, 20, 20)], 100) == [[60], [20, 20, 20]]


def test_a_block_no_page_can_hold_is_torn_between_rows() -> None:
    assert _heights([_block(30), _block(60, 60)], 100) == [[30, 60], [60]]


def test_a_heading_stays_with_its_first_question() -> None:
    assert _heights([_block(50), _block(20, with_next=True), _block(40)], 100) == [[50], [20, 40]]


def test_a_chain_no_page_can_hold_begins_where_it_stands() -> None:
    assert _heights([_block(20), _block(20, with_next=True), _block(90)], 100) == [[20, 20], [90]]


def test_the_space_above_a_block_falls_away_at_the_top_of_a_page() -> None:
    pages = paginate([_block(90, before=10), _block(90, before=10)], 100)
    assert [[placed.down for placed in page] for page in pages] == [[0], [0]]


def test_columns_side_by_side_are_as_high_as_the_highest() -> None:
    assert [row.height for row in beside((Row(10), Row(10)), (Row(14),))] == [14, 10]


def test_a_paragraph_hangs_below_its_number() -> None:
    rows = paragraph("1．企业应当在开工建设前告知备案机关", x=5, room=100, size=10, leading=16, hanging=15)
    marks = [row.marks[0] for row in rows]
    assert all(isinstance(mark, Text) for mark in marks)
    assert [mark.x for mark in marks if isinstance(mark, Text)] == [5, 20]


def test_bold_words_are_set_in_the_face_of_headings_and_wrap_with_the_rest() -> None:
    rows = rich_paragraph("备案**不是**审批" * 6, {}, x=0, room=120, size=10, leading=16, hanging=10)
    runs = [mark for row in rows for mark in row.marks if isinstance(mark, Text)]
    assert "".join(run.text for run in runs) == "备案不是审批" * 6
    assert {run.text for run in runs if run.font == fonts.HEAD} <= {"不是", "不", "是"}
    assert all(run.x + fonts.width(run.text, run.font, run.size) <= 120 + 1e-6 for run in runs)
    assert [row.marks[0].x for row in rows] == [0, *[10] * (len(rows) - 1)]


def test_a_picture_has_rows_of_its_own_and_is_no_wider_than_its_column() -> None:
    picture = read_picture(png(1200, 600))
    rows = rich_paragraph(f"见图\n{reference(picture, '平面图')}\n回答", {picture.digest: picture}, **SETTING)
    assert [type(row.marks[0]) for row in rows] == [Text, Figure, Text]
    figure = rows[1].marks[0]
    assert isinstance(figure, Figure)
    assert (figure.width, figure.height) == pytest.approx((200, 100))
    assert rows[1].height > 100


def test_a_picture_that_is_not_kept_is_printed_as_its_description() -> None:
    rows = rich_paragraph(f"见![平面图](picture:{'0' * 64})", {}, **SETTING)
    assert [mark.text for row in rows for mark in row.marks if isinstance(mark, Text)] == ["见［图：平面图］"]

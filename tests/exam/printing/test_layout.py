from exam.printing.layout import Block, Row, Text, beside, paginate, paragraph


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

"""Pure: the six markers of an answer sheet, as data, and the corners in which they stand.

They are the first six of OpenCV's predefined dictionary DICT_4X4_50 (Apache-2.0; in its sources
modules/objdetect/src/aruco/predefined_dictionaries.hpp), so that any ArUco reader knows them: ids 0 to 3 in the
corners, clockwise from the upper left, 4 and 5 in the middle of the long edges of an A3 sheet. From them a reader has
the sheet's place, size and turn, and no filled-in box can be taken for one.
"""

WORDS = (0xB532, 0x0F9A, 0x332D, 0x9946, 0x549E, 0x79CD)
"""The inner 4 × 4 cells by id, row after row, the highest bit first; a set bit is a white cell."""
CELLS = 6
"""Cells along an edge: four of the pattern and the black border around them."""
SIDE = 9.0
"""Millimetres along an edge."""
FROM_EDGE = 9.0
"""Millimetres of white between a marker and the edge of the paper; most printers clip four or five."""


def runs(marker: int) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The black cells of the marker with that id, row by row, as runs (first column, length)."""
    word = WORDS[marker]
    inner = [[not word >> (15 - 4 * row - column) & 1 for column in range(4)] for row in range(4)]
    rows = [[True] * CELLS, *([True, *cells, True] for cells in inner), [True] * CELLS]
    return tuple(_runs(row) for row in rows)


def _runs(row: list[bool]) -> tuple[tuple[int, int], ...]:
    """`row` ends with a black cell, as every row of a marker does."""
    found: list[tuple[int, int]] = []
    start: int | None = None
    for column, black in enumerate([*row, False]):
        if black and start is None:
            start = column
        elif not black and start is not None:
            found.append((start, column - start))
            start = None
    return tuple(found)


def corners(width: float, height: float, *, middles: bool) -> tuple[tuple[int, float, float], ...]:
    """(id, x, y) of the upper left corners of the markers of a page of that size, in millimetres."""
    near, right, low = FROM_EDGE, width - FROM_EDGE - SIDE, height - FROM_EDGE - SIDE
    four = ((0, near, near), (1, right, near), (2, right, low), (3, near, low))
    middle = (width - SIDE) / 2
    return (*four, (4, middle, near), (5, middle, low)) if middles else four

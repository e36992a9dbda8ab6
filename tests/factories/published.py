"""Data with published figures, as tables of answers. Each says where the data and the figures beside them come from."""

from collections.abc import Iterable, Sequence

import numpy as np

from exam.reports.score_table import ScoreTable


def table_of(rows: Sequence[Sequence[float]], full: Sequence[float] | None = None) -> ScoreTable:
    """A table in which everybody has every item: one row a person, one column an item; full marks are 1 if not told."""
    marks = np.asarray(rows, dtype=np.float64)
    people, items = marks.shape
    return ScoreTable(
        tuple(f"p{number}" for number in range(1, people + 1)),
        tuple(f"i{number}" for number in range(1, items + 1)),
        np.repeat(np.arange(people), items),
        np.tile(np.arange(items), people),
        marks.ravel(),
        np.tile(np.ones(items) if full is None else np.asarray(full, dtype=np.float64), people),
    )


def without(table: ScoreTable, left_out: Iterable[int]) -> ScoreTable:
    """The same table without the answers at those places: as if the items had not been given."""
    kept = np.setdiff1d(np.arange(table.person.size), list(left_out))
    return ScoreTable(
        table.persons, table.items, table.person[kept], table.item[kept], table.score[kept], table.full[kept]
    )


def _patterns(counts: dict[str, int]) -> ScoreTable:
    return table_of([[int(mark) for mark in pattern] for pattern, count in counts.items() for _ in range(count)])


LSAT6_PATTERNS = {
    "00000": 3,
    "00001": 6,
    "00010": 2,
    "00011": 11,
    "00100": 1,
    "00101": 1,
    "00110": 3,
    "00111": 4,
    "01000": 1,
    "01001": 8,
    "01011": 16,
    "01101": 3,
    "01110": 2,
    "01111": 15,
    "10000": 10,
    "10001": 29,
    "10010": 14,
    "10011": 81,
    "10100": 3,
    "10101": 28,
    "10110": 15,
    "10111": 80,
    "11000": 16,
    "11001": 56,
    "11010": 21,
    "11011": 173,
    "11100": 11,
    "11101": 61,
    "11110": 28,
    "11111": 298,
}
LSAT7_COUNTS = (12, 19, 1, 7, 3, 19, 3, 17, 10, 5, 3, 7, 7, 23, 8, 28, 7, 39, 11, 34, 14, 51, 15, 90, 6, 25, 7, 35)
LSAT7_COUNTS += (18, 136, 32, 308)
ABORTION_PATTERNS = {
    "1111": 141,
    "0000": 103,
    "0111": 44,
    "0011": 21,
    "0001": 13,
    "1110": 12,
    "0010": 10,
    "0100": 9,
    "0110": 7,
    "1011": 6,
    "0101": 6,
    "1101": 3,
    "1100": 3,
    "1000": 1,
}


def lsat6() -> ScoreTable:
    """1,000 people × 5 items (Bock & Lieberman 1970), as `factor.scores(ltm(LSAT ~ z1))` of R's ltm prints them."""
    return _patterns(LSAT6_PATTERNS)


def lsat7() -> ScoreTable:
    """1,000 people × 5 items (Bock & Lieberman 1970), as in the tests of psychometrics (com.itemanalysis)."""
    return _patterns({format(number, "05b"): count for number, count in enumerate(LSAT7_COUNTS)})


def abortion() -> ScoreTable:
    """379 people × 4 items of the British Social Attitudes Survey 1986, as `Abortion` of R's ltm."""
    return _patterns(ABORTION_PATTERNS)


def moodle_generated() -> ScoreTable:
    """22 attempts × 13 questions, the first worth 8 marks: those of Moodle's quiz_statistics fixture that carry marks.

    moodle/moodle: mod/quiz/report/statistics/tests/fixtures/mdl_question_states.csv, slots 8 to 20. The last
    number of a row is its sum of marks in that file.
    """
    rows = [line.split() for line in _GENERATED.strip().splitlines()]
    for *marks, total in rows:
        assert abs(sum(map(float, marks)) - float(total)) < 1e-9
    return table_of([[float(mark) for mark in row[:-1]] for row in rows], [8, *[1] * 12])


# slot 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 and the sum
_GENERATED = """
5.5 .3 .9 1 .3 1 0 0 1 1 0 0 1 12
1 .9 .9 .3 .3 1 0 0 1 0 1 0 1 7.4
2.5 1 .9 .3 1 0 0 1 1 1 1 1 1 11.7
4 .3 .9 1 .3 0 0 0 0 1 0 0 1 8.5
3 .9 .3 .9 1 0 1 0 0 1 1 1 0 10.1
4.5 .9 1 1 .9 0 1 1 1 0 0 0 0 11.3
3 .3 .3 .3 .3 1 0 1 1 1 1 1 1 11.2
6 .9 .9 1 .3 0 1 1 1 1 0 0 1 14.1
.5 .9 1 .9 .3 0 1 1 0 1 1 0 1 8.6
5.5 .9 1 .9 .3 1 1 0 0 1 0 0 0 11.6
2.5 .9 1 1 .9 0 1 0 0 1 0 0 1 9.3
4 .9 .3 .9 1 0 1 1 1 1 1 0 1 13.1
4 .9 .3 .3 1 1 1 1 0 0 1 1 0 11.5
3 1 1 .3 1 0 1 0 1 1 1 1 0 11.3
1 1 .9 .3 .3 1 0 1 0 0 0 0 0 5.5
1 .3 .3 .3 .9 0 0 0 1 0 0 0 1 4.8
1.5 1 .3 .9 1 1 1 0 1 1 0 0 0 8.7
4 .9 1 .9 1 0 1 1 1 0 1 0 0 11.8
2 .9 .9 .3 .9 0 1 0 0 0 0 0 0 6
1 1 .3 .3 .3 0 1 1 0 1 0 0 0 5.9
6 .9 1 1 .9 0 0 0 1 0 0 1 1 12.8
7 .9 .3 .3 .3 1 0 1 1 1 1 0 0 13.8
"""


def moodle_walkthrough() -> ScoreTable:
    """25 attempts × 7 questions: moodle/moodle, mod/quiz/report/statistics/tests/fixtures/results00.csv."""
    return table_of([[float(mark) for mark in line.split()] for line in _WALKTHROUGH.strip().splitlines()])


_WALKTHROUGH = """
1 1 1 1 1 0 1
1 1 1 1 .5 1 0
1 1 1 1 .5 0 1
0 0 1 1 1 0 0
1 0 1 0 0 1 .5
1 1 1 1 .5 0 .5
0 1 1 1 .5 1 .5
1 1 1 0 .5 1 .5
1 0 1 1 1 1 1
0 1 1 0 .5 1 .5
.8 0 1 1 .5 1 .5
1 1 1 0 .5 1 1
1 0 1 1 .5 1 .5
1 0 1 1 1 0 .5
0 0 1 1 0 1 1
1 0 1 0 .5 1 1
.8 0 1 1 .5 0 1
1 0 1 1 0 1 .5
1 0 1 1 .5 0 .5
0 1 1 0 .5 1 0
1 1 .3333333 1 .5 0 .5
1 1 1 0 .5 0 .5
1 1 1 1 0 1 .5
0 0 1 0 .5 1 1
0 0 1 1 1 1 1
"""

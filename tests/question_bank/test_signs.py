"""What the figures of a question call for: beside it, and as a filter of the list."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from question_bank import listing
from question_bank.enums import Difficulty
from question_bank.listing import Filters
from question_bank.measuring import Measured, keep_statistics
from question_bank.signs import Sign, measured, signs_of
from tests.conftest import NOON
from tests.factories.bank import make_question


@pytest.mark.parametrize(
    ("facility", "difficulty"), [(8_500, 1), (8_499, 2), (7_000, 2), (5_000, 3), (4_999, 4), (3_000, 4), (2_999, 5)]
)
def test_a_facility_amounts_to_the_difficulty_of_the_scheme(facility: int, difficulty: int) -> None:
    assert measured(facility) == difficulty


FIGURES = {
    "sound": (2, Measured(30, 7_500, 3_000, 0, 1), ()),
    "few": (2, Measured(29, 2_000, None, 0, 1), ()),
    "weak": (2, Measured(30, 7_500, 1_999, 0, 1), (Sign.WEAK,)),
    "key": (2, Measured(30, 7_500, -1, 0, 1), (Sign.KEY,)),
    "easier": (4, Measured(30, 9_000, 2_000, 0, 1), (Sign.EASIER,)),
    "hard": (4, Measured(30, 2_900, 0, 0, 1), (Sign.WEAK, Sign.HARDER, Sign.HARD)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_each_sign_has_its_border(name: str) -> None:
    difficulty, known, signs = FIGURES[name]
    found = signs_of(
        Difficulty(difficulty),
        responses=known.responses,
        facility=known.facility,
        discrimination=known.discrimination,
    )
    assert found == signs


@pytest.mark.db
def test_the_list_finds_by_sign_just_those_that_bear_it(session: Session) -> None:
    ids = {name: make_question(session, difficulty=each[0]).id for name, each in FIGURES.items()}
    keep_statistics(session, {ids[name]: each[1] for name, each in FIGURES.items()}, at=NOON + timedelta(days=1))
    make_question(session)
    for sign in Sign:
        found = {row.id for row in listing.search(session, Filters(sign=sign)).rows}
        assert found == {ids[name] for name, each in FIGURES.items() if sign in each[2]}, sign

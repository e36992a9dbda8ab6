"""Numbers of identity cards are recognised however they are typed, and refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from exam.accounts import intake
from exam.accounts.identity_numbers import CHECKS, WEIGHTS, IdentityNumber, holds_one
from exam.accounts.operations import change_person
from exam.accounts.sheets import PERSONS, Line, Rows
from tests.conftest import NOON
from tests.factories.accounts import make_person

VALID = "11010519491231002X"  # the standard's own example


@pytest.mark.parametrize(
    "typed", [VALID, VALID.lower(), "110105 19491231 002X", f"证号{VALID}。", "１１０１０５１９４９１２３１００２Ｘ"]
)
def test_a_number_is_seen_through_blanks_width_and_words(typed: str) -> None:
    assert holds_one(typed)


@pytest.mark.parametrize(
    "typed", ["", "13800138000", "110105194912310021", "11010519491331002X", "1" + VALID, "20271105194912310020001"]
)
def test_other_numbers_are_left_alone(typed: str) -> None:
    assert not holds_one(typed)


@given(st.dates(), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_every_valid_number_is_seen_and_one_wrong_digit_makes_it_another(
    born: object, sequence: int, place: int, by: int
) -> None:
    day = str(born).replace("-", "")
    head = f"330102{1900 + int(day[:4]) % 125}{day[4:6]}{min(int(day[6:]), 28):02d}{sequence:03d}"
    number = head + CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, head, strict=True)) % 11]
    assert holds_one(number)
    if place < 17:
        digit = str((int(number[place]) + by) % 10)
        assert not holds_one(number[:place] + digit + number[place + 1 :])


def test_no_form_keeps_one(session: Session) -> None:
    person = make_person(session)
    with pytest.raises(IdentityNumber):
        change_person(session, person, phone=VALID, by=None, at=NOON)


def test_an_import_names_the_cell(session: Session) -> None:
    line = Line(PERSONS, 2, {"name": "王敏", "code": VALID})
    (fault,) = [each for each in intake.plan(Rows(persons=(line,)), intake.Known()).faults if each.column == "工号"]
    assert "identity card" in fault.template

"""Working days: weekends, holidays, weekends worked in exchange, and a county's own arrangement of a year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from exam.workdays.counting import Workdays
from exam.workdays.operations import arrange_year
from exam.workdays.queries import arranged, workdays
from exam.workdays.shipped import Special, days
from question_bank.errors import Invalid
from tests.conftest import NOON

SHIPPED = Workdays({each.day: each.off for each in days()})
DATES = st.dates(date(2025, 1, 1), date(2027, 12, 1))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 3, 5), 2, date(2026, 3, 9)),  # Thursday to Monday
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the national day
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # a Saturday worked in exchange
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # over the spring festival
        (date(2027, 4, 2), 1, date(2027, 4, 6)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
    ],
)
def test_days_are_counted_over_holidays_and_exchanged_weekends(day: date, count: int, expected: date) -> None:
    assert SHIPPED.after(day, count) == expected


@given(DATES, st.integers(0, 40))
def test_as_many_working_days_lie_between_as_were_counted(day: date, count: int) -> None:
    then = SHIPPED.after(day, count)
    assert SHIPPED.between(day, then) == count == -SHIPPED.between(then, day)
    assert not count or SHIPPED.worked(then)


def test_the_shipped_years_name_their_notice_and_no_day_twice() -> None:
    every = list(days())
    assert len({each.day for each in every}) == len(every)
    assert all(each.source for each in every)
    assert sum(each.off for each in every if each.day.year == 2026) == 33
    assert all(each.day.weekday() >= 5 for each in every if not each.off)


@pytest.mark.db
def test_a_countys_own_year_counts_instead_of_the_shipped_one(session: Session) -> None:
    monday = Special(date(2027, 4, 5), off=True, name="清明节", source="国务院办公厅2027年通知")
    assert not workdays(session).worked(date(2027, 6, 9))
    arrange_year(session, 2027, [monday], by=None, at=NOON)
    assert arranged(session, year=2027) == [monday]
    assert workdays(session).worked(date(2027, 6, 9))
    assert not workdays(session).worked(date(2026, 10, 1))
    arrange_year(session, 2027, [], by=None, at=NOON)
    assert len(arranged(session, year=2027)) == sum(each.day.year == 2027 for each in days())


@pytest.mark.db
def test_a_day_of_another_year_or_without_a_notice_is_refused(session: Session) -> None:
    wrong = Special(date(2026, 4, 5) + timedelta(days=1), off=True, name="清明节", source=" ")
    with pytest.raises(Invalid) as refused:
        arrange_year(session, 2027, [wrong, wrong], by=None, at=NOON)
    assert len(refused.value.problems) == 4

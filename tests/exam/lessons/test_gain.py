"""What a lecture taught: the paired difference and its interval."""

from math import sqrt
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from exam.lessons.gain import Answered, difference, gain, gains_by

SHARE = st.integers(0, 5).map(lambda right: right / 5)
PAIRS = st.lists(st.tuples(SHARE, SHARE), min_size=5, max_size=30)
quickly = settings(max_examples=40, deadline=None)


def test_the_interval_is_the_paired_t_interval_of_the_textbook() -> None:
    pairs = [(0.2, 0.6), (0.4, 0.4), (0.6, 1.0), (0.0, 0.4), (0.4, 0.8), (0.8, 0.6)]
    found = difference(pairs)
    between = [after - before for before, after in pairs]
    test = stats.ttest_rel([after for _, after in pairs], [before for before, _ in pairs])
    low, high = test.confidence_interval(0.95)
    assert (found.people, found.mean) == (6, pytest.approx(fmean(between)))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.high == pytest.approx(fmean(between) + stats.t.ppf(0.975, 5) * stdev(between) / sqrt(6))


@quickly
@given(st.lists(st.tuples(SHARE, SHARE), max_size=4))
def test_nothing_is_said_of_fewer_than_five(pairs: list[tuple[float, float]]) -> None:
    found = difference(pairs)
    assert found.too_few
    assert (found.first, found.second, found.low, found.high, found.sure) == (None, None, None, None, False)


@quickly
@given(PAIRS)
def test_going_back_is_the_loss_of_what_was_gained(pairs: list[tuple[float, float]]) -> None:
    there, back = difference(pairs), difference([(second, first) for first, second in pairs])
    assert back.mean == pytest.approx(-(there.mean or 0))
    assert (back.low, back.high) == (pytest.approx(-(there.high or 0)), pytest.approx(-(there.low or 0)))


@quickly
@given(PAIRS)
def test_the_interval_holds_the_mean_and_stays_within_what_can_be(pairs: list[tuple[float, float]]) -> None:
    found = difference(pairs)
    assert found.mean is not None
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.high <= 1
    assert found.mean == pytest.approx((found.second or 0) - (found.first or 0))


@quickly
@given(SHARE, st.integers(5, 40))
def test_people_who_all_gain_the_same_leave_no_doubt(before: float, people: int) -> None:
    found = difference([(before, 1.0)] * people)
    assert (found.low, found.high) == (pytest.approx(1 - before), pytest.approx(1 - before))


def answers(person: int, *shares: float, unit: str = "石桥镇", topics: str = "甲甲乙") -> list[Answered]:
    return [Answered(person, 1, unit, topic, share) for topic, share in zip(topics, shares, strict=True)]


def test_only_those_who_answered_both_rounds_count_and_topics_are_told_apart() -> None:
    before = [each for person in range(6) for each in answers(person, 0, 1, 0)]
    after = [each for person in range(5) for each in answers(person, 1, 1, 0)] + answers(9, 1, 1, 1)
    whole = gain("", before, after, [])
    assert (whole.learned.people, whole.learned.mean) == (5, pytest.approx(1 / 3))
    assert whole.stayed.too_few
    by_topic = {each.name: each.learned.mean for each in gains_by("topic", before, after, [])}
    assert by_topic == {"甲": pytest.approx(0.5), "乙": pytest.approx(0)}


def test_units_with_too_few_stand_at_the_end() -> None:
    before = [each for person in range(5) for each in answers(person, 0, 0, 0)] + answers(7, 0, 0, 0, unit="临河镇")
    after = [each for person in range(5) for each in answers(person, 0, 1, 0)] + answers(7, 1, 1, 1, unit="临河镇")
    assert [(each.name, each.learned.too_few) for each in gains_by("unit", before, after, [])] == [
        ("石桥镇", False),
        ("临河镇", True),
    ]

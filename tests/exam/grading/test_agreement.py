"""Figures of agreement against published examples, and what blind markings come to."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam.grading.agreement import Pair, agreement, quadratic_kappa
from exam.grading.likeness import form_of, groups, positions
from exam.grading.marking import Source
from exam.grading.pace import pace, time_left
from exam.grading.rounds import Outcome, Round, Turn, agreed, apart, next_round, next_turn, outcome
from exam.grading.trust import Sureness, confident, drawn, sureness
from tests.conftest import NOON

ABSTRACTORS = ((13, 0, 0), (0, 20, 7), (0, 4, 56))
"""Two abstractors, 100 medical records: R irrCAC's `cont3x3abstractors`, from Gwet, Handbook of Inter-Rater
Reliability. Its manual prints 0.8921569 with quadratic weights."""


def of_table(table: tuple[tuple[int, ...], ...]) -> list[tuple[float, float]]:
    return [
        (float(one), float(two)) for one, row in enumerate(table) for two, times in enumerate(row) for _ in range(times)
    ]


def test_kappa_is_what_a_published_example_prints() -> None:
    assert quadratic_kappa(of_table(ABSTRACTORS)) == pytest.approx(0.8921569, abs=1e-7)


def test_kappa_is_one_for_equals_and_none_where_nothing_varies() -> None:
    assert quadratic_kappa([(0, 0), (1, 1), (0.5, 0.5)]) == 1
    assert quadratic_kappa([(0, 1), (1, 0)]) == -1
    assert quadratic_kappa([(1, 1), (1, 1)]) is None
    assert quadratic_kappa([]) is None


def test_agreement_pools_questions_by_their_shares() -> None:
    found = agreement([Pair(Decimal(10), Decimal(9), Decimal(10)), Pair(Decimal(0), Decimal(5), Decimal(20))])
    assert found is not None
    assert (found.n, found.exact, found.near) == (2, 0, 0.5)
    assert found.mae == pytest.approx(0.175)
    assert found.bias == pytest.approx(-0.075)
    assert agreement([]) is None


MAXIMA = st.integers(1, 80).map(lambda quarters: Decimal(quarters) / 4) | st.just(Decimal("3.33"))


@given(st.data(), MAXIMA, st.integers(0, 100))
def test_the_mark_of_two_lies_between_them_and_a_third_is_asked_exactly_above_the_threshold(
    data: st.DataObject, maximum: Decimal, third_above: int
) -> None:
    grid = st.integers(0, int(maximum * 4)).map(lambda quarters: Decimal(quarters) / 4) | st.just(maximum)
    one, two = data.draw(grid), data.draw(grid)
    found = outcome({Round.FIRST: one, Round.SECOND: two}, maximum=maximum, third_above=third_above)
    assert (found is None) == (abs(one - two) / maximum > Decimal(third_above) / 100)
    if found is not None:
        assert min(one, two) <= found.marks <= max(one, two)
        assert found.marks == maximum or found.marks % Decimal("0.25") == 0
        assert found.source is Source.AGREED
    assert agreed(one, two, maximum=maximum) == agreed(two, one, maximum=maximum)


def test_exactly_the_threshold_apart_needs_no_third() -> None:
    assert not apart(Decimal(4), Decimal(6), maximum=Decimal(10), third_above=20)
    assert apart(Decimal(4), Decimal("6.25"), maximum=Decimal(10), third_above=20)


def test_the_third_decides_alone() -> None:
    given_ = {Round.FIRST: Decimal(1), Round.SECOND: Decimal(9), Round.THIRD: Decimal(8)}
    assert outcome(given_, maximum=Decimal(10), third_above=20) == Outcome(Decimal(8), Source.ADJUDICATOR)


@pytest.mark.parametrize(
    ("taken", "double", "audit", "turn"),
    [
        ((), False, False, Turn.ALONE),
        ((), True, False, Turn.BLIND),
        ((), True, True, Turn.AUDIT),
        ((Round.FIRST,), True, False, Turn.BLIND),
        ((Round.FIRST,), False, False, Turn.BLIND),
        ((Round.FIRST, Round.SECOND), True, False, Turn.THIRD),
    ],
)
def test_what_is_asked_next(taken: tuple[Round, ...], double: bool, audit: bool, turn: Turn) -> None:
    assert next_turn(taken, double=double, audit=audit) is turn


def test_a_blind_marking_takes_the_round_that_is_free() -> None:
    assert next_round(Turn.BLIND, ()) is Round.FIRST
    assert next_round(Turn.BLIND, {Round.FIRST}) is Round.SECOND


@pytest.mark.parametrize(
    ("confidence", "word"),
    [
        (None, Sureness.NONE),
        (10000, Sureness.SURE),
        (8999, Sureness.FAIR),
        (5000, Sureness.DOUBTFUL),
        (0, Sureness.UNSURE),
    ],
)
def test_confidence_in_words(confidence: int | None, word: Sureness) -> None:
    assert sureness(confidence) is word


def test_only_what_is_sure_enough_counts_by_itself() -> None:
    assert confident(9000, 90)
    assert not confident(8999, 90)
    assert not confident(None, 0)
    assert not confident(10000, None)


def test_the_audit_is_drawn_by_its_seed() -> None:
    keys = [str(number) for number in range(4000)]
    one = {key for key in keys if drawn("7", key, 5)}
    assert one == {key for key in keys if drawn("7", key, 5)}
    assert one != {key for key in keys if drawn("8", key, 5)}
    assert 140 <= len(one) <= 260
    assert not any(drawn("7", key, 0) for key in keys)
    assert all(drawn("7", key, 100) for key in keys)


def test_the_same_answer_is_the_same_however_it_is_typed() -> None:
    assert form_of("帮办代办， 容缺受理。") == form_of("帮办代办;容缺受理")
    assert form_of("三百二十万元") == form_of("320万元")
    assert form_of("3.5亩") != form_of("35亩")
    assert form_of("不得承诺") != form_of("承诺")


def test_alike_answers_stand_together_and_other_numbers_apart() -> None:
    texts = {
        1: "开工建设前告知备案机关，由项目单位办理",
        2: "开工建设前告知备案机关；由项目单位办理。",
        3: "开工建设前应告知备案机关，由项目单位办理",
        4: "30日内告知备案机关",
        5: "60日内告知备案机关",
    }
    found = groups(texts)
    assert [group.keys for group in found] == [(1, 2, 3), (4,), (5,)]
    assert found[0].wordings == ((1, 2), (3,))
    assert positions(found)[3] == (0, 1, 0)


@given(st.dictionaries(st.integers(), st.text(alphabet="帮办代理容缺受320.，", max_size=12), max_size=12))
def test_every_answer_stands_in_exactly_one_group(texts: dict[int, str]) -> None:
    keys = [key for group in groups(texts) for key in group.keys]
    assert sorted(keys) == sorted(texts)


def test_the_pace_leaves_breaks_out_and_tells_the_time_left() -> None:
    times: list[datetime] = [NOON + timedelta(seconds=40 * number) for number in range(4)]
    times += [NOON + timedelta(hours=2), NOON + timedelta(hours=2)]
    assert pace(times) == timedelta(seconds=40)
    assert pace(times[:3]) is None
    assert time_left(30, {1: timedelta(seconds=40), 2: timedelta(seconds=40), 3: None}) == timedelta(minutes=10)
    assert time_left(30, {3: None}) is None

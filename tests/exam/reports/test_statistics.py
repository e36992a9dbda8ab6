"""The figures of a group and the order of units."""

import statistics
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam.accounts.roles import UnitCategory
from exam.reports.ruling import Ruling
from exam.reports.scorecard import Sum, on_hundred, overall, sums
from exam.reports.statistics import (
    FEWEST,
    Figures,
    Group,
    Result,
    Standing,
    Unit,
    figures,
    group_of,
    in_top_share,
    places,
    rank_units,
    unit_score,
)
from question_bank.enums import Audience


def sat(*scores: str | int) -> list[Result]:
    return [Result(Standing.SAT, Decimal(score), Decimal(score) >= 60) for score in scores]


LEAVE = Result(Standing.LEAVE)
ABSENT = Result(Standing.ABSENT)


def test_the_figures_of_ten_people_reckoned_by_hand() -> None:
    """Seven sat with 50 60 70 80 85 90 95; one was on leave, two stayed away."""
    found = figures([*sat(50, 60, 70, 80, 85, 90, 95), LEAVE, ABSENT, ABSENT])
    assert found == Figures(
        expected=10,
        sat=7,
        leave=1,
        attendance=Decimal("0.7000"),
        mean=Decimal("75.71"),  # 530 / 7
        mean_with_absent=Decimal("58.89"),  # 530 / 9
        median=Decimal("80.00"),
        sd=Decimal("16.44"),  # √(1621.43 / 6)
        pass_rate=Decimal("0.8571"),
        good_rate=Decimal("0.5714"),
        excellent_rate=Decimal("0.2857"),
        highest=Decimal("95.00"),
        interval=(Decimal("60.51"), Decimal("90.92")),  # t(0.975, 6) = 2.4469
    )
    assert found.absent == 2


def test_leave_counts_for_attendance_and_for_no_mean() -> None:
    with_leave, without = figures([*sat(80, 60), LEAVE]), figures(sat(80, 60))
    assert (with_leave.attendance, without.attendance) == (Decimal("0.6667"), Decimal(1))
    assert with_leave.mean == with_leave.mean_with_absent == without.mean == Decimal(70)


def test_nobody_gives_no_figures_instead_of_noughts() -> None:
    found = figures([])
    assert (found.expected, found.sat, found.absent) == (0, 0, 0)
    assert {found.mean, found.attendance, found.pass_rate, found.sd, found.interval, found.highest} == {None}
    only_absent = figures([ABSENT])
    assert (only_absent.mean, only_absent.mean_with_absent, only_absent.attendance) == (None, Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("score", "counted"), [("59.99", (0, 0, 0)), ("60", (1, 0, 0)), ("80", (1, 1, 0)), ("90", (1, 1, 1))]
)
def test_the_marks_of_the_scheme_are_reached_by_being_equal(score: str, counted: tuple[int, int, int]) -> None:
    found = figures(sat(score))
    assert (found.pass_rate, found.good_rate, found.excellent_rate) == counted


RESULTS = st.lists(
    st.sampled_from(Standing).flatmap(
        lambda standing: st.builds(
            lambda score: Result(standing, score, score >= 60) if standing is Standing.SAT else Result(standing),
            st.integers(0, 400).map(lambda quarters: Decimal(quarters) / 4),
        )
    ),
    max_size=60,
)


@settings(deadline=None)
@given(RESULTS)
def test_figures_agree_with_the_standard_library_and_stay_in_their_bounds(results: list[Result]) -> None:
    found = figures(results)
    scores = [each.score for each in results if each.standing is Standing.SAT]
    assert found.expected == found.sat + found.leave + found.absent == len(results) - found.exempt
    if scores:
        assert abs(found.mean - statistics.mean(scores)) <= Decimal("0.005")
        assert abs(found.median - statistics.median(scores)) <= Decimal("0.005")
        assert found.mean_with_absent <= found.mean
        assert found.excellent_rate <= found.good_rate <= 1
    if len(scores) > 1:
        assert abs(found.sd - statistics.stdev(scores)) <= Decimal("0.005")
    assert (found.interval is None) == (len(scores) < FEWEST)
    if found.interval:
        low, high = found.interval
        assert 0 <= low <= found.mean <= high <= 100


@given(RESULTS, st.randoms())
def test_the_order_of_people_changes_nothing(results: list[Result], random) -> None:
    mixed = list(results)
    random.shuffle(mixed)
    assert figures(mixed) == figures(results)


def unit(name: str, *scores: int, absent: int = 0, breaker: str = "0") -> Unit:
    return Unit(len(name), name, figures([*sat(*scores), *[ABSENT] * absent]), Decimal(breaker))


def test_a_units_score_is_the_weighted_sum_of_its_four_figures() -> None:
    found = figures([*sat(50, 60, 70, 80, 100), *[ABSENT] * 5])
    # 72 × 60 % + 50 × 20 % + 80 × 10 % + 20 × 10 %
    assert unit_score(found) == Decimal("63.20")
    assert unit_score(found, Ruling(mean=100, attendance=0, pass_rate=0, excellent_rate=0)) == Decimal("72.00")
    assert unit_score(figures([ABSENT])) is None


def test_units_are_ranked_by_score_then_by_procedures_and_share_a_rank_when_equal() -> None:
    five = (70, 70, 70, 70, 70)
    ranked = rank_units(
        [
            unit("丁", *five),
            unit("乙", *five, breaker="0.5"),
            unit("丙", *five),
            unit("甲", *five, 100),
            unit("小", 100, 100),
            unit("空"),
        ]
    )
    assert [(each.unit.name, each.rank) for each in ranked] == [
        ("甲", 1),
        ("乙", 2),
        ("丁", 3),
        ("丙", 3),
        ("小", None),
        ("空", None),
    ]


@given(st.lists(st.integers(0, 100).map(Decimal), max_size=40))
def test_places_skip_after_a_tie(scores: list[Decimal]) -> None:
    for score, place in zip(scores, places(scores), strict=True):
        assert place == 1 + sum(other > score for other in scores)


def test_only_the_best_fifth_may_be_named() -> None:
    assert [place for place in range(1, 12) if in_top_share(place, 11)] == [1, 2, 3]
    assert not in_top_share(1, 4)


def test_groups_follow_audience_and_kind_of_unit() -> None:
    assert group_of(Audience.VILLAGE, UnitCategory.TOWN) is Group.VILLAGE
    assert group_of(Audience.TOWN, UnitCategory.ZONE) is Group.TOWN
    assert group_of(Audience.TOWN, UnitCategory.RESIDENT_OFFICE) is Group.RESIDENT
    assert group_of(Audience.DEPARTMENT, UnitCategory.BUREAU) is Group.DEPARTMENT


def test_the_overall_mark_is_sixty_to_forty() -> None:
    assert overall(Decimal(80), Decimal(70)) == Decimal("76.00")
    assert overall(Decimal("71.25"), Decimal(0)) == Decimal("42.75")
    assert on_hundred(Decimal("37.5"), Decimal(60)) == Decimal("62.50")


def test_marks_add_up_under_their_headings_in_order() -> None:
    things = [("乙", 1, 2), ("甲", 3, 4), ("乙", 5, 6)]
    found = sums(things, lambda each: each[0], lambda each: (Decimal(each[1]), Decimal(each[2])))
    assert found == [Sum("乙", Decimal(6), Decimal(8)), Sum("甲", Decimal(3), Decimal(4))]
    assert found[0].share == Decimal("0.75")


def test_the_exempt_are_in_no_figure() -> None:
    found = figures([*sat(80, 60), LEAVE, ABSENT, Result(Standing.EXEMPT)])
    assert (found.expected, found.absent, found.exempt, found.attendance) == (4, 1, 1, Decimal("0.5000"))

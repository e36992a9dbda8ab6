"""Units: intervals, shrunk means as lme4's, places with their probabilities, groups that cannot be told apart."""

from itertools import chain

import numpy as np
import pytest

from exam.reports.standing import Interval, groups, interval, places, shrink, standings

# lme4: data(Dyestuff), yield of five preparations from each of six batches (Davies & Goldsmith 1972, table 6.1)
DYESTUFF = [
    (1545, 1440, 1440, 1520, 1580),
    (1540, 1555, 1490, 1560, 1495),
    (1595, 1550, 1605, 1510, 1560),
    (1445, 1440, 1595, 1465, 1545),
    (1595, 1630, 1515, 1635, 1625),
    (1520, 1455, 1450, 1480, 1445),
]


def test_the_restricted_fit_is_that_of_lme4() -> None:
    """lme4/lme4: tests/testthat/test-lmer.R (deviance(fm1), vcov, sigma); varcomps as lme4 2.0-6 fits them."""
    found = shrink(DYESTUFF)
    assert found.mean == pytest.approx(1527.5)
    assert found.deviance == pytest.approx(319.654276842342, abs=1e-8)
    # relative theta 0.8483237832570345, residual sigma 49.510099965333865
    assert np.sqrt(found.between / found.within) == pytest.approx(0.8483237832570345, abs=1e-6)
    assert np.sqrt(found.within) == pytest.approx(49.510099965333865, abs=1e-4)
    # ranef(lmer(Yield ~ 1 + (1 | Batch), Dyestuff)) as R prints it
    effects = [-17.6068514, 0.3912634, 28.5622256, -23.0845385, 56.7331877, -44.9952868]
    assert found.shrunk - found.mean == pytest.approx(effects, abs=1e-5)


def test_the_unit_effects_are_those_of_lme4() -> None:
    """ranef(lmer(Yield ~ 1 + (1 | Batch), Dyestuff, REML = FALSE), condVar = TRUE), Bates, lme4 book, fig. 1.11."""
    found = shrink(DYESTUFF, restricted=False)
    assert found.deviance == pytest.approx(327.327059881135, abs=1e-8)
    effects = [-16.628222, 0.369516, 26.974671, -21.801446, 53.579825, -42.494344]
    assert found.shrunk - found.mean == pytest.approx(effects, abs=1e-4)
    assert found.sd == pytest.approx([19.03445] * 6, abs=1e-4)
    assert np.sqrt(found.between) == pytest.approx(37.26034462135931, abs=1e-4)


def test_the_restricted_likelihood_at_other_ratios_is_that_of_lme4() -> None:
    """lme4/lme4: tests/testthat/test-lmer.R: REMLfun(1) and REMLfun(0)."""
    from exam.reports.standing import _Groups  # the criterion has no other use outside

    criterion = _Groups.of(DYESTUFF).deviance
    assert criterion(1, restricted=True) == pytest.approx(319.792389042002, abs=1e-8)
    assert criterion(0, restricted=True) == pytest.approx(326.023232155879, abs=1e-8)


def test_units_of_different_size_are_fitted_as_the_whole_matrix_says() -> None:
    """Against −2 log L with the covariance matrix of all 60 scores written out, and Henderson's equations."""
    chance = np.random.default_rng(4)
    scores = [chance.normal(70 + chance.normal(0, 4), 9, n) for n in (3, 5, 8, 12, 12, 20)]
    found = shrink(scores)
    y, unit = np.concatenate(scores), np.repeat(np.arange(6), [len(each) for each in scores])
    design = np.equal.outer(unit, np.arange(6)).astype(float)

    def criterion(between: float, within: float) -> float:
        covariance = between * design @ design.T + within * np.eye(60)
        inverse, ones = np.linalg.inv(covariance), np.ones(60)
        mean = ones @ inverse @ y / (ones @ inverse @ ones)
        rest = y - mean
        whole = np.linalg.slogdet(covariance)[1] + np.log(ones @ inverse @ ones) + rest @ inverse @ rest
        return float(whole + 59 * np.log(2 * np.pi))

    at = criterion(found.between, found.within)
    assert found.deviance == pytest.approx(at, abs=1e-6)
    for between, within in ((1.02, 1), (0.98, 1), (1, 1.02), (1, 0.98)):
        assert criterion(found.between * between, found.within * within) > at
    covariance = found.between * design @ design.T + found.within * np.eye(60)
    effects = found.between * design.T @ np.linalg.solve(covariance, y - found.mean)
    assert found.shrunk - found.mean == pytest.approx(effects, abs=1e-8)


def test_units_that_differ_by_chance_alone_are_shrunk_to_one_mean() -> None:
    found = shrink([(60, 70, 80), (61, 70, 79), (59, 71, 80)])
    assert found.between == 0
    assert set(found.shrunk) == {found.mean}


@pytest.mark.parametrize("scores", [[(60, 70)], [(60,), (70,)], [(60, 70), ()]])
def test_what_cannot_be_fitted_is_refused(scores: list[tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match="unit"):
        shrink(scores)


def test_the_interval_is_students() -> None:
    """Student 1908, table of additional hours of sleep, second drug: mean 2.33, SD 2.002, n 10; t(0.975, 9) = 2.262."""
    hours = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    # R: t.test(sleep$extra[11:20])$conf.int
    assert interval(hours) == Interval(pytest.approx(0.8976775, abs=1e-6), pytest.approx(3.7623225, abs=1e-6))
    assert interval(hours[:4]) is None


def test_a_unit_of_which_all_have_sat_is_known() -> None:
    hours = [60.0, 70, 80, 75, 65]
    assert interval(hours, people=5) == Interval(70, 70)
    half, whole = interval(hours, people=10), interval(hours)
    assert half is not None
    assert whole is not None
    assert half.high - half.low == pytest.approx((whole.high - whole.low) * np.sqrt(0.5))


@pytest.mark.parametrize("n", [5, 60, 500])
def test_intervals_hold_the_truth_in_95_of_100_cases(n: int) -> None:
    """Scores of 50 questions marked right or wrong, of people of different ability."""
    chance = np.random.default_rng(n)
    ability = chance.normal(0.9, 0.8, (3000 if n < 100 else 800, n))
    scores = chance.binomial(50, 1 / (1 + np.exp(-ability))) * 2
    truth = 200 * np.mean(1 / (1 + np.exp(-np.random.default_rng(0).normal(0.9, 0.8, 200_000)))) / 2
    found = [interval(each) for each in scores]
    held = np.mean([each is not None and each.low <= truth <= each.high for each in found])
    assert 0.93 <= held <= 0.97


def test_places_are_drawn_from_a_seed() -> None:
    shrunk, sd = np.array([70.0, 70.0, 60.0]), np.array([2.0, 2.0, 2.0])
    found = places(shrunk, sd, seed=1)
    assert (places(shrunk, sd, seed=1).first == found.first).all()
    # two equal ones: each is first in half of the cases; the third, 10 ÷ √8 SDs away, almost never
    assert found.first[:2, 0] == pytest.approx([0.5, 0.5], abs=0.01)
    assert found.first[2, 0] < 0.01
    assert found.first[:, 2].tolist() == [1, 1, 1]
    assert (found.best.tolist(), found.worst.tolist()) == ([1, 1, 3], [2, 2, 3])


def test_units_shrunk_to_one_mean_without_spread_share_every_place_alike() -> None:
    found = places(np.full(4, 70.0), np.zeros(4), seed=1)
    assert found.first[:, 0] == pytest.approx([0.25] * 4, abs=0.015)
    assert found.first[:, 2] == pytest.approx([0.75] * 4, abs=0.015)


def test_units_that_cannot_be_told_apart_stand_in_one_group() -> None:
    """With SD 1 each, differences up to 1.96 · √2 = 2.77 are nothing; the border is counted from the group's first."""
    assert groups(np.array([70, 68, 66, 60.0]), np.ones(4)) == [[0, 1], [2], [3]]
    assert groups(np.array([60, 66, 68, 70.0]), np.ones(4)) == [[3, 2], [1], [0]]


def test_the_board_has_no_place_for_fewer_than_five() -> None:
    chance = np.random.default_rng(8)
    scores = {
        "甲镇": chance.normal(82, 6, 40),
        "乙镇": chance.normal(81, 6, 35),
        "丙镇": chance.normal(64, 6, 30),
        "驻外办": [95.0, 96, 97, 98],
        "空": [],
    }
    found = standings(scores, seed=3)
    assert [each.unit for each in found][2:] == ["丙镇", "驻外办"]
    best, second, third, few = found
    assert {best.unit, second.unit} == {"甲镇", "乙镇"}
    assert [each.rank for each in found] == [1, 2, 3, None]
    assert [each.group for each in found] == [1, 1, 2, None]
    assert (best.alike, third.alike) == ((second.unit,), ())
    assert (few.interval, few.first, few.between, few.alike) == (None, None, None, ())
    assert few.shrunk < few.mean
    assert best.first is not None
    assert best.first[1] + second.first[1] == pytest.approx(1)
    assert set(chain(best.first.values(), third.first.values())) <= {*best.first.values(), 1.0, 0.0}
    assert third.between == (3, 3)

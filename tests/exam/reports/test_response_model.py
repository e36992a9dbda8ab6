"""1PL and 2PL against what R's ltm and mirt print, and what must hold on papers that differ."""

import numpy as np
import pytest

from exam.reports.response_model import Prior, abilities, calibrate, one_slope, own_slopes
from exam.reports.score_table import ScoreTable
from tests.factories.published import abortion, lsat6, lsat7, table_of, without

HALF = 5.1e-4
"""Log-likelihoods are printed with three decimals."""

# R ltm 1.2, rasch(LSAT): Paulius-Satkus/IRT_Basics, tests/ltm_reference/lsat_rasch_estimated_params.csv, full precision;
# summary() prints the same, rounded, and log.Lik -2466.938 (Rizopoulos 2006, J. Stat. Softw. 17(5), p. 10).
LTM_RASCH_LSAT = [-3.61526653301106, -1.322420829256, -0.317630649253637, -1.73009039272009, -2.78017168730704]
LTM_RASCH_SLOPE = 0.755134726289653
# R ltm, ltm(LSAT ~ z1): lsat_2pl_params.csv there. summary() prints log.Lik -2466.653, max(|grad|) 0.024.
LTM_2PL_LSAT = [-3.35973413215533, -1.36964971847586, -0.279898331496202, -1.86591894680331, -3.12357254236277]
LTM_2PL_SLOPES = [0.825371481563066, 0.722949949683451, 0.890474810830267, 0.688550197959941, 0.657451584000346]
# R ltm, ltm(Abortion ~ z1) on 21 Gauss–Hermite nodes: abortion_2pl_params.csv and abortion_2pl_loglik.txt there.
LTM_2PL_ABORTION = [0.169661473788201, -0.236229843227628, -0.34280402891732, -0.316481355503651]
# R mirt, philchalmers/mirt tests/testthat/test-01-mirtOne.R: mirt(LSAT7, 1, SE.type = 'SEM') a1 and d (this one
# iterates to 1e-5, the default fit, which stops at 1e-4, differs by 0.0014 at most), and CONSTRAIN = (1-5, a1).
MIRT_2PL_LSAT7 = ([0.9876, 1.0808, 1.7075, 0.765, 0.7357], [1.8559, 0.808, 1.8052, 0.486, 1.8545])
MIRT_1PL_LSAT7 = (1.011, [1.868, 0.791, 1.461, 0.521, 1.993])


def test_rasch_of_lsat6_is_that_of_ltm() -> None:
    found = calibrate(lsat6(), slopes=one_slope(5))
    assert found.converged
    assert found.log_likelihood == pytest.approx(-2466.938, abs=HALF)
    # irtQ 1.0, est_irt(LSAT6, model = "1PLM", fix.a.1pl = FALSE), prints four decimals on 49 nodes
    assert found.log_likelihood == pytest.approx(-2466.9376, abs=1e-4)
    assert found.slope == pytest.approx([LTM_RASCH_SLOPE] * 5, abs=1e-5)
    assert found.difficulty == pytest.approx(LTM_RASCH_LSAT, abs=1e-5)


def test_2pl_of_lsat6_has_the_likelihood_of_ltm_and_is_nearer_its_maximum() -> None:
    """ltm stopped where its gradient was 0.024; ours at the same parameters says the same of them."""
    table = lsat6()
    found = calibrate(table, slopes=own_slopes(table))
    assert found.converged
    assert found.log_likelihood == pytest.approx(-2466.653, abs=HALF)
    easiness = -np.array(LTM_2PL_SLOPES) * np.array(LTM_2PL_LSAT)
    assert log_likelihood(table, np.array(LTM_2PL_SLOPES), easiness) < found.log_likelihood
    steps = np.concatenate([np.eye(5), np.zeros((5, 5))]), np.concatenate([np.zeros((5, 5)), np.eye(5)])
    slope_by, easiness_by = (np.array(each) * 1e-4 for each in steps)
    gradient = [
        (
            log_likelihood(table, LTM_2PL_SLOPES + up, easiness + by)
            - log_likelihood(table, LTM_2PL_SLOPES - up, easiness - by)
        )
        / 2e-4
        for up, by in zip(slope_by, easiness_by, strict=True)
    ]
    assert np.abs(gradient).max() == pytest.approx(0.024, abs=5e-4)
    # as far from the maximum as that leaves them
    assert found.slope == pytest.approx(LTM_2PL_SLOPES, abs=7e-4)
    assert found.difficulty == pytest.approx(LTM_2PL_LSAT, abs=2.5e-3)


def test_2pl_of_lsat7_is_that_of_mirt() -> None:
    table = lsat7()
    found = calibrate(table, slopes=own_slopes(table))
    assert found.log_likelihood == pytest.approx(-2658.805, abs=HALF)
    slopes, easiness = MIRT_2PL_LSAT7
    assert found.slope == pytest.approx(slopes, abs=1e-4)
    assert found.easiness == pytest.approx(easiness, abs=1e-4)


def test_rasch_of_lsat7_is_that_of_mirt() -> None:
    found = calibrate(lsat7(), slopes=one_slope(5))
    slope, easiness = MIRT_1PL_LSAT7
    # extract.mirt(mod, 'logLik'), the same model with a = 1 and free variance: lsat7_rasch_loglik.txt of IRT_Basics
    assert found.log_likelihood == pytest.approx(-2664.901, abs=HALF)
    assert found.slope == pytest.approx([slope] * 5, abs=HALF)
    assert found.easiness == pytest.approx(easiness, abs=HALF)


def test_steep_items_on_the_nodes_of_ltm_have_the_figures_of_ltm() -> None:
    """On 21 Gauss–Hermite nodes as ltm does it; with enough nodes the likelihood is another, and theirs no maximum."""
    table = abortion()
    found = calibrate(table, slopes=own_slopes(table), hermite=21)
    assert found.log_likelihood == pytest.approx(-706.3369, abs=1e-4)
    assert found.difficulty == pytest.approx(LTM_2PL_ABORTION, abs=1e-4)
    even = calibrate(table, slopes=own_slopes(table))
    assert even.log_likelihood == pytest.approx(log_likelihood(table, even.slope, even.easiness), abs=1e-4)
    assert even.log_likelihood < found.log_likelihood - 0.7


def log_likelihood(table: ScoreTable, slope: np.ndarray, easiness: np.ndarray) -> float:
    """By hand, person by person, on 2,001 nodes."""
    nodes = np.linspace(-8, 8, 2001)
    weights = np.exp(-(nodes**2) / 2)
    weights /= weights.sum()
    likely = 1 / (1 + np.exp(-(np.outer(slope, nodes) + np.asarray(easiness)[:, None])))
    rows = table.score.reshape(len(table.persons), -1)
    patterns, counts = np.unique(rows, axis=0, return_counts=True)
    each = np.where(patterns[:, :, None] == 1, likely, 1 - likely).prod(axis=1) @ weights
    return float(counts @ np.log(each))


def simulated(seed: int, *, people: int, items: int, given: int) -> tuple[ScoreTable, np.ndarray]:
    """Each person is given so many of the items by chance; P = 1 ÷ (1 + exp(b − θ)). Also the true b."""
    chance = np.random.default_rng(seed)
    b = chance.normal(0, 1, items)
    person = np.repeat(np.arange(people), given)
    item = np.argsort(chance.random((people, items)), axis=1)[:, :given].ravel()
    theta = chance.normal(0, 1, people)
    score = (chance.random(person.size) < 1 / (1 + np.exp(b[item] - theta[person]))).astype(float)
    names = tuple(map(str, range(people))), tuple(map(str, range(items)))
    return ScoreTable(*names, person, item, score, np.ones(person.size)), b


def test_papers_that_differ_give_one_scale() -> None:
    table, b = simulated(3, people=1200, items=60, given=20)
    found = calibrate(table, slopes=one_slope(60))
    assert found.converged
    assert found.slope[0] == pytest.approx(1, abs=0.06)
    assert np.corrcoef(found.difficulty, b)[0, 1] > 0.99
    theta = abilities(table, found)
    assert theta.mean.mean() == pytest.approx(0, abs=0.01)
    assert (theta.mean.var() + (theta.sd**2).mean()) == pytest.approx(1, abs=0.02)


def test_items_that_nobody_was_given_together_with_others_change_nothing_for_them() -> None:
    """An answer not given is no zero: leaving answers out by chance moves the difficulties only by chance."""
    table = lsat7()
    whole = calibrate(table, slopes=one_slope(5)).difficulty
    left_out = np.random.default_rng(5).choice(5000, 500, replace=False)
    assert calibrate(without(table, left_out), slopes=one_slope(5)).difficulty == pytest.approx(whole, abs=0.1)


def test_half_of_the_marks_count_as_half_right() -> None:
    """One person with 0.5 adds to the gradients what two persons with half weight would: here all answer alike."""
    chance = np.random.default_rng(2)
    rows = chance.integers(0, 3, (400, 6)) / 2
    found = calibrate(table_of(rows), slopes=one_slope(6))
    assert found.fractional
    facility = rows.mean(axis=0)
    # no common ability in these data: the slope is 0 and the easiness the logit of the facility
    assert found.slope[0] == pytest.approx(0, abs=0.01)
    assert found.easiness == pytest.approx(np.log(facility / (1 - facility)), abs=1e-3)


def test_an_item_all_have_right_is_left_out_and_changes_nothing() -> None:
    rows = lsat6().score.reshape(1000, 5)
    found = calibrate(table_of(np.column_stack([rows, np.ones(1000)])), slopes=one_slope(6))
    assert found.extreme.tolist() == [False] * 5 + [True]
    assert found.difficulty[5] == -np.inf
    assert found.log_likelihood == pytest.approx(-2466.9376, abs=1e-4)


def test_a_prior_holds_an_item_that_all_have_right() -> None:
    rows = lsat6().score.reshape(1000, 5)
    prior = Prior(np.array([0, 0, 0, 0, 0, 2.0]), np.array([0, 0, 0, 0, 0, 1.0]))
    found = calibrate(table_of(np.column_stack([rows, np.ones(1000)])), slopes=one_slope(6), prior=prior)
    assert not found.extreme.any()
    assert 4 < found.easiness[5] < 8


def test_items_with_few_answers_share_a_discrimination() -> None:
    table = without(lsat6(), [*range(0, 4000, 5), *range(1, 4000, 5)])
    assert own_slopes(table, fewest=300).tolist() == [0, 0, 1, 2, 3]
    assert own_slopes(table).tolist() == [0, 1, 2, 3, 4]
    found = calibrate(table, slopes=own_slopes(table, fewest=300))
    assert found.slope[0] == found.slope[1] != found.slope[2]


def test_scores_that_go_down_with_ability_turn_the_scale_not_the_meaning() -> None:
    rows = 1 - lsat6().score.reshape(1000, 5)
    found = calibrate(table_of(rows), slopes=one_slope(5))
    assert found.slope[0] > 0

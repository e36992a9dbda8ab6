"""Classical figures against those that Moodle, mirt and ltm publish."""

import numpy as np
import pytest

from exam.reports.classical import distractors, item_figures, test_figures
from exam.reports.score_table import ScoreTable
from tests.factories.published import lsat6, lsat7, moodle_generated, moodle_walkthrough, table_of, without

# moodle/moodle: mod/quiz/report/statistics/tests/statistics_test.php, from contrib/tools/quiz_tools/stats.xls.
# Facility in per cent, SD of marks × 1,000, discrimination index = correlation of question and rest × 100.
MOODLE_FACILITY = [41.19318182, 81.36363636, 71.36363636, 65.45454545, 65.90909091, 36.36363636, 59.09090909, 50]
MOODLE_FACILITY += [59.09090909, 63.63636364, 45.45454545, 27.27272727, 50]
MOODLE_SD = [1912.733589, 251.2738111, 322.6312277, 333.4199022, 337.5811591, 492.3659639, 503.2362797, 511.7663157]
MOODLE_SD += [503.2362797, 492.3659639, 509.6471914, 455.8423058, 511.7663157]
MOODLE_DISCRIMINATION = [25.88327077, 1.170256965, -4.207816809, 28.16930644, -2.513606859, -12.99017581, -8.900638238]
MOODLE_DISCRIMINATION += [8.670004606, 29.63337745, 15.18945843, 16.21079629, 15.52451404, -8.396734802]

MOODLE_EFFICIENCY = [27.23492723, 1.382386552, -4.691171307, 31.12404354, -2.877487579, -17.5074184, -10.27568922]
MOODLE_EFFICIENCY += [10.86956522, 34.58997279, 17.4790556, 20.14359793, 22.06477733, -10]

# moodle/moodle: mod/quiz/report/statistics/tests/fixtures/qstats00.csv, columns facility, sd, discriminationindex, discriminativeefficiency;
# calculated independently in a spreadsheet (jamiepratt/moodle-quiz-tools).
QSTATS00 = [
    (0.704, 0.4513682901, -7.0650767526, -9.4550536967),
    (0.48, 0.5099019514, -28.8982125772, -36.7834118938),
    (0.973333332, 0.13333334, -9.1230674268, -21.6545012165),
    (0.68, 0.4760952286, -22.6306444113, -31.4411395613),
    (0.52, 0.3055050463, -17.6997047674, -21.1794802584),
    (0.64, 0.4898979486, -45.3785178421, -56.9365974439),
    (0.62, 0.331662479, -5.6543166602, -6.5043742058),
]

# philchalmers/mirt: itemstats() in the examples of LSAT6 and LSAT7 (version 1.45): three decimals are printed.
# By item: mean, sd, total.r, total.r_if_rm. Of the test: mean, sd, alpha, SEM.alpha.
MIRT_LSAT6 = [
    (0.924, 0.265, 0.362, 0.113),
    (0.709, 0.454, 0.567, 0.153),
    (0.553, 0.497, 0.618, 0.173),
    (0.763, 0.425, 0.534, 0.144),
    (0.870, 0.336, 0.435, 0.122),
]
MIRT_LSAT7 = [
    (0.828, 0.378, 0.530, 0.246),
    (0.658, 0.475, 0.600, 0.247),
    (0.772, 0.420, 0.611, 0.313),
    (0.606, 0.489, 0.592, 0.223),
    (0.843, 0.364, 0.461, 0.175),
]


def test_the_figures_of_moodles_generated_attempts() -> None:
    found = item_figures(moodle_generated())
    assert [each.facility * 100 for each in found] == pytest.approx(MOODLE_FACILITY, abs=1e-6)
    assert [each.sd * 1000 for each in found] == pytest.approx(MOODLE_SD, abs=1e-6)
    assert [each.item_rest * 100 for each in found] == pytest.approx(MOODLE_DISCRIMINATION, abs=1e-6)
    assert [each.efficiency * 100 for each in found] == pytest.approx(MOODLE_EFFICIENCY, abs=1e-6)


def test_the_figures_of_moodles_walkthrough() -> None:
    found = [
        (each.facility, each.sd, each.item_rest * 100, each.efficiency * 100)
        for each in item_figures(moodle_walkthrough())
    ]
    # the file of marks rounds 4.3333333 to seven places
    assert found == [pytest.approx(expected, rel=1e-5) for expected in QSTATS00]


def test_the_whole_test_of_moodles_walkthrough() -> None:
    """stats_from_steps_walkthrough_test.php, check_quiz_stats_for_quiz_00: CIC and error ratio are per cent."""
    found = test_figures(moodle_walkthrough())
    assert (found.persons, found.items) == (25, 7)
    assert found.mean == pytest.approx(4.617333332, abs=1e-6)
    assert found.sd == pytest.approx(0.8117265554, abs=1e-6)
    assert found.skewness == pytest.approx(-0.092502502, abs=1e-5)
    assert found.kurtosis == pytest.approx(-0.7073968557, abs=1e-5)
    assert found.alpha == pytest.approx(-0.872230935542, abs=1e-5)
    assert found.sem == pytest.approx(1.1106813066, abs=1e-5)


@pytest.mark.parametrize(
    ("table", "of_test", "of_items"),
    [
        (lsat6(), (3.819, 1.035, 0.295, 0.869), MIRT_LSAT6),
        (lsat7(), (3.707, 1.199, 0.453, 0.886), MIRT_LSAT7),
    ],
    ids=["LSAT6", "LSAT7"],
)
def test_the_figures_that_mirt_prints(table: ScoreTable, of_test: tuple, of_items: list[tuple]) -> None:
    test = test_figures(table)
    assert (test.mean, test.sd, test.alpha, test.sem) == pytest.approx(of_test, abs=5.1e-4)
    found = [(each.facility, each.sd, each.item_total, each.item_rest) for each in item_figures(table)]
    assert found == [pytest.approx(expected, abs=5.1e-4) for expected in of_items]


def test_upper_and_lower_27_percent_share_those_who_are_tied() -> None:
    """100 people: 20 have both items right, 50 one of them, 30 none; 27 are in each group."""
    rows = [(1, 1)] * 20 + [(1, 0)] * 40 + [(0, 1)] * 10 + [(0, 0)] * 30
    first, second = item_figures(table_of(rows))
    # the upper group: the 20, and 7 of the 50; the lower group has only people with nothing right
    assert first.discrimination_27 == pytest.approx((20 + 7 * 40 / 50) / 27)
    assert second.discrimination_27 == pytest.approx((20 + 7 * 10 / 50) / 27)
    turned = [each.discrimination_27 for each in item_figures(table_of(rows[::-1]))]
    assert turned == pytest.approx([first.discrimination_27, second.discrimination_27])


def test_what_was_not_given_counts_as_nothing() -> None:
    table = without(table_of([(1, 1, 0), (0, 1, 1), (1, 0, 1), (0, 0, 1)]), [0, 5])
    found = item_figures(table)
    assert [(each.n, each.facility) for each in found] == [
        (3, pytest.approx(1 / 3)),
        (4, 0.5),
        (3, pytest.approx(2 / 3)),
    ]


def test_alpha_of_papers_that_differ_is_that_of_whole_ones() -> None:
    """1,500 people given 20 of 40 items of one kind by chance: alpha is that of everybody having the same 20."""
    chance = np.random.default_rng(1)
    likely = 1 / (1 + np.exp(-chance.normal(0, 1, (1500, 1))))
    rows = (chance.random((1500, 40)) < likely).astype(float)
    dealt = np.argsort(chance.random((1500, 40)), axis=1)[:, :20] + np.arange(1500)[:, None] * 40
    sparse = without(table_of(rows), np.setdiff1d(np.arange(60_000), dealt))
    whole = test_figures(table_of(rows[:, :20])).alpha
    assert whole is not None
    assert test_figures(sparse).alpha == pytest.approx(whole, abs=0.015)


def test_full_marks_of_different_size_weigh_as_shares() -> None:
    """Item 2 is worth ten times as much: the correlation with the rest is that with the other item, 1 here."""
    first, second = item_figures(table_of([(0, 0), (0.5, 5), (1, 10)], [1, 10]))
    assert (first.item_rest, second.item_rest) == (pytest.approx(1), pytest.approx(1))
    assert (second.facility, second.sd) == (0.5, 5)


def test_what_cannot_be_worked_out_is_not_known() -> None:
    alone = table_of([(1,)])
    assert (test_figures(alone).sd, test_figures(alone).alpha, test_figures(alone).skewness) == (None, None, None)
    assert item_figures(alone)[0].item_rest is None
    everybody = table_of([(1, 0), (1, 1), (1, 0)])
    assert item_figures(everybody)[0].item_total is None
    assert item_figures(everybody)[0].sd == 0


def test_choices_show_who_made_them() -> None:
    """Ten people: the six best chose A, the next two C, the worst two B."""
    chosen, result = "AAAAAACCBB", [9, 9, 8, 8, 7, 7, 5, 4, 2, 1]
    a, b, c = distractors(chosen, result)
    assert (a.choice, a.count, a.share, a.upper, a.lower, a.mean) == ("A", 6, 0.6, pytest.approx(1), 0, 8)
    assert (b.choice, b.upper, b.lower, b.mean) == ("B", 0, pytest.approx(2 / 3), 1.5)
    assert c.lower == pytest.approx(1 / 3)
    assert a.r == pytest.approx(np.corrcoef([1] * 6 + [0] * 4, result)[0, 1])

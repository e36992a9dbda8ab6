"""How hard a question is taken to be: the label, what candidates earned, and how sure that makes us."""

import random
from itertools import pairwise
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.calibration import LABELS, UNIT, Figures, Observed, doubts_of, figures_of, priors_of
from question_bank.enums import Difficulty, Kind

TRUE_LABELS = {1: -1.8, 2: -1.1, 3: -0.4, 4: 0.3, 5: 1.0}


@pytest.mark.parametrize("kind", list(Kind))
def test_the_harder_the_label_the_less_is_expected(kind: Kind) -> None:
    found = [figures_of(kind, difficulty) for difficulty in Difficulty]
    assert all(easier.middle > harder.middle for easier, harder in pairwise(found))
    assert all(each.low < each.middle < each.high for each in found)
    assert {each.responses for each in found} == {0}


def test_who_knows_nothing_still_guesses() -> None:
    """Far below every question, one of four options and one of two are all that is expected."""
    hopeless = Observed(responses=100_000, facility=0)
    assert figures_of(Kind.SINGLE_CHOICE, Difficulty.JUDGEMENT, hopeless).low in range(2_500, 2_600)
    assert figures_of(Kind.TRUE_FALSE, Difficulty.JUDGEMENT, hopeless).low in range(5_000, 5_100)
    assert figures_of(Kind.FILL_BLANK, Difficulty.JUDGEMENT, hopeless).low < 100


def test_a_few_answers_move_the_figure_a_little_and_many_decide() -> None:
    label = figures_of(Kind.FILL_BLANK, Difficulty.APPLICATION).middle
    middles = [
        figures_of(Kind.FILL_BLANK, Difficulty.APPLICATION, Observed(responses, 8_000)).middle
        for responses in (0, 3, 30, 300, 30_000)
    ]
    assert middles[0] == label
    assert middles == sorted(middles)
    assert middles[1] - label < (middles[-1] - label) / 2
    # 80 % of a mixed group, half of whom stand below the mean, is a little less than what the mean person earns
    assert middles[-1] == pytest.approx(UNIT / (1 + exp(-1.1599 * 1.3863)), abs=20)


def test_a_question_that_only_strong_cadres_met_is_not_taken_for_an_easy_one() -> None:
    by_all = figures_of(Kind.NUMERIC, Difficulty.APPLICATION, Observed(200, 8_000, ability=0))
    by_the_strong = figures_of(Kind.NUMERIC, Difficulty.APPLICATION, Observed(200, 8_000, ability=700))
    assert by_the_strong.middle < by_all.middle - 500


def test_the_bank_teaches_what_its_labels_mean_and_how_far_they_can_be_trusted() -> None:
    draw = random.Random(4)
    rows, truth = simulated(draw, shifts={Kind.SINGLE_CHOICE: -0.7, Kind.SHORT_ANSWER: 0.6}, spread=0.4)
    priors = priors_of(rows)
    assert priors.shifts[Kind.SINGLE_CHOICE] == pytest.approx(-0.7, abs=0.15)
    assert priors.shifts[Kind.SHORT_ANSWER] == pytest.approx(0.6, abs=0.15)
    assert priors.spread == pytest.approx(0.4, abs=0.15)
    label, raw, learnt = (
        root_mean_square(found, truth)
        for found in (
            [figures_of(kind, difficulty).middle for kind, difficulty, _ in rows],
            [observed.facility for *_, observed in rows],
            [figures_of(*row, priors=priors).middle for row in rows],
        )
    )
    assert learnt < 0.6 * label
    assert learnt < 0.6 * raw


def test_the_stated_doubt_is_the_error_there_is() -> None:
    draw = random.Random(11)
    rows, truth = simulated(draw, shifts={Kind.SINGLE_CHOICE: 0.3, Kind.SHORT_ANSWER: -0.2}, spread=0.7)
    priors = priors_of(rows)
    off = []
    for row, share in zip(rows, truth, strict=True):
        figures = figures_of(*row, priors=priors)
        off.append((figures.middle / UNIT - share) / doubts_of(row[0], figures, priors=priors)[1])
    assert sqrt(sum(each**2 for each in off) / len(off)) == pytest.approx(1, abs=0.15)


def test_without_any_answers_the_table_stands() -> None:
    assert priors_of([]) == LABELS
    assert priors_of([(Kind.CASE, Difficulty.RECALL, Observed(0, 0))]) == LABELS


observed = st.builds(Observed, st.integers(0, 10**6), st.integers(0, UNIT), st.integers(-3_000, 3_000))


@given(st.sampled_from(Kind), st.sampled_from(Difficulty), observed)
def test_whatever_was_observed_the_figures_are_shares_in_order(
    kind: Kind, difficulty: Difficulty, statistic: Observed
) -> None:
    figures = figures_of(kind, difficulty, statistic)
    assert 0 <= figures.low <= figures.middle <= figures.high <= UNIT
    assert figures.responses == statistic.responses
    assert all(0 < doubt < 0.5 for doubt in doubts_of(kind, figures))


@given(st.lists(st.tuples(st.sampled_from(Kind), st.sampled_from(Difficulty), observed), max_size=20))
def test_no_bank_gives_senseless_priors(rows: list[tuple[Kind, Difficulty, Observed]]) -> None:
    priors = priors_of(rows)
    assert 0.2 <= priors.spread < 10
    assert all(abs(shift) <= 2 for shift in priors.shifts.values())


def simulated(
    draw: random.Random, *, shifts: dict[Kind, float], spread: float
) -> tuple[list[tuple[Kind, Difficulty, Observed]], list[float]]:
    """500 questions answered by 10, 20 or 60 people of mean ability 0.3; with the true shares at θ = 0."""
    rows, truth = [], []
    for _ in range(500):
        kind, difficulty = draw.choice(list(shifts)), draw.choice(list(Difficulty))
        hardness = TRUE_LABELS[difficulty] + shifts[kind] + draw.gauss(0, spread)
        floor = 0.25 if kind is Kind.SINGLE_CHOICE else 0.0
        people = draw.choice((10, 20, 60))
        right = sum(
            draw.random() < floor + (1 - floor) / (1 + exp(hardness - draw.gauss(0.3, 1))) for _ in range(people)
        )
        rows.append((kind, difficulty, Observed(people, round(right / people * UNIT), 300)))
        truth.append(floor + (1 - floor) / (1 + exp(hardness)))
    return rows, truth


def root_mean_square(found: list[int], truth: list[float]) -> float:
    return sqrt(sum((each / UNIT - share) ** 2 for each, share in zip(found, truth, strict=True)) / len(found))


def test_figures_are_plain_numbers_for_the_snapshot() -> None:
    assert figures_of(Kind.FILL_BLANK, Difficulty.RECALL) == Figures(6900, 8581, 9427, 0)

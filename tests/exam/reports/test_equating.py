"""Equated scores, and difficulties of items that few have met."""

import numpy as np
import pytest

from exam.reports.banding import calibrate_by_band
from exam.reports.equating import Paper, equate
from exam.reports.response_model import Calibration, calibrate, one_slope
from exam.reports.score_table import ScoreTable
from tests.factories.published import table_of


def known(easiness: list[float], slope: float = 1.0) -> Calibration:
    """A calibration that is taken as given."""
    count = len(easiness)
    return Calibration(
        np.full(count, slope),
        np.array(easiness, dtype=float),
        0.0,
        converged=True,
        steps=0,
        fractional=False,
        extreme=np.zeros(count, dtype=bool),
    )


def test_on_papers_that_are_equally_hard_the_raw_score_stays() -> None:
    table = table_of([(1, 1, 0, 0), (1, 0, 0, 0), (1, 1, 1, 0)], [2, 1, 1, 1])
    calibration = known([0.3, -0.2, 0.8, 0])
    found = equate(table, calibration, Paper.of(calibration, np.arange(4), np.array([2.0, 1, 1, 1])))
    assert found.score == pytest.approx(found.raw, abs=1e-9)


def test_the_same_raw_score_on_a_harder_paper_is_worth_more() -> None:
    """Items half a logit harder: who earns half of them has θ = 0.5, and on the reference P = 1 ÷ (1 + e^−0.5)."""
    table = table_of([[1] * 10 + [0] * 10])
    found = equate(table, known([-0.5] * 20), Paper(np.ones(50), np.zeros(50), np.full(50, 2.0)))
    assert found.ability == pytest.approx([0.5])
    assert found.score == pytest.approx([100 / (1 + np.exp(-0.5))])
    # at θ = 0.5 the raw score has SD √(20 · ¼); the reference grows by 100·P·(1 − P), the own paper by 20 · ¼
    likely = 1 / (1 + np.exp(-0.5))
    assert found.error == pytest.approx([np.sqrt(5) * 100 * likely * (1 - likely) / 5])


def test_nothing_stays_nothing_and_full_marks_stay_full() -> None:
    table = table_of([(0, 0, 0), (1, 1, 1), (1, 0, 1)], [1, 1, 1])
    found = equate(table, known([0, 1, 2]), Paper(np.ones(2), np.zeros(2), np.array([50.0, 50])))
    assert found.score[:2].tolist() == [0, 100]
    assert found.ability[:2].tolist() == [-np.inf, np.inf]
    assert np.isnan(found.error[:2]).all()
    assert 0 < found.score[2] < 100


@pytest.mark.parametrize("slope", [1e-8, 0.1, 3])
def test_the_common_discrimination_makes_no_difference(slope: float) -> None:
    """One slope for all is one scale for θ: even where answers tell nothing of ability, more right stays more."""
    found = equate(
        table_of([(1, 1, 0, 0)]),
        known([0, 0, -0.5, -0.5], slope),
        Paper(np.full(2, slope), np.zeros(2), np.full(2, 50.0)),
    )
    assert found.score == pytest.approx([100 / (1 + np.exp(-0.25))])


def test_equated_scores_grow_with_raw_ones_and_stay_on_the_paper() -> None:
    chance = np.random.default_rng(1)
    rows = np.triu(np.ones((31, 30)), 1)[::-1]
    found = equate(
        table_of(np.vstack([np.zeros(30), rows])),
        known(chance.normal(0, 1.5, 30).tolist(), 0.8),
        Paper(np.full(40, 1.2), chance.normal(0, 1, 40), np.full(40, 2.5)),
    )
    order = np.argsort(found.raw, kind="stable")
    assert (np.diff(found.score[order])[np.diff(found.raw[order]) > 0] > 0).all()
    assert found.score.min() == 0
    assert found.score.max() <= 100


def sparse(seed: int) -> tuple[ScoreTable, np.ndarray, list[str]]:
    """900 people, 30 of 90 items each, ten of them met by one in thirty; three bands two logits apart, SD 0.4 within."""
    chance = np.random.default_rng(seed)
    bands = [("easy", "medium", "hard")[i % 3] for i in range(90)]
    b = np.array([{"easy": -2.0, "medium": 0.0, "hard": 2.0}[band] for band in bands]) + chance.normal(0, 0.4, 90)
    rare = np.where(np.arange(90) < 80, 1.0, 0.05)
    item = np.argsort(-chance.random((900, 90)) * rare, axis=1)[:, :30]
    item[:, 29] = np.where(chance.random(900) < 0.2, chance.integers(80, 90, 900), item[:, 29])
    person = np.repeat(np.arange(900), 30)
    theta = chance.normal(0, 1, 900)
    score = (chance.random(27_000) < 1 / (1 + np.exp(b[item.ravel()] - theta[person]))).astype(float)
    names = tuple(map(str, range(900))), tuple(map(str, range(90)))
    return ScoreTable(*names, person, item.ravel(), score, np.ones(27_000)), b, bands


def test_items_few_have_met_are_nearer_the_truth_with_their_band() -> None:
    table, b, bands = sparse(2)
    n = np.bincount(table.item, minlength=90)
    assert n[:80].min() >= 100
    assert n[80:].max() < 100
    alone = calibrate(table, slopes=one_slope(90))
    banded = calibrate_by_band(table, slopes=one_slope(90), bands=bands)
    assert banded.converged
    with_band = np.sqrt(np.mean((banded.difficulty[80:] - b[80:]) ** 2))
    by_itself = np.clip(alone.difficulty[80:], -5, 5) - b[80:]
    assert with_band < 0.85 * np.sqrt(np.mean(by_itself**2))
    # those that many have met speak for themselves
    assert banded.difficulty[:80] == pytest.approx(alone.difficulty[:80], abs=0.02)


def test_an_item_that_three_people_all_had_right_has_a_difficulty_near_its_band() -> None:
    table, _, bands = sparse(4)
    rare = np.flatnonzero(table.item == 85)
    kept = np.setdiff1d(np.arange(table.person.size), rare[3:])
    score = table.score.copy()
    score[rare[:3]] = 1
    few = ScoreTable(table.persons, table.items, table.person[kept], table.item[kept], score[kept], table.full[kept])
    found = calibrate_by_band(few, slopes=one_slope(90), bands=bands)
    assert calibrate(few, slopes=one_slope(90)).difficulty[85] == -np.inf
    same = [i for i in range(80) if bands[i] == bands[85]]
    assert found.difficulty[85] == pytest.approx(found.difficulty[same].mean(), abs=0.5)


def test_bands_without_well_known_items_lean_on_their_own_answers() -> None:
    rows = np.random.default_rng(1).integers(0, 2, (40, 6))
    rows[:, 0] = 1
    found = calibrate_by_band(table_of(rows), slopes=one_slope(6), bands=["a", "a", "a", "b", "b", "b"])
    assert np.isfinite(found.easiness).all()
    assert 1 < found.easiness[0] < 4

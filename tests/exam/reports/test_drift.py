"""The alarm finds questions that have leaked, and leaves those alone that are easier for another reason."""

from dataclasses import replace

import numpy as np
import pytest

from exam.reports import drift
from exam.reports.drift import Answers
from tests.factories.leaks import Tour, simulate, until

BASE = Tour(persons=100, stops=6, exposure=0.3, leaking=0.1, after=3, known=0.8)


def named(tour: Tour, seed: int, *, first: int = 2) -> tuple[np.ndarray, np.ndarray]:
    answers, leaked, _ = simulate(tour, seed=seed)
    ever = np.zeros(leaked.size, dtype=bool)
    for stops in range(first, tour.stops + 1, 2):
        ever |= drift.examine(until(answers, stops)).alarm
    return ever, leaked


def test_four_of_five_leaked_questions_are_found_by_the_sixth_stop_with_few_false_alarms() -> None:
    runs = [named(BASE, seed, first=4) for seed in range(5)]
    ever, leaked = (np.concatenate(each) for each in zip(*runs, strict=True))
    assert ever[leaked].mean() >= 0.8
    assert ever[~leaked].mean() <= 0.05


def test_where_nothing_leaks_hardly_anything_is_named_even_while_the_county_learns() -> None:
    ever, _ = named(replace(BASE, leaking=0.0, stops=9, learning=0.2), seed=7, first=5)
    assert ever.sum() <= 2


def test_it_says_when_the_leak_was_and_how_widely_it_is_known() -> None:
    answers, leaked, _ = simulate(replace(BASE, known=0.9), seed=5)
    found = drift.examine(answers)
    certain = leaked & (found.probability > 0.9)
    assert certain.sum() >= 10
    assert np.median(found.after[certain]) == 3
    assert found.known[certain].mean() > 0.6
    assert found.leaking == pytest.approx(0.1, abs=0.04)


def test_the_chance_of_a_single_question_is_uniform_where_nothing_leaks_and_tiny_where_it_did() -> None:
    answers, leaked, facility = simulate(BASE, seed=9)
    found = drift.examine(answers)
    clean = [drift.chance(found, int(each), seed=1) for each in np.flatnonzero(~leaked)[:25]]
    told = [drift.chance(found, int(each), seed=1) for each in np.flatnonzero(leaked & (facility < 0.7))[:8]]
    assert 0.35 < np.mean(clean) < 0.75
    assert np.mean(np.array(clean) < 0.05) <= 0.15
    assert np.median(told) < 0.01


def test_what_is_expected_later_is_what_the_question_was_worth_before() -> None:
    answers, leaked, facility = simulate(replace(BASE, known=0.9), seed=5)
    found = drift.examine(answers)
    certain = np.flatnonzero(leaked & (found.probability > 0.9) & (found.after == 3))
    due = np.array([drift.unchanged(found, int(each)) for each in certain])
    before, later = slice(0, 3), slice(3, 6)
    assert due[:, before].sum(axis=1) == pytest.approx(found.earned[certain][:, before].sum(axis=1), abs=0.5)
    later_share = due[:, later].sum(axis=1) / found.answers[certain][:, later].sum(axis=1)
    assert later_share.mean() == pytest.approx(facility[certain].mean(), abs=0.1)


def test_the_order_of_the_answers_does_not_matter() -> None:
    answers, *_ = simulate(replace(BASE, persons=40), seed=3)
    mixed = np.random.default_rng(1).permutation(answers.share.size)
    shuffled = Answers(answers.person[mixed], answers.stop[mixed], answers.question[mixed], answers.share[mixed])
    assert np.allclose(drift.examine(answers).probability, drift.examine(shuffled).probability)


def test_the_first_stop_and_an_empty_tour_raise_no_alarm() -> None:
    answers, *_ = simulate(BASE, seed=1)
    assert not drift.examine(until(answers, 1)).alarm.any()
    nothing = np.zeros(0, dtype=np.int64)
    assert drift.examine(Answers(nothing, nothing, nothing, np.zeros(0))).alarm.size == 0


def test_a_question_that_few_have_met_is_not_judged() -> None:
    answers, *_ = simulate(replace(BASE, persons=4, exposure=0.1), seed=2)
    assert not drift.examine(answers).alarm.any()

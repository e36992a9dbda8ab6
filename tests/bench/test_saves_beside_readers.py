import pytest

from tests.bench.bench_saves import BUDGET, measure

pytestmark = pytest.mark.faults


SHARED = 4.0
"""Saves in the process of the computing pages took 25 times as long; more than this says they share one again."""


def test_saves_are_as_quick_beside_four_clients_rendering_slow_pages() -> None:
    """Pages hold a reading transaction for 150 ms; were it a writing one, a save would wait for hundreds of them.

    Other work on the machine can spoil one measurement, so the best of three counts.
    """
    outcomes = []
    for _ in range(3):
        outcomes.append(measure(rounds=3, saves=40))
        if outcomes[-1].ratio <= BUDGET:
            break
    print("\n" + "\n".join(map(str, outcomes)))
    assert min(outcome.ratio for outcome in outcomes) <= BUDGET


def test_saves_do_not_wait_for_pages_that_compute() -> None:
    outcomes = []
    for _ in range(3):
        outcomes.append(measure(rounds=3, saves=30, busy=True))
        if outcomes[-1].ratio <= SHARED:
            break
    print("\n" + "\n".join(map(str, outcomes)))
    assert min(outcome.ratio for outcome in outcomes) <= SHARED

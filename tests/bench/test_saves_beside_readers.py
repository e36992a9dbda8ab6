import pytest

from tests.bench.bench_saves import BUDGET, measure

pytestmark = pytest.mark.faults


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

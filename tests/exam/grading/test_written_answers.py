"""The rubric engine beside two blind readers on 440 answers; `./run bench written_answers` says more."""

import pytest

from tests.bench.written_answers import HOSTILE, Row, figures, rows


@pytest.fixture(scope="module")
def marked() -> list[Row]:
    return rows()


def test_the_set_is_large_and_its_readers_agree(marked):
    found = figures(marked)
    assert found["answers"] >= 400
    assert len({row.question for row in marked}) >= 20
    assert found["readers_qwk"] > 0.9


@pytest.mark.parametrize("held_out", [False, True])
def test_suggestions_agree_with_the_readers_also_where_nobody_looked(marked, held_out):
    found = figures([row for row in marked if row.held_out is held_out])
    assert found["qwk"] >= 0.55
    assert found["mae"] <= 0.21


@pytest.mark.parametrize("held_out", [False, True])
def test_what_counts_without_a_person_is_right(marked, held_out):
    found = figures([row for row in marked if row.held_out is held_out])
    assert found["accepted"] >= 0.08
    assert found["accepted_right"] >= 0.98


@pytest.mark.parametrize("variety", HOSTILE)
def test_wrong_answers_in_the_rubrics_words_are_caught(marked, variety):
    some = [row for row in marked if row.variety == variety]
    assert sum(row.caught for row in some) >= 0.95 * len(some)

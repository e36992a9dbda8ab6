"""What a chart shows, as a sentence that is true of it."""

from decimal import Decimal

import pytest

from exam.reports.findings import of_profile
from question_bank.errors import fill

HALF, MOST = Decimal("0.5"), Decimal("0.9")


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([(HALF, "PROC")], "In PROC 50% of the marks were earned."),
        ([(HALF, "PROC"), (HALF, "LAW")], "In every topic the same share of marks was earned: 50%."),
        ([(HALF, "PROC"), (MOST, "LAW")], "Fewest marks were earned in PROC (50%), most in LAW (90%)."),
    ],
)
def test_a_lowest_and_a_highest_topic_are_named_only_where_they_differ(
    shares: list[tuple[Decimal, str]], said: str
) -> None:
    found = of_profile(shares)
    assert found is not None
    assert fill(*found) == said


def test_nothing_is_said_of_no_topic() -> None:
    assert of_profile([]) is None

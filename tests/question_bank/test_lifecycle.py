"""The life of a question."""

import pytest

from question_bank.enums import Status
from question_bank.errors import NotAllowed
from question_bank.lifecycle import advance, allowed_from

STEPS = {
    ("draft", "in_review"),
    ("in_review", "draft"),
    ("in_review", "published"),
    ("published", "quarantined"),
    ("published", "retired"),
    ("quarantined", "in_review"),
    ("quarantined", "published"),
    ("quarantined", "retired"),
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("to", Status)
def test_a_question_takes_the_steps_of_the_table_and_no_others(status: Status, to: Status):
    if (status, to) in STEPS:
        assert advance(status, to) is to
        assert to in allowed_from(status)
    else:
        with pytest.raises(NotAllowed, match="cannot become"):
            advance(status, to)
        assert to not in allowed_from(status)

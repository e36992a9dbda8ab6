"""What a whole paper is worth, and that its score always says what its marks say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from exam.grading import operations, queries
from exam.grading.marking import Source
from exam.grading.models import Cause, Mark, Score
from exam.grading.scores import keep_scores
from exam.grading.tally import Earned, tally
from exam.sittings.models import SittingStatus
from tests.factories.accounts import make_person
from tests.factories.marks import hand_in_paper
from tests.factories.papers import SHORT_ANSWER, SINGLE
from tests.factories.sittings import make_attempt

QUARTERS = st.integers(1, 40).map(lambda quarters: Decimal(quarters) / 4)
PARTS = st.builds(
    lambda section, maximum, share, void: Earned(
        section, Decimal(int(float(maximum) * 4 * share)) / 4, maximum, void=void
    ),
    st.integers(0, 3),
    QUARTERS,
    st.floats(-1, 1),
    st.booleans(),
)


@given(st.lists(PARTS, min_size=1))
def test_a_paper_is_worth_something_between_nought_and_all(parts: list[Earned]) -> None:
    found = tally(parts)
    assert 0 <= found.marks <= found.total == sum(part.maximum for part in parts)


def test_what_is_deducted_in_one_section_never_eats_into_another() -> None:
    parts = [Earned(0, Decimal(-3), Decimal(5)), Earned(0, Decimal(1), Decimal(5)), Earned(1, Decimal(4), Decimal(5))]
    assert (tally(parts).marks, tally(parts).sections) == (4, (0, 4))


def test_the_rest_makes_up_for_a_void_item_in_proportion() -> None:
    parts = [Earned(0, Decimal(8), Decimal(10)), Earned(0, Decimal(0), Decimal(10), void=True)]
    assert (tally(parts).marks, tally(parts).total) == (16, 20)


@pytest.mark.db
def test_a_score_follows_the_marks(session: Session) -> None:
    attempt = make_attempt(session, contents=((SINGLE, 2), (SHORT_ANSWER, 10)))
    hand_in_paper(session, attempt)
    score = session.get_one(Score, attempt.id)
    assert (score.marks, score.total, score.waiting) == (12, 12, 1)
    [waits] = [mark for mark in queries.marks_of(session, attempt.id).values() if mark.source is Source.SUGGESTION]
    operations.award(
        session,
        attempt_id=attempt.id,
        paper_item_id=waits.paper_item_id,
        part="",
        marks=Decimal("7.5"),
        marker_id=make_person(session).id,
        at=waits.at,
    )
    assert (score.marks, score.waiting) == (Decimal("9.5"), 0)


@pytest.mark.db
def test_the_old_score_is_kept_when_a_released_one_changes(session: Session) -> None:
    attempt = make_attempt(session, contents=((SINGLE, 2),))
    [mark] = hand_in_paper(session, attempt).values()
    attempt.assignment.sitting.status = SittingStatus.RELEASED
    session.add(
        Mark(
            attempt_id=attempt.id,
            paper_item_id=mark.paper_item_id,
            sequence=2,
            awarded=Decimal(0),
            maximum=Decimal(2),
            source=Source.CORRECTION,
            detail={},
            at=mark.at,
        )
    )
    [change] = keep_scores(session, [attempt.id], cause=Cause.CORRECTION, at=mark.at)
    assert (change.before, change.after) == (2, 0)
    assert keep_scores(session, [attempt.id], cause=Cause.CORRECTION, at=mark.at) == []


def test_topics_add_up_without_what_is_void_or_belongs_to_none() -> None:
    parts = [
        Earned(0, Decimal(1), Decimal(2), topic="PROC"),
        Earned(1, Decimal(2), Decimal(2), topic="PROC"),
        Earned(1, Decimal(2), Decimal(2), topic="LAW", void=True),
        Earned(1, Decimal(5), Decimal(5)),
    ]
    assert tally(parts).topics == {"PROC": (3, 4)}


@pytest.mark.db
def test_an_equated_score_goes_when_the_marks_change_and_the_topics_follow(session: Session) -> None:
    attempt = make_attempt(session, contents=((SINGLE, 2), (SHORT_ANSWER, 10)))
    hand_in_paper(session, attempt)
    score = session.get_one(Score, attempt.id)
    assert score.topics == {"COUNTY": [1200, 1200]}
    score.equated, score.equated_error = Decimal("71.25"), Decimal("4.5")
    [waits] = [mark for mark in queries.marks_of(session, attempt.id).values() if mark.source is Source.SUGGESTION]
    award = {"attempt_id": attempt.id, "paper_item_id": waits.paper_item_id, "part": "", "at": waits.at}
    marker_id = make_person(session).id
    operations.award(session, marks=Decimal(10), marker_id=marker_id, **award)
    assert (score.equated, score.topics) == (Decimal("71.25"), {"COUNTY": [1200, 1200]})
    operations.award(session, marks=Decimal(4), marker_id=marker_id, reason="缺少依据", **award)
    assert (score.equated, score.equated_error, score.topics) == (None, None, {"COUNTY": [600, 1200]})

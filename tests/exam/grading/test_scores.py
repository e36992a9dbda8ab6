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
from question_bank.enums import ScoringRule
from question_bank.scoring import Floor
from tests.factories.accounts import make_person
from tests.factories.marks import hand_in_paper
from tests.factories.papers import SHORT_ANSWER, SINGLE, TRUE_FALSE
from tests.factories.sittings import make_attempt

QUARTERS = st.integers(1, 40).map(lambda quarters: Decimal(quarters) / 4)
PARTS = st.builds(
    lambda section, maximum, share, void, floor: Earned(
        section, Decimal(int(float(maximum) * 4 * share)) / 4, maximum, void=void, floor=floor
    ),
    st.integers(0, 3),
    QUARTERS,
    st.floats(-1, 1),
    st.booleans(),
    st.sampled_from(Floor),
)


@given(st.lists(PARTS, min_size=1), st.sampled_from([None, Decimal("0.5"), Decimal(1)]))
def test_a_paper_is_worth_something_between_nought_and_all(parts: list[Earned], rounding: Decimal | None) -> None:
    found = tally(parts, rounding=rounding)
    assert 0 <= found.marks <= found.total == sum(part.maximum for part in parts)
    assert rounding is None or found.marks == found.total or found.marks % rounding == 0
    assert all(
        marks >= 0
        for marks, part in zip(found.sections, sorted({each.section for each in parts}), strict=True)
        if not any(each.floor is Floor.PAPER for each in parts if each.section == part)
    )


def test_what_is_deducted_in_one_section_never_eats_into_another() -> None:
    parts = [Earned(0, Decimal(-3), Decimal(5)), Earned(0, Decimal(1), Decimal(5)), Earned(1, Decimal(4), Decimal(5))]
    assert (tally(parts).marks, tally(parts).sections) == (4, (0, 4))


def test_deductions_may_end_only_at_the_papers_own_nought() -> None:
    deducted = [Earned(0, Decimal(mark), Decimal(5), floor=Floor.PAPER) for mark in (-3, 1)]
    found = tally([*deducted, Earned(1, Decimal(4), Decimal(5))])
    assert (found.marks, found.sections) == (2, (-2, 4))
    assert tally([*deducted, Earned(1, Decimal(1), Decimal(5))]).marks == 0


@pytest.mark.parametrize(("rounding", "marks"), [(None, "7.25"), ("0.5", "7.5"), ("1", "7")])
def test_a_paper_is_rounded_half_up_once_all_is_added_up(rounding: str | None, marks: str) -> None:
    parts = [Earned(0, Decimal("3.5"), Decimal(5)), Earned(1, Decimal("3.75"), Decimal(5))]
    assert tally(parts, rounding=Decimal(rounding) if rounding else None).marks == Decimal(marks)


def test_the_rest_makes_up_for_a_void_item_in_proportion() -> None:
    parts = [Earned(0, Decimal(8), Decimal(10)), Earned(0, Decimal(0), Decimal(10), void=True)]
    assert (tally(parts).marks, tally(parts).total) == (16, 20)


@pytest.mark.db
@pytest.mark.parametrize(
    ("floor", "rounding", "score"), [("section", None, "1.5"), ("paper", None, "0.5"), ("paper", "1", "1")]
)
def test_a_paper_is_marked_by_the_rules_it_froze(
    session: Session, floor: str, rounding: str | None, score: str
) -> None:
    attempt = make_attempt(session, contents=((SINGLE, 2), (TRUE_FALSE, "1.5")))
    first, _ = attempt.assignment.paper.items
    first.rule, first.rule_options = (
        ScoringRule.WRONG_DEDUCTS,
        {"penalty": "1"} | ({"floor": floor} if floor == "paper" else {}),
    )
    specification = attempt.assignment.paper.paper_set.specification
    specification.plan = specification.plan | ({"rounding": rounding} if rounding else {})
    found = hand_in_paper(session, attempt, given=lambda item: "A" if item.position == 1 else "√")
    assert [mark.awarded for mark in found.values()] == [-1, Decimal("1.5")]
    assert session.get_one(Score, attempt.id).marks == Decimal(score)


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

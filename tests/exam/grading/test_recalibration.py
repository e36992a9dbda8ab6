"""After twenty marks by people on one question its suggestions are put right."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import operations, recalibration
from exam.grading.calibrating import ENOUGH, Curve, Known, calibrate, curves_of, rising
from exam.grading.marking import Source
from exam.grading.models import Mark, RubricCalibration
from exam.papers.models import PaperItem
from exam.tours.models import RosterEntry
from tests.factories.accounts import make_person
from tests.factories.marks import hand_in_paper
from tests.factories.papers import SHORT_ANSWER
from tests.factories.sittings import make_attempt
from tests.factories.tours import make_entry, make_stop

FEW = 5
SHARES = st.floats(0, 1).map(lambda share: round(share, 2))


@given(st.lists(st.tuples(SHARES, SHARES), max_size=40), SHARES, SHARES)
def test_a_better_suggestion_never_becomes_a_worse_mark(pairs, one, two):
    curve = rising(pairs)
    low, high = sorted((one, two))
    assert 0 <= curve.at(low) <= curve.at(high) + 1e-9 <= 1 + 2e-9


def test_the_curve_of_what_agrees_changes_nothing():
    curve = rising([(share / 20, share / 20) for share in range(21)])
    assert all(curve.at(share / 20) == pytest.approx(share / 20) for share in range(21))
    assert Curve().at(0.3) == 0.3


def test_strict_suggestions_are_raised_and_their_sureness_follows_what_people_gave():
    known = [Known(share, min(1, share + 0.4), 0.9) for share in (0.1, 0.2, 0.3, 0.4, 0.5) * 5]
    found = calibrate(known)
    assert found is not None
    assert found.marks.at(0.3) == pytest.approx(0.7, abs=0.1)
    assert found.error_after < found.error_before / 2
    assert curves_of(found.as_json())[0].at(0.3) == pytest.approx(found.marks.at(0.3), abs=0.001)
    assert calibrate(known[: ENOUGH - 1]) is None


def test_a_curve_that_does_not_help_on_new_marks_is_not_used():
    found = calibrate([Known(share, given_, 0.9) for share, given_ in ((0.2, 0.2), (0.8, 0.8)) * 10])
    assert found is not None
    assert (found.marks, found.error_after) == (Curve(), 0)


def suggested(session: Session, entry: RosterEntry, version_id: int | None) -> Mark:
    """The suggestion for the same answer to the same question by somebody else."""
    attempt = make_attempt(session, entry=entry, contents=((SHORT_ANSWER, 10),))
    if version_id:
        attempt.assignment.paper.items[0].question_version_id = version_id
        session.flush()
    [mark] = hand_in_paper(session, attempt, given=lambda item: "我镇区位交通便利。").values()
    return mark


@pytest.mark.db
def test_later_suggestions_are_put_right_and_the_first_stays_visible(session: Session) -> None:
    stop = make_stop(session)
    first = suggested(session, make_entry(session, stop), None)
    version_id = session.get_one(PaperItem, first.paper_item_id).question_version_id
    marks = [first, *(suggested(session, make_entry(session, stop), version_id) for _ in range(FEW - 1))]
    assert recalibration.recalibrate(session, at=first.at, enough=FEW) == []
    marker = make_person(session)
    for each in marks:
        assert (each.source, each.awarded) == (Source.SUGGESTION, 5)
        operations.award(
            session,
            attempt_id=each.attempt_id,
            paper_item_id=each.paper_item_id,
            part="",
            marks=Decimal(8),
            marker_id=marker.id,
            at=each.at + timedelta(hours=1),
        )
    assert recalibration.recalibrate(session, at=first.at, enough=FEW) == [(version_id, "")]
    assert recalibration.recalibrate(session, at=first.at, enough=FEW) == []
    kept = session.scalars(select(RubricCalibration)).one()
    assert (kept.human_marks, kept.agreement) == (FEW, 0)
    later = suggested(session, make_entry(session, stop), version_id)
    assert 6 <= later.awarded <= 8
    assert later.detail["uncalibrated"]["marks"] == "5.00"
    assert later.confidence != later.detail["uncalibrated"]["confidence"]
    assert audit.verify(session) is None

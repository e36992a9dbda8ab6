"""A release that was faster than the equated scores: it says so, and is completed once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from exam import audit, database
from exam.grading.models import Score
from exam.reports import equated
from exam.reports.completing import KNOWN, OUTDATED, PENDING, STATE
from exam.reports.models import Release
from exam.reports.operations import release_results
from exam.sittings.models import Sitting, SittingStatus
from tests.factories.county import make_county

pytestmark = pytest.mark.db


@pytest.fixture
def early(session: Session) -> Release:
    """Released as soon as the last mark was there."""
    make_county(session, people=30, units=2)
    for score in session.scalars(select(Score)):
        score.equated = score.equated_error = None
    sitting = session.scalars(select(Sitting).order_by(Sitting.id)).first()
    assert sitting is not None
    sitting.status = SittingStatus.CLOSED
    last = max(session.scalars(select(Score.at)))
    release = release_results(session, sitting, by=None, at=last)
    session.commit()
    return release


def means(release: Release) -> list[tuple[str, str | None]]:
    return [(group["figures"]["mean"], group["figures"]["equated"]) for group in release.figures["groups"]]


def test_it_says_that_equated_scores_are_pending_and_is_completed_with_nothing_else_changed(
    engine: Engine, session: Session, early: Release
) -> None:
    before = means(early)
    assert early.figures[STATE] == PENDING
    assert {score for _, score in before} == {None}
    for seconds in (1, 60, 120):
        equated.watch(engine, at=early.at + timedelta(seconds=seconds))
    session.expire_all()
    assert early.figures[STATE] == KNOWN
    assert [mean for mean, _ in means(early)] == [mean for mean, _ in before]
    assert None not in {score for _, score in means(early)}
    with database.reading(engine) as reading:
        rows = [row.action for row in audit.history(reading, f"sitting:{early.sitting_id}")]
    assert rows.count("results.completed") == 1


def test_it_stays_as_it_went_out_where_a_mark_has_changed_since(
    engine: Engine, session: Session, early: Release
) -> None:
    before = early.figures
    score = session.scalars(select(Score).limit(1)).one()
    score.marks = max(Decimal(0), score.marks - 1)
    session.commit()
    equated.watch(engine, at=early.at + timedelta(seconds=90))
    session.expire_all()
    assert early.figures == before | {STATE: OUTDATED}


def test_a_release_after_they_were_worked_out_is_complete_from_the_beginning(
    engine: Engine, session: Session, early: Release
) -> None:
    equated.watch(engine, at=early.at + timedelta(seconds=90))
    session.expire_all()
    sitting = session.get_one(Sitting, early.sitting_id)
    again = release_results(session, sitting, by=None, at=early.at + timedelta(hours=1), note="补充说明")
    assert again.figures[STATE] == KNOWN
    assert means(again) == means(early)

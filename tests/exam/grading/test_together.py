"""What happens at the same time, and what a chore does when one paper fails."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from exam import database
from exam.grading import closing, queries
from exam.grading.models import Mark
from exam.grading.operations import hand_in
from exam.sittings.models import Attempt, AttemptStatus, Response
from tests.factories.marks import answer_paper
from tests.factories.papers import SHORT_ANSWER, SINGLE
from tests.factories.sittings import make_attempt

pytestmark = pytest.mark.db

SMALL = ((SINGLE, 2), (SHORT_ANSWER, 10))


def test_two_presses_of_the_button_at_once_are_one_receipt_and_one_set_of_marks(engine: Engine) -> None:
    with database.writing(engine) as session:
        attempt = make_attempt(session, contents=SMALL)
        answer_paper(session, attempt)
        attempt_id, at = attempt.id, attempt.started_at + timedelta(minutes=5)

    def press(_: int) -> str:
        with database.writing(engine) as session:
            return hand_in(session, session.get_one(Attempt, attempt_id), at=at)

    with ThreadPoolExecutor(4) as pool:
        receipts = set(pool.map(press, range(4)))
    assert len(receipts) == 1
    with database.reading(engine) as session:
        assert session.scalar(select(func.count(Mark.id))) == 2


def test_one_paper_that_cannot_be_marked_does_not_hold_up_the_others(engine: Engine) -> None:
    with database.writing(engine) as session:
        broken, sound = (make_attempt(session, contents=SMALL) for _ in range(2))
        answer_paper(session, sound)
        for each in (broken, sound):
            each.started_at = each.started_at.replace(year=2020, month=1, day=1)
            each.deadline = each.deadline.replace(year=2020, month=1, day=2 if each is sound else 1)
        item = broken.assignment.paper.items[0]
        session.add(
            Response(
                attempt_id=broken.id,
                paper_item_id=item.id,
                revision=1,
                operation="unreadable",
                value={"kind": "case", "parts": "?"},
                received_at=broken.started_at,
            )
        )
        ids = broken.id, sound.id
    closing.end_overdue(engine)
    with database.reading(engine) as session:
        states = [session.get_one(Attempt, each).status for each in ids]
        assert states == [AttemptStatus.STARTED, AttemptStatus.CLOSED]
        assert len(queries.marks_of(session, ids[1])) == 2

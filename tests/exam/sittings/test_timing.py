from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from exam.grading import operations as grading
from exam.sittings import operations, queries, timing
from exam.sittings.models import Attempt, AttemptStatus
from exam.sittings.revisions import Reason, Refused, Saved, SaveOperation
from exam.sittings.window import deadline_shown
from question_bank.errors import NotAllowed
from tests.factories.papers import SHORT_ANSWER
from tests.factories.sittings import make_assignment, make_attempt, make_sitting
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(milliseconds=1)
GRACE = timedelta(seconds=60)
ONE = [(SHORT_ANSWER, 10)]


def begun(session: Session) -> Attempt:
    return make_attempt(session, contents=ONE)


def save(session: Session, attempt: Attempt, *, op: str, revision: int = 1, at: object) -> Saved | Refused:
    [item] = queries.frozen_items(session, attempt.assignment.paper_id)
    operation = SaveOperation(op=op, item=item.item_id, revision=revision, value=f"第{revision}稿", flagged=False)
    [result] = operations.save(session, attempt, [operation], at=at)  # type: ignore[arg-type]
    return result


def test_time_given_to_one_person_moves_their_deadline_to_the_millisecond_and_nobody_elses(session: Session) -> None:
    stop = make_stop(session)
    sitting = make_sitting(session, stop=stop)
    mine, other = (make_attempt(session, entry=make_entry(session, stop), contents=ONE) for _ in range(2))
    before, closes = mine.deadline, sitting.closes_at
    timing.extend(session, sitting, seconds=90, reason="手机死机", assignment=mine.assignment, by=1, at=before)
    end = before + timedelta(seconds=90)
    assert (mine.deadline, other.deadline, sitting.closes_at) == (end, before, closes)
    assert isinstance(save(session, mine, op="operation-1", at=end + GRACE), Saved)
    late = save(session, mine, op="operation-2", revision=2, at=end + GRACE + MOMENT)
    assert isinstance(late, Refused)
    assert (late.reason, late.kept) == (Reason.LATE, True)


def test_time_given_to_the_hall_is_everybodys_also_of_who_begins_later(session: Session) -> None:
    stop = make_stop(session)
    sitting = make_sitting(session, stop=stop, minutes=200)
    early = make_attempt(session, entry=make_entry(session, stop), contents=ONE)
    before, closes = early.deadline, sitting.closes_at
    timing.extend(session, sitting, seconds=600, reason="停电", by=1, at=before)
    entry = make_entry(session, stop)
    given = make_assignment(session, sitting, entry, contents=ONE)
    timing.extend(session, sitting, seconds=60, reason="手伤", assignment=given, by=1, at=before)
    late = operations.start(session, entry, sitting, device="", at=sitting.opens_at + 5 * MINUTE)
    assert (early.deadline, sitting.closes_at) == (before + 10 * MINUTE, closes + 10 * MINUTE)
    assert late.deadline - late.started_at == (60 + 10 + 1) * MINUTE


def test_a_persons_time_goes_beyond_the_close_of_the_sitting(session: Session) -> None:
    stop = make_stop(session)
    sitting, entry = make_sitting(session, stop=stop, minutes=70), make_entry(session, stop)
    given = make_assignment(session, sitting, entry, contents=ONE)
    timing.extend(session, sitting, seconds=300, reason="视力障碍", assignment=given, by=1, at=sitting.opens_at)
    attempt = operations.start(session, entry, sitting, device="", at=sitting.opens_at + 20 * MINUTE)
    assert attempt.deadline == sitting.closes_at + 5 * MINUTE


def test_a_pause_costs_nobody_a_moment(session: Session) -> None:
    attempt = begun(session)
    sitting, before = attempt.assignment.sitting, attempt.deadline
    closes, began = sitting.closes_at, before - 10 * MINUTE
    timing.pause(session, sitting, reason="停电", by=1, at=began)
    while_paused = began + 3 * 60 * MINUTE
    assert deadline_shown(before, at=while_paused, paused_since=began) - while_paused == 10 * MINUTE
    assert operations.overdue(session, at=while_paused) == []
    assert grading.end(session, attempt, at=while_paused) is False
    assert isinstance(save(session, attempt, op="operation-1", at=while_paused), Saved)
    timing.resume(session, sitting, by=1, at=began + 25 * MINUTE)
    assert (attempt.deadline, sitting.closes_at) == (before + 25 * MINUTE, closes + 25 * MINUTE)
    assert operations.overdue(session, at=attempt.deadline + GRACE) == []
    assert operations.overdue(session, at=attempt.deadline + GRACE + MOMENT) == [attempt]


def test_nothing_begins_and_nothing_closes_while_a_sitting_stands_still(session: Session) -> None:
    stop = make_stop(session)
    sitting, entry = make_sitting(session, stop=stop), make_entry(session, stop)
    make_assignment(session, sitting, entry, contents=ONE)
    timing.pause(session, sitting, reason="停电", by=1, at=sitting.opens_at)
    with pytest.raises(NotAllowed):
        operations.start(session, entry, sitting, device="", at=sitting.opens_at)
    with pytest.raises(NotAllowed):
        operations.close_sitting(session, sitting, by=1, at=sitting.opens_at)
    with pytest.raises(NotAllowed):
        timing.pause(session, sitting, reason="再停", by=1, at=sitting.opens_at)
    timing.resume(session, sitting, by=1, at=sitting.opens_at + MINUTE)
    with pytest.raises(NotAllowed):
        timing.resume(session, sitting, by=1, at=sitting.opens_at + MINUTE)
    assert operations.start(session, entry, sitting, device="", at=sitting.opens_at + MINUTE).receipt is None


def test_time_needs_a_reason_a_measure_and_a_paper_that_is_not_over(session: Session) -> None:
    attempt = begun(session)
    sitting, at = attempt.assignment.sitting, attempt.started_at
    for seconds, reason in ((60, " "), (0, "停电"), (-60, "停电"), (timing.MOST + 1, "停电")):
        with pytest.raises(NotAllowed):
            timing.extend(session, sitting, seconds=seconds, reason=reason, by=1, at=at)
    operations.submit(session, attempt, at=at + MINUTE)
    with pytest.raises(NotAllowed):
        timing.extend(session, sitting, seconds=60, reason="停电", assignment=attempt.assignment, by=1, at=at)
    assert attempt.status is AttemptStatus.SUBMITTED


def test_who_was_given_time_in_the_meantime_is_not_ended(session: Session) -> None:
    attempt = begun(session)
    seen = attempt.deadline + GRACE + MOMENT
    assert operations.overdue(session, at=seen) == [attempt]
    sitting = attempt.assignment.sitting
    timing.extend(session, sitting, seconds=60, reason="停电", assignment=attempt.assignment, by=1, at=seen)
    assert grading.end(session, attempt, at=seen) is False
    assert attempt.status is AttemptStatus.STARTED
    assert grading.end(session, attempt, at=seen + MINUTE) is True
    assert attempt.status is AttemptStatus.CLOSED

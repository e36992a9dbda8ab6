from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from exam.sittings import operations, queries
from exam.sittings.models import AttemptStatus, SittingStatus
from question_bank.errors import NotAllowed
from tests.factories.sittings import make_assignment, make_attempt, make_sitting
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db
MINUTE = timedelta(minutes=1)


def test_who_presses_start_twice_has_one_attempt(session: Session) -> None:
    attempt = make_attempt(session)
    entry, sitting = attempt.assignment.entry, attempt.assignment.sitting
    again = operations.start(session, entry, sitting, device="another", at=attempt.started_at + MINUTE)
    assert (again.id, again.deadline) == (attempt.id, attempt.started_at + 60 * MINUTE)


def test_who_begins_late_writes_until_the_sitting_closes(session: Session) -> None:
    stop = make_stop(session)
    sitting, entry = make_sitting(session, stop=stop, minutes=70), make_entry(session, stop)
    make_assignment(session, sitting, entry)
    attempt = operations.start(session, entry, sitting, device="", at=sitting.opens_at + 20 * MINUTE)
    assert attempt.deadline == sitting.closes_at


@pytest.mark.parametrize("minutes", [-1, 70])
def test_nobody_begins_before_the_opening_or_at_the_close(session: Session, minutes: int) -> None:
    stop = make_stop(session)
    sitting, entry = make_sitting(session, stop=stop, minutes=70), make_entry(session, stop)
    make_assignment(session, sitting, entry)
    with pytest.raises(NotAllowed):
        operations.start(session, entry, sitting, device="", at=sitting.opens_at + minutes * MINUTE)


@pytest.mark.parametrize("status", [SittingStatus.PLANNED, SittingStatus.CLOSED])
def test_nobody_begins_a_sitting_that_is_not_open(session: Session, status: SittingStatus) -> None:
    stop = make_stop(session)
    sitting, entry = make_sitting(session, stop=stop, status=status), make_entry(session, stop)
    make_assignment(session, sitting, entry)
    with pytest.raises(NotAllowed):
        operations.start(session, entry, sitting, device="", at=sitting.opens_at)


def test_nobody_begins_without_a_paper(session: Session) -> None:
    stop = make_stop(session)
    sitting, entry = make_sitting(session, stop=stop), make_entry(session, stop)
    with pytest.raises(NotAllowed):
        operations.start(session, entry, sitting, device="", at=sitting.opens_at)


def test_handing_in_twice_gives_the_same_receipt(session: Session) -> None:
    attempt = make_attempt(session)
    first = operations.submit(session, attempt, at=attempt.started_at + MINUTE)
    assert operations.submit(session, attempt, at=attempt.started_at + 90 * MINUTE) == first
    assert (attempt.status, attempt.ended_at) == (AttemptStatus.SUBMITTED, attempt.started_at + MINUTE)


@pytest.mark.parametrize(
    ("after_deadline", "status"),
    [
        (timedelta(milliseconds=-1), AttemptStatus.SUBMITTED),
        (timedelta(0), AttemptStatus.SUBMITTED),
        (timedelta(seconds=60), AttemptStatus.SUBMITTED),
        (timedelta(seconds=60, milliseconds=1), AttemptStatus.CLOSED),
    ],
)
def test_handing_in_after_the_grace_is_time_run_out(
    session: Session, after_deadline: timedelta, status: AttemptStatus
) -> None:
    attempt = make_attempt(session)
    operations.submit(session, attempt, at=attempt.deadline + after_deadline)
    assert attempt.status is status


def test_an_attempt_is_overdue_once_its_grace_is_over(session: Session) -> None:
    attempt = make_attempt(session)
    end = attempt.deadline + timedelta(seconds=60)
    assert operations.overdue(session, at=end) == []
    assert operations.overdue(session, at=end + timedelta(milliseconds=1)) == [attempt]
    operations.submit(session, attempt, at=end + MINUTE)
    assert operations.overdue(session, at=end + 2 * MINUTE) == []


def test_a_sitting_closes_when_nobody_writes_any_more_and_is_released_after_that(session: Session) -> None:
    attempt = make_attempt(session)
    sitting = attempt.assignment.sitting
    with pytest.raises(NotAllowed):
        operations.close_sitting(session, sitting, by=None, at=sitting.closes_at)
    with pytest.raises(NotAllowed):
        operations.release(session, sitting, by=None, at=sitting.closes_at)
    operations.submit(session, attempt, at=attempt.deadline)
    operations.close_sitting(session, sitting, by=None, at=sitting.closes_at)
    operations.release(session, sitting, by=None, at=sitting.closes_at + MINUTE)
    assert (sitting.status, sitting.released_at) == (SittingStatus.RELEASED, sitting.closes_at + MINUTE)


def test_a_sitting_opened_late_keeps_its_length(session: Session) -> None:
    stop = make_stop(session)
    sitting = make_sitting(session, stop=stop, minutes=70, status=SittingStatus.PLANNED)
    make_assignment(session, sitting, make_entry(session, stop))
    late = sitting.opens_at + 12 * MINUTE
    operations.open_sitting(session, sitting, by=None, at=late)
    assert (sitting.opens_at, sitting.closes_at - sitting.opens_at) == (late, 70 * MINUTE)


def test_a_sitting_without_papers_cannot_be_opened(session: Session) -> None:
    sitting = make_sitting(session, status=SittingStatus.PLANNED)
    with pytest.raises(NotAllowed):
        operations.open_sitting(session, sitting, by=None, at=sitting.opens_at)


def test_both_sittings_lie_where_the_run_sheet_has_them_and_move_with_the_stop(session: Session) -> None:
    stop = make_stop(session)
    planned = operations.plan_sittings(session, stop, by=None, at=stop.starts_at)
    stop.starts_at, stop.ends_at = stop.starts_at + MINUTE, stop.ends_at + MINUTE
    moved = operations.plan_sittings(session, stop, by=None, at=stop.starts_at)
    assert [sitting.id for sitting in planned] == [sitting.id for sitting in moved]
    assert [sitting.paper_kind for sitting in moved] == ["business", "practical"]
    assert [(sitting.closes_at - sitting.opens_at) // MINUTE for sitting in moved] == [70, 55]
    assert moved[0].opens_at == stop.starts_at + 25 * MINUTE


def test_the_counts_of_a_sitting_name_nobody(session: Session) -> None:
    stop = make_stop(session)
    sitting = make_sitting(session, stop=stop)
    entries = [make_entry(session, stop) for _ in range(3)]
    for entry in entries:
        make_assignment(session, sitting, entry)
    first, _ = (operations.start(session, entry, sitting, device="", at=sitting.opens_at) for entry in entries[:2])
    operations.submit(session, first, at=sitting.opens_at + MINUTE)
    assert queries.progress(session, sitting.id) == queries.Progress(expected=3, writing=1, ended=1)
    assert queries.progress(session, sitting.id).waiting == 1

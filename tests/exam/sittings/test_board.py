"""The hall at a glance: who stands where, and what it costs to ask."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from exam.sittings import operations, queries
from exam.sittings.board import SILENT, Board, Line, State, board_of
from exam.sittings.day import IncidentKind
from exam.sittings.day_models import Incident, Pause, Presence
from exam.sittings.models import Attempt
from exam.sittings.revisions import SaveOperation
from exam.tours.flow import Absence
from question_bank.enums import Kind
from question_bank.kinds import key_view
from tests.factories.sittings import make_assignment, make_attempt, make_sitting
from tests.factories.tours import make_entry, make_stop
from tests.question_bank.samples import full_answer

pytestmark = pytest.mark.db
SECOND = timedelta(seconds=1)


def look(session: Session, attempt: Attempt, after: timedelta) -> Board:
    """The board of the attempt's sitting, so long after its start."""
    session.expire_all()
    sitting = attempt.assignment.sitting
    return board_of(session, sitting.stop_id, sitting, at=attempt.started_at + after)


def the_line(session: Session, attempt: Attempt, after: timedelta) -> Line:
    (line,) = look(session, attempt, after).lines
    return line


def give(session: Session, attempt: Attempt, item: int, value: object, *, revision: int, after: timedelta) -> None:
    operation = SaveOperation(
        op=f"operation-{item}-{revision}", item=item, revision=revision, value=value, flagged=False
    )
    (result,) = operations.save(session, attempt, [operation], at=attempt.started_at + after)
    assert not hasattr(result, "reason"), result


def test_an_answer_of_every_kind_counts_until_it_is_taken_back(session: Session) -> None:
    attempt = make_attempt(session)
    whole = queries.frozen_items(session, attempt.assignment.paper_id)
    found = list({item.content.kind: item for item in reversed(whole)}.values())
    assert len(found) == len(Kind)
    for number, item in enumerate(found, 1):
        give(session, attempt, item.item_id, full_answer(key_view(item.content, item.order)), revision=1, after=SECOND)
        assert the_line(session, attempt, SECOND).answered == number
    for number, item in enumerate(found, 1):
        give(session, attempt, item.item_id, None, revision=2, after=2 * SECOND)
        line = the_line(session, attempt, 2 * SECOND)
        assert (line.answered, line.questions) == (len(found) - number, len(whole))


def test_a_page_that_says_nothing_is_offline_until_it_is_heard_again(session: Session) -> None:
    attempt = make_attempt(session)
    assert the_line(session, attempt, SILENT).state is State.WRITING
    line = the_line(session, attempt, SILENT + SECOND)
    assert (line.state, line.silent, line.needs_a_look) == (State.OFFLINE, SILENT + SECOND, True)
    session.add(Presence(attempt_id=attempt.id, seen_at=attempt.started_at + SILENT, unsaved=3, hidden=True))
    session.flush()
    line = the_line(session, attempt, SILENT + SECOND)
    assert (line.state, line.silent, line.unsaved, line.hidden) == (State.WRITING, SECOND, 3, True)
    item = queries.frozen_items(session, attempt.assignment.paper_id)[0]
    give(session, attempt, item.item_id, None, revision=1, after=SILENT + 2 * SECOND)
    assert the_line(session, attempt, SILENT + 2 * SECOND).silent == timedelta(0)


def test_what_the_roster_says_holds_until_the_paper_says_more(session: Session) -> None:
    stop = make_stop(session)
    missing, ready, bare, away = (make_entry(session, stop) for _ in range(4))
    sitting = make_sitting(session, stop=stop)
    for entry in (missing, ready, away):
        make_assignment(session, sitting, entry)
    for entry in (ready, bare):
        entry.checked_in_at = sitting.opens_at
    away.absence = Absence.LEAVE
    session.flush()
    board = board_of(session, stop.id, sitting, at=sitting.opens_at)
    assert [line.state for line in board.lines] == [State.MISSING, State.READY, State.NO_PAPER, State.AWAY]
    assert (board.expected, board.checked_in, board.begun, board.looks) == (3, 2, 0, 1)


def test_a_paper_handed_in_is_in_whatever_the_clock_says(session: Session) -> None:
    attempt = make_attempt(session)
    operations.submit(session, attempt, at=attempt.started_at + SECOND)
    line = the_line(session, attempt, timedelta(hours=5))
    assert (line.state, line.left, line.ended_at) == (State.HANDED_IN, None, attempt.started_at + SECOND)
    assert look(session, attempt, SECOND).ended == 1


def test_while_a_paper_stands_still_so_does_the_time_that_is_left(session: Session) -> None:
    attempt = make_attempt(session)
    whole = attempt.deadline - attempt.started_at
    assert the_line(session, attempt, 60 * SECOND).left == whole - 60 * SECOND
    sitting = attempt.assignment.sitting_id
    session.add(Pause(sitting_id=sitting, began_at=attempt.started_at + 60 * SECOND, reason="停电"))
    session.flush()
    board = look(session, attempt, 600 * SECOND)
    assert board.pause is not None
    assert board.lines[0].left == whole - 60 * SECOND


def test_incidents_nobody_has_looked_at_stand_with_their_person(session: Session) -> None:
    attempt = make_attempt(session)
    entry = attempt.assignment.entry
    for owner in (entry.id, None):
        session.add(
            Incident(stop_id=entry.stop_id, roster_entry_id=owner, kind=IncidentKind.LEFT_PAGE, at=attempt.started_at)
        )
    session.flush()
    board = look(session, attempt, SECOND)
    assert (board.incidents, board.lines[0].incidents, board.lines[0].needs_a_look) == (2, 1, True)


def test_a_stop_without_papers_shows_who_is_there(session: Session) -> None:
    entry = make_entry(session, make_stop(session))
    board = board_of(session, entry.stop_id, None, at=make_stop(session).starts_at)
    assert [line.state for line in board.lines] == [State.MISSING]
    assert (board.sitting, board.pause, board.last_deadline) == (None, None, None)


@pytest.mark.parametrize("people", [1, 3])
def test_the_board_asks_the_same_number_of_questions_however_full_the_hall(
    engine: Engine, session: Session, people: int
) -> None:
    stop = make_stop(session)
    sitting = make_sitting(session, stop=stop)
    for _ in range(people):
        make_attempt(session, entry=make_entry(session, stop))
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert len(board_of(session, stop.id, sitting, at=sitting.opens_at).lines) == people
    assert len(asked) == 8

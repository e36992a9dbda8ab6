"""Quiz, rounds and sheets on both databases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.audit import AuditEvent
from exam.lessons import queries, quizzing
from exam.lessons.later import keep_up
from exam.lessons.models import QuizSheet
from exam.lessons.phases import GRACE, LATER_AFTER, LATER_LASTS, Phase, RoundStatus
from exam.tours.flow import StopStatus
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import Kind
from question_bank.errors import NotAllowed, ParseError, Shortage
from tests.conftest import NOON
from tests.factories.bank import make_question
from tests.factories.lessons import give_lecture, hand_in_all, make_lecture, make_quiz, make_round
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db
BY = {"by": None, "at": NOON}
DAY = date(2027, 3, 2)


def hall(
    session: Session, people: int = 1, *, status: StopStatus = StopStatus.RUNNING
) -> tuple[Stop, list[RosterEntry]]:
    """A stop with a quiz on its lecture, its people checked in."""
    stop = make_stop(session, status=status)
    make_quiz(session, give_lecture(session, stop))
    entries = [make_entry(session, stop) for _ in range(people)]
    for entry in entries:
        entry.checked_in_at = stop.starts_at
    session.flush()
    return stop, entries


def test_the_five_questions_are_on_the_lecture_and_of_kinds_the_rule_marks_alone(session: Session) -> None:
    inside = [make_question(session, subtopic="备案") for _ in range(6)]
    outside = [make_question(session, topic="LAW", subtopic="公平竞争") for _ in range(3)]
    reserved = [make_question(session, subtopic="备案") for _ in range(3)]
    for each in reserved:
        each.reserve = True
    over = make_question(session, subtopic="备案")
    over.valid_to = DAY + timedelta(days=20)
    owned = make_question(session, subtopic="备案", unit_code="U01")
    written = make_question(
        session, kind=Kind.NUMERIC, subtopic="备案", content={"answer": "3", "stem": "三加零等于几？"}
    )
    session.flush()
    quiz = quizzing.make_quiz(session, make_lecture(session, topics=["PROC"]), seed=1, on=DAY, **BY)
    asked = {item.version.question_id for item in quiz.items}
    assert asked <= {each.id for each in inside}
    assert len(asked) == 5
    assert not asked & {each.id for each in (*outside, *reserved, over, owned, written)}


def test_a_lecture_that_teaches_nothing_known_has_no_quiz(session: Session) -> None:
    with pytest.raises(NotAllowed, match="topics"):
        quizzing.make_quiz(session, make_lecture(session, topics=[]), seed=1, on=DAY, **BY)
    make_question(session)
    with pytest.raises(Shortage, match="only 1"):
        quizzing.make_quiz(session, make_lecture(session, topics=["PROC"]), seed=1, on=DAY, **BY)


def test_where_a_topic_holds_too_few_its_root_fills_up(session: Session) -> None:
    own = make_question(session, subtopic="备案")
    for _ in range(6):
        make_question(session, subtopic="环评")
    make_question(session, topic="LAW", subtopic="公平竞争")
    session.flush()
    quiz = quizzing.make_quiz(session, make_lecture(session, topics=[own.topic.code]), seed=1, on=DAY, **BY)
    assert quiz.items[0].version.question_id == own.id
    assert {item.version.question.topic.code.split("-")[0] for item in quiz.items} == {"PROC"}


def test_an_exchanged_question_makes_the_next_quiz_and_the_others_stay(session: Session) -> None:
    for _ in range(7):
        make_question(session)
    lecture = make_lecture(session)
    first = quizzing.make_quiz(session, lecture, seed=1, on=DAY, **BY)
    out = first.items[2]
    second = quizzing.exchange_question(session, lecture, out, seed=2, on=DAY, **BY)
    before, after = ({item.question_version_id for item in quiz.items} for quiz in (first, second))
    assert (second.number, len(after), before - after) == (2, 5, {out.question_version_id})
    with pytest.raises(NotAllowed, match="changed since"):
        quizzing.exchange_question(session, lecture, out, seed=3, on=DAY, **BY)


def test_rounds_open_in_their_order_and_opening_one_closes_the_one_before(session: Session) -> None:
    stop, _ = hall(session)
    quizzing.open_round(session, stop, Phase.BEFORE, **BY)
    quizzing.open_round(session, stop, Phase.AFTER, by=None, at=NOON + timedelta(hours=1))
    states = [line.status for line in queries.round_lines(session, stop.id)]
    assert states == [RoundStatus.CLOSED, RoundStatus.OPEN, RoundStatus.WAITING]
    for phase in (Phase.BEFORE, Phase.AFTER):
        with pytest.raises(NotAllowed):
            quizzing.open_round(session, stop, phase, **BY)


def test_a_round_is_not_opened_at_a_stop_that_is_not_there(session: Session) -> None:
    stop, _ = hall(session)
    for phase, status in (
        (Phase.BEFORE, StopStatus.ROSTERED),
        (Phase.BEFORE, StopStatus.FINISHED),
        (Phase.AFTER, StopStatus.ROSTERED),
        (Phase.LATER, StopStatus.RUNNING),
        (Phase.BEFORE, StopStatus.CANCELLED),
    ):
        stop.status = status
        with pytest.raises(NotAllowed, match="cannot be opened"):
            quizzing.open_round(session, stop, phase, **BY)


def test_the_quiz_of_a_stop_stays_the_one_it_was_asked_first(session: Session) -> None:
    stop, _ = hall(session)
    held = quizzing.open_round(session, stop, Phase.BEFORE, **BY)
    for _ in range(5):
        make_question(session)
    assert stop.lecture is not None
    quizzing.make_quiz(session, stop.lecture, seed=9, on=DAY, **BY)
    assert quizzing.open_round(session, stop, Phase.AFTER, **BY).quiz_id == held.quiz_id


def test_a_sheet_sent_twice_is_counted_once_and_the_first_stays(session: Session) -> None:
    stop, (entry,) = hall(session)
    held = quizzing.open_round(session, stop, Phase.BEFORE, **BY)
    first = hand_in_all(session, held, entry, right=3, at=NOON)
    assert hand_in_all(session, held, entry, right=5, at=NOON + timedelta(hours=9)).id == first.id
    assert session.scalar(select(func.count()).select_from(QuizSheet)) == 1
    assert [each.share for each in first.answers] == [Decimal(1)] * 3 + [Decimal(0)] * 2
    noted = select(func.count()).where(AuditEvent.action == "quiz_sheet.handed_in")
    assert session.scalar(noted) == 1


def test_a_sheet_on_its_way_when_the_round_closes_still_comes_in(session: Session) -> None:
    stop, (early, late) = hall(session, 2)
    held = quizzing.open_round(session, stop, Phase.BEFORE, **BY)
    quizzing.close_round(session, held, **BY)
    assert hand_in_all(session, held, early, right=1, at=NOON + GRACE)
    with pytest.raises(NotAllowed, match="closed"):
        hand_in_all(session, held, late, right=1, at=NOON + GRACE + timedelta(seconds=1))


def test_only_people_who_are_there_hand_in(session: Session) -> None:
    stop, (entry,) = hall(session)
    held = quizzing.open_round(session, stop, Phase.BEFORE, **BY)
    entry.checked_in_at = None
    stranger = make_entry(session, make_stop(session))
    stranger.checked_in_at = NOON
    for each in (entry, stranger):
        with pytest.raises(NotAllowed, match="checked in"):
            hand_in_all(session, held, each, right=1, at=NOON)


def test_what_cannot_be_read_is_no_answer(session: Session) -> None:
    stop, (entry,) = hall(session)
    held = quizzing.open_round(session, stop, Phase.BEFORE, **BY)
    item = queries.shown_to(session, held, entry)[0].item_id
    with pytest.raises(ParseError):
        quizzing.hand_in(session, held, entry, {item: ["Z"]}, at=NOON)


def test_everybody_has_an_order_of_options_of_their_own_that_stays(session: Session) -> None:
    stop, entries = hall(session, 12)
    held = quizzing.open_round(session, stop, Phase.BEFORE, **BY)
    orders = {
        entry.id: tuple(
            option.text for shown in queries.shown_to(session, held, entry) for option in shown.view.options
        )
        for entry in entries
    }
    assert len(set(orders.values())) > 6
    assert all(
        orders[entry.id]
        == tuple(option.text for shown in queries.shown_to(session, held, entry) for option in shown.view.options)
        for entry in entries
    )


def test_the_key_is_shown_once_the_round_after_the_lecture_is_over_and_not_before(session: Session) -> None:
    stop, (entry,) = hall(session)
    quizzing.open_round(session, stop, Phase.BEFORE, **BY)
    assert queries.solved_for(session, entry, at=NOON + timedelta(days=1)) == []
    held = quizzing.open_round(session, stop, Phase.AFTER, **BY)
    assert queries.solved_for(session, entry, at=NOON + timedelta(days=1)) == []
    hand_in_all(session, held, entry, right=5, at=NOON)
    quizzing.close_round(session, held, **BY)
    assert queries.solved_for(session, entry, at=NOON + GRACE) == []
    solved = queries.solved_for(session, entry, at=NOON + GRACE + timedelta(seconds=1))
    assert [(each.before, each.after) for each in solved] == [(None, 1.0)] * 5


def test_thirty_days_later_the_last_round_opens_by_itself_once_and_closes_two_weeks_after(session: Session) -> None:
    stop, _ = hall(session, status=StopStatus.FINISHED)
    quiz = queries.quiz_of_stop(session, stop)
    assert quiz is not None
    make_round(session, stop, quiz, Phase.AFTER, at=stop.ends_at)
    hall(session, status=StopStatus.FINISHED)  # nobody was asked there
    due = stop.ends_at + LATER_AFTER
    assert keep_up(session, at=due - timedelta(seconds=1)).opened == ()
    assert keep_up(session, at=due).opened == (stop.id,)
    assert keep_up(session, at=due).opened == ()
    assert keep_up(session, at=due + LATER_LASTS).closed == (stop.id,)
    assert [line.status for line in queries.round_lines(session, stop.id)][2] is RoundStatus.CLOSED

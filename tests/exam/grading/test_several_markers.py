"""Marking by two who do not see each other, a third where they differ, audits, and plans that change meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from exam import audit, database
from exam.grading import desk, oversight, planning, queries, sheets
from exam.grading.marking import Source
from exam.grading.markings import Decision, Place, decide, decide_same
from exam.grading.models import Mark, Marking, Round, Score
from exam.grading.planning import Plan
from exam.grading.rounds import Turn
from exam.grading.sheets import Sheet, WorkOrder
from exam.sittings.models import SittingStatus
from question_bank.errors import Conflict, NotAllowed
from tests.conftest import NOON
from tests.factories.marking_hall import Hall, make_hall


@pytest.fixture
def hall(session: Session) -> Hall:
    return make_hall(session)


def make_double(session: Session, hall: Hall, **values: object) -> None:
    planning.set_plan(session, hall.sitting, Plan(double=True, **values), by=None, at=NOON)


def give(
    session: Session, sheet: Sheet, marks: str, marker: int, turn: Turn = Turn.BLIND, *, at: datetime = NOON
) -> Mark | None:
    decision = Decision(turn, Decimal(marks), reason="同义表述")
    return decide(session, desk.place_of(sheet, ""), decision, marker_id=marker, at=at)


def count(session: Session, what: type) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


@pytest.mark.db
def test_two_who_nearly_agree_settle_it_by_their_mean(session: Session, hall: Hall) -> None:
    make_double(session, hall)
    sheet = hall.sheets(session)[0]
    one, two, three = hall.markers
    assert give(session, sheet, "6", one) is None
    assert queries.progress(session, hall.sitting.id).waiting == 3
    mark = give(session, sheet, "7.5", two)
    assert mark is not None
    assert (mark.awarded, mark.source, mark.marker_id) == (Decimal("6.75"), Source.AGREED, None)
    assert mark.detail == {"markings": ["6.00", "7.50"]}
    score = session.get_one(Score, sheet.attempt_id)
    assert (score.marks, score.waiting) == (Decimal("6.75"), 0)
    with pytest.raises(Conflict):
        give(session, sheet, "7", three)
    assert count(session, Marking) == 2
    assert audit.verify(session) is None


@pytest.mark.db
def test_two_who_differ_are_settled_by_a_third_who_sees_both(session: Session, hall: Hall) -> None:
    make_double(session, hall, third_above=20)
    sheet = hall.sheets(session)[0]
    one, two, three = hall.markers
    give(session, sheet, "2", one)
    assert give(session, sheet, "9", two) is None
    assert queries.progress(session, hall.sitting.id).thirds == 1
    before = desk.before(session, queries.written_answer(session, sheet.answer_id), marker_id=three)
    assert (before.turn, [marking.awarded for marking in before.both]) == (Turn.THIRD, [2, 9])
    with pytest.raises(Conflict):
        give(session, sheet, "8", one, Turn.THIRD)
    mark = give(session, sheet, "8", three, Turn.THIRD)
    assert mark is not None
    assert (mark.awarded, mark.source, mark.marker_id) == (8, Source.ADJUDICATOR, three)


def test_markers_see_nothing_of_each_other(session: Session, hall: Hall) -> None:
    make_double(session, hall)
    sheet = hall.sheets(session)[0]
    answer = queries.written_answer(session, sheet.answer_id)
    before = desk.before(session, answer, marker_id=hall.markers[1])
    give(session, sheet, "2", hall.markers[0])
    after = desk.before(session, queries.written_answer(session, sheet.answer_id), marker_id=hall.markers[1])
    assert after == before
    own = desk.before(session, queries.written_answer(session, sheet.answer_id), marker_id=hall.markers[0])
    assert (own.turn, own.mine is not None, own.both) == (None, True, ())


@pytest.mark.db
def test_nobody_is_given_an_answer_twice_or_their_own(session: Session, hall: Hall) -> None:
    make_double(session, hall)
    own = hall.candidates[2]
    seen = []
    while (answer_id := sheets.next_waiting(session, hall.sitting.id, hall.version_id, "", marker_id=own)) is not None:
        sheet = next(each for each in hall.sheets(session) if each.answer_id == answer_id)
        give(session, sheet, "5", own)
        seen.append(answer_id)
    assert len(seen) == len(set(seen)) == 2
    with pytest.raises(NotAllowed):
        give(session, hall.sheets(session)[2], "5", own)


def test_what_two_have_begun_is_finished_by_two(session: Session, hall: Hall) -> None:
    make_double(session, hall)
    begun, other, _ = hall.sheets(session)
    give(session, begun, "2", hall.markers[0])
    planning.set_plan(session, hall.sitting, Plan(), by=None, at=NOON)
    turns = [sheet.turn for sheet in hall.sheets(session)]
    assert turns == [Turn.BLIND, Turn.ALONE, Turn.ALONE]
    assert give(session, begun, "2", hall.markers[1]) is not None
    assert give(session, other, "2", hall.markers[1], Turn.ALONE) is not None


def test_a_wider_threshold_settles_what_waited_for_a_third(session: Session, hall: Hall) -> None:
    make_double(session, hall, third_above=10)
    sheet = hall.sheets(session)[0]
    give(session, sheet, "4", hall.markers[0])
    assert give(session, sheet, "6", hall.markers[1]) is None
    make_double(session, hall, third_above=20)
    assert [each.waits for each in hall.sheets(session)] == [False, True, True]


def test_a_plan_is_changed_on_what_was_shown_and_not_after_the_release(session: Session, hall: Hall) -> None:
    make_double(session, hall)
    with pytest.raises(Conflict):
        planning.set_plan(session, hall.sitting, Plan(), by=None, at=NOON, seen=0)
    hall.sitting.status = SittingStatus.RELEASED
    with pytest.raises(NotAllowed):
        planning.set_plan(session, hall.sitting, Plan(), by=None, at=NOON)
    planning.set_plan(session, hall.sitting, Plan(double=True, appeal_days=5), by=None, at=NOON, seen=1)


def test_another_decision_than_the_suggestion_says_why(session: Session, hall: Hall) -> None:
    sheet = hall.sheets(session)[0]
    place = desk.place_of(sheet, "")
    other = sheet.suggested - 1
    with pytest.raises(NotAllowed):
        decide(session, place, Decision(Turn.ALONE, other), marker_id=hall.markers[0], at=NOON)
    points = {"k1": other}
    made = decide(session, place, Decision(Turn.ALONE, other, points=points), marker_id=hall.markers[0], at=NOON)
    assert made is not None
    assert made.detail == {"points": {"k1": f"{other:f}"}}


def test_answers_that_say_the_same_get_their_marks_in_one_act(session: Session, hall: Hall) -> None:
    first, second, third = hall.sheets(session)
    same = sheets.the_same(hall.sheets(session), first.answer_id, marker_id=hall.markers[0])
    assert [sheet.answer_id for sheet in same] == [second.answer_id]
    assert sheets.the_same(hall.sheets(session), third.answer_id, marker_id=hall.markers[0]) == []
    decision = Decision(Turn.ALONE, Decimal(4), reason="同义表述")
    places = [desk.place_of(sheet, "") for sheet in (first, second)]
    assert decide_same(session, places, decision, marker_id=hall.markers[0], at=NOON) == 2
    assert decide_same(session, places, decision, marker_id=hall.markers[1], at=NOON) == 0
    made = session.scalars(select(Mark).where(Mark.source == Source.MARKER)).all()
    assert [(mark.attempt_id, mark.awarded) for mark in made] == [(first.attempt_id, 4), (second.attempt_id, 4)]


def test_the_least_certain_comes_first_or_alike_ones_together(session: Session, hall: Hall) -> None:
    confidences = (9500, 2000, 6000)
    for sheet, confidence in zip(hall.sheets(session), confidences, strict=True):
        session.get_one(Mark, sheet.answer_id).confidence = confidence
    ids = [sheet.answer_id for sheet in hall.sheets(session)]
    found = sheets.in_order(hall.sheets(session), marker_id=hall.markers[0], order=WorkOrder.DOUBT)
    assert [sheet.answer_id for sheet in found] == [ids[1], ids[2], ids[0]]
    together = sheets.in_order(hall.sheets(session), marker_id=hall.markers[0], order=WorkOrder.GROUP)
    assert [sheet.answer_id for sheet in together] == ids


@pytest.fixture
def sure(session: Session, hall: Hall) -> list[Sheet]:
    """The three answers, all suggested with confidence; the plan lets such suggestions count."""
    for sheet in hall.sheets(session):
        session.get_one(Mark, sheet.answer_id).confidence = 9800
    planning.set_plan(session, hall.sitting, Plan(accept_from=95, audit_share=1), by=None, at=NOON)
    return hall.sheets(session)


@pytest.mark.db
def test_sure_suggestions_count_and_the_first_is_audited_blind(session: Session, hall: Hall, sure: list[Sheet]) -> None:
    audited, *accepted = sure
    assert [sheet.waits for sheet in sure] == [True, False, False]
    assert audited.turn is Turn.AUDIT
    progress = queries.progress(session, hall.sitting.id)
    assert (progress.written, progress.decided, progress.accepted) == (1, 0, 2)
    assert session.get_one(Score, accepted[0].attempt_id).waiting == 0
    marks = str(audited.suggested)
    assert give(session, audited, marks, hall.markers[0], Turn.AUDIT) is not None
    watch = oversight.watch(session, hall.sitting.id)
    assert watch.questions[0].audit is not None
    assert (watch.questions[0].audit.n, watch.questions[0].audit.near) == (1, 1)


@pytest.mark.db
def test_one_act_takes_trust_away_and_gives_it_back(session: Session, hall: Hall, sure: list[Sheet]) -> None:
    assert planning.distrust(session, hall.sitting, hall.version_id, "", by=None, at=NOON) == 2
    assert [(sheet.waits, sheet.turn) for sheet in hall.sheets(session)] == [(True, Turn.ALONE)] * 3
    assert session.get_one(Score, sure[1].attempt_id).waiting == 1
    assert planning.trust(session, hall.sitting, hall.version_id, "", by=None, at=NOON) == 2
    assert [sheet.waits for sheet in hall.sheets(session)] == [True, False, False]
    assert audit.verify(session) is None


def test_without_trust_in_the_plan_nothing_counts_by_itself(session: Session, hall: Hall, sure: list[Sheet]) -> None:
    planning.set_plan(session, hall.sitting, Plan(), by=None, at=NOON)
    assert all(sheet.waits for sheet in hall.sheets(session))
    with pytest.raises(NotAllowed):
        planning.distrust(session, make_hall(session).sitting, hall.version_id, "", by=None, at=NOON)


@pytest.mark.db
def test_the_organiser_sees_who_is_strict_and_what_is_left(session: Session, hall: Hall) -> None:
    make_double(session, hall, third_above=30)
    one, two, _ = hall.markers
    for number, sheet in enumerate(hall.sheets(session)):
        at = NOON + timedelta(seconds=30 * number)
        give(session, sheet, "5", one, at=at)
        if number < 2:
            give(session, sheet, "7", two, at=at)
    watch = oversight.watch(session, hall.sitting.id)
    assert (watch.whole.waiting, watch.to_do) == (1, 1)
    assert watch.between is not None
    assert (watch.between.n, watch.between.mae) == (2, pytest.approx(0.2))
    severity = {each.person_id: each.severity.bias for each in watch.markers if each.severity}
    assert severity == {one: pytest.approx(-0.2), two: pytest.approx(0.2)}
    assert [pair.found.n for pair in watch.pairs] == [2]
    [question] = watch.questions
    assert (question.firsts, question.seconds, question.thirds) == (3, 2, 0)


def race(engine: Engine, verbs: list[Callable[[Session], object]]) -> list[str]:
    """Run `verbs` at once, each in a transaction of its own; who got through and who was told."""
    told: list[str] = []
    barrier = Barrier(len(verbs))

    def one(verb: Callable[[Session], object]) -> None:
        barrier.wait()
        try:
            with database.writing(engine) as session:
                verb(session)
            told.append("kept")
        except Conflict:
            told.append("told")

    threads = [Thread(target=one, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.db
@pytest.mark.parametrize(("double", "kept"), [(False, 1), (True, 2)])
def test_of_three_at_one_answer_at_once_as_many_get_it_as_are_needed(
    engine: Engine, *, double: bool, kept: int
) -> None:
    with database.writing(engine) as session:
        hall = make_hall(session)
        if double:
            make_double(session, hall)
        sheet, markers = hall.sheets(session)[0], hall.markers
        place, suggested = Place(sheet.attempt_id, sheet.paper_item_id, ""), sheet.suggested
    turn = Turn.BLIND if double else Turn.ALONE

    def verb(marker: int) -> Callable[[Session], object]:
        decision = Decision(turn, suggested, seen=1)
        return lambda session: decide(session, place, decision, marker_id=marker, at=NOON)

    told = race(engine, [verb(marker) for marker in markers])
    assert told == ["kept"] * kept + ["told"] * (3 - kept)
    with database.reading(engine) as session:
        assert count(session, Marking) == (2 if double else 0)
        rounds = session.scalars(select(Marking.round).order_by(Marking.id)).all()
        assert list(rounds) == ([Round.FIRST, Round.SECOND] if double else [])

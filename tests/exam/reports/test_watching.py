"""What is done with the answers after a release: figures at each question, alarms, and what people decide on them."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from exam import audit, database
from exam.reports import alarms, watching
from exam.reports.models import AlarmStatus
from exam.sittings.models import Attempt
from exam.tours.models import RosterEntry, Stop
from question_bank import operations, queries, reserves
from question_bank.drawable import Drawable
from question_bank.enums import PaperKind, Status
from question_bank.errors import Conflict, Invalid
from question_bank.measuring import Measured, statistic_of
from question_bank.models import ItemStatistic, Question
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit
from tests.factories.bank import make_question
from tests.factories.county import make_county
from tests.factories.leak_alarms import evidence, make_alarm, picture
from tests.factories.marks import mark_by_hand
from tests.factories.results import TEN_CHOICES, WITH_WRITTEN, make_sat_paper, released
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db

LATER = NOON + timedelta(days=1)


def measured(facility: int = 8_000) -> Measured:
    return Measured(responses=40, facility=facility, discrimination=None, ability=0, from_number=1)


def drawn(session: Session) -> list[Drawable]:
    day = NOON.date()
    return queries.drawable(session, paper_kind=PaperKind.BUSINESS, on=day, audience=None, host_unit_code=None)


def hold(session: Session, *questions: Question) -> None:
    codes, _ = reserves.hold_back(session, [each.id for each in questions], at=NOON)
    assert len(codes) == len(questions)


def sat(session: Session, *scores: int, contents=TEN_CHOICES, starts_at=NOON) -> tuple[Stop, object]:
    stop = make_stop(session, starts_at=starts_at)
    unit = make_unit(session)
    entries: list[RosterEntry] = [make_entry(session, stop, person=make_person(session, unit=unit)) for _ in scores]
    return stop, make_sat_paper(session, stop, dict(zip(entries, scores, strict=True)), contents=contents)


def examined(session: Session, at=NOON) -> watching.Kept:
    return watching.keep(session, watching.look(session), by=None, at=at)


def test_what_candidates_earned_is_kept_at_each_question(session: Session) -> None:
    sat(session, 100, 50, 0)
    assert examined(session).questions == 10
    rows = session.scalars(select(ItemStatistic).order_by(ItemStatistic.question_id)).all()
    assert [(row.responses, row.facility) for row in rows] == [(3, 6667)] * 5 + [(3, 3333)] * 5
    assert {(row.discrimination, row.from_number, row.updated_at) for row in rows} == {(None, 1, NOON)}
    assert sum(row.ability for row in rows[:5]) == pytest.approx(0, abs=10)  # everybody met everything


def test_written_answers_count_once_the_results_are_released(session: Session) -> None:
    """Before, only those who left them blank would have their marks."""
    _, sitting = sat(session, 100, 90, contents=WITH_WRITTEN)
    before = watching.look(session)
    assert (before.answers, before.stops) == (18, 1)
    for attempt in session.scalars(select(Attempt)):
        mark_by_hand(session, attempt, marker_id=make_person(session).id)
    released(session, sitting)
    assert watching.look(session).answers == 20


def test_the_chore_works_out_what_was_released_once(engine: Engine) -> None:
    with database.writing(engine) as session:
        _, sitting = sat(session, 60, 80)
        assert not watching.is_due(session)
        released(session, sitting)
        at = sitting.closes_at + timedelta(minutes=1)
    for _ in range(2):
        watching.watch(engine, at=at)
    with database.reading(engine) as session:
        assert not watching.is_due(session)
        assert len(session.scalars(select(ItemStatistic)).all()) == 10
        (row,) = audit.history(session, watching.SUBJECT)
        assert row.detail == {"questions": 10, "answers": 20, "stops": 1, "raised": 0}


def test_a_version_that_asks_something_else_begins_without_figures(session: Session) -> None:
    question = make_question(session)
    draft = queries.draft_of(question, queries.latest_version(session, question))

    def revised(**values) -> None:
        nonlocal draft
        draft = draft.model_copy(update={"content": draft.content.model_copy(update=values)})
        operations.add_version(session, question, draft, by=None, at=NOON)

    watching.keep(session, picture(measured={question.id: measured()}), by=None, at=NOON)
    revised(explanation="条例第十三条第一款。")
    assert statistic_of(session, question.id).responses == 40
    revised(stem="下列哪一项是企业的义务？")
    assert statistic_of(session, question.id) is None


def test_the_draw_knows_the_figures_and_weighs_them_against_the_label(session: Session) -> None:
    easy, untouched = make_question(session, difficulty=3), make_question(session, difficulty=3)
    watching.keep(session, picture(measured={easy.id: measured(facility=9_500)}), by=None, at=NOON)
    found = {each.question_id: each.figures for each in drawn(session)}
    assert (found[easy.id].responses, found[untouched.id].responses) == (40, 0)
    assert found[easy.id].middle > found[untouched.id].middle > found[untouched.id].low


def test_what_a_stop_answered_decides_how_hard_the_next_papers_take_it(session: Session) -> None:
    make_county(session, people=120, units=3)
    before = {each.question_id: each.figures.middle for each in drawn(session)}
    watching.keep(session, watching.look(session), by=None, at=LATER)
    after = {each.question_id: each.figures.middle for each in drawn(session)}
    facility = {row.question_id: row.facility for row in session.scalars(select(ItemStatistic))}
    assert len(facility) == 8
    assert sum(abs(after[each] - facility[each]) < abs(before[each] - facility[each]) for each in facility) >= 7
    hardest, easiest = min(facility, key=facility.__getitem__), max(facility, key=facility.__getitem__)
    assert after[hardest] < after[easiest]


def test_an_alarm_is_raised_once_and_keeps_up_with_the_evidence(session: Session) -> None:
    question = make_question(session)
    alarm = make_alarm(session, question)
    kept = watching.keep(session, picture((question, evidence(chance=0.00001, alarm=False))), by=None, at=LATER)
    assert kept.raised == ()
    assert (alarm.status, alarm.raised_at, alarm.evidence["chance"]) == (AlarmStatus.OPEN, NOON, 0.00001)
    assert [event.action for event in audit.history(session, f"leak_alarm:{alarm.id}")] == ["leak.raised"]


def test_a_question_out_of_the_draw_raises_no_alarm(session: Session) -> None:
    question = make_question(session, status=Status.IN_REVIEW)
    assert watching.keep(session, picture((question, evidence())), by=None, at=NOON).raised == ()


def test_confirming_takes_the_question_out_calls_reserves_in_and_names_the_papers(session: Session) -> None:
    question, spare, other = make_question(session), make_question(session), make_question(session, topic="LAW")
    hold(session, spare, other)
    assert [each.question_id for each in drawn(session)] == [question.id]
    alarm = make_alarm(session, question)
    assert [each.id for each in alarms.alarm_shown(session, alarm).reserves] == [spare.id]
    done = alarms.confirm(session, alarm, reason="群里有人晒题", call_in=[spare.id, other.id], by=None, at=LATER)
    assert done.called_in == (spare.code,)
    assert question.status is Status.QUARANTINED
    assert [each.question_id for each in drawn(session)] == [spare.id]
    left = audit.history(session, f"question:{question.id}")[0]
    assert (left.detail["reason"], left.detail["params"]) == (alarms.LEAKED, {"reason": "群里有人晒题"})


def test_a_decision_needs_a_reason_and_is_taken_once(session: Session) -> None:
    alarm = make_alarm(session, make_question(session))
    with pytest.raises(Invalid):
        alarms.dismiss(session, alarm, reason="  ", by=None, at=LATER)
    alarms.dismiss(session, alarm, reason="刚讲过这一课", by=None, at=LATER)
    with pytest.raises(Conflict):
        alarms.confirm(session, alarm, reason="泄题", by=None, at=LATER)


def test_a_dismissed_alarm_comes_back_on_much_stronger_evidence_only(session: Session) -> None:
    question = make_question(session)
    alarms.dismiss(session, make_alarm(session, question, chance=0.01), reason="培训", by=None, at=LATER)
    for chance, raised in ((0.005, 0), (0.0005, 1)):
        kept = watching.keep(session, picture((question, evidence(chance=chance))), by=None, at=LATER)
        assert len(kept.raised) == raised
    assert alarms.waiting(session) == 1


def test_a_watched_question_gets_its_evidence_from_the_answers(session: Session) -> None:
    """Two stops, the first ignorant: what stands in the alarm is what was earned there."""
    early, _ = sat(session, 0, 0, starts_at=NOON - timedelta(days=7))
    question = session.scalars(select(Question).order_by(Question.id)).first()
    alarm = make_alarm(session, question)
    examined(session, at=LATER)
    (row,) = alarm.evidence["stops"]
    assert {name: row[name] for name in ("stop", "answers", "earned")} == {"stop": early.id, "answers": 2, "earned": 0}
    assert alarm.evidence["chance"] == 1.0

"""Which questions are not known: counted from the marks that count, with what was chosen instead."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from exam.grading.models import Cause, Mark
from exam.grading.scores import keep_scores
from exam.reports import question_tally
from exam.reports.models import QuestionTally
from exam.reports.queries import Scope
from exam.reports.questions import question_report
from exam.sittings.models import Sitting
from question_bank.enums import Difficulty
from question_bank.models import Question
from tests.conftest import NOON
from tests.factories.county import make_county
from tests.factories.papers import SHORT_ANSWER, SINGLE, TRUE_FALSE
from tests.factories.results import make_sat_paper
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db

ALL = Scope(released_only=False)


def test_the_least_known_question_stands_first_with_what_was_chosen_instead(session: Session) -> None:
    made = make_county(session, people=60, units=3, items=4, bank=8, answered=True)
    found = question_report(session, Scope(tour_id=made.tour.id))
    assert (found.questions, found.answers, len(found.lines)) == (8, 240, 8)
    assert [line.facility for line in found.lines] == sorted(line.facility for line in found.lines)
    first = found.lines[0]
    missed = first.answers - round(first.facility * first.answers)
    assert sum(each.count for each in first.wrong) == missed
    assert {each.key for each in first.wrong} <= {"A", "C", "D"}
    assert first.wrong[0].text in {each["text"] for each in SINGLE["options"]}
    assert first.expected == Decimal(found.lines[0].expected)
    assert first.surplus == first.facility - first.expected


def test_more_is_expected_of_what_its_author_calls_easy(session: Session) -> None:
    made = make_county(session, people=30, units=2)
    lines = question_report(session, Scope(tour_id=made.tour.id)).lines
    expected = {line.difficulty: line.expected for line in lines}
    assert expected[Difficulty.RECALL] > expected[Difficulty.APPLICATION] > expected[Difficulty.JUDGEMENT]


def test_what_waits_what_is_void_and_what_few_met_is_not_listed(session: Session) -> None:
    stop = make_stop(session)
    entries = {make_entry(session, stop): 100 for _ in range(5)}
    contents = ((SINGLE, 40), ({**TRUE_FALSE, "stem": "判断"}, 60))
    make_sat_paper(session, stop, entries, contents=contents)
    waits = make_stop(session)
    make_sat_paper(session, waits, {make_entry(session, waits): 40}, contents=((SINGLE, 40), (SHORT_ANSWER, 60)))
    assert [line.kind for line in question_report(session, ALL).lines] == ["single_choice", "true_false"]
    for mark in session.scalars(select(Mark).where(Mark.maximum == Decimal(60))):
        mark.detail = {**mark.detail, "void": True}
    session.flush()
    found = question_report(session, ALL)
    assert [line.kind for line in found.lines] == ["single_choice"]
    assert found.questions == 2


def test_one_paper_or_all_of_them_in_a_fixed_number_of_queries(engine: Engine, session: Session) -> None:
    for people in (6, 30):
        made = make_county(session, people=people, units=2)
        seen: list[str] = []

        def note(*args: object, seen: list[str] = seen) -> None:
            seen.append(str(args[2]))

        event.listen(engine, "before_cursor_execute", note)
        question_report(session, Scope(tour_id=made.tour.id))
        event.remove(engine, "before_cursor_execute", note)
        assert len(seen) == 4
    assert session.scalars(select(Question.id)).first() is not None


def test_what_is_kept_is_what_would_be_counted_and_a_later_mark_makes_it_count_again(
    engine: Engine, session: Session
) -> None:
    made = make_county(session, people=40, units=3, items=4, bank=8, answered=True)
    session.commit()
    scopes = [Scope(tour_id=made.tour.id), ALL, *(Scope(unit_id=unit) for unit in made.units)]
    live = [question_report(session, scope) for scope in scopes]
    session.rollback()
    question_tally.watch(engine)
    assert session.scalar(select(func.count()).select_from(QuestionTally)) == 3
    assert [question_report(session, scope) for scope in scopes] == live
    assert _counted_live(session) == 0, "everything was kept"

    mark = session.scalars(select(Mark).where(Mark.awarded > Decimal(0)).order_by(Mark.id)).first()
    assert mark is not None
    worse = {"sequence": 2, "awarded": Decimal(0), "source": mark.source, "detail": {}, "at": NOON}
    session.add(Mark(attempt_id=mark.attempt_id, paper_item_id=mark.paper_item_id, maximum=mark.maximum, **worse))
    keep_scores(session, [mark.attempt_id], cause=Cause.MARKED, at=NOON + timedelta(days=3650))
    session.commit()
    assert _counted_live(session) > 0
    changed = question_report(session, ALL)
    assert changed != live[1], "what is kept of that sitting holds no more"
    session.rollback()
    question_tally.watch(engine)
    assert question_report(session, ALL) == changed
    assert _counted_live(session) == 0


def _counted_live(session: Session) -> int:
    """Questions of sittings of which nothing is kept that still holds."""
    fresh = Sitting.id.not_in(question_tally._fresh())
    return len(session.execute(question_tally._sums(ALL, fresh)).all())

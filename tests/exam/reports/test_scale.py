"""Everybody's score on one scale: what moves it, what leaves it alone, and where there is none."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from exam import audit, database
from exam.grading.models import Cause, Mark, Score
from exam.grading.scores import keep_scores
from exam.papers.models import PaperItem
from exam.reports import equated, queries
from exam.reports.comparison import Measure
from exam.reports.queries import Scope
from exam.reports.scale import FEWEST_PEOPLE, Answer, Sat, place
from exam.reports.statistics import Basis
from question_bank.models import QuestionVersion
from tests.conftest import NOON
from tests.factories.county import make_county

EASY, HARD = [f"easy{n}" for n in range(20)], [f"hard{n}" for n in range(20)]
COMMON = [f"common{n}" for n in range(10)]


def sat(
    people: int, items: list[str], *, plan: str, first: int = 0, audience: str = "town", seed: int = 1
) -> tuple[list[Sat], list[Answer]]:
    """People of like ability; hard items lie two logits above easy ones, common ones between. Marks are on a hundred."""
    chance = np.random.default_rng(seed)
    hardness = {"easy": -1.0, "hard": 1.0, "comm": 0.0}
    likely = 1 / (1 + np.exp([hardness[name[:4]] for name in items] - chance.normal(0, 1, (people, 1))))
    right = chance.random((people, len(items))) < likely
    full = 100 / len(items)
    those = [Sat(first + n, float(right[n].sum() * full), 100.0, audience, plan) for n in range(people)]
    answers = [
        Answer(first + n, name, float(right[n, i] * full), full, "2")
        for n in range(people)
        for i, name in enumerate(items)
    ]
    return those, answers


def test_whoever_sat_the_harder_paper_gains_and_the_usual_one_keeps_its_scores() -> None:
    usual, first = sat(300, COMMON + EASY, plan="a")
    other, second = sat(200, COMMON + HARD, plan="b", first=1000, seed=2)
    placed, [fit] = place([*usual, *other], [*first, *second])
    assert (fit.people, fit.items, fit.converged) == (500, 50, True)
    assert [placed[each.attempt].score for each in usual] == pytest.approx([each.marks for each in usual], abs=1e-6)
    raw = np.mean([each.marks for each in usual]) - np.mean([each.marks for each in other])
    left = np.mean([placed[each.attempt].score for each in usual]) - np.mean(
        [placed[each.attempt].score for each in other]
    )
    assert raw > 20
    assert abs(left) < 4
    errors = [placed[each.attempt].error for each in other if 20 < each.marks < 80]
    assert all(error is not None and 3 < error < 12 for error in errors)


def test_each_audience_has_the_scale_of_its_own_usual_paper() -> None:
    town, first = sat(100, COMMON + HARD, plan="a")
    village, second = sat(100, COMMON + EASY, plan="b", first=1000, audience="village")
    placed, _ = place([*town, *village], [*first, *second])
    everybody = [*town, *village]
    assert [placed[each.attempt].score for each in everybody] == pytest.approx([each.marks for each in everybody])


def test_papers_without_a_common_question_are_never_put_on_one_scale() -> None:
    usual, first = sat(100, EASY, plan="a")
    other, second = sat(80, HARD, plan="b", first=1000)
    placed, fits = place([*usual, *other], [*first, *second])
    assert sorted(placed) == list(range(100))
    assert [fit.people for fit in fits] == [100, 80]


def test_few_people_have_no_equated_score() -> None:
    people, answers = sat(FEWEST_PEOPLE - 1, COMMON, plan="a")
    assert place(people, answers) == ({}, [])
    assert place([], []) == ({}, [])


def test_what_counts_is_the_score_with_its_floors_and_void_items() -> None:
    people, answers = sat(100, COMMON + EASY, plan="a")
    whole, _ = place(people, answers)
    floored = [Sat(each.attempt, each.marks / 2, each.total, each.audience, each.plan) for each in people]
    halved, _ = place(floored, answers)
    assert [halved[n].score for n in halved] == pytest.approx([each.marks / 2 for each in people], abs=1e-6)
    assert halved != whole


@pytest.mark.db
def test_the_factory_keeps_the_scores_that_the_operations_keep(session: Session) -> None:
    made = make_county(session, people=4, units=2)
    before = {each.attempt_id: (each.marks, each.total, each.topics) for each in session.scalars(select(Score))}
    keep_scores(session, made.attempts, cause=Cause.MARKED, at=NOON)
    assert {each.attempt_id: (each.marks, each.total, each.topics) for each in session.scalars(select(Score))} == before


@pytest.mark.db
def test_equated_scores_stand_beside_the_raw_ones_and_are_kept_once(session: Session) -> None:
    made = make_county(session, people=60, units=3)
    assert equated.keep(session, equated.look(session), by=None, at=NOON) == 60
    assert equated.keep(session, equated.look(session), by=None, at=NOON) == 0
    assert [session.get_one(Score, attempt).marks for attempt in made.attempts] == list(made.marks)
    [group] = queries.report(session, Scope(), Measure.BUSINESS).groups
    assert group.basis is Basis.RAW
    assert group.figures.equated is not None
    assert abs(group.figures.equated - group.figures.mean) < 3
    assert all(each.unit.figures.equated_interval is not None for each in group.units)
    assert audit.verify(session) is None


@pytest.mark.db
def test_a_void_item_is_no_answer_and_what_has_no_score_any_more_loses_it(session: Session) -> None:
    made = make_county(session, people=40, units=2, items=2, bank=2)
    equated.keep(session, equated.look(session), by=None, at=NOON)
    version = session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id.desc())).first()
    items = select(PaperItem.id).where(PaperItem.question_version_id == version)
    for mark in session.scalars(select(Mark).where(Mark.paper_item_id.in_(items))):
        mark.detail = {"void": True}
    keep_scores(session, made.attempts, cause=Cause.CORRECTION, at=NOON)
    half_right = sum(marks == 50 for marks in made.marks)
    assert session.scalars(select(Score.equated)).all().count(None) == half_right > 0
    assert [(fit["items"], fit["answers"]) for fit in equated.look(session).fits["business"]] == [(1, 40)]
    equated.keep(session, equated.Outcome({}), by=None, at=NOON)
    assert set(session.scalars(select(Score.equated))) == {None}


@pytest.mark.db
def test_the_chore_waits_until_marks_have_come_to_rest_and_looks_once(engine: Engine, session: Session) -> None:
    make_county(session, people=30, units=2)
    last = max(session.scalars(select(Score.at)))
    session.commit()
    equated.watch(engine, at=last + timedelta(seconds=30))
    with database.reading(engine) as reading:
        assert equated.last_kept(reading) is None
    equated.watch(engine, at=last + timedelta(seconds=60))
    equated.watch(engine, at=last + timedelta(seconds=90))
    with database.reading(engine) as reading:
        assert equated.last_kept(reading).at == last + timedelta(seconds=60)
        assert not equated.is_due(reading, at=last + timedelta(days=1))


@pytest.mark.db
@pytest.mark.parametrize("stops", [1, 3])
def test_answers_are_read_in_a_fixed_number_of_queries(engine: Engine, session: Session, stops: int) -> None:
    make_county(session, people=stops * 2, units=stops)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    equated.look(session)
    assert len(seen) == 5

"""A wrong key found after the exam: preview, two people, regrade, results released again."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam import audit, clock, database
from exam.audit import AuditEvent
from exam.grading import affected, corrections, operations, queries, second_look
from exam.grading import sat as sat_
from exam.grading.correcting import Change, with_rubrics
from exam.grading.marking import Source, WrongMarks
from exam.grading.models import Cause, Correction, CorrectionPolicy, CorrectionStatus, Mark, Score, ScoreChange
from exam.reports import regrading, repair
from exam.reports.models import Release
from exam.sittings.models import Sitting
from exam.sittings.operations import start
from question_bank.enums import Kind, ScoringRule, Status, rules_for
from question_bank.errors import Conflict, NotAllowed
from question_bank.kinds import content_of
from tests.conftest import NOON
from tests.factories.accounts import make_person, make_unit
from tests.factories.corrections import attempts_at, label_of, plan, sit, version_of
from tests.factories.marks import hand_in_paper
from tests.factories.papers import CASE, FILL_BLANK, MULTIPLE, SHORT_ANSWER, SINGLE, TRUE_FALSE
from tests.factories.tours import make_tour

pytestmark = pytest.mark.db

Policy = CorrectionPolicy


def scores(session: Session, sitting: Sitting) -> list[Decimal]:
    ids = [attempt.id for attempt in attempts_at(session, sitting)]
    return list(session.scalars(select(Score.marks).where(Score.attempt_id.in_(ids)).order_by(Score.attempt_id)))


def agreed(session: Session, asked: affected.Plan, **values: Any) -> Correction:
    """Proposed by one person and confirmed by another."""
    one, two = make_person(session), make_person(session)
    made = repair.propose(session, asked, reason="答案印错", by=one.id, at=NOON)
    repair.confirm(session, made, seen=None, by=two.id, at=NOON, **values)
    return made


def regraded(session: Session, correction: Correction) -> dict[str, Any]:
    """What the job does, in this transaction."""
    ids = sat_.attempts_with(session, correction.question_version_id, correction.stop_id)
    corrections.mark_anew(session, correction, ids, at=NOON)
    return regrading.finish(session, correction, at=NOON, seen=set(ids))


def test_the_preview_says_who_passes_and_which_units_change_places(session: Session) -> None:
    units = [make_unit(session, name="石桥镇"), make_unit(session, name="临河镇")]
    sitting = sit(session, ["B", "C"] * 5, units=units)
    shown = repair.preview(session, plan(version_of(session, sitting)))
    counts = shown.counts
    assert (counts.attempts, counts.raised, counts.lowered, counts.now_pass, counts.now_fail) == (10, 5, 5, 5, 5)
    assert [(stop.unit, stop.released, stop.counts.changed) for stop in shown.stops] == [("石桥镇", True, 10)]
    business = {move.unit: (move.rank_before, move.rank_after) for move in shown.moves if move.measure == "business"}
    assert business == {"石桥镇": (1, 2), "临河镇": (2, 1)}
    assert session.scalar(select(func.count(Mark.id)).where(Mark.source == Source.CORRECTION)) == 0


def test_one_proposes_another_confirms_and_the_old_figures_stay_readable(session: Session) -> None:
    sitting = sit(session, ["B", "C", None])
    asked = plan(version_of(session, sitting))
    one, two = make_person(session), make_person(session)
    made = repair.propose(session, asked, reason="答案印错", by=one.id, at=NOON)
    with pytest.raises(NotAllowed):
        repair.confirm(session, made, seen=None, by=one.id, at=NOON)
    with pytest.raises(Conflict):
        repair.confirm(session, made, seen="another", by=two.id, at=NOON)
    seal = repair.preview(session, asked).seal
    repair.confirm(session, made, seen=seal, by=two.id, at=NOON)
    outcome = regraded(session, made)
    assert scores(session, sitting) == [50, 100, 50]
    assert (outcome["changed"], outcome["raised"], outcome["lowered"], outcome["as_previewed"]) == (2, 1, 1, True)
    first, second = session.scalars(select(Release).where(Release.sitting_id == sitting.id).order_by(Release.number))
    assert (first.note, second.correction_id, second.to_persons) == ("", made.id, True)
    assert "更正" in second.note
    assert "答案印错" in second.note
    assert [person["score"] for person in first.figures["people"]] == ["100.00", "50.00", "50.00"]
    kept = session.scalars(select(ScoreChange).order_by(ScoreChange.attempt_id)).all()
    assert [(each.before, each.after, each.cause) for each in kept] == [
        (100, 50, Cause.CORRECTION),
        (50, 100, Cause.CORRECTION),
    ]
    assert audit.verify(session) is None


def test_the_database_itself_asks_for_two_people(session: Session) -> None:
    sitting = sit(session, ["B"])
    made = agreed(session, plan(version_of(session, sitting)))
    made.confirmed_by = made.proposed_by
    with pytest.raises(IntegrityError):
        session.flush()


def test_the_question_leaves_the_draw_unless_that_is_not_wished(session: Session) -> None:
    sitting = sit(session, ["B"])
    version = version_of(session, sitting)
    question = sat_.version_by_id(session, version).question
    agreed(session, plan(version), quarantine=False)
    assert question.status is Status.PUBLISHED
    other = sit(session, ["B"])
    version = version_of(session, other)
    agreed(session, plan(version))
    assert sat_.version_by_id(session, version).question.status is Status.QUARANTINED


def test_only_one_correction_of_a_version_is_under_way_and_a_proposal_can_be_taken_back(session: Session) -> None:
    sitting = sit(session, ["B"])
    asked, person = plan(version_of(session, sitting)), make_person(session)
    made = repair.propose(session, asked, reason="答案印错", by=person.id, at=NOON)
    with pytest.raises(Conflict):
        repair.propose(session, asked, reason="答案印错", by=person.id, at=NOON)
    corrections.withdraw(session, made, by=person.id, at=NOON)
    repair.propose(session, asked, reason="再次提出", by=person.id, at=NOON)
    with pytest.raises(NotAllowed):
        repair.confirm(session, made, seen=None, by=make_person(session).id, at=NOON)
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"correction:{made.id}")).all()
    assert actions == ["correction.proposed", "correction.withdrawn"]


@pytest.mark.parametrize("wrong", ["no reason", "not sat there", "old key", "no key", "no such rule"])
def test_a_proposal_needs_a_reason_somebody_concerned_and_something_new(session: Session, wrong: str) -> None:
    sitting = sit(session, ["B"])
    version, reason = version_of(session, sitting), "答案印错"
    asked = {
        "no reason": plan(version),
        "not sat there": plan(version, stop_id=sit(session, ["B"]).stop_id),
        "old key": plan(version, key={"answer": "B"}),
        "no key": affected.Plan(version, None, Policy.NEW_KEY, plan(version, Policy.FULL_MARKS).change),
        "no such rule": plan(version, Policy.NEW_RULE, rule=ScoringRule.PER_BLANK),
    }[wrong]
    with pytest.raises(NotAllowed):
        repair.propose(
            session, asked, reason=" " if wrong == "no reason" else reason, by=make_person(session).id, at=NOON
        )


def test_one_stop_or_every_stop(session: Session) -> None:
    """The second stop had the same paper set's question only by its own version: scope is the version and the stop."""
    tour = make_tour(session)
    sitting = sit(session, ["C", "C"], tour=tour)
    version = version_of(session, sitting)
    assert len(list(affected.effects(session, plan(version, stop_id=sitting.stop_id)))) == 2
    assert [where.attempts for where in sat_.stops_with(session, version)] == [2]
    assert list(affected.effects(session, plan(version, stop_id=sitting.stop_id + 1))) == []


def test_an_appeal_decided_by_a_person_outlasts_a_new_key(session: Session) -> None:
    sitting = sit(session, ["C", "C"], release=False)
    version = version_of(session, sitting)
    judged, _ = attempts_at(session, sitting)
    [mark] = [each for each in session.scalars(select(Mark).where(Mark.attempt_id == judged.id)) if not each.awarded]
    told = {"paper_item_id": mark.paper_item_id, "part": "", "marks": Decimal(20), "reason": "部分正确"}
    operations.award(session, attempt_id=judged.id, marker_id=make_person(session).id, at=NOON, **told)
    asked = plan(version)
    assert repair.preview(session, asked).counts.kept_by_hand == 1
    regraded(session, agreed(session, asked))
    assert scores(session, sitting) == [70, 100]


def test_a_later_correction_takes_the_place_of_an_earlier_one(session: Session) -> None:
    sitting = sit(session, ["B", "C"])
    version = version_of(session, sitting)
    regraded(session, agreed(session, plan(version, Policy.VOID_RESCALE)))
    assert scores(session, sitting) == [100, 100]
    regraded(session, agreed(session, plan(version)))
    assert scores(session, sitting) == [50, 100]
    assert session.scalar(select(func.count(Release.id)).where(Release.sitting_id == sitting.id)) == 3


def test_a_paper_handed_in_after_the_correction_is_marked_by_it(session: Session) -> None:
    sitting = sit(session, ["B"], release=False)
    version = version_of(session, sitting)
    regraded(session, agreed(session, plan(version)))
    from exam.sittings.models import SittingStatus
    from tests.exam.grading.test_operations import twin_of
    from tests.factories.sittings import make_assignment
    from tests.factories.tours import make_entry

    sitting.status = SittingStatus.OPEN
    [first] = attempts_at(session, sitting)
    entry = make_entry(session, sitting.stop)
    twin = twin_of(session, first.assignment.paper)
    make_assignment(session, sitting, entry, paper=twin)
    late = start(session, entry, sitting, device="test", at=sitting.opens_at)
    hand_in_paper(session, late, given=lambda item: label_of(item, "C"))
    assert session.get_one(Score, late.id).marks == 50


WRITTEN = ["区位交通便利，产业配套齐全。", "区位交通便利，配套完善。"]
TWO = SHORT_ANSWER["rubric"][1]
RUBRICS = {"": {"rubric": [SHORT_ANSWER["rubric"][0], {**TWO, "keyword_groups": [["产业配套齐全", "配套完善"]]}]}}


def test_new_key_points_list_what_people_gave_for_a_second_look_and_change_nothing_else(session: Session) -> None:
    sitting = sit(session, WRITTEN, question=SHORT_ANSWER)
    version = version_of(session, sitting, SHORT_ANSWER)
    asked = plan(version, Policy.NEW_RUBRIC, question=SHORT_ANSWER, rubrics=RUBRICS)
    one, two, three = (make_person(session) for _ in range(3))
    made = repair.propose(session, asked, reason="采分点漏了同义说法", by=one.id, at=NOON)
    before = repair.preview(session, asked)
    assert (before.counts.kept_by_hand, before.counts.changed) == (2, 0)
    [look] = second_look.looks(session, asked)
    assert (look.text, look.before.awarded, look.suggested.awarded) == (WRITTEN[1], 25, 50)
    again = {"attempt_id": look.attempt_id, "part": "", "at": NOON}
    with pytest.raises(WrongMarks):
        second_look.look_again(session, made, marks=Decimal(51), by=three.id, **again)
    candidate = attempts_at(session, sitting)[1].assignment.entry.person_id
    with pytest.raises(NotAllowed):
        second_look.look_again(session, made, marks=Decimal(50), by=candidate, **again)
    second_look.look_again(session, made, marks=Decimal(45), by=three.id, **again)
    repair.confirm(session, made, seen=None, by=two.id, at=NOON)
    with pytest.raises(NotAllowed):
        second_look.look_again(session, made, marks=Decimal(50), by=three.id, **again)
    outcome = regraded(session, made)
    assert scores(session, sitting) == [100, 95]
    assert (outcome["raised"], outcome["as_previewed"], len(outcome["releases"])) == (1, True, 1)
    assert not any(effect.changed for effect in affected.effects(session, affected.plan_of(made)))


def test_what_waits_is_suggested_anew_and_goes_on_waiting(session: Session) -> None:
    sitting = sit(session, WRITTEN, question=SHORT_ANSWER, release=False, by_hand=False)
    version = version_of(session, sitting, SHORT_ANSWER)
    asked = plan(version, Policy.NEW_RUBRIC, question=SHORT_ANSWER, rubrics=RUBRICS)
    assert second_look.looks(session, asked) == []
    regraded(session, made := agreed(session, asked))
    latest = session.scalars(
        select(Mark).where(Mark.source == Source.SUGGESTION, Mark.sequence > 1).order_by(Mark.id)
    ).all()
    assert [(mark.awarded, mark.correction_id) for mark in latest][-1] == (50, made.id)
    assert queries.progress(session, sitting.id).waiting == 2
    assert corrections.mark_anew(session, made, [each.attempt_id for each in latest], at=NOON) == 0
    first = session.scalars(select(Mark).where(Mark.attempt_id == latest[-1].attempt_id, Mark.sequence == 1)).all()
    shown = [second_look.answer_to_mark(session, mark.id) for mark in first if mark.source is Source.SUGGESTION]
    assert [answer.suggestion.awarded for answer in shown] == [50]
    assert shown[0].content.rubric[1].keyword_groups == (("产业配套齐全", "配套完善"),)  # type: ignore[attr-defined]


@pytest.mark.parametrize("rubrics", [None, {"": {}}])
def test_new_key_points_have_to_be_other_ones(session: Session, rubrics: Any) -> None:
    sitting = sit(session, WRITTEN, question=SHORT_ANSWER)
    version = version_of(session, sitting, SHORT_ANSWER)
    change = None if rubrics is None else with_rubrics(content_of(Kind.SHORT_ANSWER, SHORT_ANSWER), rubrics)
    with pytest.raises(NotAllowed):
        repair.preview(session, affected.Plan(version, None, Policy.NEW_RUBRIC, Change(content=change)))


QUESTIONS = {
    "single": (SINGLE, {"answer": "C"}, st.sampled_from(["A", "B", "C", "D", None])),
    "multiple": (MULTIPLE, {"answer": ["A", "B"]}, st.lists(st.sampled_from("ABCD"), unique=True, min_size=1)),
    "judgement": (TRUE_FALSE, {"answer": False}, st.booleans()),
    "blank": (
        FILL_BLANK,
        {"answers": [["生产"], ["安全"]]},
        st.lists(st.sampled_from(["安全", "生产", ""]), min_size=2, max_size=2),
    ),
    "case": (
        CASE,
        {"subquestions": {"a": {"answer": "C"}}},
        st.fixed_dictionaries({"1": st.sampled_from("ABC"), "2": st.sampled_from(["帮办代办", "不知道"])}),
    ),
}


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller example is not worth minutes of stops
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_what_the_preview_says_is_what_the_marking_does(session: Session, data: st.DataObject) -> None:
    """For random answers to any kind of question, under any policy that fits it, at released stops and others."""
    question, key, answers = QUESTIONS[data.draw(st.sampled_from(sorted(QUESTIONS)))]
    sitting = sit(
        session,
        data.draw(st.lists(answers, min_size=1, max_size=3)),
        question=question,
        release=data.draw(st.booleans()),
    )
    version = version_of(session, sitting, question)
    content = sat_.version_by_id(session, version)
    policies = corrections.policies_for(content_of(Kind(question["kind"]), content.content))
    policy = data.draw(st.sampled_from(policies))
    rule = rules_for(Kind(question["kind"]))[-1] if policy is Policy.NEW_RULE else None
    asked = plan(version, policy, question=question, key=key, rule=rule)
    shown, before = repair.preview(session, asked), scores(session, sitting)
    outcome = regraded(session, agreed(session, asked))
    after = scores(session, sitting)
    assert outcome["as_previewed"]
    told = {effect.attempt_id: (effect.before, effect.after) for effect in shown.changed}
    ids = [attempt.id for attempt in attempts_at(session, sitting)]
    done = {number: pair for number, *pair in zip(ids, before, after, strict=True) if pair[0] != pair[1]}
    assert {number: list(pair) for number, pair in told.items()} == done
    assert not any(effect.changed for effect in affected.effects(session, asked))


def test_a_worker_killed_in_the_middle_leaves_a_job_that_comes_to_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first try dies after one batch; the second goes on, writes nothing twice and releases once."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(regrading, "BATCH", 1)
    with database.writing(engine) as session:
        sitting = sit(session, ["B", "C", "D"])
        made, sitting_id = agreed(session, plan(version_of(session, sitting))), sitting.id
        number = made.id

    def dies(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        regrading.regrade(engine, number, progress=dies)
    with database.reading(engine) as session:
        assert session.get_one(Correction, number).status is CorrectionStatus.CONFIRMED
    steps: list[tuple[int, int]] = []
    outcome = regrading.regrade(engine, number, progress=lambda done, of: steps.append((done, of)))
    assert (steps, outcome["as_previewed"]) == ([(1, 3), (2, 3), (3, 3)], True)
    assert regrading.regrade(engine, number) == outcome
    with database.reading(engine) as session:
        assert scores(session, session.get_one(Sitting, sitting_id)) == [50, 100, 50]
        assert session.scalar(select(func.count(Mark.id)).where(Mark.correction_id == number)) == 2
        assert session.scalar(select(func.count(Release.id)).where(Release.correction_id == number)) == 1

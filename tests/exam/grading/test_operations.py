"""Handing in, ending what is overdue, and marking by hand."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import operations, queries, sheets
from exam.grading.diagnoses import diagnoses
from exam.grading.marking import Source, WrongMarks
from exam.grading.models import Mark
from exam.papers.models import Paper, PaperItem
from exam.sittings.models import Attempt, AttemptStatus, SittingStatus
from exam.sittings.operations import start
from question_bank.enums import Kind, TextForm
from question_bank.errors import Conflict, NotAllowed, NotFound
from tests.factories.accounts import make_person
from tests.factories.marks import answer_paper, hand_in_paper, mark_by_hand
from tests.factories.papers import CASE, DIAGNOSIS, SHORT_ANSWER, SINGLE
from tests.factories.sittings import make_assignment, make_attempt
from tests.factories.tours import make_entry

pytestmark = pytest.mark.db

SMALL = ((SINGLE, 2), (SHORT_ANSWER, 10))


def count_marks(session: Session) -> int:
    return session.scalar(select(func.count(Mark.id))) or 0


def waiting_part(session: Session, attempt: Attempt) -> Mark:
    [mark] = [mark for mark in queries.marks_of(session, attempt.id).values() if mark.source is Source.SUGGESTION]
    return mark


def award(session: Session, mark: Mark, marks: str, marker_id: int, **values: object) -> Mark:
    return operations.award(
        session,
        attempt_id=mark.attempt_id,
        paper_item_id=mark.paper_item_id,
        part=mark.part,
        marks=Decimal(marks),
        marker_id=marker_id,
        at=mark.at + timedelta(hours=1),
        **values,
    )


def twin_of(session: Session, paper: Paper) -> Paper:
    """Another paper of the same questions."""
    twin = Paper(paper_set_id=paper.paper_set_id, position=9, code="TWIN", items_hash=paper.items_hash)
    session.add(twin)
    session.flush()
    names = ("position", "section", "question_version_id", "order", "rule", "marks")
    for item in paper.items:
        session.add(PaperItem(paper_id=twin.id, **{name: getattr(item, name) for name in names}))
    session.flush()
    return twin


def test_handing_in_marks_what_rules_can_mark_and_leaves_the_rest_waiting(session: Session) -> None:
    marks = hand_in_paper(session, make_attempt(session))
    assert len(marks) == 11  # the case has two parts; the key of a diagnosis is blank
    assert Counter(mark.source for mark in marks.values()) == {Source.RULE: 9, Source.SUGGESTION: 2}
    settled = [mark for mark in marks.values() if mark.source is Source.RULE]
    assert sum(mark.awarded == mark.maximum for mark in settled) == 8
    assert audit.verify(session) is None


def test_handing_in_twice_is_one_receipt_and_one_set_of_marks(session: Session) -> None:
    attempt = make_attempt(session)
    answer_paper(session, attempt)
    receipts = {
        operations.hand_in(session, attempt, at=attempt.started_at + timedelta(minutes=minute)) for minute in (5, 6, 90)
    }
    assert len(receipts) == 1
    assert count_marks(session) == 11


def test_an_empty_paper_earns_nought_and_waits_for_nobody(session: Session) -> None:
    marks = hand_in_paper(session, make_attempt(session), given=lambda item: None)
    assert {mark.awarded for mark in marks.values()} == {Decimal(0)}
    assert {mark.source for mark in marks.values()} == {Source.RULE}


def test_overdue_papers_are_ended_and_marked_with_what_was_saved(session: Session) -> None:
    attempt = make_attempt(session, contents=SMALL)
    answer_paper(session, attempt)
    grace = timedelta(seconds=attempt.assignment.sitting.grace_seconds)
    assert operations.close_overdue(session, at=attempt.deadline + grace) == []
    assert operations.close_overdue(session, at=attempt.deadline + grace + timedelta(seconds=1)) == [attempt.id]
    assert attempt.status is AttemptStatus.CLOSED
    assert [mark.awarded for mark in queries.marks_of(session, attempt.id).values()] == [Decimal(2), Decimal(10)]
    assert operations.close_overdue(session, at=attempt.deadline + timedelta(hours=9)) == []


def test_an_attempt_that_was_ended_but_never_marked_is_marked_later(session: Session) -> None:
    attempt = make_attempt(session, contents=SMALL)
    operations.submit(session, attempt, at=attempt.started_at)
    stop_id = attempt.assignment.sitting.stop_id
    assert operations.mark_unmarked(session, stop_id=stop_id, at=attempt.started_at) == [attempt.id]
    assert operations.mark_unmarked(session, stop_id=stop_id, at=attempt.started_at) == []
    assert count_marks(session) == 2


def test_a_marker_confirms_a_suggestion_without_a_reason(session: Session) -> None:
    attempt = make_attempt(session, contents=SMALL)
    hand_in_paper(session, attempt)
    waits = waiting_part(session, attempt)
    made = award(session, waits, "10", make_person(session).id)
    assert (made.sequence, made.source, made.awarded) == (2, Source.MARKER, Decimal(10))
    assert queries.marks_of(session, attempt.id)[waits.paper_item_id, ""] is made
    assert count_marks(session) == 3


def test_changing_what_a_person_or_a_rule_decided_needs_a_reason(session: Session) -> None:
    attempt = make_attempt(session, contents=SMALL)
    marks = hand_in_paper(session, attempt)
    marker = make_person(session).id
    award(session, waiting_part(session, attempt), "7.5", marker)
    for mark in queries.marks_of(session, attempt.id).values():
        with pytest.raises(NotAllowed):
            award(session, mark, "1", marker, reason="  ")
        assert award(session, mark, "1", marker, reason="复核").awarded == 1
    history = queries.history(session, attempt.id, max(item for item, _ in marks), "")
    assert [(mark.sequence, mark.awarded) for mark in history] == [(1, 10), (2, Decimal("7.5")), (3, 1)]


@pytest.mark.parametrize("marks", ["-0.25", "10.25", "7.1"])
def test_impossible_marks_are_refused(session: Session, marks: str) -> None:
    attempt = make_attempt(session, contents=SMALL)
    hand_in_paper(session, attempt)
    with pytest.raises(WrongMarks):
        award(session, waiting_part(session, attempt), marks, make_person(session).id)


def test_nobody_marks_their_own_paper(session: Session) -> None:
    attempt = make_attempt(session, contents=SMALL)
    hand_in_paper(session, attempt)
    own = attempt.assignment.entry.person_id
    waits = waiting_part(session, attempt)
    with pytest.raises(NotAllowed):
        award(session, waits, "10", own)
    sitting_id, version_id = attempt.assignment.sitting_id, queries.questions(session, attempt.assignment.sitting_id)[0]
    assert sheets.next_waiting(session, sitting_id, version_id.version_id, "", marker_id=own) is None
    [line] = queries.waiting(session, marker_id=own)
    assert (line.progress.waiting, line.for_you) == (1, 0)


def test_marks_stand_once_the_results_are_released(session: Session) -> None:
    attempt = make_attempt(session, contents=SMALL)
    hand_in_paper(session, attempt)
    attempt.assignment.sitting.status = SittingStatus.RELEASED
    session.flush()
    with pytest.raises(NotAllowed):
        award(session, waiting_part(session, attempt), "10", make_person(session).id)
    assert queries.waiting(session) == []


def test_two_markers_at_one_answer_the_second_is_told(session: Session) -> None:
    attempt = make_attempt(session, contents=SMALL)
    hand_in_paper(session, attempt)
    waits = waiting_part(session, attempt)
    award(session, waits, "5", make_person(session).id, seen=1)
    with pytest.raises(Conflict):
        award(session, waits, "6", make_person(session).id, seen=1)


def test_there_is_nothing_to_award_before_the_paper_is_handed_in(session: Session) -> None:
    attempt = make_attempt(session, contents=SMALL)
    with pytest.raises(NotFound):
        operations.award(
            session,
            attempt_id=attempt.id,
            paper_item_id=1,
            part="",
            marks=Decimal(1),
            marker_id=1,
            at=attempt.started_at,
        )


def test_marks_by_key_point_are_kept_where_they_add_up(session: Session) -> None:
    attempt = make_attempt(session, contents=SMALL)
    hand_in_paper(session, attempt)
    marker = make_person(session).id
    waits = waiting_part(session, attempt)
    kept = award(session, waits, "7", marker, points={"k1": Decimal(5), "k2": Decimal(2)})
    assert kept.detail == {"points": {"k1": "5", "k2": "2"}}
    off = award(session, waits, "8", marker, reason="复核", points={"k1": Decimal(5), "k2": Decimal(2)})
    assert off.detail == {}


def test_the_queue_counts_question_by_question_and_ends(session: Session) -> None:
    attempt = make_attempt(session, contents=((SHORT_ANSWER, 10), (CASE, 20)))
    hand_in_paper(session, attempt)
    sitting_id = attempt.assignment.sitting_id
    marker = make_person(session).id
    lines = queries.questions(session, sitting_id, marker_id=marker)
    assert [(line.number, line.maximum, line.progress.waiting) for line in lines] == [(None, 10, 1), (2, 12, 1)]
    answer_id = sheets.next_waiting(session, sitting_id, lines[1].version_id, lines[1].part, marker_id=marker)
    assert answer_id is not None
    shown = queries.written_answer(session, answer_id)
    assert (shown.number, shown.material[:4], shown.response.text) == (2, "某光伏辅", "帮办代办，容缺受理。")
    mark_by_hand(session, attempt, marker_id=marker)
    assert queries.progress(session, sitting_id) == queries.Progress(2, 2)
    assert sheets.next_waiting(session, sitting_id, lines[1].version_id, lines[1].part, marker_id=marker) is None
    assert queries.written_answer(session, answer_id).decided


def test_an_answer_passed_over_comes_again_after_the_others(session: Session) -> None:
    first = make_attempt(session, contents=SMALL)
    hand_in_paper(session, first)
    sitting = first.assignment.sitting
    entry = make_entry(session, sitting.stop)
    make_assignment(session, sitting, entry, paper=twin_of(session, first.assignment.paper))
    second = start(session, entry, sitting, device="test", at=first.started_at)
    hand_in_paper(session, second)
    marker = make_person(session).id
    [line] = queries.questions(session, sitting.id)
    where = (sitting.id, line.version_id, line.part)
    one = sheets.next_waiting(session, *where, marker_id=marker)
    other = sheets.next_waiting(session, *where, marker_id=marker, after=one)
    assert one != other
    assert sheets.next_waiting(session, *where, marker_id=marker, after=other) == one


def test_the_problems_written_down_are_listed_with_who_wrote_them(session: Session) -> None:
    attempt = make_attempt(session, contents=((DIAGNOSIS, 30), (SINGLE, 1)))
    problem = {"problem": "企业用地指标不足", "department": "自然资源和规划局", "done": "已上报", "planned": "争取点供"}
    hand_in_paper(session, attempt, given=lambda item: problem if item.content.kind is Kind.SHORT_ANSWER else None)
    [found] = diagnoses(session, attempt.assignment.sitting.stop_id)
    assert (found.problem, found.department, found.name) == (
        "企业用地指标不足",
        "自然资源和规划局",
        attempt.assignment.entry.name,
    )
    assert TextForm.DIAGNOSIS in {line.form for line in queries.questions(session, attempt.assignment.sitting_id)}

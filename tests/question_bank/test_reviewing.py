"""Readers: who may approve, how many must, what is kept of what they say."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from question_bank import operations, readings, reviewing
from question_bank.enums import Finding, Status
from question_bank.errors import Invalid, NotAllowed
from question_bank.models import Question, Topic
from question_bank.queries import latest_version
from question_bank.reviewing import Reading
from tests.conftest import NOON
from tests.factories.bank import make_draft, make_question

pytestmark = pytest.mark.db

AUTHOR, SECOND_AUTHOR, READER, OTHER_READER = 11, 12, 21, 22


def handed_in(session: Session, **values) -> Question:
    question, _ = operations.create_question(session, make_draft(**values), by=AUTHOR, at=NOON)
    operations.advance(session, question, Status.IN_REVIEW, by=AUTHOR, at=NOON)
    return question


def need(session: Session, count: int, code: str = "PROC") -> None:
    reviewing.set_reviewers(session, session.scalars(select(Topic).where(Topic.code == code)).one(), count)


def approve(session: Session, question: Question, by: int, **values) -> bool:
    return reviewing.approve(session, question, by=by, at=NOON, **values)[0].published


def test_one_approval_publishes_where_one_is_enough(session: Session) -> None:
    question = handed_in(session)
    assert approve(session, question, READER)
    assert question.status is Status.PUBLISHED


def test_a_topic_may_ask_for_two_readers_and_its_subtopics_follow_it(session: Session) -> None:
    question = handed_in(session, subtopic="立项-备案")
    need(session, 2)
    assert not approve(session, question, READER)
    with pytest.raises(NotAllowed, match="approved this version"):
        approve(session, question, READER)
    assert readings.standing(session, question, latest_version(session, question)).missing == 1
    assert approve(session, question, OTHER_READER)


def test_who_wrote_any_of_it_since_it_was_last_published_does_not_approve_it(session: Session) -> None:
    question = handed_in(session, code="Q1")
    operations.add_version(session, question, make_draft(code="Q1"), by=SECOND_AUTHOR, at=NOON)
    for writer in (AUTHOR, SECOND_AUTHOR):
        with pytest.raises(NotAllowed, match="cannot approve"):
            approve(session, question, writer)
    assert approve(session, question, READER)
    operations.add_version(session, question, make_draft(code="Q1"), by=SECOND_AUTHOR, at=NOON)
    assert approve(session, question, AUTHOR, since=2)  # what the first author wrote has been published


def test_approvals_before_it_was_sent_back_count_no_more(session: Session) -> None:
    question = handed_in(session)
    need(session, 2)
    approve(session, question, READER)
    reviewing.send_back(session, question, comment="选项有歧义", by=OTHER_READER, at=NOON)
    assert question.status is Status.DRAFT
    operations.advance(session, question, Status.IN_REVIEW, by=AUTHOR, at=NOON)
    assert not approve(session, question, OTHER_READER)
    said = [(each.finding, each.reader, each.comment) for each in readings.thread(session, question.id)]
    assert said == [
        (Finding.APPROVED, READER, ""),
        (Finding.RETURNED, OTHER_READER, "选项有歧义"),
        (Finding.APPROVED, OTHER_READER, ""),
    ]


def test_sending_back_and_commenting_need_words(session: Session) -> None:
    question = handed_in(session)
    for verb in (reviewing.send_back, reviewing.comment):
        with pytest.raises(Invalid):
            verb(session, question, comment="", by=READER, at=NOON)
    assert question.status is Status.IN_REVIEW


def test_what_may_not_be_published_is_not_approved(session: Session) -> None:
    question = handed_in(session, citations=[])
    with pytest.raises(Invalid):
        approve(session, question, READER)
    assert readings.thread(session, question.id) == []


def test_one_reader_confirms_what_was_published_as_it_stands(session: Session) -> None:
    question = make_question(session)
    need(session, 3)
    operations.advance(session, question, Status.QUARANTINED, by=READER, at=NOON)
    assert approve(session, question, READER, since=1)


def test_what_waits_is_listed_by_status_and_page(session: Session) -> None:
    first, second = handed_in(session), make_question(session)
    make_question(session)
    operations.advance(session, second, Status.QUARANTINED, by=READER, at=NOON)
    page = readings.waiting(session, size=1, page=9)
    assert (page.total, page.pages, page.number) == (2, 2, 2)
    assert page.counts == {Status.IN_REVIEW: 1, Status.QUARANTINED: 1}
    assert [row.question.id for row in readings.waiting(session, status=Status.IN_REVIEW).rows] == [first.id]


def test_an_author_does_not_solve_the_own_wording_blind(session: Session) -> None:
    with pytest.raises(NotAllowed):
        reviewing.solved(session, handed_in(session), alike=True, by=AUTHOR, at=NOON)


def test_of_several_blind_readings_of_a_version_the_last_one_counts(session: Session) -> None:
    question, other = make_question(session), make_question(session)
    reviewing.solved(session, question, alike=False, by=READER, at=NOON)
    reviewing.solved(session, other, alike=False, by=READER, at=NOON)
    reviewing.solved(session, question, alike=True, by=OTHER_READER, at=NOON)
    assert readings.blind(session) == (2, 2, 1)
    assert readings.blind(session).share == 0.5


def test_shipped_readings_are_kept_once_and_only_for_the_wording_that_was_read(session: Session) -> None:
    question = make_question(session, code="Q1")
    hash_ = latest_version(session, question).content_hash
    shipped = [
        Reading("Q1", hash_, "第二读者", alike=True),
        Reading("Q1", hash_, "第三读者", alike=True),
        Reading("Q1", "0" * 64, "第二读者", alike=True),
        Reading("NONE", hash_, "第二读者", alike=True),
    ]
    assert len(reviewing.enter_readings(session, shipped, at=NOON)) == 2
    assert reviewing.enter_readings(session, shipped, at=NOON) == []
    assert readings.blind(session) == (1, 1, 1)
    assert {each.signed for each in readings.thread(session, question.id)} == {"第二读者", "第三读者"}

"""The chore that keeps the bank in step with the calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from exam import audit, clock, database, expiry
from question_bank import legislation
from question_bank.enums import Status
from question_bank.models import Document, Question
from tests.factories.bank import make_question

pytestmark = pytest.mark.db

ZONE = ZoneInfo("Asia/Shanghai")
LAST = datetime(2027, 12, 31, 15, 59, tzinfo=UTC)
"""A minute before midnight in the county."""


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_the_last_day_is_the_county_s_and_the_history_says_why(engine: Engine, monkeypatch) -> None:
    with database.writing(engine) as session:
        make_question(session, code="TAX", valid_to=LAST.date(), time_sensitive=True)
    run = expiry.chore(ZONE)
    at(monkeypatch, LAST)
    run(engine)
    with database.reading(engine) as session:
        assert session.scalar(select(Question.status)) is Status.PUBLISHED
    at(monkeypatch, LAST + timedelta(minutes=1))
    run(engine)
    run(engine)
    with database.reading(engine) as session:
        question = session.scalars(select(Question)).one()
        assert question.status is Status.QUARANTINED
        history = audit.history(session, f"question:{question.id}")
        assert [(row.by, row.detail["params"]) for row in history] == [(None, {"day": "2027-12-31"})]


def test_a_review_that_draws_near_leaves_one_row(engine: Engine, monkeypatch) -> None:
    with database.writing(engine) as session:
        legislation.register(session, {"title": "到期法", "review_on": LAST.date()})
    for moment in (LAST - timedelta(days=31), LAST - timedelta(days=30), LAST):
        at(monkeypatch, moment)
        expiry.keep_in_step(engine, ZONE)
    with database.reading(engine) as session:
        document = session.scalars(select(Document)).one()
        assert document.reminded_on == document.review_on
        assert [row.action for row in audit.history(session, f"document:{document.id}")] == ["document.due"]

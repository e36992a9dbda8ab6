"""The same thing asked for many times in one moment, each in a transaction of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from exam import audit, database
from exam.grading import operations as grading
from exam.grading.models import Mark
from exam.sittings import operations, queries, timing
from exam.sittings.models import Attempt, AttemptStatus, Response, Sitting
from exam.sittings.revisions import SaveOperation
from exam.tours.models import RosterEntry
from tests.factories.papers import SHORT_ANSWER, TRUE_FALSE
from tests.factories.sittings import make_assignment, make_attempt, make_sitting
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


def at_once(engine: Engine, asked: list[Callable[[Session], Any]]) -> list[Any]:
    """Run each in a writing transaction and a thread of its own."""

    def run(one: Callable[[Session], Any]) -> Any:
        with database.writing(engine) as session:
            return one(session)

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(run, asked))


def test_fifty_submissions_at_once_give_one_receipt_and_one_set_of_marks(engine: Engine) -> None:
    with database.writing(engine) as session:
        attempt = make_attempt(session, contents=[(TRUE_FALSE, 10), (SHORT_ANSWER, 10)])
        at, attempt_id = attempt.started_at, attempt.id

    def hand_in(session: Session) -> str:
        return grading.hand_in(session, session.get_one(Attempt, attempt_id), at=at + timedelta(minutes=5))

    assert len(set(at_once(engine, [hand_in] * 50))) == 1
    with database.reading(engine) as session:
        assert session.get_one(Attempt, attempt_id).status is AttemptStatus.SUBMITTED
        assert session.scalar(select(func.count()).select_from(Mark)) == 2
        assert session.scalar(select(func.count()).where(audit.AuditEvent.action == "attempt.submitted")) == 1
        assert audit.verify(session) is None


def test_an_answer_sent_twenty_times_at_once_is_stored_once(engine: Engine) -> None:
    with database.writing(engine) as session:
        attempt = make_attempt(session, contents=[(TRUE_FALSE, 10)])
        [item] = queries.frozen_items(session, attempt.assignment.paper_id)
        at, attempt_id = attempt.started_at, attempt.id
    operation = SaveOperation(op="operation-1", item=item.item_id, revision=1, value="√", flagged=False)

    def save(session: Session) -> Any:
        return operations.save(session, session.get_one(Attempt, attempt_id), [operation], device="phone", at=at)

    results = at_once(engine, [save] * 20)
    assert all(result == results[0] for result in results)
    with database.reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Response)) == 1
        assert session.get_one(Attempt, attempt_id).writer == "phone"


def test_who_begins_in_the_moment_in_which_time_is_given_has_it(engine: Engine) -> None:
    with database.writing(engine) as session:
        stop = make_stop(session)
        sitting = make_sitting(session, stop=stop, minutes=200)
        entries = [make_entry(session, stop) for _ in range(6)]
        for entry in entries:
            make_assignment(session, sitting, entry, contents=[(TRUE_FALSE, 10)])
        at, sitting_id, ids = sitting.opens_at, sitting.id, [entry.id for entry in entries]

    def give(session: Session) -> datetime:
        own = session.get_one(Sitting, sitting_id)
        timing.extend(session, own, seconds=600, reason="停电", by=1, at=at)
        return at

    def start(entry_id: int) -> Callable[[Session], datetime]:
        def begin(session: Session) -> datetime:
            entry, own = session.get_one(RosterEntry, entry_id), session.get_one(Sitting, sitting_id)
            return operations.start(session, entry, own, device="", at=at).started_at

        return begin

    at_once(engine, [*map(start, ids[:3]), give, *map(start, ids[3:])])
    with database.reading(engine) as session:
        lengths = {each.deadline - each.started_at for each in session.scalars(select(Attempt))}
        assert lengths == {timedelta(minutes=70)}
        assert session.get_one(Sitting, sitting_id).closes_at == at + timedelta(minutes=210)

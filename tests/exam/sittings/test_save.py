from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.audit import AuditEvent
from exam.sittings import operations, queries
from exam.sittings.given import given
from exam.sittings.models import Attempt, Response
from exam.sittings.revisions import Reason, Refused, Saved, SaveOperation
from question_bank.enums import Kind
from question_bank.kinds import key_view, response_of
from tests.factories.sittings import make_attempt
from tests.question_bank.samples import full_answer

pytestmark = pytest.mark.db


def items(session: Session, attempt: Attempt) -> dict[Kind, queries.FrozenItem]:
    found = queries.frozen_items(session, attempt.assignment.paper_id)
    return {item.content.kind: item for item in reversed(found)}


def answer(
    item: int, value: object, *, revision: int = 1, op: str = "operation-1", flagged: bool = False
) -> SaveOperation:
    return SaveOperation(op=op, item=item, revision=revision, value=value, flagged=flagged)


def save(session: Session, attempt: Attempt, *given: SaveOperation, late: timedelta = timedelta(0)) -> list:
    return operations.save(session, attempt, given, at=attempt.started_at + late)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_saved_and_shown_again_as_it_was_given(session: Session, kind: Kind) -> None:
    attempt = make_attempt(session)
    item = items(session, attempt)[kind]
    value = full_answer(key_view(item.content, item.order))
    [saved] = save(session, attempt, answer(item.item_id, value))
    assert saved == Saved("operation-1", item.item_id, 1, 1)
    _, stored, _ = queries.current_answers(session, attempt.id)[item.item_id]
    shown = given(item.content, item.order, response_of(kind, stored))
    again = [value] if kind is Kind.SINGLE_CHOICE else value
    if kind is Kind.CASE:
        again = {"1": [value["1"]], "2": value["2"]}
    assert shown == again


def test_the_highest_revision_counts_whatever_came_last(session: Session) -> None:
    attempt = make_attempt(session)
    item = items(session, attempt)[Kind.TRUE_FALSE].item_id
    save(session, attempt, answer(item, "√", revision=2, op="operation-2"), answer(item, "×", revision=1))
    revision, value, _ = queries.current_answers(session, attempt.id)[item]
    assert (revision, value["value"]) == (2, True)


def test_an_operation_sent_again_gives_the_same_result_and_no_second_row(session: Session) -> None:
    attempt = make_attempt(session)
    item = items(session, attempt)[Kind.TRUE_FALSE].item_id
    first = save(session, attempt, answer(item, "√"))
    again = save(session, attempt, answer(item, "√"), late=timedelta(hours=5))
    assert first == again
    assert session.scalar(select(func.count()).select_from(Response)) == 1


def test_the_same_revision_with_another_value_is_reported_with_what_stands(session: Session) -> None:
    attempt = make_attempt(session)
    item = items(session, attempt)[Kind.TRUE_FALSE].item_id
    save(session, attempt, answer(item, "√"))
    [refused] = save(session, attempt, answer(item, "×", op="operation-2"))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.CONFLICT
    assert refused.standing is not None
    assert refused.standing.value["value"] is True
    assert session.scalar(select(func.count()).where(AuditEvent.action == "response.conflicted")) == 1


def test_the_same_revision_with_the_same_value_is_saved_already(session: Session) -> None:
    attempt = make_attempt(session)
    item = items(session, attempt)[Kind.TRUE_FALSE].item_id
    save(session, attempt, answer(item, "√"))
    assert save(session, attempt, answer(item, "√", op="operation-2")) == [Saved("operation-2", item, 1, 1)]


def test_nothing_is_an_answer_of_its_own(session: Session) -> None:
    attempt = make_attempt(session)
    item = items(session, attempt)[Kind.FILL_BLANK].item_id
    save(session, attempt, answer(item, ["安全"]), answer(item, None, revision=2, op="operation-2"))
    assert queries.responses_of(session, attempt.id)[item].is_blank


def test_what_cannot_be_read_is_refused_and_never_stored(session: Session) -> None:
    attempt = make_attempt(session)
    item = items(session, attempt)[Kind.NUMERIC].item_id
    [refused] = save(session, attempt, answer(item, "很多"))
    assert (refused.reason, queries.current_answers(session, attempt.id)) == (Reason.UNREADABLE, {})


def test_a_question_of_another_paper_is_unknown(session: Session) -> None:
    attempt, other = make_attempt(session), make_attempt(session)
    item = items(session, other)[Kind.TRUE_FALSE].item_id
    [refused] = save(session, attempt, answer(item, "√"))
    assert refused.reason is Reason.UNKNOWN_ITEM


@pytest.mark.parametrize(
    ("after_deadline", "accepted"),
    [
        (timedelta(milliseconds=-1), True),
        (timedelta(0), True),
        (timedelta(seconds=60, milliseconds=-1), True),
        (timedelta(seconds=60), True),
        (timedelta(seconds=60, milliseconds=1), False),
    ],
)
def test_an_answer_counts_until_the_end_of_the_grace(
    session: Session, after_deadline: timedelta, accepted: bool
) -> None:
    attempt = make_attempt(session)
    item = items(session, attempt)[Kind.TRUE_FALSE].item_id
    [result] = operations.save(session, attempt, [answer(item, "√")], at=attempt.deadline + after_deadline)
    assert isinstance(result, Saved) is accepted
    assert accepted or result.reason is Reason.LATE


def test_after_handing_in_nothing_new_is_stored_but_old_receipts_hold(session: Session) -> None:
    attempt = make_attempt(session)
    item = items(session, attempt)[Kind.TRUE_FALSE].item_id
    save(session, attempt, answer(item, "√"))
    operations.submit(session, attempt, at=attempt.started_at + timedelta(minutes=5))
    replayed, new = save(session, attempt, answer(item, "√"), answer(item, "×", revision=2, op="operation-2"))
    assert replayed == Saved("operation-1", item, 1, 1)
    assert new.reason is Reason.OVER

"""Queueing messages once, taking them up, settling them, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.audit import AuditEvent
from exam.notices import operations, queries
from exam.notices.flow import HOLD, PAUSES, TRIES, MessageStatus, pause
from exam.notices.models import ChannelKind, Message
from question_bank.errors import NotAllowed
from tests.conftest import NOON
from tests.factories.accounts import make_person
from tests.factories.notices import make_channel, make_message

MINUTE = timedelta(minutes=1)


def _status(session: Session, message: Message) -> MessageStatus:
    session.expire_all()
    return session.get_one(Message, message.id).status


@pytest.mark.db
def test_the_same_key_is_queued_once_and_gives_the_same_message(session: Session) -> None:
    first = make_message(session, key="stop:1:reminder", subject="场次\n提醒")
    again = make_message(session, key="stop:1:reminder", subject="别的")
    assert again is first
    assert (first.subject, first.status, first.tries) == ("场次 提醒", MessageStatus.WAITING, 0)


def test_two_messages_never_bear_one_identity(session: Session) -> None:
    assert make_message(session).identity != make_message(session).identity


def test_a_person_without_an_address_gets_no_mail_but_a_group_gets_its_message(session: Session) -> None:
    person = make_person(session)
    told = {"kind": "demo", "about": "stop:1", "subject": "提醒", "body": "请参加", "at": NOON, "person": person}
    assert operations.queue(session, key="1", **told) is None
    robot = make_channel(session, kind=ChannelKind.WECOM, address="https://example.cn/send?key=1")
    queued = operations.queue(session, key="2", channel=robot, **told)
    assert queued is not None
    assert queued.channel is robot
    person.email = "a@example.cn, b@example.cn"
    assert operations.queue(session, key="3", **told) is None
    person.email = "li@example.gov.cn"
    mail = operations.queue(session, key="4", **told)
    assert mail is not None
    assert (mail.address, mail.channel_id) == ("li@example.gov.cn", None)


def test_without_a_channel_messages_wait_and_go_once_there_is_one(session: Session) -> None:
    make_message(session)
    assert not queries.anything_due(session, at=NOON)
    assert operations.claim(session, at=NOON) == ()
    make_channel(session, active=False)
    assert operations.claim(session, at=NOON) == ()
    channel = make_channel(session)
    assert queries.anything_due(session, at=NOON)
    (taken,) = operations.claim(session, at=NOON)
    assert (taken.channel_id, taken.address, taken.tries) == (channel.id, "zhang@example.gov.cn", 1)


@pytest.mark.db
def test_what_is_taken_up_belongs_to_one_until_the_hold_has_run_out(session: Session) -> None:
    make_channel(session)
    make_message(session)
    (first,) = operations.claim(session, at=NOON)
    assert operations.claim(session, at=NOON + HOLD) == ()
    (second,) = operations.claim(session, at=NOON + HOLD + MINUTE)
    assert (second.identity, second.tries) == (first.identity, 2)


@pytest.mark.db
def test_an_acknowledged_message_is_never_taken_up_again_even_if_the_hold_was_lost(session: Session) -> None:
    make_channel(session)
    message = make_message(session)
    (slow,) = operations.claim(session, at=NOON)
    (quick,) = operations.claim(session, at=NOON + HOLD + MINUTE)
    operations.acknowledge(session, slow, answer="250 ok", at=NOON + HOLD + MINUTE)
    operations.put_off(session, quick, answer="421 busy", at=NOON + HOLD + MINUTE)
    assert _status(session, message) is MessageStatus.SENT
    assert operations.claim(session, at=NOON + timedelta(days=9)) == ()


def test_a_sender_that_lost_its_hold_changes_nothing(session: Session) -> None:
    make_channel(session)
    message = make_message(session)
    (slow,) = operations.claim(session, at=NOON)
    operations.claim(session, at=NOON + HOLD + MINUTE)
    operations.give_up(session, slow, answer="550 unknown", at=NOON + HOLD + MINUTE)
    assert _status(session, message) is MessageStatus.SENDING


def test_pauses_grow_and_end(session: Session) -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert pause(TRIES) is None
    make_channel(session)
    message, at = make_message(session), NOON
    for number in range(1, TRIES + 1):
        (taken,) = operations.claim(session, at=at)
        assert taken.tries == number
        operations.put_off(session, taken, answer="451 later", at=at)
        session.expire_all()
        at = message.next_try_at
    assert (message.status, message.answer) == (MessageStatus.GIVEN_UP, "451 later")
    assert at - NOON == sum(PAUSES, timedelta())
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.subject == f"message:{message.id}")).all()
    assert actions == ["message.given_up"]


def test_a_message_that_ends_its_sender_every_time_is_given_up(session: Session) -> None:
    make_channel(session)
    message, at = make_message(session), NOON
    for _ in range(TRIES):
        assert len(operations.claim(session, at=at)) == 1
        at += HOLD + MINUTE
    assert operations.claim(session, at=at) == ()
    assert _status(session, message) is MessageStatus.GIVEN_UP


@pytest.mark.db
def test_a_message_past_its_use_is_not_sent(session: Session) -> None:
    make_channel(session)
    message = make_message(session, useful_until=NOON + MINUTE)
    assert operations.claim(session, at=NOON + 2 * MINUTE) == ()
    assert _status(session, message) is MessageStatus.WITHDRAWN
    assert message.answer == operations.TOO_LATE


@pytest.mark.db
def test_withdrawing_takes_back_what_waits_and_leaves_what_went_out(session: Session) -> None:
    make_channel(session)
    sent = make_message(session, kind="reminder")
    (taken,) = operations.claim(session, at=NOON)
    operations.acknowledge(session, taken, answer="250", at=NOON)
    waiting, other = make_message(session, kind="reminder"), make_message(session, kind="invitation")
    assert operations.withdraw(session, about="stop:1", kinds=["reminder"], reason="moved", by=None, at=NOON) == 1
    assert [_status(session, each) for each in (sent, waiting, other)] == [
        MessageStatus.SENT,
        MessageStatus.WITHDRAWN,
        MessageStatus.WAITING,
    ]


def test_only_what_was_given_up_is_tried_again_by_hand_with_its_identity_at_the_present_address(
    session: Session,
) -> None:
    make_channel(session)
    person = make_person(session)
    person.email = "old@example.gov.cn"
    message = make_message(session, address="", person=person)
    identity = message.identity
    with pytest.raises(NotAllowed):
        operations.resend(session, message, by=None, at=NOON)
    (taken,) = operations.claim(session, at=NOON)
    operations.give_up(session, taken, answer="550 no such user", at=NOON)
    session.expire_all()
    person.email = "new@example.gov.cn"
    operations.resend(session, message, by=person.id, at=NOON + MINUTE)
    (again,) = operations.claim(session, at=NOON + MINUTE)
    assert (again.identity, again.address, again.tries) == (identity, "new@example.gov.cn", 1)

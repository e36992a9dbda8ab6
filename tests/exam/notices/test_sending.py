"""Delivery against real servers on the loopback: what each fault leads to, and that nothing is sent twice or lost."""

import contextlib
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from exam import database
from exam.clock import now as present
from exam.jobs.models import Job
from exam.jobs.worker import Worker
from exam.notices import due, queries
from exam.notices.flow import HOLD, ROBOT_MESSAGES, MessageStatus
from exam.notices.guarding import broken_off
from exam.notices.models import ChannelKind, Message
from exam.notices.sending import job, send_due
from tests.conftest import NOON
from tests.factories.notices import make_channel, make_message
from tests.post_office import HANG_UP, SILENCE, MailHouse, RobotHouse, mail_house, robot_house
from tests.servers import TOP, free_port

WAIT = 0.25
"""Seconds that a sender of these tests waits for an answer."""


@dataclass
class Clock:
    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house() -> Iterator[MailHouse]:
    with mail_house() as house:
        yield house


def set_up(
    engine: Engine,
    address: str,
    *,
    messages: int = 1,
    kind: ChannelKind = ChannelKind.EMAIL,
    at: datetime = NOON,
    **more: str,
) -> None:
    with database.writing(engine) as session:
        channel = make_channel(session, kind=kind, address=address, **more)
        for number in range(messages):
            to = f"to{number}@example.gov.cn" if kind is ChannelKind.EMAIL else ""
            make_message(session, address=to, at=at, channel=None if kind is ChannelKind.EMAIL else channel)


def messages(engine: Engine) -> list[Message]:
    with database.reading(engine) as session:
        return list(reversed(queries.messages(session, queries.MessageFilter()).messages))


def test_a_mail_is_sent_once_and_kept_with_the_servers_words(engine: Engine, house: MailHouse, clock: Clock) -> None:
    set_up(engine, house.address)
    assert send_due(engine, now=clock) == {"sent": 1}
    [message] = messages(engine)
    assert (message.status, message.sent_at, message.answer) == (
        MessageStatus.SENT,
        NOON,
        "250 2.0.0 queued as 1",
    )
    [mail] = house.taken
    assert (mail["Message-ID"], mail["To"], mail["Subject"]) == (message.identity, "to0@example.gov.cn", "场次提醒")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == "请准时参加。"
    clock.at += timedelta(days=30)
    assert send_due(engine, now=clock) == {}
    assert len(house.taken) == 1


def test_links_to_own_pages_begin_with_the_sites_address_where_it_is_known(
    engine: Engine, house: MailHouse, clock: Clock
) -> None:
    set_up(engine, house.address, messages=0)
    body = "编号：2027-0003\n比例：1/2\n\n查看：/ledger/cases/3"
    for number, (site, said) in enumerate(
        (("https://jz.example.cn", "https://jz.example.cn/ledger/cases/3"), ("", "/ledger/cases/3"))
    ):
        with database.writing(engine) as session:
            make_message(session, address=f"to{number}@example.gov.cn", at=NOON, channel=None, body=body)
        assert send_due(engine, now=clock, site=site) == {"sent": 1}
        assert (
            house.taken[number].get_content().strip().replace("\r", "") == f"编号：2027-0003\n比例：1/2\n\n查看：{said}"
        )


FAULTS: list[tuple[dict[str, str], MessageStatus, str, int]] = [
    # what the server does at which step; what becomes of the message; the reason kept; mails in the receiver's box
    ({"EHLO": "554 no service"}, MessageStatus.WAITING, "554 no service", 0),
    ({"AUTH": "no"}, MessageStatus.WAITING, "535 5.7.8", 0),
    ({"MAIL": "451 try again"}, MessageStatus.WAITING, "451 try again", 0),
    ({"MAIL": "550 sender unknown"}, MessageStatus.WAITING, "550 sender unknown", 0),
    ({"RCPT": "450 mailbox busy"}, MessageStatus.WAITING, "450 mailbox busy", 0),
    ({"RCPT": "550 no such user"}, MessageStatus.GIVEN_UP, "550 no such user", 0),
    ({"RCPT": SILENCE}, MessageStatus.WAITING, "timed out", 0),
    ({"RCPT": HANG_UP}, MessageStatus.WAITING, "Connection unexpectedly closed", 0),
    ({"DATA": "452 disk full"}, MessageStatus.WAITING, "452 disk full", 0),
    ({"DATA": "554 content refused"}, MessageStatus.GIVEN_UP, "554 content refused", 0),
    ({"DATA": SILENCE}, MessageStatus.WAITING, "timed out", 1),
    ({"DATA": HANG_UP}, MessageStatus.WAITING, "Connection unexpectedly closed", 1),
]


@pytest.mark.parametrize(("at", "status", "reason", "boxed"), FAULTS, ids=[str(row[0]) for row in FAULTS])
def test_every_fault_of_a_mail_server_leads_to_a_retry_or_an_end_and_the_next_try_bears_the_same_identity(
    engine: Engine, house: MailHouse, clock: Clock, at: dict[str, str], status: MessageStatus, reason: str, boxed: int
) -> None:
    house.at = dict(at)
    with database.writing(engine) as session:
        channel = make_channel(session, address=house.address, secret="hush-hush" if "AUTH" in at else "")
        channel.username = "notice" if channel.secret else ""
        make_message(session)
    send_due(engine, now=clock, seconds=WAIT)
    [message] = messages(engine)
    assert message.status is status
    assert reason in message.answer
    assert len(house.taken) == boxed
    house.at = {}
    clock.at += timedelta(minutes=2)
    send_due(engine, now=clock, seconds=5)
    again = [] if status is MessageStatus.GIVEN_UP else [message.identity]
    assert house.identities == [message.identity] * boxed + again
    assert messages(engine)[0].status is (MessageStatus.SENT if again else status)


def test_a_closed_port_is_no_refusal(engine: Engine, clock: Clock) -> None:
    set_up(engine, f"smtp://127.0.0.1:{free_port()}", messages=3)
    assert send_due(engine, now=clock) == {"later": 3}
    assert {each.status for each in messages(engine)} == {MessageStatus.WAITING}
    assert "refused" in messages(engine)[0].answer


def test_one_refused_receiver_does_not_stop_the_others(engine: Engine, house: MailHouse, clock: Clock) -> None:
    set_up(engine, house.address, messages=3)
    house.at, house.only = {"RCPT": "550 no such user"}, "to1@example.gov.cn"
    assert send_due(engine, now=clock) == {"sent": 2, "given_up": 1}
    assert [str(mail["To"]) for mail in house.taken] == ["to0@example.gov.cn", "to2@example.gov.cn"]


def test_a_server_that_talks_on_and_on_is_broken_off() -> None:
    """A line that comes sign by sign never times out by itself."""
    ours, theirs = socket.socketpair()
    ours.settimeout(5)

    def chatter() -> None:
        with contextlib.suppress(OSError):
            while True:
                theirs.sendall(b"2")
                time.sleep(0.02)

    thread = threading.Thread(target=chatter)
    thread.start()
    with broken_off(0.2, lambda: ours) as late, ours.makefile("rb") as lines:
        assert not lines.readline().endswith(b"\n")
    assert late.is_set()
    ours.close()
    theirs.close()
    thread.join()


@pytest.mark.db
def test_every_message_goes_out_once_with_two_workers_at_once(engine: Engine, house: MailHouse) -> None:
    set_up(engine, house.address, messages=24)
    engines = [database.open_engine(engine.url.render_as_string(hide_password=False)) for _ in range(2)]
    threads = [threading.Thread(target=send_due, args=(each,), kwargs={"now": Clock()}) for each in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in engines:
        each.dispose()
    assert sorted(house.identities) == sorted(each.identity for each in messages(engine))
    assert {each.status for each in messages(engine)} == {MessageStatus.SENT}


KILLED = """
import sys
from exam import database
from exam.notices.sending import send_due
send_due(database.open_engine(sys.argv[1]))
"""


@pytest.mark.db
def test_a_sender_killed_in_mid_sending_leaves_its_message_to_the_next_with_the_same_identity(
    engine: Engine, house: MailHouse
) -> None:
    set_up(engine, house.address, at=present())
    house.at = {"DATA": SILENCE}
    url = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", KILLED, url], cwd=TOP) as process:
        assert house.reached.wait(20) or process.kill()
        process.send_signal(signal.SIGKILL)
    [message] = messages(engine)
    assert (message.status, message.tries) == (MessageStatus.SENDING, 1)
    assert message.claimed_until is not None
    house.at, clock = {}, Clock(message.claimed_until)
    assert send_due(engine, now=clock) == {}  # still held
    clock.at += timedelta(seconds=1)
    assert send_due(engine, now=clock) == {"sent": 1}
    assert house.identities == [message.identity] * 2


def test_what_is_left_of_a_hold_is_too_short_for_a_try(engine: Engine, house: MailHouse) -> None:
    set_up(engine, house.address, messages=2)
    late = iter([NOON, NOON, NOON, *[NOON + HOLD - timedelta(minutes=1)] * 20])
    assert send_due(engine, now=lambda: next(late)) == {}
    assert [(each.status, each.tries) for each in messages(engine)] == [(MessageStatus.WAITING, 0)] * 2
    assert send_due(engine, now=Clock(NOON + HOLD)) == {"sent": 2}
    assert len(house.taken) == 2


ROBOT_FAULTS: list[tuple[dict[str, object], MessageStatus, str, int]] = [
    # what the server says; what becomes of the message; the reason kept; messages in the group
    ({"said": {"errcode": 45009, "errmsg": "api freq out of limit"}}, MessageStatus.WAITING, "errcode 45009", 0),
    ({"said": {"errcode": -1, "errmsg": "system busy"}}, MessageStatus.WAITING, "errcode -1 system busy", 0),
    ({"said": {"errcode": 93000, "errmsg": "invalid webhook url"}}, MessageStatus.GIVEN_UP, "errcode 93000", 0),
    ({"said": {"errcode": 310000, "errmsg": "keywords not in content"}}, MessageStatus.GIVEN_UP, "keywords", 0),
    ({"said": "<html>sign in to the network</html>"}, MessageStatus.WAITING, "HTTP 200 <html>", 0),
    ({"status": 302}, MessageStatus.WAITING, "HTTP 302", 0),
    ({"status": 403}, MessageStatus.GIVEN_UP, "HTTP 403", 0),
    ({"status": 429}, MessageStatus.WAITING, "HTTP 429", 0),
    ({"status": 503}, MessageStatus.WAITING, "HTTP 503", 0),
    ({"act": SILENCE}, MessageStatus.WAITING, "timed out", 0),
    ({"act": HANG_UP}, MessageStatus.WAITING, "closed connection without response", 1),
]


@pytest.mark.parametrize(
    ("faulty", "status", "reason", "posted"), ROBOT_FAULTS, ids=[str(row[0]) for row in ROBOT_FAULTS]
)
def test_every_fault_of_a_robot_leads_to_a_retry_or_an_end_and_the_next_try_bears_the_same_key(
    engine: Engine, clock: Clock, faulty: dict[str, object], status: MessageStatus, reason: str, posted: int
) -> None:
    with robot_house("wecom") as robots:
        set_up(engine, robots.address, kind=ChannelKind.WECOM)
        _make(robots, faulty)
        send_due(engine, now=clock, seconds=WAIT)
        [message] = messages(engine)
        assert message.status is status
        assert reason in message.answer
        _make(robots, {"status": 200, "said": {"errcode": 0, "errmsg": "ok"}, "act": ""})
        clock.at += timedelta(minutes=2)
        send_due(engine, now=clock, seconds=5)
        again = status is not MessageStatus.GIVEN_UP
        assert len(robots.taken) == len(robots.keys) == posted + again
        assert len({str(each) for each in robots.taken}) == len(set(robots.keys)) == (1 if again else 0)


def _make(robots: RobotHouse, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(robots, name, value)


def test_dingtalk_is_signed_with_the_time_and_a_wrong_secret_is_told(engine: Engine) -> None:
    with robot_house("dingtalk", secret="SEC1") as robots:
        set_up(engine, robots.address, kind=ChannelKind.DINGTALK, secret="SEC1", at=present())
        assert send_due(engine, seconds=5) == {"sent": 1}
        assert robots.taken[0]["markdown"]["title"] == "场次提醒"
        robots.secret = "SEC2"
        with database.writing(engine) as session:
            make_message(session, address="", channel=queries.robots(session)[0], at=present())
        assert send_due(engine, seconds=5) == {"given_up": 1}
    assert messages(engine)[-1].answer == "errcode 310000 sign not match"


def test_those_to_be_pointed_at_are_named_by_their_telephone(engine: Engine, clock: Clock) -> None:
    with robot_house("wecom") as robots:
        with database.writing(engine) as session:
            robot = make_channel(session, kind=ChannelKind.WECOM, address=robots.address)
            told = {"address": "", "channel": robot, "extra": {"mobiles": ["13800000001"]}}
            make_message(session, body="请参加。" * 900, **told)
        assert send_due(engine, now=clock, seconds=5) == {"sent": 1}
    [document] = robots.taken
    assert document["text"]["mentioned_mobile_list"] == ["13800000001"]
    assert "…\n\n〔" in document["text"]["content"]


def test_a_robot_is_given_no_more_than_it_may_post_in_a_minute(engine: Engine, clock: Clock) -> None:
    with robot_house("wecom") as robots:
        set_up(engine, robots.address, kind=ChannelKind.WECOM, messages=ROBOT_MESSAGES + 3)
        assert send_due(engine, now=clock, seconds=5) == {"sent": ROBOT_MESSAGES}
        clock.at += timedelta(seconds=61)
        assert send_due(engine, now=clock, seconds=5) == {"sent": 3}
    assert {each.tries for each in messages(engine)} == {1}


def test_secrets_stay_out_of_answers_and_logs(engine: Engine, clock: Clock, capfd: pytest.CaptureFixture[str]) -> None:
    with robot_house("wecom") as robots:
        robots.said = {"errcode": 40001, "errmsg": f"bad {robots.address}"}
        set_up(engine, robots.address, kind=ChannelKind.WECOM, secret="hush-hush")
        send_due(engine, now=clock, seconds=5)
    with database.writing(engine) as session:
        make_channel(session, address="smtp://[", secret="hush-hush")
        make_message(session)
    send_due(engine, now=clock, seconds=5)
    assert "***" in messages(engine)[0].answer
    shown = "".join([*capfd.readouterr(), *(each.answer for each in messages(engine))])
    assert not [each for each in ("693a91f6-7e0c", "hush-hush") if each in shown]


@pytest.mark.db
def test_the_worker_is_asked_while_something_is_due_and_sends_it(
    engine: Engine, house: MailHouse, tmp_path: Path
) -> None:
    set_up(engine, house.address, at=present())
    due.ask_for_due(engine)
    due.ask_for_due(engine)
    with database.reading(engine) as session:
        [asked] = session.query(Job).all()
    worker = Worker(engine, tmp_path, {due.JOB: partial(job, site="")})
    worker.run.call_local(asked.id)
    worker.close()
    due.ask_for_due(engine)
    with database.reading(engine) as session:
        [done] = session.query(Job).all()
    assert (done.result, len(house.taken)) == ({"sent": 1}, 1)

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from exam.accounts import tries
from exam.accounts.models import Throttle
from exam.accounts.throttle import (
    ADDRESS,
    QUIET,
    TICKETS,
    USERNAME,
    Count,
    Policy,
    address_key,
    blocked,
    failed,
    username_key,
)
from tests.conftest import NOON

SECOND = timedelta(seconds=1)


def _after(failures: int, policy: Policy) -> Count:
    count = None
    for _ in range(failures):
        count = failed(count, policy, at=NOON)
    assert count is not None
    return count


@pytest.mark.parametrize(
    ("policy", "failures", "seconds"),
    [
        (USERNAME, 4, 0),
        (USERNAME, 5, 30),
        (USERNAME, 6, 60),
        (USERNAME, 10, 900),
        (USERNAME, 1000, 900),
        (ADDRESS, 100, 0),
        (ADDRESS, 101, 2),
        (ADDRESS, 5000, 30),
        (TICKETS, 300, 0),
        (TICKETS, 301, 2),
        (TICKETS, 5000, 30),
    ],
)
def test_how_long_the_next_try_waits(policy: Policy, failures: int, seconds: int) -> None:
    assert blocked(_after(failures, policy), at=NOON) == timedelta(seconds=seconds)


def test_the_wait_ends_to_the_second() -> None:
    count = _after(5, USERNAME)
    assert blocked(count, at=NOON + 29 * SECOND) == SECOND
    assert blocked(count, at=NOON + 30 * SECOND) == timedelta(0)


def test_after_a_quiet_half_hour_the_count_begins_anew() -> None:
    count = _after(9, USERNAME)
    assert failed(count, USERNAME, at=NOON + QUIET - SECOND).failures == 10
    assert failed(count, USERNAME, at=NOON + QUIET).failures == 1


def test_a_hall_of_five_hundred_behind_one_router_may_mistype_every_second_ticket() -> None:
    assert blocked(_after(250, TICKETS), at=NOON) == timedelta(0)


def test_tickets_passwords_and_names_are_counted_apart() -> None:
    names = {address_key("10.0.0.1").name, address_key("10.0.0.1", tickets=True).name, username_key("10.0.0.1").name}
    assert len(names) == 3


def test_a_user_name_is_not_kept_in_clear() -> None:
    assert "my password by mistake" not in username_key("my password by mistake").name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2:3::4", "2001:db8:1:2:ffff::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
    ],
)
def test_one_home_is_one_address(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


@pytest.mark.db
def test_a_waiting_name_is_refused_and_the_refusal_is_not_counted(session: Session) -> None:
    key = username_key("zhao.bo")
    for _ in range(5):
        tries.count_failure(session, (key,), at=NOON)
    for _ in range(3):
        with pytest.raises(tries.TooManyTries) as refused:
            tries.refuse_while_waiting(session, (key,), at=NOON + SECOND)
    assert refused.value.params == {"seconds": 30}
    tries.refuse_while_waiting(session, (key,), at=NOON + 30 * SECOND)


@pytest.mark.db
def test_unlocking_forgets_the_failures(session: Session) -> None:
    key = username_key("zhao.bo")
    for _ in range(5):
        tries.count_failure(session, (key,), at=NOON)
    assert tries.unlock(session, (key,), subject="person:1", by=None, at=NOON) == 1
    tries.refuse_while_waiting(session, (key,), at=NOON)


@pytest.mark.db
def test_success_clears_the_name_but_takes_only_its_own_count_from_the_hall(session: Session) -> None:
    name, hall = username_key("zhao.bo"), address_key("10.0.0.1")
    for _ in range(3):
        tries.count_failure(session, (name, hall), at=NOON)
    tries.take_back(session, (name,), shared=(hall,))
    assert {row.key: row.failures for row in session.scalars(select(Throttle))} == {hall.name: 2}


@pytest.mark.db
def test_counters_nobody_needs_any_more_are_thrown_away(session: Session) -> None:
    tries.count_failure(session, (username_key("a"),), at=NOON)
    tries.count_failure(session, (username_key("b"),), at=NOON + tries.FORGOTTEN_AFTER + SECOND)
    assert [row.key for row in session.scalars(select(Throttle))] == [username_key("b").name]

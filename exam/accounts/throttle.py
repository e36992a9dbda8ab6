"""Pure: how long the next try has to wait after so many failures, per user name and per address.

A user name locks early and for minutes, never for good. An address is a whole hall behind one router: it may fail
hundreds of times before it waits, and then only for seconds. Passwords and tickets are counted apart, so that
mistyped tickets in the hall do not keep the office out. A printed ticket has 39 random bits: at the slowest pace
allowed here one address tries 3,000 codes a day of 6·10¹¹.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

QUIET = timedelta(minutes=30)
"""After so long without a failure the count begins anew."""


@dataclass(frozen=True)
class Policy:
    """`free` failures cost nothing; the n-th after them costs `waits[n - 1]`, the last wait repeats."""

    free: int
    waits: tuple[timedelta, ...]

    def wait(self, failures: int) -> timedelta:
        """What the `failures`-th failure in a row costs before the next try."""
        beyond = failures - self.free
        if beyond <= 0:
            return timedelta(0)
        return self.waits[min(beyond, len(self.waits)) - 1]


def _seconds(*values: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=value) for value in values)


USERNAME = Policy(free=4, waits=_seconds(30, 60, 120, 300, 600, 900))
ADDRESS = Policy(free=100, waits=_seconds(2, 5, 10, 20, 30))
TICKETS = Policy(free=300, waits=_seconds(2, 5, 10, 20, 30))


@dataclass(frozen=True)
class Key:
    """One counter: its name in the table and the policy it follows."""

    name: str
    policy: Policy


def username_key(username: str) -> Key:
    """The counter of a cleaned user name, whether or not it exists; hashed, for people type passwords there."""
    return Key("username:" + hashlib.sha256(username.encode()).hexdigest()[:40], USERNAME)


def address_key(address: str, *, tickets: bool = False) -> Key:
    """The counter of an address, an IPv6 one by its /64 network; `tickets` counts ticket codes, else passwords."""
    kind, policy = ("tickets", TICKETS) if tickets else ("passwords", ADDRESS)
    return Key(f"{kind}:{_network(address)}"[:120], policy)


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64)) + "/64"
    return str(parsed)


@dataclass(frozen=True)
class Count:
    """Where a counter stands: failures in a row, the last of them, until when the next try waits."""

    failures: int
    last_at: datetime
    wait_until: datetime | None


def blocked(count: Count | None, *, at: datetime) -> timedelta:
    """How long a try at the moment `at` still has to wait; zero when it may be made."""
    if count is None or count.wait_until is None or count.wait_until <= at:
        return timedelta(0)
    return count.wait_until - at


def failed(count: Count | None, policy: Policy, *, at: datetime) -> Count:
    """The counter after one more failure at the moment `at`."""
    before = 0 if count is None or at - count.last_at >= QUIET else count.failures
    failures = before + 1
    wait = policy.wait(failures)
    return Count(failures, at, at + wait if wait else None)

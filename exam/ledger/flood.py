"""Pure: how many questions one address and one stop may send before the next has to wait.

A hall asks from one address, behind one router: a hundred questions in half an hour are a lively afternoon.
"""

from datetime import timedelta

from exam.accounts.throttle import Key, Policy, address_key

WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 20, 30, 60))
ADDRESS = Policy(free=100, waits=WAITS)
STOP = Policy(free=300, waits=WAITS)


def keys(address: str, stop_id: int) -> tuple[Key, Key]:
    """The counters of a question; they count what is sent, and begin anew after half an hour without any."""
    _, _, network = address_key(address).name.partition(":")
    return Key(f"questions:{network}"[:120], ADDRESS), Key(f"questions-of:{stop_id}", STOP)

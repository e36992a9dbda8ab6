"""Pure: when a lecture's quiz is answered, and how a round of it opens and closes."""

from datetime import datetime, timedelta

from question_bank.enums import NamedEnum
from question_bank.errors import N_, NotAllowed


class Phase(NamedEnum):
    BEFORE = "before", N_("Before the lecture"), "课前"
    AFTER = "after", N_("After the lecture"), "课后"
    LATER = "later", N_("Thirty days later"), "三十天后"


class RoundStatus(NamedEnum):
    """Where a round stands; it follows from its two times, see `status_of`."""

    WAITING = "waiting", N_("Not opened"), "未开放"
    OPEN = "open", N_("Answering"), "作答中"
    CLOSED = "closed", N_("Round closed"), "已截止"


TRANSITIONS: dict[RoundStatus, frozenset[RoundStatus]] = {
    RoundStatus.WAITING: frozenset({RoundStatus.OPEN}),
    RoundStatus.OPEN: frozenset({RoundStatus.CLOSED}),
    RoundStatus.CLOSED: frozenset(),
}

LATER_AFTER = timedelta(days=30)
"""So long after the end of a stop its last round opens."""
LATER_LASTS = timedelta(days=14)
"""So long the last round stays open."""
GRACE = timedelta(minutes=2)
"""So long after its round closed a sheet still comes in: the network of a hall is slow. No key is shown before."""


def advance(status: RoundStatus, to: RoundStatus) -> RoundStatus:
    """`to`, if the table has that step; NotAllowed if it has not."""
    if to not in TRANSITIONS[status]:
        raise NotAllowed(N_("A round that is “%(status)s” cannot become “%(to)s”."), status=status, to=to)
    return to


def status_of(opened_at: datetime | None, closed_at: datetime | None) -> RoundStatus:
    """What the times of a round say."""
    if opened_at is None:
        return RoundStatus.WAITING
    return RoundStatus.OPEN if closed_at is None else RoundStatus.CLOSED


def takes_sheets(opened_at: datetime, closed_at: datetime | None, *, at: datetime) -> bool:
    """Whether a sheet that arrives at `at` is still taken."""
    return opened_at <= at and (closed_at is None or at <= closed_at + GRACE)


def key_shown(closed_at: datetime | None, *, at: datetime) -> bool:
    """Whether the answers are shown: once the round after the lecture is closed and no sheet can come in any more.

    `closed_at` is that of the round after the lecture, None while it is open or was never held.
    """
    return closed_at is not None and at > closed_at + GRACE

"""Pure: how long markers take for an answer, and when what waits will be done."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

BREAK = timedelta(minutes=10)
"""A longer time between two markings was a break, not an answer."""
FEWEST = 3
"""From so many answers in a row on a pace is told."""


def pace(times: Sequence[datetime]) -> timedelta | None:
    """The median time between two markings of one marker, breaks left out; None before FEWEST are known.

    Answers that got their marks in one act have one time and count as one.
    """
    gaps = [later - earlier for earlier, later in pairwise(sorted(set(times))) if later - earlier <= BREAK]
    return timedelta(seconds=median(gap.total_seconds() for gap in gaps)) if len(gaps) >= FEWEST else None


def time_left(waiting: int, paces: Mapping[int, timedelta | None]) -> timedelta | None:
    """How long `waiting` markings take the markers with a known pace, working side by side; None without any."""
    known = [each.total_seconds() for each in paces.values() if each]
    if not known:
        return None
    return timedelta(seconds=round(waiting / sum(1 / each for each in known)))

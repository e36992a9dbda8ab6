"""Reads: what the people of each unit know least, for the choice of lectures."""

from collections import defaultdict
from decimal import Decimal

from sqlalchemy.orm import Session

from exam.reports import queries
from exam.reports.queries import Scope

FEWEST, BELOW = 2, Decimal("0.7")
"""So many topics of a unit are named, of which less than this share of the marks was earned."""


def weak_topics(session: Session, *, tour_id: int | None = None) -> dict[int, tuple[str, ...]]:
    """By unit the codes of its weakest root topics, the worst first, from released results; two queries.

    With `tour_id` of that tour alone. Units that have sat nothing are not named.
    """
    earned: defaultdict[int, dict[str, tuple[Decimal, Decimal]]] = defaultdict(dict)
    for each in queries.topic_sums(session, queries.rows(session, Scope(tour_id=tour_id))):
        before = earned[each.unit_id].get(each.code, (Decimal(0), Decimal(0)))
        earned[each.unit_id][each.code] = (before[0] + each.earned, before[1] + each.possible)
    found = {}
    for unit, topics in earned.items():
        shares = sorted((got / possible, code) for code, (got, possible) in topics.items() if possible)
        low = tuple(code for share, code in shares if share < BELOW)
        if low:
            found[unit] = low[:FEWEST]
    return found

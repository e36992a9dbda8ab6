"""Partial orders of steps: the accepted orders an author means by “these may be exchanged” or “A comes before B”.

An ordering keeps its accepted orders one by one, so that marking and every file format need to know nothing else;
here they are computed from the rules an author can say, and the rules are found again in a list of orders.
"""

from __future__ import annotations

from itertools import combinations, islice, permutations, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST = 200
"""So many accepted orders an ordering may hold."""

Order = tuple[str, ...]
Pair = tuple[str, str]


def exchanged(answer: Order, groups: Sequence[frozenset[str]]) -> tuple[Order, ...]:
    """Return the orders that come from ``answer`` when the steps of each group may take each other's places.

    The answer comes first; at most ``MOST`` + 1 are returned. A step in two groups makes one group of both.
    """
    places = {step: place for place, step in enumerate(answer)}
    merged = [sorted(group & places.keys(), key=places.__getitem__) for group in _merged(groups)]
    choices = [permutations(group) for group in merged]
    found = []
    for chosen in islice(product(*choices), MOST + 1):
        order = list(answer)
        for group, arranged in zip(merged, chosen, strict=True):
            for stood, step in zip(group, arranged, strict=True):
                order[places[stood]] = step
        found.append(tuple(order))
    return tuple(found)


def _merged(groups: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    merged: list[frozenset[str]] = []
    for group in groups:
        touching = [each for each in merged if each & group]
        merged = [each for each in merged if not each & group]
        merged.append(frozenset(group.union(*touching)))
    return merged


def extensions(answer: Order, before: Iterable[Pair]) -> tuple[Order, ...]:
    """Return all orders of the steps of ``answer`` in which the first of every pair stands before the second.

    At most ``MOST`` + 1 are returned, ``answer`` first if it is one of them; none when the pairs go in a circle.
    """
    waits: dict[str, set[str]] = {step: set() for step in answer}
    for first, then in before:
        if first in waits and then in waits:
            waits[then].add(first)
    return tuple(islice(_extended((), answer, waits), MOST + 1))


def _extended(begun: Order, left: Order, waits: dict[str, set[str]]) -> Iterator[Order]:
    if not left:
        yield begun
        return
    placed = set(begun)
    for step in left:
        if waits[step] <= placed:
            yield from _extended((*begun, step), tuple(other for other in left if other != step), waits)


def groups_of(orders: Sequence[Order]) -> tuple[frozenset[str], ...] | None:
    """Return the groups whose exchange gives exactly ``orders`` (the first is the answer); None if no groups do."""
    answer = orders[0]
    pairs = {frozenset({was, now}) for order in orders for was, now in zip(answer, order, strict=True) if was != now}
    groups = tuple(sorted(_merged(pairs), key=lambda group: min(answer.index(step) for step in group)))
    return groups if set(exchanged(answer, groups)) == set(orders) else None


def pairs_of(orders: Sequence[Order]) -> tuple[Pair, ...] | None:
    """Return the fewest pairs “first before then” that give exactly ``orders``; None if no pairs do."""
    ranks = [{step: place for place, step in enumerate(order)} for order in orders]
    steps = orders[0]
    always = {(a, b) for a, b in combinations(steps, 2) if all(rank[a] < rank[b] for rank in ranks)}
    needed = tuple(
        (a, b)
        for a, b in combinations(steps, 2)
        if (a, b) in always and not any((a, c) in always and (c, b) in always for c in steps)
    )
    return needed if set(extensions(steps, needed)) == set(orders) else None

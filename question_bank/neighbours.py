"""Finding the near-duplicates of a question among a hundred thousand. Pure.

An inverted index over pairs of neighbouring characters, in numpy: questions that share pairs which few others have are
candidates, and the best of them are judged by ``question_bank.similarity``. Pairs that very many questions share say
nothing and are left out, so that thousands of equal stems cost nothing; what differs in numbers only is found by its
skeleton. One match is reported for a question, its best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from question_bank.similarity import Likeness, Look, judge, skeleton

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]

COMMON = 0.01
SELDOM = 300
"""A pair is common when more than this share of all questions, and more than so many, have it."""
CANDIDATES = 6
"""So many candidates are judged for each question."""
CERTAIN = 95
"""A match of so many percent is not looked beyond."""
SHARED = 0.3
"""The least share of the weight of its pairs that a candidate must have in common with it."""


class Match(NamedTuple):
    """The place of the question that is alike, and why."""

    place: int
    likeness: Likeness


def pairs_of(text: str, buckets: int) -> Numbers:
    """Return the pairs of neighbouring characters of ``text`` as numbers below ``buckets`` (a power of two), each once.

    Spaces do not count. Two pairs that meet in one number cost a candidate, never a match.
    """
    points = np.frombuffer("".join(text.split()).encode("utf-32-le", "replace"), dtype=np.uint32)
    if len(points) < 2:
        return points[:1] % np.uint32(buckets)
    mixed = (points[:-1] * np.uint32(0x9E3779B1)) ^ (points[1:] * np.uint32(0x85EBCA77))
    found = np.unique((mixed ^ (mixed >> np.uint32(15))) & np.uint32(buckets - 1))
    return found.astype(np.uint32)


class Neighbours:
    """An index over questions, each named by its place in the order in which they were given."""

    def __init__(self, texts: Sequence[str], look: Callable[[int], Look]) -> None:
        """``texts`` are what is asked; ``look(place)`` gives a question when it is to be judged."""
        self._look = look
        size = len(texts)
        buckets = 1 << min(22, 13 + size.bit_length() // 2)
        self._pairs = [pairs_of(text, buckets) for text in texts]
        lengths = np.fromiter(map(len, self._pairs), dtype=np.int64, count=size)
        joined = np.concatenate(self._pairs) if size else np.zeros(0, dtype=np.uint32)
        counts = np.bincount(joined, minlength=buckets)
        seldom = (counts > 1) & (counts <= max(SELDOM, int(COMMON * size)))
        kept = seldom[joined]
        places = np.repeat(np.arange(size, dtype=np.uint64), lengths)[kept]
        order = (joined[kept].astype(np.uint64) << np.uint64(32)) | places
        del joined, places, kept
        order.sort()
        self._places = (order & np.uint64(0xFFFFFFFF)).astype(np.int32)
        del order
        self._starts = np.zeros(buckets + 1, dtype=np.int64)
        np.cumsum(np.where(seldom, counts, 0), out=self._starts[1:])
        self._weights = np.where(counts > 0, np.log(1 + size / np.maximum(counts, 1)), 0).astype(np.float32)
        self._totals = np.fromiter((self._weights[pairs].sum() for pairs in self._pairs), dtype=np.float32, count=size)
        self._twins: list[int] = []
        first: dict[int, int] = {}
        for place, text in enumerate(texts):
            self._twins.append(first.setdefault(hash(skeleton(text)), place))

    def candidates(self, place: int) -> list[int]:
        """Return the places that share the most of what is seldom with the question at ``place``, the best first."""
        pairs = self._pairs[place]
        starts, ends = self._starts[pairs], self._starts[pairs + 1]
        lists = [self._places[start:end] for start, end in zip(starts, ends, strict=True) if end > start]
        if not lists:
            return []
        weights = np.repeat(self._weights[pairs], ends - starts)
        shared = np.bincount(np.concatenate(lists), weights=weights, minlength=len(self._pairs))
        shared[place] = 0
        near = np.flatnonzero(shared > 0.08 * self._totals[place])
        share = shared[near] / np.minimum(self._totals[place], self._totals[near])
        if len(near) > CANDIDATES:
            best = np.argpartition(share, -CANDIDATES)[-CANDIDATES:]
            near, share = near[best], share[best]
        order = np.argsort(-share, kind="stable")
        return [int(near[each]) for each in order if share[each] >= SHARED]

    def best(self, place: int, *, before: int | None = None) -> Match | None:
        """Return the best match of the question at ``place``; with ``before``, among those places only."""
        look, found = self._look(place), list[Match]()
        for other in self._in_turn(place):
            if other == place or (before is not None and other >= before):
                continue
            likeness = judge(look, self._look(other))
            if likeness is not None:
                found.append(Match(other, likeness))
                if likeness.percent >= CERTAIN:
                    break
        return max(found, key=lambda match: (match.likeness.percent, -match.place), default=None)

    def _in_turn(self, place: int) -> Iterator[int]:
        """The place that differs in numbers only, then the candidates, which are looked for only when asked for."""
        twin = self._twins[place]
        yield twin
        yield from (other for other in self.candidates(place) if other != twin)

"""Pure: whether two people share more wrong answers than chance and the questions' traps explain.

Only questions both got wrong are looked at: right answers are alike because they are right. For each of them the chance
that two people who are wrong are wrong alike is that of the hall itself, one answer added for every wrong option, so
that a popular trap weighs little. The number of equal wrong answers is then a sum of independent events of different
chances (Poisson binomial), and what is asked is how seldom so many would be equal. The test is that of the K-index
family (Holland 1996; the generalized binomial test of van der Linden and Sotaridona 2006), on errors only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALPHA = 0.001
"""How seldom a hall without any copying would show one pair or more, whatever its size."""

LEAST = 4
"""So few equal errors are never told, however seldom they are."""


@dataclass(frozen=True)
class Shared:
    """Questions two people both got wrong, how many of them alike, how many would be usual, and how seldom that is."""

    both: int
    same: int
    expected: float
    chance: float


def meeting(counts: Mapping[str, int], *, options: int) -> float:
    """The chance that two wrong answers to one question are the same one; `counts` by wrong answer, 0 to 1.

    `options` is how many wrong answers there are at least; one is added to each.
    """
    whole = sum(counts.values()) + max(options, len(counts))
    known = sum(((number + 1) / whole) ** 2 for number in counts.values())
    return known + (max(options, len(counts)) - len(counts)) / whole**2


def tail(chances: Sequence[float], at_least: int) -> float:
    """The chance that at least so many of independent events happen (Poisson binomial, by convolution)."""
    spread = [1.0]
    for each in chances:
        spread = [
            (spread[number] if number < len(spread) else 0.0) * (1 - each)
            + (spread[number - 1] if number else 0.0) * each
            for number in range(len(spread) + 1)
        ]
    return min(1.0, sum(spread[at_least:]))


def compare(one: Mapping[int, str], two: Mapping[int, str], chances: Mapping[int, float]) -> Shared:
    """Two people's wrong answers by question, and the chance by question that two wrong ones meet."""
    both = sorted(one.keys() & two.keys())
    same = sum(one[question] == two[question] for question in both)
    known = [chances[question] for question in both]
    return Shared(len(both), same, sum(known), tail(known, same))


def is_striking(shared: Shared, pairs: int) -> bool:
    """Whether a person should look at it: `pairs` were compared, so that each has its share of ALPHA (Bonferroni)."""
    return shared.same >= LEAST and shared.chance < ALPHA / max(pairs, 1)

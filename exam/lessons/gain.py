"""Pure: what a lecture taught, as the difference of the same people's sheets.

For each person who handed in both sheets d = (share right after) − (share right before). The gain is the mean of d,
its 95 % interval

    mean(d) ± t(0.975, n − 1) · s(d) ÷ √n

with s the sample deviation of d (n − 1): the paired t interval (Student 1908; Altman et al., *Statistics with
Confidence*, 2nd ed., ch. 4). Pairing takes out that some halls know more than others to begin with. Shares are
fractions of full marks, 0–1. Under five pairs nothing is said: one person's answers could be read off.
What stayed after thirty days is the same difference, later − before, beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

FEWEST = 5
"""Pairs below which no figure is given."""


@dataclass(frozen=True)
class Difference:
    """`mean` and the interval are None for fewer than five pairs; `first` and `second` are the means of the pairs."""

    people: int
    first: float | None = None
    second: float | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def too_few(self) -> bool:
        return self.mean is None

    @property
    def sure(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def difference(pairs: Sequence[tuple[float, float]]) -> Difference:
    """The paired difference second − first; the interval is cut at ±1, which no difference of shares exceeds."""
    people = len(pairs)
    if people < FEWEST:
        return Difference(people)
    between = [second - first for first, second in pairs]
    mean = fmean(between)
    reach = _t(people - 1) * stdev(between) / sqrt(people)
    return Difference(
        people,
        fmean(first for first, _ in pairs),
        fmean(second for _, second in pairs),
        mean,
        max(-1.0, mean - reach),
        min(1.0, mean + reach),
    )


def _t(freedom: int) -> float:
    # scipy costs a quarter of a second and 30 MB, which a process that serves candidates need not pay
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


@dataclass(frozen=True)
class Answered:
    """One answer: whose (person, not entry: the pair is one person), of which unit, to which topic, its share of 1."""

    person_id: int
    stop_id: int
    unit: str
    topic: str
    share: float


Group = Mapping[tuple[int, int], float]
"""Mean share by person and stop."""


def shares(answers: Iterable[Answered]) -> Group:
    """The mean share of each person at each stop."""
    found: dict[tuple[int, int], list[float]] = {}
    for each in answers:
        found.setdefault((each.person_id, each.stop_id), []).append(each.share)
    return {key: fmean(values) for key, values in found.items()}


def paired(first: Group, second: Group) -> list[tuple[float, float]]:
    """The shares of those who are in both, in a fixed order."""
    return [(first[key], second[key]) for key in sorted(first.keys() & second.keys())]


@dataclass(frozen=True)
class Gain:
    """What was learned (after − before) and what of it stayed (later − before)."""

    name: str
    learned: Difference
    stayed: Difference


def gain(name: str, before: Sequence[Answered], after: Sequence[Answered], later: Sequence[Answered]) -> Gain:
    """The two differences of one group of answers."""
    first = shares(before)
    return Gain(name, difference(paired(first, shares(after))), difference(paired(first, shares(later))))


def gains_by(
    field: str, before: Sequence[Answered], after: Sequence[Answered], later: Sequence[Answered]
) -> list[Gain]:
    """The gain of each value of `field` ("unit" or "topic"), the largest first, those too small to say at the end."""
    names = sorted({str(getattr(each, field)) for each in (*before, *after, *later)})
    found = [
        gain(name, *([each for each in part if getattr(each, field) == name] for part in (before, after, later)))
        for name in names
    ]
    return sorted(found, key=lambda each: (each.learned.too_few, -(each.learned.mean or 0.0), each.name))

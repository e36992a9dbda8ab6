"""Pure: how hard a question is taken to be, from its author's label and from what candidates have earned on it.

The curve. The expected share of full marks at ability θ is ``P(θ) = c + (1 − c)·σ(θ − b)``, σ the logistic function, b
the difficulty and c what blind guessing earns: Rasch's model (1960) with Birnbaum's floor (in Lord & Novick 1968,
ch. 17), one slope for all, because a slope of its own needs some 300 responses a question. θ = 0 is the county's mean
and one unit of θ is one logit. Kinds with part marks follow the same curve for the expected share.

Who answered. A group of mean ability μ, normal with SD 1 around it, earns about
``c + (1 − c)·σ((μ − b) / √(1 + k²))`` with k = 16√3 / 15π (Zeger, Liang & Albert 1988, eq. 3.4), so a question that
only strong cadres have met is not taken for an easy one.

The label. ``b`` of a label is a table here, moved by kind and with the spread τ of true difficulties under one label;
``priors_of`` estimates both from the bank's own figures (empirical Bayes by moments: Efron & Morris 1975; DerSimonian &
Laird 1986 for τ²), so that questions with and without figures stand on one scale.

The mixture. The label is worth ``m(1 − m)/v − 1`` responses, m being the share it expects of those who answered and v
the variance that τ leaves in m (a Beta prior of that mean and variance). Observed facility and m are averaged with
responses and that number as weights. Part marks vary less than right-or-wrong ones, so that the weight of the
observation is rather too small than too great.
"""

from __future__ import annotations

from collections import defaultdict
from math import exp, log, pi, sqrt
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from question_bank.enums import Difficulty, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

UNIT = 10_000
"""Shares are kept as whole ten-thousandths."""
LOGIT = 1_000
"""Abilities are kept as whole thousandths of a logit."""
LEVELS = (-1, 0, 1)
"""The abilities θ at which papers are compared."""
DAMPING = sqrt(1 + (16 * sqrt(3) / (15 * pi)) ** 2)
FARTHEST = 4.0
"""No question is taken to be easier or harder than this, in logits."""

# Shares of full marks at θ = 0 without guessing: 86, 75, 60, 43 and 27 per cent
_BY_LABEL = {
    Difficulty.RECALL: -1.8,
    Difficulty.UNDERSTANDING: -1.1,
    Difficulty.APPLICATION: -0.4,
    Difficulty.SYNTHESIS: 0.3,
    Difficulty.JUDGEMENT: 1.0,
}
# What somebody earns who knows nothing: 1 of 4 options; 1 of 2; an incomplete choice of several gets half; a pair or a
# neighbour in a random order of five is right once in five times; cases hold some questions with options.
_GUESSED = {
    Kind.SINGLE_CHOICE: 0.25,
    Kind.TRUE_FALSE: 0.5,
    Kind.MULTIPLE_CHOICE: 0.15,
    Kind.MATCHING: 0.2,
    Kind.ORDERING: 0.2,
    Kind.CASE: 0.1,
}
_SPREAD = 0.8
_LABELS_TRUST = 20
"""The table's spread counts like so many questions with figures, its shifts like one question exactly known."""
_ROUNDS = 4


class Figures(NamedTuple):
    """Expected share of full marks at θ = −1, 0 and +1, in ten-thousandths, and how many responses it rests on.

    0 responses: on the author's label alone.
    """

    low: int
    middle: int
    high: int
    responses: int = 0


class Hardness(NamedTuple):
    """A question's difficulty b and the deviation of the true one around it, in logits, and the floor c (0–1)."""

    middle: float
    doubt: float
    floor: float


class Observed(NamedTuple):
    """What candidates earned on one version.

    ``facility`` is the mean share of full marks in ten-thousandths, ``ability`` the mean ability of those who answered
    in thousandths of a logit.
    """

    responses: int
    facility: int
    ability: int = 0


class Priors(NamedTuple):
    """What a label is taken to mean: how many logits a kind is harder than the table says, and the spread τ."""

    shifts: Mapping[Kind, float]
    spread: float


LABELS = Priors(MappingProxyType({}), _SPREAD)
"""The table alone, as long as the bank has no figures of its own."""
UNKNOWN = Figures(5_000, 5_000, 5_000)
"""Of a question of which nothing is known, not even a label."""


def figures_of(
    kind: Kind, difficulty: Difficulty, statistic: Observed | None = None, *, priors: Priors = LABELS
) -> Figures:
    """Return what is expected of a question at the three abilities; without ``statistic`` from its label alone."""
    floor = _floor(kind)
    hardness = _label(kind, difficulty, priors)
    responses = 0
    if statistic is not None and statistic.responses > 0:
        responses = statistic.responses
        hardness = _hardness(floor, hardness, statistic, priors.spread)
    low, middle, high = (round(_share(floor, level - hardness) * UNIT) for level in LEVELS)
    return Figures(low, middle, high, responses)


def hardness_of(
    kind: Kind, difficulty: Difficulty, statistic: Observed | None = None, *, priors: Priors = LABELS
) -> Hardness:
    """Return where a question stands on the curve; its doubt is that of `doubts_of` at θ = 0, in logits."""
    floor, figures = _floor(kind), figures_of(kind, difficulty, statistic, priors=priors)
    middle = -_logit(floor, figures.middle / UNIT)
    return Hardness(middle, doubts_of(kind, figures, priors=priors)[1] / _slope(floor, -middle), floor)


def doubts_of(kind: Kind, figures: Figures, *, priors: Priors = LABELS) -> tuple[float, float, float]:
    """Return the standard deviation of the true expected share (0–1) around ``figures`` at θ = −1, 0, +1.

    Of the Beta distribution after so many responses at θ = 0, carried to the other two along the curve. An estimated
    true spread of papers is the root of Σ marks² · doubt², the doubts of different questions being independent.
    """
    floor = _floor(kind)
    hardness = -_logit(floor, figures.middle / UNIT)
    slopes = [_slope(floor, level - hardness) for level in LEVELS]
    middle = _share(floor, -hardness)
    worth = _worth(middle, slopes[1] * priors.spread)
    doubt = min(sqrt(middle * (1 - middle) / (figures.responses + worth + 1)) / slopes[1], priors.spread)
    low, centre, high = (slope * doubt for slope in slopes)
    return low, centre, high


def priors_of(rows: Iterable[tuple[Kind, Difficulty, Observed]]) -> Priors:
    """Estimate from questions with figures what labels mean in this bank; without any the table stands.

    Each row's difference from its label, in logits, has the variance τ² + s², s² being that of chance. The shift of a
    kind is their mean with weights 1 / (τ² + s²), drawn to 0; τ² the weighted mean of the squared differences less s²,
    drawn to the table's. Repeated, since each needs the other.
    """
    by_kind: dict[Kind, list[tuple[Difficulty, Observed]]] = defaultdict(list)
    for kind, difficulty, observed in rows:
        if observed.responses > 0:
            by_kind[kind].append((difficulty, observed))
    priors = LABELS
    for _ in range(_ROUNDS if by_kind else 0):
        priors = _again(by_kind, priors)
    return priors


def _again(by_kind: Mapping[Kind, Sequence[tuple[Difficulty, Observed]]], priors: Priors) -> Priors:
    """Return better priors than ``priors``; one step of the repetition."""
    shifts: dict[Kind, float] = {}
    squares, weights = _LABELS_TRUST * _SPREAD**2, float(_LABELS_TRUST)
    for kind, rows in by_kind.items():
        found = [_difference(kind, difficulty, observed, priors) for difficulty, observed in rows]
        weighed = [(off, chance, 1 / (priors.spread**2 + chance)) for off, chance in found]
        step = sum(off * weight for off, _, weight in weighed) / (1 + sum(weight for _, _, weight in weighed))
        shifts[kind] = _within(priors.shifts.get(kind, 0.0) + step, 2.0)
        # a row known exactly has the weight 1, one that chance rules next to none
        sure = [(off, chance, (priors.spread**2 * weight) ** 2) for off, chance, weight in weighed]
        squares += sum(weight * ((off - step) ** 2 - chance) for off, chance, weight in sure)
        weights += sum(weight for _, _, weight in sure)
    return Priors(MappingProxyType(shifts), sqrt(max(0.04, squares / weights)))


def _difference(kind: Kind, difficulty: Difficulty, observed: Observed, priors: Priors) -> tuple[float, float]:
    """Return by how many logits a question is harder than its label, and the variance that chance gives this."""
    floor = _floor(kind)
    hardness = _label(kind, difficulty, priors)
    expected, slope = _of_group(floor, hardness, observed.ability)
    off = (expected - observed.facility / UNIT) / slope
    return _within(off, FARTHEST), expected * (1 - expected) / observed.responses / slope**2


def _hardness(floor: float, label: float, observed: Observed, spread: float) -> float:
    expected, slope = _of_group(floor, label, observed.ability)
    worth = _worth(expected, slope * spread)
    share = (observed.facility / UNIT * observed.responses + expected * worth) / (observed.responses + worth)
    return _within(observed.ability / LOGIT - DAMPING * _logit(floor, share), FARTHEST)


def _worth(expected: float, deviation: float) -> float:
    """Return how many responses the label is worth: of the Beta distribution with that mean and deviation."""
    return max(1.0, expected * (1 - expected) / deviation**2 - 1)


def _of_group(floor: float, hardness: float, ability: int) -> tuple[float, float]:
    """Return the expected share of a group of that mean ability, and how fast it falls with the difficulty."""
    distance = (ability / LOGIT - hardness) / DAMPING
    return _share(floor, distance), _slope(floor, distance) / DAMPING


def _label(kind: Kind, difficulty: Difficulty, priors: Priors) -> float:
    return _BY_LABEL[difficulty] + priors.shifts.get(kind, 0.0)


def _floor(kind: Kind) -> float:
    return _GUESSED.get(kind, 0.0)


def _share(floor: float, distance: float) -> float:
    return floor + (1 - floor) / (1 + exp(-distance))


def _slope(floor: float, distance: float) -> float:
    known = 1 / (1 + exp(-distance))
    return max(0.01, (1 - floor) * known * (1 - known))


def _logit(floor: float, share: float) -> float:
    """Return the distance θ − b at which ``share`` is expected; a share at or below the floor means very hard."""
    known = min(0.99, max(0.01, (share - floor) / (1 - floor)))
    return log(known / (1 - known))


def _within(value: float, limit: float) -> float:
    return min(limit, max(-limit, value))

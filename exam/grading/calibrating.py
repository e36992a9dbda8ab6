"""Pure: what people gave for the same suggestions → a rising curve by which later suggestions are put right.

The curve is the isotonic regression of people's shares on suggested ones: the pool-adjacent-violators algorithm,
Barlow, Bartholomew, Bremner & Brunk (1972), Statistical Inference under Order Restrictions, §1.2. It never turns a
better suggestion into a worse mark. Each of its levels is held towards the suggestion itself by the weight of a few
marks, so that twenty do not make steps out of chance. How sure a suggestion is, is put right the same way, by whether
people came within a tenth of the marks.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

ENOUGH = 20
"""From so many people's marks on a question on, its suggestions are put right."""
PRIOR = 4.0
"""The suggestion as it is weighs as much as so many marks, spread over the scale."""
NEAR = 0.1
_SCALE = (0.0, 0.25, 0.5, 0.75, 1.0)
_FOLDS = 5


@dataclass(frozen=True)
class Known:
    """One suggestion and what a person gave, both as shares of the marks; `confidence` between 0 and 1."""

    suggested: float
    given: float
    confidence: float


@dataclass(frozen=True)
class Curve:
    """Rising knots; between two of them a straight line, outside the nearest level. No knots: nothing changes."""

    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    def at(self, value: float) -> float:
        """The calibrated share for a suggested one, both between 0 and 1."""
        if not self.x:
            return value
        place = bisect_left(self.x, value)
        if place == 0:
            return self.y[0]
        if place == len(self.x):
            return self.y[-1]
        low, high = self.x[place - 1], self.x[place]
        return self.y[place - 1] + (self.y[place] - self.y[place - 1]) * (value - low) / (high - low)


@dataclass(frozen=True)
class Calibration:
    """Both curves, and the mean absolute error before and, on marks left out of the curve, after."""

    marks: Curve
    sure: Curve
    count: int
    error_before: float
    error_after: float

    def as_json(self) -> dict[str, Any]:
        """For `RubricCalibration.curve`; shares in ten-thousandths."""
        return {
            "marks": [_whole(self.marks.x), _whole(self.marks.y)],
            "sure": [_whole(self.sure.x), _whole(self.sure.y)],
            "error_before": round(self.error_before * WHOLE),
            "error_after": round(self.error_after * WHOLE),
        }


WHOLE = 10_000


def _whole(values: Sequence[float]) -> list[int]:
    return [round(value * WHOLE) for value in values]


def curves_of(data: dict[str, Any]) -> tuple[Curve, Curve]:
    """The curves of marks and of sureness as `as_json` wrote them."""
    marks, sure = (Curve(*(tuple(each / WHOLE for each in row) for row in data[name])) for name in ("marks", "sure"))
    return marks, sure


def calibrate(known: Sequence[Known], *, enough: int = ENOUGH) -> Calibration | None:
    """Both curves from what is known of one question; None with fewer than `enough` marks.

    A curve that does not help on marks it has not seen (five folds) is not used: then nothing changes.
    """
    if len(known) < enough:
        return None
    before = fmean(abs(each.suggested - each.given) for each in known)
    after = fmean(abs(curve.at(each.suggested) - each.given) for curve, each in _left_out(known))
    marks = rising([(each.suggested, each.given) for each in known]) if after < before else Curve()
    near = [(each.confidence, float(abs(marks.at(each.suggested) - each.given) <= NEAR + 1e-9)) for each in known]
    return Calibration(marks, rising(near), len(known), before, min(before, after))


def _left_out(known: Sequence[Known]) -> Iterator[tuple[Curve, Known]]:
    """Each mark with a curve made without it and a fifth of the others."""
    for fold in range(_FOLDS):
        rest = [each for number, each in enumerate(known) if number % _FOLDS != fold]
        curve = rising([(each.suggested, each.given) for each in rest])
        yield from ((curve, each) for each in known[fold::_FOLDS])


def rising(pairs: Sequence[tuple[float, float]], prior: float = PRIOR) -> Curve:
    """The rising curve nearest to `pairs` (suggested, given) in least squares, held towards y = x by `prior`."""
    weighted = [(x, y, 1.0) for x, y in pairs] + [(x, x, prior / len(_SCALE)) for x in _SCALE]
    levels: list[list[float]] = []  # weight, sum of weighted x, sum of weighted y
    for x, y, weight in sorted(_merged(weighted)):
        levels.append([weight, weight * x, weight * y])
        while len(levels) > 1 and levels[-2][2] / levels[-2][0] >= levels[-1][2] / levels[-1][0]:
            upper = levels.pop()
            levels[-1] = [one + two for one, two in zip(levels[-1], upper, strict=True)]
    return Curve(tuple(x / w for w, x, _ in levels), tuple(y / w for w, _, y in levels))


def _merged(weighted: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """One entry for each x, its y the weighted mean."""
    sums: dict[float, list[float]] = {}
    for x, y, weight in weighted:
        entry = sums.setdefault(x, [0.0, 0.0])
        entry[0] += weight
        entry[1] += weight * y
    return [(x, total / weight, weight) for x, (weight, total) in sums.items()]

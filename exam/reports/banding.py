"""Pure: difficulties of items that few people have met, drawn towards the band the author gave them.

Items with 100 answers or more speak for themselves. For the others the model is fitted with a normal prior of their
easiness: mean and variance are those of the well-known items of the same band (empirical Bayes: Efron & Morris 1975;
for items: Mislevy 1986, Psychometrika 51, 177). The fewer the answers, the nearer to the band; one that everybody had
right gets a finite difficulty too. A band with fewer than five well-known items has the logit of all its answers
together as mean, and variance 1.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exam.reports.response_model import Calibration, Prior, calibrate
from exam.reports.score_table import Real, ScoreTable, Whole

ENOUGH = 100
"""So many answers make an item well known."""
FEWEST_KNOWN = 5
_LEAST_VARIANCE = 0.05


def calibrate_by_band(table: ScoreTable, *, slopes: Whole, bands: Sequence[str], enough: int = ENOUGH) -> Calibration:
    """As ``response_model.calibrate``, with the prior above for items with fewer than `enough` answers.

    `bands`: the band of each item of the table, by any name.
    """
    n = np.bincount(table.item, minlength=len(table.items))
    few = n < enough
    names, band = np.unique(np.asarray(bands), return_inverse=True)
    prior = _from_facilities(table, band, few)
    if not few.any() or few.all():
        return calibrate(table, slopes=slopes, prior=prior)
    first = calibrate(table, slopes=slopes, prior=prior)
    known = ~few & ~first.extreme
    for number in range(names.size):
        those, wanted = known & (band == number), few & (band == number)
        if those.sum() >= FEWEST_KNOWN and wanted.any():
            prior.mean[wanted] = first.easiness[those].mean()
            prior.precision[wanted] = 1 / max(_LEAST_VARIANCE, first.easiness[those].var(ddof=1))
    return calibrate(table, slopes=slopes, prior=prior)


def _from_facilities(table: ScoreTable, band: Whole, few: NDArray[np.bool_]) -> Prior:
    """The logit of the share earned by all answers of the band, variance 1; none for well-known items."""
    of_answer = band[table.item]
    right = np.bincount(of_answer, table.share, int(band.max()) + 1)
    share: Real = (right + 0.5) / (np.bincount(of_answer, minlength=right.size) + 1)
    return Prior(np.log(share / (1 - share))[band], few.astype(np.float64))

"""Pure: what the answers to each question say of it, counted over everybody who met it.

得分率 facility          mean share of full marks (classical test theory; Lord & Novick 1968, ch. 15)
区分度 discrimination    correlation of the share earned on the question with the share earned on the rest of the same
                        paper (corrected item–rest correlation; Henrysson 1963)
ability                 mean ability of those who answered, in logits from the mean of all, by the rest of their papers
"""

from typing import NamedTuple

import numpy as np

from exam.reports.drift import Answers, Real, Whole

ENOUGH = 20
"""Below so many answers a correlation says nothing."""


class ItemFigures(NamedTuple):
    """Of one question: answers, shares 0–1, correlation −1…1 or None, ability in logits."""

    responses: int
    facility: float
    discrimination: float | None
    ability: float


def figures(
    answers: Answers, *, attempt: Whole, earned: Real, possible: Real, ability: Real
) -> tuple[ItemFigures, ...]:
    """The figures of every question, by its number. `ability` is by person, the other arrays by answer."""
    questions = answers.sizes()[2]
    count = np.bincount(answers.question, minlength=questions)
    facility = np.bincount(answers.question, answers.share, questions) / np.maximum(1, count)
    able = np.bincount(answers.question, ability[answers.person], questions) / np.maximum(1, count)
    related = _item_rest(answers, attempt, earned, possible)
    return tuple(
        ItemFigures(
            int(number),
            float(share),
            float(relation) if number >= ENOUGH and np.isfinite(relation) else None,
            float(level),
        )
        for number, share, relation, level in zip(count, facility, related, able, strict=True)
    )


def _item_rest(answers: Answers, attempt: Whole, earned: Real, possible: Real) -> Real:
    """Correlations by question; NaN where everybody earned the same, or nothing else stood on the paper."""
    whole, most = np.bincount(attempt, earned)[attempt], np.bincount(attempt, possible)[attempt]
    alone = most <= possible
    rest = np.where(alone, 0, (whole - earned) / np.where(alone, 1, most - possible))

    def mean(values: Real) -> Real:
        return np.bincount(answers.question, values) / np.maximum(1, np.bincount(answers.question))

    item_off = answers.share - mean(answers.share)[answers.question]
    rest_off = rest - mean(rest)[answers.question]
    spread = np.sqrt(mean(item_off**2) * mean(rest_off**2))
    return np.asarray(np.where(spread > 1e-9, mean(item_off * rest_off) / np.where(spread > 1e-9, spread, 1), np.nan))

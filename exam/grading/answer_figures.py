"""Pure: how suggestions from a file agree with people's marks, by question and pooled; what recalibrating would do."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from exam.grading.agreement import quadratic_kappa
from exam.grading.answer_file import Marked
from exam.grading.calibrating import Known, calibrate

Pairs = Sequence[tuple[float, float]]


def agreements(marked: Mapping[str, Sequence[Marked]]) -> dict[str, Any]:
    """Figures of answers with people's marks, by question: shares of full marks, so that questions can be pooled.

    `qwk` is None where nothing varies. `calibrated` stands with questions of at least 20 marks: the mean error on
    marks which the curve had not seen.
    """
    shares = {name: [_shares(each) for each in rows] for name, rows in sorted(marked.items())}
    pooled = [pair for pairs in shares.values() for pair in pairs]
    by_question = {name: figures(pairs) | _calibrated(marked[name]) for name, pairs in shares.items()}
    return {"pooled": figures(pooled), "by_question": by_question}


def figures(pairs: Pairs) -> dict[str, Any]:
    """`n`, `qwk`, `mae`, `bias` (suggested minus given) and `near`, the share within a tenth of the marks."""
    return {
        "n": len(pairs),
        "qwk": quadratic_kappa(pairs),
        "mae": fmean(abs(one - two) for one, two in pairs),
        "bias": fmean(one - two for one, two in pairs),
        "near": fmean(abs(one - two) <= 0.1 + 1e-9 for one, two in pairs),
    }


def _shares(each: Marked) -> tuple[float, float]:
    assert each.answer.human is not None
    return float(each.marks / each.maximum), float(each.answer.human / each.maximum)


def _calibrated(rows: Sequence[Marked]) -> dict[str, Any]:
    known = [Known(*_shares(each), each.assessment.confidence / 10_000) for each in rows]
    found = calibrate(known)
    return {} if found is None else {"calibrated": {"mae": found.error_after}}

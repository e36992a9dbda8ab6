"""Pure: what is said of a set of papers. Margins, what neighbours have in common, how worn the questions are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, pstdev
from typing import Any

from exam.papers.assembly import DrawnPaper, Selection
from exam.papers.specification import Plan
from exam.papers.transcript import written_marks
from question_bank.enums import Band, Kind


@dataclass(frozen=True)
class Sharing:
    """What a paper shares with the next seat's: shares of its drawn questions (0–1), and the most in questions."""

    mean: float
    greatest: float
    questions: int


def figures(plan: Plan, selection: Selection, *, bank: int, spares: int, seconds: float) -> dict[str, Any]:
    """The figures of a set as JSON. Marks are texts, shares numbers between 0 and 1, `seconds` of processor time.

    `topics` and `bands` give what every paper has beside what the plan asks for; `exposure` says how many different
    questions were used and on which share of the papers the most used one stands.
    """
    shared = sharing(selection.papers)
    used = Counter(item.question.code for paper in selection.papers for item in paper.items)
    wanted_bands = plan.band_marks()
    return {
        "papers": len(selection.papers) - spares,
        "spares": spares,
        "bank": bank,
        "seconds": round(seconds, 3),
        "topics": [
            {"topic": group, "wanted": written_marks(wanted), "marks": written_marks(selection.topic_marks[group])}
            for group, wanted in plan.topic_marks.items()
        ],
        "topic_deviation": written_marks(selection.topic_deviation),
        "bands": [
            {
                "band": band.value,
                "wanted": float(wanted / plan.drawn_total),
                "share": float(selection.band_marks[band] / plan.drawn_total),
            }
            for band, wanted in wanted_bands.items()
        ],
        "band_deviation": written_marks(selection.band_deviation),
        "neighbours": {"mean": round(shared.mean, 4), "max": round(shared.greatest, 4), "questions": shared.questions},
        "exposure": {
            "questions": len(used),
            "max": round(max(used.values(), default=0) / len(selection.papers), 4),
            "cv": round(exposure_cv(selection.papers), 4),
        },
    }


def sharing(papers: Sequence[DrawnPaper]) -> Sharing:
    """What neighbours in the order of seats have in common; 0 where there are none."""
    codes = [frozenset(item.question.code for item in paper.items) for paper in papers]
    common = [(len(one & other), max(len(one), len(other), 1)) for one, other in pairwise(codes)]
    shares = [both / most for both, most in common]
    return Sharing(
        mean=sum(shares) / len(shares) if shares else 0.0,
        greatest=max(shares, default=0.0),
        questions=max((both for both, _ in common), default=0),
    )


def exposure_cv(papers: Sequence[DrawnPaper]) -> float:
    """Coefficient of variation of the use of questions inside each kind and band, weighted by use.

    Standard deviation over mean, of those questions that are used at all; 0 means that all are used alike.
    """
    used: dict[tuple[Kind, Band], Counter[str]] = {}
    for paper in papers:
        for item in paper.items:
            used.setdefault((item.question.kind, item.question.band), Counter())[item.question.code] += 1
    whole = sum(each.total() for each in used.values())
    weighted = sum(each.total() * pstdev(each.values()) / mean(each.values()) for each in used.values())
    return weighted / whole if whole else 0.0

"""Whole stops with results: everybody sits the same choices, so that a score is chosen freely."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from exam.papers.models import PaperSet
from exam.sittings.models import Attempt, Sitting, SittingStatus
from exam.sittings.operations import close_sitting, start
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import PaperKind
from question_bank.kinds import key_view
from tests.factories.marks import hand_in_paper
from tests.factories.papers import SHORT_ANSWER, SINGLE, Contents, make_paper_set
from tests.factories.sittings import make_assignment, make_sitting
from tests.question_bank.samples import full_answer

TEN_CHOICES: Contents = tuple(({**SINGLE, "stem": f"第{number}题：{SINGLE['stem']}"}, 10) for number in range(10))
SIX_CHOICES: Contents = tuple(
    ({**SINGLE, "stem": f"第{number}题：{SINGLE['stem']}"}, marks)
    for number, marks in enumerate((40, 20, 10, 10, 10, 10))
)
WITH_WRITTEN: Contents = (*TEN_CHOICES[:9], (SHORT_ANSWER, 10))


def make_sat_paper(
    session: Session,
    stop: Stop,
    scores: Mapping[RosterEntry, int | None],
    *,
    paper_kind: PaperKind = PaperKind.BUSINESS,
    contents: Contents = TEN_CHOICES,
    close: bool = True,
    made: PaperSet | None = None,
) -> Sitting:
    """A sitting at which each entry scores so many marks (None: did not come); closed unless told otherwise.

    The first items are answered rightly until their marks reach the score, which has to come out exactly.
    """
    sitting = make_sitting(session, stop=stop, paper_kind=paper_kind)
    made = made or make_paper_set(session, contents, papers=len(scores), paper_kind=paper_kind, audience=None)
    for (entry, score), paper in zip(scores.items(), made.papers, strict=True):  # type: ignore[attr-defined]
        make_assignment(session, sitting, entry, paper=paper)
        if score is not None:
            attempt = start(session, entry, sitting, device="test", at=sitting.opens_at)
            hand_in_paper(session, attempt, given=_first(attempt, score))
    if close:
        close_sitting(session, sitting, by=None, at=sitting.opens_at + timedelta(hours=2))
    return sitting


def _first(attempt: Attempt, score: int) -> Any:
    """Answers items rightly until their marks add up to `score` and leaves the others blank."""
    items, earned = set(), 0
    for item in attempt.assignment.paper.items:
        if earned < score:
            items.add(item.id)
            earned += int(item.marks)
    assert earned == score
    return lambda item: full_answer(key_view(item.content, item.order)) if item.item_id in items else None


def released(session: Session, sitting: Sitting) -> Sitting:
    """The same sitting with its results out."""
    from exam.reports.operations import release_results  # a test of grading alone need not load the reports

    release_results(session, sitting, by=None, at=sitting.closes_at)
    assert sitting.status is SittingStatus.RELEASED
    return sitting

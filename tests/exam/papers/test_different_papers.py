"""However equal papers are to be: everybody gets a paper of his own."""

from dataclasses import replace
from itertools import pairwise

import pytest

from exam.papers.relaxing import select_or_relax
from exam.papers.standard import STANDARD, Standard
from question_bank.calibration import Observed, figures_of
from question_bank.enums import Audience, PaperKind
from tests.factories.drawing import shipped_bank

PRACTICAL = [each for each in STANDARD if each.paper_kind is PaperKind.PRACTICAL]
OFTEN = 0.6


@pytest.mark.parametrize("answers", [0, 12], ids=["by label", "by answers"])
@pytest.mark.parametrize("standard", PRACTICAL, ids=lambda each: each.code)
def test_few_large_questions_do_not_make_all_papers_the_same(standard: Standard, answers: int) -> None:
    bank = [
        replace(each, figures=figures_of(each.kind, each.difficulty, seen(number, answers)))
        for number, each in enumerate(shipped_bank(standard.paper_kind, Audience.TOWN, None))
    ]
    selection = select_or_relax(standard.plan, bank, papers=58, seed=5).selection
    papers = [frozenset(item.question.code for item in paper.items) for paper in selection.papers]
    most = max(sum(code in paper for paper in papers) for code in set().union(*papers))
    assert not any(one == other for one, other in pairwise(papers))
    assert len(set(papers)) >= len(papers) // 4
    assert most <= OFTEN * len(papers)


def seen(number: int, answers: int) -> Observed | None:
    """Answers to the question of that number: its facility has nothing to do with its label."""
    return Observed(answers, 2_000 + number * 3_571 % 7_000, 0) if answers else None

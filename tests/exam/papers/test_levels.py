"""Large questions: what no exchange can put right is put right by the tables."""

from dataclasses import replace
from itertools import pairwise

from exam.papers.assembly import select
from exam.papers.certificate import expected_scores
from exam.papers.levels import parted
from exam.papers.margins import parts_of, pools_of
from exam.papers.plain import plain_draw
from exam.papers.standard import STANDARD
from question_bank.calibration import Observed, figures_of
from question_bank.drawable import Drawable
from question_bank.enums import Audience, Kind, PaperKind, TextForm
from tests.factories.drawing import shipped_bank

PLANS = {each.code: each.plan for each in STANDARD}
ONSITE, VILLAGE = PLANS["practical-onsite"], PLANS["business-village"]
PAPERS = 58


def answered(paper_kind: PaperKind, audience: Audience) -> list[Drawable]:
    """The shipped bank after a dozen answers to every question, whose facility has nothing to do with its label."""
    return [
        replace(each, figures=figures_of(each.kind, each.difficulty, Observed(12, 2_000 + number * 3_571 % 7_000, 0)))
        for number, each in enumerate(shipped_bank(paper_kind, audience, None))
    ]


def test_only_large_questions_are_parted_and_none_is_lost() -> None:
    pools = pools_of(answered(PaperKind.PRACTICAL, Audience.TOWN))
    parts = parts_of(ONSITE, {cell: len(pool) for cell, pool in pools.items()})
    finer = parted(ONSITE, parts, pools)
    assert sorted(each.code for pool in finer.values() for each in pool) == sorted(
        each.code for pool in pools.values() for each in pool
    )
    assert {cell.kind for cell in finer if cell.level} == {Kind.CASE, Kind.SHORT_ANSWER}
    assert all(cell.form is TextForm.SCENARIO for cell in finer if cell.level and cell.kind is Kind.SHORT_ANSWER)
    for cell, pool in finer.items():
        if cell.kind is Kind.CASE:
            scores = [sum(each.figures[:3]) * 40 / 30_000 for each in pool]
            assert max(scores) - min(scores) <= 0.5


def test_three_large_questions_are_equally_hard_together_and_not_the_same_for_neighbours() -> None:
    bank = answered(PaperKind.PRACTICAL, Audience.TOWN)
    papers = select(ONSITE, bank, papers=PAPERS, seed=5).papers
    mine = expected_scores(ONSITE, papers)[1]
    plain = expected_scores(ONSITE, plain_draw(ONSITE, bank, papers=PAPERS, seed=5))[1]
    assert (max(mine) - min(mine)) * 10 < max(plain) - min(plain)
    codes = [{item.question.code for item in paper.items} for paper in papers]
    assert not any(one & other for one, other in pairwise(codes))
    assert max(sum(code in paper for paper in codes) for code in set().union(*codes)) <= PAPERS // 3


def test_a_question_that_fills_a_section_by_itself_does_not_stand_on_every_paper() -> None:
    bank = [
        replace(each, figures=figures_of(each.kind, each.difficulty))
        for each in shipped_bank(PaperKind.BUSINESS, Audience.VILLAGE, None)
    ]
    codes = [
        {item.question.code for item in paper.items} for paper in select(VILLAGE, bank, papers=PAPERS, seed=5).papers
    ]
    assert max(sum(code in paper for paper in codes) for code in set().union(*codes)) <= PAPERS // 2

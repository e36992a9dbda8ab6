"""Single cells of a specification may be fixed, and items asked of the common core."""

from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import ValidationError

from exam.papers.assembly import CellShortage, select
from exam.papers.shortage import Contradiction
from exam.papers.specification import CountBy, FixedCell, Plan, Section, Wish, plan_hash, plan_of
from exam.papers.standard import STANDARD
from question_bank.drawable import Drawable
from question_bank.enums import Band, Kind
from tests.factories.drawing import make_drawable

SINGLE = Section(title="单项选择题", kinds=(Kind.SINGLE_CHOICE,), count=6, marks_each=Decimal(1))
BLANKS = Section(title="填空题", kinds=(Kind.FILL_BLANK,), count_by=CountBy.SLOTS, count=4, marks_each=Decimal("0.5"))


def a_plan(*cells: FixedCell, sections: tuple[Section, ...] = (SINGLE, BLANKS), **values: object) -> Plan:
    total = sum((each.total for each in sections), Decimal(0))
    return Plan(sections=sections, minutes=10, total=total, pass_marks=total / 2, fixed_cells=cells, **values)


def bank(each: int = 4, *topics: str) -> list[Drawable]:
    return [
        make_drawable(kind=kind, topic=topic, difficulty=difficulty, slots=2 if kind is Kind.FILL_BLANK else 1)
        for kind in (Kind.SINGLE_CHOICE, Kind.FILL_BLANK)
        for topic in topics or ("LAW", "PROC", "ETIQ", "SERVICE")
        for difficulty in (1, 3, 5)
        for _ in range(each)
    ]


def test_a_fixed_cell_holds_exactly_on_every_paper() -> None:
    cells = (
        FixedCell(section=0, topic="LAW", band=Band.HARD, count=2),
        FixedCell(section=0, topic="PROC", count=0),
        FixedCell(section=1, band=Band.EASY, count=4),
    )
    for paper in select(a_plan(*cells), bank(), papers=5, seed=1).papers:
        single = [item.question for item in paper.items if item.section == 0]
        blanks = [item.question for item in paper.items if item.section == 1]
        assert sum(each.topic == "LAW" and each.band is Band.HARD for each in single) == 2
        assert not any(each.topic == "PROC" for each in single)
        assert sum(each.slots for each in blanks if each.band is Band.EASY) == 4


def test_a_fixed_cell_of_a_group_counts_all_its_topics() -> None:
    margins = {"LAW": Decimal(5), "ETIQ/SERVICE": Decimal(3)}
    plan = a_plan(FixedCell(section=0, topic="ETIQ/SERVICE", band=Band.EASY, count=3), topic_marks=margins)
    for paper in select(plan, bank(), papers=3, seed=1).papers:
        found = [item.question for item in paper.items if item.question.topic in {"ETIQ", "SERVICE"}]
        assert [each.band for each in found] == [Band.EASY] * 3


def test_what_a_fixed_cell_lacks_is_named_with_its_band() -> None:
    short = [each for each in bank() if not (each.topic == "LAW" and each.band is Band.HARD)]
    with pytest.raises(CellShortage) as caught:
        select(a_plan(FixedCell(section=0, topic="LAW", band=Band.HARD, count=2)), short, papers=1, seed=1)
    (cell,) = caught.value.cells
    assert (cell.section, cell.topic, cell.band, cell.questions) == ("单项选择题", "LAW", Band.HARD, 2)
    more = [make_drawable(topic="LAW", difficulty=4) for _ in range(cell.questions)]
    plan = a_plan(FixedCell(section=0, topic="LAW", band=Band.HARD, count=2))
    assert select(plan, [*short, *more], papers=1, seed=1).papers


def test_cells_that_contradict_each_other_are_not_called_a_shortage() -> None:
    cells = tuple(FixedCell(section=0, band=band, count=1) for band in Band)
    with pytest.raises(Contradiction):
        select(a_plan(*cells), bank(), papers=1, seed=1)


def test_an_item_of_the_common_core_is_one_or_is_missing() -> None:
    asking = SINGLE.model_copy(update={"wishes": (Wish(common_core=True), Wish(common_core=True))})
    plan, ordinary = a_plan(sections=(asking,)), bank()
    with pytest.raises(CellShortage) as caught:
        select(plan, ordinary, papers=1, seed=1)
    assert [(cell.questions, cell.common_core) for cell in caught.value.cells] == [(2, True)]
    core = [replace(make_drawable(topic="LAW"), common_core=True) for _ in range(3)]
    for paper in select(plan, [*ordinary, *core], papers=4, seed=1).papers:
        assert sum(item.question.common_core for item in paper.items) >= 2


def test_what_a_plan_does_not_use_leaves_its_hash_alone() -> None:
    plan = STANDARD[0].plan
    data = plan.model_dump(mode="json")
    assert "fixed_cells" not in data
    assert all("common_core" not in wish for section in data["sections"] for wish in section["wishes"])
    fixed = plan.model_copy(update={"fixed_cells": (FixedCell(section=0, topic="LAW", band=Band.EASY, count=2),)})
    assert plan_of(fixed.model_dump(mode="json")) == fixed
    assert plan_hash(fixed) != plan_hash(plan)


@pytest.mark.parametrize(
    "cell",
    [
        FixedCell(section=2, count=1),
        FixedCell(section=0, count=7),
        FixedCell(section=0, topic="POLICY", count=1),
    ],
)
def test_a_cell_that_cannot_stand_is_refused(cell: FixedCell) -> None:
    with pytest.raises(ValidationError):
        a_plan(cell, topic_marks={"LAW": Decimal(5), "PROC": Decimal(3)})

"""Where the bank cannot fill a specification, the ways out that are offered are really ways out."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exam.papers.assembly import CellShortage, select
from exam.papers.changes import About, changes_between
from exam.papers.remedies import Means, finding_of
from exam.papers.shortage import Contradiction, Missing
from exam.papers.specification import FixedCell, Plan, Section, Wish
from exam.papers.standard import STANDARD
from question_bank.drawable import Drawable
from question_bank.enums import Audience, Band, Kind
from tests.exam.papers.test_assembly import PLAN, TOPICS, ample
from tests.factories.drawing import make_drawable, shipped_bank

TOWN = next(each for each in STANDARD if each.code == "business-town")
ONE_MATCHING = Section(title="匹配题", kinds=(Kind.MATCHING,), count=1, marks_each=Decimal(4))
LEVELS = {Band.EASY: 1, Band.MEDIUM: 3, Band.HARD: 5, None: 1}


def supplied(cell: Missing) -> list[Drawable]:
    """The questions that are said to be missing."""
    wanted = make_drawable(
        kind=cell.kinds[0],
        form=cell.form,
        topic=(cell.topic or "LAW").split("/")[0],
        difficulty=LEVELS[cell.band],
        slots=cell.slots,
    )
    return [
        replace(wanted, code=f"{wanted.code}-{number}", common_core=cell.common_core)
        for number in range(cell.questions)
    ]


def hostile(bank: Sequence[Drawable]) -> list[Drawable]:
    """Every question is an enemy of its neighbour."""
    codes = [each.code for each in bank]
    return [
        replace(each, enemies=frozenset(codes[max(0, at - 1) : at] + codes[at + 1 : at + 2]))
        for at, each in enumerate(bank)
    ]


plans = st.builds(
    lambda cells, core: Plan.model_validate(
        dict(PLAN)
        | {"fixed_cells": cells}
        | {"sections": (PLAN.sections[0].model_copy(update={"wishes": core}), *PLAN.sections[1:])}
    ),
    st.lists(
        st.builds(
            FixedCell,
            section=st.integers(0, 2),
            topic=st.sampled_from(("", *TOPICS)),
            band=st.sampled_from((None, *Band)),
            count=st.integers(0, 2),
        ),
        max_size=3,
        unique_by=lambda cell: (cell.section, cell.topic, cell.band),
    ).map(tuple),
    st.sampled_from([(), (Wish(common_core=True),), (Wish(topics=("LAW",)), Wish(host_unit=True))]),
)


DRAWN = (plans, st.integers(0, 60), st.randoms(use_true_random=False))


@given(*DRAWN)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_way_out_that_is_offered_can_be_drawn(plan: Plan, size: int, chance) -> None:
    every_way_can_be_drawn(plan, size, chance)


@pytest.mark.soak
@given(*DRAWN)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_way_out_can_be_drawn_for_many_specifications(plan: Plan, size: int, chance) -> None:
    every_way_can_be_drawn(plan, size, chance)


def every_way_can_be_drawn(plan: Plan, size: int, chance) -> None:
    """What is offered, and what is said to be missing, is put to the draw itself."""
    whole = ample(2)
    bank = chance.sample(whole, min(size, len(whole)))
    bank = hostile(bank) if chance.random() < 0.5 else bank
    finding = finding_of(plan, bank)
    try:
        select(plan, bank, papers=2, seed=3)
    except CellShortage:
        assert finding.missing
        more = [each for cell in finding.missing for each in supplied(cell)]
        assert select(plan, [*bank, *more], papers=2, seed=3).papers
    except Contradiction:
        assert finding.contradictory
    else:
        assert finding.feasible
        assert not finding.remedies
    for remedy in finding.remedies:
        assert len(select(remedy.plan, bank, papers=2, seed=3).papers) == 2
        assert remedy.plan.total == plan.total
        assert remedy.changes == changes_between(plan, remedy.plan)
    assert [each.cost for each in finding.remedies] == sorted(each.cost for each in finding.remedies)


def town(*left_out: Kind, county: bool = True) -> list[Drawable]:
    bank = shipped_bank(TOWN.paper_kind, Audience.TOWN, None)
    return [each for each in bank if each.kind not in left_out and (county or each.topic != "COUNTY")]


def test_too_few_of_one_kind_offers_fewer_of_them_and_more_of_another() -> None:
    many = [each for each in town() if each.kind is Kind.MULTIPLE_CHOICE]
    finding = finding_of(TOWN.plan, [*town(Kind.MULTIPLE_CHOICE), *many[:9]])
    assert finding.missing
    sections = next(each for each in finding.remedies if each.means is Means.SECTIONS)
    changed = {change.name: (change.before, change.after) for change in sections.changes}
    assert changed["多项选择题"][1] < 10
    assert sum(each.total for each in sections.plan.sections) == 100


def test_without_the_county_its_marks_move_to_other_topics() -> None:
    finding = finding_of(TOWN.plan, town(county=False))
    topics = next(each for each in finding.remedies if each.means is Means.TOPICS)
    assert topics.cost == 12
    assert {(change.name, change.after) for change in topics.changes} >= {("COUNTY", Decimal(0))}
    gains = [change.after - change.before for change in topics.changes if change.after > change.before]
    assert sum(gains) == 12
    assert len(gains) > 1


def test_a_kind_that_the_bank_has_not_at_all_leaves_the_paper() -> None:
    (remedy,) = finding_of(TOWN.plan, town(Kind.NUMERIC)).remedies
    assert remedy.means is Means.SEVERAL
    assert About.SECTION in {change.about for change in remedy.changes}
    assert "计算题" not in {section.title for section in remedy.plan.sections}


def test_a_difficulty_that_cannot_be_had_is_offered_as_it_will_be() -> None:
    easy = [each for each in ample(6) if each.band is not Band.HARD]
    finding = finding_of(PLAN, easy)
    assert finding.feasible
    assert finding.shares is not None
    assert finding.shares.plan.difficulty_shares[Band.HARD] == 0
    assert finding.offered(finding.shares.key) == finding.shares
    assert finding_of(PLAN, ample(6)).shares is None


def test_an_empty_bank_offers_nothing_but_questions_to_be_written() -> None:
    finding = finding_of(PLAN, [])
    assert finding.remedies == ()
    assert finding.missing


def test_what_is_meant_for_several_audiences_has_to_do_for_each() -> None:
    ample_bank, poor = ample(6), [each for each in ample(6) if each.kind is not Kind.MATCHING]
    plan = Plan.model_validate(dict(PLAN) | {"sections": (*PLAN.sections[:3], ONE_MATCHING)})
    finding = finding_of(plan, ample_bank, poor)
    assert finding.missing == finding_of(plan, poor).missing
    assert finding.remedies
    for remedy in finding.remedies:
        assert finding_of(remedy.plan, ample_bank, poor).feasible

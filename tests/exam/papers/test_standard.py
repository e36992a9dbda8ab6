from decimal import Decimal

import pytest
from pydantic import ValidationError

from exam.papers.assembly import select
from exam.papers.figures import sharing
from exam.papers.specification import CountBy, Plan, Section, Wish, plan_hash, plan_of
from exam.papers.standard import STANDARD, THREE_CASES, Standard
from exam.papers.transcript import intro
from question_bank.enums import Audience, Kind, PaperKind, ScoringRule, TextForm
from tests.factories.drawing import shipped_bank


@pytest.mark.parametrize("standard", STANDARD, ids=lambda each: each.code)
def test_every_standard_specification_makes_a_hundred_marks_of_which_sixty_pass(standard: Standard) -> None:
    assert (standard.plan.total, standard.plan.pass_marks) == (100, 60)


def test_the_business_papers_last_sixty_minutes_and_the_practical_ones_ninety_and_forty_five() -> None:
    assert {each.code: each.plan.minutes for each in STANDARD} == {
        "business-town": 60,
        "business-village": 60,
        "business-department": 60,
        "practical-full": 90,
        "practical-onsite": 45,
    }


def test_the_topics_of_the_village_paper_are_those_of_the_scheme() -> None:
    village = next(each.plan for each in STANDARD if each.audience is Audience.VILLAGE)
    assert village.topic_marks == {
        "COUNTY": 20,
        "WORK": 20,
        "POLICY": 12,
        "PROC": 28,
        "LAW": 5,
        "INDUSTRY": 8,
        "ETIQ/SERVICE": 7,
    }
    assert village.groups["SERVICE"] == "ETIQ/SERVICE"


def test_a_plan_survives_the_database() -> None:
    for standard in STANDARD:
        again = plan_of(standard.plan.model_dump(mode="json"))
        assert again == standard.plan
        assert plan_hash(again) == plan_hash(standard.plan)


def test_each_section_names_its_count_marks_and_rule() -> None:
    town = STANDARD[0].plan
    assert intro(town.sections[1]) == "（本大题共10小题，每小题2分，共20分。全对得满分；漏选得一半；错选、不选不得分）"
    assert intro(town.sections[3]) == "（本大题共10空，每空1分，共10分。按空计分）"
    assert intro(THREE_CASES) == "（本大题共3小题，每小题20分，共60分。客观小题按答案计分，主观小题按采分点计分）"


@pytest.mark.parametrize("host", ["U01", None])
@pytest.mark.parametrize(
    ("standard", "audience"),
    [(each, audience) for each in STANDARD for audience in ([each.audience] if each.audience else Audience)],
    ids=lambda value: value.code if isinstance(value, Standard) else str(value),
)
def test_every_standard_specification_assembles_from_the_shipped_bank_for_the_largest_stop(
    standard: Standard, audience: Audience, host: str | None
) -> None:
    """58 candidates and three spare papers; the share that two neighbours have in common is printed."""
    bank = shipped_bank(standard.paper_kind, audience, host)
    selection = select(standard.plan, bank, papers=61, seed=20270302)
    shared = sharing(selection.papers)
    print(f"{standard.code} {audience} {host}: neighbours share {shared.mean:.1%}, at most {shared.greatest:.1%}")
    assert selection.topic_deviation == 0
    if standard.paper_kind is PaperKind.BUSINESS:
        assert selection.band_deviation == 0
        assert shared.greatest <= 0.15
    again = select(standard.plan, bank, papers=61, seed=20270302)
    assert again == selection


def _section(**values: object) -> Section:
    defaults = {"title": "单项选择题", "kinds": (Kind.SINGLE_CHOICE,), "count": 10, "marks_each": Decimal(1)}
    return Section(**(defaults | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values",
    [
        {"rules": {Kind.SINGLE_CHOICE: ScoringRule.PER_BLANK}},
        {"rules": {Kind.MULTIPLE_CHOICE: ScoringRule.ALL_OR_NOTHING}},
        {"count_by": CountBy.SLOTS},
        {"forms": (TextForm.DIAGNOSIS,)},
        {"fixed": "DIAGNOSIS"},
        {"wishes": (Wish(kinds=(Kind.ORDERING,)),)},
        {"count": 1, "wishes": (Wish(), Wish())},
    ],
)
def test_a_section_that_cannot_be_meant_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        _section(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"total": Decimal(11)},
        {"pass_marks": Decimal(11)},
        {"topic_marks": {"LAW": Decimal(9)}},
        {"topic_marks": {"LAW": Decimal(5), "LAW/PROC": Decimal(5)}},
    ],
)
def test_a_plan_that_does_not_add_up_is_refused(values: dict[str, object]) -> None:
    defaults = {"sections": (_section(),), "minutes": 10, "total": Decimal(10), "pass_marks": Decimal(6)}
    Plan(**defaults)  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Plan(**(defaults | values))  # type: ignore[arg-type]

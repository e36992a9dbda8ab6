from decimal import Decimal

import pytest
from pydantic import ValidationError

from exam.papers.assembly import select
from exam.papers.composition import sealed
from exam.papers.figures import sharing
from exam.papers.specification import CountBy, Plan, Section, Wish, plan_hash, plan_of
from exam.papers.standard import STANDARD, THREE_CASES, Standard
from exam.papers.transcript import intro, rule_sentence
from question_bank.enums import Audience, Kind, PaperKind, ScoringRule, TextForm
from question_bank.kinds import Order
from question_bank.scoring import Floor, RuleOptions
from tests.factories.drawing import shipped_bank

HASHES = {
    "business-town": "97ba41b65fd3634d2ac97927485049f8eea322e5a22644def978c25a9cfee5d6",
    "business-village": "9c75d6c6f3a0cc794d1b0387151afdec17e069bf74f9b8bb46cf868971d29f06",
    "business-department": "b7451968604fff7646351accd81b19314ce3d01de9c9f567efe413624b61cc08",
    "practical-full": "88eedd266e34d91f7206f02becd7e246fb4242803a4170c0952c6b5cae047c64",
    "practical-onsite": "e53dde9a485d0050604428268d2c460bac71d8b40c55247373095ceea2dcc489",
}
"""As they were before rules had options: what a plan does not use never changes its hash."""


def test_what_a_plan_does_not_use_leaves_its_hash_as_it_was() -> None:
    assert {standard.code: plan_hash(standard.plan) for standard in STANDARD} == HASHES


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


def test_a_section_prints_the_figures_of_its_rule() -> None:
    deducted = _section(
        kinds=(Kind.TRUE_FALSE,),
        rules={Kind.TRUE_FALSE: ScoringRule.WRONG_DEDUCTS},
        rule_options={Kind.TRUE_FALSE: RuleOptions(floor=Floor.PAPER)},
    )
    assert intro(deducted) == "（本大题共10小题，每小题1分，共10分。答对得分，不答不得分，答错扣0.5分，全卷最低0分）"
    uncertain = _section(
        kinds=(Kind.MULTIPLE_CHOICE,), rule_options={Kind.MULTIPLE_CHOICE: RuleOptions(uncertain=True)}
    )
    assert rule_sentence(uncertain) == "每题有一个或多个选项正确；全对得满分；漏选得一半；错选、不选不得分"
    both = _section(
        kinds=(Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE),
        rule_options={Kind.MULTIPLE_CHOICE: RuleOptions(uncertain=True)},
    )
    assert "；不定项选择题每题有一个或多个选项正确；" in rule_sentence(both)


def test_a_paper_freezes_what_its_rules_are_told_and_its_hash_covers_it() -> None:
    section = _section(
        count=1,
        rules={Kind.SINGLE_CHOICE: ScoringRule.WRONG_DEDUCTS},
        rule_options={Kind.SINGLE_CHOICE: RuleOptions(penalty=Decimal("0.25"))},
    )
    assert section.options(Kind.SINGLE_CHOICE).model_dump(mode="json") == {"penalty": "0.25"}
    told = {"order": Order(), "rule": ScoringRule.EXACT, "marks": Decimal(1)}
    plain = sealed(0, "Q1", "h", **told, options={})
    assert plain == [0, "Q1", "h", {"keys": [], "parts": {}}, "exact", "1.00"]
    assert sealed(0, "Q1", "h", **told, options={"penalty": "0.25"}) == [*plain, {"penalty": "0.25"}]


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
        {"rule_options": {Kind.SINGLE_CHOICE: RuleOptions(penalty=Decimal("0.25"))}},
        {"rule_options": {Kind.SINGLE_CHOICE: RuleOptions()}},
        {"rule_options": {Kind.TRUE_FALSE: RuleOptions(penalty=Decimal("0.25"))}},
        {
            "rules": {Kind.SINGLE_CHOICE: ScoringRule.WRONG_DEDUCTS},
            "rule_options": {Kind.SINGLE_CHOICE: RuleOptions(penalty=Decimal("1.25"))},
        },
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

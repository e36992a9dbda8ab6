"""Every scoring rule, on its table of examples and on whatever else may be answered."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank import kinds
from question_bank.enums import Kind, ScoringRule, rules_for
from question_bank.kinds import Order
from question_bank.rounding import QUARTER
from question_bank.scoring import PLAIN, Floor, RuleOptions, WrongCharacters, faults, kept, options_of, sentence
from tests.question_bank.samples import blanks, choice, ordering
from tests.question_bank.scoring_tables import JUDGING, TABLES, Table, matching, mended

OPTIONS = st.builds(
    RuleOptions,
    penalty=st.integers(1, 8).map(lambda quarters: quarters * QUARTER),
    floor=st.sampled_from(Floor),
    each=st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1)]),
    fixed=st.lists(st.integers(1, 6).map(lambda quarters: quarters * QUARTER), min_size=1, max_size=4)
    .map(sorted)
    .map(tuple),
    wrong_characters=st.sampled_from(WrongCharacters),
    step=st.sampled_from([QUARTER, Decimal("0.5"), Decimal(1)]),
)
MARKS = st.integers(1, 40).map(lambda quarters: quarters * QUARTER)
RIGHT = "ABC"


def earned(table: Table, raw: Any) -> Decimal:
    response = kinds.parse(table.content, Order(), raw)
    return kinds.verdict(table.content, response, table.rule, Decimal(table.marks), table.options).suggested


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_rule_marks_as_its_table_says(table: Table) -> None:
    assert [(raw, earned(table, raw)) for raw, _ in table.rows] == [(raw, Decimal(marks)) for raw, marks in table.rows]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_rule_is_printed_with_its_figures(table: Table) -> None:
    assert sentence(table.rule, table.options, Decimal(table.marks)) == table.sentence
    assert faults(table.content.kind, table.rule, table.options, Decimal(table.marks)) == []
    assert kept(table.content.kind, table.rule, table.options) == table.options


def chosen(rule: ScoringRule, letters: str, marks: Decimal, options: RuleOptions) -> Decimal:
    content = choice(tuple(RIGHT))
    return kinds.verdict(content, kinds.parse(content, Order(), letters), rule, marks, options).marks


@given(st.sampled_from(rules_for(Kind.MULTIPLE_CHOICE)), st.sets(st.sampled_from("ABCDE")), MARKS, OPTIONS, st.data())
def test_one_more_right_option_never_earns_less_and_one_more_wrong_one_never_more(
    rule: ScoringRule, letters: set[str], marks: Decimal, options: RuleOptions, data: st.DataObject
) -> None:
    now = chosen(rule, "".join(letters), marks, options)
    assert 0 <= now <= marks
    missing = sorted(set(RIGHT) - letters)
    if missing:
        more = letters | {data.draw(st.sampled_from(missing))}
        assert chosen(rule, "".join(more), marks, options) >= now
    wrong = letters | {data.draw(st.sampled_from("DE"))}
    assert chosen(rule, "".join(wrong), marks, options) <= now or wrong == letters


@given(st.lists(st.sampled_from(["甲", "乙", "丙", "丁", ""]), min_size=3, max_size=3), MARKS, OPTIONS, st.booleans())
def test_a_blank_put_right_never_earns_less(
    texts: list[str], marks: Decimal, options: RuleOptions, any_order: bool
) -> None:
    content = blanks(("甲",), ("乙", "丁"), ("丙",), any_order=any_order)

    def worth(given_: list[str]) -> Decimal:
        response = kinds.parse(content, Order(), given_)
        return kinds.verdict(content, response, ScoringRule.PER_BLANK, marks, options).marks

    now = worth(texts)
    assert 0 <= now <= marks
    for place, right in enumerate("甲乙丙"):
        if any_order and right in texts:
            continue  # another blank has it already
        mended_ = [*texts[:place], right, *texts[place + 1 :]]
        free = any_order and texts[place] in {"甲", "乙", "丙", "丁"}
        assert free or worth(mended_) >= now


@given(st.sampled_from([ScoringRule.PER_PAIR, ScoringRule.PER_PAIR_LESS_WRONG]), MARKS, OPTIONS, st.data())
def test_a_pair_put_right_never_earns_less(
    rule: ScoringRule, marks: Decimal, options: RuleOptions, data: st.DataObject
) -> None:
    content = matching()
    raw = data.draw(st.dictionaries(st.sampled_from("1234"), st.sampled_from("ABCDE")))

    def worth(pairs: dict[str, str]) -> Decimal:
        return kinds.verdict(content, kinds.parse(content, Order(), pairs), rule, marks, options).marks

    assert 0 <= worth(raw) <= marks
    for left, right in zip("1234", "ABCD", strict=True):
        assert worth(raw | {left: right}) >= worth(raw)


@pytest.mark.parametrize(
    "accepted", [("ABCD",), ("ABCD", "BACD"), ("ABCD", "DCBA"), ("ABCD", "BADC"), ("ABCD", "ABDC")]
)
def test_two_neighbours_put_in_their_fixed_order_never_earn_less_by_pairs(accepted: tuple[str, ...]) -> None:
    content = ordering(*accepted)

    def worth(order: tuple[str, ...]) -> Decimal:
        response = kinds.parse(content, Order(), list(order))
        return kinds.verdict(content, response, ScoringRule.PAIR_SHARE, Decimal(6)).marks

    full = {order for order in permutations("ABCD") if worth(order) == 6}
    assert full == {tuple(order) for order in accepted}
    if len(accepted) == 1:
        for order in permutations("ABCD"):
            for place in range(3):
                one, other = order[place : place + 2]
                if one > other:
                    swapped = (*order[:place], other, one, *order[place + 2 :])
                    assert worth(swapped) >= worth(order)


@pytest.mark.parametrize("table", [each for each in JUDGING if each.rule is ScoringRule.WRONG_DEDUCTS])
@given(marks=MARKS, options=OPTIONS)
def test_a_deduction_is_the_penalty_and_never_more_than_the_item(
    table: Table, marks: Decimal, options: RuleOptions
) -> None:
    wrong = "×" if table.content.kind is Kind.TRUE_FALSE else "A"
    response = kinds.parse(table.content, Order(), wrong)
    found = kinds.verdict(table.content, response, ScoringRule.WRONG_DEDUCTS, marks, options)
    assert found.marks == max(-marks, -options.penalty)
    blank = kinds.parse(table.content, Order(), None)
    assert kinds.verdict(table.content, blank, ScoringRule.WRONG_DEDUCTS, marks, options).marks == 0


def test_a_correction_in_other_words_is_left_to_a_person_who_sees_it() -> None:
    content = mended()
    response = kinds.parse(content, Order(), {"value": "×", "correction": "企业告知信息即完成备案"})
    found = kinds.verdict(content, response, ScoringRule.WITH_CORRECTION, Decimal(2))
    assert (found.needs_person, found.suggested) == (True, 1)
    assert response.text == "× 企业告知信息即完成备案"


def test_a_candidate_is_asked_for_a_correction_only_where_the_section_wants_one() -> None:
    content = mended()
    assert not kinds.public_view(content, Order()).corrects
    assert kinds.public_view(content, Order(), rule=ScoringRule.WITH_CORRECTION).corrects
    assert kinds.public_view(choice(("A",)), Order(), options=RuleOptions(uncertain=True)).uncertain


def test_what_papers_made_before_the_options_rely_on_stays() -> None:
    """A default is part of a rule's meaning: papers that name none are marked by it for ever."""
    assert (
        RuleOptions(
            penalty=Decimal("0.5"),
            floor=Floor.SECTION,
            each=Decimal("0.5"),
            fixed=(Decimal(2),),
            judging=None,
            uncertain=False,
            wrong_characters=WrongCharacters.STRICT,
            required=None,
            carried=False,
            step=QUARTER,
        )
        == PLAIN
    )
    assert PLAIN.model_dump(mode="json") == {}


@settings(max_examples=50)
@given(OPTIONS)
def test_options_come_back_from_json_and_hold_only_what_is_not_usual(options: RuleOptions) -> None:
    data = options.model_dump(mode="json")
    assert RuleOptions.model_validate(data) == options
    assert all(getattr(options, name) != getattr(PLAIN, name) for name in data)


@pytest.mark.parametrize(
    ("kind", "rule", "options", "where"),
    [
        (Kind.TRUE_FALSE, ScoringRule.WRONG_DEDUCTS, {"penalty": "3"}, "penalty"),
        (Kind.MULTIPLE_CHOICE, ScoringRule.PER_OPTION, {"each": "2"}, "each"),
        (Kind.MULTIPLE_CHOICE, ScoringRule.FIXED_IF_INCOMPLETE, {"fixed": ["2"]}, "fixed"),
        (Kind.MULTIPLE_CHOICE, ScoringRule.FIXED_IF_INCOMPLETE, {"fixed": ["1.5", "1"]}, "fixed"),
        (Kind.TRUE_FALSE, ScoringRule.WITH_CORRECTION, {"judging": "2"}, "judging"),
    ],
)
def test_figures_that_cannot_stand_in_a_section_of_two_marks_are_named(
    kind: Kind, rule: ScoringRule, options: dict[str, Any], where: str
) -> None:
    found = faults(kind, rule, RuleOptions.model_validate(options), Decimal(2))
    assert [problem.where for problem in found] == [where]


def test_half_of_an_odd_item_is_rounded_once() -> None:
    for step, marks in ((QUARTER, "1.25"), (Decimal("0.5"), "1.5"), (Decimal(1), "1")):
        options = RuleOptions(step=step)
        assert chosen(ScoringRule.HALF_IF_INCOMPLETE, "A", Decimal("2.5"), options) == Decimal(marks)


def test_every_option_belongs_to_some_rule() -> None:
    used = {name for kind in Kind for rule in rules_for(kind) for name in options_of(kind, rule)}
    assert used == set(RuleOptions.model_fields)

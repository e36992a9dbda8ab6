"""What holds for every kind."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import kinds
from question_bank.enums import Kind, ScoringRule, default_rule, rules_for
from question_bank.errors import Invalid, ParseError
from question_bank.kinds.base import Content, Order
from tests.question_bank.samples import CANARY, CONTENTS, canary_contents, choice, diagnosis, full_answer

contents = st.sampled_from(CONTENTS)
seeds = st.integers(min_value=0, max_value=2**63)
marks_given = st.sampled_from([Decimal(text) for text in ("0.25", "1", "2", "5", "7", "10", "20")])
KIND_AND_RULE = [(kind, rule) for kind in Kind for rule in rules_for(kind)]


def _ids(order: Order) -> list[str]:
    return list(order.keys) + [key for part in order.parts.values() for key in _ids(part)]


@given(contents, seeds, marks_given)
def test_the_key_read_back_through_any_order_earns_everything_a_rule_can_give(content, seed, marks):
    order = kinds.shuffle(content, seed)
    response = kinds.parse(content, order, full_answer(kinds.key_view(content, order)))
    for rule in rules_for(content.kind):
        if rule is ScoringRule.WITH_CORRECTION and not content.answer and not content.corrections:
            continue  # the bank does not say what would be right instead: a person decides
        verdict = kinds.verdict(content, response, rule, marks)
        assert verdict.suggested == marks
        assert verdict.needs_person == content.kind.is_written
        assert verdict.needs_person or verdict.marks == marks


@given(contents, seeds, marks_given)
def test_nothing_given_earns_nothing_and_needs_nobody(content, seed, marks):
    order = kinds.shuffle(content, seed)
    for raw in (None, {} if content.kind in {Kind.CASE, Kind.MATCHING} else ""):
        response = kinds.parse(content, order, raw)
        verdict = kinds.verdict(content, response, None, marks)
        assert (response.is_blank, verdict.marks, verdict.suggested, verdict.needs_person) == (True, 0, 0, False)


@given(contents, seeds)
def test_an_order_is_a_permutation_and_the_same_every_time(content, seed):
    order = kinds.shuffle(content, seed)
    assert order == kinds.shuffle(content, seed)
    assert sorted(_ids(order)) == sorted(_ids(kinds.plain_order(content)))
    assert Order.model_validate_json(order.model_dump_json()) == order


def test_an_order_is_the_one_it_was_when_this_was_written():
    first = kinds.shuffle(choice(("A", "B")), 20270302)
    assert first.keys == ("A", "E", "D", "B", "C")


def test_orders_over_many_seeds_use_every_place():
    firsts = {kinds.shuffle(choice(("A", "B")), seed).keys[0] for seed in range(60)}
    assert firsts == set("ABCDE")


@given(contents, seeds, st.data())
def test_what_a_response_says_survives_json(content, seed, data):
    order = kinds.shuffle(content, seed)
    key = full_answer(kinds.key_view(content, order))
    response = kinds.parse(content, order, data.draw(st.sampled_from([None, key])))
    stored = json.loads(response.model_dump_json())
    assert kinds.response_of(content.kind, stored) == response


@given(contents, seeds)
def test_contents_and_views_survive_json(content, seed):
    assert kinds.content_of(content.kind, json.loads(content.model_dump_json())) == content
    view = kinds.public_view(content, kinds.shuffle(content, seed))
    assert type(view).model_validate_json(view.model_dump_json()) == view


@pytest.mark.parametrize("kind", Kind)
def test_a_candidate_sees_nothing_hidden(kind: Kind):
    content = canary_contents()[kind]
    for seed in range(5):
        shown = kinds.public_view(content, kinds.shuffle(content, seed), Decimal(20)).model_dump_json()
        assert CANARY not in shown
        assert not any(secret in shown for secret in ("987654321", "876543", "0.125"))


@pytest.mark.parametrize(("kind", "rule"), KIND_AND_RULE)
@given(data=st.data())
def test_marks_stay_between_nothing_and_all_on_the_grid(kind: Kind, rule: ScoringRule, data):
    content = data.draw(st.sampled_from([found for found in CONTENTS if found.kind is kind]))
    marks = data.draw(marks_given)
    response = kinds.parse(content, kinds.plain_order(content), data.draw(_raw(content)))
    verdict = kinds.verdict(content, response, rule, marks)
    lowest = -marks if rule.goes_below_zero else 0
    assert lowest <= verdict.marks <= verdict.suggested <= verdict.out_of == marks
    assert verdict.marks in {marks, -marks} or verdict.marks % Decimal("0.25") == 0


def _raw(content: Content):
    """Any readable answer to ``content`` in the labels of its plain order."""
    view = kinds.public_view(content, kinds.plain_order(content))
    labels = [option.label for option in view.options]
    if content.kind is Kind.CASE:
        parts = {str(number): _raw(sub.content) for number, sub in enumerate(content.subquestions, 1)}
        return st.fixed_dictionaries({}, optional=parts)
    words = st.sampled_from(["行业", "业务", "第十条", "七", "公平竞争审查", "返还", "不得", ""])
    rights = [row.label for row in view.right]
    return {
        Kind.SINGLE_CHOICE: st.sampled_from(labels or ["A"]),
        Kind.TRUE_FALSE: st.sampled_from([True, False, "√", "×"]),
        Kind.FILL_BLANK: st.lists(words, max_size=view.slots),
        Kind.NUMERIC: st.integers(-(10**6), 10**6),
        Kind.MATCHING: st.dictionaries(
            st.sampled_from([row.label for row in view.left] or ["1"]), st.sampled_from([*rights, ""])
        ),
        Kind.SHORT_ANSWER: st.lists(words, max_size=8).map("，".join),
    }.get(content.kind, st.lists(st.sampled_from(labels or ["A"]), unique=True))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("raw", [3.5, {"Z": "Z"}, ["Z", "Z"], [["A"]], "Z" * 5001, [None] * 300, {"1": {"x": 1}}])
def test_what_cannot_be_read_is_a_parse_error_or_an_answer_and_never_a_crash(kind: Kind, raw):
    content = next(found for found in CONTENTS if found.kind is kind)
    try:
        response = kinds.parse(content, kinds.shuffle(content, 1), raw)
    except ParseError:
        return
    assert kind in {Kind.NUMERIC, Kind.FILL_BLANK}
    assert not response.is_blank


@given(
    contents,
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
)
def test_no_json_value_crashes_the_reading(content, raw):
    try:
        response = kinds.parse(content, kinds.plain_order(content), raw)
    except ParseError:
        return
    response.model_dump_json().encode()


@pytest.mark.parametrize("kind", Kind)
def test_a_rule_of_another_kind_is_refused(kind: Kind):
    content = canary_contents()[kind]
    blank = kinds.parse(content, kinds.plain_order(content), None)
    for rule in set(ScoringRule) - set(rules_for(kind)):
        with pytest.raises(Invalid):
            kinds.verdict(content, blank, rule, Decimal(1))


def test_a_response_of_another_kind_is_refused():
    canaries = canary_contents()
    blank = kinds.parse(canaries[Kind.NUMERIC], Order(), None)
    with pytest.raises(Invalid, match="does not answer"):
        kinds.verdict(canaries[Kind.TRUE_FALSE], blank, None, Decimal(1))


@pytest.mark.parametrize("rule", ScoringRule)
def test_every_rule_marks_some_kind_and_says_so_in_chinese(rule: ScoringRule):
    assert rule.kinds
    assert not rule.chinese.isascii()
    assert rule.label.isascii()


def test_every_kind_has_a_default_rule_among_its_rules():
    assert [default_rule(kind) in rules_for(kind) for kind in Kind] == [True] * len(Kind)


def test_an_order_of_another_question_is_refused():
    with pytest.raises(ValueError, match="is not one of"):
        kinds.public_view(choice(("A", "B")), Order(keys=("X", "Y")))


def test_slots_count_blanks_and_pairs():
    canaries = canary_contents()
    assert kinds.slots(canaries[Kind.FILL_BLANK]) == kinds.slots(canaries[Kind.MATCHING]) == 2
    assert kinds.slots(canaries[Kind.CASE]) == 1


def test_a_diagnosis_is_read_field_by_field_and_left_to_the_host():
    content = diagnosis()
    view = kinds.public_view(content, Order())
    assert [field.label for field in view.fields] == ["problem", "department", "done", "planned"]
    response = kinds.parse(content, Order(), {"problem": "供电容量不足", "department": "供电公司"})
    verdict = kinds.verdict(content, response, None, Decimal(10))
    assert (verdict.marks, verdict.needs_person) == (0, True)
    with pytest.raises(ParseError, match="no field"):
        kinds.parse(content, Order(), {"marks": "10"})


def test_content_of_the_wrong_shape_names_every_field():
    with pytest.raises(Invalid) as caught:
        kinds.content_of(Kind.SINGLE_CHOICE, {"stem": "", "options": [{"key": "A"}], "surprise": 1})
    assert {problem.where for problem in caught.value.problems} >= {"stem", "options.0.text", "answer", "surprise"}

"""The pure rules: what a part earns, and what waits for a person."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam.grading.marking import Source, WrongMarks, check_marks, mark_item
from question_bank.enums import Kind, default_rule, rules_for
from question_bank.kinds import Content, content_of, key_view, parse, plain_order
from question_bank.rounding import QUARTER
from tests.factories.papers import CASE, DIAGNOSIS, NINE_KINDS, SHORT_ANSWER, SINGLE
from tests.question_bank.samples import CONTENTS, full_answer


def content(data: dict[str, Any]) -> Content:
    return content_of(Kind(data["kind"]), data)


def marked(data: dict[str, Any], raw: object, marks: int = 10):
    whole = content(data)
    return mark_item(whole, parse(whole, plain_order(whole), raw), default_rule(whole.kind), Decimal(marks))


def test_a_chosen_answer_is_decided_by_its_rule() -> None:
    [mark] = marked(SINGLE, "B", 1)
    assert (mark.awarded, mark.maximum, mark.source, mark.waiting) == (Decimal(1), Decimal(1), Source.RULE, False)


def test_a_written_answer_is_suggested_with_its_evidence_and_waits() -> None:
    [mark] = marked(SHORT_ANSWER, "我镇区位交通便利。")
    assert (mark.awarded, mark.source, mark.waiting) == (Decimal(5), Source.SUGGESTION, True)
    hit, missed = mark.detail["parts"]
    assert (hit["ref"], hit["spans"]) == ("k1", [{"start": 2, "end": 8}])
    assert (missed["ref"], missed.get("spans")) == ("k2", None)


@pytest.mark.parametrize("raw", ["", "   \n", None])
def test_a_blank_written_answer_is_nought_by_rule_and_waits_for_nobody(raw: object) -> None:
    [mark] = marked(SHORT_ANSWER, raw)
    assert (mark.awarded, mark.source) == (Decimal(0), Source.RULE)


def test_what_was_never_answered_is_nought_by_rule() -> None:
    for data, marks in NINE_KINDS:
        for mark in mark_item(content(data), None, default_rule(Kind(data["kind"])), Decimal(marks)):
            assert (mark.awarded, mark.source, mark.detail) == (Decimal(0), Source.RULE, {"note": "Not answered"})


def test_a_case_is_marked_part_by_part_out_of_its_share() -> None:
    chosen, written = marked(CASE, {"1": "B", "2": "由镇里帮办代办。"}, 20)
    assert (chosen.part, chosen.awarded, chosen.maximum, chosen.source) == ("a", 8, 8, Source.RULE)
    assert (written.part, written.awarded, written.maximum, written.source) == ("b", 12, 12, Source.SUGGESTION)


def test_one_blank_part_of_a_case_waits_for_nobody_while_the_other_does() -> None:
    chosen, written = marked(CASE, {"2": "帮办代办"}, 20)
    assert (chosen.awarded, chosen.source, written.source) == (Decimal(0), Source.RULE, Source.SUGGESTION)


def test_a_diagnosis_waits_without_anything_suggested() -> None:
    [mark] = marked(DIAGNOSIS, {"problem": "用地指标不足"}, 30)
    assert (mark.awarded, mark.maximum, mark.source) == (Decimal(0), Decimal(30), Source.SUGGESTION)


@pytest.mark.parametrize("whole", CONTENTS, ids=lambda each: each.stem[:12])
def test_the_key_of_every_sample_earns_or_suggests_full_marks(whole: Content) -> None:
    answer = parse(whole, plain_order(whole), full_answer(key_view(whole, plain_order(whole))))
    marks = mark_item(whole, answer, default_rule(whole.kind), Decimal(20))
    assert sum(mark.maximum for mark in marks) == Decimal(20)
    assert [mark.awarded for mark in marks if not mark.waiting] == [mark.maximum for mark in marks if not mark.waiting]


LETTERS = st.lists(st.sampled_from("ABCD"), max_size=4, unique=True).map("".join)
TEXTS = st.text(max_size=80) | st.sampled_from(["区位交通便利，产业配套齐全", "帮办代办", "安全", "96", "A", "√"])
RAW = {
    Kind.SINGLE_CHOICE: LETTERS.filter(lambda text: len(text) < 2),
    Kind.MULTIPLE_CHOICE: LETTERS,
    Kind.TRUE_FALSE: st.sampled_from(["√", "×", None]),
    Kind.FILL_BLANK: st.lists(TEXTS, max_size=2),
    Kind.NUMERIC: st.integers(-200, 2000) | st.sampled_from(["96万元", "九十六万元", "960000元", ""]),
    Kind.ORDERING: st.permutations("ABCD").map(list),
    Kind.MATCHING: st.dictionaries(st.sampled_from("123"), st.sampled_from("ABCD"), max_size=3),
    Kind.SHORT_ANSWER: TEXTS,
    Kind.CASE: st.fixed_dictionaries({"1": st.sampled_from("ABC"), "2": TEXTS}),
}
BY_KIND = {Kind(data["kind"]): data for data, _ in NINE_KINDS if "form" not in data}


@settings(deadline=None, max_examples=300)
@given(st.data(), st.sampled_from(Kind), st.integers(1, 160).map(lambda quarters: quarters * QUARTER))
def test_no_answer_ever_earns_more_than_the_marks_of_its_item(data: st.DataObject, kind: Kind, marks: Decimal) -> None:
    whole = content(BY_KIND[kind])
    rule = data.draw(st.sampled_from(rules_for(kind)))
    answer = parse(whole, plain_order(whole), data.draw(RAW[kind]))
    found = mark_item(whole, answer, rule, marks)
    assert sum(mark.maximum for mark in found) == marks
    for mark in found:
        assert (-mark.maximum if rule.goes_below_zero else 0) <= mark.awarded <= mark.maximum
        assert mark.awarded == mark.maximum or mark.awarded % QUARTER == 0
        check_marks(max(Decimal(0), mark.awarded), mark.maximum)


@pytest.mark.parametrize("marks", ["-0.25", "10.25", "3.1", "NaN"])
def test_marks_outside_the_part_or_off_the_grid_are_refused(marks: str) -> None:
    with pytest.raises(WrongMarks):
        check_marks(Decimal(marks), Decimal(10))

"""What one answer earns after a correction, for every kind of key and every policy."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam.grading.correcting import VOID, Change, Sat, corrected, policies_for, with_key, with_rubrics
from exam.grading.marking import PartMark, Source, mark_item
from exam.grading.models import CorrectionPolicy as Policy
from question_bank.enums import Kind, ScoringRule, default_rule
from question_bank.errors import Invalid
from question_bank.kinds import content_of, parse, plain_order
from question_bank.scoring import PLAIN
from tests.factories import papers

EACH = {
    "single": (papers.SINGLE, {"answer": "C"}),
    "multiple": (papers.MULTIPLE, {"answer": ["A", "B"]}),
    "true_false": (papers.TRUE_FALSE, {"answer": False}),
    "blank": (papers.FILL_BLANK, {"answers": [["安全"], ["安全", "安全生产"]]}),
    "numeric": (papers.NUMERIC, {"answer": "69", "tolerance": "1"}),
    "ordering": (papers.ORDERING, {"answer": ["A", "C", "B", "D"]}),
    "matching": (papers.MATCHING, {"pairs": {"A": "B", "B": "C", "C": "D"}}),
    "case": (papers.CASE, {"subquestions": {"a": {"answer": "C"}}}),
}
TEN = Decimal(10)


def content(data: Mapping[str, Any]) -> Any:
    return content_of(Kind(data["kind"]), data)


def sat(data: Mapping[str, Any], raw: object, *, by: Source | None = None) -> Sat:
    """One answer in the labels of the unshuffled question, marked by rule or as if somebody had decided it."""
    made = content(data)
    answer = None if raw is None else parse(made, plain_order(made), raw)
    rule = default_rule(made.kind)
    base = {mark.part: mark for mark in mark_item(made, answer, rule, TEN)}
    if by is not None:
        base = {part: PartMark(part, Decimal(3), mark.maximum, by, {}) for part, mark in base.items()}
    return Sat(made, answer, rule, PLAIN, TEN, base)


def marks(found: tuple[PartMark, ...]) -> list[Decimal]:
    return [mark.awarded for mark in found]


@pytest.mark.parametrize("name", EACH)
def test_a_key_holds_nothing_but_the_key(name: str) -> None:
    data, key = EACH[name]
    new = with_key(content(data), key)
    assert new["stem"] == data["stem"]
    with pytest.raises(Invalid):
        with_key(content(data), {**key, "stem": "另一道题"})


def test_a_key_that_names_no_option_is_refused() -> None:
    with pytest.raises(Invalid):
        with_key(content(papers.SINGLE), {"answer": "Z"})


@pytest.mark.parametrize(
    ("answer", "policy", "expected"),
    [
        ("B", Policy.NEW_KEY, 0),
        ("C", Policy.NEW_KEY, 10),
        ("B", Policy.ACCEPT_BOTH, 10),
        ("C", Policy.ACCEPT_BOTH, 10),
        ("D", Policy.ACCEPT_BOTH, 0),
        (None, Policy.ACCEPT_BOTH, 0),
        ("D", Policy.FULL_MARKS, 10),
        (None, Policy.FULL_MARKS, 10),
    ],
)
def test_a_single_choice_whose_key_was_b_and_should_be_c(answer: str | None, policy: Policy, expected: int) -> None:
    change = Change(content=with_key(content(papers.SINGLE), {"answer": "C"}))
    [mark] = corrected(sat(papers.SINGLE, answer), policy, change)
    assert (mark.awarded, mark.source) == (expected, Source.CORRECTION)


def test_a_void_question_counts_for_nobody() -> None:
    [mark] = corrected(sat(papers.SINGLE, "B"), Policy.VOID_RESCALE, Change())
    assert mark.detail[VOID] is True


def test_another_rule_marks_what_was_answered() -> None:
    incomplete = sat(papers.MULTIPLE, ["A", "B"])
    assert marks(tuple(incomplete.base.values())) == [5]
    change = Change(rule=ScoringRule.ALL_OR_NOTHING)
    assert marks(corrected(incomplete, Policy.NEW_RULE, change)) == [0]


@pytest.mark.parametrize("source", [Source.MARKER, Source.AGREED, Source.ADJUDICATOR, Source.APPEAL])
def test_what_people_decided_stands_unless_everybody_gets_full_marks_or_the_question_is_void(source: Source) -> None:
    change = Change(content=with_key(content(papers.SINGLE), {"answer": "C"}))
    decided = sat(papers.SINGLE, "C", by=source)
    for policy, expected in ((Policy.NEW_KEY, 3), (Policy.ACCEPT_BOTH, 3), (Policy.FULL_MARKS, 10)):
        assert marks(corrected(decided, policy, change)) == [expected]


def test_the_written_part_of_a_case_waits_on_when_the_key_of_another_part_changes() -> None:
    change = Change(content=with_key(content(papers.CASE), {"subquestions": {"a": {"answer": "C"}}}))
    answered = sat(papers.CASE, {"1": "C", "2": "帮办代办"})
    choice, written = corrected(answered, Policy.NEW_KEY, change)
    assert (choice.awarded, choice.source) == (4, Source.CORRECTION)
    assert written == answered.base["b"]
    assert written.waiting


def test_written_questions_have_no_key_but_key_points() -> None:
    offered = (Policy.NEW_RUBRIC, Policy.FULL_MARKS, Policy.VOID_RESCALE)
    assert policies_for(content(papers.SHORT_ANSWER)) == offered
    diagnosis = {"kind": "short_answer", "stem": "列出一个问题。", "form": "diagnosis"}
    assert policies_for(content(diagnosis)) == offered[1:]


NEW_POINTS = {**papers.SHORT_ANSWER["rubric"][1], "keyword_groups": [["产业配套齐全", "配套完善"]]}
OTHERWISE = {"": {"rubric": [papers.SHORT_ANSWER["rubric"][0], NEW_POINTS]}}
SAID = "区位交通便利，配套完善。"


def rubric_change(**looked: Decimal) -> Change:
    return Change(content=with_rubrics(content(papers.SHORT_ANSWER), OTHERWISE), looked=looked)


def test_new_key_points_suggest_anew_what_still_waits() -> None:
    answered = sat(papers.SHORT_ANSWER, SAID)
    assert marks(tuple(answered.base.values())) == [5]
    [mark] = corrected(answered, Policy.NEW_RUBRIC, rubric_change())
    assert (mark.awarded, mark.source, mark.waiting) == (10, Source.SUGGESTION, True)


@pytest.mark.parametrize("source", [Source.MARKER, Source.AGREED, Source.ADJUDICATOR, Source.APPEAL])
def test_new_key_points_never_overwrite_what_people_gave(source: Source) -> None:
    [mark] = corrected(sat(papers.SHORT_ANSWER, SAID, by=source), Policy.NEW_RUBRIC, rubric_change())
    assert (mark.awarded, mark.source) == (3, source)


def test_a_second_look_changes_what_people_gave_and_nothing_where_it_comes_to_the_same() -> None:
    given = sat(papers.SHORT_ANSWER, SAID, by=Source.MARKER)
    for marks_given, source in ((Decimal(8), Source.CORRECTION), (Decimal(3), Source.MARKER)):
        [mark] = corrected(replace(given, looked={"": marks_given}), Policy.NEW_RUBRIC, rubric_change())
        assert (mark.awarded, mark.source) == (marks_given, source)


def test_what_counted_by_itself_follows_the_new_key_points() -> None:
    [mark] = corrected(sat(papers.SHORT_ANSWER, SAID, by=Source.RULE), Policy.NEW_RUBRIC, rubric_change())
    assert (mark.awarded, mark.source) == (10, Source.CORRECTION)


def test_other_parts_of_a_case_and_blank_answers_are_left_alone() -> None:
    change = Change(content=with_rubrics(content(papers.CASE), {"b": {"veto": ["先建后补"]}}))
    answered = sat(papers.CASE, {"1": "B", "2": "帮办代办，可以先建后补。"})
    choice, written = corrected(answered, Policy.NEW_RUBRIC, change)
    assert choice == answered.base["a"]
    assert (written.awarded, written.waiting) == (0, True)
    nothing = sat(papers.SHORT_ANSWER, None)
    assert corrected(nothing, Policy.NEW_RUBRIC, rubric_change()) == tuple(nothing.base.values())


@pytest.mark.parametrize("rubrics", [{"a": {}}, {"": {"rubric": []}}, {"": {"reference": "没有要点的答案"}}])
def test_a_rubric_that_cannot_be_one_is_refused(rubrics: Mapping[str, Any]) -> None:
    with pytest.raises(Invalid):
        with_rubrics(content(papers.SHORT_ANSWER), rubrics)


@given(st.sampled_from(sorted(EACH)), st.sampled_from(Policy), st.data())
def test_marks_stay_within_the_question_and_both_keys_never_give_less_than_one(
    name: str, policy: Policy, data: st.DataObject
) -> None:
    question, key = EACH[name]
    answered = sat(question, data.draw(raw_answers(question)))
    change = Change(content=with_key(answered.content, key))
    if policy is Policy.NEW_RULE:
        change = Change(rule=default_rule(answered.content.kind))
    found = corrected(answered, policy, change)
    assert all(0 <= mark.awarded <= mark.maximum for mark in found)
    assert {mark.part for mark in found} == set(answered.base)
    if policy is Policy.ACCEPT_BOTH:
        alone = corrected(answered, Policy.NEW_KEY, change)
        assert all(both.awarded >= one.awarded for both, one in zip(found, alone, strict=True))
        assert all(mark.awarded >= answered.base[mark.part].awarded for mark in found)


def raw_answers(question: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """What a candidate's page may send for the unshuffled question; None for nothing at all."""
    letter = st.sampled_from("ABCD")
    by_kind = {
        "single_choice": letter,
        "multiple_choice": st.lists(letter, unique=True, min_size=1),
        "true_false": st.booleans(),
        "fill_blank": st.lists(st.sampled_from(["安全", "生产", "安全生产", ""]), min_size=2, max_size=2),
        "numeric": st.sampled_from(["96", "69", "96.4", "12万元"]),
        "ordering": st.permutations("ABCD").map(list),
        "matching": st.dictionaries(st.sampled_from("123"), letter),
        "case": st.fixed_dictionaries({"1": st.sampled_from("ABC"), "2": st.sampled_from(["帮办代办", "不知道"])}),
    }
    return st.none() | by_kind[question["kind"]]

"""What an author is told."""

from decimal import Decimal

import pytest

from question_bank import drafts, kinds
from question_bank.enums import Kind
from question_bank.kinds import content_of
from tests.question_bank.samples import DRAFTS, blanks, choice, diagnosis, numeric, options, ordering


def messages(content, marks=None) -> list[str]:
    return [str(problem) for problem in kinds.check(content, marks)]


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.code)
def test_the_sample_questions_may_be_published(draft):
    assert [problem for problem in drafts.check(draft) if not problem.warning] == []


def test_an_answer_that_is_no_option_is_named():
    assert "answer: The answer “Z” is not among the options." in messages(choice(("A", "Z")))


def test_a_multiple_choice_with_one_right_option_is_only_warned_about():
    problems = kinds.check(choice(("A",)))
    assert {problem.where: problem.warning for problem in problems} == {"answer": True, "explanation": True}


def test_options_that_read_the_same_are_refused():
    found = messages(choice(("A", "B"), ("30日", "６０ 日", "３０ 日", "60日。")))
    assert [each for each in found if each.startswith("options")] == [
        "options: Options A and C are the same.",
        "options: Options B and D are the same.",
    ]


@pytest.mark.parametrize(
    "texts", [("5 mW", "5 MW"), ("10²", "102"), ("，", "。"), ("-5", "5"), ("甲≥5", "甲>5"), ("1", "01")]
)
def test_options_that_only_look_alike_are_left(texts):
    assert [each for each in messages(choice(("A",), texts)) if each.startswith("options")] == []


def test_options_that_name_others_by_letter_are_warned_about():
    found = messages(choice(("A", "C"), ("甲", "乙", "A和B")))
    assert any("names options by letter" in message for message in found)


def test_blanks_and_answers_must_agree_in_number():
    content = content_of(Kind.FILL_BLANK, {"stem": "管____必须管安全", "answers": [["行业"], ["业务"]]})
    assert "stem: The stem has 1 blanks, but there are answers for 2." in messages(content)
    assert messages(blanks(("行业",))) == ["explanation: The explanation is missing."]
    assert any("empty" in message for message in messages(blanks(("《》",))))


def test_an_order_that_forgets_an_item_is_refused():
    content = content_of(
        Kind.ORDERING, {"stem": "排序", "items": options("一", "二"), "answer": ["CANARY-0"], "accepted_orders": []}
    )
    assert "answer: This order does not hold every item once." in messages(content)
    assert messages(ordering("AB")) == ["explanation: The explanation is missing."]


def test_a_row_without_a_partner_is_refused():
    content = content_of(
        Kind.MATCHING,
        {"stem": "匹配", "left": options("甲", "乙"), "right": options("子"), "pairs": {"CANARY-0": "CANARY-9"}},
    )
    found = messages(content)
    assert "pairs: “CANARY-1” has no partner." in found
    assert "pairs: “CANARY-9” is not in the column." in found


def test_a_common_error_within_the_tolerance_is_refused():
    error = {"value": "12.01", "feedback": "看错小数点"}
    data = numeric("12", tolerance="0.05").model_dump() | {"common_errors": [error]}
    assert any("counts as right" in message for message in messages(content_of(Kind.NUMERIC, data)))


def test_a_rubric_must_add_up_and_be_met_by_the_reference_answer():
    rubric = [{"id": "k1", "point": "依法", "marks": 3, "keyword_groups": [["依法"], ["备案"]], "partial": 4}]
    data = {"stem": "应当依法备案吗？", "reference": "应当备案。", "rubric": rubric, "explanation": "略"}
    found = messages(content_of(Kind.SHORT_ANSWER, data), Decimal(8))
    assert found == [
        "rubric[1]: The reference answer does not hit “依法” in full.",
        "rubric[1].partial: “依法” gives more for a part than for the whole.",
        "rubric: The key points add up to 3, but the question has 8 marks.",
    ]


def test_a_diagnosis_needs_no_rubric():
    assert kinds.check(diagnosis()) == []


def test_a_case_must_add_up_and_names_the_sub_question_at_fault():
    case = next(draft.content for draft in DRAFTS if draft.kind is Kind.CASE)
    assert any("add up to 20" in message for message in messages(case, Decimal(30)))
    data = case.model_dump(mode="json")
    data["subquestions"][0]["content"]["answer"] = ["Z"]
    found = messages(content_of(Kind.CASE, data))
    assert "subquestions[1].answer: The answer “Z” is not among the options." in found


def test_a_question_without_a_citation_is_refused():
    bare = DRAFTS[0].model_copy(update={"citations": ()})
    assert [str(problem) for problem in drafts.check(bare)] == ["citations: No document is cited."]

"""Each rule, on answers a person can follow."""

from decimal import Decimal

import pytest

from question_bank import kinds
from question_bank.enums import Kind, ScoringRule
from question_bank.errors import ParseError
from question_bank.kinds.base import Order
from question_bank.rounding import apportion
from tests.question_bank.samples import CONTENTS, DRAFTS, blanks, choice, numeric, ordering


def marks(content, raw, rule=None, out_of="4") -> Decimal:
    response = kinds.parse(content, Order(), raw)
    return kinds.verdict(content, response, rule, Decimal(out_of)).marks


@pytest.mark.parametrize(
    ("chosen", "half", "per_option", "nothing_less"),
    [
        ("ABC", "4", "4", "4"),
        ("AB", "2", "1", "0"),
        ("A", "2", "0.5", "0"),
        ("ABCD", "0", "0", "0"),
        ("D", "0", "0", "0"),
        ("", "0", "0", "0"),
    ],
)
def test_multiple_choice_by_its_three_rules(chosen, half, per_option, nothing_less):
    content = choice(("A", "B", "C"))
    assert marks(content, list(chosen), ScoringRule.HALF_IF_INCOMPLETE) == Decimal(half)
    assert marks(content, list(chosen), ScoringRule.PER_OPTION) == Decimal(per_option)
    assert marks(content, list(chosen), ScoringRule.ALL_OR_NOTHING) == Decimal(nothing_less)


def test_many_right_options_by_half_marks_never_exceed_the_item():
    assert marks(choice(("A", "B", "C", "D", "E")), "ABCD", ScoringRule.PER_OPTION, "1.5") == Decimal("1.5")


@pytest.mark.parametrize("raw", ["A、C", "ac", "Ａ，Ｃ", ["A", "C"], "CA"])
def test_letters_are_read_however_they_are_written(raw):
    assert marks(choice(("A", "C")), raw) == 4


@pytest.mark.parametrize("raw", ["AA", "AZ", ["A", ""], {"A": 1}, 1])
def test_letters_that_are_none_cannot_be_read(raw):
    with pytest.raises(ParseError):
        kinds.parse(choice(("A", "C")), Order(), raw)


def test_two_letters_for_a_single_choice_cannot_be_read():
    single = next(content for content in CONTENTS if content.kind is Kind.SINGLE_CHOICE)
    with pytest.raises(ParseError, match="Only one"):
        kinds.parse(single, Order(), "AB")


@pytest.mark.parametrize("text", ["以上都对", "以上各项均不正确", "以上说法都不对", "上述三项均应当"])
def test_options_that_speak_of_those_above_stay_last(text):
    content = choice(("A",), ("甲", text, "乙", "丙"))
    assert {kinds.shuffle(content, seed).keys[-1] for seed in range(30)} == {"B"}


@pytest.mark.parametrize(
    ("given", "accepted", "pairs", "prefix"),
    [
        ("ABCD", "4", "4", "4"),
        ("BACD", "4", "4", "4"),
        ("ABDC", "0", "1.25", "2"),
        ("CDAB", "0", "2.75", "0"),
        ("ABC", "0", "2.75", "3"),
        ("DCBA", "0", "1.25", "0"),
    ],
)
def test_ordering_by_its_three_rules(given, accepted, pairs, prefix):
    content = ordering("ABCD", "BACD")
    assert marks(content, given, ScoringRule.ACCEPTED_ORDERS) == Decimal(accepted)
    assert marks(content, given, ScoringRule.ADJACENT_PAIRS) == Decimal(pairs)
    assert marks(content, given, ScoringRule.LONGEST_PREFIX) == Decimal(prefix)


def test_the_order_shown_is_never_itself_an_answer():
    content = ordering("ABC", "ACB", "BAC", "BCA", "CAB")
    assert {kinds.shuffle(content, seed).keys for seed in range(20)} == {tuple("CBA")}
    every = ordering("AB", "BA")
    assert sorted(kinds.shuffle(every, 7).keys) == ["A", "B"]


def test_blanks_earn_one_share_each():
    content = blanks(("协调",), ("调度",), ("三", "3"))
    assert marks(content, ["协调", "督查", "三"], out_of="3") == 2
    assert marks(content, ["协调", "调度", "３"], ScoringRule.ALL_OR_NOTHING) == 4
    assert marks(content, ["协调", "调度"], ScoringRule.ALL_OR_NOTHING) == 0


def test_blanks_in_any_order_count_each_answer_once():
    content = blanks(("行业",), ("业务",), ("生产经营",), any_order=True)
    assert marks(content, ["业务", "生产经营", "行业"], out_of="3") == 3
    assert marks(content, ["行业", "行业", "行业"], out_of="3") == 1


def test_a_text_that_fits_two_blanks_makes_room_for_one_that_fits_one():
    content = blanks(("甲", "乙"), ("甲",), any_order=True)
    assert marks(content, ["甲", "乙"], out_of="2") == 2


def test_more_texts_than_blanks_cannot_be_read():
    with pytest.raises(ParseError, match="2 blanks"):
        kinds.parse(blanks(("甲",), ("乙",)), Order(), ["1", "2", "3"])


@pytest.mark.parametrize(
    "raw", [12, 12.0, "12", "１２．０", "十二", "12万元", "120000元", "十二万", "约12万元", "0.0012亿元"]
)
def test_a_quantity_is_right_in_every_way_of_writing_it(raw):
    assert marks(numeric("12"), raw) == 4


@pytest.mark.parametrize(("raw", "earned"), [("11.95", 4), ("12.05", 4), ("12.051", 0), ("-12", 0)])
def test_the_tolerance_includes_its_ends(raw, earned):
    assert marks(numeric("12", tolerance="0.05"), raw) == earned


@pytest.mark.parametrize("raw", ["十几", "12公里", "12-13", "1/3", "12%", True, "9" * 101, float("inf"), float("nan")])
def test_what_is_no_number_in_the_unit_cannot_be_read(raw):
    with pytest.raises(ParseError):
        kinds.parse(numeric("12"), Order(), raw)


def test_a_common_error_is_answered_with_its_feedback():
    draft = next(draft for draft in DRAFTS if draft.code == "Q025")
    response = kinds.parse(draft.content, Order(), "400")
    verdict = kinds.verdict(draft.content, response, None, draft.marks)
    assert (verdict.marks, verdict.params["feedback"]) == (0, "把据实扣除部分也算作了政策减税")


def test_pairs_earn_one_share_each_rounded_once_at_the_end():
    draft = next(draft for draft in DRAFTS if draft.code == "Q031")
    assert marks(draft.content, {"1": "C", "2": "A", "3": "B"}, out_of="5") == Decimal("1.75")


def test_a_written_answer_gets_points_suggested_with_their_place():
    draft = next(draft for draft in DRAFTS if draft.code == "Q036")
    text = "一是外出考察规范，二是项目洽谈规范；遵守八项规定。"
    verdict = kinds.verdict(draft.content, kinds.parse(draft.content, Order(), text), None, Decimal(12))
    assert (verdict.marks, verdict.suggested, verdict.needs_person) == (0, Decimal("4.5"), True)
    assert [(part.ref, part.ok, part.marks) for part in verdict.parts][:2] == [
        ("k1", None, Decimal("2.40")),
        ("k2", None, Decimal("2.00")),
    ]
    assert [text[span.start : span.end] for span in verdict.parts[0].spans] == ["外出考察", "项目洽谈"]


def test_a_term_with_a_number_is_not_found_inside_a_longer_number():
    draft = next(draft for draft in DRAFTS if draft.code == "Q040")
    raw = {"3": "距离长江11公里，入园"}
    verdict = kinds.verdict(draft.content, kinds.parse(draft.content, Order(), raw), None, draft.marks)
    assert verdict.parts[2].parts[0].marks == Decimal("1.50")


def test_a_case_decides_what_it_can_and_leaves_the_rest_to_a_person():
    draft = next(draft for draft in DRAFTS if draft.code == "Q039")
    raw = {"1": "×", "2": "联系银行对接贷款"}
    verdict = kinds.verdict(draft.content, kinds.parse(draft.content, Order(), raw), None, Decimal(40))
    assert [part.ok for part in verdict.parts] == [True, None, False, False]
    assert (verdict.marks, verdict.suggested, verdict.needs_person) == (5, 10, True)
    only_objective = kinds.parse(draft.content, Order(), {"1": "√", "3": "BDAC"})
    assert kinds.verdict(draft.content, only_objective, None, Decimal(16)).needs_person is False


def test_an_error_in_a_case_says_which_sub_question():
    draft = next(draft for draft in DRAFTS if draft.code == "Q040")
    with pytest.raises(ParseError, match=r"Sub-question 2: .*Z"):
        kinds.parse(draft.content, Order(), {"1": "A", "2": "Z"})


def test_the_marks_of_sub_questions_add_up_whatever_the_section_gives():
    draft = next(draft for draft in DRAFTS if draft.code == "Q040")
    for whole in ("20", "40", "14", "15.5", "7.3"):
        shares = kinds.part_marks(draft.content, Decimal(whole))
        assert sum(shares.values()) == Decimal(whole)
    shown = kinds.public_view(draft.content, Order(), Decimal(28)).parts
    assert [part.marks for part in shown] == [4, 8, 16]


def test_largest_remainders_get_the_quarter_marks_left_over():
    assert apportion(Decimal(1), (Decimal(1), Decimal(1), Decimal(1))) == (
        Decimal("0.5"),
        Decimal("0.25"),
        Decimal("0.25"),
    )

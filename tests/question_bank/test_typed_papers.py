"""Papers as offices type them: ticked options, answers shared out, sections without numbers, materials. Plain text."""

import pytest

from question_bank.exchange import text
from question_bank.exchange.reading import FileReading
from question_bank.kinds.case import CaseContent
from question_bank.kinds.choice import SingleChoiceContent


def read(*lines: str) -> FileReading:
    return text.read("\n".join(lines).encode())


def told(reading: FileReading) -> list[tuple[str, object]]:
    """Kind and key of each question; a fault's column where there is none."""
    return [(item.draft.kind.value, key(item.draft.content)) if item.draft else ("fault", item.faults[0].column) for item in reading.items]  # fmt: skip


def key(content: object) -> object:
    return next(getattr(content, name) for name in ("answer", "answers", "subquestions", "reference") if hasattr(content, name))  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        ("A. 甲", "*B. 乙", "C. 丙"),
        ("A. 甲", "B. 乙√", "C. 丙"),
        ("A. 甲", "B. 乙（正确答案）", "C. 丙"),
        ("A. 甲  B. 乙 √  C. 丙",),
        ("A. 甲", "√ B. 乙", "C. 丙"),
    ],
)
def test_a_ticked_option_is_the_answer(options: tuple[str, ...]) -> None:
    reading = read("1. 题一", *options, "2. 题二", "A. 子", "B. 丑", "答案：A")
    assert told(reading) == [("single_choice", "B"), ("single_choice", "A")]
    first = reading.drafts[0].content
    assert isinstance(first, SingleChoiceContent)
    assert [option.text for option in first.options] == ["甲", "乙", "丙"]


def test_an_exported_questionnaire_says_the_answer_behind_the_options() -> None:
    reading = read(
        *("1.题一[多选题] *", "A.甲（正确答案）", "B.乙", "C.丙（正确答案）", ""),
        *("2.题二[判断题] *", "对（正确答案）", "错", ""),
        *("3.题三____[填空题] *", "_________(答案：北京)"),
    )
    assert told(reading) == [("multiple_choice", ("A", "C")), ("true_false", True), ("fill_blank", (("北京",),))]


def test_kinds_before_the_numbers_lose_no_question() -> None:
    reading = read(
        "【单选题】1. 题一",
        "A. 甲",
        "B. 乙",
        "【答案】A",
        "【判断题】2. 题二",
        "【答案】对",
        "3.[填空题] 三____",
        "【答案】丙",
    )
    assert told(reading) == [("single_choice", "A"), ("true_false", True), ("fill_blank", (("丙",),))]


def test_answers_below_a_section_are_shared_out_by_their_numbers() -> None:
    reading = read("一、单选题", "1.题一", "A.甲 B.乙", "2.题二", "A.甲 B.乙", "答案：1.A 2.B", "二、多选题", "1.题三", "A.甲 B.乙", "2.题四", "A.甲 B.乙 C.丙", "答案：1.AB；2.BC")  # fmt: skip
    assert [key for _, key in told(reading)] == ["A", "B", ("A", "B"), ("B", "C")]


def test_small_letters_and_circled_numbers_are_options_too() -> None:
    reading = read("1. Which?", "a) one", "b) two", "Answer: b", "2. 题二", "①甲", "②乙", "③丙", "答案：②")
    assert told(reading) == [("single_choice", "B"), ("single_choice", "B")]


def test_statements_under_a_heading_need_no_numbers() -> None:
    reading = read("一、单选题", "1.题一", "A.甲 B.乙", "答案：A", "2.题二", "A.甲 B.乙", "答案：B", "二、判断题", "外资企业可以上市。（√）", "可以先建后批。（×）")  # fmt: skip
    assert told(reading) == [("single_choice", "A"), ("single_choice", "B"), ("true_false", True), ("true_false", False)]  # fmt: skip


def test_another_way_of_numbering_begins_a_question_where_options_follow() -> None:
    reading = read("（1）题一", "A、甲", "B、乙", "答案：A", "（2）题二", "A、甲", "B、乙", "答案：B", "第3题 题三", "A、甲", "B、乙", "答案：B")  # fmt: skip
    assert [key for _, key in told(reading)] == ["A", "B", "B"]


def test_a_material_and_the_words_that_name_its_questions_may_share_a_line() -> None:
    reading = read(
        *("四、案例选择题", "（一）某企业拟在我县投资。根据以上材料，回答1-2题。", "1.注册地应为（ ）", "A.甲 B.乙", "2.应办理（ ）", "A.甲 B.乙"),
        *("（二）另一企业并购。根据材料回答3-4题", "3.并购应（ ）", "A.甲 B.乙", "4.由谁审查（ ）", "A.甲 B.乙", "答案：1.A 2.B 3.B 4.A"),
    )  # fmt: skip
    cases = [draft.content for draft in reading.drafts]
    keys = [[key(sub.content) for sub in each.subquestions] for each in cases if isinstance(each, CaseContent)]
    assert keys == [["A", "B"], ["B", "A"]]


def test_the_right_answer_counts_where_somebody_elses_stands_beside_it() -> None:
    assert told(
        read("1.题一", "A.甲", "B.乙", "我的答案：A　正确答案：B", "2.题二", "A.甲", "B.乙", "标准答案是：A")
    ) == [
        ("single_choice", "B"),
        ("single_choice", "A"),
    ]


def test_a_key_without_numbers_counts_when_it_is_as_long_as_its_section() -> None:
    reading = read("单选题", "1.题一", "A.甲 B.乙", "2.题二", "A.甲 B.乙", "判断题", "1.题三", "2.题四", "参考答案", "单选题：AB", "判断题：√×")  # fmt: skip
    assert [key for _, key in told(reading)] == ["A", "B", True, False]


def test_a_letter_without_options_is_no_answer_in_words() -> None:
    assert told(read("1.题一", "答案：B", "2.题二", "A.甲 B.乙", "答案：B"))[0] == ("fault", "答案")


def test_numbers_may_jump_where_an_answer_follows() -> None:
    assert [key for _, key in told(read("1.题一", "A.甲 B.乙", "答案：A", "9.题二", "A.甲 B.乙", "答案：B", "35.题三", "答案：对"))] == ["A", "B", True]  # fmt: skip


def test_the_key_of_all_sections_may_stand_in_one_line() -> None:
    reading = read("一、单选题", "1.题一", "A.甲 B.乙", "2.题二", "A.甲 B.乙", "二、判断题", "1.题三", "2.题四", "参考答案：一、1.A 2.B 二、1.√ 2.×")  # fmt: skip
    assert [key for _, key in told(reading)] == ["A", "B", True, False]


def test_markdown_is_no_part_of_a_paper() -> None:
    assert told(read("## 一、单选题", "**1. 题一**", "- A. 甲", "- B. 乙", "**答案：B**", "**2.** 题二", "- A. 甲", "- B. 乙", "> 答案：A")) == [
        ("single_choice", "B"),
        ("single_choice", "A"),
    ]  # fmt: skip

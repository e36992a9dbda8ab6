"""Aiken: choice questions as plain text."""

import io

import pytest

from question_bank.content import shipped
from question_bank.enums import Kind
from question_bank.errors import Invalid
from question_bank.exchange import aiken
from question_bank.exchange.formats import format_of
from question_bank.exchange.reading import Item
from question_bank.kinds.choice import ChoiceContent

TEXT = """What is the correct answer to this question?
A. Is it this one?
B. Maybe this answer?
ANSWER: B

Which LMS has the most
quiz import formats?

A) Moodle
B) ATutor
   or so
Answer: a
3. 下列说法正确的是（　）。
A、甲
B、乙
答案：ＡＢ
解析：两项都对
"""


def read(text: str) -> tuple[Item, ...]:
    return aiken.read(text.encode()).items


def test_questions_are_read_with_several_lines_other_marks_and_chinese_words() -> None:
    first, second, third = (item.draft.content for item in read(TEXT) if item.draft)

    assert isinstance(first, ChoiceContent)
    assert isinstance(second, ChoiceContent)
    assert isinstance(third, ChoiceContent)
    assert (first.right, first.stem) == ({"B"}, "What is the correct answer to this question?")
    assert [option.text for option in first.options] == ["Is it this one?", "Maybe this answer?"]
    assert (second.right, second.stem) == ({"A"}, "Which LMS has the most\nquiz import formats?")
    assert [option.text for option in second.options] == ["Moodle", "ATutor\nor so"]
    assert (third.right, third.kind, third.explanation) == ({"A", "B"}, Kind.MULTIPLE_CHOICE, "两项都对")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("Q?\nA. a\nB. b\nANSWER: D", 1, "answer: “D” on line 4 names an option that is not there."),
        ("Q?\nA. a\nB. b\nANSWER: 2", 1, "answer: “2” on line 4 is no letter of an option."),
        ("Q?\nANSWER: A", 1, "options: No lettered options stand above the answer."),
        ("A. a\nB. b\nANSWER: A", 1, "stem: No question stands above the options."),
    ],
)
def test_a_broken_question_is_rejected_with_its_line(text: str, line: int, reason: str) -> None:
    (item,) = read(text)

    assert (item.line, [str(fault.reason) for fault in item.faults]) == (line, [reason])


def test_a_question_without_its_answer_does_not_spoil_the_next() -> None:
    missing, good, dangling = read("One?\nA. a\nB. b\n\nTwo?\nA. a\nB. b\nANSWER: A\nThree?")

    assert (missing.line, str(missing.faults[0].reason)) == (1, "answer: No ANSWER: line follows this question.")
    assert good.draft
    assert good.draft.content.stem == "Two?"
    assert dangling.draft is None


def test_single_choices_come_back_with_stem_options_and_key_and_nothing_else() -> None:
    """Held: single choice. Number, topic, citations and explanation have no place in Aiken."""
    drafts, out = shipped(demo=True), io.BytesIO()
    left_out = {each.code for each in aiken.write(out, drafts)}
    held = [draft for draft in drafts if draft.code not in left_out]

    back = [item.draft for item in aiken.read(out.getvalue()).items]

    assert {draft.code for draft in drafts if draft.kind is not Kind.SINGLE_CHOICE} == left_out
    assert [draft and shape(draft.content) for draft in back] == [shape(draft.content) for draft in held]


def shape(content: object) -> tuple[str, list[str], list[bool]]:
    assert isinstance(content, ChoiceContent)
    rights = [option.key in content.right for option in content.options]
    return content.stem, [option.text for option in content.options], rights


def test_what_was_not_taken_can_be_written_back_with_the_reason_and_read_again() -> None:
    failed = read("Q?\nA. a\nB. b\nANSWER: D")
    out = io.BytesIO()
    aiken.write_failed(out, [(item, "答案\n不对") for item in failed])

    assert out.getvalue().decode() == "// 答案 不对\nQ?\nA. a\nB. b\nANSWER: D\n\n"
    assert [item.name for item in aiken.read(out.getvalue()).items] == ["Q?"]


def test_a_text_is_known_by_its_look() -> None:
    assert format_of(TEXT.encode(), "questions.txt").name == "aiken"
    assert format_of(b"::T::Q{=a ~b}", "questions.txt").name == "gift"
    assert format_of(b"{ =Asia } is large.", "questions").name == "gift"


def test_a_text_without_answers_is_refused() -> None:
    with pytest.raises(Invalid, match="No line begins with ANSWER:"):
        aiken.read(b"Once upon a time")

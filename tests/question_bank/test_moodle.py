"""Moodle XML: an export with every type is read item by item; the shipped bank goes out and comes back the same."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from question_bank.content import shipped
from question_bank.enums import Kind
from question_bank.errors import Invalid
from question_bank.exchange import moodle
from question_bank.exchange.formats import format_of
from question_bank.exchange.reading import Item
from tests.question_bank.samples import DRAFTS

FILE = Path(__file__).parent / "moodle_files" / "export.xml"
EXPORT = FILE.read_bytes()


def items() -> dict[str, Item]:
    return {item.name: item for item in moodle.read(EXPORT).items}


def content(name: str) -> Any:
    draft = items()[name].draft
    assert draft is not None
    return draft.content


def one(type_: str, body: str) -> Item:
    text = f"<questiontext><text>Stem</text></questiontext>{body}" if "questiontext" not in body else body
    (item,) = moodle.read(f'<quiz><question type="{type_}">{text}</question></quiz>'.encode()).items
    return item


def test_every_type_becomes_the_kind_that_holds_it() -> None:
    kinds = {name: item.draft.kind for name, item in items().items() if item.draft}

    assert kinds == {
        "耕地": Kind.SINGLE_CHOICE,
        "multi": Kind.MULTIPLE_CHOICE,
        "Pi": Kind.TRUE_FALSE,
        "Capital": Kind.FILL_BLANK,
        "Length": Kind.NUMERIC,
        "Capitals": Kind.MATCHING,
        "Steps": Kind.ORDERING,
        "Rotation": Kind.SHORT_ANSWER,
        "Gaps": Kind.FILL_BLANK,
        "One number": Kind.NUMERIC,
        "Words": Kind.FILL_BLANK,
    }


def test_what_cannot_be_held_is_reported_with_its_line_and_reason() -> None:
    refused = {name: (item.line, str(item.faults[0].reason)) for name, item in items().items() if item.unsupported}

    assert refused == {
        "Tolerance among blanks": (146, "answer: A number with a tolerance stands in a text with several blanks."),
        "Any of two": (
            159,
            "answer: Any one of several options earns full marks; a single choice has one right.",
        ),
        "Intro": (168, "This is a text without a question (a description)."),
        "Sum": (169, "Its numbers are drawn anew and computed for every candidate."),
        "Random": (170, "This draws a question at random from a category."),
        "Map": (171, "It is answered by dragging or marking on a picture."),
        "New": (172, "The type “hologram” of Moodle has no counterpart among our kinds."),
    }
    broken = items()["Broken"]
    assert (broken.unsupported, broken.line) == (False, 173)


def test_text_picture_feedback_number_and_place_of_a_choice_come_along() -> None:
    reading = moodle.read(EXPORT)
    draft = reading.items[0].draft
    assert draft is not None
    (picture,) = reading.pictures

    assert draft.content.stem == f"永久基本农田**经依法划定后**，任何单位和个人：\n![田块](picture:{picture.digest})"
    assert draft.content.explanation == "《土地管理法》第三十五条。\n【可以占用】须经国务院批准"
    assert (draft.code, draft.topic, draft.subtopic) == ("MOODLE-LAND-35", "LAW", "土地")
    assert (draft.marks, draft.reviewer_note) == (Decimal(2), "标题：耕地\n标签：土地、农田")
    assert [str(each) for each in reading.items[0].cautions] == [
        "explanation: Hints between several tries have no place here and are left out."
    ]


def test_answers_are_read_with_their_weights_ranges_and_partners() -> None:
    assert content("multi").answer == ("B", "C", "D")
    assert content("Pi").answer is False
    assert content("Capital").answers == (("Paris", "Lutetia"),)
    length = content("Length")
    assert (length.answer, length.tolerance, length.unit) == (Decimal("1.5"), Decimal("0.05"), "m")
    assert [row.text for row in content("Capitals").right] == ["Paris", "Rome", "Berlin"]
    assert [item.text for item in content("Steps").items] == ["Plough", "Harrow", "Sow"]
    assert content("Rotation").reference == "- pests\n- soil"


def test_embedded_answers_become_blanks_with_what_they_offer() -> None:
    gaps, words = content("Gaps"), content("Words")

    assert gaps.stem == "San Francisco is in ____（California／Arizona）, Tucson in ____; ____ cities."
    assert gaps.answers == (("California",), ("Arizona", "AZ"), ("2",))
    assert words.stem == "The ____ chases the ____.\n（备选：mouse、cat、dog）"
    assert words.answers == (("cat",), ("mouse",))


def test_losses_are_said() -> None:
    said = {name: [each.template for each in item.cautions] for name, item in items().items() if item.cautions}

    assert said["multi"] == [
        "Marks taken off for wrong options have no place here.",
        "The question is hidden in the file, so it may be out of use there.",
    ]
    assert said["One number"] == ["Answers that earn part of the marks are left out; only the full answer counts."]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<single>true</single><answer fraction='0'><text>a</text></answer>", "answer: No option is marked as right."),
        ("<single>true</single><answer fraction='100'><text>a</text></answer>", "options: There are too few entries"),
        ("", "answer: No option is marked as right."),
        ("<answer fraction='many'><text>a</text></answer>", "answer: No option is marked as right."),
    ],
)
def test_a_broken_choice_is_rejected(body: str, reason: str) -> None:
    item = one("multichoice", body)

    assert item.draft is None
    assert str(item.faults[0].reason).startswith(reason)


def test_a_picture_elsewhere_leaves_a_mark_and_a_caution() -> None:
    html = "&lt;p&gt;See &lt;img src='http://example.org/x.png' alt='map'&gt;&lt;/p&gt;"
    item = one("essay", f"<questiontext format='html'><text>{html}</text></questiontext>")

    assert item.draft is not None
    assert item.draft.content.stem == "See [图片：map]"
    assert [each.template for each in item.cautions] == ["A picture is not in the file; a mark stands in its place."]


def test_the_shipped_bank_comes_back_from_moodle_as_it_went() -> None:
    """Held: every kind but the case, without pictures."""
    drafts, out = shipped(demo=True), io.BytesIO()
    left_out = {each.code for each in moodle.write(out, drafts)}
    held = [draft for draft in drafts if draft.code not in left_out]

    reading = moodle.read(out.getvalue())

    assert [item.draft for item in reading.items] == held
    assert {draft.kind for draft in held} == set(Kind) - {Kind.CASE}
    assert {draft.kind for draft in drafts if draft.code in left_out} == {Kind.CASE}


def test_a_question_of_ours_edited_in_moodle_keeps_the_edit_and_the_rest() -> None:
    draft: Any = next(draft for draft in DRAFTS if draft.kind is Kind.NUMERIC)
    out = io.BytesIO()
    moodle.write(out, [draft])

    (item,) = moodle.read(out.getvalue().replace(b"<tolerance>", b"<tolerance>9")).items

    assert item.draft is not None
    assert item.draft.content != draft.content
    assert item.draft.model_copy(update={"content": draft.content}) == draft


def test_what_was_not_taken_can_be_written_back_with_the_reason_and_read_again() -> None:
    failed = [item for item in moodle.read(EXPORT).items if item.draft is None]
    out = io.BytesIO()
    moodle.write_failed(out, [(item, "不支持 -- 计算题") for item in failed])

    again = moodle.read(out.getvalue()).items

    assert "<!-- 不支持 - 计算题 -->" in out.getvalue().decode()
    assert [(item.name, item.faults) for item in again] == [(item.name, item.faults) for item in failed]


def test_a_file_is_known_by_its_root_whatever_its_name() -> None:
    assert format_of(EXPORT, "questions.txt").name == "moodle_xml"
    assert format_of(EXPORT.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "x").name == "moodle_xml"


@pytest.mark.parametrize("data", [b"<html><body/></html>", b"<quiz><title>Canvas</title></quiz>", b"no XML", b""])
def test_another_file_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        moodle.read(data)


def test_texts_without_their_own_element_are_read_too() -> None:
    item = one("shortanswer", "<questiontext>Capital?</questiontext><answer fraction='100'>Paris</answer>")

    assert item.draft is not None
    assert item.draft.content.stem == "Capital? ____"
    assert item.draft.content.model_dump()["answers"] == (("Paris",),)


def test_a_table_of_statements_is_a_matching_of_rows_and_columns() -> None:
    rows = "".join(f'<row number="{at}"><rowtext format="html"><text>{word}</text></rowtext></row>' for at, word in ((1, "甲"), (2, "乙")))  # fmt: skip
    columns = "".join(f'<column number="{at}"><responsetext><text>{word}</text></responsetext></column>' for at, word in ((1, "对"), (2, "错")))  # fmt: skip
    weights = "".join(
        f'<weight rownumber="{row}" columnnumber="{column}"><value>{value}</value></weight>'
        for row, column, value in ((1, 1, "0.000"), (1, 2, "1.000"), (2, 1, "1.000"), (2, 2, "0.000"))
    )
    draft = one("mtf", rows + columns + weights).draft
    assert draft is not None
    assert [row.text for row in draft.content.right] == ["对", "错"]
    assert draft.content.pairs == {"1": "B", "2": "A"}
    assert one("kprime", rows + columns).faults


def test_a_multiple_response_in_which_each_right_option_bears_all_marks_is_no_single_choice() -> None:
    answers = "".join(f'<answer fraction="{share}"><text>{word}</text></answer>' for share, word in ((100, "甲"), (100, "乙"), (0, "丙")))  # fmt: skip
    draft = one("oumultiresponse", answers).draft
    assert draft is not None
    assert draft.content.answer == ("A", "B")

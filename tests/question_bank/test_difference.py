"""What changed between two versions, as an author reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank import content
from question_bank.difference import Mark, Nature, changes, segments
from question_bank.drafts import DraftCitation
from question_bank.enums import Kind
from tests.factories.bank import CONFIRMED, make_draft

SHIPPED = content.shipped(demo=True)
OPTIONS = [{"key": key, "text": text} for key, text in zip("ABCD", ("五日", "十日", "十五日", "二十日"), strict=True)]


def draft(**values):
    return make_draft(code="Q", content={"stem": "企业应当何时备案？", "options": OPTIONS, "answer": "B"} | values)


def told(before, after) -> list[tuple[str, Nature, bool]]:
    return [(change.label % change.params, change.nature, change.is_key) for change in changes(before, after)]


@given(before=st.text("审批备案，。1a", max_size=60), after=st.text("审批备案，。1a", max_size=60))
def test_the_pieces_give_back_both_texts(before: str, after: str) -> None:
    found = segments(before, after)
    assert "".join(text for mark, text in found if mark is not Mark.NEW) == before
    assert "".join(text for mark, text in found if mark is not Mark.GONE) == after


def test_a_long_text_is_compared_by_sentences() -> None:
    before = "".join(f"第{number}条：备案不是审批。" for number in range(400))
    found = segments(before, before.replace("第7条：备案", "第7条：核准"))
    assert [(mark, text) for mark, text in found if mark is not Mark.SAME] == [
        (Mark.GONE, "第7条：备案不是审批。"),
        (Mark.NEW, "第7条：核准不是审批。"),
    ]


def test_words_that_were_exchanged_are_not_torn_into_characters() -> None:
    assert segments("应当在十日内申报", "应当在十五个工作日内申报") == (
        (Mark.SAME, "应当在十"),
        (Mark.NEW, "五个工作"),
        (Mark.SAME, "日内申报"),
    )


def test_an_option_that_was_reworded_added_or_taken_out_is_named_by_its_letter() -> None:
    options = [*OPTIONS[:2], {"key": "C", "text": "三十日"}, {"key": "E", "text": "立即"}]
    assert told(draft(), draft(options=options)) == [
        ("Option C", Nature.CHANGED, False),
        ("Option D", Nature.REMOVED, False),
        ("Option D", Nature.ADDED, False),
    ]


def test_options_that_changed_places_are_moved_and_the_key_is_still_the_same() -> None:
    assert told(draft(), draft(options=[OPTIONS[1], OPTIONS[0], *OPTIONS[2:]])) in (
        [("Option A", Nature.MOVED, False)],
        [("Option B", Nature.MOVED, False)],
    )


def test_another_key_is_stressed() -> None:
    (change,) = changes(draft(), draft(answer="C"))
    assert (change.label, change.is_key) == ("Right answer", True)
    assert "".join(text for mark, text in change.segments if mark is not Mark.GONE) == "C. 十五日"


def test_a_citation_added_and_one_taken_out_are_told() -> None:
    other = DraftCitation(**(CONFIRMED | {"article": "第十四条", "fact_id": "F014"}))
    before = draft()
    after = before.model_copy(update={"citations": (other,)})
    assert told(before, after) == [("Citation", Nature.REMOVED, False), ("Citation", Nature.ADDED, False)]


def test_a_key_point_of_a_sub_question_is_named_with_its_sub_question() -> None:
    case = next(each for each in SHIPPED if each.kind is Kind.CASE)
    data = case.content.model_dump(mode="json")
    number, written = next(
        (number, sub) for number, sub in enumerate(data["subquestions"], 1) if sub["content"].get("rubric")
    )
    written["content"]["rubric"][0]["point"] += "（补充）"
    (change,) = changes(case, case.model_copy(update={"content": type(case.content).model_validate(data)}))
    assert (change.within, change.label, change.is_key) == (number, "Key point %(number)s", True)


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_told_where_nothing_changed(kind: Kind) -> None:
    assert [each.code for each in SHIPPED if each.kind is kind and changes(each, each)] == []

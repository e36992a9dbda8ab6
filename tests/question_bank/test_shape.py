"""The bank's own JSON, both ways."""

import copy
import json
from typing import Any

import pytest

from question_bank.drafts import Draft
from question_bank.enums import Audience, Kind, PaperKind
from question_bank.errors import Invalid
from question_bank.exchange.shape import document_of, draft_of, drafts_of, json_of
from tests.question_bank.samples import DRAFTS, QUESTIONS, diagnosis


def question(code: str) -> dict[str, Any]:
    return copy.deepcopy(next(raw for raw in QUESTIONS if raw["id"] == code))


def complaint(raw: object) -> tuple[str, str]:
    with pytest.raises(Invalid) as caught:
        draft_of(raw)
    problem = caught.value.problems[0]
    return problem.where, str(problem)


@pytest.mark.parametrize("raw", QUESTIONS, ids=lambda raw: raw["id"])
def test_a_sample_question_comes_back_as_it_was(raw):
    assert json_of(draft_of(raw)) == raw


@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.code)
def test_a_draft_survives_the_file(draft):
    assert draft_of(json.loads(json.dumps(json_of(draft)))) == draft
    assert Draft.model_validate_json(draft.model_dump_json()) == draft


def test_what_stands_beside_the_content_survives_too():
    raw = question("Q024") | {
        "audience": ["村级", "部门"],
        "unit_code": "U01",
        "common_core": True,
        "reviewer_note": "待行业讲师复核",
        "paper": "both",
    }
    draft = draft_of(raw)
    assert draft.audiences == (Audience.VILLAGE, Audience.DEPARTMENT)
    assert draft.papers == (PaperKind.BUSINESS, PaperKind.PRACTICAL)
    assert draft.unit_code == "U01"
    assert json_of(draft) == raw


def test_zones_and_resident_offices_are_read_as_the_town_audience():
    draft = draft_of(question("Q001") | {"audience": ["园区", "驻外", "镇级"], "unit": "U05"})
    assert (draft.audiences, draft.unit_code) == ((Audience.TOWN,), "U05")


def test_a_diagnosis_survives_and_is_never_drawn():
    draft = DRAFTS[33].model_copy(update={"content": diagnosis()})
    assert not draft.is_drawable
    assert draft_of(json_of(draft)) == draft


def test_a_pinned_option_and_a_note_on_a_sub_question_survive():
    raw = question("Q040")
    raw["subquestions"][1]["scoring"] = "漏选得一半"
    raw["subquestions"][0]["options"][3]["pinned"] = True
    assert json_of(draft_of(raw)) == raw


def test_every_kind_has_a_word_in_the_file():
    assert {draft.kind for draft in DRAFTS} == set(Kind)


@pytest.mark.parametrize(
    ("code", "change", "where", "says"),
    [
        ("Q001", {"type": "选择"}, "Q001.type", "“选择” is not one of single"),
        ("Q001", {"paper": "A卷"}, "Q001.paper", "业务卷"),
        ("Q001", {"hint": "x"}, "Q001.hint", "not known"),
        ("Q001", {"difficulty": 6}, "Q001.difficulty", "found: 6"),
        ("Q001", {"stem": ""}, "Q001.stem", "empty"),
        ("Q001", {"options": "A"}, "Q001.options", "list was expected"),
        ("Q009", {"answer": 3}, "Q009.answer", "list was expected"),
        ("Q020", {"blank_rules": {"order": "random"}}, "Q020.blank_rules.order", "any, fixed"),
        ("Q020", {"blank_rules": {"score_each": 2}}, "Q020.blank_rules.score_each", "add up"),
        ("Q024", {"tolerance": "五"}, "Q024.tolerance", "number was expected"),
        ("Q024", {"valid_to": "明年"}, "Q024.valid_to", "明年"),
        ("Q031", {"answer": ["c"]}, "Q031.answer", "object was expected"),
        ("Q034", {"rubric": [{"id": "k1"}]}, "Q034.rubric.0.point", "missing"),
        ("Q040", {"subquestions": [{"id": "1", "type": "case", "score": 1}]}, "Q040.subquestions[1].type", "single"),
        ("Q040", {"subquestions": ["x"]}, "Q040.subquestions[1]", "object"),
        ("Q001", {"audience": "镇级"}, "Q001.audience", "list was expected"),
    ],
)
def test_what_cannot_be_read_names_question_field_and_finding(code, change, where, says):
    place, message = complaint(question(code) | change)
    assert place == where
    assert says in message


def test_one_bad_question_does_not_spoil_the_rest():
    reading = drafts_of({"questions": [question("Q001"), question("Q002") | {"score": 0}, 7, question("Q001")]})
    assert [draft.code for draft in reading.drafts] == ["Q001"]
    assert [rejected.item for rejected in reading.rejected] == ["Q002", "#3", "Q001"]


def test_a_document_without_questions_is_refused():
    with pytest.raises(Invalid, match="no list of questions"):
        drafts_of({"items": []})


def test_a_document_reads_back_as_it_was_written():
    assert drafts_of(json.loads(json.dumps(document_of(DRAFTS)))).drafts == DRAFTS

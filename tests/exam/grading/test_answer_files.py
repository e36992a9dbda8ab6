"""`liangjuan grade answers`: plain files of answers and rubrics written by others."""

import json

import pytest
from click.testing import CliRunner

from exam.cli import cli
from exam.grading.answer_file import Answer, NotARubric, as_json, marked, read_rubrics

RUBRIC = {
    "Q1": {
        "max": 6,
        "stem": "企业投资项目怎样备案？",
        "answer": "企业应当在开工建设前通过在线平台备案，不得收费；备案后20个工作日内办结。",
        "rubric": [
            {
                "id": "k1",
                "point": "开工前备案",
                "score": 2,
                "keyword_groups": [["开工建设前", "开工前"], ["备案"]],
                "partial": 1,
            },
            {"id": "k2", "point": "不得收费", "score": 2, "keyword_groups": [["不得收费", "免费"]]},
            {"id": "k3", "point": "20个工作日", "score": 2, "keyword_groups": [["20个工作日"]]},
        ],
    }
}


def run(tmp_path, answers, rubric=RUBRIC, *options):
    (tmp_path / "a.jsonl").write_text(
        "\n".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in answers),
        encoding="utf-8",
    )
    (tmp_path / "r.json").write_text(json.dumps(rubric, ensure_ascii=False), encoding="utf-8")
    files = [str(tmp_path / "a.jsonl"), "--rubric", str(tmp_path / "r.json")]
    return CliRunner().invoke(cli, ["grade", "answers", *files, *options])


def test_every_point_says_what_it_earned_where_and_by_which_rule(tmp_path):
    text = "应在开工前备案，严禁收费，二十个工作日办结。"
    found = run(tmp_path, [{"id": "a", "question": "Q1", "answer": text}], RUBRIC, "--json")
    assert found.exit_code == 0
    [answer] = json.loads(found.stdout)["answers"]
    assert (answer["id"], answer["marks"], answer["max"]) == ("a", 6, 6)
    assert 0 <= answer["confidence"] <= 1
    assert [(each["point"], each["marks"], text[slice(*each["span"])], each["rule"]) for each in answer["points"]] == [
        ("k1", 2, "开工前备案", "synonym"),
        ("k2", 2, "严禁收费", "pattern"),
        ("k3", 2, "二十个工作日", "numeral"),
    ]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("应在开工前备案，可以收费，二十个工作日。", 4),
        ("应在开工前备案，并非不得收费，20个工作日", 4),
        ("应在开工后备案，不得收费，30个工作日。", 2),
        ("", 0),
        ("企业投资项目怎样备案？", 0),
        ("企业投资项目怎样备案？不得收费", 2),
    ],
)
def test_what_is_denied_opposed_or_copied_earns_nothing(text, marks):
    asked, faults = read_rubrics(json.dumps(RUBRIC))
    assert not faults
    assert marked(Answer("a", "Q1", text), asked["Q1"]).marks == marks


@pytest.mark.parametrize(
    ("rubric", "text", "marks"),
    [
        ({"max": 4, "rubric": [{"any": ["栈", "后进先出"], "marks": 2}, {"all": ["队列", "先进先出"], "marks": 2}]}, "栈；队列先进先出", 4),
        ({"max": 4, "rubric": [{"any": ["栈"], "marks": 2}, {"all": ["队列", "先进先出"], "marks": 2}]}, "栈和队列", 2),
        ({"max": 6, "rubric": [{"score": 2, "keywords": [word]} for word in ("甲事项", "乙事项", "丙事项", "丁事项")]}, "甲事项、丁事项、乙事项、丙事项都要办好", 6),
        ([{"point": "依法备案", "score": 2}, {"point": "开工前完成", "score": 3}], "开工之前完成", 3),
        ({"max": 10, "rubric": [{"score": 1, "keywords": "备案"}, {"score": 1, "keywords": "公示"}]}, "先备案", 5),
        ({"max": 3, "rubric": [{"score": 3, "keyword_groups": [["甲"], ["乙"], ["丙"], ["丁"]], "needed": 2}]}, "乙和丁", 3),
        ({"max": 3, "rubric": [{"score": 3, "keyword_groups": [["受理"], ["审查"], ["发证"]], "in_order": True, "per_group": 1}]}, "审查，受理，发证", 2),
        ({"rubric": [{"score": 2, "keywords": ["备案"]}], "veto": ["给回扣"]}, "备案，再给回扣", 0),
        ({"rubric": [{"score": 2, "keywords": ["备案"]}], "veto": ["给回扣"]}, "备案，不得给回扣", 2),
        ({"rubric": [{"score": 2, "keywords": ["备案"]}, {"score": 1, "keywords": ["公示"], "forbidden": ["收费"], "deduction": 1}, {"score": 1, "keywords": ["登记"], "forbidden": ["收费"], "deduction": 1}]}, "备案时收费", 1),
        ({"rubric": [{"score": 2, "keywords": ["备案"], "forbidden": ["收费"]}]}, "备案要收费，写错了，备案不收费", 2),
    ],
)  # fmt: skip
def test_rubrics_of_others_are_read_as_they_come(rubric, text, marks):
    asked, faults = read_rubrics(json.dumps({"Q": rubric}))
    assert not faults
    found = marked(Answer("a", "Q", text), asked["Q"])
    assert found.marks == marks
    assert all(0 <= a <= b <= len(text) for a, b in (point["span"] for point in as_json(found, asked["Q"])["points"]))


def test_lines_that_cannot_be_used_are_named_with_their_reason(tmp_path):
    lines = [
        {"id": 1, "question": "Q1"},
        "",
        "{",
        "[]",
        {"question": "Q1", "answer": "x"},
        {"id": 2, "question": "Q9", "answer": "x"},
        {"id": 1, "question": "Q1", "answer": "x"},
        {"id": 3, "question": "Q1", "answer": ["x"]},
        {"id": 4, "question": "Q1", "answer": "x", "human": 7},
    ]
    found = run(tmp_path, lines, RUBRIC | {"Q2": {"max": 2}}, "--json")
    data = json.loads(found.stdout)
    assert found.exit_code == 1
    assert [each["id"] for each in data["answers"]] == ["1"]
    assert [(each.get("line"), each["rule"]) for each in data["rejected"]] == [
        (None, "no_points"),
        (3, "not_json"),
        (4, "not_an_object"),
        (5, "no_id"),
        (6, "no_question"),
        (7, "same_id"),
        (8, "no_text"),
        (9, "human"),
    ]


def test_a_file_that_is_no_rubric_is_wrong_use(tmp_path):
    assert run(tmp_path, [], []).exit_code == 2
    with pytest.raises(NotARubric):
        read_rubrics("3")


def test_agreement_is_reported_where_people_have_marked(tmp_path):
    answers = [
        {"id": 1, "question": "Q1", "answer": "不得收费", "human": 2},
        {"id": 2, "question": "Q1", "answer": "不得收费，20个工作日", "human": 4},
        {"id": 3, "question": "Q1", "answer": "", "human": 3},
    ]
    agreement = json.loads(run(tmp_path, answers, RUBRIC, "--json").stdout)["agreement"]
    assert agreement["pooled"] | {"qwk": None} == {"n": 3, "qwk": None, "mae": 1 / 6, "bias": -1 / 6, "near": 2 / 3}
    assert agreement["by_question"]["Q1"]["qwk"] == pytest.approx(agreement["pooled"]["qwk"])
    assert "与人工评分 Q1：3份" in run(tmp_path, answers).stdout


def test_a_stop_is_still_marked_by_its_number():
    assert "STOP" in CliRunner().invoke(cli, ["grade", "stop", "--help"]).stdout
    assert "integer" in CliRunner().invoke(cli, ["grade", "somewhere"]).output

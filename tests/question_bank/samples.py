"""The sample questions, hand-made contents with a canary in every hidden field, and how a perfect candidate answers."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from question_bank.enums import Kind, TextForm
from question_bank.exchange.shape import draft_of
from question_bank.kinds import Content, content_of
from question_bank.kinds.views import KeyView

SAMPLE_FILE = Path(__file__).with_name("sample_questions.json")
QUESTIONS: list[dict[str, Any]] = json.loads(SAMPLE_FILE.read_text(encoding="utf-8"))["questions"]
DRAFTS = tuple(draft_of(raw) for raw in QUESTIONS)
CONTENTS: tuple[Content, ...] = tuple(draft.content for draft in DRAFTS)
CANARY = "CANARY"


def full_answer(key: KeyView) -> Any:
    """Say what the page would send for the answer in ``key``."""
    if key.kind is Kind.CASE:
        return {part.label: full_answer(part.key) for part in key.parts}
    if key.kind is Kind.MATCHING:
        return {str(number): label for number, label in enumerate(key.labels, 1)}
    if key.kind is Kind.TRUE_FALSE and key.accepted:
        return {"value": key.labels[0], "correction": key.accepted[0][0]}
    if key.kind in {Kind.SINGLE_CHOICE, Kind.TRUE_FALSE, Kind.NUMERIC}:
        return key.labels[0]
    return key.answer if key.kind is Kind.SHORT_ANSWER else list(key.labels)


def options(*texts: str) -> list[dict[str, str]]:
    return [{"key": f"{CANARY}-{number}", "text": text} for number, text in enumerate(texts)]


def _canary_data() -> dict[Kind, dict[str, Any]]:
    hidden = {"stem": "题干", "explanation": CANARY}
    rubric = [{"id": CANARY, "point": CANARY, "marks": "6", "keyword_groups": [[CANARY]]}]
    columns = {"left": options("甲", "乙"), "right": options("子", "丑", "寅")}
    keys = [f"{CANARY}-{number}" for number in range(3)]
    return {
        Kind.SINGLE_CHOICE: hidden | {"options": options("一", "二", "三"), "answer": keys[0]},
        Kind.MULTIPLE_CHOICE: hidden | {"options": options("一", "二", "三"), "answer": keys[:2]},
        Kind.TRUE_FALSE: hidden | {"answer": False, "wrong": "题", "corrections": [CANARY]},
        Kind.FILL_BLANK: hidden
        | {"stem": "管____必须管____。", "answers": [[CANARY], [CANARY]], "normal_form_note": CANARY},
        Kind.NUMERIC: hidden
        | {
            "answer": "987654321",
            "tolerance": "0.125",
            "unit": "万元",
            "common_errors": [{"value": "876543", "feedback": CANARY}],
        },
        Kind.ORDERING: hidden | {"items": options("一", "二", "三"), "answer": keys, "accepted_orders": [keys]},
        Kind.MATCHING: hidden | columns | {"pairs": {keys[0]: keys[1], keys[1]: keys[0]}},
        Kind.SHORT_ANSWER: hidden | {"form": "scenario", "reference": CANARY, "rubric": rubric},
    }


def canary_contents() -> dict[Kind, Content]:
    """One content a kind, everything a candidate may not see being a canary."""
    data = _canary_data()
    subs = [
        {"id": f"{CANARY}-{kind}", "marks": 2, "content": value | {"kind": kind, "stem": value["stem"]}}
        for kind, value in data.items()
    ]
    data[Kind.CASE] = {"stem": "材料", "explanation": CANARY, "reference": CANARY, "subquestions": subs}
    return {kind: content_of(kind, value) for kind, value in data.items()}


def choice(answer: tuple[str, ...], texts: tuple[str, ...] = ("甲", "乙", "丙", "丁", "戊")) -> Content:
    """A multiple choice with keys A, B, C … over ``texts``."""
    letters = [{"key": "ABCDEFGH"[index], "text": text} for index, text in enumerate(texts)]
    return content_of(Kind.MULTIPLE_CHOICE, {"stem": "题干", "options": letters, "answer": answer})


def ordering(*accepted: str) -> Content:
    """An ordering of the letters of ``accepted[0]``; every argument is an accepted order."""
    items = [{"key": key, "text": f"步骤{key}"} for key in sorted(accepted[0])]
    orders = [list(order) for order in accepted]
    return content_of(Kind.ORDERING, {"stem": "排序", "items": items, "answer": orders[0], "accepted_orders": orders})


def blanks(*answers: tuple[str, ...], any_order: bool = False) -> Content:
    """A fill_blank with one blank an answer."""
    data = {"stem": "____，".join([""] * (len(answers) + 1)) + "。", "answers": answers, "any_order": any_order}
    return content_of(Kind.FILL_BLANK, data)


def numeric(answer: str, unit: str = "万元", tolerance: str = "0") -> Content:
    """A calculation."""
    data = {"stem": "应缴____。", "answer": Decimal(answer), "unit": unit, "tolerance": Decimal(tolerance)}
    return content_of(Kind.NUMERIC, data)


def diagnosis() -> Content:
    """The 问题会诊."""
    return content_of(Kind.SHORT_ANSWER, {"stem": "请写出一个正在遇到的问题。", "form": TextForm.DIAGNOSIS})

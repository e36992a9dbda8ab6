"""Empty forms: what stands in them before anything is typed."""

from typing import Any

from question_bank.enums import Kind
from question_bank.taxonomy import ROOTS

Typed = dict[str, Any]

USUAL_MARKS = {
    Kind.SINGLE_CHOICE: "1",
    Kind.MULTIPLE_CHOICE: "2",
    Kind.TRUE_FALSE: "1",
    Kind.FILL_BLANK: "2",
    Kind.NUMERIC: "5",
    Kind.ORDERING: "5",
    Kind.MATCHING: "5",
    Kind.SHORT_ANSWER: "10",
    Kind.CASE: "20",
}
"""Marks as the standard papers give them; an author changes them freely."""


def fresh_row(name: str) -> Typed:
    """A row that is added under `name`."""
    return {"status": "CONFIRMED"} if name == "citations" else {}


def fresh_content(kind: Kind) -> Typed:
    """The fields of a content of `kind` before anything is typed."""
    started: dict[Kind, Typed] = {
        Kind.SINGLE_CHOICE: {"options": [{}, {}, {}, {}]},
        Kind.MULTIPLE_CHOICE: {"options": [{}, {}, {}, {}, {}]},
        Kind.TRUE_FALSE: {"answer": ""},
        Kind.FILL_BLANK: {"answer_form": "blanks", "blanks": []},
        Kind.NUMERIC: {"answer": "", "tolerance": "0", "errors": []},
        Kind.ORDERING: {"items": [{}, {}, {}, {}], "mode": "one", "swaps": [{}], "before": [{}], "orders": [{}]},
        Kind.MATCHING: {"pairs": [{}, {}, {}], "distractors": [{}]},
        Kind.SHORT_ANSWER: {"form": "ordinary", "rubric": [{}, {}, {}]},
    }
    shared = {"stem": "", "explanation": ""}
    if kind is Kind.CASE:
        return shared | {"subquestions": [fresh_subquestion(each) for each in (Kind.SINGLE_CHOICE, Kind.SHORT_ANSWER)]}
    return shared | started[kind]


def fresh_subquestion(kind: str) -> Typed:
    """A sub-question of a case; what is no kind for one becomes a short answer."""
    fitting = next((each for each in Kind if each.value == kind and each is not Kind.CASE), Kind.SHORT_ANSWER)
    return {"kind": fitting.value, "marks": USUAL_MARKS[fitting], **fresh_content(fitting)}


def fresh(kind: Kind) -> Typed:
    """The whole form of a new question."""
    return {
        "topic": next(iter(ROOTS)),
        "difficulty": "2",
        "marks": USUAL_MARKS[kind],
        "papers": ["business"],
        "audiences": [],
        "citations": [fresh_row("citations")],
        "q": fresh_content(kind),
    }

"""The key points of written questions as texts, one point a line, in the way the bank's spreadsheets write them.

Fields are `reference` and `rubric`, in a case followed by the sub-question: `rubric-b`.
"""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from exam.grading.correcting import written_parts
from question_bank.errors import Invalid, Problem
from question_bank.exchange.row_answers import RowError, rubric_of
from question_bank.exchange.row_writing import rubric_text
from question_bank.kinds import Content


@dataclass(frozen=True)
class RubricFields:
    """One short answer: its part ("" for the whole question), the ending of its fields' names, what stands there."""

    part: str
    ending: str
    stem: str
    reference: str
    points: str


def fields_of(content: Content, sent: MultiDict[str, str] | None = None) -> list[RubricFields]:
    """What is, or what was sent, for each written part."""
    found = []
    for part, each in written_parts(content).items():
        ending = f"-{part}" if part else ""
        texts = {"reference": each.reference, "rubric": rubric_text(each)}
        if sent is not None:
            texts = {name: sent.get(f"{name}{ending}", text) for name, text in texts.items()}
        found.append(RubricFields(part, ending, each.stem, texts["reference"], texts["rubric"]))
    return found


def sent_rubrics(content: Content, sent: MultiDict[str, str]) -> dict[str, dict[str, Any]]:
    """The rubrics that were sent, by part, as `correcting.with_rubrics` takes them. Raises Invalid."""
    try:
        return {
            each.part: {"reference": each.reference.strip()} | rubric_of(each.points)
            for each in fields_of(content, sent)
        }
    except RowError as error:
        raise Invalid([Problem("rubric", error.template, dict(error.params))]) from error

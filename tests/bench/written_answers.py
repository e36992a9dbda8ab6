"""The set of written answers marked by two blind readers, and how the rubric engine does on it.

`questions.json` names the questions, `answers.jsonl` the answers by variety, `markings.jsonl` what the two readers gave
(`a`, `b`). Rubrics are those of the shipped bank. One half of the questions, by the hash of their codes, was looked at
while rubrics and engine were made better; the other was held out.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import fmean

from exam.grading.agreement import quadratic_kappa
from question_bank import content as shipping
from question_bank.kinds.case import CaseContent
from question_bank.kinds.rubric import Rubric
from question_bank.kinds.short_answer import ShortAnswerContent
from question_bank.rounding import settle

FOLDER = Path(__file__).resolve().parents[1] / "exam" / "grading" / "answers"
HOSTILE = ("negated", "antonym", "number_changed", "salad", "copied")
NEAR = 0.1
ACCEPT_FROM = 0.8
"""Chosen on the half that was looked at."""
TOO_MUCH = 0.2


@dataclass(frozen=True)
class Row:
    """One answer: shares of its marks by the engine, the readers and their mean; the engine's confidence (0 to 1)."""

    id: str
    question: str
    variety: str
    engine: float
    one: float
    two: float
    confidence: float

    @property
    def given(self) -> float:
        return (self.one + self.two) / 2

    @property
    def right(self) -> bool:
        return abs(self.engine - self.given) <= NEAR + 1e-9

    @property
    def caught(self) -> bool:
        """Not given more than a fifth of the marks too much, or not sure enough to count without a person."""
        return self.engine <= self.given + TOO_MUCH + 1e-9 or self.confidence < ACCEPT_FROM

    @property
    def held_out(self) -> bool:
        return int(hashlib.sha256(self.question.split("#")[0].encode()).hexdigest(), 16) % 2 == 1


def rubrics() -> dict[str, tuple[Rubric, Decimal]]:
    """Rubric and marks by question code; those of a case's sub-question by `CODE#ID`."""
    wanted = json.loads((FOLDER / "questions.json").read_text(encoding="utf-8"))
    found = {}
    for draft in shipping.shipped(demo=True):
        parts = [("", draft.content, "")]
        if isinstance(draft.content, CaseContent):
            parts = [(f"#{sub.id}", sub.content, draft.content.stem) for sub in draft.content.subquestions]
        for name, content, material in parts:
            if draft.code + name in wanted and isinstance(content, ShortAnswerContent):
                stem = f"{content.stem}\n{material}"
                rubric = Rubric(content.rubric, reference=content.reference, stem=stem, cap=content.cap)
                found[draft.code + name] = rubric, content.rubric_marks
    return found


def rows() -> list[Row]:
    """Every answer of the set, marked."""
    known = rubrics()
    given = {each["id"]: each for each in _lines("markings.jsonl")}
    found = []
    for each in _lines("answers.jsonl"):
        rubric, out_of = known[each["question"]]
        assessed = rubric.assess(each["answer"])
        marks = settle(assessed.marks * Fraction(out_of) / assessed.out_of, out_of)
        shares = (float(marks / out_of), *(given[each["id"]][reader] / float(out_of) for reader in "ab"))
        found.append(Row(each["id"], each["question"], each["variety"], *shares, assessed.confidence / 10_000))
    return found


def _lines(name: str) -> list[dict[str, object]]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def figures(chosen: Sequence[Row]) -> dict[str, float]:
    """Agreement of the engine with the readers' mean beside that of the readers; what is caught; what is accepted."""
    hostile = [row for row in chosen if row.variety in HOSTILE]
    accepted = [row for row in chosen if row.confidence >= ACCEPT_FROM]
    return {
        "answers": len(chosen),
        "qwk": _kappa((row.engine, row.given) for row in chosen),
        "mae": round(fmean(abs(row.engine - row.given) for row in chosen), 3),
        "readers_qwk": _kappa((row.one, row.two) for row in chosen),
        "readers_mae": round(fmean(abs(row.one - row.two) for row in chosen), 3),
        "hostile": len(hostile),
        "hostile_not_overpaid": _share(row.engine <= row.given + TOO_MUCH + 1e-9 for row in hostile),
        "hostile_caught": _share(row.caught for row in hostile),
        "accepted": round(len(accepted) / len(chosen), 3),
        "accepted_right": _share(row.right for row in accepted),
    }


def _kappa(pairs: Iterable[tuple[float, float]]) -> float:
    found = quadratic_kappa(list(pairs))
    return 1.0 if found is None else round(found, 3)


def _share(found: Iterable[bool]) -> float:
    kept = list(found)
    return round(fmean(kept), 3) if kept else 1.0

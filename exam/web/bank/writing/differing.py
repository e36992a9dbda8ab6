"""Two authors at one question: what differs between the form of one and what the other has saved meanwhile."""

from dataclasses import dataclass
from typing import Any

from exam.web.bank.writing.typed import Typed
from question_bank.errors import N_

LABELS = {
    "topic": N_("Topic"),
    "subtopic": N_("Subtopic"),
    "difficulty": N_("Difficulty"),
    "marks": N_("Marks"),
    "papers": N_("Paper"),
    "audiences": N_("Audience"),
    "unit": N_("Unit"),
    "valid_to": N_("Valid until"),
    "time_sensitive": N_("Time-sensitive"),
    "common_core": N_("For everybody's core"),
    "reviewer_note": N_("Note of the reviewer"),
    "scoring_note": N_("How it is marked"),
    "citations": N_("What it rests on"),
    "q-stem": N_("Stem"),
    "q-explanation": N_("Explanation"),
    "q-options": N_("Options"),
    "q-answer": N_("Answer"),
    "q-wrong": N_("Words that make it wrong"),
    "q-corrections": N_("Accepted corrections"),
    "q-blanks": N_("Blanks"),
    "q-any_order": N_("The blanks may be filled in any order"),
    "q-keep_book_marks": N_("Title marks 《》 matter"),
    "q-normal_form_note": N_("What is tolerated"),
    "q-tolerance": N_("Tolerance"),
    "q-unit": N_("Unit"),
    "q-errors": N_("Common errors"),
    "q-items": N_("Steps"),
    "q-mode": N_("Accepted orders"),
    "q-swaps": N_("Accepted orders"),
    "q-before": N_("Accepted orders"),
    "q-orders": N_("Accepted orders"),
    "q-pairs": N_("Pairs"),
    "q-distractors": N_("Distractors"),
    "q-form": N_("Form of the answer"),
    "q-reference": N_("Reference answer"),
    "q-is_model": N_("Learners may see it as a model answer"),
    "q-rubric": N_("Key points"),
    "q-cap": N_("Most marks of all key points together"),
    "q-veto": N_("Who says this gets nothing for the whole answer"),
    "q-subquestions": N_("Sub-questions"),
}
"""The fields that are compared, by path, with their names."""
_TICKED = "✓"
_UNSEEN = {"key", "id", "at", "left_key", "right_key", "try", "answer_form", "fact", "add_kind"}


@dataclass(frozen=True)
class Difference:
    """One field that differs: its path, its name (a message id), both texts line by line."""

    path: str
    label: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


def differences(mine: Typed, theirs: Typed) -> list[Difference]:
    """The fields in which two forms differ, as they read; what is empty on both sides is the same."""
    found = []
    for path, label in LABELS.items():
        one, other = lines(_at(mine, path)), lines(_at(theirs, path))
        if one != other:
            found.append(Difference(path, label, one, other))
    return found


def merged(mine: Typed, theirs: Typed, taken: Typed) -> Typed:
    """The form with the fields of `theirs`, but those of `mine` where `taken` says so (by path, `mine` or `theirs`)."""
    result: Typed = dict(theirs) | {"q": dict(theirs.get("q", {}))}
    for path in LABELS:
        if _at(taken, path) == "mine":
            owner, name = (result["q"], path[2:]) if path.startswith("q-") else (result, path)
            owner[name] = _at(mine, path)
    return result


def _at(typed: Typed, path: str) -> Any:
    if path.startswith("q-"):
        inner = typed.get("q", {})
        return inner.get(path[2:], "") if isinstance(inner, dict) else ""
    return typed.get(path, "")


def lines(value: Any) -> tuple[str, ...]:
    """A field as a person reads it: a row is a line, a tick a mark."""
    if isinstance(value, dict):
        parts = [(name, "；".join(lines(each))) for name, each in sorted(value.items()) if name not in _UNSEEN]
        words = "｜".join(_TICKED if words == "y" else words for _, words in parts if words)
        return (words,) if words else ()
    if isinstance(value, list):
        return tuple(line for each in value for line in lines(each))
    words = str(value or "").strip()
    return tuple((_TICKED if words == "y" else words).split("\n")) if words else ()

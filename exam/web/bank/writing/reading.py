"""An author's form as a draft: what it says, and everything wrong with it beside the field it concerns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from exam.web.bank.writing.answers import Written, content_data
from exam.web.bank.writing.typed import Typed, rows, text
from question_bank import kinds, publishing
from question_bank.drafts import Draft
from question_bank.enums import Kind
from question_bank.errors import N_, Invalid, Problem
from question_bank.kinds import Content
from question_bank.kinds.true_false import TrueFalseContent

CONTENT = "q"
NEW = "NEW"
"""Stands for the number a new question does not have yet."""
EMPTY = N_("This is empty.")
WANTED = {
    "stem": N_("The stem is empty."),
    "options": N_("At least two options are needed."),
    "items": N_("At least two steps are needed."),
    "left": N_("At least one pair is needed."),
    "right": N_("At least one pair is needed."),
    "subquestions": N_("At least one sub-question is needed."),
    "point": N_("Say what the key point is."),
    "marks": N_("Marks are a number above 0."),
    "papers": N_("Tick at least one paper."),
    "feedback": N_("Say what to tell who arrives at this number."),
    "answer": N_("Write the number that is right."),
    "value": N_("Write the wrong number."),
    "needed": N_("How many groups are enough is a whole number from 1 to 30."),
    **dict.fromkeys(("partial", "per_group", "deduction", "cap"), N_("Marks are a number, 0 or above.")),
}
"""What an author is told where nothing, too little or no number stands, by the last name of the path."""
_TOO_LITTLE = frozenset(
    {"This is empty.", "There are too few entries (found: %(found)s).", "A number was expected (found: %(found)s)."}
)
_NUMBERS = frozenset({"marks", "needed", "partial", "per_group", "deduction", "cap"})
"""Whatever is wrong with one of these, the same sentence says it."""
_INDEX = re.compile(r"\.(\d+)")
_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_OWN_PLACES = {name: name for name in ("code", "topic", "subtopic", "difficulty", "marks", "papers", "audiences")} | {
    "valid_to": "valid_to",
    "citations": "citations",
    "reviewer_note": "reviewer_note",
    "scoring_note": "scoring_note",
    "unit_code": "unit",
}


@dataclass(frozen=True)
class Read:
    """`draft` is None when what was typed cannot be stored. Every problem's `where` is the name of a field or empty.

    `errors` stand in the way of storing, `obstacles` in the way of publishing, `cautions` in the way of nothing.
    """

    draft: Draft | None
    errors: tuple[Problem, ...] = ()
    obstacles: tuple[Problem, ...] = ()
    cautions: tuple[Problem, ...] = ()


def read(kind: Kind, typed: Typed, base: Draft | None = None) -> Read:
    """Read the form; `base` is the draft it was opened with, whose values beyond the form are kept."""
    opened = base.content.model_dump(mode="json") if base is not None and base.kind is kind else None
    inner = typed.get(CONTENT)
    written = content_data(kind, inner if isinstance(inner, dict) else {}, CONTENT, opened)
    content, errors = _content(kind, written)
    places = dict(_OWN_PLACES)
    draft, wrong = _draft(typed, content, base, places)
    errors += [_placed(problem, places) for problem in wrong]
    if content is None or draft is None:
        return Read(None, tuple(errors))
    return _judged(draft, written, places)


def _content(kind: Kind, written: Written) -> tuple[Content | None, list[Problem]]:
    try:
        return kinds.content_of(kind, written.data), []
    except Invalid as error:
        said = list(written.problems)
        for problem in error.problems:
            path = _path(problem.where)
            if not _decided(path, written.decided):
                said.append(_placed(_worded(replace(problem, where=path)), written.places))
        return None, said


def _worded(problem: Problem) -> Problem:
    """The problem in an author's words, where there are some."""
    name = re.split(r"[.\[]", re.sub(r"\[\d+\]$", "", problem.where))[-1]
    if problem.template in _TOO_LITTLE or name in _NUMBERS:
        return replace(problem, template=WANTED.get(name, EMPTY))
    return problem


def _decided(path: str, decided: Iterable[str]) -> bool:
    return any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in decided)


def _path(where: str) -> str:
    """`options.0.text` as pydantic counts it is `options[1].text` as everything else does."""
    return _INDEX.sub(lambda found: f"[{int(found[1]) + 1}]", where)


def _placed(problem: Problem, places: Mapping[str, str]) -> Problem:
    """The problem at the field whose path is the longest beginning of its own."""
    path = problem.where
    fitting = [known for known in places if path == known or path.startswith((f"{known}.", f"{known}["))]
    return replace(problem, where=places[max(fitting, key=len)] if fitting else "")


def _draft(
    typed: Typed, content: Content | None, base: Draft | None, places: dict[str, str]
) -> tuple[Draft | None, list[Problem]]:
    """The draft around `content`; without a content the rest is checked all the same."""
    kept: dict[str, Any] = {"demo_only": base.demo_only} if base is not None else {}
    data = kept | _about(typed, places) | {"content": content or TrueFalseContent(stem=NEW, answer=True)}
    data["code"] = base.code if base is not None else text(typed, "code") or NEW
    try:
        return Draft.model_validate(data), []
    except ValidationError as error:
        return None, [_worded(replace(found, where=_path(found.where))) for found in kinds.problems_of(error)]


def _about(typed: Typed, places: dict[str, str]) -> dict[str, Any]:
    """What stands beside the content."""
    cited = [(number, row) for number, row in enumerate(rows(typed, "citations")) if text(row, "document")]
    places |= {f"citations[{n}]": f"citations-{number}" for n, (number, _) in enumerate(cited, 1)}
    return {
        "topic": text(typed, "topic"),
        "subtopic": text(typed, "subtopic"),
        "difficulty": int(text(typed, "difficulty")) if text(typed, "difficulty").isdigit() else 0,
        "marks": text(typed, "marks"),
        "papers": _several(typed, "papers"),
        "audiences": _several(typed, "audiences"),
        "unit_code": text(typed, "unit"),
        "citations": [
            {
                "document": text(row, "document").strip("《》"),
                "article": text(row, "article"),
                "status": text(row, "status"),
                "fact_id": text(row, "fact"),
                "in_force": text(row, "in_force"),
            }
            for _, row in cited
        ],
        "valid_to": _day(text(typed, "valid_to")),
        "time_sensitive": bool(text(typed, "time_sensitive")),
        "common_core": bool(text(typed, "common_core")),
        "reviewer_note": text(typed, "reviewer_note"),
        "scoring_note": text(typed, "scoring_note"),
    }


def _several(typed: Typed, name: str) -> list[str]:
    found = typed.get(name)
    return [each for each in found if each] if isinstance(found, list) else []


def _day(found: str) -> str | None:
    """A day as an author may type it where the browser has no calendar."""
    match = _DATE.match(found)
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}" if match else found or None


def _judged(draft: Draft, written: Written, places: Mapping[str, str]) -> Read:
    """Everything the checks say, each at its field."""
    found = publishing.judge(draft)
    everywhere = {**places, **written.places}

    def placed(problems: Iterable[Problem]) -> list[Problem]:
        return [_placed(each, everywhere) for each in problems if not _decided(each.where, written.decided)]

    return Read(draft, (), (*written.problems, *placed(found.obstacles)), tuple(placed(found.cautions)))

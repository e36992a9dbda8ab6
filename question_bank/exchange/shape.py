"""The bank's own JSON shape of a question ⇄ ``Draft``, without loss. Pure: no files, no database.

A question is an object with ``id``, ``type`` (single, multiple, judge, blank, numeric, ordering, matching, short,
case), ``paper`` (业务卷, 问题卷, both), ``topic``, ``subtopic``, ``difficulty`` 1–5, ``score``, ``stem``, ``answer``,
``explanation``, ``citations`` and the fields of its type. What is written differs from what was read only where a
default is meant: fields at their default are left out, ``blank_rules`` is always written in full, 园区 and 驻外 among
the audiences become 镇级 (they sit the town specification).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from question_bank.drafts import Draft
from question_bank.enums import Audience, Kind, PaperKind, TextForm
from question_bank.errors import N_, Invalid, Problem
from question_bank.kinds import problems_of, slots
from question_bank.kinds.case import CaseContent, SubQuestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from question_bank.kinds import Content

SCHEMA_VERSION = 1

TYPES = {
    "single": Kind.SINGLE_CHOICE,
    "multiple": Kind.MULTIPLE_CHOICE,
    "judge": Kind.TRUE_FALSE,
    "blank": Kind.FILL_BLANK,
    "numeric": Kind.NUMERIC,
    "ordering": Kind.ORDERING,
    "matching": Kind.MATCHING,
    "short": Kind.SHORT_ANSWER,
    "case": Kind.CASE,
}
PAPERS = {
    "业务卷": (PaperKind.BUSINESS,),
    "问题卷": (PaperKind.PRACTICAL,),
    "both": (PaperKind.BUSINESS, PaperKind.PRACTICAL),
}
AUDIENCES = {
    "村级": Audience.VILLAGE,
    "镇级": Audience.TOWN,
    "园区": Audience.TOWN,
    "镇级及园区": Audience.TOWN,
    "驻外": Audience.TOWN,
    "部门": Audience.DEPARTMENT,
    "部门服务人员": Audience.DEPARTMENT,
}
AUDIENCE_WORDS = {Audience.VILLAGE: "村级", Audience.TOWN: "镇级", Audience.DEPARTMENT: "部门"}
_TYPE_WORDS = {kind: word for word, kind in TYPES.items()}

# file field → field of the content, for every type, and → field of the draft, for every question
_STEM = {"stem": "stem", "explanation": "explanation"}
_CONTENT_FIELDS: dict[Kind, dict[str, str]] = {
    Kind.SINGLE_CHOICE: {"options": "options", "answer": "answer"},
    Kind.MULTIPLE_CHOICE: {"options": "options", "answer": "answer"},
    Kind.TRUE_FALSE: {"answer": "answer", "wrong": "wrong", "corrections": "corrections"},
    Kind.FILL_BLANK: {"answer": "answers", "keep_book_marks": "keep_book_marks"},
    Kind.NUMERIC: {"answer": "answer", "tolerance": "tolerance", "unit": "unit", "common_errors": "common_errors"},
    Kind.ORDERING: {"options": "items", "answer": "answer", "accepted_orders": "accepted_orders"},
    Kind.MATCHING: {"left": "left", "right": "right", "answer": "pairs"},
    Kind.SHORT_ANSWER: {"answer": "reference", "rubric": "rubric", "model_answer": "is_model", "form": "form"}
    | {"cap": "cap", "veto": "veto"},
    Kind.CASE: {"answer": "reference", "subquestions": "subquestions"},
}
_DRAFT_FIELDS = {
    "id": "code",
    "topic": "topic",
    "subtopic": "subtopic",
    "difficulty": "difficulty",
    "score": "marks",
    "citations": "citations",
    "valid_to": "valid_to",
    "time_sensitive": "time_sensitive",
    "demo_only": "demo_only",
    "common_core": "common_core",
    "reviewer_note": "reviewer_note",
    "scoring": "scoring_note",
    "unit_code": "unit_code",
}
_SUB_FIELDS = {"id": "id", "score": "marks", "scoring": "scoring_note"}
_BLANK_RULES = {"order", "score_each", "normalize"}
_ORDERS = {"any": True, "fixed": False}
# names of the content that differ from the file's, to say the file's in messages
_FILE_NAMES = {
    "answers": "answer",
    "reference": "answer",
    "pairs": "answer",
    "items": "options",
    "marks": "score",
    "code": "id",
    "is_model": "model_answer",
    "scoring_note": "scoring",
    "papers": "paper",
    "audiences": "audience",
}


class Rejected(NamedTuple):
    """A question that could not be read: its id (or its place, ``#3``) and why."""

    item: str
    problems: tuple[Problem, ...]


class Reading(NamedTuple):
    """What a document held, in its order."""

    drafts: tuple[Draft, ...]
    rejected: tuple[Rejected, ...]


def drafts_of(document: object) -> Reading:
    """Read a whole document: an object with ``questions``, or the bare list. One bad question does not spoil the rest.

    Raises ``Invalid`` when there is no list of questions at all.
    """
    questions = document.get("questions") if isinstance(document, dict) else document
    if not isinstance(questions, list):
        raise Invalid([Problem("questions", N_("There is no list of questions."), {})])
    drafts: list[Draft] = []
    rejected: list[Rejected] = []
    seen: set[str] = set()
    for number, raw in enumerate(questions, 1):
        try:
            draft = draft_of(raw)
        except Invalid as error:
            rejected.append(Rejected(_name(raw, f"#{number}"), error.problems))
            continue
        if draft.code in seen:
            twice = _problem(draft.code, "id", N_("This id stands in the file twice (found: %(found)s)."), draft.code)
            rejected.append(Rejected(draft.code, (twice,)))
            continue
        seen.add(draft.code)
        drafts.append(draft)
    return Reading(tuple(drafts), tuple(rejected))


def draft_of(raw: object) -> Draft:
    """Read one question. Raises ``Invalid``; each problem carries ``question``, ``field`` and ``found`` as params."""
    if not isinstance(raw, dict):
        raise Invalid([_problem("", "", N_("A question must be an object (found: %(found)s)."), raw)])
    name = _name(raw, "?")
    reader = _Reader(name)
    data = reader.draft(raw)
    if reader.problems:
        raise Invalid(reader.problems)
    try:
        return Draft.model_validate(data)
    except ValidationError as error:
        raise Invalid([_renamed(name, problem) for problem in problems_of(error)]) from error


def _name(raw: object, otherwise: str) -> str:
    found = raw.get("id") if isinstance(raw, dict) else None
    return str(found)[:60] if found else otherwise


def _problem(question: str, field: str, template: str, found: object) -> Problem:
    where = f"{question}.{field}" if field else question
    return Problem(where, template, {"question": question, "field": field, "found": str(found)[:80]})


def _renamed(question: str, problem: Problem) -> Problem:
    """Say the field by its name in the file, with the question in front."""
    steps = [step for step in problem.where.split(".") if step != "content"]
    field = ".".join(_FILE_NAMES.get(step, step) for step in steps)
    return Problem(f"{question}.{field}", problem.template, {**problem.params, "question": question, "field": field})


class _Reader:
    """Turns one question's object into the data of a ``Draft``, gathering what it cannot place."""

    def __init__(self, question: str) -> None:
        self.question = question
        self.problems: list[Problem] = []

    def _complain(self, field: str, template: str, found: object) -> None:
        self.problems.append(_problem(self.question, field, template, found))

    def _word(self, field: str, words: Mapping[str, Any], found: object) -> Any:
        """Translate a word by a table, or complain."""
        if isinstance(found, str) and found in words:
            return words[found]
        known = ", ".join(words)
        template = N_("“%(found)s” is not one of %(known)s.")
        problem = _problem(self.question, field, template, found)
        self.problems.append(Problem(problem.where, template, {**problem.params, "known": known}))
        return None

    def draft(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Read a question with all that stands beside its content."""
        rest = dict(raw)
        data: dict[str, Any] = {name: rest.pop(field) for field, name in _DRAFT_FIELDS.items() if field in rest}
        kind = self._word("type", TYPES, rest.pop("type", None))
        if kind is None:
            return data
        data["papers"] = self._word("paper", PAPERS, rest.pop("paper", "业务卷"))
        data["audiences"] = self._audiences(rest.pop("audience", ()))
        if kind is not Kind.NUMERIC and "unit" in rest:
            data["unit_code"] = rest.pop("unit")
        data["content"] = self._content("", kind, rest, data.get("marks"))
        return data

    def _audiences(self, found: object) -> tuple[Audience, ...]:
        if not isinstance(found, (list, tuple)):
            self._complain("audience", N_("A list was expected (found: %(found)s)."), found)
            return ()
        return tuple(dict.fromkeys(self._word("audience", AUDIENCES, word) for word in found))

    def _content(self, place: str, kind: Kind, rest: dict[str, Any], marks: object) -> dict[str, Any]:
        """Read the content at ``place`` (empty, or ``subquestions[2].``); complain of every field left over."""
        fields = _STEM | _CONTENT_FIELDS[kind]
        data: dict[str, Any] = {name: rest.pop(field) for field, name in fields.items() if field in rest}
        data["kind"] = kind
        if kind is Kind.FILL_BLANK:
            data |= self._blank_rules(place, rest.pop("blank_rules", {}), data.get("answers"), marks)
        if kind is Kind.SHORT_ANSWER and isinstance(data.get("rubric"), list):
            data["rubric"] = [_moved(point, "score", "marks") for point in data["rubric"]]
        if kind is Kind.CASE and isinstance(data.get("subquestions"), list):
            data["subquestions"] = [self._sub(number, raw) for number, raw in enumerate(data["subquestions"], 1)]
        for field, value in rest.items():
            self._complain(place + field, N_("This field is not known for the type (found: %(found)s)."), value)
        return data

    def _sub(self, number: int, raw: object) -> dict[str, Any]:
        place = f"subquestions[{number}]"
        if not isinstance(raw, dict):
            self._complain(place, N_("A sub-question must be an object (found: %(found)s)."), raw)
            return {}
        rest = dict(raw)
        words = {word: kind for word, kind in TYPES.items() if kind is not Kind.CASE}
        kind = self._word(f"{place}.type", words, rest.pop("type", None))
        data = {name: rest.pop(field) for field, name in _SUB_FIELDS.items() if field in rest}
        if kind is not None:
            data["content"] = self._content(f"{place}.", kind, rest, data.get("marks"))
        return data

    def _blank_rules(self, place: str, rules: object, answers: object, marks: object) -> dict[str, Any]:
        """Read order and remark; marks per blank must be the marks of the question shared equally."""
        where = f"{place}blank_rules"
        if not isinstance(rules, dict) or set(rules) - _BLANK_RULES:
            self._complain(where, N_("Expected order, score_each and normalize (found: %(found)s)."), rules)
            return {}
        each = rules.get("score_each")
        if each is not None and isinstance(answers, list) and not _shares_equally(each, len(answers), marks):
            template = N_("The marks per blank do not add up to the marks of the question (found: %(found)s).")
            self._complain(f"{where}.score_each", template, each)
        return {
            "any_order": bool(self._word(f"{where}.order", _ORDERS, rules.get("order", "fixed"))),
            "normal_form_note": rules.get("normalize", ""),
        }


def _shares_equally(each: object, blanks: int, marks: object) -> bool:
    numbers = (int, float)
    if not isinstance(each, numbers) or not isinstance(marks, numbers):
        return False
    hundredth = Decimal("0.01")
    return abs(Decimal(str(each)) * blanks - Decimal(str(marks))) <= hundredth * blanks


def _moved(raw: object, field: str, name: str) -> object:
    """Rename one field of an object, leaving anything else as it is."""
    if not isinstance(raw, dict):
        return raw
    return {name if key == field else key: value for key, value in raw.items()}


def document_of(drafts: Iterable[Draft]) -> dict[str, Any]:
    """Return the whole document for ``drafts``, ready for ``json.dump``."""
    return {"schema_version": SCHEMA_VERSION, "questions": [json_of(draft) for draft in drafts]}


def json_of(draft: Draft) -> dict[str, Any]:
    """Return one question in the file's shape; ``draft_of(json_of(draft)) == draft`` for every draft."""
    papers = {frozenset(kinds): word for word, kinds in PAPERS.items()}
    head: dict[str, Any] = {
        "id": draft.code,
        "type": _TYPE_WORDS[draft.kind],
        "paper": papers[frozenset(draft.papers)],
        "topic": draft.topic,
        "subtopic": draft.subtopic,
        "difficulty": int(draft.difficulty),
        "score": _number(draft.marks),
    }
    unit_field = "unit_code" if draft.kind is Kind.NUMERIC else "unit"
    beside = {
        "citations": [cited.model_dump() for cited in draft.citations],
        "audience": [AUDIENCE_WORDS[audience] for audience in draft.audiences],
        unit_field: draft.unit_code,
        "valid_to": draft.valid_to.isoformat() if draft.valid_to else None,
        "time_sensitive": draft.time_sensitive,
        "demo_only": draft.demo_only,
        "common_core": draft.common_core,
        "reviewer_note": draft.reviewer_note,
        "scoring": draft.scoring_note,
    }
    return head | _content_json(draft.content, draft.marks) | {name: value for name, value in beside.items() if value}


def _content_json(content: Content, marks: Decimal) -> dict[str, Any]:
    """Return the fields of a content under the file's names."""
    data = content.model_dump()
    shape = {
        field: _plain(data[name]) for field, name in (_STEM | _CONTENT_FIELDS[content.kind]).items() if name in data
    }
    if content.kind is Kind.FILL_BLANK:
        each = _number(Decimal(marks) / slots(content))
        note = data["normal_form_note"]
        rules = {"order": "any" if data["any_order"] else "fixed", "score_each": each}
        shape["blank_rules"] = rules | ({"normalize": note} if note else {})
    if "rubric" in shape:
        shape["rubric"] = [_moved(_without_none(point), "marks", "score") for point in shape["rubric"]]
    if isinstance(content, CaseContent):
        shape["subquestions"] = [_sub_json(sub) for sub in content.subquestions]
    optional = {"wrong", "corrections", "keep_book_marks", "common_errors", "model_answer", "accepted_orders"}
    return {
        field: value
        for field, value in shape.items()
        if not (field in optional and not value) and value != TextForm.ORDINARY.value
    }


def _sub_json(sub: SubQuestion) -> dict[str, Any]:
    head = {"id": sub.id, "type": _TYPE_WORDS[sub.content.kind], "score": _number(sub.marks)}
    note = {"scoring": sub.scoring_note} if sub.scoring_note else {}
    return head | _content_json(sub.content, sub.marks) | note


def _without_none(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if value is not None}


def _plain(value: Any) -> Any:
    """Turn dumped values into plain JSON ones: lists, strings, int or float; options without an idle ``pinned``."""
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items() if not (key == "pinned" and entry is False)}
    return value.value if isinstance(value, TextForm) else value


def _number(value: Decimal) -> int | float:
    """Return an int where the value is whole."""
    return int(value) if value == value.to_integral_value() else float(value)

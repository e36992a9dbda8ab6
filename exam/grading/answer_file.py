"""Pure: written answers and rubrics from plain files, marked, with the evidence and the agreement with people's marks.

A rubric file is read as it comes: the shape of the bank's own questions, and the short forms an author who knows
nothing of it would write. What cannot be read is named; nothing is guessed silently.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from question_bank.enums import NamedEnum
from question_bank.errors import N_, DomainError
from question_bank.kinds.key_points import KeyPoint, Suggestion
from question_bank.kinds.rubric import Assessment, Rubric
from question_bank.kinds.terms import HitRule
from question_bank.rounding import HUNDREDTH, QUARTER, to_step

MOST_TEXT = 200_000
"""Characters of one answer; no person writes more."""
_MARKS = ("marks", "score", "points", "value", "weight", "分值", "分数")
_TEXT = ("point", "text", "name", "description", "title", "要点", "采分点")
_GROUPS = ("keyword_groups", "groups", "all_of", "all")
_WORDS = ("keywords", "any_of", "any", "terms", "synonyms", "关键词")
_MAXIMUM = ("max", "max_marks", "maximum", "marks", "score", "full", "满分")
_REFERENCE = ("reference", "answer", "reference_answer", "model", "参考答案")
_POINTS = ("rubric", "key_points", "points", "采分点")
_SPLIT = str.maketrans(dict.fromkeys("；;，,。、/｜|\n：:（）()", "\n"))
_NAMES = {
    HitRule.WORDS: "exact",
    HitRule.PATTERN: "pattern",
    HitRule.NUMBER: "numeral",
    HitRule.TOLERANCE: "tolerance",
    HitRule.LOOSE: "loose",
    HitRule.FUZZY: "fuzzy",
}


class NotARubric(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The rubric file cannot be used at all."""


class Why(NamedEnum):
    """Why something in a file could not be used."""

    NOT_AN_OBJECT = (
        "not_an_object",
        N_("An object with id, question and answer was expected."),
        "每行应当是含id、question、answer的JSON对象",
    )
    NOT_JSON = "not_json", N_("This line is not JSON."), "这一行不是JSON"
    NO_ID = "no_id", N_("The id is missing."), "缺少id"
    SAME_ID = "same_id", N_("There is an answer with this id already."), "前面已有相同的id"
    NO_QUESTION = "no_question", N_("The rubric file has no such question."), "评分标准文件中没有这道题"
    NO_TEXT = "no_text", N_("The answer must be a text."), "answer应当是文本"
    TOO_LONG = "too_long", N_("The answer is longer than any person writes."), "答案过长"
    HUMAN = "human", N_("The human mark is no number between 0 and the maximum."), "human应当是0到满分之间的数"
    QUESTION = "question", N_("A question must be an object with max and rubric."), "试题应当是含max和rubric的对象"
    NO_POINTS = "no_points", N_("The rubric must be a list of key points."), "rubric应当是采分点的列表"
    NO_MARKS = "no_marks", N_("The key points have no marks."), "采分点没有分值"
    POINT = "point", N_("A key point must be an object."), "采分点应当是对象"


class Unusable(Exception):  # noqa: N818 -- the name is the sentence a reader sees
    """One line or question cannot be used."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Fault:
    """What could not be used: the line of the answers (from 1) or the question of the rubric, and why."""

    why: Why
    line: int | None = None
    question: str = ""


@dataclass(frozen=True)
class Asked:
    """One question of a rubric file: the marks it is out of, its points in order, and the rubric made ready."""

    maximum: Decimal
    points: tuple[KeyPoint, ...]
    rubric: Rubric


@dataclass(frozen=True)
class Answer:
    """One line: `human` is a person's mark where the line has one."""

    id: str
    question: str
    text: str
    human: Decimal | None = None


@dataclass(frozen=True)
class Marked:
    """An answer with what it earns out of `maximum`, on the quarter-mark grid (`step`)."""

    answer: Answer
    marks: Decimal
    maximum: Decimal
    assessment: Assessment
    scale: Fraction


def read_rubrics(text: str) -> tuple[dict[str, Asked], list[Fault]]:
    """Read a rubric file. Raises NotARubric where it is no JSON object of questions."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise NotARubric(N_("The rubric file is not JSON: %(reason)s"), reason=str(error)) from error
    if isinstance(data, dict) and isinstance(data.get("questions"), list | dict):
        data = data["questions"]
    if isinstance(data, list):
        data = {str(each.get("id") or each.get("question")): each for each in data if isinstance(each, dict)}
    if not isinstance(data, dict) or not data:
        raise NotARubric(N_("The rubric file must be a JSON object: question → its rubric."))
    asked: dict[str, Asked] = {}
    faults: list[Fault] = []
    for name, raw in data.items():
        try:
            asked[str(name)] = _asked(raw)
        except Unusable as error:
            faults.append(Fault(error.why, question=str(name)))
        except ValidationError:
            faults.append(Fault(Why.POINT, question=str(name)))
    return asked, faults


def _asked(raw: object) -> Asked:
    if isinstance(raw, list):
        raw = {"rubric": raw}
    if not isinstance(raw, dict):
        raise Unusable(Why.QUESTION)
    rows = _first(raw, _POINTS)
    if not isinstance(rows, list) or not rows:
        raise Unusable(Why.NO_POINTS)
    points = tuple(_point(number, row) for number, row in enumerate(rows, 1))
    whole = sum((point.marks for point in points), Decimal(0))
    if not whole:
        raise Unusable(Why.NO_MARKS)
    maximum = _positive(_first(raw, _MAXIMUM)) or whole
    cap = _positive(raw.get("cap")) or (maximum if maximum < whole else None)
    rubric = Rubric(
        points,
        reference=_string(_first(raw, _REFERENCE)),
        stem="\n".join(filter(None, (_string(raw.get("stem")), _string(raw.get("material"))))),
        cap=cap,
        veto=tuple(_words(raw.get("veto"))),
    )
    return Asked(maximum, points, rubric)


def _point(number: int, row: object) -> KeyPoint:
    """Read one key point; without any terms its own words, cut at the stops, are what is looked for."""
    if isinstance(row, str):
        row = {"point": row, "marks": 1}
    if not isinstance(row, dict):
        raise Unusable(Why.POINT)
    text = _string(_first(row, _TEXT)) or "、".join(term for group in _groups(row) for term in group[:1])
    groups = _groups(row) or [[piece] for piece in text.translate(_SPLIT).split("\n") if piece.strip()]
    marks = _number(_first(row, _MARKS))
    beside = {name: _positive(row.get(name)) for name in ("partial", "per_group", "deduction")}
    needed = _positive(row.get("needed") or row.get("need") or row.get("min_groups"))
    return KeyPoint(
        id=_string(row.get("id"))[:40] or f"k{number}",
        point=text or f"k{number}",
        marks=Decimal(1) if marks is None else abs(marks),
        keyword_groups=tuple(tuple(group) for group in groups[:30]),
        forbidden=tuple(_words(row.get("forbidden"))),
        needed=min(30, max(1, int(needed))) if needed else None,
        in_order=bool(row.get("in_order") or row.get("ordered")),
        **{name: value for name, value in beside.items() if value},
    )


def _groups(row: Mapping[str, Any]) -> list[list[str]]:
    """Return the groups that must all be said: lists of words of which one is enough, or words by themselves."""
    groups = [words for words in map(_words, _list(_first(row, _GROUPS))) if words]
    words = _words(_first(row, _WORDS))
    return groups + ([words] if words else [])


def _words(raw: object) -> list[str]:
    """Return the words of a list, of a text with stops between them, or of an object with a list of its own."""
    if isinstance(raw, dict):
        raw = _first(raw, (*_WORDS, *_GROUPS))
    if isinstance(raw, str):
        raw = [raw]
    found = [_string(each).strip() for each in _list(raw)]
    return [each for each in dict.fromkeys(found) if any(char.isalnum() for char in each)][:100]


def _list(raw: object) -> list[Any]:
    if raw is None:
        return []
    return list(raw) if isinstance(raw, list | tuple) else [raw]


def _first(row: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((row[name] for name in names if row.get(name) not in (None, "", [])), None)


def _string(raw: object) -> str:
    return "" if raw is None or isinstance(raw, dict | list) else str(raw)


def _number(raw: object) -> Decimal | None:
    if raw is None or isinstance(raw, bool | dict | list):
        return None
    try:
        found = Decimal(str(raw).strip().removesuffix("分"))
    except InvalidOperation:
        return None
    return found.quantize(HUNDREDTH) if found.is_finite() and abs(found) < 10**5 else None


def _positive(raw: object) -> Decimal | None:
    found = _number(raw)
    return found if found is not None and found > 0 else None


def read_answers(lines: Iterable[str], asked: Mapping[str, Asked]) -> Iterator[Answer | Fault]:
    """Read JSON lines one by one; blank ones are passed over."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer = _answer(line, asked)
        except Unusable as error:
            yield Fault(error.why, line=number)
            continue
        if answer.id in seen:
            yield Fault(Why.SAME_ID, line=number)
            continue
        seen.add(answer.id)
        yield answer


def _answer(line: str, asked: Mapping[str, Asked]) -> Answer:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise Unusable(Why.NOT_JSON) from error
    if not isinstance(row, dict):
        raise Unusable(Why.NOT_AN_OBJECT)
    name, question, text = row.get("id"), row.get("question"), row.get("answer", "")
    if name in (None, "") or isinstance(name, dict | list):
        raise Unusable(Why.NO_ID)
    if str(question) not in asked:
        raise Unusable(Why.NO_QUESTION)
    if text is not None and not isinstance(text, str | int | float):
        raise Unusable(Why.NO_TEXT)
    found = "" if text is None else str(text)
    if len(found) > MOST_TEXT:
        raise Unusable(Why.TOO_LONG)
    human = row.get("human")
    mark = _number(human)
    if human is not None and (mark is None or not 0 <= mark <= asked[str(question)].maximum):
        raise Unusable(Why.HUMAN)
    return Answer(str(name), str(question), found, mark)


def marked(answer: Answer, asked: Asked) -> Marked:
    """Mark one answer, scaled from the rubric to the question's maximum, on the quarter-mark grid or full."""
    found = asked.rubric.assess(answer.text)
    scale = Fraction(asked.maximum) / found.out_of
    exact = found.marks * scale
    marks = asked.maximum if exact >= asked.maximum else min(asked.maximum, to_step(exact, QUARTER))
    return Marked(answer, marks, asked.maximum, found, scale)


def as_json(each: Marked, asked: Asked) -> dict[str, Any]:
    """What is printed of one answer. `confidence` between 0 and 1; marks are numbers."""
    found = each.assessment
    return {
        "id": each.answer.id,
        "question": each.answer.question,
        "marks": plain(each.marks),
        "max": plain(each.maximum),
        "confidence": found.confidence / 10_000,
        "flags": sorted(found.flags),
        "points": [
            _point_json(point, suggestion, each.scale)
            for point, suggestion in zip(asked.points, found.points, strict=True)
        ],
    }


def _point_json(point: KeyPoint, found: Suggestion, scale: Fraction) -> dict[str, Any]:
    """One key point: `span` holds all its evidence, [0, 0] without any; `hits` are the pieces, term by term."""
    spans = [hit.span for hit in found.hits]
    hits = [
        {"term": hit.term, "span": [hit.span.start, hit.span.end], "rule": rule_name(point, hit.term, hit.rule)}
        for hit in found.hits
    ]
    span = [min(each.start for each in spans), max(each.end for each in spans)] if spans else [0, 0]
    return {
        "point": point.id,
        "text": point.point,
        "marks": plain(to_step(found.marks * scale, HUNDREDTH)),
        "max": plain(to_step(Fraction(point.marks) * scale, HUNDREDTH)),
        "span": span,
        "rule": _weakest(hits) if hits else _why_not(found),
        "hits": hits,
    }


def rule_name(point: KeyPoint, term: str, rule: HitRule) -> str:
    """`exact` for the first word of a group, `synonym` for another of it, else the rule by its name."""
    if rule is HitRule.WORDS and all(group[0] != term for group in point.keyword_groups):
        return "synonym"
    return _NAMES[rule]


_SURENESS = ("exact", "synonym", "numeral", "tolerance", "pattern", "loose", "fuzzy")


def _weakest(hits: list[dict[str, Any]]) -> str:
    return max((str(hit["rule"]) for hit in hits), key=_SURENESS.index)


def _why_not(found: Suggestion) -> str:
    if found.said:
        return "forbidden"
    if found.denied:
        return "denied"
    return "opposed" if found.opposed else "none"


def plain(value: Decimal) -> int | float:
    """A whole number where it is one."""
    return int(value) if value == value.to_integral_value() else float(value)

"""A draft as an author's form shows it: the way back from `answers` and `reading`."""

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from exam.web.bank.writing.typed import Typed, settle
from question_bank.drafts import Draft
from question_bank.enums import Kind
from question_bank.kinds import Content
from question_bank.kinds.partial_orders import groups_of, pairs_of
from question_bank.numerals import written

GROUPS, SYNONYMS = "；", "｜"


def typed_of(draft: Draft) -> Typed:
    """The form filled with `draft`."""
    typed: Typed = {
        "code": draft.code,
        "topic": draft.topic,
        "subtopic": draft.subtopic,
        "difficulty": str(int(draft.difficulty)),
        "marks": _number(draft.marks),
        "papers": [paper.value for paper in draft.papers],
        "audiences": [audience.value for audience in draft.audiences],
        "unit": draft.unit_code,
        "valid_to": draft.valid_to.isoformat() if draft.valid_to else "",
        "time_sensitive": _tick(draft.time_sensitive),
        "common_core": _tick(draft.common_core),
        "reviewer_note": draft.reviewer_note,
        "scoring_note": draft.scoring_note,
        "citations": [
            {
                "document": cited.document,
                "article": cited.article,
                "status": cited.status,
                "fact": cited.fact_id,
                "in_force": cited.in_force,
            }
            for cited in draft.citations
        ],
        "q": content_typed(draft.content),
    }
    settle(typed)
    return typed


def seal(draft: Draft) -> str:
    """A digest by which a form knows whether the question it was opened with is still the newest."""
    data = json.dumps(draft.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(data.encode()).hexdigest()


def content_typed(content: Content) -> Typed:
    """The fields of a content."""
    shared = {"stem": content.stem, "explanation": content.explanation}
    return shared | _FILLED[content.kind](content)


def _tick(value: object) -> str:
    return "y" if value else ""


def _number(value: Decimal | None) -> str:
    return "" if value is None else written(value)


def _choice(content: Any) -> Typed:
    return {
        "options": [
            {
                "key": option.key,
                "text": option.text,
                "pinned": _tick(option.pinned),
                "right": _tick(option.key in content.right),
            }
            for option in content.options
        ]
    }


def _true_false(content: Any) -> Typed:
    return {
        "answer": "true" if content.answer else "false",
        "wrong": content.wrong,
        "corrections": "\n".join(content.corrections),
    }


def _fill_blank(content: Any) -> Typed:
    return {
        "answer_form": "blanks",
        "blanks": [{"forms": "\n".join(forms)} for forms in content.answers],
        "any_order": _tick(content.any_order),
        "keep_book_marks": _tick(content.keep_book_marks),
        "normal_form_note": content.normal_form_note,
    }


def _numeric(content: Any) -> Typed:
    return {
        "answer": _number(content.answer),
        "tolerance": _number(content.tolerance),
        "unit": content.unit,
        "errors": [{"value": _number(error.value), "feedback": error.feedback} for error in content.common_errors],
    }


def _ordering(content: Any) -> Typed:
    """The steps in their right order; `at` is where each stands in the content."""
    places = {item.key: place for place, item in enumerate(content.items)}
    texts = {item.key: item.text for item in content.items}
    answer = [key for key in content.answer if key in places]
    answer += [key for key in places if key not in answer]
    steps = [{"key": key, "text": texts[key], "at": str(places[key])} for key in answer]
    numbers = {key: str(number) for number, key in enumerate(answer, 1)}
    empty: Typed = {"items": steps, "mode": "one", "swaps": [{}], "before": [{}], "orders": [{}]}
    return empty | _accepted(content.accepted, numbers)


def _accepted(accepted: tuple[tuple[str, ...], ...], numbers: dict[str, str]) -> Typed:
    """How an author would say which orders are accepted: as few rules as give exactly them, else one by one."""
    whole = [order for order in accepted if sorted(order) == sorted(numbers)]
    if len(whole) < 2:
        return {}
    groups = groups_of(whole)
    if groups is not None:
        return {
            "mode": "swaps",
            "swaps": [{"steps": " ".join(sorted(map(numbers.__getitem__, each)))} for each in groups],
        }
    pairs = pairs_of(whole)
    if pairs is not None:
        return {"mode": "before", "before": [{"first": numbers[a], "then": numbers[b]} for a, b in pairs] or [{}]}
    return {"mode": "list", "orders": [{"steps": " ".join(map(numbers.__getitem__, order))} for order in whole[1:]]}


def _matching(content: Any) -> Typed:
    """One row for each pair; right rows nobody leads to are distractors. `at` is where a right row stands."""
    right = {row.key: (str(place), row.text) for place, row in enumerate(content.right)}
    pairs = []
    for row in content.left:
        partner = content.pairs.get(row.key, "")
        place, words = right.get(partner, ("", ""))
        pairs.append(
            {"left_key": row.key, "left": row.text, "right_key": partner if words else "", "right": words, "at": place}
        )
    led = set(content.pairs.values())
    spare = [{"key": key, "text": words, "at": place} for key, (place, words) in right.items() if key not in led]
    return {"pairs": pairs, "distractors": spare}


def _short_answer(content: Any) -> Typed:
    return {
        "form": content.form.value,
        "reference": content.reference,
        "is_model": _tick(content.is_model),
        "rubric": [
            {
                "id": point.id,
                "point": point.point,
                "marks": _number(point.marks),
                "terms": GROUPS.join(SYNONYMS.join(group) for group in point.keyword_groups),
                "partial": _number(point.partial),
                "per_group": _number(point.per_group),
                "forbidden": SYNONYMS.join(point.forbidden),
                "needed": "" if point.needed is None else str(point.needed),
                "in_order": _tick(point.in_order),
                "deduction": _number(point.deduction),
            }
            for point in content.rubric
        ],
        "cap": _number(content.cap),
        "veto": SYNONYMS.join(content.veto),
    }


def _case(content: Any) -> Typed:
    return {
        "subquestions": [
            {
                "id": sub.id,
                "kind": sub.content.kind.value,
                "marks": _number(sub.marks),
                "scoring_note": sub.scoring_note,
                **content_typed(sub.content),
            }
            for sub in content.subquestions
        ],
    }


_FILLED: dict[Kind, Callable[[Any], Typed]] = {
    Kind.SINGLE_CHOICE: _choice,
    Kind.MULTIPLE_CHOICE: _choice,
    Kind.TRUE_FALSE: _true_false,
    Kind.FILL_BLANK: _fill_blank,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.CASE: _case,
}

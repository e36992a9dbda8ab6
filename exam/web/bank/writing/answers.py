"""What an author typed as the JSON of a content, kind by kind; each place of it knows the field it came from.

A row with nothing in it does not count. What an author has not decided yet, such as the right option, is stored as
undecided where the kind can hold that, so that a draft can be put away at any time.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exam.web.bank.writing.typed import Typed, rows, text
from question_bank.enums import Kind
from question_bank.errors import N_, Problem
from question_bank.kinds.partial_orders import MOST, exchanged, extensions
from question_bank.kinds.shuffling import letters
from question_bank.normalise import folded

UNKNOWN = "?"
"""The key of an option where none is ticked: storable, and never sound."""
_NUMBERS = re.compile(r"\d+")
_GROUPS, _SYNONYMS, _COMMAS = re.compile(r"[；;\n]"), re.compile(r"[｜|]"), re.compile(r"[,，\s]")
_FORBIDDEN = re.compile(r"[｜|\n]")

TICK = N_("Tick the right option.")
TICK_ALL = N_("Tick every right option.")
JUDGE = N_("Say whether the statement is right or wrong.")
FORM = N_("Write at least one accepted answer for this blank.")
NO_BLANK = N_("The stem has no blank yet: put the cursor where one belongs and press “Insert a blank”.")
BROKEN = N_("The right order above does not keep all of these rules.")
MANY = N_("These rules accept more than %(most)s orders. Say more of what must come first.")
STRANGE = N_("“%(text)s” does not name steps from 1 to %(last)s.")
PARTNER = N_("Both sides of a pair are needed.")


@dataclass
class Written:
    """The JSON of a content. `places` leads from its paths to fields; `decided` are paths whose problems are said
    in `problems` already, in an author's words.
    """

    data: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)

    def say(self, path: str, place: str, template: str, **params: object) -> None:
        """Say what is wrong at `path` in these words instead of the kind's."""
        self.problems.append(Problem(place, template, params))
        self.decided.add(path)


def content_data(kind: Kind, typed: Typed, at: str, base: Mapping[str, Any] | None = None) -> Written:
    """The JSON that `kinds.content_of` reads; `at` is the path of the fields, `base` the JSON it was opened with.

    What `base` holds beyond the fields of the form is kept.
    """
    written = Written({"stem": text(typed, "stem"), "explanation": text(typed, "explanation")})
    written.places |= {name: f"{at}-{name}" for name in ("stem", "explanation")}
    _READ[kind](written, typed, at, base or {})
    shown = _SHOWN[kind]
    written.data = {key: value for key, value in (base or {}).items() if key not in shown} | written.data
    return written


def _filled(typed: Typed, name: str, *fields: str) -> list[tuple[int, Typed]]:
    """The rows in which something stands, with their numbers."""
    return [(number, row) for number, row in enumerate(rows(typed, name)) if any(text(row, each) for each in fields)]


def _keyed(found: Sequence[tuple[int, Typed]], supply: Sequence[str], name: str = "key") -> list[str]:
    """A key for every row: its own, or the next of `supply` that is free."""
    taken: set[str] = set()
    keys = []
    own = {text(row, name) for _, row in found}
    free = iter(key for key in supply if key not in own)
    for _, row in found:
        key = text(row, name)
        key = key if key and key not in taken else next(free)
        taken.add(key)
        keys.append(key)
    return keys


_LETTERS = tuple(letters([str(number) for number in range(26)]).values())
_SUPPLY = (*_LETTERS, *(f"{first}{second}" for first in _LETTERS[:3] for second in _LETTERS))
_COUNTED = tuple(str(number) for number in range(1, 100))


def _options(written: Written, typed: Typed, at: str) -> list[str]:
    """Put the options in; returns the keys of those ticked."""
    found = _filled(typed, "options", "text")
    keys = _keyed(found, _SUPPLY)
    written.data["options"] = [
        {"key": key, "text": text(row, "text"), "pinned": bool(text(row, "pinned"))}
        for key, (_, row) in zip(keys, found, strict=True)
    ]
    written.places |= {"options": f"{at}-options", "answer": f"{at}-options"}
    written.places |= {f"options[{n}]": f"{at}-options-{number}" for n, (number, _) in enumerate(found, 1)}
    return [key for key, (_, row) in zip(keys, found, strict=True) if text(row, "right")]


def _single(written: Written, typed: Typed, at: str, base: Mapping[str, Any]) -> None:
    del base
    right = _options(written, typed, at)
    written.data["answer"] = right[0] if right else UNKNOWN
    if not right:
        written.say("answer", f"{at}-options", TICK)


def _multiple(written: Written, typed: Typed, at: str, base: Mapping[str, Any]) -> None:
    del base
    right = _options(written, typed, at)
    written.data["answer"] = right or [UNKNOWN]
    if not right:
        written.say("answer", f"{at}-options", TICK_ALL)


def _true_false(written: Written, typed: Typed, at: str, base: Mapping[str, Any]) -> None:
    del base
    answer = text(typed, "answer")
    written.places["answer"] = f"{at}-answer"
    written.data["answer"] = answer
    if answer not in {"true", "false"}:
        written.say("answer", f"{at}-answer", JUDGE)
    forms = [line.strip() for line in text(typed, "corrections").split("\n") if line.strip()]
    told = {"wrong": text(typed, "wrong"), "corrections": forms}
    written.data |= {name: value for name, value in told.items() if value}
    written.places |= {name: f"{at}-{name}" for name in told}


def _fill_blank(written: Written, typed: Typed, at: str, base: Mapping[str, Any]) -> None:
    del base
    blanks = rows(typed, "blanks")
    forms = [[line.strip() for line in text(row, "forms").split("\n") if line.strip()] for row in blanks]
    written.data |= {
        "answers": forms,
        "any_order": bool(text(typed, "any_order")),
        "keep_book_marks": bool(text(typed, "keep_book_marks")),
        "normal_form_note": text(typed, "normal_form_note"),
    }
    written.places |= {"answers": f"{at}-blanks", "normal_form_note": f"{at}-normal_form_note"}
    written.places |= {f"answers[{number}]": f"{at}-blanks-{number - 1}" for number in range(1, len(blanks) + 1)}
    if not blanks:
        written.say("answers", f"{at}-stem", NO_BLANK)
    for number, each in enumerate(forms, 1):
        if not each:
            written.say(f"answers[{number}]", f"{at}-blanks-{number - 1}", FORM)


def _number(found: str) -> str:
    """A number as a Chinese keyboard may type it: full-width digits, thousands in groups."""
    return _COMMAS.sub("", folded(found))


def _numeric(written: Written, typed: Typed, at: str, base: Mapping[str, Any]) -> None:
    del base
    found = _filled(typed, "errors", "value", "feedback")
    written.data |= {
        "answer": _number(text(typed, "answer")),
        "tolerance": _number(text(typed, "tolerance")) or "0",
        "unit": text(typed, "unit"),
        "common_errors": [
            {"value": _number(text(row, "value")), "feedback": text(row, "feedback")} for _, row in found
        ],
    }
    written.places |= {name: f"{at}-{name}" for name in ("answer", "tolerance", "unit")} | {
        "common_errors": f"{at}-errors"
    }
    written.places |= {f"common_errors[{n}]": f"{at}-errors-{number}" for n, (number, _) in enumerate(found, 1)}


def _ordering(written: Written, typed: Typed, at: str, base: Mapping[str, Any]) -> None:
    found = _filled(typed, "items", "text")
    keys = _keyed(found, _SUPPLY)
    stood = {
        key: int(text(row, "at")) if text(row, "at").isdigit() else 1000
        for key, (_, row) in zip(keys, found, strict=True)
    }
    items = [{"key": key, "text": text(row, "text")} for key, (_, row) in zip(keys, found, strict=True)]
    written.data |= {"items": sorted(items, key=lambda item: stood[item["key"]]), "answer": keys}
    written.places |= {"items": f"{at}-items", "answer": f"{at}-items", "accepted_orders": f"{at}-orders"}
    fields = {key: f"{at}-items-{number}" for key, (number, _) in zip(keys, found, strict=True)}
    for place, item in enumerate(written.data["items"], 1):
        written.places[f"items[{place}]"] = fields[item["key"]]
    numbered = {str(number + 1): key for key, (number, _) in zip(keys, found, strict=True)}
    accepted = _RULES.get(text(typed, "mode"), _one)(written, typed, f"{at}-orders", numbered)
    known = base.get("accepted_orders", [])
    if keys == base.get("answer") and {*map(tuple, known), tuple(keys)} == set(accepted):
        written.data["accepted_orders"] = known  # the same orders, as their author listed them
    else:
        written.data["accepted_orders"] = [list(order) for order in accepted] if len(accepted) > 1 else []


Orders = tuple[tuple[str, ...], ...]


def _one(written: Written, typed: Typed, place: str, numbered: Mapping[str, str]) -> Orders:
    del written, typed, place
    return (tuple(numbered.values()),)


def _swaps(written: Written, typed: Typed, place: str, numbered: Mapping[str, str]) -> Orders:
    groups = [_steps(written, text(row, "steps"), place, numbered) for _, row in _filled(typed, "swaps", "steps")]
    return _limited(written, exchanged(tuple(numbered.values()), [frozenset(group) for group in groups]), place)


def _before(written: Written, typed: Typed, place: str, numbered: Mapping[str, str]) -> Orders:
    pairs = []
    for _, row in _filled(typed, "before", "first", "then"):
        pair = _steps(written, f"{text(row, 'first') or UNKNOWN} {text(row, 'then') or UNKNOWN}", place, numbered)
        if len(pair) == 2:
            pairs.append((pair[0], pair[1]))
    answer = tuple(numbered.values())
    if any(answer.index(first) > answer.index(then) for first, then in pairs):
        written.say("accepted_orders", place, BROKEN)
        return (answer,)
    return _limited(written, extensions(answer, pairs), place)


def _listed(written: Written, typed: Typed, place: str, numbered: Mapping[str, str]) -> Orders:
    answer = tuple(numbered.values())
    others = [_steps(written, text(row, "steps"), place, numbered) for _, row in _filled(typed, "orders", "steps")]
    return tuple(dict.fromkeys((answer, *(each for each in others if each))))


_RULES: dict[str, Callable[[Written, Typed, str, Mapping[str, str]], Orders]] = {
    "swaps": _swaps,
    "before": _before,
    "list": _listed,
}


def _steps(written: Written, said: str, place: str, numbered: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of the steps named by number in `said`; none of them when one is no step."""
    numbers = _NUMBERS.findall(folded(said.replace(" ", "、")))
    if not numbers or any(number not in numbered for number in numbers) or UNKNOWN in said:
        written.say("accepted_orders", place, STRANGE, text=said, last=len(numbered))
        return ()
    return tuple(numbered[number] for number in numbers)


def _limited(written: Written, orders: Orders, place: str) -> Orders:
    if len(orders) <= MOST:
        return orders
    written.say("accepted_orders", place, MANY, most=MOST)
    return orders[:1]


def _matching(written: Written, typed: Typed, at: str, base: Mapping[str, Any]) -> None:
    del base
    pairs, spare = _filled(typed, "pairs", "left", "right"), _filled(typed, "distractors", "text")
    left = _keyed(pairs, _COUNTED, "left_key")
    right: dict[str, tuple[int, dict[str, str]]] = {}
    partners = {}
    sides = [
        (number, {"key": text(row, "right_key"), "text": text(row, "right"), "at": text(row, "at")})
        for number, row in pairs
    ]
    named = [row for _, row in sides if row["text"]] + [row for _, row in spare]
    for key, row in zip(_shared_keys(named), named, strict=True):
        place = int(row.get("at", "")) if str(row.get("at", "")).isdigit() else 1000
        right.setdefault(key, (place, {"key": key, "text": text(row, "text")}))
    by_text = {entry["text"]: key for key, (_, entry) in right.items()}
    for key, (number, row) in zip(left, pairs, strict=True):
        if text(row, "right") and text(row, "left"):
            partners[key] = by_text[text(row, "right")]
        else:
            written.say(f"left[{number + 1}]", f"{at}-pairs-{number}", PARTNER)
    written.data |= {
        "left": [
            {"key": key, "text": text(row, "left")}
            for key, (_, row) in zip(left, pairs, strict=True)
            if text(row, "left")
        ],
        "right": [entry for _, entry in sorted(right.values(), key=lambda each: each[0])],
        "pairs": partners,
    }
    written.places |= {"left": f"{at}-pairs", "right": f"{at}-distractors", "pairs": f"{at}-pairs"}


def _shared_keys(found: Sequence[Typed]) -> list[str]:
    """Keys for the right side; rows that read the same are one, so that two left rows may share a partner."""
    first: dict[str, Typed] = {}
    for row in found:
        known = first.setdefault(text(row, "text"), row)
        if not text(known, "key"):
            first[text(row, "text")] = known | {"key": text(row, "key")}
    keys = dict(zip(first, _keyed(list(enumerate(first.values())), _SUPPLY), strict=True))
    return [keys[text(row, "text")] for row in found]


def _short_answer(written: Written, typed: Typed, at: str, base: Mapping[str, Any]) -> None:
    found = _filled(typed, "rubric", "point", "terms")
    known = {point["id"]: point for point in base.get("rubric", ())}
    ids = _keyed(found, tuple(f"k{number}" for number in _COUNTED), "id")
    written.data |= {
        "form": text(typed, "form") or "ordinary",
        "reference": text(typed, "reference"),
        "is_model": bool(text(typed, "is_model")),
        "rubric": [_point(key, row, known.get(key, {})) for key, (_, row) in zip(ids, found, strict=True)],
        "cap": _number(text(typed, "cap")) or None,
        "veto": _terms(typed, "veto"),
    }
    written.places |= {name: f"{at}-{name}" for name in ("form", "reference", "rubric", "cap", "veto")}
    for n, (number, _) in enumerate(found, 1):
        place = f"{at}-rubric-{number}"
        written.places |= {f"rubric[{n}]": place} | {f"rubric[{n}].{name}": f"{place}-{name}" for name in _SHOWN_APART}


_POINT = {
    "id",
    "point",
    "marks",
    "keyword_groups",
    "partial",
    "per_group",
    "forbidden",
    "needed",
    "in_order",
    "deduction",
}
_SHOWN_APART = ("partial", "per_group", "needed", "deduction")
"""What a key point may say besides: its message stands at its own field."""


def _point(key: str, row: Typed, base: Mapping[str, Any]) -> dict[str, Any]:
    groups = [
        [term.strip() for term in _SYNONYMS.split(group) if term.strip()] for group in _GROUPS.split(text(row, "terms"))
    ]
    return {name: value for name, value in base.items() if name not in _POINT} | {
        "id": key,
        "point": text(row, "point"),
        "marks": _number(text(row, "marks")) or "0",
        "keyword_groups": [group for group in groups if group],
        "partial": _number(text(row, "partial")) or None,
        "per_group": _number(text(row, "per_group")) or None,
        "forbidden": _terms(row, "forbidden"),
        "needed": _number(text(row, "needed")) or None,
        "in_order": bool(text(row, "in_order")),
        "deduction": _number(text(row, "deduction")) or None,
    }


def _terms(typed: Typed, name: str) -> list[str]:
    return [term.strip() for term in _FORBIDDEN.split(text(typed, name)) if term.strip()]


def _case(written: Written, typed: Typed, at: str, base: Mapping[str, Any]) -> None:
    known = {sub["id"]: sub for sub in base.get("subquestions", ())}
    found = list(enumerate(rows(typed, "subquestions")))
    subquestions = []
    written.places["subquestions"] = f"{at}-subquestions"
    for place, (key, (number, row)) in enumerate(zip(_keyed(found, _COUNTED, "id"), found, strict=True), 1):
        field_, path = f"{at}-subquestions-{number}", f"subquestions[{place}]"
        kind = next((each for each in Kind if each.value == text(row, "kind")), Kind.SHORT_ANSWER)
        opened = known.get(key, {}).get("content", {})
        inner = content_data(kind, row, field_, opened if opened.get("kind") == kind.value else None)
        subquestions.append(
            {
                "id": key,
                "marks": _number(text(row, "marks")),
                "content": {**inner.data, "kind": kind.value},
                "scoring_note": text(row, "scoring_note"),
            }
        )
        written.problems += inner.problems
        written.places |= {path: field_, f"{path}.marks": f"{field_}-marks"}
        for inside in ("", ".content"):
            written.places |= {f"{path}{inside}.{name}": slot for name, slot in inner.places.items()}
            written.decided |= {f"{path}{inside}.{name}" for name in inner.decided}
    written.data["subquestions"] = subquestions


_READ: dict[Kind, Callable[[Written, Typed, str, Mapping[str, Any]], None]] = {
    Kind.SINGLE_CHOICE: _single,
    Kind.MULTIPLE_CHOICE: _multiple,
    Kind.TRUE_FALSE: _true_false,
    Kind.FILL_BLANK: _fill_blank,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.CASE: _case,
}
_ALWAYS = {"kind", "stem", "explanation"}
_SHOWN: dict[Kind, set[str]] = {
    Kind.SINGLE_CHOICE: _ALWAYS | {"options", "answer"},
    Kind.MULTIPLE_CHOICE: _ALWAYS | {"options", "answer"},
    Kind.TRUE_FALSE: _ALWAYS | {"answer", "wrong", "corrections"},
    Kind.FILL_BLANK: _ALWAYS | {"answers", "any_order", "keep_book_marks", "normal_form_note"},
    Kind.NUMERIC: _ALWAYS | {"answer", "tolerance", "unit", "common_errors"},
    Kind.ORDERING: _ALWAYS | {"items", "answer", "accepted_orders"},
    Kind.MATCHING: _ALWAYS | {"left", "right", "pairs"},
    Kind.SHORT_ANSWER: _ALWAYS | {"form", "reference", "is_model", "rubric", "cap", "veto"},
    Kind.CASE: _ALWAYS | {"subquestions"},
}

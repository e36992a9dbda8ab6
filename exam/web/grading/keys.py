"""A question's key as a small form: what is right, without the wording, kind by kind.

Fields are named by the path below `key`: `key`, `key-0`, `key-<left row>`, and for a sub-question `key-<id>` and below.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from exam.grading.correcting import KEYS
from question_bank.enums import Kind
from question_bank.kinds import Content

Sent = MultiDict[str, str]
_BREAKS = re.compile(r"[\s,，、→>]+")


def present(content: Content) -> dict[str, Any]:
    """The key as it is, in the shape that `correcting.with_key` takes."""
    data = content.model_dump(mode="json")
    if content.kind is Kind.CASE:
        subs = content.subquestions  # type: ignore[attr-defined]
        return {"subquestions": {sub.id: present(sub.content) for sub in subs if KEYS[sub.content.kind]}}
    return {name: data[name] for name in sorted(KEYS[content.kind]) if name in data}


def sent_key(content: Content, sent: Sent, at: str = "key") -> dict[str, Any]:
    """What was sent as the key; what is missing from it stays as it is."""
    return present(content) | _READ[content.kind](content, sent, at)


def _choice(content: Content, sent: Sent, at: str) -> dict[str, Any]:
    del content
    return {"answer": sent[at]} if sent.get(at) else {}


def _choices(content: Content, sent: Sent, at: str) -> dict[str, Any]:
    del content
    return {"answer": sent.getlist(at)} if sent.getlist(at) else {}


def _judgement(content: Content, sent: Sent, at: str) -> dict[str, Any]:
    del content
    if sent.get(at) == "true":
        return {"answer": True, "wrong": "", "corrections": []}  # there is nothing to put right in it
    return {"answer": False} if sent.get(at) else {}


def _blanks(content: Any, sent: Sent, at: str) -> dict[str, Any]:
    forms = [
        [line.strip() for line in sent.get(f"{at}-{number}", "").splitlines() if line.strip()] or list(known)
        for number, known in enumerate(content.answers)
    ]
    return {"answers": forms}


def _number(content: Content, sent: Sent, at: str) -> dict[str, Any]:
    del content
    fields = {name: sent.get(f"{at}-{name}", "").strip() for name in ("answer", "tolerance")}
    return {name: value for name, value in fields.items() if value}


def _orders(content: Any, sent: Sent, at: str) -> dict[str, Any]:
    """One order a line, the first being the one shown as the key: the letters of the steps, apart or not."""
    keys = {item.key for item in content.items}
    lines = [line.strip() for line in sent.get(at, "").upper().splitlines() if line.strip()]
    orders = [_steps(line, keys) for line in lines]
    return {"answer": orders[0], "accepted_orders": orders if len(orders) > 1 else []} if orders else {}


def _steps(line: str, keys: set[str]) -> list[str]:
    parts = [part for part in _BREAKS.split(line) if part]
    return list(parts[0]) if len(parts) == 1 and parts[0] not in keys else parts


def _pairs(content: Any, sent: Sent, at: str) -> dict[str, Any]:
    return {"pairs": {row.key: sent.get(f"{at}-{row.key}") or content.pairs[row.key] for row in content.left}}


def _case(content: Any, sent: Sent, at: str) -> dict[str, Any]:
    subs = [sub for sub in content.subquestions if KEYS[sub.content.kind]]
    return {"subquestions": {sub.id: sent_key(sub.content, sent, f"{at}-{sub.id}") for sub in subs}}


def _none(content: Content, sent: Sent, at: str) -> dict[str, Any]:
    del content, sent, at
    return {}


_READ: Mapping[Kind, Callable[[Any, Sent, str], dict[str, Any]]] = {
    Kind.SINGLE_CHOICE: _choice,
    Kind.MULTIPLE_CHOICE: _choices,
    Kind.TRUE_FALSE: _judgement,
    Kind.FILL_BLANK: _blanks,
    Kind.NUMERIC: _number,
    Kind.ORDERING: _orders,
    Kind.MATCHING: _pairs,
    Kind.CASE: _case,
    Kind.SHORT_ANSWER: _none,
}

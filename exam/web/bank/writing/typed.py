"""What stands in an author's form, as it was typed: nested rows of texts, with the acts on rows that need no script.

The name of a field is its path, its steps joined with “-”: `q-options-0-text`. Rows are lists; everything else is a
text, or a list of texts where several may be chosen. Nothing here is checked: what was typed is never lost.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from exam.web.bank.writing.blanks import fresh_row, fresh_subquestion
from question_bank.kinds.checking import BLANK

Typed = dict[str, Any]

SEVERAL = frozenset({"papers", "audiences"})
OWN = frozenset({"csrf_token", "do", "seen"})
MOST_ROWS = 60
_NAME = re.compile(r"[a-z_]{1,30}(-([a-z_]{1,30}|\d{1,3})){0,7}")
_NUMBER = re.compile(r"\d+")


class Posted(Protocol):
    """What a request's form can do."""

    def __iter__(self) -> Iterator[str]: ...

    def getlist(self, key: str) -> list[str]: ...


def typed_in(form: Posted) -> Typed:
    """Read the fields of a form; names that are no paths are passed over."""
    root: Typed = {}
    for name in form:
        if name in OWN or not _NAME.fullmatch(name):
            continue
        values = [_plain(value) for value in form.getlist(name)]
        _put(root, name.split("-"), values if name in SEVERAL else values[-1])
    typed: Typed = _with_lists(root)
    settle(typed)
    return typed


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _put(root: Typed, steps: list[str], value: object) -> None:
    at = root
    for step in steps[:-1]:
        inner = at.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        at = inner
    at.setdefault(steps[-1], value)


def _with_lists(value: Any) -> Any:
    """Objects whose keys are all numbers become lists in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(each) for key, each in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def named(value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield names and texts that `typed_in` reads as `value` again: for hidden fields."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from named(inner, f"{prefix}-{key}" if prefix else str(key))
    elif isinstance(value, list) and prefix.rsplit("-", 1)[-1] not in SEVERAL:
        for number, inner in enumerate(value):
            yield from named(inner, f"{prefix}-{number}")
    elif isinstance(value, list):
        for inner in value:
            yield prefix, str(inner)
    else:
        yield prefix, str(value)


def settle(value: Any) -> None:
    """Bring what depends on each other into line, at every depth, after reading and after an act.

    A radio button's number becomes a mark at its row, because rows move; a stem has a row for each of its blanks.
    """
    if isinstance(value, list):
        for each in value:
            settle(each)
    if not isinstance(value, dict):
        return
    for each in value.values():
        settle(each)
    if "right" in value and isinstance(value.get("options"), list):
        right = value.pop("right")
        for number, row in enumerate(rows(value, "options")):
            row["right"] = "y" if str(number) == right else ""
    if "answer_form" in value and value["answer_form"] == "blanks":
        _settle_blanks(value)


def _settle_blanks(value: Typed) -> None:
    count = len(BLANK.findall(str(value.get("stem", ""))))
    blanks = rows(value, "blanks")
    while len(blanks) > count and not str(blanks[-1].get("forms", "")).strip():
        blanks.pop()
    while len(blanks) < min(count, MOST_ROWS):
        blanks.append({})
    value["blanks"] = blanks


def rows(value: Typed, name: str) -> list[Typed]:
    """The rows under `name`; what is no list of rows counts as none."""
    found = value.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def text(value: Typed, name: str) -> str:
    """The text under `name`, without spaces around it; empty where there is none."""
    found = value.get(name, "")
    return found.strip() if isinstance(found, str) else ""


def act(typed: Typed, action: str) -> bool:
    """Do what a row's button asks: `q-options:add`, `q-options-2:remove`, `:up`, `:down`. Returns whether it could."""
    path, _, verb = action.partition(":")
    steps = path.split("-")
    if not _NAME.fullmatch(path) or verb not in _VERBS:
        return False
    number = None if verb == "add" else steps.pop()
    owner = _owner(typed, steps[:-1])
    if owner is None or not (number is None or number.isdigit()):
        return False
    done = _VERBS[verb](owner, steps[-1], int(number or 0))
    settle(typed)
    return done


def _owner(typed: Typed, steps: list[str]) -> Typed | None:
    at: Any = typed
    for step in steps:
        if isinstance(at, list):
            at = at[int(step)] if step.isdigit() and int(step) < len(at) else None
        else:
            at = at.setdefault(step, {}) if isinstance(at, dict) else None
    return at if isinstance(at, dict) else None


def _add(owner: Typed, name: str, number: int) -> bool:
    del number
    found = rows(owner, name)
    if len(found) >= MOST_ROWS:
        return False
    found.append(fresh_subquestion(text(owner, "add_kind")) if name == "subquestions" else fresh_row(name))
    owner[name] = found
    return True


def _remove(owner: Typed, name: str, number: int) -> bool:
    found = rows(owner, name)
    if number >= len(found):
        return False
    del found[number]
    owner[name] = found
    _renumber(owner, name, {number + 1: ""} | {old: old - 1 for old in range(number + 2, len(found) + 2)})
    return True


def _up(owner: Typed, name: str, number: int) -> bool:
    found = rows(owner, name)
    if not 0 < number < len(found):
        return False
    found[number - 1], found[number] = found[number], found[number - 1]
    owner[name] = found
    _renumber(owner, name, {number: number + 1, number + 1: number})
    return True


def _down(owner: Typed, name: str, number: int) -> bool:
    return _up(owner, name, number + 1)


_VERBS = {"add": _add, "remove": _remove, "up": _up, "down": _down}


def _renumber(owner: Typed, name: str, moved: Mapping[int, object]) -> None:
    """Rules about steps name them by number: the numbers follow the steps when these move."""
    if name != "items":
        return

    def follow(found: re.Match[str]) -> str:
        return str(moved.get(int(found[0]), found[0]))

    for rules, fields in (("swaps", ("steps",)), ("orders", ("steps",)), ("before", ("first", "then"))):
        for row in rows(owner, rules):
            for field in fields:
                row[field] = _NUMBER.sub(follow, str(row.get(field, "")))

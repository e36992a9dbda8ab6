"""What stands in a form with rows, as it was typed: nested rows of texts, with the acts on rows that need no script.

The name of a field is its path, its steps joined with “-”: `sections-0-title`. Rows are lists; everything else is a
text, or a list of texts where several may be chosen. Nothing here is checked: what was typed is never lost.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

Typed = dict[str, Any]

OWN = frozenset({"csrf_token", "do", "seen"})
"""Fields of every form that are no part of what was typed."""
MOST_ROWS = 60
NAME = re.compile(r"[a-z_]{1,30}(-([a-z_]{1,30}|\d{1,3})){0,7}")

Fresh = Callable[[Typed, str], Typed]
"""Makes the row that is added to the rows of that name of an owner."""
Moved = Callable[[Typed, str, Mapping[int, int | None]], None]
"""Is told how the rows of that name are numbered now, from 0; None stands for a row that is gone."""


class Posted(Protocol):
    """What a request's form can do."""

    def __iter__(self) -> Iterator[str]: ...

    def getlist(self, key: str) -> list[str]: ...


def typed_in(form: Posted, *, several: AbstractSet[str] = frozenset()) -> Typed:
    """Read the fields of a form; names that are no paths are passed over. Fields in `several` hold lists of texts."""
    root: Typed = {}
    for name in form:
        if name in OWN or not NAME.fullmatch(name):
            continue
        steps = name.split("-")
        values = [_plain(value) for value in form.getlist(name)]
        _put(root, steps, values if steps[-1] in several else values[-1])
    typed: Typed = _with_lists(root)
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


def named(value: Any, prefix: str = "", *, several: AbstractSet[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Yield names and texts that `typed_in` reads as `value` again: for hidden fields."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from named(inner, f"{prefix}-{key}" if prefix else str(key), several=several)
    elif isinstance(value, list) and prefix.rsplit("-", 1)[-1] not in several:
        for number, inner in enumerate(value):
            yield from named(inner, f"{prefix}-{number}", several=several)
    elif isinstance(value, list):
        for inner in value:
            yield prefix, str(inner)
    else:
        yield prefix, str(value)


def rows(value: Typed, name: str) -> list[Typed]:
    """The rows under `name`; what is no list of rows counts as none."""
    found = value.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def text(value: Typed, name: str) -> str:
    """The text under `name`, without spaces around it; empty where there is none."""
    found = value.get(name, "")
    return found.strip() if isinstance(found, str) else ""


def act(typed: Typed, action: str, *, fresh: Fresh, moved: Moved) -> bool:
    """Do what a row's button asks: `sections:add`, `sections-2:remove`, `:up`, `:down`. Returns whether it could."""
    path, _, verb = action.partition(":")
    steps = path.split("-")
    if not NAME.fullmatch(path) or verb not in {"add", *_MOVES}:
        return False
    if verb == "add":
        owner = _owner(typed, steps[:-1])
        return owner is not None and _add(owner, steps[-1], fresh)
    owner = _owner(typed, steps[:-2])
    name, number = (steps[-2], steps[-1]) if len(steps) > 1 else ("", "")
    if owner is None or not number.isdigit() or int(number) >= len(rows(owner, name)):
        return False
    return _move(owner, name, int(number), _MOVES[verb], moved)


def _owner(typed: Typed, steps: list[str]) -> Typed | None:
    at: Any = typed
    for step in steps:
        if isinstance(at, list):
            at = at[int(step)] if step.isdigit() and int(step) < len(at) else None
        else:
            at = at.setdefault(step, {}) if isinstance(at, dict) else None
    return at if isinstance(at, dict) else None


def _add(owner: Typed, name: str, fresh: Fresh) -> bool:
    found = rows(owner, name)
    if len(found) >= MOST_ROWS:
        return False
    owner[name] = [*found, fresh(owner, name)]
    return True


_MOVES: dict[str, int | None] = {"remove": None, "up": -1, "down": 1}


def _move(owner: Typed, name: str, number: int, by: int | None, moved: Moved) -> bool:
    """Take row `number` out, or let it change places with the one before or after it."""
    order = list(range(len(rows(owner, name))))
    if by is None:
        del order[number]
    elif not 0 <= number + by < len(order):
        return False
    else:
        order[number], order[number + by] = order[number + by], order[number]
    found = rows(owner, name)
    owner[name] = [found[old] for old in order]
    moved(owner, name, {old: order.index(old) if old in order else None for old in range(len(found))})
    return True

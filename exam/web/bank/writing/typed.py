"""What stands in an author's form, as it was typed (`exam.web.typed`), and what in it depends on each other."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from exam.web import typed as forms
from exam.web.bank.writing.blanks import fresh_row, fresh_subquestion
from exam.web.typed import MOST_ROWS, Posted, Typed, rows, text
from question_bank.kinds.checking import BLANK

__all__ = ["Typed", "act", "named", "rows", "settle", "text", "typed_in"]

SEVERAL = frozenset({"papers", "audiences"})
_NUMBER = re.compile(r"\d+")


def typed_in(form: Posted) -> Typed:
    """Read the fields of a form; names that are no paths are passed over."""
    typed = forms.typed_in(form, several=SEVERAL)
    settle(typed)
    return typed


def named(value: Any) -> Iterator[tuple[str, str]]:
    """Yield names and texts that `typed_in` reads as `value` again: for hidden fields."""
    return forms.named(value, several=SEVERAL)


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


def act(typed: Typed, action: str) -> bool:
    """Do what a row's button asks: `q-options:add`, `q-options-2:remove`, `:up`, `:down`. Returns whether it could."""
    done = forms.act(typed, action, fresh=_fresh, moved=_renumber)
    settle(typed)
    return done


def _fresh(owner: Typed, name: str) -> Typed:
    return fresh_subquestion(text(owner, "add_kind")) if name == "subquestions" else fresh_row(name)


def _renumber(owner: Typed, name: str, places: Mapping[int, int | None]) -> None:
    """Rules about steps name them by number, from 1: the numbers follow the steps when these move."""
    if name != "items":
        return

    def follow(found: re.Match[str]) -> str:
        now = places.get(int(found[0]) - 1, int(found[0]) - 1)
        return "" if now is None else str(now + 1)

    for rules, fields in (("swaps", ("steps",)), ("orders", ("steps",)), ("before", ("first", "then"))):
        for row in rows(owner, rules):
            for field in fields:
                row[field] = _NUMBER.sub(follow, str(row.get(field, "")))

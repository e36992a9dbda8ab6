"""Two people at one specification: what differs between the form of one and what the other has saved meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask_babel import gettext

from exam.web.filters import label
from exam.web.papers.area import margin_name
from exam.web.papers.editor.marking import TICKED, usual
from exam.web.papers.editor.reading import COLUMNS
from exam.web.typed import Typed, rows, text
from question_bank.enums import Audience, Band, Kind, PaperKind, ScoringRule, default_rule
from question_bank.errors import N_
from question_bank.scoring import Floor, WrongCharacters, options_of

_NAMES = {each.value: each for each in (*COLUMNS, *PaperKind, *Audience, *ScoringRule, *Floor, *WrongCharacters)}
_KINDS = {kind.value: kind for kind in Kind}
_RULES = {rule.value: rule for rule in ScoringRule}
_DEFAULTS = {kind.value: default_rule(kind).value for kind in Kind}
_SOURCES = {"host": N_("Of the host unit"), "core": N_("Of the common core")}

LABELS = {
    "name": N_("Name, as the title of the paper"),
    "paper_kind": N_("Paper"),
    "audience": N_("Audience"),
    "minutes": N_("Minutes"),
    "total": N_("Total marks"),
    "pass_marks": N_("Pass mark"),
    "open_book": N_("Open book"),
    "rounding": N_("The paper is rounded to"),
    "sections": N_("Sections"),
    "topics": N_("Topic marks"),
    "shares": N_("Difficulty"),
    "cells": N_("Fixed cells"),
}
"""The parts that are compared, by the name of their field, with their names."""


@dataclass(frozen=True)
class Difference:
    """One part that differs: its field, its name (a message id), both texts line by line."""

    path: str
    label: str
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


def differences(mine: Typed, theirs: Typed) -> list[Difference]:
    """The parts in which two forms differ, as they read."""
    found = [Difference(path, name, lines(mine, path), lines(theirs, path)) for path, name in LABELS.items()]
    return [each for each in found if each.mine != each.theirs]


def merged(mine: Typed, theirs: Typed, taken: Typed) -> Typed:
    """The form of `theirs`, with those parts of `mine` that `taken` names so."""
    return {path: (mine if text(taken, path) == "mine" else theirs).get(path, "") for path in LABELS}


def lines(typed: Typed, path: str) -> tuple[str, ...]:
    """One part of the form as a person reads it."""
    if path in _ROWS:
        return tuple(
            line for number, row in enumerate(rows(typed, path), 1) if (line := _ROWS[path](number, row, typed))
        )
    if path == "shares":
        shares = typed.get("shares")
        parts = [text(shares, band.value) or "–" for band in Band] if isinstance(shares, dict) else []
        return (" : ".join(parts),) if set(parts) - {"–"} else ()
    if path == "open_book":
        return (gettext("Open book") if text(typed, path) else gettext("Closed book"),)
    return (_named(text(typed, path)),) if text(typed, path) else ()


def _named(value: str) -> str:
    return label(_NAMES[value]) if value in _NAMES else value


def _section(number: int, row: Typed, typed: Typed) -> str:
    del typed
    kinds = "、".join(_named(each) for each in row.get("kinds", []))
    rules = row.get("rules")
    named = [_named(each) for kind, each in rules.items() if _is_own(kind, each)] if isinstance(rules, dict) else []
    named += list(_options(row))
    wishes = [_wish(wish) for wish in rows(row, "wishes")]
    parts = [
        f"{number}. {text(row, 'title')} {kinds} {text(row, 'count')} × {text(row, 'marks_each')}",
        *named,
        *wishes,
    ]
    return "；".join(parts)


OPTIONS = {
    "penalty": N_("Deducted for a wrong answer"),
    "floor": N_("Deductions end where"),
    "each": N_("For each right option"),
    "fixed": N_("If incomplete"),
    "judging": N_("For judging a false statement"),
    "uncertain": N_("One option or more may be right (不定项)"),
    "wrong_characters": N_("Wrong characters"),
    "required": N_("Key points that earn all marks"),
    "carried": N_("An earlier mistake is not punished twice"),
    "step": N_("Marks of an item are rounded to"),
}
"""What the options of a rule are called in the form."""


def _options(row: Typed) -> Iterator[str]:
    """The options of a section's rules that are not the usual, as they were typed."""
    given = row.get("options")
    for kind, typed in given.items() if isinstance(given, dict) else ():
        rule = text(row["rules"], kind) if isinstance(row.get("rules"), dict) else ""
        known = _KINDS.get(kind)
        names = options_of(known, _RULES.get(rule, default_rule(known))) if known else ()
        for name in names:
            written = text(typed, name) if isinstance(typed, dict) else ""
            if written and written != usual(name):
                said = "" if name in TICKED else f" {_named(written)}"
                yield f"{gettext(OPTIONS[name])}{said}"


def _is_own(kind: str, rule: str) -> bool:
    """Whether a rule is another than the one that this kind has anyway."""
    return rule in _NAMES and _DEFAULTS.get(kind) != rule


def _wish(row: Typed) -> str:
    source = text(row, "source")
    parts = [
        margin_name(text(row, "topic")) if text(row, "topic") else "",
        _named(text(row, "kind")),
        gettext(_SOURCES[source]) if source in _SOURCES else "",
    ]
    return f"{text(row, 'count')} × {'·'.join(part for part in parts if part)}"


def _topic(number: int, row: Typed, typed: Typed) -> str:
    del number, typed
    if text(row, "joined"):
        return f"{margin_name(text(row, 'topic'))} → {margin_name(text(row, 'joined'))}"
    return f"{margin_name(text(row, 'topic'))} {text(row, 'marks')}" if text(row, "marks") else ""


def _cell(number: int, row: Typed, typed: Typed) -> str:
    del number
    chosen = text(row, "section")
    sections = rows(typed, "sections")
    section = sections[int(chosen)] if chosen.isdigit() and int(chosen) < len(sections) else {}
    parts = [text(section, "title"), *(margin_name(text(row, name)) for name in ("topic", "band") if text(row, name))]
    return f"{' · '.join(parts)} = {text(row, 'count')}"


_ROWS: dict[str, Callable[[int, Typed, Typed], str]] = {"sections": _section, "topics": _topic, "cells": _cell}

"""How a section is marked, as the form has it: the rule of each kind, and what that rule is told beside its name."""

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from exam.papers.specification import Section
from exam.papers.transcript import written_marks
from exam.web.typed import Typed, text
from question_bank.enums import Kind, ScoringRule, default_rule, rules_for
from question_bank.errors import N_, Problem
from question_bank.scoring import PLAIN, Floor, RuleOptions, WrongCharacters, faults, options_of

_RULES = {rule.value: rule for rule in ScoringRule}
_WORDS: dict[str, Mapping[str, Any]] = {
    "floor": {each.value: each for each in Floor},
    "wrong_characters": {each.value: each for each in WrongCharacters},
}
"""Options that are chosen from a list."""
TICKED = frozenset({"uncertain", "carried"})
WHOLE = frozenset({"required"})


def rules_in(row: Typed, kinds: Sequence[Kind]) -> dict[Kind, ScoringRule]:
    """The rules that differ from the default of their kind."""
    given = row.get("rules")
    named = {kind: _RULES.get(text(given, kind.value)) if isinstance(given, dict) else None for kind in kinds}
    return {kind: rule for kind, rule in named.items() if rule is not None and rule in rules_for(kind)[1:]}


def options_in(
    row: Typed, rules: Mapping[Kind, ScoringRule], kinds: Sequence[Kind], marks: Decimal
) -> tuple[dict[Kind, RuleOptions], list[Problem]]:
    """The options of each kind that differ from the usual, and what is wrong with them by kind and field."""
    found: dict[Kind, RuleOptions] = {}
    problems: list[Problem] = []
    given = row.get("options")
    for kind in kinds:
        typed = given.get(kind.value) if isinstance(given, dict) else None
        rule = rules.get(kind, default_rule(kind))
        try:
            options = RuleOptions(**_values(typed, options_of(kind, rule)) if isinstance(typed, dict) else {})
        except ValidationError as error:
            problems += [_unreadable(kind, each["loc"]) for each in error.errors(include_url=False)]
            continue
        wrong = faults(kind, rule, options, marks)
        problems += [Problem(f"{kind.value}-{each.where}", each.template, each.params) for each in wrong]
        if options != PLAIN and not wrong:
            found[kind] = options
    return found, problems


def _values(typed: Typed, names: Sequence[str]) -> dict[str, Any]:
    """What was typed into the fields of a rule; empty ones are left out and stand at their default."""
    written = {name: unicodedata.normalize("NFKC", text(typed, name)) for name in names}
    return {name: _value(name, each) for name, each in written.items() if each}


def _value(name: str, written: str) -> Any:
    if name in _WORDS:
        return _WORDS[name].get(written, written)
    if name in TICKED:
        return True
    if name in WHOLE:
        return written
    if name == "fixed":
        return tuple(map(_number, written.replace("、", " ").replace(",", " ").split()))
    return _number(written)


def _number(written: str) -> Decimal:
    """A number, or one that is refused where numbers are checked."""
    try:
        return Decimal(written)
    except InvalidOperation:
        return Decimal("NaN")


def _unreadable(kind: Kind, place: tuple[int | str, ...]) -> Problem:
    name = str(place[0])
    said = (
        N_("A whole number from 1 to 40 is needed here.")
        if name in WHOLE
        else N_("Give quarters of a mark here, up to 100.")
    )
    return Problem(f"{kind.value}-{name}", said, {})


def typed_options(section: Section) -> Typed:
    """The fields of the rules of a section, filled with what they stand at."""
    return {kind.value: _typed(section.options(kind), options_of(kind, section.rule(kind))) for kind in section.kinds}


def _typed(options: RuleOptions, names: Sequence[str]) -> Typed:
    return {name: _written(getattr(options, name)) for name in names}


def _written(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "y" if value else ""
    if isinstance(value, tuple):
        return " ".join(map(written_marks, value))
    return written_marks(value) if isinstance(value, Decimal) else str(value)


def usual(name: str) -> str:
    """What an option stands at when its field is left empty."""
    return _written(getattr(PLAIN, name))

"""What can be chosen in the form of a specification, named in the reader's language."""

from typing import Any

from flask_babel import gettext

from exam.papers.transcript import numeral, written_marks
from exam.web.filters import label
from exam.web.papers.editor.filling import CORE, HOST
from exam.web.papers.editor.marking import usual
from exam.web.papers.editor.reading import COLUMNS, ROUNDINGS
from exam.web.typed import Typed, rows, text
from question_bank.enums import Audience, Band, Kind, PaperKind, TextForm, default_rule, rules_for
from question_bank.errors import N_
from question_bank.scoring import STEPS, Floor, WrongCharacters, options_of, template
from question_bank.taxonomy import ROOTS

SOURCES = {"": N_("from anywhere"), HOST: N_("Of the host unit"), CORE: N_("Of the common core")}

Options = list[tuple[str, str]]


def offers(typed: Typed) -> dict[str, Any]:
    """Lists of (value, words) by name; `rule_options` by kind, only of kinds that have a choice of rules.

    `rule_fields` names by kind and rule the options that rule has fields for.
    """
    kinds = {each.value: label(each) for each in COLUMNS}
    return {
        "kind_options": _named(COLUMNS),
        "kind_labels": kinds,
        "paper_options": _named(PaperKind),
        "audience_options": [("", gettext("Everybody")), *_named(Audience)],
        "band_options": _named(Band),
        "topic_options": list(ROOTS.items()),
        "source_options": [(code, gettext(words)) for code, words in SOURCES.items()],
        "section_options": _sections(typed, kinds),
        "rule_options": {
            kind.value: [(rule.value, template(rule)) for rule in rules_for(kind)]
            for kind in Kind
            if len(rules_for(kind)) > 1
        },
        "rule_fields": {kind.value: {rule.value: options_of(kind, rule) for rule in rules_for(kind)} for kind in Kind},
        "first_rule": {kind.value: default_rule(kind).value for kind in Kind},
        "usual": usual,
        "floor_options": _named(Floor),
        "wrong_character_options": _named(WrongCharacters),
        "step_options": [
            (written_marks(step), gettext("%(marks)s marks", marks=written_marks(step))) for step in STEPS
        ],
        "rounding_options": [
            ("", gettext("as it adds up")),
            *((each, gettext("%(marks)s marks", marks=each)) for each in ROUNDINGS),
        ],
    }


def _named(members: Any) -> Options:
    return [(each.value, label(each)) for each in members]


def _sections(typed: Typed, kinds: dict[str, str]) -> Options:
    """The sections that draw from the bank, by their number."""
    found = []
    for number, row in enumerate(rows(typed, "sections")):
        chosen = row.get("kinds", [])
        if TextForm.DIAGNOSIS.value not in chosen:
            title = text(row, "title") or "、".join(kinds.get(each, "") for each in chosen)
            found.append((str(number), f"{numeral(number + 1)}、{title}"))
    return found

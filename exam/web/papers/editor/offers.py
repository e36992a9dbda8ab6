"""What can be chosen in the form of a specification, named in the reader's language."""

from typing import Any

from flask_babel import gettext

from exam.papers.transcript import numeral
from exam.web.filters import label
from exam.web.papers.editor.filling import CORE, HOST
from exam.web.papers.editor.reading import COLUMNS
from exam.web.typed import Typed, rows, text
from question_bank.enums import Audience, Band, Kind, PaperKind, TextForm, rules_for
from question_bank.errors import N_
from question_bank.taxonomy import ROOTS

SOURCES = {"": N_("from anywhere"), HOST: N_("Of the host unit"), CORE: N_("Of the common core")}

Options = list[tuple[str, str]]


def offers(typed: Typed) -> dict[str, Any]:
    """Lists of (value, words) by name; `rule_options` by kind, only of kinds that have a choice of rules."""
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
            kind.value: [(rule.value, rule.chinese) for rule in rules_for(kind)]
            for kind in Kind
            if len(rules_for(kind)) > 1
        },
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

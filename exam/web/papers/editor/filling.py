"""A specification as a form: its fields as texts, its rows, and what follows when rows move."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from exam.papers.specification import GROUP_MARK, FixedCell, Plan, Section, Wish
from exam.papers.specifying import Terms
from exam.papers.transcript import written_marks
from exam.web import typed as forms
from exam.web.papers.editor.marking import typed_options
from exam.web.typed import Typed, rows, text
from question_bank.enums import Band, Kind, PaperKind, TextForm
from question_bank.taxonomy import ROOTS

SEVERAL = frozenset({"kinds"})
HOST, CORE = "host", "core"
"""Where an item that is wished for comes from."""


def fresh() -> Typed:
    """An empty form with one section, closed book, an hour, a hundred marks."""
    return {
        "name": "",
        "paper_kind": PaperKind.BUSINESS.value,
        "audience": "",
        "minutes": "60",
        "total": "100",
        "pass_marks": "60",
        "open_book": "",
        "rounding": "",
        "sections": [fresh_section()],
        "topics": [{"topic": topic, "marks": "", "joined": ""} for topic in ROOTS],
        "shares": {band.value: "" for band in Band},
        "cells": [],
    }


def fresh_section() -> Typed:
    return {"title": "", "kinds": [Kind.SINGLE_CHOICE.value], "count": "10", "marks_each": "1", "wishes": []}


def fresh_row(owner: Typed, name: str) -> Typed:
    """The row that a button adds."""
    del owner
    if name == "sections":
        return fresh_section()
    if name == "wishes":
        return {"count": "1", "topic": "", "kind": "", "source": ""}
    return {"section": "0", "topic": "", "band": "", "count": "1"}


def follow(owner: Typed, name: str, places: Mapping[int, int | None]) -> None:
    """Fixed cells name their section by number: the number follows, and a cell goes with its section."""
    if name != "sections":
        return
    kept = []
    for cell in rows(owner, "cells"):
        number = text(cell, "section")
        now = places.get(int(number)) if number.isdigit() else None
        if now is not None:
            kept.append(cell | {"section": str(now)})
    owner["cells"] = kept


def typed_in(form: forms.Posted) -> Typed:
    """The form of a request; every topic has its row, in the order of the taxonomy."""
    typed = forms.typed_in(form, several=SEVERAL)
    known = {text(row, "topic"): row for row in rows(typed, "topics")}
    typed["topics"] = [{"marks": "", "joined": ""} | known.get(topic, {}) | {"topic": topic} for topic in ROOTS]
    for section in rows(typed, "sections"):
        section["kinds"] = list(dict.fromkeys(each for each in section.get("kinds", []) if each))
    return typed


def named(typed: Typed) -> Iterator[tuple[str, str]]:
    """The whole form as names and texts."""
    return forms.named(typed, several=SEVERAL)


def act(typed: Typed, action: str) -> bool:
    """Do what a row's button asks."""
    return forms.act(typed, action, fresh=fresh_row, moved=follow)


def typed_of(terms: Terms) -> Typed:
    """The form that holds a specification."""
    plan = terms.plan
    return {
        "name": terms.name,
        "paper_kind": terms.paper_kind.value,
        "audience": terms.audience.value if terms.audience else "",
        "minutes": str(plan.minutes),
        "total": written_marks(plan.total),
        "pass_marks": written_marks(plan.pass_marks),
        "open_book": "y" if plan.open_book else "",
        "rounding": written_marks(plan.rounding) if plan.rounding else "",
        "sections": [_section(section) for section in plan.sections],
        "topics": _topics(plan),
        "shares": {band.value: str(plan.difficulty_shares.get(band, "")) for band in Band},
        "cells": [_cell(cell) for cell in plan.fixed_cells],
    }


def _section(section: Section) -> Typed:
    return {
        "title": section.title,
        "kinds": columns_of(section),
        "count_by": section.count_by.value,
        "count": str(section.count),
        "marks_each": written_marks(section.marks_each),
        "rules": {kind.value: rule.value for kind, rule in section.rules.items()},
        "options": typed_options(section),
        "wishes": [_wish(wish, len(list(same))) for wish, same in groupby(section.wishes)],
    }


def columns_of(section: Section) -> list[str]:
    """What stands in a section: its kinds, short answers by their form."""
    special = [form.value for form in section.forms if form is not TextForm.ORDINARY]
    ordinary = [
        kind.value
        for kind in section.kinds
        if kind is not Kind.SHORT_ANSWER or not special or TextForm.ORDINARY in section.forms
    ]
    return [*ordinary, *special]


def _wish(wish: Wish, count: int) -> Typed:
    return {
        "count": str(count),
        "topic": GROUP_MARK.join(wish.topics),
        "kind": wish.kinds[0].value if wish.kinds else "",
        "source": HOST if wish.host_unit else CORE if wish.common_core else "",
    }


def _topics(plan: Plan) -> list[Typed]:
    found = []
    for topic in ROOTS:
        group = plan.groups.get(topic, "")
        head = group.split(GROUP_MARK)[0]
        joined = head if group and topic != head else ""
        marks = written_marks(plan.topic_marks[group]) if group and not joined else ""
        found.append({"topic": topic, "marks": marks, "joined": joined})
    return found


def _cell(cell: FixedCell) -> dict[str, Any]:
    return {
        "section": str(cell.section),
        "topic": cell.topic,
        "band": cell.band.value if cell.band else "",
        "count": str(cell.count),
    }

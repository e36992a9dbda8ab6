"""What stands beside the fields while a specification is written: sums, what the bank holds, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from exam.papers import queries
from exam.papers.specification import GROUP_MARK
from exam.papers.supply import Supply, meant_for, reserved, stock_of
from exam.papers.transcript import rule_sentence, written_marks
from exam.web.errors import named_params
from exam.web.papers.editor.reading import Read
from exam.web.typed import Typed, rows, text
from question_bank.drawable import Drawable
from question_bank.enums import Kind
from question_bank.errors import Problem, fill


@dataclass(frozen=True)
class Beside:
    """What the bank holds for one row, in words, and whether it is too little for one paper."""

    words: str
    is_short: bool


def said(problems: tuple[Problem, ...]) -> dict[str, list[str]]:
    """The sentences by the field they stand beside, in the reader's language."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.where, []).append(say(problem))
    return found


def say(problem: Problem) -> str:
    """One sentence in the reader's language."""
    return fill(gettext(problem.template), named_params(problem.params))


def sums_in_words(read: Read) -> dict[str, str]:
    """Marks by the name of the field they stand beside, and how each section is marked as the paper will say it."""
    sums = {name: gettext("%(marks)s marks", marks=written_marks(marks)) for name, marks in read.sums.items()}
    return sums | {f"sections-{number}-sentence": rule_sentence(section) for number, section in read.sections.items()}


def beside(session: Session, typed: Typed, read: Read, *, on: date) -> dict[str, Beside]:
    """By field what the bank holds for it on day `on`."""
    if read.loose is None:
        return {}
    bank = queries.offered_to(session, read.paper_kind, None, on=on)
    stock = stock_of(read.loose, bank, read.audience)
    found: dict[str, Supply] = {
        f"sections-{number}": supply for number, supply in zip(read.sections, stock.sections, strict=True)
    }
    places = {text(row, "topic"): number for number, row in enumerate(rows(typed, "topics"))}
    found |= {f"topics-{places[each.name.split(GROUP_MARK)[0]]}": each for each in stock.topics}
    found |= {f"shares-{each.name}": each for each in stock.bands}
    if len(stock.cells) == len(rows(typed, "cells")):
        found |= {f"cells-{number}": each for number, each in enumerate(stock.cells)}
    found |= _reserved(typed, read, meant_for(bank, read.audience))
    blanks = {
        f"sections-{number}"
        for number, section in read.sections.items()
        if set(section.kinds) == {Kind.FILL_BLANK} and section.count_by.value == "slots"
    }
    return {name: _worded(supply, in_blanks=name in blanks) for name, supply in found.items()}


def _reserved(typed: Typed, read: Read, bank: Sequence[Drawable]) -> dict[str, Supply]:
    """What the bank holds for the reserved items of every section that can be read; each row holds a run of wishes."""
    found: dict[str, Supply] = {}
    sections = rows(typed, "sections")
    for number, section in read.sections.items():
        begin = 0
        for place, row in enumerate(rows(sections[number], "wishes")):
            count = int(text(row, "count")) if text(row, "count").isdecimal() else 0
            if count and begin < len(section.wishes) and not section.wishes[begin].host_unit:
                found[f"sections-{number}-wishes-{place}"] = reserved(section, section.wishes[begin], count, bank)
            begin += count
    return found


def _worded(supply: Supply, *, in_blanks: bool) -> Beside:
    if supply.papers is None:
        return Beside(gettext("the same on every paper") if supply.questions == 1 else "", is_short=False)
    held = (
        ngettext("%(num)s blank", "%(num)s blanks", supply.held)
        if in_blanks
        else ngettext("%(num)s question", "%(num)s questions", supply.held)
    )
    if not supply.suffices or not supply.papers:
        return Beside(gettext("Bank: %(held)s, not enough for one paper", held=held), is_short=True)
    papers = ngettext("%(num)s paper", "%(num)s papers", supply.papers)
    return Beside(
        gettext("Bank: %(held)s, at most %(papers)s without a repeat", held=held, papers=papers), is_short=False
    )


def as_json(session: Session, typed: Typed, read: Read, *, on: date) -> dict[str, Any]:
    """The same for the page's script."""
    return {
        "sums": sums_in_words(read),
        "held": {name: [each.words, each.is_short] for name, each in beside(session, typed, read, on=on).items()},
        "said": said(read.problems),
        "fits": not read.problems,
    }

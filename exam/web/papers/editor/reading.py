"""The form as a specification: what it says, its sums, and everything wrong with it beside the field it concerns."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from exam.papers.specification import GROUP_MARK, CountBy, FixedCell, Plan, Section, Wish, plain
from exam.papers.specifying import Terms
from exam.papers.standard import DIAGNOSIS_CODE
from exam.papers.transcript import named, written_marks
from exam.web.papers.editor.filling import CORE, HOST
from exam.web.papers.editor.marking import options_in, rules_in
from exam.web.typed import Typed, rows, text
from question_bank.enums import Audience, Band, Kind, PaperKind, TextForm
from question_bank.errors import N_, Problem
from question_bank.scoring import PLAIN, STEPS, RuleOptions
from question_bank.taxonomy import ROOTS

FORMS = {TextForm.SCENARIO.value: TextForm.SCENARIO, TextForm.DIAGNOSIS.value: TextForm.DIAGNOSIS}
COLUMNS: tuple[Kind | TextForm, ...] = (*Kind, TextForm.SCENARIO, TextForm.DIAGNOSIS)
"""What a section may hold, as it is chosen in the form."""
_KINDS = {kind.value: kind for kind in Kind}
ROUNDINGS = {written_marks(step): step for step in STEPS[1:]}
"""Steps to which a whole paper may be rounded, as they are written."""
_BANDS = {band.value: band for band in Band}


@dataclass(frozen=True)
class Read:
    """`terms` is None while something is wrong. `sums` are the marks that the form adds up to, by name of the field.

    `sections` are those rows that can be read, by their number; `loose` is a plan of what can be read, for counting
    what the bank holds; it need not add up.
    """

    terms: Terms | None
    problems: tuple[Problem, ...]
    sums: dict[str, Decimal]
    sections: dict[int, Section]
    loose: Plan | None
    paper_kind: PaperKind
    audience: Audience | None


@dataclass
class _Reader:
    """Collects what is wrong while the fields are read."""

    problems: list[Problem] = field(default_factory=list)

    def wrong(self, where: str, template: str, **params: Any) -> None:
        self.problems.append(Problem(where, template, params))

    def number(self, row: Typed, name: str, where: str, *, least: int, most: int) -> int | None:
        """A whole number from `least` to `most`."""
        written = _ascii(text(row, name))
        if written.isascii() and written.isdigit() and least <= int(written) <= most:
            return int(written)
        self.wrong(where, N_("A whole number from %(least)s to %(most)s is needed here."), least=least, most=most)
        return None

    def marks(self, row: Typed, name: str, where: str, *, may_be_nothing: bool = False) -> Decimal | None:
        """Marks above 0 with at most two decimals."""
        try:
            found = Decimal(_ascii(text(row, name)) or "x")
        except InvalidOperation:
            found = Decimal("NaN")
        right = found.is_finite() and found == round(found, 2) and found < 10_000
        if right and (found > 0 or (found == 0 and may_be_nothing)):
            return plain(found)
        self.wrong(where, N_("Marks are a number above 0, such as 2 or 0.5."))
        return None


def _ascii(written: str) -> str:
    """Full-width figures as narrow ones."""
    return unicodedata.normalize("NFKC", written)


def read(typed: Typed) -> Read:
    """Read the form."""
    reader = _Reader()
    sections = {
        number: section
        for number, row in enumerate(rows(typed, "sections"))
        if (section := _section(reader, row, f"sections-{number}")) is not None
    }
    if not rows(typed, "sections"):
        reader.wrong("sections", N_("At least one section is needed."))
    topics = _topics(reader, typed)
    shares = _shares(reader, typed)
    cells = _cells(reader, typed, sections, topics)
    sums = _sums(sections, topics)
    minutes = reader.number(typed, "minutes", "minutes", least=1, most=600)
    total = reader.marks(typed, "total", "total")
    passing = reader.marks(typed, "pass_marks", "pass_marks", may_be_nothing=True)
    name = text(typed, "name")
    if not 1 <= len(name) <= 80:
        reader.wrong("name", N_("Give it a name of at most 80 characters."))
    _add_up(reader, sums, total, passing, has_topics=bool(topics))
    kind = next((each for each in PaperKind if each.value == text(typed, "paper_kind")), PaperKind.BUSINESS)
    audience = next((each for each in Audience if each.value == text(typed, "audience")), None)
    values = {
        "sections": tuple(sections.values()),
        "topic_marks": topics,
        "difficulty_shares": shares,
        "minutes": minutes or 1,
        "total": total or sums["sections"],
        "pass_marks": passing or Decimal(0),
        "open_book": bool(text(typed, "open_book")),
        "rounding": ROUNDINGS.get(text(typed, "rounding")),
        "fixed_cells": cells,
    }
    plan = None if reader.problems else _plan(reader, values)
    return Read(
        terms=Terms(name, kind, audience, plan) if plan else None,
        problems=tuple(reader.problems),
        sums=sums,
        sections=sections,
        loose=Plan.model_construct(**values) if sections else None,  # type: ignore[arg-type]
        paper_kind=kind,
        audience=audience,
    )


def _plan(reader: _Reader, values: dict[str, Any]) -> Plan | None:
    try:
        return Plan.model_validate(values)
    except ValidationError:
        reader.wrong("", N_("These figures do not fit together. Check sections, margins and fixed cells."))
        return None


def _section(reader: _Reader, row: Typed, where: str) -> Section | None:
    chosen = [each for each in row.get("kinds", []) if each]
    if TextForm.DIAGNOSIS.value in chosen:
        return _diagnosis(reader, row, where, chosen)
    special = [FORMS[each] for each in chosen if each in FORMS]
    kinds = [_KINDS[each] for each in chosen if each in _KINDS]
    if special and set(kinds) - {Kind.SHORT_ANSWER}:
        reader.wrong(where, N_("“%(form)s” can share a section with short answers only."), form=special[0])
        return None
    if not kinds and not special:
        reader.wrong(where, N_("Choose what kind of question stands here."))
        return None
    forms = (TextForm.ORDINARY, *special) if kinds else tuple(special)
    count = reader.number(row, "count", f"{where}-count", least=1, most=200)
    each = reader.marks(row, "marks_each", f"{where}-marks_each")
    if count is None or each is None:
        return None
    kinds = kinds or [Kind.SHORT_ANSWER]
    by_slots = kinds == [Kind.FILL_BLANK] and text(row, "count_by") != CountBy.QUESTIONS.value
    wishes = _wishes(reader, row, where, kinds)
    if len(wishes) > count or (wishes and by_slots):
        reader.wrong(
            f"{where}-wishes",
            N_("Sections that count blanks take no reserved items.")
            if by_slots
            else N_("More is reserved than the section holds."),
        )
        return None
    rules = rules_in(row, kinds)
    options, wrong = options_in(row, rules, kinds, each)
    for problem in wrong:
        reader.wrong(f"{where}-options-{problem.where}", problem.template, **problem.params)
    return Section(
        title=text(row, "title")[:40] or _title(chosen, options),
        kinds=tuple(kinds),
        forms=forms,
        count_by=CountBy.SLOTS if by_slots else CountBy.QUESTIONS,
        count=count,
        marks_each=each,
        rules=rules,
        rule_options=options,
        wishes=tuple(wishes),
    )


def _diagnosis(reader: _Reader, row: Typed, where: str, chosen: Sequence[str]) -> Section | None:
    if len(chosen) > 1:
        reader.wrong(where, N_("“%(form)s” stands in a section of its own."), form=TextForm.DIAGNOSIS)
        return None
    each = reader.marks(row, "marks_each", f"{where}-marks_each")
    if each is None:
        return None
    return Section(
        title=text(row, "title")[:40] or TextForm.DIAGNOSIS.chinese,
        kinds=(Kind.SHORT_ANSWER,),
        forms=(TextForm.DIAGNOSIS,),
        count=1,
        marks_each=each,
        fixed=DIAGNOSIS_CODE,
    )


def _title(chosen: Iterable[str], options: Mapping[Kind, RuleOptions]) -> str:
    names = [
        FORMS[each].chinese if each in FORMS else named(_KINDS[each], options.get(_KINDS[each], PLAIN))
        for each in chosen
    ]
    return "、".join(names)[:40]


def _wishes(reader: _Reader, row: Typed, where: str, kinds: Sequence[Kind]) -> list[Wish]:
    found: list[Wish] = []
    for number, wish in enumerate(rows(row, "wishes")):
        at = f"{where}-wishes-{number}"
        count = reader.number(wish, "count", at, least=1, most=200)
        kind = _KINDS.get(text(wish, "kind"))
        topics = tuple(topic for topic in text(wish, "topic").split(GROUP_MARK) if topic in ROOTS)
        source = text(wish, "source")
        if kind is not None and kind not in kinds:
            reader.wrong(at, N_("This section holds no “%(kind)s”."), kind=kind)
        elif not topics and kind is None and source not in {HOST, CORE}:
            reader.wrong(at, N_("Say what is reserved: a topic, a kind, or where the item comes from."))
        else:
            one = Wish(
                topics=topics,
                kinds=(kind,) if kind else (),
                host_unit=source == HOST,
                common_core=source == CORE,
            )
            found += [one] * (count or 0)
    return found


def _topics(reader: _Reader, typed: Typed) -> dict[str, Decimal]:
    """Marks by group of topics, in the order of the taxonomy; topics without marks take no part."""
    own: dict[str, Decimal] = {}
    joined: dict[str, list[str]] = {}
    for number, row in enumerate(rows(typed, "topics")):
        topic, head = text(row, "topic"), text(row, "joined")
        if head and head != topic and head in ROOTS:
            joined.setdefault(head, []).append(topic)
        elif text(row, "marks") not in {"", "0"}:
            marks = reader.marks(row, "marks", f"topics-{number}")
            if marks is not None:
                own[topic] = marks
    for head, others in joined.items():
        if head not in own:
            numbers = [number for number, row in enumerate(rows(typed, "topics")) if text(row, "topic") in others]
            reader.wrong(f"topics-{numbers[0]}", N_("The topic it is counted with has no marks of its own."))
    return {GROUP_MARK.join([topic, *joined.get(topic, [])]): marks for topic, marks in own.items()}


def _shares(reader: _Reader, typed: Typed) -> dict[Band, int]:
    given = typed.get("shares")
    row = given if isinstance(given, dict) else {}
    if not any(text(row, band.value) for band in Band):
        return {}
    parts = {
        band: reader.number(row | {band.value: text(row, band.value) or "0"}, band.value, "shares", least=0, most=1000)
        for band in Band
    }
    found = {band: part or 0 for band, part in parts.items()}
    if not any(found.values()):
        reader.wrong("shares", N_("At least one share is above 0; leave all three empty if difficulty is free."))
        return {}
    return found


def _cells(
    reader: _Reader, typed: Typed, sections: dict[int, Section], topics: dict[str, Decimal]
) -> tuple[FixedCell, ...]:
    known = {*topics, *(topic for group in topics for topic in group.split(GROUP_MARK))} if topics else set(ROOTS)
    place = {number: index for index, number in enumerate(sections)}
    found: dict[tuple[int, str, Band | None], FixedCell] = {}
    for number, row in enumerate(rows(typed, "cells")):
        at, chosen, topic = f"cells-{number}", text(row, "section"), text(row, "topic")
        count = reader.number(row, "count", at, least=0, most=200)
        index = int(chosen) if chosen.isdigit() else -1
        section = sections.get(index)
        band = _BANDS.get(text(row, "band"))
        if count is None or (section is None and index in range(len(rows(typed, "sections")))):
            continue
        if section is None or section.fixed:
            reader.wrong(at, N_("Choose a section that draws from the bank."))
        elif topic and topic not in known:
            reader.wrong(at, N_("This topic has no marks above."))
        elif not topic and band is None:
            reader.wrong(at, N_("Choose a topic, a difficulty, or both."))
        elif count > section.count:
            reader.wrong(at, N_("The section holds only %(count)s."), count=section.count)
        elif (place[index], topic, band) in found:
            reader.wrong(at, N_("This cell is fixed twice."))
        else:
            found[place[index], topic, band] = FixedCell(section=place[index], topic=topic, band=band, count=count)
    return tuple(found.values())


def _sums(sections: dict[int, Section], topics: dict[str, Decimal]) -> dict[str, Decimal]:
    sums = {f"sections-{number}": section.total for number, section in sections.items()}
    zero = Decimal(0)
    return sums | {
        "sections": sum((each.total for each in sections.values()), zero),
        "drawn": sum((each.total for each in sections.values() if not each.fixed), zero),
        "topics": sum(topics.values(), zero),
    }


SECTIONS_OFF = (
    N_("The sections make %(sum)s marks: %(off)s too few."),
    N_("The sections make %(sum)s marks: %(off)s too many."),
)
TOPICS_OFF = (
    N_("The topics make %(sum)s of %(wanted)s marks: %(off)s too few."),
    N_("The topics make %(sum)s of %(wanted)s marks: %(off)s too many."),
)


def _add_up(
    reader: _Reader, sums: dict[str, Decimal], total: Decimal | None, passing: Decimal | None, *, has_topics: bool
) -> None:
    if total is not None and sums["sections"] != total:
        _off(reader, "total", (sums["sections"], total), SECTIONS_OFF)
    if has_topics and sums["topics"] != sums["drawn"]:
        _off(reader, "topics", (sums["topics"], sums["drawn"]), TOPICS_OFF)
    if total is not None and passing is not None and passing > total:
        reader.wrong("pass_marks", N_("The pass mark is above the total."))


def _off(reader: _Reader, where: str, marks: tuple[Decimal, Decimal], words: tuple[str, str]) -> None:
    found, wanted = marks
    params = {"sum": written_marks(found), "wanted": written_marks(wanted), "off": written_marks(abs(wanted - found))}
    reader.wrong(where, words[found > wanted], **params)

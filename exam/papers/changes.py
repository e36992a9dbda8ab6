"""Pure: what differs between two plans, change by change, and how many marks of a paper that shifts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from exam.papers.specification import CountBy, Plan, Section
from question_bank.enums import Band


class About(StrEnum):
    """What one change is about, and so in what its figures count."""

    TOPIC = "topic"
    COUNT = "count"
    EACH = "each"
    CELL = "cell"
    WISH = "wish"
    SECTION = "section"
    SHARE = "share"


@dataclass(frozen=True)
class Change:
    """`name` is a group of topics, a band, or the title of a section; `band` and `topic` are those of a fixed cell.

    `blanks`: what is counted are blanks, not questions.
    """

    about: About
    name: str
    before: Decimal
    after: Decimal
    topic: str = ""
    band: Band | None = None
    blanks: bool = False


def changes_between(plan: Plan, other: Plan) -> tuple[Change, ...]:
    """What was changed from `plan` to `other`, whose sections are those of `plan` with some left out."""
    pairs = _paired(plan.sections, other.sections)
    groups = dict.fromkeys([*plan.topic_marks, *other.topic_marks])
    zero = Decimal(0)
    topics = [
        Change(About.TOPIC, group, plan.topic_marks.get(group, zero), other.topic_marks.get(group, zero))
        for group in groups
    ]
    sections = [change for one, two in pairs for change in _section_changes(one, two)]
    before, after = _cells(plan), _cells(other)
    cells = [
        Change(About.CELL, title, Decimal(before.get(key, 0)), Decimal(after.get(key, 0)), topic, band)
        for key in dict.fromkeys([*before, *after])
        for title, topic, band in [key]
    ]
    shares = [
        Change(
            About.SHARE,
            band.value,
            Decimal(plan.difficulty_shares.get(band, 0)),
            Decimal(other.difficulty_shares.get(band, 0)),
        )
        for band in Band
        if plan.difficulty_shares != other.difficulty_shares
    ]
    return tuple(each for each in (*topics, *sections, *cells) if each.before != each.after) + tuple(shares)


def _paired(sections: Sequence[Section], others: Sequence[Section]) -> list[tuple[Section, Section | None]]:
    rest = list(others)
    pairs: list[tuple[Section, Section | None]] = []
    for section in sections:
        same = rest and (rest[0].title, rest[0].kinds, rest[0].forms) == (section.title, section.kinds, section.forms)
        pairs.append((section, rest.pop(0) if same else None))
    return pairs


def _section_changes(section: Section, other: Section | None) -> Iterator[Change]:
    title, blanks = section.title, section.count_by is CountBy.SLOTS
    if other is None:
        yield Change(About.SECTION, title, section.total, Decimal(0))
        return
    yield Change(About.COUNT, title, Decimal(section.count), Decimal(other.count), blanks=blanks)
    yield Change(About.EACH, title, section.marks_each, other.marks_each, blanks=blanks)
    yield Change(About.WISH, title, Decimal(len(section.wishes)), Decimal(len(other.wishes)))


def _cells(plan: Plan) -> dict[tuple[str, str, Band | None], int]:
    return {(plan.sections[each.section].title, each.topic, each.band): each.count for each in plan.fixed_cells}


def cost_of(plan: Plan, changes: Sequence[Change]) -> Decimal:
    """How many marks of a paper `changes` shift: what one place loses and another gains counts once."""
    sections = {section.title: section for section in plan.sections}
    whole = Decimal(0)
    for change in changes:
        moved = abs(change.after - change.before)
        section = sections.get(change.name)
        if change.about in {About.TOPIC, About.SECTION} or section is None:
            whole += moved / 2
        elif change.about is About.EACH:
            whole += moved * section.count / 2
        else:
            whole += moved * section.marks_each / (1 if change.about is About.WISH else 2)
    return whole

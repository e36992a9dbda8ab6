"""Pure: what the bank holds beside each row of a specification."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exam.papers.specification import CountBy, FixedCell, Plan, Section, Wish
from question_bank.drawable import Drawable
from question_bank.enums import Audience, Band


@dataclass(frozen=True)
class Supply:
    """One row: its name (of a margin its code), the marks it has on every paper, the questions the bank holds for it.

    `held` counts in the unit of the row (questions, or blanks of a section that counts blanks); `needed` is how many of
    them one paper takes, None for margins, which take marks: `reach` is how many marks the questions held can carry.
    """

    name: str
    marks: Decimal
    questions: int
    held: int
    needed: int | None = None
    reach: Decimal = Decimal(0)

    @property
    def suffices(self) -> bool:
        """Whether one paper could be filled; of a margin at least one question is asked."""
        return self.held >= (self.needed if self.needed is not None else 1)

    @property
    def papers(self) -> int | None:
        """So many papers at most could be filled with no question used twice; None where a paper takes none.

        Looked at by itself: what other rows take makes it fewer (`exam.papers.coverage` counts that).
        """
        if self.needed is not None:
            return self.held // self.needed if self.needed else None
        return int(self.reach // self.marks) if self.marks else None


@dataclass(frozen=True)
class Stock:
    """The rows of one specification; `questions` are all that may stand on its papers."""

    questions: int
    sections: tuple[Supply, ...]
    topics: tuple[Supply, ...]
    bands: tuple[Supply, ...]
    cells: tuple[Supply, ...] = ()


def stock_of(plan: Plan, bank: Sequence[Drawable], audience: Audience | None) -> Stock:
    """Count `bank` (of the paper's kind) for `plan`; with an audience, only what that audience may be asked."""
    meant = meant_for(bank, audience)
    fitting = [_fitting(section, meant) for section in plan.sections]
    useful = list({each.code: each for found in fitting for each in found}.values())
    worth = _worth(plan, fitting)
    topics = [
        _margin(group, marks, [each for each in useful if plan.groups.get(each.topic) == group], worth)
        for group, marks in plan.topic_marks.items()
    ]
    wanted = plan.band_marks()
    bands = [
        _margin(band.value, wanted[band], [each for each in useful if each.band is band], worth)
        for band in Band
        if band in wanted
    ]
    sections = [_section(section, found) for section, found in zip(plan.sections, fitting, strict=True)]
    cells = [_cell(plan.sections[cell.section], cell, fitting[cell.section]) for cell in plan.fixed_cells]
    return Stock(len(useful), tuple(sections), tuple(topics), tuple(bands), tuple(cells))


def meant_for(bank: Iterable[Drawable], audience: Audience | None) -> list[Drawable]:
    """What of `bank` that audience may be asked; everything for None."""
    return [each for each in bank if not each.audiences or audience is None or audience in each.audiences]


def reserved(section: Section, wish: Wish, count: int, bank: Iterable[Drawable]) -> Supply:
    """What the bank holds for `count` items of a section that are to be as `wish` says, host units left aside."""
    found = [
        each
        for each in _fitting(section, bank)
        if (not wish.topics or each.topic in wish.topics)
        and (not wish.kinds or each.kind in wish.kinds)
        and (each.common_core or not wish.common_core)
    ]
    return Supply(section.title, section.marks_each * count, len(found), len(found), count)


def _worth(plan: Plan, fitting: Sequence[Sequence[Drawable]]) -> dict[str, Decimal]:
    """By code the most marks that a question can carry in any section it fits."""
    worth: dict[str, Decimal] = {}
    for section, found in zip(plan.sections, fitting, strict=True):
        for each in found:
            worth[each.code] = max(worth.get(each.code, Decimal(0)), section.marks_of(each.slots))
    return worth


def side_by_side(stocks: Sequence[Stock]) -> list[tuple[str, list[Supply | None]]]:
    """The margins of several specifications as one table: a row for every topic or band, None where one has none."""
    columns = [{each.name: each for each in (*stock.topics, *stock.bands)} for stock in stocks]
    topics = dict.fromkeys(each.name for stock in stocks for each in stock.topics)
    bands = dict.fromkeys(each.name for stock in stocks for each in stock.bands)
    return [(name, [column.get(name) for column in columns]) for name in (*topics, *bands)]


def _fitting(section: Section, bank: Iterable[Drawable]) -> list[Drawable]:
    if section.fixed:
        return []
    return [each for each in bank if each.kind in section.kinds and each.form in section.forms]


def _section(section: Section, found: Sequence[Drawable]) -> Supply:
    if section.fixed:
        return Supply(section.title, section.total, 1, 1, 0)
    return Supply(section.title, section.total, len(found), _counted(section, found), section.count)


def _cell(section: Section, cell: FixedCell, found: Iterable[Drawable]) -> Supply:
    here = [each for each in found if cell.holds(each.topic, each.band)]
    return Supply(section.title, section.marks_each * cell.count, len(here), _counted(section, here), cell.count)


def _counted(section: Section, found: Sequence[Drawable]) -> int:
    return sum(each.slots for each in found) if section.count_by is CountBy.SLOTS else len(found)


def _margin(name: str, marks: Decimal, found: Sequence[Drawable], worth: Mapping[str, Decimal]) -> Supply:
    reach = sum((worth[each.code] for each in found), Decimal(0))
    return Supply(name, marks, len(found), len(found), None, reach)

"""Pure: what the bank holds beside each row of a specification."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exam.papers.specification import CountBy, Plan, Section
from question_bank.drawable import Drawable
from question_bank.enums import Audience, Band


@dataclass(frozen=True)
class Supply:
    """One row: its name (of a margin its code), the marks it has on every paper, the questions the bank holds for it.

    `held` counts in the unit of the row (questions, or blanks of a section that counts blanks); `needed` is how many of
    them one paper takes, None for margins, which take marks.
    """

    name: str
    marks: Decimal
    questions: int
    held: int
    needed: int | None = None

    @property
    def suffices(self) -> bool:
        """Whether one paper could be filled; of a margin at least one question is asked."""
        return self.held >= (self.needed if self.needed is not None else 1)


@dataclass(frozen=True)
class Stock:
    """The rows of one specification; `questions` are all that may stand on its papers."""

    questions: int
    sections: tuple[Supply, ...]
    topics: tuple[Supply, ...]
    bands: tuple[Supply, ...]


def stock_of(plan: Plan, bank: Sequence[Drawable], audience: Audience | None) -> Stock:
    """Count `bank` (of the paper's kind) for `plan`; with an audience, only what that audience may be asked."""
    meant = [each for each in bank if not each.audiences or audience is None or audience in each.audiences]
    fitting = [_fitting(section, meant) for section in plan.sections]
    useful = list({each.code: each for found in fitting for each in found}.values())
    topics = [
        _margin(group, marks, (each for each in useful if plan.groups.get(each.topic) == group))
        for group, marks in plan.topic_marks.items()
    ]
    wanted = plan.band_marks()
    bands = [
        _margin(band.value, wanted[band], (each for each in useful if each.band is band))
        for band in Band
        if band in wanted
    ]
    sections = [_section(section, found) for section, found in zip(plan.sections, fitting, strict=True)]
    return Stock(len(useful), tuple(sections), tuple(topics), tuple(bands))


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
        return Supply(section.title, section.total, 1, 1, 1)
    by_slots = section.count_by is CountBy.SLOTS
    held = sum(each.slots for each in found) if by_slots else len(found)
    return Supply(section.title, section.total, len(found), held, section.count)


def _margin(name: str, marks: Decimal, found: Iterable[Drawable]) -> Supply:
    held = sum(1 for _ in found)
    return Supply(name, marks, held, held)

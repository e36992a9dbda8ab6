"""Pure: one paper as it stands on paper. What the booklet prints and what a preview shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from exam.papers.specification import CountBy, Plan, Section
from question_bank import scoring
from question_bank.enums import Kind, ScoringRule
from question_bank.kinds import Content, KeyView, Order, PublicView, key_view, public_view
from question_bank.pictures import Picture
from question_bank.scoring import PLAIN, RuleOptions, sentence

Pictures = Mapping[str, Picture]

NUMERALS = "一二三四五六七八九十"
UNCERTAIN = "不定项选择题"
written_marks = scoring.written_marks
"""Marks as they are printed."""


@dataclass(frozen=True)
class Holder:
    """Whose paper it is. `number` is the 考号; an empty field is left to be filled in by hand."""

    name: str = ""
    unit: str = ""
    number: str = ""
    seat: str = ""


@dataclass(frozen=True)
class SheetItem:
    """One question: `number` runs through the whole paper.

    `key` and `citations` (document, article) are there for the answer key only. `pictures` are by digest those that
    its texts name.
    """

    number: int
    item_id: int
    kind: Kind
    marks: Decimal
    rule: ScoringRule
    view: PublicView
    key: KeyView | None = None
    citations: tuple[tuple[str, str], ...] = ()
    pictures: Pictures = field(default_factory=dict)


@dataclass(frozen=True)
class SheetSection:
    """大题: `numeral` 一, `title` 单项选择题, `intro` the sentence in brackets with counts, marks and scoring rule."""

    numeral: str
    title: str
    intro: str
    marks: Decimal
    items: tuple[SheetItem, ...]

    @property
    def heading(self) -> str:
        return f"{self.numeral}、{self.title}{self.intro}"


@dataclass(frozen=True)
class Sheet:
    """One printable paper. `heading` stands above the title (the tour or the stop), `code` is the paper's own."""

    title: str
    code: str
    total: Decimal
    minutes: int
    open_book: bool
    sections: tuple[SheetSection, ...]
    heading: str = ""
    rounding: Decimal | None = None
    holder: Holder = Holder()
    spare: bool = False


@dataclass(frozen=True)
class Line:
    """A paper item with its content, as a transcript needs it."""

    item_id: int
    section: int
    content: Content
    order: Order
    rule: ScoringRule
    marks: Decimal
    citations: tuple[tuple[str, str], ...] = ()
    pictures: Pictures = field(default_factory=dict)
    options: RuleOptions = PLAIN


def sections_of(plan: Plan, lines: Sequence[Line], *, with_key: bool) -> tuple[SheetSection, ...]:
    """The sections of a paper whose items are `lines`, in their order; answers only `with_key`."""
    sections = []
    number = 0
    for index, section in enumerate(plan.sections):
        items = []
        for line in lines:
            if line.section == index:
                number += 1
                items.append(item_of(number, line, with_key=with_key))
        told = intro(section, tuple((item.number, item.marks) for item in items))
        sections.append(SheetSection(numeral(index + 1), section.title, told, section.total, tuple(items)))
    return tuple(sections)


def item_of(number: int, line: Line, *, with_key: bool) -> SheetItem:
    """One question as it stands on paper under `number`; its answer only `with_key`."""
    return SheetItem(
        number=number,
        item_id=line.item_id,
        kind=line.content.kind,
        marks=line.marks,
        rule=line.rule,
        view=public_view(line.content, line.order, line.marks, rule=line.rule, options=line.options),
        key=key_view(line.content, line.order, line.marks) if with_key else None,
        citations=line.citations if with_key else (),
        pictures=line.pictures,
    )


def numeral(number: int) -> str:
    """1 → 一, 11 → 十一, 20 → 二十 (up to 99)."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{NUMERALS[tens - 1]}十")
    return head + (NUMERALS[ones - 1] if ones else "")


def intro(section: Section, items: Sequence[tuple[int, Decimal]] = ()) -> str:
    """（本大题共20小题，每小题1分，共20分。…） with the scoring rule of every kind that may stand here.

    `items`: number and marks of the questions drawn, so that what is said is what stands there.
    """
    each, total = written_marks(section.marks_each), written_marks(section.total)
    if section.count_by is CountBy.SLOTS:
        questions = f"{len(items)}小题" if items and len(items) != section.count else ""
        counted = f"本大题共{questions}{section.count}空，每空{each}分，共{total}分。"
    elif section.count == 1:
        counted = f"本大题共1小题，共{total}分。"
    elif len({marks for _, marks in items}) > 1:
        counted = f"本大题共{len(items)}小题，共{total}分，其中{_by_marks(items)}。"
    else:
        counted = f"本大题共{section.count}小题，每小题{each}分，共{total}分。"
    return f"（{counted}{rule_sentence(section)}）"


def _by_marks(items: Sequence[tuple[int, Decimal]]) -> str:
    """第36、37题每题2分，第38题5分: the marks in the order in which they first stand."""
    numbers: dict[Decimal, list[str]] = {}
    for number, marks in items:
        numbers.setdefault(marks, []).append(str(number))
    return "，".join(
        f"第{'、'.join(found)}题{'每题' if len(found) > 1 else ''}{written_marks(marks)}分"
        for marks, found in numbers.items()
    )


def rule_sentence(section: Section) -> str:
    """How the section is marked, in Chinese; kind by kind where the rules differ."""
    if section.fixed:
        return "按问题表述的清晰、完整程度由主持人评分"
    if section.kinds == (Kind.CASE,):
        return "客观小题按答案计分，主观小题按采分点计分"
    by_slot = section.count_by is CountBy.SLOTS
    rules = {
        kind: sentence(section.rule(kind), section.options(kind), None if by_slot else section.marks_each)
        for kind in section.kinds
    }
    if len(set(rules.values())) == 1:
        return next(iter(rules.values()))
    return "；".join(f"{named(kind, section.options(kind))}{rule}" for kind, rule in rules.items())


def rounding_sentence(step: Decimal | None) -> str:
    """How the marks of the whole paper are rounded; empty where they are not."""
    if step is None:
        return ""
    return "总分四舍五入取整" if step == 1 else f"总分四舍五入到{written_marks(step)}分"


def named(kind: Kind, options: RuleOptions) -> str:
    """题型 as the paper calls it: a multiple choice of which one option or more may be right is a 不定项选择题."""
    return UNCERTAIN if kind is Kind.MULTIPLE_CHOICE and options.uncertain else kind.chinese

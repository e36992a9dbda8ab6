"""Pure: 组卷规格. Sections set kinds, counts and marks; margins spread the marks over topics and difficulty bands."""

import hashlib
import json
import operator
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from question_bank.enums import Band, Kind, ScoringRule, TextForm, default_rule
from question_bank.kinds.base import Frozen
from question_bank.scoring import PLAIN, RuleOptions, Step, faults, kept

Marks = Annotated[Decimal, Field(gt=0, max_digits=6, decimal_places=2, allow_inf_nan=False)]
GROUP_MARK = "/"
"""Joins the topics that share one margin: `ETIQ/SERVICE`."""


class CountBy(StrEnum):
    """What the number of a section counts, and what `marks_each` is paid for."""

    QUESTIONS = "questions"
    SLOTS = "slots"


class Wish(Frozen):
    """What one item of a section should be about.

    `topics`: codes of root topics, none meaning any. `kinds`: of the section's kinds, none meaning any. `host_unit`: a
    question of the host unit where the bank holds one that fits, else one that belongs to no unit. `common_core`: a
    question of everybody's core.
    """

    topics: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    host_unit: bool = False
    common_core: Annotated[bool, Field(exclude_if=operator.not_)] = False


class FixedCell(Frozen):
    """Exactly `count` of a section (in what the section counts) are about `topic` and lie in `band`.

    `section` is an index; `topic` a root topic or a group of them, empty meaning any; no `band` means any.
    """

    section: Annotated[int, Field(ge=0)]
    topic: Annotated[str, Field(max_length=80)] = ""
    band: Band | None = None
    count: Annotated[int, Field(ge=0, le=200)]

    def holds(self, topic: str, band: Band | None) -> bool:
        """Whether a question on this root topic and of this band counts here."""
        return (not self.topic or topic in self.topic.split(GROUP_MARK)) and self.band in {None, band}


class Section(Frozen):
    """大题. `count` questions or slots at `marks_each`; `rules` name a scoring rule per kind, else its default.

    `rule_options` hold what those rules are told beside their names, by kind, where it is not the usual.
    `wishes` bind the first items, at most one wish an item. `fixed` is the code of the one question that stands here on
    every paper: such a section draws nothing and takes no part in the margins.
    """

    title: Annotated[str, Field(min_length=1, max_length=40)]
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)]
    forms: Annotated[tuple[TextForm, ...], Field(min_length=1)] = (TextForm.ORDINARY,)
    count_by: CountBy = CountBy.QUESTIONS
    count: Annotated[int, Field(gt=0, le=200)]
    marks_each: Marks
    rules: dict[Kind, ScoringRule] = Field(default_factory=dict)
    rule_options: Annotated[dict[Kind, RuleOptions], Field(exclude_if=operator.not_)] = Field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    fixed: Annotated[str, Field(max_length=40)] = ""

    @property
    def total(self) -> Decimal:
        """Marks of the whole section."""
        return self.count * self.marks_each

    def rule(self, kind: Kind) -> ScoringRule:
        """By which rule an item of `kind` is marked here."""
        return self.rules.get(kind) or default_rule(kind)

    def options(self, kind: Kind) -> RuleOptions:
        """What the rule of `kind` is told here."""
        return self.rule_options.get(kind, PLAIN)

    def marks_of(self, slots: int) -> Decimal:
        """Marks of one item with so many slots."""
        return self.marks_each * slots if self.count_by is CountBy.SLOTS else self.marks_each

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for kind, rule in self.rules.items():
            if kind not in self.kinds or kind not in rule.kinds:
                raise ValueError(f"the rule {rule} cannot mark {kind} in {self.title}")
        if self.count_by is CountBy.SLOTS and (self.wishes or set(self.kinds) != {Kind.FILL_BLANK}):
            raise ValueError("only blanks are counted by slots, and without wishes")
        if any(kind not in self.kinds for wish in self.wishes for kind in wish.kinds):
            raise ValueError(f"a wish names a kind that {self.title} does not hold")
        if len(self.wishes) > self.count:
            raise ValueError("more wishes than items")
        if any(set(wish.kinds) - set(self.kinds) for wish in self.wishes):
            raise ValueError("a wish names a kind that the section has not")
        if bool(self.fixed) != (TextForm.DIAGNOSIS in self.forms) or (self.fixed and self.count != 1):
            raise ValueError("a diagnosis, and nothing else, is one fixed item")
        return self

    @model_validator(mode="after")
    def _options_fit_rules(self) -> Self:
        for kind, options in self.rule_options.items():
            rule = self.rule(kind)
            if kind not in self.kinds or options == PLAIN or options != kept(kind, rule, options):
                raise ValueError(f"the options of {kind} in {self.title} are none of its rule {rule}")
            if faults(kind, rule, options, self.marks_each):
                raise ValueError(f"the options of the rule {rule} do not fit the marks of {self.title}")
        return self


class Plan(Frozen):
    """The whole specification as a value.

    `topic_marks`: marks per root topic or group of topics (`ETIQ/SERVICE`), none at all meaning that topics are free.
    `difficulty_shares`: parts per band, such as 5:3:2 (a wish; the nearest that topics and sections allow is taken).
    `rounding`: the marks of a whole paper are rounded to a multiple of it, half up; None: not at all.
    `fixed_cells` hold exactly. What a plan does not use is left out of its JSON, so that its hash stays what it was.
    """

    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=20)]
    topic_marks: dict[str, Marks] = Field(default_factory=dict)
    difficulty_shares: dict[Band, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    minutes: Annotated[int, Field(gt=0, le=600)]
    total: Marks
    pass_marks: Annotated[Decimal, Field(ge=0)]
    open_book: bool = False
    rounding: Annotated[Step | None, Field(exclude_if=operator.not_)] = None
    fixed_cells: Annotated[tuple[FixedCell, ...], Field(max_length=60, exclude_if=operator.not_)] = ()

    @property
    def drawn_total(self) -> Decimal:
        """Marks of the sections that draw from the bank; both kinds of margin add up to it."""
        return sum((section.total for section in self.sections if not section.fixed), Decimal(0))

    @property
    def groups(self) -> dict[str, str]:
        """Root topic → the group whose margin it belongs to; empty where topics are free."""
        return {topic: group for group in self.topic_marks for topic in group.split(GROUP_MARK)}

    @property
    def asks_for_core(self) -> bool:
        """Whether a wish names the common core."""
        return any(wish.common_core for section in self.sections for wish in section.wishes)

    def band_marks(self) -> dict[Band, Decimal]:
        """The marks each band should have, exactly; empty where no shares are given."""
        parts = sum(self.difficulty_shares.values())
        return {band: self.drawn_total * share / parts for band, share in self.difficulty_shares.items()}

    def __hash__(self) -> int:
        """By value, like equality: counts made for one plan serve every equal one."""
        return hash(plan_hash(self))

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum((section.total for section in self.sections), Decimal(0)) != self.total:
            raise ValueError("the sections do not add up to the total")
        if self.topic_marks and sum(self.topic_marks.values(), Decimal(0)) != self.drawn_total:
            raise ValueError("the topic marks do not add up to the marks drawn")
        if sum(len(group.split(GROUP_MARK)) for group in self.topic_marks) != len(self.groups):
            raise ValueError("a topic stands in two groups")
        if self.difficulty_shares and not any(self.difficulty_shares.values()):
            raise ValueError("the difficulty shares are all zero")
        if self.pass_marks > self.total:
            raise ValueError("the pass mark is above the total")
        return self

    @model_validator(mode="after")
    def _cells_can_stand(self) -> Self:
        known = {*self.groups, *self.topic_marks}
        for cell in self.fixed_cells:
            if cell.section >= len(self.sections) or self.sections[cell.section].fixed:
                raise ValueError("a fixed cell names a section that draws nothing")
            if cell.count > self.sections[cell.section].count:
                raise ValueError("a fixed cell holds more than its section")
            if cell.topic and known and cell.topic not in known:
                raise ValueError("a fixed cell names a topic that has no marks")
        if len({(cell.section, cell.topic, cell.band) for cell in self.fixed_cells}) < len(self.fixed_cells):
            raise ValueError("a cell is fixed twice")
        return self


def plain(marks: Decimal) -> Decimal:
    """The same marks without needless zeros, as plans are written: 25.00 → 25, 2.50 → 2.5."""
    whole = marks.to_integral_value()
    return whole if whole == marks else marks.normalize()


def plan_of(data: Mapping[str, Any]) -> Plan:
    """Read a plan as it stands in the database."""
    return Plan.model_validate(data)


def plan_hash(plan: Plan) -> str:
    """SHA-256 over the plan in canonical JSON: what the papers were made to."""
    return digest(plan.model_dump(mode="json"))


def digest(value: object) -> str:
    """SHA-256 of `value` as JSON with sorted keys and no spaces, in hexadecimal."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

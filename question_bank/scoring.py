"""What a scoring rule is told beside its name, what of it each rule uses, and the sentence printed on the paper. Pure.

Marks in options are marks of the item, not shares of it. What stands at its default is left out of the JSON, so that
specifications and papers made before an option existed keep their hashes: a default that stands here never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_serializer

from question_bank.enums import Kind, NamedEnum, ScoringRule
from question_bank.errors import N_, Problem
from question_bank.rounding import QUARTER

STEPS = (QUARTER, Decimal("0.5"), Decimal(1))
"""Marks to a multiple of which the marks of an item, or of a whole paper, may be rounded, half up."""


class Floor(NamedEnum):
    """Where deductions end: the section, or only the paper, never falls below 0."""

    SECTION = "section", N_("no section falls below 0"), "本大题最低0分"
    PAPER = "paper", N_("only the whole paper stays at 0 or more"), "全卷最低0分"


class WrongCharacters(NamedEnum):
    """错别字: what becomes of a blank in which one character is another one that sounds the same."""

    STRICT = "strict", N_("A wrong character costs the blank"), "有错别字的不得分"
    HALF = "half", N_("A wrong character of the same sound costs half the blank"), "有一个同音错别字的得该空一半分"
    LENIENT = "lenient", N_("A wrong character of the same sound costs nothing"), "一个同音错别字不扣分"


def tidy(marks: Decimal) -> Decimal:
    """Return the same number without needless zeros, so that equal options have equal JSON: 0.50 → 0.5, 2.00 → 2."""
    whole = marks.to_integral_value()
    return whole if whole == marks else marks.normalize()


def _on_grid(marks: Decimal) -> Decimal:
    if marks % QUARTER:
        message = "marks of a rule are given in quarters"
        raise ValueError(message)
    return tidy(marks)


def _is_step(step: Decimal) -> Decimal:
    if step not in STEPS:
        message = "marks are rounded to 0.25, 0.5 or 1"
        raise ValueError(message)
    return tidy(step)


Figure = Annotated[Decimal, Field(gt=0, le=100, max_digits=6, decimal_places=2), AfterValidator(_on_grid)]
"""Marks that a rule names, in quarters."""
Step = Annotated[Decimal, Field(max_digits=6, decimal_places=2), AfterValidator(_is_step)]


class RuleOptions(BaseModel):
    """Options of the rule by which items of one kind are marked in one section.

    ``penalty``: marks a wrong answer or a wrong pair costs. ``floor``: where deductions end. ``each``: marks for each
    right option of an incomplete choice. ``fixed``: marks of an incomplete choice by how many of its options are right
    (the first for one, the second for two …), the last one standing for all further ones. ``judging``: marks for the
    judgement of a false statement, the rest being for the correction; None: half. ``uncertain``: 不定项, one option or
    more may be right. ``wrong_characters``: what they cost in a blank. ``required``: so many key points earn all marks,
    whichever they are; None: all of them. ``carried``: a later step is not punished again for an earlier mistake
    (前错后对): said on the paper and to the marker. ``step``: the item is rounded to a multiple of it, half up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    penalty: Figure = Decimal("0.5")
    floor: Floor = Floor.SECTION
    each: Figure = Decimal("0.5")
    fixed: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=10)] = (Decimal(2),)
    judging: Figure | None = None
    uncertain: bool = False
    wrong_characters: WrongCharacters = WrongCharacters.STRICT
    required: Annotated[int, Field(ge=1, le=40)] | None = None
    carried: bool = False
    step: Step = QUARTER

    @model_serializer(mode="wrap")
    def _own(self, handler: Callable[[RuleOptions], dict[str, Any]]) -> dict[str, Any]:
        """Leave out what stands at its default."""
        defaults = type(self).model_fields
        return {name: value for name, value in handler(self).items() if getattr(self, name) != defaults[name].default}

    def marks_for(self, right: int) -> Decimal:
        """Return what an incomplete choice with ``right`` right options earns by the fixed marks; 0 without any."""
        return self.fixed[min(right, len(self.fixed)) - 1] if right else Decimal(0)


PLAIN = RuleOptions()
"""Every option at its default."""


def options_in(kept: Mapping[str, Any]) -> RuleOptions:
    """Read options as they stand in the database, where a paper keeps those of its rules."""
    return RuleOptions.model_validate(kept) if kept else PLAIN


_BY_RULE: dict[ScoringRule, tuple[str, ...]] = {
    ScoringRule.PER_OPTION: ("each",),
    ScoringRule.FIXED_IF_INCOMPLETE: ("fixed",),
    ScoringRule.WRONG_DEDUCTS: ("penalty", "floor"),
    ScoringRule.WITH_CORRECTION: ("judging",),
    ScoringRule.PER_PAIR_LESS_WRONG: ("penalty",),
    ScoringRule.KEY_POINTS: ("required", "carried"),
}
_BY_KIND: dict[Kind, tuple[str, ...]] = {
    Kind.MULTIPLE_CHOICE: ("uncertain",),
    Kind.FILL_BLANK: ("wrong_characters",),
}
_ROUNDED = frozenset(ScoringRule) - {ScoringRule.EXACT, ScoringRule.ALL_OR_NOTHING, ScoringRule.WRONG_DEDUCTS}


def options_of(kind: Kind, rule: ScoringRule) -> tuple[str, ...]:
    """Return the names of the options that mean something for ``kind`` under ``rule``."""
    if kind is Kind.CASE:  # its sub-questions are marked by the defaults of their own kinds
        return ()
    return _BY_KIND.get(kind, ()) + _BY_RULE.get(rule, ()) + (("step",) if rule in _ROUNDED else ())


def kept(kind: Kind, rule: ScoringRule, options: RuleOptions) -> RuleOptions:
    """Return ``options`` with everything at its default that ``rule`` does not use."""
    used = options_of(kind, rule)
    return RuleOptions(**{name: getattr(options, name) for name in used})


def faults(kind: Kind, rule: ScoringRule, options: RuleOptions, marks: Decimal) -> list[Problem]:
    """Return what is wrong with ``options`` for items of ``marks`` marks; ``where`` is the name of the option."""
    used = options_of(kind, rule)
    worth = {"marks": written_marks(marks)}
    found = []
    if "penalty" in used and options.penalty > marks:
        found.append(Problem("penalty", N_("More is deducted than the %(marks)s marks of the item."), worth))
    if "each" in used and options.each >= marks:
        found.append(Problem("each", N_("An incomplete answer would earn all %(marks)s marks."), worth))
    if "fixed" in used and options.fixed[-1] >= marks:
        found.append(Problem("fixed", N_("An incomplete answer would earn all %(marks)s marks."), worth))
    if "fixed" in used and any(later < earlier for earlier, later in pairwise(options.fixed)):
        found.append(Problem("fixed", N_("More right options would earn fewer marks."), {}))
    if "judging" in used and options.judging is not None and options.judging >= marks:
        found.append(Problem("judging", N_("Nothing of the %(marks)s marks is left for the correction."), worth))
    return found


def written_marks(marks: Decimal) -> str:
    """Write marks without needless zeros: 5.00 → 5, 2.50 → 2.5."""
    return f"{marks:.2f}".rstrip("0").rstrip(".")


def judging_marks(options: RuleOptions, marks: Decimal) -> Decimal:
    """Return what the right judgement of a false statement is worth out of ``marks``."""
    return marks / 2 if options.judging is None else min(options.judging, marks)


def sentence(rule: ScoringRule, options: RuleOptions = PLAIN, marks: Decimal | None = None) -> str:
    """Return the rule as it stands on the paper. ``marks`` of the item turn “half” into marks where it is known."""
    said = rule.chinese % _figures(options, marks)
    before = "每题有一个或多个选项正确；" if options.uncertain else ""
    return f"{before}{said}{''.join(_additions(options))}"


def _additions(options: RuleOptions) -> list[str]:
    added = []
    if options.required is not None:
        added.append(f"，答出任意{options.required}点得满分")
    if options.carried:
        added.append("，后续步骤不因前一步的错误重复扣分")
    if options.wrong_characters is not WrongCharacters.STRICT:
        added.append(f"，{options.wrong_characters.chinese}")
    if options.step != QUARTER:
        added.append("，每题得分四舍五入取整" if options.step == 1 else f"，每题得分四舍五入到{options.step}分")
    return added


def template(rule: ScoringRule) -> str:
    """Return the rule for a list to choose from, with 若干 where its options say how much."""
    return rule.chinese % _Vague()


class _Vague(dict[str, str]):
    """What stands for figures that are not known yet."""

    def __missing__(self, name: str) -> str:
        """Say 若干, and where deductions end the usual place."""
        return {"floor": Floor.SECTION.chinese, "incomplete": "漏选得若干分"}.get(name, "若干分")


def _figures(options: RuleOptions, marks: Decimal | None) -> dict[str, str]:
    """Return the figures of a rule as its sentence names them."""
    judging, mending = "一半分", "另一半分"
    if marks is not None:
        first = judging_marks(options, marks)
        judging, mending = f"{written_marks(first)}分", f"{written_marks(marks - first)}分"
    elif options.judging is not None:
        judging, mending = f"{written_marks(options.judging)}分", "其余分"
    return {
        "penalty": f"{written_marks(options.penalty)}分",
        "floor": options.floor.chinese,
        "each": f"{written_marks(options.each)}分",
        "incomplete": _incomplete(options),
        "judging": judging,
        "mending": mending,
    }


def _incomplete(options: RuleOptions) -> str:
    """漏选得2分, or one figure for each number of right options chosen."""
    if len(options.fixed) == 1:
        return f"漏选得{written_marks(options.fixed[0])}分"
    last = len(options.fixed)
    told = [
        f"选对{number}个{'及以上' if number == last else ''}得{written_marks(marks)}分"
        for number, marks in enumerate(options.fixed, 1)
    ]
    return f"漏选的{'、'.join(told)}"

"""Single and multiple choice: 单项选择题, 多项选择题."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from question_bank.enums import Kind, ScoringRule
from question_bank.errors import N_, ParseError, Problem
from question_bank.kinds.base import (
    MAX_OPTIONS,
    Content,
    Decision,
    Frozen,
    Key,
    KindRules,
    Order,
    Response,
    Text,
    decided,
)
from question_bank.kinds.checking import check_explanation, check_keys, check_options, check_references
from question_bank.kinds.reading import arranged, read_keys
from question_bank.kinds.shuffling import letters, permuted
from question_bank.kinds.views import KeyView, Labelled, PublicView
from question_bank.scoring import RuleOptions

# “以上都对”, “以上各项均不正确”: options that speak of those above them must stay below them.
_SPEAKS_OF_THOSE_ABOVE = re.compile(r"^(?:以上|上述)(?:[各几\d一二三四五六]*[项者种个]|选项|说法|答案)?(?:都|均|皆|全)")
_HALF = Fraction(1, 2)


class Option(Frozen):
    """One option; ``pinned`` ones are not moved by the shuffle but stay last."""

    key: Key
    text: Text
    pinned: bool = False

    @property
    def stays_last(self) -> bool:
        """Whether it is pinned, by its author or by what it says."""
        return self.pinned or _SPEAKS_OF_THOSE_ABOVE.match(self.text) is not None


Options = Annotated[tuple[Option, ...], Field(min_length=2, max_length=MAX_OPTIONS)]


class ChoiceContent(Content):
    """What both choices hold."""

    options: Options

    @property
    def right(self) -> frozenset[str]:
        """The keys of the right options."""
        raise NotImplementedError


class SingleChoiceContent(ChoiceContent):
    """One right option; ``answer`` is its key."""

    kind: Literal[Kind.SINGLE_CHOICE] = Kind.SINGLE_CHOICE
    answer: Key

    @property
    def right(self) -> frozenset[str]:
        """The keys of the right options."""
        return frozenset({self.answer})


class MultipleChoiceContent(ChoiceContent):
    """Several right options; ``answer`` holds their keys."""

    kind: Literal[Kind.MULTIPLE_CHOICE] = Kind.MULTIPLE_CHOICE
    answer: Annotated[tuple[Key, ...], Field(min_length=1, max_length=MAX_OPTIONS)]

    @property
    def right(self) -> frozenset[str]:
        """The keys of the right options."""
        return frozenset(self.answer)


class ChoiceResponse(Response):
    """The keys chosen, in the order of the content."""

    kind: Literal[Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE]
    chosen: Annotated[tuple[Key, ...], Field(max_length=MAX_OPTIONS)] = ()

    @property
    def is_blank(self) -> bool:
        """Whether no option was chosen."""
        return not self.chosen


def option_labels(content: ChoiceContent, order: Order) -> dict[str, str]:
    """Return key → letter in the order of display."""
    return letters(arranged([option.key for option in content.options], order))


def _incomplete(rule: ScoringRule, options: RuleOptions, found: int, right: int, marks: Fraction) -> Fraction:
    """Return what a choice of ``found`` of the ``right`` options and no wrong one earns.

    half_if_incomplete: half the marks. per_option: so many marks for each option found. fixed_if_incomplete: the marks
    set for so many. proportional: the share found. all_or_nothing: nothing.
    """
    return {
        ScoringRule.HALF_IF_INCOMPLETE: marks * _HALF,
        ScoringRule.PER_OPTION: found * Fraction(options.each),
        ScoringRule.FIXED_IF_INCOMPLETE: Fraction(options.marks_for(found)),
        ScoringRule.PROPORTIONAL: marks * Fraction(found, right),
    }.get(rule, Fraction(0))


ChoiceT = TypeVar("ChoiceT", bound=ChoiceContent)


class _ChoiceRules(KindRules[ChoiceT, ChoiceResponse]):
    """What both choices share."""

    response_type = ChoiceResponse

    def plain_order(self, content: ChoiceT) -> Order:
        """Return the options as written."""
        return Order(keys=tuple(option.key for option in content.options))

    def shuffle(self, content: ChoiceT, seed: int) -> Order:
        """Move the options that may be moved; the others follow them as written."""
        options = content.options
        movable = permuted([option.key for option in options if not option.stays_last], seed)
        return Order(keys=movable + tuple(option.key for option in options if option.stays_last))

    def public_view(self, content: ChoiceT, order: Order) -> PublicView:
        """Show stem and lettered options."""
        texts = {option.key: option.text for option in content.options}
        labels = option_labels(content, order)
        shown = tuple(Labelled(label=label, text=texts[key]) for key, label in labels.items())
        return PublicView(kind=self.kind, stem=content.stem, options=shown)

    def key_view(self, content: ChoiceT, order: Order) -> KeyView:
        """Name the right letters."""
        right = tuple(label for key, label in option_labels(content, order).items() if key in content.right)
        return KeyView(kind=self.kind, answer="".join(right), labels=right, explanation=content.explanation)

    def _check_options(self, content: ChoiceT) -> list[Problem]:
        keys = [option.key for option in content.options]
        texts = [option.text for option in content.options]
        template = N_("The answer “%(key)s” is not among the options.")
        return [
            *check_keys("options", keys),
            *check_options(texts),
            *check_references("options", texts),
            *(Problem("answer", template, {"key": key}) for key in sorted(content.right - set(keys))),
            *check_explanation(content),
        ]


class SingleChoiceRules(_ChoiceRules[SingleChoiceContent]):
    """单项选择题."""

    kind = Kind.SINGLE_CHOICE
    content_type = SingleChoiceContent

    def parse(self, content: SingleChoiceContent, order: Order, raw: object) -> ChoiceResponse:
        """Read one letter: ``"B"`` or ``["B"]``."""
        chosen = read_keys(raw, option_labels(content, order))
        if len(chosen) > 1:
            raise ParseError(N_("Only one option can be chosen."))
        return ChoiceResponse(kind=Kind.SINGLE_CHOICE, chosen=chosen)

    def decide(
        self,
        content: SingleChoiceContent,
        response: ChoiceResponse,
        rule: ScoringRule,
        marks: Fraction,
        options: RuleOptions,
    ) -> Decision:
        """Give all marks for the right option; wrong_deducts: take the penalty for another one."""
        if frozenset(response.chosen) == content.right:
            return decided(marks)
        return decided(-Fraction(options.penalty) if rule is ScoringRule.WRONG_DEDUCTS else Fraction(0))

    def check(self, content: SingleChoiceContent) -> list[Problem]:
        """Check the options and that the answer is one of them."""
        return self._check_options(content)


class MultipleChoiceRules(_ChoiceRules[MultipleChoiceContent]):
    """多项选择题."""

    kind = Kind.MULTIPLE_CHOICE
    content_type = MultipleChoiceContent

    def parse(self, content: MultipleChoiceContent, order: Order, raw: object) -> ChoiceResponse:
        """Read letters: ``["A", "C"]`` or ``"AC"``."""
        chosen = set(read_keys(raw, option_labels(content, order)))
        in_order = tuple(option.key for option in content.options if option.key in chosen)
        return ChoiceResponse(kind=Kind.MULTIPLE_CHOICE, chosen=in_order)

    def decide(
        self,
        content: MultipleChoiceContent,
        response: ChoiceResponse,
        rule: ScoringRule,
        marks: Fraction,
        options: RuleOptions,
    ) -> Decision:
        """Nothing once a wrong option is chosen (but by right_minus_wrong); an incomplete choice earns its share."""
        chosen = frozenset(response.chosen)
        if chosen == content.right:
            return decided(marks)
        wrong = chosen - content.right
        if rule is ScoringRule.RIGHT_MINUS_WRONG:
            left = max(0, len(chosen & content.right) - len(wrong))
            note = N_("A wrong option was chosen") if wrong else N_("Not all right options were chosen")
            return decided(marks * left / len(content.right), note=note)
        if wrong:
            return decided(Fraction(0), note=N_("A wrong option was chosen"))
        share = _incomplete(rule, options, len(chosen), len(content.right), marks)
        return decided(min(marks, share), note=N_("Not all right options were chosen"))

    def check(self, content: MultipleChoiceContent) -> list[Problem]:
        """Check the options, that all answers are among them, and that there are at least two."""
        problems = self._check_options(content) + check_keys("answer", content.answer)
        if len(content.right) == 1:
            problems.append(Problem("answer", N_("Only one option is right; is this a single choice?"), warning=True))
        if len(content.right) == len(content.options):
            problems.append(Problem("answer", N_("Every option is right."), warning=True))
        return problems

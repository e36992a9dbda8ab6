"""What every kind of question has in common: content, order, response, verdict, and the rules over them.

Keys (``A``, ``1``, ``k1``) name things inside a content and never change; labels (A, B, C … by position) are what one
candidate sees on one paper. An ``Order`` leads from one to the other.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal
from fractions import Fraction
from string import ascii_uppercase
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from question_bank.enums import Kind, ScoringRule, rules_for
from question_bank.errors import N_, Invalid, Problem
from question_bank.rounding import HUNDREDTH, settle, to_step
from question_bank.scoring import PLAIN, RuleOptions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from question_bank.kinds.views import KeyView, PublicView

MAX_TEXT = 5_000
MAX_STEM = 20_000
MAX_OPTIONS = len(ascii_uppercase)

Key = Annotated[str, Field(min_length=1, max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]


class Frozen(BaseModel):
    """A value: unknown fields are refused, nothing can be set afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Content(Frozen):
    """What one version of a question says, key and explanation included. One subclass per kind.

    The stem of a case is its material; blanks in the stem of a fill_blank are runs of two or more ``_``.
    """

    kind: Kind
    stem: Annotated[str, Field(min_length=1, max_length=MAX_STEM)]
    explanation: Annotated[str, Field(max_length=MAX_TEXT)] = ""


class Order(Frozen):
    """In which order one paper shows the movable things of a question: original keys by position.

    ``keys`` are options (choice), items (ordering) or the right column (matching); empty for kinds without.
    ``parts`` holds the orders of a case's sub-questions by their ids.
    """

    keys: tuple[str, ...] = ()
    parts: dict[str, Order] = Field(default_factory=dict)


class Response(Frozen):
    """What a candidate gave for one item, in original keys. One subclass per kind."""

    kind: Kind

    @property
    def is_blank(self) -> bool:
        """Whether nothing was given."""
        raise NotImplementedError


class Span(Frozen):
    """Characters ``start`` ≤ i < ``end`` of the candidate's text."""

    start: int
    end: int


class Part(Frozen):
    """How one blank, pair, step, sub-question or key point did.

    ``ref`` is the number of the blank, the left key, the id of the sub-question or of the key point. ``ok`` is None
    where a person decides; ``marks`` is then only a suggestion. Marks here are hundredths for showing; they need not
    add up to the verdict's, which is rounded once. ``note`` is a gettext message id over ``params``. ``rules`` says by
    which rule each of ``spans`` was found.
    """

    ref: str
    ok: bool | None
    marks: Decimal
    out_of: Decimal
    note: str = ""
    params: dict[str, str] = Field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    rules: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class Verdict(Frozen):
    """Marks for one response. ``marks`` is what the rule decides by itself, ``suggested`` adds the written parts.

    Below 0 only by a rule that deducts. Where a rubric suggests, ``confidence`` says how sure that is in
    ten-thousandths, ``flags`` what makes it doubtful.
    """

    marks: Decimal
    out_of: Decimal
    suggested: Decimal
    parts: tuple[Part, ...] = ()
    needs_person: bool = False
    note: str = ""
    params: dict[str, str] = Field(default_factory=dict)
    confidence: int | None = None
    flags: tuple[str, ...] = ()


class Decision(Frozen):
    """A verdict before rounding: exact fractions of a mark."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    earned: Fraction
    suggested: Fraction
    parts: tuple[Part, ...] = ()
    needs_person: bool = False
    note: str = ""
    params: dict[str, str] = Field(default_factory=dict)
    confidence: int | None = None
    flags: tuple[str, ...] = ()


def decided(
    earned: Fraction, *, parts: tuple[Part, ...] = (), note: str = "", params: Mapping[str, str] | None = None
) -> Decision:
    """Return a decision no person has to look at."""
    return Decision(earned=earned, suggested=earned, parts=parts, note=note, params=dict(params or {}))


def part(ref: str, *, ok: bool | None, marks: Fraction, out_of: Fraction, note: str = "") -> Part:
    """Return a part with its marks in hundredths."""
    return Part(ref=ref, ok=ok, marks=to_step(marks, HUNDREDTH), out_of=to_step(out_of, HUNDREDTH), note=note)


ContentT = TypeVar("ContentT", bound=Content)
ResponseT = TypeVar("ResponseT", bound=Response)


class KindRules(ABC, Generic[ContentT, ResponseT]):
    """Everything a kind can do, as pure functions over its content. One stateless instance per kind."""

    kind: ClassVar[Kind]
    content_type: type[ContentT]
    response_type: type[ResponseT]

    def shuffle(self, content: ContentT, seed: int) -> Order:  # noqa: ARG002 - kinds that move something override
        """Return the order of display for ``seed``; the same on every machine and Python."""
        return Order()

    def plain_order(self, content: ContentT) -> Order:  # noqa: ARG002
        """Return the order in which the author wrote it."""
        return Order()

    @abstractmethod
    def public_view(self, content: ContentT, order: Order) -> PublicView:
        """Return what a candidate may see: an allow-list, in labels."""

    @abstractmethod
    def parse(self, content: ContentT, order: Order, raw: object) -> ResponseT:
        """Read the JSON value of the candidate's page, in labels; raise ``ParseError`` if it cannot be read."""

    @abstractmethod
    def decide(
        self, content: ContentT, response: ResponseT, rule: ScoringRule, marks: Fraction, options: RuleOptions
    ) -> Decision:
        """Decide a response that is not blank, by a rule valid for the kind and its options, before rounding."""

    @abstractmethod
    def key_view(self, content: ContentT, order: Order) -> KeyView:
        """Return the correct answer in labels, with all that explains it."""

    @abstractmethod
    def check(self, content: ContentT) -> list[Problem]:
        """Return what is wrong beyond the shape of the data."""

    def slots(self, content: ContentT) -> int:  # noqa: ARG002
        """Return how many things are to be filled in: blanks, pairs, else 1."""
        return 1

    def verdict(
        self,
        content: ContentT,
        response: ResponseT,
        rule: ScoringRule,
        marks: Decimal,
        options: RuleOptions = PLAIN,
    ) -> Verdict:
        """Mark ``response`` by ``rule`` out of ``marks``; raise ``Invalid`` for a rule of another kind."""
        self.require_rule(rule, marks)
        if response.is_blank:
            note = N_("Not answered")
            return Verdict(marks=Decimal(0), out_of=marks, suggested=Decimal(0), note=note)
        decision = self.decide(content, response, rule, Fraction(marks), options)
        below = rule.goes_below_zero
        return Verdict(
            marks=settle(decision.earned, marks, step=options.step, below_zero=below),
            out_of=marks,
            suggested=settle(decision.suggested, marks, step=options.step, below_zero=below),
            parts=decision.parts,
            needs_person=decision.needs_person,
            note=decision.note,
            params=decision.params,
            confidence=decision.confidence,
            flags=decision.flags,
        )

    def require_rule(self, rule: ScoringRule, marks: Decimal) -> None:
        """Raise ``Invalid`` unless ``rule`` marks this kind and ``marks`` is not negative."""
        if rule not in rules_for(self.kind):
            template = N_("The rule “%(rule)s” cannot mark the kind “%(kind)s”.")
            raise Invalid([Problem("rule", template, {"rule": rule.label, "kind": self.kind.label})])
        if marks < 0:
            raise Invalid([Problem("marks", N_("Marks cannot be negative."))])


AnyRules = KindRules[Any, Any]

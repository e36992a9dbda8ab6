"""Case analysis: 案例分析题. A material (the stem) with sub-questions of the other kinds."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field

from question_bank.enums import Kind, ScoringRule, default_rule
from question_bank.errors import N_, ParseError, Problem
from question_bank.kinds.base import (
    MAX_TEXT,
    AnyRules,
    Content,
    Decision,
    Frozen,
    Key,
    KindRules,
    Order,
    Part,
    Response,
    part,
)
from question_bank.kinds.blank import FillBlankContent, FillBlankResponse, FillBlankRules
from question_bank.kinds.checking import check_explanation, check_keys
from question_bank.kinds.choice import (
    ChoiceResponse,
    MultipleChoiceContent,
    MultipleChoiceRules,
    SingleChoiceContent,
    SingleChoiceRules,
)
from question_bank.kinds.matching import MatchingContent, MatchingResponse, MatchingRules
from question_bank.kinds.numeric import NumericContent, NumericResponse, NumericRules
from question_bank.kinds.ordering import OrderingContent, OrderingResponse, OrderingRules
from question_bank.kinds.reading import read_key, read_mapping
from question_bank.kinds.short_answer import ShortAnswerContent, ShortAnswerResponse, ShortAnswerRules
from question_bank.kinds.shuffling import derived_seed
from question_bank.kinds.true_false import TrueFalseContent, TrueFalseResponse, TrueFalseRules
from question_bank.kinds.views import KeyView, NumberedKey, NumberedView, PublicView
from question_bank.rounding import apportion
from question_bank.scoring import PLAIN, RuleOptions

PART_RULES: dict[Kind, AnyRules] = {
    rules.kind: rules
    for rules in (
        SingleChoiceRules(),
        MultipleChoiceRules(),
        TrueFalseRules(),
        FillBlankRules(),
        NumericRules(),
        OrderingRules(),
        MatchingRules(),
        ShortAnswerRules(),
    )
}

PartContent = Annotated[
    SingleChoiceContent
    | MultipleChoiceContent
    | TrueFalseContent
    | FillBlankContent
    | NumericContent
    | OrderingContent
    | MatchingContent
    | ShortAnswerContent,
    Field(discriminator="kind"),
]
PartResponse = Annotated[
    ChoiceResponse
    | TrueFalseResponse
    | FillBlankResponse
    | NumericResponse
    | OrderingResponse
    | MatchingResponse
    | ShortAnswerResponse,
    Field(discriminator="kind"),
]
PartMarks = Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=2, allow_inf_nan=False)]


class SubQuestion(Frozen):
    """One sub-question: its own content, its marks as the author weighed it, the author's sentence on marking."""

    id: Key
    marks: PartMarks
    content: PartContent
    scoring_note: Annotated[str, Field(max_length=500)] = ""


class CaseContent(Content):
    """``stem`` is the material; ``reference`` what stands in the place of one reference answer."""

    kind: Literal[Kind.CASE] = Kind.CASE
    subquestions: Annotated[tuple[SubQuestion, ...], Field(min_length=1, max_length=20)]
    reference: Annotated[str, Field(max_length=MAX_TEXT)] = "见各小题"


class CaseResponse(Response):
    """Response by id of sub-question; those not answered are missing or blank."""

    kind: Literal[Kind.CASE] = Kind.CASE
    parts: dict[Key, PartResponse] = Field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether no sub-question was answered."""
        return all(response.is_blank for response in self.parts.values())


def part_marks(content: CaseContent, marks: Decimal) -> dict[str, Decimal]:
    """Share the marks of the item among the sub-questions in the author's proportion, on the quarter-mark grid."""
    shares = apportion(marks, tuple(sub.marks for sub in content.subquestions))
    return dict(zip((sub.id for sub in content.subquestions), shares, strict=True))


def _labels(content: CaseContent) -> dict[str, str]:
    """Return id → its number as text, from 1."""
    return {sub.id: str(number) for number, sub in enumerate(content.subquestions, 1)}


class CaseRules(KindRules[CaseContent, CaseResponse]):
    """案例分析题."""

    kind = Kind.CASE
    content_type = CaseContent
    response_type = CaseResponse

    def plain_order(self, content: CaseContent) -> Order:
        """Return everything as written."""
        return Order(parts={sub.id: _rules(sub).plain_order(sub.content) for sub in content.subquestions})

    def shuffle(self, content: CaseContent, seed: int) -> Order:
        """Move what moves inside each sub-question; the sub-questions themselves build on each other and stay."""
        return Order(
            parts={sub.id: _rules(sub).shuffle(sub.content, derived_seed(seed, sub.id)) for sub in content.subquestions}
        )

    def public_view(self, content: CaseContent, order: Order) -> PublicView:
        """Show the material and the sub-questions with the author's marks."""
        return self.public_view_out_of(content, order, _own_marks(content))

    def public_view_out_of(self, content: CaseContent, order: Order, shares: dict[str, Decimal]) -> PublicView:
        """Show the material and the sub-questions with ``shares`` as their marks."""
        labels = _labels(content)
        parts = tuple(
            NumberedView(
                label=labels[sub.id],
                marks=shares[sub.id],
                view=_rules(sub).public_view(sub.content, _order(order, sub)),
            )
            for sub in content.subquestions
        )
        return PublicView(kind=self.kind, stem=content.stem, slots=1, parts=parts)

    def parse(self, content: CaseContent, order: Order, raw: object) -> CaseResponse:
        """Read an object of raw values under the numbers of the sub-questions."""
        labels, subs = _labels(content), {sub.id: sub for sub in content.subquestions}
        given = {read_key(label, labels): value for label, value in read_mapping(raw).items()}
        parsed = {
            key: _parsed_part(labels[key], sub, _order(order, sub), given[key])
            for key, sub in subs.items()
            if key in given
        }
        return CaseResponse(parts=parsed)

    def decide(
        self, content: CaseContent, response: CaseResponse, rule: ScoringRule, marks: Fraction, options: RuleOptions
    ) -> Decision:
        """Mark each sub-question by the default rule of its kind out of its share; written ones need a person."""
        del rule, options
        item_marks = Decimal(marks.numerator) / Decimal(marks.denominator)
        shares = part_marks(content, item_marks)
        outcomes = [_outcome(sub, response.parts.get(sub.id), Fraction(shares[sub.id])) for sub in content.subquestions]
        return Decision(
            earned=sum((decision.earned for decision, _ in outcomes), Fraction(0)),
            suggested=sum((decision.suggested for decision, _ in outcomes), Fraction(0)),
            parts=tuple(shown for _, shown in outcomes),
            needs_person=any(decision.needs_person for decision, _ in outcomes),
        )

    def key_view(self, content: CaseContent, order: Order) -> KeyView:
        """Show the key of each sub-question with the author's marks."""
        return self.key_view_out_of(content, order, _own_marks(content))

    def key_view_out_of(self, content: CaseContent, order: Order, shares: dict[str, Decimal]) -> KeyView:
        """Show the key of each sub-question with ``shares`` as their marks."""
        labels = _labels(content)
        parts = tuple(
            NumberedKey(
                label=labels[sub.id], marks=shares[sub.id], key=_rules(sub).key_view(sub.content, _order(order, sub))
            )
            for sub in content.subquestions
        )
        return KeyView(kind=self.kind, answer=content.reference, explanation=content.explanation, parts=parts)

    def check(self, content: CaseContent) -> list[Problem]:
        """Check every sub-question, and that a rubric adds up to the marks of its sub-question."""
        problems = check_explanation(content) + check_keys("subquestions", [sub.id for sub in content.subquestions])
        for number, sub in enumerate(content.subquestions, 1):
            where = f"subquestions[{number}]"
            problems += [
                Problem(f"{where}.{problem.where}", problem.template, problem.params, warning=problem.warning)
                for problem in _rules(sub).check(sub.content)
            ]
            problems += check_rubric_marks(where, sub.content, sub.marks)
        return problems


def check_rubric_marks(where: str, content: Content, marks: Decimal) -> list[Problem]:
    """Refuse a rubric that does not add up to ``marks``; other contents have nothing to add up."""
    if not isinstance(content, ShortAnswerContent) or not content.rubric or content.rubric_marks == marks:
        return []
    template = N_("The key points add up to %(sum)s, but the question has %(marks)s marks.")
    place = f"{where}.rubric" if where else "rubric"
    return [Problem(place, template, {"sum": str(content.rubric_marks), "marks": str(marks)})]


def _rules(sub: SubQuestion) -> AnyRules:
    return PART_RULES[sub.content.kind]


def _order(order: Order, sub: SubQuestion) -> Order:
    return order.parts.get(sub.id, Order())


def _own_marks(content: CaseContent) -> dict[str, Decimal]:
    return {sub.id: sub.marks for sub in content.subquestions}


def _parsed_part(label: str, sub: SubQuestion, order: Order, raw: object) -> Any:
    """Read one sub-question; an error says which."""
    try:
        return _rules(sub).parse(sub.content, order, raw)
    except ParseError as error:
        template = N_("Sub-question %(label)s: %(reason)s")
        raise ParseError(template, label=label, reason=str(error)) from error


def _outcome(sub: SubQuestion, response: Response | None, share: Fraction) -> tuple[Decision, Part]:
    """Decide one sub-question and show it as a part of the case."""
    if response is None or response.is_blank:
        blank = Decision(earned=Fraction(0), suggested=Fraction(0))
        return blank, part(sub.id, ok=False, marks=Fraction(0), out_of=share, note=N_("Not answered"))
    decision: Decision = _rules(sub).decide(sub.content, response, default_rule(sub.content.kind), share, PLAIN)
    ok = None if decision.needs_person else decision.earned == share
    shown = part(sub.id, ok=ok, marks=decision.suggested, out_of=share, note=decision.note)
    return decision, shown.model_copy(update={"params": decision.params, "parts": decision.parts})

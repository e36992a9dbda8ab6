"""Calculation: 计算题. One number with a unit and a tolerance."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from question_bank.enums import Kind, ScoringRule
from question_bank.errors import N_, ParseError, Problem
from question_bank.kinds.base import Content, Decision, Frozen, KindRules, Order, Response, Text, decided
from question_bank.kinds.checking import check_explanation
from question_bank.kinds.reading import read_text
from question_bank.kinds.views import KeyView, Labelled, PublicView
from question_bank.normalise import in_unit, quantity
from question_bank.numerals import written
from question_bank.scoring import RuleOptions

Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=24, decimal_places=8)]
_MAX_CHARACTERS = 100


class CommonError(Frozen):
    """A wrong value people arrive at, and what to tell them."""

    value: Number
    feedback: Text


class NumericContent(Content):
    """``answer`` ± ``tolerance`` in ``unit`` (both ends count as right)."""

    kind: Literal[Kind.NUMERIC] = Kind.NUMERIC
    answer: Number
    tolerance: Annotated[Number, Field(ge=0)] = Decimal(0)
    unit: Annotated[str, Field(max_length=40)] = ""
    common_errors: Annotated[tuple[CommonError, ...], Field(max_length=20)] = ()


class NumericResponse(Response):
    """``text`` as typed and ``value`` in the unit of the content; None when nothing was typed."""

    kind: Literal[Kind.NUMERIC] = Kind.NUMERIC
    text: Annotated[str, Field(max_length=_MAX_CHARACTERS)] = ""
    value: Decimal | None = None

    @property
    def is_blank(self) -> bool:
        """Whether no number was given."""
        return self.value is None


def within(value: Decimal, target: Decimal, tolerance: Decimal) -> bool:
    """Whether ``value`` is no further than ``tolerance`` from ``target``."""
    return abs(Fraction(value) - Fraction(target)) <= Fraction(tolerance)


class NumericRules(KindRules[NumericContent, NumericResponse]):
    """计算题."""

    kind = Kind.NUMERIC
    content_type = NumericContent
    response_type = NumericResponse

    def public_view(self, content: NumericContent, order: Order) -> PublicView:
        """Show the stem and the unit."""
        del order
        return PublicView(kind=self.kind, stem=content.stem, unit=content.unit)

    def parse(self, content: NumericContent, order: Order, raw: object) -> NumericResponse:
        """Read a JSON number or a text such as ``12``, ``１２.０万元``, ``一百二十``, ``120000元``.

        A number without a unit is in the unit of the content; another unit than a multiple of it cannot be read.
        """
        del order
        is_number = isinstance(raw, (int, float)) and not isinstance(raw, bool)
        text = (str(raw) if is_number else read_text(raw)).strip()
        if not text:
            return NumericResponse()
        found = quantity(text) if len(text) <= _MAX_CHARACTERS else None
        if found is None:
            raise ParseError(N_("“%(text)s” is not a number."), text=text[:_MAX_CHARACTERS])
        value = in_unit(found, content.unit)
        if value is None:
            raise ParseError(N_("“%(text)s” is not in the unit %(unit)s."), text=text, unit=content.unit or "—")
        return NumericResponse(text=text, value=value)

    def decide(
        self,
        content: NumericContent,
        response: NumericResponse,
        rule: ScoringRule,
        marks: Fraction,
        options: RuleOptions,
    ) -> Decision:
        """Give all marks within the tolerance (rule: tolerance); name the common error otherwise."""
        del rule, options
        value = response.value if response.value is not None else Decimal("NaN")
        if within(value, content.answer, content.tolerance):
            return decided(marks)
        for error in content.common_errors:
            if within(value, error.value, content.tolerance):
                return decided(Fraction(0), note=N_("%(feedback)s"), params={"feedback": error.feedback})
        return decided(Fraction(0))

    def key_view(self, content: NumericContent, order: Order) -> KeyView:
        """Show the number with unit and tolerance, and the common errors."""
        del order
        number = written(content.answer)
        tolerance = f"（±{written(content.tolerance)}）" if content.tolerance else ""
        errors = tuple(Labelled(label=written(error.value), text=error.feedback) for error in content.common_errors)
        return KeyView(
            kind=self.kind,
            answer=f"{number}{content.unit}{tolerance}",
            labels=(number,),
            explanation=content.explanation,
            errors=errors,
        )

    def check(self, content: NumericContent) -> list[Problem]:
        """Check that no common error lies within the tolerance of the answer."""
        problems = check_explanation(content)
        for number, error in enumerate(content.common_errors, 1):
            if within(error.value, content.answer, content.tolerance):
                template = N_("The common error %(value)s counts as right.")
                problems.append(Problem(f"common_errors[{number}]", template, {"value": written(error.value)}))
        if not content.unit:
            problems.append(Problem("unit", N_("No unit is given."), warning=True))
        return problems

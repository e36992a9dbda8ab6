"""Expressions of response processing: a small, closed part of the language of QTI 2 and 3, evaluated over values.

Operators follow the information model of QTI 2.1, section 15; a NULL operand gives NULL unless it says otherwise.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from question_bank.exchange.qti.values import NULL, Value, number_of, same, scalar

Lookups = Mapping[str, Callable[[str], Value]]
_MOST_DIGITS = 60


class NotUnderstood(Exception):  # noqa: N818
    """An operator nobody here evaluates."""


def evaluate(expression: Any, lookups: Lookups) -> Value:
    """Return the value of an expression; ``lookups`` give variables, correct responses and mappings by name.

    Raises ``NotUnderstood`` for an operator outside the part of the language that decides plain scores.
    """
    tag = expression.tag
    if tag in lookups:
        return lookups[tag](expression.get("identifier", ""))
    if tag == "baseValue":
        return Value((scalar("".join(expression.itertext()), expression.get("baseType", "string")),))
    if tag == "null":
        return NULL
    if tag not in _OPERATORS:
        raise NotUnderstood(tag)
    operands = [evaluate(child, lookups) for child in expression]
    return _OPERATORS[tag](expression, operands)


def tolerances(expression: Any) -> tuple[str, Decimal, Decimal] | None:
    """Return mode and lower and upper tolerance of an ``equal``; None when they are no plain numbers."""
    mode = expression.get("toleranceMode", "exact")
    if mode == "exact":
        return mode, Decimal(0), Decimal(0)
    found = [number_of(part) for part in expression.get("tolerance", "").split()]
    if not found or any(each is None for each in found) or mode not in {"absolute", "relative"}:
        return None
    low, high = found[0], found[-1]
    return mode, abs(low or Decimal(0)), abs(high or Decimal(0))


def bounds(mode: str, low: Decimal, high: Decimal, target: Decimal) -> tuple[Decimal, Decimal]:
    """Return the smallest and the largest value a tolerance lets pass; relative ones are in per cent."""
    if mode == "relative":
        low, high = abs(target) * low / 100, abs(target) * high / 100
    return target - low, target + high


def _equal(expression: Any, operands: list[Value]) -> Value:
    left, right = _two(operands)
    if left is None or right is None:
        return _truth(same(operands[0], operands[1])) if len(operands) == 2 else NULL
    found = tolerances(expression)
    if found is None:
        raise NotUnderstood("tolerance")
    lowest, highest = bounds(*found, left)
    # the first operand is usually the answer; a tolerance around either is the same but for rounding
    if expression[0].tag == "variable":
        lowest, highest = bounds(*found, right)
        return _truth(lowest <= left <= highest)
    return _truth(lowest <= right <= highest)


def _equal_rounded(expression: Any, operands: list[Value]) -> Value:
    left, right = _two(operands)
    figures = number_of(expression.get("figures", "0"))
    if left is None or right is None or figures is None or not 0 <= figures <= _MOST_DIGITS:
        return NULL
    if expression.get("roundingMode", "significantFigures") == "decimalPlaces":
        return _truth(round(left, int(figures)) == round(right, int(figures)))
    digits = max(int(figures) - 1, 0)
    return _truth(f"{left:.{digits}e}" == f"{right:.{digits}e}")


def _two(operands: list[Value]) -> tuple[Decimal | None, Decimal | None]:
    return (operands[0].number, operands[1].number) if len(operands) == 2 else (None, None)


def _truth(found: bool) -> Value:
    return Value((found,))


def _string_match(expression: Any, operands: list[Value]) -> Value:
    if len(operands) != 2 or any(operand.is_null for operand in operands):
        return NULL
    left, right = (str(operand.items[0]) for operand in operands)
    if expression.get("caseSensitive", "true").lower() != "true":
        left, right = left.casefold(), right.casefold()
    part = expression.get("substring", "false").lower() == "true"
    return _truth(right in left if part else left == right)


def _and(_: Any, operands: list[Value]) -> Value:
    return _truth(all(operand.truth for operand in operands))


def _or(_: Any, operands: list[Value]) -> Value:
    return _truth(any(operand.truth for operand in operands))


def _not(_: Any, operands: list[Value]) -> Value:
    return _truth(not operands[0].truth) if operands and operands[0].items else NULL


def _any_n(expression: Any, operands: list[Value]) -> Value:
    true = sum(operand.truth for operand in operands)
    low, high = number_of(expression.get("min", "")), number_of(expression.get("max", ""))
    if low is None or high is None:
        raise NotUnderstood("anyN")
    return _truth(low <= true <= high)


def _match(_: Any, operands: list[Value]) -> Value:
    return _truth(same(operands[0], operands[1])) if len(operands) == 2 else NULL


def _member(_: Any, operands: list[Value]) -> Value:
    if len(operands) != 2 or any(operand.is_null for operand in operands):
        return NULL
    return _truth(any(same(operands[0], Value((item,))) for item in operands[1].items))


def _contains(_: Any, operands: list[Value]) -> Value:
    if len(operands) != 2 or any(operand.is_null for operand in operands):
        return NULL
    return _truth(set(operands[1].items) <= set(operands[0].items))


def _is_null(_: Any, operands: list[Value]) -> Value:
    return _truth(not operands or operands[0].is_null)


def _container(*, ordered: bool) -> Callable[[Any, list[Value]], Value]:
    def gather(_: Any, operands: list[Value]) -> Value:
        return Value(tuple(item for operand in operands for item in operand.items), ordered=ordered)

    return gather


def _size(_: Any, operands: list[Value]) -> Value:
    return Value((Decimal(len(operands[0].items)) if operands else Decimal(0),))


def _compare(test: Callable[[Decimal, Decimal], bool]) -> Callable[[Any, list[Value]], Value]:
    def compared(_: Any, operands: list[Value]) -> Value:
        left, right = _two(operands)
        return NULL if left is None or right is None else _truth(test(left, right))

    return compared


def _fold(combine: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, list[Value]], Value]:
    def folded(_: Any, operands: list[Value]) -> Value:
        singles = [Value((item,)).number for operand in operands for item in operand.items]
        numbers = [number for number in singles if number is not None]
        if not numbers or len(numbers) != len(singles) or any(operand.is_null for operand in operands):
            return NULL
        total = numbers[0]
        for number in numbers[1:]:
            total = combine(total, number)
        return Value((total,)) if total.is_finite() and abs(total.adjusted()) < _MOST_DIGITS else NULL

    return folded


def _divide(left: Decimal, right: Decimal) -> Decimal:
    return left / right if right else Decimal("NaN")


def _delete(_: Any, operands: list[Value]) -> Value:
    if len(operands) != 2:
        return NULL
    return Value(tuple(i for i in operands[1].items if i not in operands[0].items), ordered=operands[1].ordered)


def _index(expression: Any, operands: list[Value]) -> Value:
    place = number_of(expression.get("n", ""))
    if place is None:
        raise NotUnderstood("index")
    items = operands[0].items if operands else ()
    return Value((items[int(place) - 1],)) if 1 <= place <= len(items) else NULL


def _rounded(_: Any, operands: list[Value]) -> Value:
    number = operands[0].number if operands else None
    return NULL if number is None else Value((Decimal(int(number.to_integral_value())),))


_OPERATORS: dict[str, Callable[[Any, list[Value]], Value]] = {
    "match": _match,
    "equal": _equal,
    "equalRounded": _equal_rounded,
    "stringMatch": _string_match,
    "isNull": _is_null,
    "and": _and,
    "or": _or,
    "not": _not,
    "anyN": _any_n,
    "member": _member,
    "contains": _contains,
    "multiple": _container(ordered=False),
    "ordered": _container(ordered=True),
    "containerSize": _size,
    "delete": _delete,
    "index": _index,
    "gt": _compare(operator.gt),
    "gte": _compare(operator.ge),
    "lt": _compare(operator.lt),
    "lte": _compare(operator.le),
    "sum": _fold(operator.add),
    "subtract": _fold(operator.sub),
    "product": _fold(operator.mul),
    "divide": _fold(_divide),
    "max": _fold(max),
    "min": _fold(min),
    "round": _rounded,
    "truncate": _rounded,
    "integerToFloat": lambda _, operands: operands[0] if operands else NULL,
}

"""Response processing of QTI 2 and 3, run over an answer: what it scores and which feedback it shows.

Only what decides a score is understood; anything else (random numbers, operators of a vendor, code) raises
``NotUnderstood``, and the caller says that the key cannot be read. Runs are bounded by the size of the item.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any

from question_bank.exchange.qti.declarations import Response
from question_bank.exchange.qti.expressions import NotUnderstood, evaluate
from question_bank.exchange.qti.values import Value, same

_TEMPLATE = re.compile(r"(match_correct|map_response_point|cc2_map_response|map_response|cc2_match)", re.IGNORECASE)
MOST_STEPS = 40_000
"""Elements of response processing looked at for one item, over all runs: a second's worth at the most."""

_STATEMENTS = {
    "responseCondition",
    "setOutcomeValue",
    "exitResponse",
    "responseProcessingFragment",
    "lookupOutcomeValue",
}


class Processing:
    """The response processing of one item."""

    def __init__(self, item: Any, responses: Mapping[str, Response], outcomes: Mapping[str, Value]) -> None:
        """Take the item (in plain names) with its declarations."""
        self._responses, self._outcomes = responses, outcomes
        self.element = item.find("responseProcessing")
        self._size = 1 if self.element is None else sum(1 for _ in self.element.iter())
        self._steps_left = MOST_STEPS
        self.template = _template(self.element)

    @property
    def is_custom(self) -> bool:
        """Whether the item writes its own rules rather than naming a standard template."""
        return self.element is not None and not self.template and len(self.element) > 0

    def run(self, given: Mapping[str, Value]) -> dict[str, Value]:
        """Return the outcome variables for these answers; raise ``NotUnderstood``."""
        self._steps_left -= self._size
        if self._steps_left < 0:
            raise NotUnderstood("length")
        outcomes = dict(self._outcomes)
        if self.template:
            outcomes["SCORE"] = Value((self._by_template(given),))
            if self.template.startswith("cc2"):
                outcomes["FEEDBACK"] = given.get("RESPONSE", Value())
        elif self.element is not None:
            try:
                self._block(self.element, given, outcomes)
            except _Exit:
                pass
            except (DecimalException, ArithmeticError) as error:
                raise NotUnderstood("arithmetic") from error
        return outcomes

    def score(self, given: Mapping[str, Value]) -> Decimal:
        """Return the score of these answers; raise ``NotUnderstood``."""
        return self.run(given).get("SCORE", Value()).number or Decimal(0)

    def _by_template(self, given: Mapping[str, Value]) -> Decimal:
        name = "RESPONSE" if "RESPONSE" in self._responses else next(iter(self._responses), "")
        response, value = self._responses.get(name), given.get(name, Value())
        if response is None:
            return Decimal(0)
        if "map_response" in self.template:
            return response.mapped(value)
        return Decimal(same(value, response.value(*response.correct)))

    def _block(self, block: Any, given: Mapping[str, Value], outcomes: dict[str, Value]) -> None:
        for statement in block:
            if statement.tag in _STATEMENTS:
                self._statement(statement, given, outcomes)
            elif statement.tag in {"include", "setCorrectResponse", "setValue"}:
                raise NotUnderstood(statement.tag)

    def _statement(self, statement: Any, given: Mapping[str, Value], outcomes: dict[str, Value]) -> None:
        if statement.tag == "responseCondition":
            self._condition(statement, given, outcomes)
        elif statement.tag == "setOutcomeValue":
            expression = next(iter(statement), None)
            if expression is not None:
                outcomes[statement.get("identifier", "")] = self._evaluate(expression, given, outcomes)
        elif statement.tag == "exitResponse":
            raise _Exit
        elif statement.tag == "responseProcessingFragment":
            self._block(statement, given, outcomes)
        else:
            raise NotUnderstood(statement.tag)

    def _condition(self, condition: Any, given: Mapping[str, Value], outcomes: dict[str, Value]) -> None:
        for branch in condition:
            inside = list(branch)
            if branch.tag == "responseElse":
                self._block(inside, given, outcomes)
                return
            if inside and self._evaluate(inside[0], given, outcomes).truth:
                self._block(inside[1:], given, outcomes)
                return

    def _evaluate(self, expression: Any, given: Mapping[str, Value], outcomes: Mapping[str, Value]) -> Value:
        def variable(name: str) -> Value:
            return given.get(name) or outcomes.get(name) or Value()

        def correct(name: str) -> Value:
            response = self._responses.get(name)
            return response.value(*response.correct) if response else Value()

        def mapped(name: str) -> Value:
            response = self._responses.get(name)
            if response is None or response.has_areas:
                raise NotUnderstood("mapResponse")
            return Value((response.mapped(given.get(name) or Value()),))

        lookups: dict[str, Callable[[str], Value]] = {"variable": variable, "correct": correct, "mapResponse": mapped}
        return evaluate(expression, lookups)


class _Exit(Exception):  # noqa: N818 - it is no error: the item says that it is done
    """``exitResponse``."""


def _template(element: Any) -> str:
    if element is None:
        return ""
    found = _TEMPLATE.search(element.get("template", "") or element.get("templateLocation", ""))
    return found[1].lower() if found else ""

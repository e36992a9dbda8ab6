"""Response and outcome declarations of a QTI 2 or 3 item (in plain names)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from question_bank.exchange.qti.values import Value, number_of, scalar


@dataclass(frozen=True)
class MapEntry:
    """What one answer earns."""

    key: str
    points: Decimal
    case_sensitive: bool = False


@dataclass(frozen=True)
class Response:
    """A response variable: ``correct`` as declared (may be empty), ``mapping`` what single answers earn."""

    identifier: str
    cardinality: str = "single"
    base_type: str = "string"
    correct: tuple[str, ...] = ()
    mapping: tuple[MapEntry, ...] = ()
    mapping_default: Decimal = Decimal(0)
    bounds: tuple[Decimal | None, Decimal | None] = (None, None)
    has_areas: bool = False

    def value(self, *given: str) -> Value:
        """Return the value of the variable for these answers."""
        return Value(tuple(scalar(text, self.base_type) for text in given), ordered=self.cardinality == "ordered")

    @property
    def best(self) -> tuple[str, ...]:
        """The answers that earn the most among those that earn anything."""
        most = max((entry.points for entry in self.mapping), default=Decimal(0))
        return tuple(entry.key for entry in self.mapping if entry.points == most > 0)

    @property
    def earning(self) -> tuple[str, ...]:
        """The answers that earn anything."""
        return tuple(entry.key for entry in self.mapping if entry.points > 0)

    def mapped(self, value: Value) -> Decimal:
        """Return what ``mapResponse`` gives for a value: the sum over its different items, within the bounds."""
        total = sum((self._points(item) for item in dict.fromkeys(value.items)), Decimal(0))
        low, high = self.bounds
        total = total if low is None else max(total, low)
        return total if high is None else min(total, high)

    def _points(self, item: object) -> Decimal:
        for entry in self.mapping:
            key = scalar(entry.key, self.base_type)
            folded = isinstance(item, str) and isinstance(key, str) and not entry.case_sensitive
            if item == key or (folded and str(item).casefold() == str(key).casefold()):
                return entry.points
        return self.mapping_default


def responses_of(item: Any) -> dict[str, Response]:
    """Return the response declarations by identifier."""
    return {found.identifier: found for found in map(_response, item.iter("responseDeclaration")) if found.identifier}


def _response(element: Any) -> Response:
    correct = element.find("correctResponse")
    values = [] if correct is None else correct.findall("value")
    base_type, cardinality = element.get("baseType", "string"), element.get("cardinality", "single")
    if cardinality == "record":
        values = [value for value in values if value.get("baseType") != "identifier"]
    mapping = element.find("mapping")
    return Response(
        identifier=element.get("identifier", ""),
        cardinality=cardinality,
        base_type=base_type,
        correct=tuple(text for text in map(_text, values) if text),
        mapping=() if mapping is None else tuple(_entries(mapping)),
        mapping_default=Decimal(0) if mapping is None else number_of(mapping.get("defaultValue", "0")) or Decimal(0),
        bounds=(None, None) if mapping is None else (_bound(mapping, "lowerBound"), _bound(mapping, "upperBound")),
        has_areas=element.find("areaMapping") is not None,
    )


def _bound(mapping: Any, name: str) -> Decimal | None:
    return number_of(mapping.get(name, ""))


def _entries(mapping: Any) -> list[MapEntry]:
    return [
        MapEntry(
            key=entry.get("mapKey", ""),
            points=number_of(entry.get("mappedValue", "0")) or Decimal(0),
            case_sensitive=entry.get("caseSensitive", "false").lower() == "true",
        )
        for entry in mapping.iter("mapEntry")
    ]


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def outcomes_of(item: Any) -> dict[str, Value]:
    """Return the outcome variables with their defaults; numbers are 0 where none is declared."""
    found: dict[str, Value] = {"completionStatus": Value(("not_attempted",))}
    for element in item.iter("outcomeDeclaration"):
        base_type = element.get("baseType", "string")
        default = element.find("defaultValue")
        values = [] if default is None else [scalar(_text(value), base_type) for value in default.findall("value")]
        if not values and base_type in {"integer", "float"} and element.get("cardinality", "single") == "single":
            values = [Decimal(0)]
        found[element.get("identifier", "")] = Value(tuple(values), ordered=element.get("cardinality") == "ordered")
    return found


def most_marks(item: Any) -> Decimal | None:
    """Return the marks of an item as it declares them: MAXSCORE, else the normal maximum of SCORE; None if neither."""
    declared = {element.get("identifier", "").upper(): element for element in item.iter("outcomeDeclaration")}
    if (highest := declared.get("MAXSCORE")) is not None:
        for value in highest.iter("value"):
            found = number_of(_text(value))
            if found and found > 0:
                return found
    score = declared.get("SCORE")
    found = None if score is None else number_of(score.get("normalMaximum", ""))
    return found if found and found > 0 else None

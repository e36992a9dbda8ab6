"""Whether an answer of the API is what /api/openapi.json says of it: address, status and body.

Of JSON Schema it knows what our description uses, and refuses what it does not know.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

NOTES = {"type", "title", "description", "default", "format", "examples", "$defs", "x-apispec-title"}
TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "null": lambda value: value is None,
}


def conforms(described: Any, url: str, status: int, body: Any, method: str = "get") -> None:
    """Raises AssertionError where address, status or body are not as described."""
    path = urlsplit(url).path
    known = [template for template in described["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)]
    assert known, f"{path} is not described"
    responses = described["paths"][known[0]][method]["responses"]
    assert str(status) in responses, f"{path}: {status} is not described"
    holds(described, responses[str(status)]["content"]["application/json"]["schema"], body, known[0])


def holds(whole: Any, schema: Any, value: Any, where: str) -> None:
    """The same of one value and its schema; `where` names the place."""
    if "$ref" in schema:
        return holds(whole, _at(whole, schema["$ref"]), value, where)
    if "anyOf" in schema:
        assert any(_fits(whole, each, value) for each in schema["anyOf"]), f"{where}: {value!r}"
        return None
    if "type" in schema:
        assert TYPES[schema["type"]](value), f"{where}: {value!r} is no {schema['type']}"
    for rule, wanted in schema.items():
        if rule not in NOTES:
            RULES[rule](whole, schema, wanted, value, where)
    return None


def _fits(whole: Any, schema: Any, value: Any) -> bool:
    try:
        holds(whole, schema, value, "")
    except AssertionError:
        return False
    return True


def _at(whole: Any, reference: str) -> Any:
    found = whole
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def _properties(whole: Any, schema: Any, wanted: Any, value: Any, where: str) -> None:
    for name in set(wanted) & set(value):
        holds(whole, wanted[name], value[name], f"{where}.{name}")


def _additional(whole: Any, schema: Any, wanted: Any, value: Any, where: str) -> None:
    others = sorted(set(value) - set(schema.get("properties", {})))
    assert wanted is not False or not others, f"{where}: {others}"
    for name in others if isinstance(wanted, dict) else ():
        holds(whole, wanted, value[name], f"{where}.{name}")


def _items(whole: Any, schema: Any, wanted: Any, value: Any, where: str) -> None:
    for number, each in enumerate(value):
        holds(whole, wanted, each, f"{where}[{number}]")


def _names(whole: Any, schema: Any, wanted: Any, value: Any, where: str) -> None:
    for name in value:
        holds(whole, wanted, name, f"{where}.{name}")


def _must(test: Callable[[Any, Any], bool], of: str = "") -> Callable[..., None]:
    """A rule about values of one type only; others it does not touch."""

    def rule(whole: Any, schema: Any, wanted: Any, value: Any, where: str) -> None:
        assert (of and not TYPES[of](value)) or test(wanted, value), f"{where}: {value!r} and {wanted!r}"

    return rule


RULES: dict[str, Callable[..., None]] = {
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "items": _items,
    "required": _must(lambda wanted, value: set(wanted) <= set(value), "object"),
    "enum": _must(lambda wanted, value: value in wanted),
    "const": _must(lambda wanted, value: value == wanted),
    "maxItems": _must(lambda wanted, value: len(value) <= wanted, "array"),
    "minItems": _must(lambda wanted, value: len(value) >= wanted, "array"),
    "maxLength": _must(lambda wanted, value: len(value) <= wanted, "string"),
    "minLength": _must(lambda wanted, value: len(value) >= wanted, "string"),
    "pattern": _must(lambda wanted, value: re.search(wanted, value) is not None, "string"),
    "minimum": _must(lambda wanted, value: value >= wanted, "number"),
    "maximum": _must(lambda wanted, value: value <= wanted, "number"),
}

"""Pure: a stored response in the labels of its paper, as its candidate sees them; the inverse of `kinds.parse`."""

from collections.abc import Callable
from typing import Any

from question_bank.enums import Kind
from question_bank.kinds import Content, Order, Response, public_view, rules_of
from question_bank.kinds.base import Frozen

Reader = Callable[[Any, Order, Any], Any]


def given(content: Content, order: Order, response: Response) -> Any:
    """The JSON value that `kinds.parse` reads as `response`; None for nothing given."""
    return None if response.is_blank else _READERS[content.kind](content, order, response)


def _by_key(keys: tuple[str, ...], labels: tuple[Frozen, ...]) -> dict[str, str]:
    return {key: label.label for key, label in zip(keys, labels, strict=True)}  # type: ignore[attr-defined]


def _order_of(content: Any, order: Order) -> tuple[str, ...]:
    return order.keys or rules_of(content.kind).plain_order(content).keys


def _choice(content: Any, order: Order, response: Any) -> list[str]:
    labels = _by_key(_order_of(content, order), public_view(content, order).options)
    return sorted(labels[key] for key in response.chosen)


def _true_false(content: Any, order: Order, response: Any) -> str | dict[str, str | None]:
    del content, order
    judged = None if response.value is None else "√" if response.value else "×"
    if not response.correction:
        return judged or ""
    return {"value": judged, "correction": response.correction}


def _fill_blank(content: Any, order: Order, response: Any) -> list[str]:
    del content, order
    return list(response.texts)


def _text(content: Any, order: Order, response: Any) -> str:
    del content, order
    return str(response.text)


def _ordering(content: Any, order: Order, response: Any) -> list[str]:
    labels = _by_key(_order_of(content, order), public_view(content, order).options)
    return [labels[key] for key in response.sequence]


def _matching(content: Any, order: Order, response: Any) -> dict[str, str]:
    view = public_view(content, order)
    left = _by_key(tuple(row.key for row in content.left), view.left)
    right = _by_key(_order_of(content, order), view.right)
    return {left[key]: right[partner] for key, partner in response.pairs.items()}


def _short_answer(content: Any, order: Order, response: Any) -> Any:
    return dict(response.fields) if response.fields else _text(content, order, response)


def _case(content: Any, order: Order, response: Any) -> dict[str, Any]:
    return {
        str(number): given(sub.content, order.parts.get(sub.id, Order()), response.parts[sub.id])
        for number, sub in enumerate(content.subquestions, 1)
        if sub.id in response.parts
    }


_READERS: dict[Kind, Reader] = {
    Kind.SINGLE_CHOICE: _choice,
    Kind.MULTIPLE_CHOICE: _choice,
    Kind.TRUE_FALSE: _true_false,
    Kind.FILL_BLANK: _fill_blank,
    Kind.NUMERIC: _text,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.CASE: _case,
}

"""Values of QTI 2 and 3 and how they compare: strings, numbers, truth, pairs, alone or in containers."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

NUMBERS = frozenset({"integer", "float"})
_TRUE = {"true", "1"}
Scalar = str | Decimal | bool


class Value(NamedTuple):
    """What an expression gives: no items is NULL. ``ordered``: their order counts when two are compared."""

    items: tuple[Scalar, ...] = ()
    ordered: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it is NULL; an empty container and an empty string are NULL too."""
        return not self.items or self.items == ("",)

    @property
    def number(self) -> Decimal | None:
        """The only item as a number; None when it is none."""
        if len(self.items) != 1:
            return None
        item = self.items[0]
        if isinstance(item, bool):
            return None
        return item if isinstance(item, Decimal) else number_of(item)

    @property
    def truth(self) -> bool:
        """Whether it is the single value true."""
        return self.items == (True,)


NULL = Value()


def number_of(text: str) -> Decimal | None:
    """Read a number as QTI writes it (``1``, ``-0.5``, ``1.0E3``); None when it is none or not finite."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 30 else None


def plain(value: Decimal) -> str:
    """Return a number as a person writes it: 4.0 is 4, 1E+3 is 1000."""
    return f"{value.normalize() + 0:f}"


def scalar(text: str, base_type: str) -> Scalar:
    """Read one value of a base type; what does not fit stays a text."""
    if base_type in NUMBERS:
        found = number_of(text)
        return text.strip() if found is None else found
    if base_type == "boolean":
        return text.strip().lower() in _TRUE
    if base_type == "pair":
        return " ".join(sorted(text.split()))
    if base_type == "directedPair":
        return " ".join(text.split())
    return text.strip()


def same(left: Value, right: Value) -> bool:
    """Whether two values match: containers without order whatever theirs is."""
    if left.is_null or right.is_null:
        return False
    if left.ordered or right.ordered:
        return _plain(left) == _plain(right)
    return sorted(_plain(left)) == sorted(_plain(right))


def _plain(value: Value) -> list[str]:
    return [_written(item) for item in value.items]


def _written(item: Scalar) -> str:
    if isinstance(item, Decimal):
        return str(item.normalize() + 0)
    return str(item).lower() if isinstance(item, bool) else item

"""Reading the JSON values a candidate's page sends. What cannot be read raises ``ParseError``; nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from question_bank.errors import N_, ParseError
from question_bank.kinds.base import MAX_TEXT, Order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAX_ENTRIES = 200
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SHOWN = 40


def read_text(raw: object) -> str:
    """Read a text of at most ``MAX_TEXT`` characters; None reads as empty, line ends become line feeds."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise ParseError(N_("A text was expected."))
    if len(raw) > MAX_TEXT:
        raise ParseError(N_("The text is longer than %(limit)s characters."), limit=MAX_TEXT)
    # a lone surrogate or a NUL can be sent in JSON but not be stored as UTF-8 by the databases
    return _UNSTORABLE.sub("", raw.replace("\r\n", "\n").replace("\r", "\n"))


def read_list(raw: object) -> list[object]:
    """Read a list; None reads as empty."""
    if raw is None:
        return []
    if not isinstance(raw, (list, tuple)) or len(raw) > _MAX_ENTRIES:
        raise ParseError(N_("A list was expected."))
    return list(raw)


def read_mapping(raw: object) -> dict[str, object]:
    """Read a JSON object; None reads as empty."""
    if raw is None:
        return {}
    if not isinstance(raw, dict) or len(raw) > _MAX_ENTRIES:
        raise ParseError(N_("An object was expected."))
    return {read_text(key): value for key, value in raw.items()}


def read_key(raw: object, labels: Mapping[str, str]) -> str:
    """Read one label and return its key; ``labels`` leads from keys to labels. Width and case do not matter."""
    text = unicodedata.normalize("NFKC", read_text(raw)).strip().upper()
    for key, label in labels.items():
        if label == text:
            return key
    raise ParseError(N_("“%(label)s” is not one of %(labels)s."), label=text[:_SHOWN], labels=" ".join(labels.values()))


def read_keys(raw: object, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Read labels given as a list or as one text (``ABD``, ``A,B``, ``A、B``); refuse the same label twice."""
    if isinstance(raw, str):
        raw = [char for char in unicodedata.normalize("NFKC", read_text(raw)) if char.isalnum()]
    keys = tuple(read_key(entry, labels) for entry in read_list(raw))
    if len(set(keys)) < len(keys):
        raise ParseError(N_("The same label was given twice."))
    return keys


def arranged(keys: Sequence[str], order: Order) -> tuple[str, ...]:
    """Return ``keys`` as ``order`` shows them; an empty order leaves them as written.

    Raises ``ValueError`` when the order belongs to another content.
    """
    if not order.keys:
        return tuple(keys)
    if sorted(order.keys) != sorted(keys):
        message = f"the order {order.keys} is not one of {tuple(keys)}"
        raise ValueError(message)
    return order.keys

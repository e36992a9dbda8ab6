"""Pure: the digest of the marks that count for one attempt, which the audit chain keeps beside every score."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol

FIELDS = (
    "paper_item_id",
    "part",
    "sequence",
    "awarded",
    "maximum",
    "source",
    "marker_id",
    "correction_id",
    "detail",
    "reason",
    "at",
)
"""What of a mark is sealed, in this order."""


class Sealable(Protocol):
    """A mark, or a row of a query with these columns."""

    @property
    def paper_item_id(self) -> int: ...
    @property
    def part(self) -> str: ...


def digest_of(marks: Iterable[Sealable]) -> str:
    """SHA-256 over the marks by item and part as canonical JSON, in hexadecimal."""
    ordered = sorted(marks, key=lambda mark: (mark.paper_item_id, mark.part))
    rows = [[_plain(getattr(mark, name)) for name in FIELDS] for mark in ordered]
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value

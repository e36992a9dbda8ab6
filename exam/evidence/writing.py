"""Pure: values as canonical JSON, rows as lines of which each seals the one before it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

FIRST = "0" * 64
SEAL = "seal"

Row = dict[str, Any]


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; marks with two places, times in UTC."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return text.encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One row a line; `seal` is the SHA-256 of the seal before it and the row without its own."""
    written: list[bytes] = []
    before = FIRST
    for row in rows:
        before = sha256(before.encode() + canonical(dict(row)))
        written.append(canonical({**row, SEAL: before}) + b"\n")
    return b"".join(written)


@dataclass(frozen=True)
class Line:
    """One row read back; `fault` says what is wrong with its line, if anything."""

    number: int
    row: Row
    fault: str = ""


def read_lines(content: bytes) -> Iterator[Line]:
    """Rows without their seals. After a broken line the chain goes on from the seal that the line bears."""
    before = FIRST
    for number, line in enumerate(content.splitlines(), 1):
        try:
            row = json.loads(line)
        except ValueError:
            yield Line(number, {}, "cannot be read")
            continue
        if not isinstance(row, dict):
            yield Line(number, {}, "is no row")
            continue
        seal = str(row.pop(SEAL, ""))
        whole = seal == sha256(before.encode() + canonical(row)) and line == canonical({**row, SEAL: seal})
        before = seal
        yield Line(number, row, "" if whole else "was altered, or the line before it is missing")

"""The signed file in which a stop's results travel, and values of rows as JSON.

    16 bytes   what the file is
    32 bytes   the public key of the site that signed it
    64 bytes   its signature (Ed25519) over everything else: the first 16 bytes and all after these 112
    the rest   the results as JSON, gzipped

Every byte belongs to the signature or is covered by it, so whichever is changed, the file is refused.
"""

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Date, LargeBinary

from question_bank.errors import N_, DomainError
from question_bank.orm import Hundredths, UtcDateTime

MARK = b"liangjuan-stop-1"
KEY, SIGNATURE = 32, 64
HEAD = len(MARK) + KEY + SIGNATURE
MOST = 1 << 30
"""Bytes of JSON at most: no hall has more, and no file may fill the memory."""

NOT_ONE = N_("This is no file of results, or it was damaged on the way.")


class NotAPackage(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The file is none of ours, is cut off, or was changed after it was signed."""


@dataclass(frozen=True)
class Parts:
    """A file taken apart: the public key that signed it, the signature (both in hexadecimal), and what it covers."""

    key: str
    signature: str
    signed: bytes

    @property
    def body(self) -> bytes:
        return self.signed[len(MARK) :]


def packed(results: Mapping[str, Any], sign: Callable[[bytes], tuple[str, str]]) -> bytes:
    """The file for `results`; `sign` gives public key and signature of bytes, in hexadecimal."""
    text = json.dumps(results, ensure_ascii=False, separators=(",", ":"))
    body = gzip.compress(text.encode(), mtime=0)
    key, signature = sign(MARK + body)
    return MARK + bytes.fromhex(key) + bytes.fromhex(signature) + body


def apart(file: bytes) -> Parts:
    """Raises NotAPackage for what does not begin as such a file."""
    if not file.startswith(MARK) or len(file) <= HEAD:
        raise NotAPackage(NOT_ONE)
    key, signature = file[len(MARK) : len(MARK) + KEY], file[len(MARK) + KEY : HEAD]
    return Parts(key.hex(), signature.hex(), MARK + file[HEAD:])


def unpacked(parts: Parts) -> dict[str, Any]:
    """The results of a file whose signature has been found good. Raises NotAPackage for what cannot be read."""
    try:
        reader = zlib.decompressobj(wbits=31)
        text = reader.decompress(parts.body, MOST)
        found = json.loads(text)
    except (zlib.error, ValueError) as error:
        raise NotAPackage(NOT_ONE) from error
    if not reader.eof or not isinstance(found, dict):
        raise NotAPackage(NOT_ONE)
    return found


def digest(file: bytes) -> str:
    """The name by which both sites know the file: its SHA-256 in hexadecimal."""
    return hashlib.sha256(file).hexdigest()


def shown(value: Any) -> Any:
    """A value of a row as JSON has it: times with their zone, marks as text, bytes in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value


def read(column: Column[Any], value: Any) -> Any:
    """The value back again, as the column's type takes it."""
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Hundredths):
        return Decimal(value)
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value

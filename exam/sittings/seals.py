"""Pure: seals on receipts. A page keeps its latest one; in a rescue file it proves what came after which receipt.

A seal reads `MS.DIGEST.MAC`: the server's time in milliseconds, a digest of the answers the receipt is about and of the
seal before it, and an HMAC-SHA-256 over both and the attempt, cut to 128 bits (RFC 2104, section 5). It proves that
whoever holds it had that receipt; it does not prove when later answers were given.
"""

import hashlib
import hmac
from collections.abc import Iterable

from exam.sittings.revisions import Saved

LENGTH = 32
"""Hexadecimal digits of digest and MAC."""
LONGEST = 100
"""Characters of a seal, at most."""


def seal(secret: str, attempt: str, saved: Iterable[Saved], *, previous: str, at_ms: int) -> str:
    """The seal of a receipt for `saved`; `previous` is the seal that the page held before."""
    told = ";".join(f"{each.op},{each.item},{each.revision},{each.current}" for each in saved)
    digest = hashlib.sha256(f"{previous}|{told}".encode()).hexdigest()[:LENGTH]
    return f"{at_ms}.{digest}.{_mac(secret, attempt, at_ms, digest)}"


def sealed_at(secret: str, attempt: str, found: str) -> int | None:
    """When the receipt with this seal was given, in milliseconds; None for a seal that is not ours."""
    parts = found.split(".")
    if len(parts) != 3 or not (parts[0].isascii() and parts[0].isdigit()) or len(found) > LONGEST:
        return None
    at_ms = int(parts[0])
    right = _mac(secret, attempt, at_ms, parts[1])
    return at_ms if hmac.compare_digest(right.encode(), parts[2].encode()) else None


def _mac(secret: str, attempt: str, at_ms: int, digest: str) -> str:
    told = f"receipt|{attempt}|{at_ms}|{digest}"
    return hmac.digest(secret.encode(), told.encode(), "sha256").hex()[:LENGTH]

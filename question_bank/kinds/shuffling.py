"""A shuffle that gives the same order on every machine, Python version and year: Fisher-Yates over SHA-256.

``random.Random`` promises this only for ``random()`` itself; a paper must be reproducible from its seed for good.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import count
from string import ascii_uppercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = 2**64


def derived_seed(seed: int, name: str) -> int:
    """Return the 64-bit seed of the part ``name`` of something shuffled with ``seed``."""
    return int.from_bytes(sha256(f"part:{seed}:{name}".encode()).digest()[:8], "big")


def _words(seed: int) -> Iterator[int]:
    """Yield an endless stream of 64-bit integers for ``seed``."""
    for block in count():
        digest = sha256(f"shuffle:{seed}:{block}".encode()).digest()
        for start in range(0, len(digest), 8):
            yield int.from_bytes(digest[start : start + 8], "big")


def permuted(keys: Sequence[str], seed: int) -> tuple[str, ...]:
    """Return ``keys`` in an order drawn uniformly for ``seed`` (Fisher-Yates, Durstenfeld's form)."""
    order = list(keys)
    words = _words(seed)
    for last in range(len(order) - 1, 0, -1):
        size = last + 1
        # words above the largest multiple of size would make low positions likelier: draw again
        word = next(word for word in words if word < _WORD - _WORD % size)
        chosen = word % size
        order[last], order[chosen] = order[chosen], order[last]
    return tuple(order)


def letters(keys: Sequence[str]) -> dict[str, str]:
    """Return the letter each key is shown under: A for the first."""
    return dict(zip(keys, ascii_uppercase, strict=False))

"""Pure: numbers that look like chance and follow from names alone, the same on every machine and Python version."""

import hashlib

WORD = 2**64 - 1


def seed_of(*names: object) -> int:
    """64 bits that depend on every name: SHA-256 of them, joined by colons."""
    return int.from_bytes(hashlib.sha256(":".join(map(str, names)).encode()).digest()[:8], "big")


def mixed(state: int) -> int:
    """64 well mixed bits of `state` (the finaliser of splitmix64, Steele, Lea and Flood 2014)."""
    state = (state + 0x9E3779B97F4A7C15) & WORD
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & WORD
    return state ^ (state >> 31)


class Draws:
    """A sequence of whole numbers that follows from `names`."""

    def __init__(self, *names: object) -> None:
        self._state = seed_of(*names)

    def word(self) -> int:
        """64 bits."""
        self._state = (self._state + 1) & WORD
        return mixed(self._state)

    def below(self, end: int) -> int:
        """A number from 0 to `end` − 1."""
        return self.word() % end


def key_of(*names: object) -> int:
    """128 bits that depend on every name, to key a generator with."""
    return int.from_bytes(hashlib.sha256(":".join(map(str, names)).encode()).digest()[:16], "big")

"""Pure: what came of one try to send something, and the errors on the way to it."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """ACCEPTED: the other side has it. LATER: not now, or nobody knows. NEVER: refused for good."""

    ACCEPTED = "accepted"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Outcome:
    """The verdict and the other side's words, one line."""

    verdict: Verdict
    answer: str


class Unusable(Exception):  # noqa: N818 -- the name is the sentence a reader sees
    """The channel itself cannot be used just now: nothing was sent, and nothing else need be tried on it."""


def one_line(text: str | bytes) -> str:
    """The other side's words as one line without signs that steer a terminal, at most 300 signs."""
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(said.split()))[:300]


def failure(error: Exception) -> str:
    """An error of the network as one line: its words where it has some, else its name."""
    return one_line(str(error)) or type(error).__name__

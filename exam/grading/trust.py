"""Pure: which suggestions count without a person, which of those are drawn for the audit, and sureness in words."""

import hashlib

from question_bank.enums import NamedEnum
from question_bank.errors import N_

SCALE = 100
"""A confidence is kept in hundredths of a per cent."""


class Sureness(NamedEnum):
    """How sure a suggestion is, in words."""

    SURE = "sure", N_("The suggestion is sure"), "机评把握大"
    FAIR = "fair", N_("The suggestion is fairly sure"), "机评较有把握"
    DOUBTFUL = "doubtful", N_("The suggestion is doubtful"), "机评把握不大"
    UNSURE = "unsure", N_("The suggestion is hardly more than a guess"), "机评没有把握"
    NONE = "none", N_("No suggestion"), "没有机评"

    @property
    def place(self) -> int:
        """0 for what most needs a person, 4 for what least does."""
        return (Sureness.NONE, Sureness.UNSURE, Sureness.DOUBTFUL, Sureness.FAIR, Sureness.SURE).index(self)


_FROM = ((90, Sureness.SURE), (75, Sureness.FAIR), (50, Sureness.DOUBTFUL), (0, Sureness.UNSURE))


def sureness(confidence: int | None) -> Sureness:
    """A confidence in hundredths of a per cent as a word; NONE without one."""
    if confidence is None:
        return Sureness.NONE
    return next(word for floor, word in _FROM if confidence >= floor * SCALE)


def confident(confidence: int | None, accept_from: int | None) -> bool:
    """Whether a suggestion so sure may count by itself where `accept_from` per cent is asked (None: never)."""
    return accept_from is not None and confidence is not None and confidence >= accept_from * SCALE


def drawn(seed: str, key: str, share: int) -> bool:
    """Whether the answer `key` belongs to the audit of `share` per cent; the same every time for one `seed`."""
    digest = hashlib.sha256(f"{seed}/{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % (100 * SCALE) < share * SCALE

"""Pure: full numbers of identity cards, which are never kept (GB 11643: 17 digits and a check character)."""

import re
import unicodedata
from datetime import date

from question_bank.errors import N_, DomainError

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
_LIKE = re.compile(r"(?<!\d)\d(?:[ \-]?\d){16}[ \-]?[\dX](?!\d)")
EARLIEST = 1900

REFUSED = N_("This looks like the number of an identity card. Such numbers are not kept here; use the staff number.")


class IdentityNumber(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """Somebody entered a whole identity number where nothing asks for one."""


def holds_one(text: str) -> bool:
    """Whether somewhere in `text` stands a valid number: 18 characters, a real day of birth, the right check character.

    Full-width digits, blanks and hyphens in between do not hide it.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return any(_valid(re.sub(r"[ \-]", "", found)) for found in _LIKE.findall(plain))


def _valid(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False))
    if CHECKS[total % 11] != number[17]:
        return False
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14])).year >= EARLIEST
    except ValueError:
        return False


def refuse(*texts: object) -> None:
    """Raise IdentityNumber when one of `texts` holds one; what is no text is left alone."""
    if any(isinstance(text, str) and holds_one(text) for text in texts):
        raise IdentityNumber(REFUSED)

"""Pure: what the QR code of a printed page says, and the number that a person types when the code cannot be read.

`KS1.<paper id>.<page>.<seal>`: the seal is a truncated HMAC-SHA-256 in base32, so that a page somebody printed at home
is told from one of ours. All of it lies in the QR code's alphanumeric set and fits version 3 at error level H. No name
is in it.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from question_bank.errors import N_, DomainError

PREFIX = "KS1"
SEAL_BYTES = 10
PURPOSE = b"liangjuan answer sheets, first key"
"""Keeps the key of the sheets apart from everything else the site's secret is used for."""
QR_VERSION, QR_LEVEL = 3, "H"
LARGEST_ID = 10**10 - 1
LARGEST_PAGE = 99
_CODE = re.compile(rf"{PREFIX}\.([1-9][0-9]{{0,9}})\.([1-9][0-9]?)\.([A-Z2-7]{{16}})")
_TYPED = re.compile(r"([0-9]{6,10})-([0-9]{1,2})-([0-9])")

DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""A totally anti-symmetric quasigroup of order 10 (H. M. Damm, dissertation, Marburg 2004, p. 111)."""


class ForeignCode(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """What was read is no code of a page of this site: another's, altered, or printed under another secret key."""


@dataclass(frozen=True)
class PageCode:
    """Which page of whose paper."""

    paper_id: int
    page: int


def key_of(secret: str) -> bytes:
    """The key that seals pages, derived from the site's secret key. With another secret, old pages are foreign."""
    return hmac.new(secret.encode(), PURPOSE, hashlib.sha256).digest()


def written(code: PageCode, key: bytes) -> str:
    """What the QR code says. Raises ValueError for ids and pages that do not fit."""
    if not (1 <= code.paper_id <= LARGEST_ID and 1 <= code.page <= LARGEST_PAGE):
        raise ValueError(f"no page can be sealed as {code}")
    body = f"{PREFIX}.{code.paper_id}.{code.page}"
    return f"{body}.{_seal(body, key)}"


def read(text: str, key: bytes) -> PageCode:
    """The page a QR code names. Raises ForeignCode unless this site sealed it."""
    match = _CODE.fullmatch(text)
    if match is None or not hmac.compare_digest(_seal(text.rpartition(".")[0], key), match[3]):
        raise ForeignCode(N_("This is not the code of a page printed here."))
    return PageCode(int(match[1]), int(match[2]))


def _seal(body: str, key: bytes) -> str:
    return base64.b32encode(hmac.new(key, body.encode(), hashlib.sha256).digest()[:SEAL_BYTES]).decode()


def typed(code: PageCode) -> str:
    """The same for people, under the QR code: 000123-2-7, with a check digit at the end. It is not sealed."""
    digits = f"{code.paper_id:06d}"
    return f"{digits}-{code.page}-{check_digit(f'{digits}{code.page}')}"


def read_typed(text: str) -> PageCode:
    """The page that somebody typed. Raises ForeignCode where a digit is wrong or two have changed places."""
    match = _TYPED.fullmatch(text.strip().replace(" ", ""))
    if match is None or check_digit(match[1] + match[2]) != int(match[3]) or not int(match[1]) or not int(match[2]):
        raise ForeignCode(N_("This number is not complete, or a digit of it is wrong."))
    return PageCode(int(match[1]), int(match[2]))


def check_digit(digits: str) -> int:
    """Damm's check digit: finds every single wrong digit and every exchange of neighbours."""
    interim = 0
    for digit in digits:
        interim = DAMM[interim][int(digit)]
    return interim

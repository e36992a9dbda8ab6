"""Pure: which passwords may be chosen, what first passwords look like, how user names are written.

No rule about kinds of characters and no expiry: length and a list of what is guessed first (ASVS 6.2).
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from exam.accounts.secrets import ALPHABET
from question_bank.errors import N_, DomainError

SHORTEST = 8
LONGEST = 128
USERNAME_LENGTH = 40

_LIST = Path(__file__).with_name("common_passwords.txt")
_USERNAME = re.compile(r"[a-z0-9一-鿿][a-z0-9一-鿿._@-]{1,39}")
_DATE = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])|(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(19|20)\d{2}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")
_FIRST_GROUPS = 3


class WeakPassword(DomainError):  # noqa: N818
    """The password chosen would be among the first guesses."""


def check_password(password: str, *, about: Iterable[str] = ()) -> None:
    """Raise WeakPassword, with the reason as a sentence, unless `password` may be chosen.

    `about`: what an acquaintance would try: user name, person's name, unit's name, staff number, phone.
    """
    if len(password) < SHORTEST:
        raise WeakPassword(N_("The password needs at least %(count)s characters."), count=SHORTEST)
    if len(password) > LONGEST:
        raise WeakPassword(N_("The password may have at most %(count)s characters."), count=LONGEST)
    folded = unicodedata.normalize("NFKC", password).casefold()
    if _is_pattern(folded):
        raise WeakPassword(N_("This password is a date, a phone number or a simple row of characters. Choose another."))
    listed, words = _common()
    if folded in listed or _core(folded) in words:
        raise WeakPassword(N_("This password is one of those tried first. Choose another."))
    if any(_is_about(folded, fact) for fact in about):
        raise WeakPassword(N_("The password must not be made of your name, user name or unit. Choose another."))


@cache
def _common() -> tuple[frozenset[str], frozenset[str]]:
    """The listed passwords, and the words not to be dressed up with digits."""
    lines = [line for line in _LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    cut = lines.index("-----")
    return frozenset(line.casefold() for line in lines[:cut]), frozenset(lines[cut + 1 :])


def _core(folded: str) -> str:
    """What is left without the digits and signs at both ends: `woaini` of `520woaini1314!`."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)


def _is_pattern(folded: str) -> bool:
    if _DATE.fullmatch(folded) or _MOBILE.fullmatch(folded):
        return True
    if any(folded == folded[:size] * (len(folded) // size) for size in range(1, len(folded) // 2 + 1)):
        return True
    steps = sum(_are_neighbours(left, right) for left, right in pairwise(folded))
    return steps >= len(folded) - 2


def _are_neighbours(left: str, right: str) -> bool:
    """The same character, or the next or previous one in a row of the alphabet or the keyboard."""
    pair = left + right
    return left == right or any(pair in row or pair[::-1] in row for row in _ROWS)


def _is_about(folded: str, fact: str) -> bool:
    """Whether the password is `fact` (of two characters or more) with nothing but digits and signs added."""
    plain = unicodedata.normalize("NFKC", fact).casefold().strip()
    if len(plain) < 2 or plain not in folded:
        return False
    rest = folded.replace(plain, "")
    return len(re.sub(r"[\W\d_]", "", rest)) <= 1


def first_password() -> str:
    """A password for the first sign-in: three groups of four unmistakable characters (58 bits)."""
    letters = ALPHABET.lower()
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(_FIRST_GROUPS))


def clean_username(typed: str) -> str:
    """The user name meant: width, case and spaces around it do not matter."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def is_username(name: str) -> bool:
    """Whether `name` (cleaned) may be a user name: 2–40 letters, digits, Chinese characters, `.`, `_`, `-`, `@`."""
    return _USERNAME.fullmatch(name) is not None

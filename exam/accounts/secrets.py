"""Pure: passwords, tokens and ticket codes."""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with the parameters of the OWASP password storage cheat sheet (t=2, m=19 MiB, p=1)."""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Characters of printed codes: none that is mistaken for another (no 0/O, 1/I/L, U)."""

TICKET_LENGTH = 8
_NOBODY = (  # of a password nobody knows
    "$argon2id$v=19$m=19456,t=2,p=1$kJ+1lhKDDyd6AkfKhUkM+A$9ZzL7DNXCIpBdKHXRG378NXI4mcImkvjBskIst5N5xo"
)


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters and salt."""
    return HASHER.hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether `password` made `password_hash`; an unknown user costs the same time as a known one."""
    try:
        return HASHER.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: SHA-256 suffices, for tokens are random."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_ticket() -> str:
    """A printed code of eight unmistakable characters (39 bits; guesses are throttled)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TICKET_LENGTH))


def clean_ticket(typed: str) -> str:
    """What a person meant to type: case, width, spaces and dashes do not matter."""
    return "".join(each for each in unicodedata.normalize("NFKC", typed).upper() if each.isalnum())


def hash_passwords(passwords: Sequence[str]) -> list[str]:
    """The hashes of many passwords, side by side: hashing leaves the interpreter free."""
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(hash_password, passwords))

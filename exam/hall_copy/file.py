"""The file a hall is set up from.

16 bytes   what the file is, and whether a passphrase is needed
32 bytes   SHA-256 of the rest
the rest   a database of SQLite, gzipped; sealed where there is a passphrase
"""

import gzip
import hashlib
import zlib

from exam import passphrase
from question_bank.errors import N_, DomainError

PLAIN, SEALED = b"liangjuan-hall-1", b"liangjuan-hall-s"
DIGEST = 32
HEAD = len(PLAIN) + DIGEST


class NotAHallFile(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The file is none of ours, is cut off, or was damaged on the way."""


def packed(database: bytes, words: str = "") -> bytes:
    """The file for a database; with `words` only who knows them can open it."""
    body = gzip.compress(database, 6, mtime=0)
    if words:
        body = passphrase.seal(body, words)
    return (SEALED if words else PLAIN) + hashlib.sha256(body).digest() + body


def needs_passphrase(file: bytes) -> bool:
    return file.startswith(SEALED)


def unpacked(file: bytes, words: str = "") -> bytes:
    """The database. Raises NotAHallFile, or WrongPassphrase where one is needed and these are not the words."""
    mark, told, body = file[: len(PLAIN)], file[len(PLAIN) : HEAD], file[HEAD:]
    if mark not in {PLAIN, SEALED} or hashlib.sha256(body).digest() != told:
        raise NotAHallFile(N_("This is no file for a hall, or it was damaged on the way."))
    if mark == SEALED:
        body = passphrase.unseal(body, words)
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise NotAHallFile(N_("This is no file for a hall, or it was damaged on the way.")) from error


def short_name(file: bytes) -> str:
    """What is read out on both sides to compare two files: twelve digits of the SHA-256 in groups of four."""
    digits = hashlib.sha256(file).hexdigest()[:12].upper()
    return "-".join(digits[place : place + 4] for place in range(0, 12, 4))

"""Bytes under a passphrase: Argon2id makes the key, libsodium's secret box keeps others from reading or changing them.

16 bytes   salt
the rest   XSalsa20-Poly1305, its nonce first
"""

from question_bank.errors import N_, DomainError


class WrongPassphrase(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The passphrase is another one, or the bytes were changed."""


def seal(content: bytes, words: str) -> bytes:
    """`content` so that only who knows `words` reads it."""
    from nacl import pwhash, secret, utils  # loads libsodium; only where a passphrase was given

    salt = utils.random(pwhash.argon2id.SALTBYTES)
    return salt + bytes(secret.SecretBox(_key(words, salt)).encrypt(content))


def unseal(sealed: bytes, words: str) -> bytes:
    """What was sealed. Raises WrongPassphrase."""
    from nacl import exceptions, pwhash, secret  # loads libsodium; only where a passphrase was given

    salt, box = sealed[: pwhash.argon2id.SALTBYTES], sealed[pwhash.argon2id.SALTBYTES :]
    try:
        return bytes(secret.SecretBox(_key(words, salt)).decrypt(box))
    except (exceptions.CryptoError, ValueError) as error:
        raise WrongPassphrase(N_("The passphrase is not the right one, or the file was damaged.")) from error


def _key(words: str, salt: bytes) -> bytes:
    from nacl import pwhash, secret  # loads libsodium; only where a passphrase was given

    return bytes(
        pwhash.argon2id.kdf(
            secret.SecretBox.KEY_SIZE,
            words.strip().encode(),
            salt,
            opslimit=pwhash.argon2id.OPSLIMIT_INTERACTIVE,
            memlimit=pwhash.argon2id.MEMLIMIT_INTERACTIVE,
        )
    )

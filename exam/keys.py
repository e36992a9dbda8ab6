"""The site's own pairs of keys, and the keys of other sites whose word it takes.

Two pairs, each made once: "signing" (Ed25519) signs what leaves the site, "rescue" (X25519) opens what pages of
candidates have sealed (libsodium's sealed box). They stand in the database, so every process and machine of the site
has them, and a laptop that was set up from the backup of the site signs with the same key.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from exam import audit
from question_bank.errors import N_, Conflict, DomainError, NotFound
from question_bank.orm import Base

SIGNING = "signing"
RESCUE = "rescue"
HEX = 64
"""Letters of a key of 32 bytes in hexadecimal."""


class SiteKey(Base):
    """A pair of keys by its purpose ("signing", "rescue"), in hexadecimal. They travel with a backup of the site."""

    __tablename__ = "site_key"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    public: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class TrustedKey(Base):
    """The signing key of another site, such as a hall's laptop, whose results are taken over."""

    __tablename__ = "trusted_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    public: Mapped[str] = mapped_column(String(64), unique=True)
    added_at: Mapped[datetime]
    added_by: Mapped[int | None]
    revoked_at: Mapped[datetime | None]


class NotOpened(DomainError):  # noqa: N818 -- the name is the sentence a reader sees
    """The sealed bytes were not sealed for this site, or were altered on the way."""


def signing_key(session: Session, *, at: datetime) -> SiteKey:
    """The pair the site signs with; made when there is none yet."""
    return _pair(session, SIGNING, _signing_pair, at=at)


def rescue_key(session: Session, *, at: datetime) -> SiteKey:
    """The pair for which candidates' pages seal their rescue files; made when there is none yet."""
    return _pair(session, RESCUE, _sealing_pair, at=at)


def make_all(session: Session, *, at: datetime) -> None:
    """Make the pairs that are missing: before a backup or a copy, so that both places have the same."""
    signing_key(session, at=at)
    rescue_key(session, at=at)


def pair_for_another() -> tuple[str, str]:
    """A new signing pair (public, secret) for a site that is being set up from this one."""
    return _signing_pair()


def known(session: Session, name: str) -> str | None:
    """The public half of a pair for sessions that only read; None while the pair has not been made."""
    return session.scalar(select(SiteKey.public).where(SiteKey.name == name))


def rescue_public(session: Session, *, at: datetime) -> str:
    """The public half of the rescue pair, 64 hexadecimal digits; needs a writing session while there is no pair."""
    return known(session, RESCUE) or rescue_key(session, at=at).public


def sign(session: Session, content: bytes, *, at: datetime) -> tuple[str, str]:
    """Sign `content` (Ed25519): the public key (64 hexadecimal digits) and the signature (128)."""
    from nacl.signing import SigningKey  # loads libsodium; few processes ever sign

    pair = signing_key(session, at=at)
    return pair.public, SigningKey(bytes.fromhex(pair.secret)).sign(content).signature.hex()


def verify(public: str, signature: str, content: bytes) -> bool:
    """Whether `signature` over exactly these bytes is of the key `public`; False for what is no key or signature."""
    from nacl.exceptions import CryptoError  # loads libsodium; few processes ever verify
    from nacl.signing import VerifyKey  # the same

    try:
        VerifyKey(bytes.fromhex(public)).verify(content, bytes.fromhex(signature))
    except (CryptoError, ValueError):
        return False
    return True


def open_sealed(session: Session, sealed: bytes) -> bytes:
    """What was sealed for this site's rescue key. Raises NotOpened for what was sealed for another, or altered."""
    from nacl.exceptions import CryptoError  # loads libsodium; few processes ever open one
    from nacl.public import PrivateKey, SealedBox  # the same

    pair = session.get(SiteKey, RESCUE)
    if pair is None:
        raise NotOpened(N_("This site has no key for rescue files yet, so none can have been made for it."))
    try:
        return bytes(SealedBox(PrivateKey(bytes.fromhex(pair.secret))).decrypt(sealed))
    except (CryptoError, ValueError) as error:
        raise NotOpened(N_("The file was not made for this site, or was altered.")) from error


def trust(session: Session, public: str, *, name: str, by: int | None, at: datetime) -> TrustedKey:
    """Take the word of another site from now on, again where it had been revoked.

    Raises Conflict for what is no key, and for the site's own, which needs no trust.
    """
    public = public.strip().lower()
    if not _is_key(public):
        raise Conflict(N_("A key is 64 digits and letters from 0 to f."))
    if public == known(session, SIGNING):
        raise Conflict(N_("This is this site's own key; it is trusted as it is."))
    row = session.scalar(select(TrustedKey).where(TrustedKey.public == public))
    if row is None:
        row = TrustedKey(name=name, public=public, added_at=at, added_by=by)
        session.add(row)
    row.name, row.revoked_at = name, None
    session.flush()
    audit.record(session, "key.trusted", f"trusted_key:{row.id}", by=by, at=at, detail={"name": name, "public": public})
    return row


def revoke(session: Session, public: str, *, by: int | None, at: datetime) -> TrustedKey:
    """Take the word of another site no longer; what was taken over stays. Raises NotFound for a key never trusted."""
    row = session.scalar(select(TrustedKey).where(TrustedKey.public == public.strip().lower()))
    if row is None:
        raise NotFound(N_("There is no such trusted key."))
    row.revoked_at = row.revoked_at or at
    session.flush()
    audit.record(session, "key.revoked", f"trusted_key:{row.id}", by=by, at=at, detail={"public": row.public})
    return row


def trusted(session: Session) -> list[TrustedKey]:
    """All keys ever trusted, the revoked ones too, in the order they were added."""
    return list(session.scalars(select(TrustedKey).order_by(TrustedKey.id)))


def is_trusted(session: Session, public: str) -> bool:
    """Whether what this key has signed is believed: the site's own key, or one that was trusted and not revoked."""
    if public == known(session, SIGNING):
        return True
    found = select(TrustedKey.id).where(TrustedKey.public == public, TrustedKey.revoked_at.is_(None))
    return session.scalar(found) is not None


def _pair(session: Session, name: str, make: Callable[[], tuple[str, str]], *, at: datetime) -> SiteKey:
    there = session.get(SiteKey, name)
    if there is not None:
        return there
    public, secret = make()
    values = {"name": name, "public": public, "secret": secret, "made_at": at}
    # two processes may want the first one at the same time: the second waits here and takes the first one's
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(SiteKey).values(**values).on_conflict_do_nothing())
    made = session.get_one(SiteKey, name)
    if made.public == public:
        audit.record(session, "key.made", f"site_key:{name}", by=None, at=at, detail={"public": public})
    return made


def _signing_pair() -> tuple[str, str]:
    from nacl.signing import SigningKey  # loads libsodium; once in a site's life

    secret = SigningKey.generate()
    return bytes(secret.verify_key).hex(), bytes(secret).hex()


def _sealing_pair() -> tuple[str, str]:
    from nacl.public import PrivateKey  # loads libsodium; once in a site's life

    secret = PrivateKey.generate()
    return bytes(secret.public_key).hex(), bytes(secret).hex()


def _is_key(text: str) -> bool:
    return len(text) == HEX and all(letter in "0123456789abcdef" for letter in text)

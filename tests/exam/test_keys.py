from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from nacl.public import PublicKey, SealedBox
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from exam import audit, database, keys
from exam.audit import AuditEvent
from question_bank.errors import Conflict, NotFound
from tests.conftest import NOON

STRANGER = "ab" * 32


def _sealed(public: str, content: bytes) -> bytes:
    return bytes(SealedBox(PublicKey(bytes.fromhex(public))).encrypt(content))


@pytest.mark.db
def test_a_pair_is_made_once_and_noted(session: Session) -> None:
    first = keys.signing_key(session, at=NOON).public
    assert keys.signing_key(session, at=NOON + timedelta(days=1)).public == first
    assert keys.known(session, keys.SIGNING) == first
    assert list(session.scalars(select(AuditEvent.action))) == ["key.made"]
    assert audit.verify(session) is None


@pytest.mark.db
def test_two_processes_that_want_the_first_pair_at_once_get_the_same(engine: Engine) -> None:
    def ask(_: int) -> str:
        with database.writing(engine) as session:
            return keys.rescue_public(session, at=NOON)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1


def test_what_was_signed_is_known_again_and_nothing_else_is(session: Session) -> None:
    public, signature = keys.sign(session, b"results", at=NOON)
    assert keys.verify(public, signature, b"results")
    assert not keys.verify(public, signature, b"resultz")
    assert not keys.verify(STRANGER, signature, b"results")
    assert not keys.verify("no key", signature, b"results")
    assert not keys.verify(public, "", b"results")


def test_what_was_sealed_for_the_site_is_opened(session: Session) -> None:
    sealed = _sealed(keys.rescue_public(session, at=NOON), "答案".encode())
    assert keys.open_sealed(session, sealed).decode() == "答案"


def test_what_was_sealed_for_another_or_altered_is_not_opened(session: Session) -> None:
    with pytest.raises(keys.NotOpened):
        keys.open_sealed(session, b"x" * 80)  # no key yet
    sealed = _sealed(keys.rescue_public(session, at=NOON), b"answers")
    for wrong in (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"short", _sealed(STRANGER, b"answers")):
        with pytest.raises(keys.NotOpened):
            keys.open_sealed(session, wrong)


def test_a_site_trusts_itself_and_whom_it_was_told_to_trust(session: Session) -> None:
    own = keys.signing_key(session, at=NOON).public
    assert keys.is_trusted(session, own)
    assert not keys.is_trusted(session, STRANGER)
    keys.trust(session, STRANGER.upper(), name="第二会场", by=None, at=NOON)
    assert keys.is_trusted(session, STRANGER)
    keys.revoke(session, STRANGER, by=None, at=NOON)
    assert not keys.is_trusted(session, STRANGER)
    keys.trust(session, STRANGER, name="第二会场", by=None, at=NOON)
    assert keys.is_trusted(session, STRANGER)
    assert [row.name for row in keys.trusted(session)] == ["第二会场"]


def test_what_is_no_key_cannot_be_trusted(session: Session) -> None:
    own = keys.signing_key(session, at=NOON).public
    for wrong in ("", "zz" * 32, own):
        with pytest.raises(Conflict):
            keys.trust(session, wrong, name="x", by=None, at=NOON)
    with pytest.raises(NotFound):
        keys.revoke(session, STRANGER, by=None, at=NOON)

"""Opening a rescue file: what a candidate's page could not send is kept as a claim, for two people to decide about."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam import keys
from exam.sittings import queries
from exam.sittings.claims import entries_of, noted
from exam.sittings.day import Origin
from exam.sittings.day_models import Claim
from exam.sittings.late import LateEntry, add_answers, operations_of
from exam.sittings.locking import hold
from exam.sittings.models import Attempt
from exam.sittings.operations import read_operation
from exam.sittings.rescue_file import BadRescueFile, RescueFile, read
from exam.sittings.revisions import Entry, SaveOperation
from exam.sittings.seals import sealed_at
from question_bank.errors import N_, Conflict, NotAllowed

LARGEST = 2**20
"""Bytes of a sealed file, at most."""


def open_rescue(
    session: Session, sealed: bytes, *, secret: str, stop_id: int | None = None, by: int, at: datetime
) -> Claim:
    """Keep the answers of a rescue file (as bytes, or as base64url text from QR codes) that never arrived.

    `secret` is the server's, by which seals of receipts are known; with `stop_id` only files of that stop are taken.
    Raises NotOpened and BadRescueFile for a file that is foreign or was altered, Conflict for one that was taken
    before, NotAllowed where every answer in it has arrived already.
    """
    box = unwrapped(sealed)
    found, operations = read(keys.open_sealed(session, box))
    attempt = session.scalar(select(Attempt).where(Attempt.key == found.attempt))
    if attempt is None or stop_id not in {None, attempt.assignment.sitting.stop_id}:
        raise BadRescueFile(N_("The rescue file belongs to no paper of this exam."))
    if attempt.assignment.paper.items_hash != found.paper_hash:
        raise BadRescueFile(N_("The rescue file belongs to another paper than this person's."))
    hold(session, attempt)
    digest = hashlib.sha256(box).hexdigest()
    if session.scalar(select(Claim.id).where(Claim.digest == digest)) is not None:
        raise Conflict(N_("This rescue file has been taken over already."))
    late, unreadable = _unknown(session, attempt, operations)
    if not late:
        raise NotAllowed(N_("Every answer in this file has arrived already, so there is nothing to decide."))
    claim = Claim(
        attempt_id=attempt.id,
        origin=Origin.RESCUE,
        digest=digest,
        received_at=at,
        detail=_told(session, attempt, found, secret=secret, unreadable=unreadable),
    )
    session.add(claim)
    session.flush()
    add_answers(session, claim, late, at=at)
    return noted(session, claim, "claim.rescued", by=by, at=at)


def unwrapped(sealed: bytes) -> bytes:
    """The sealed box itself, whether it came as bytes or as base64url text. Raises BadRescueFile for too much."""
    if len(sealed) > LARGEST:
        raise BadRescueFile(N_("This is not a rescue file."))
    text = b"".join(sealed.split())
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return sealed


def _unknown(session: Session, attempt: Attempt, operations: Sequence[SaveOperation]) -> tuple[list[LateEntry], int]:
    """The answers that have not come in any other way, and how many cannot be read."""
    items = queries.items_by_id(session, attempt.assignment.paper_id, sorted({each.item for each in operations}))
    known = {entry.op for entry in entries_of(session, attempt.id)} | operations_of(session, attempt.id)
    late, unreadable = {}, 0
    for operation in operations:
        if operation.op in known:
            continue
        item = items.get(operation.item)
        entry = None if item is None else read_operation(operation, item)
        if isinstance(entry, Entry):
            late[operation.op] = LateEntry(entry, operation.made_ms)
        else:
            unreadable += 1
    return list(late.values()), unreadable


def _told(session: Session, attempt: Attempt, found: RescueFile, *, secret: str, unreadable: int) -> dict[str, object]:
    """What a person deciding should know: when the page says it was made, and after which receipt that is proved."""
    number = session.scalar(select(func.count()).where(Claim.attempt_id == attempt.id)) or 0
    return {
        "number": number + 1,
        "device": found.device,
        "made_ms": found.made_ms,
        "sure": found.sure,
        "receipt_ms": sealed_at(secret, attempt.key, found.seal),
        "unreadable": unreadable,
    }

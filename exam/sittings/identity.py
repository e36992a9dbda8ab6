"""Verbs on proofs of identity: who was seen, who knew the word of their unit's contact, whose photo was taken.

The photo is there only where a hall's rules ask for one; it is kept apart and goes with the personal data of the stop.
"""

from datetime import datetime
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from exam import audit
from exam.sittings.day import IdentityMethod
from exam.sittings.day_models import IdentityCheck
from exam.sittings.hall_rules import rules_of
from exam.tours.models import RosterEntry
from question_bank.errors import N_, NotAllowed, NotFound

PHOTO_BYTES = 3_000_000
PICTURES: dict[bytes, str] = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""How a picture begins, and what it is then; other files are refused."""


def confirm(
    session: Session,
    entry: RosterEntry,
    method: IdentityMethod,
    *,
    photo: bytes | None = None,
    by: int | None,
    at: datetime,
) -> IdentityCheck:
    """Record that somebody is who the ticket says. The same proof twice is one, except for photos.

    Raises NotAllowed for a photo where the hall takes none, one that is missing, too large or no picture.
    """
    if method is IdentityMethod.PHOTO:
        _check_photo(session, entry, photo)
    else:
        photo = None
        known = session.scalar(
            select(IdentityCheck).where(IdentityCheck.roster_entry_id == entry.id, IdentityCheck.method == method)
        )
        if known is not None:
            return known
    made = IdentityCheck(roster_entry_id=entry.id, method=method, at=at, by=by, photo=photo)
    session.add(made)
    session.flush()
    told = {"method": method.value}
    audit.record(session, "identity.confirmed", f"roster_entry:{entry.id}", by=by, at=at, detail=told)
    return made


def knows_word(session: Session, entry: RosterEntry, typed: str) -> bool:
    """Whether `typed` is the hall's code word; spaces and case do not matter. A hall without a word asks nobody."""
    word = "".join(rules_of(session, entry.stop_id).code_word.split()).casefold()
    return bool(word) and compare_digest("".join(typed.split()).casefold().encode(), word.encode())


def checks_of(session: Session, entry_id: int) -> list[IdentityCheck]:
    """What was proved about somebody, in the order of time; photos are not loaded."""
    wanted = select(IdentityCheck).where(IdentityCheck.roster_entry_id == entry_id)
    return list(session.scalars(wanted.order_by(IdentityCheck.at, IdentityCheck.id)))


def photo_of(session: Session, entry_id: int) -> tuple[bytes, str]:
    """The latest photo of somebody and its MIME type. Raises NotFound."""
    row = session.scalar(
        select(IdentityCheck)
        .where(IdentityCheck.roster_entry_id == entry_id, IdentityCheck.photo.is_not(None))
        .options(undefer(IdentityCheck.photo))
        .order_by(IdentityCheck.at.desc(), IdentityCheck.id.desc())
        .limit(1)
    )
    if row is None or row.photo is None:
        raise NotFound(N_("There is no photo."))
    return row.photo, type_of(row.photo) or "application/octet-stream"


def type_of(photo: bytes) -> str | None:
    """The MIME type of a picture by how it begins; None for anything else."""
    return next((mime for start, mime in PICTURES.items() if photo.startswith(start)), None)


def _check_photo(session: Session, entry: RosterEntry, photo: bytes | None) -> None:
    if not rules_of(session, entry.stop_id).photo:
        raise NotAllowed(N_("No photos are taken in this hall."))
    if not photo or type_of(photo) is None:
        raise NotAllowed(N_("Choose a photo (JPEG or PNG)."))
    if len(photo) > PHOTO_BYTES:
        raise NotAllowed(N_("The photo is larger than 3 MB."))

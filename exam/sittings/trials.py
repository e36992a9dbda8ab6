"""Verbs on phone trials: before the start every phone opens a test page, and the hall knows how many got through."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam.sittings.day_models import PhoneTrial
from exam.tours.flow import ATTENDED
from exam.tours.models import Stop

MOST = 5_000
"""Phones kept of one stop, at most: the page is open to everybody."""

NEAR = timedelta(hours=12)
"""A stop that begins or ended within this is the one a phone is tried for."""

ABILITIES = ("script", "keeps", "durable", "network")
"""What a phone may be able to do: run the page's script, keep answers, in its database, reach the server again."""


def keep(
    session: Session, *, stop_id: int | None, token: str, device: str, found: dict[str, Any], at: datetime
) -> bool:
    """Keep what one phone found out about itself, once a phone however often it asks; False when there are too many.

    Only known abilities (yes or no) and the time to the server in milliseconds are kept of `found`.
    """
    told: dict[str, Any] = {name: bool(found.get(name)) for name in ABILITIES}
    ms = found.get("ms")
    told |= {"ms": min(max(int(ms), 0), 60_000)} if isinstance(ms, int | float) else {}
    values = {"stop_id": stop_id, "at": at, "device": device[:200], "found": told}
    if session.execute(update(PhoneTrial).where(PhoneTrial.token == token[:40]).values(values)).rowcount:  # type: ignore[attr-defined]
        return True
    if count(session, stop_id) >= MOST:
        return False
    try:
        with session.begin_nested():
            session.add(PhoneTrial(token=token[:40], **values))
    except IntegrityError:  # the same phone twice in the same moment: one of them is kept
        return True
    return True


def count(session: Session, stop_id: int | None) -> int:
    """How many phones have opened the page for a stop."""
    return session.scalar(select(func.count()).where(PhoneTrial.stop_id == stop_id)) or 0


def trials_of(session: Session, stop_id: int) -> list[PhoneTrial]:
    """The phones of a stop, the latest first."""
    wanted = select(PhoneTrial).where(PhoneTrial.stop_id == stop_id)
    return list(session.scalars(wanted.order_by(PhoneTrial.at.desc(), PhoneTrial.id.desc())))


def fits(trial: PhoneTrial) -> bool:
    """Whether a phone can sit: its script runs, it keeps answers, and it reaches the server."""
    return all(trial.found.get(name) for name in ("script", "keeps", "network"))


def stop_near(session: Session, *, at: datetime) -> int | None:
    """The stop a phone is tried for when none is named: the attended one whose beginning is nearest."""
    near = session.execute(
        select(Stop.id, Stop.starts_at).where(
            Stop.status.in_(ATTENDED), Stop.starts_at < at + NEAR, Stop.ends_at > at - NEAR
        )
    ).all()
    return min(near, key=lambda row: (abs(row.starts_at - at), row.id)).id if near else None

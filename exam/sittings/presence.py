"""Verbs on the presence of writing pages: when each was last heard of, and what happened there."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from exam.sittings import incidents
from exam.sittings.day import IncidentKind
from exam.sittings.day_models import Presence
from exam.sittings.models import Attempt, AttemptStatus
from exam.sittings.writers import Holder, holder, page_name


class PageEvent(BaseModel):
    """What a page tells: it was left for `seconds`, or the device's clock jumped by so many; `at_ms` by the server's
    clock as the page reckons it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Literal["left_page", "clock"]
    at_ms: Annotated[int, Field(ge=0, le=2**53)]
    seconds: Annotated[int, Field(ge=-(10**7), le=10**7)]


def pulse(
    session: Session,
    attempt: Attempt,
    *,
    device: str,
    tab: str = "",
    unsaved: int,
    hidden: bool,
    events: Sequence[PageEvent] = (),
    at: datetime,
) -> Holder:
    """Note that a page lives and what it told; whose the writing is, for this page.

    A page that may not write does not speak for the paper. Events are kept once, however often they are told, and none
    once the paper is over.
    """
    found = holder(attempt, page_name(device, tab))
    if attempt.status is not AttemptStatus.STARTED:
        return found
    if found is not Holder.OTHER:
        told = {"seen_at": at, "unsaved": unsaved, "hidden": hidden, "device": device[:40]}
        _write(session, attempt.id, told)
    for each in events:
        _keep(session, attempt, each, device, at=at)
    session.flush()
    return found


def _write(session: Session, attempt_id: int, told: dict[str, Any]) -> None:
    """Update the row or make it; of two first pulses at once one makes it, and either will do."""
    if session.execute(update(Presence).where(Presence.attempt_id == attempt_id).values(told)).rowcount:  # type: ignore[attr-defined]
        return
    try:
        with session.begin_nested():
            session.execute(insert(Presence).values(attempt_id=attempt_id, **told))
    except IntegrityError:
        return


def _keep(session: Session, attempt: Attempt, told: PageEvent, device: str, *, at: datetime) -> None:
    """An event happened when the page says, but not before the paper was begun nor after it was told."""
    detail = {"seconds": told.seconds, "at_ms": told.at_ms, "device": device}
    moment = datetime.fromtimestamp(min(told.at_ms / 1000, at.timestamp()), UTC)
    kind = IncidentKind.LEFT_PAGE if told.kind == "left_page" else IncidentKind.CLOCK
    incidents.of_attempt(session, attempt, kind, detail=detail, at=max(moment, attempt.started_at), once=True)

"""Verbs on incidents: what the system saw or a person noted, and what a person thinks of it. None changes a mark."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.sittings.day import IncidentKind, Judgement
from exam.sittings.day_models import Incident
from exam.sittings.models import Attempt, Sitting
from exam.tours.models import RosterEntry
from question_bank.errors import N_, NotAllowed, NotFound

MOST = 200
"""Incidents of one kind at one attempt, at most: a page that tells too much fills nothing."""


def record(
    session: Session,
    kind: IncidentKind,
    *,
    stop_id: int,
    sitting: Sitting | None = None,
    attempt: Attempt | None = None,
    entry: RosterEntry | None = None,
    detail: dict[str, Any] | None = None,
    note: str = "",
    by: int | None,
    at: datetime,
) -> Incident:
    """Keep one incident for a person to judge; `by` is empty for what the system saw."""
    made = Incident(
        stop_id=stop_id,
        sitting_id=sitting.id if sitting else None,
        attempt_id=attempt.id if attempt else None,
        roster_entry_id=entry.id if entry else None,
        kind=kind,
        at=at,
        detail=detail or {},
        note=note.strip()[:500],
        recorded_by=by,
    )
    session.add(made)
    session.flush()
    if by is not None:
        told = {"incident": made.id, "kind": kind.value, "note": made.note}
        audit.record(session, "incident.recorded", f"stop:{stop_id}", by=by, at=at, detail=told)
    return made


def of_attempt(
    session: Session,
    attempt: Attempt,
    kind: IncidentKind,
    *,
    detail: dict[str, Any],
    at: datetime,
    once: bool = False,
) -> Incident | None:
    """Keep what the system saw at one attempt; None where it is known (`once`: the same detail) or too much."""
    known = session.scalars(
        select(Incident.detail).where(Incident.attempt_id == attempt.id, Incident.kind == kind).limit(MOST)
    ).all()
    if len(known) >= MOST or (once and detail in known):
        return None
    sitting = attempt.assignment.sitting
    return record(
        session,
        kind,
        stop_id=sitting.stop_id,
        sitting=sitting,
        attempt=attempt,
        entry=attempt.assignment.entry,
        detail=detail,
        by=None,
        at=at,
    )


def incident_by_id(session: Session, incident_id: int) -> Incident:
    """Raises NotFound."""
    found = session.get(Incident, incident_id)
    if found is None:
        raise NotFound(N_("There is no such incident."))
    return found


def judge(
    session: Session, incident: Incident, judgement: Judgement, *, note: str = "", by: int, at: datetime
) -> Incident:
    """Say what an incident comes to; it can be said again. Raises NotAllowed for what nobody has to judge, or no words.

    What is to be pursued needs a few words.
    """
    session.refresh(incident, with_for_update={"of": Incident})
    if judgement is Judgement.OPEN:
        raise NotAllowed(N_("Say what the incident comes to."))
    if judgement is Judgement.SERIOUS and not note.strip():
        raise NotAllowed(N_("Say in a few words what is to be pursued."))
    incident.judgement, incident.judged_note = judgement, note.strip()[:500]
    incident.judged_by, incident.judged_at = by, at
    session.flush()
    told = {"incident": incident.id, "judgement": judgement.value, "note": incident.judged_note}
    audit.record(session, "incident.judged", f"stop:{incident.stop_id}", by=by, at=at, detail=told)
    return incident

"""Everything the site keeps about one person, as JSON for that person: no key, secret, or mark before its release."""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam import audit
from exam.accounts.models import Credential, Login, NoticeRead, Person
from exam.accounts.privacy import requests_of
from exam.audit import AuditEvent
from exam.evidence.writing import Row, canonical
from exam.grading.models import Appeal, Score
from exam.papers.models import PaperItem
from exam.reports.releasing import Recipient, open_among
from exam.sittings.day_models import Incident, TimeGrant
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Response, Sitting, SittingStatus
from exam.tours.models import RosterEntry, Stop
from exam.training.models import ExternalTraining

MOST_ACTS = 2000
OVER = frozenset({SittingStatus.CLOSED, SittingStatus.RELEASED})


def own_data(session: Session, person: Person, *, at: datetime) -> Row:
    """What is kept about `person` at the moment `at`. Answers are told once their sitting is over."""
    return {
        "made_at": at,
        "person": _person(session, person),
        "logins": _logins(session, person.id),
        "notices_read": [
            {"version": row.version, "at": row.at}
            for row in session.scalars(select(NoticeRead).where(NoticeRead.person_id == person.id))
        ],
        "requests": [
            {"asked_at": row.asked_at, "text": row.text, "status": row.status.value, "answer": row.answer}
            for row in requests_of(session, person.id)
        ],
        "stops": [_stop(session, entry) for entry in _entries(session, person.id)],
        "training_elsewhere": [
            {"title": row.title, "hours": row.hours, "status": row.status.value}
            for row in session.scalars(select(ExternalTraining).where(ExternalTraining.person_id == person.id))
        ],
        "acts": _acts(session, person.id),
    }


def as_file(session: Session, person: Person, *, at: datetime) -> bytes:
    """The same as indented UTF-8 JSON."""
    plain = json.loads(canonical(own_data(session, person, at=at)))
    return (json.dumps(plain, ensure_ascii=False, indent=1) + "\n").encode()


def note(session: Session, person: Person, *, by: int, at: datetime) -> None:
    """Leave a trace that somebody took a copy of a person's data: the person, or an administrator for them."""
    audit.record(session, "data.exported", f"person:{person.id}", by=by, at=at, detail={"by_owner": by == person.id})


def _person(session: Session, person: Person) -> Row:
    account = session.get(Credential, person.id)
    return {
        "name": person.name,
        "staff_number": person.code,
        "unit": person.unit.name,
        "audience": person.audience.value if person.audience else None,
        "post": person.post,
        "phone": person.phone,
        "email": person.email,
        "active": person.active,
        "language": person.language.value,
        "large_type": person.elder_mode,
        "roles": sorted(grant.role.value for grant in person.grants),
        "user_name": account.username if account else None,
        "password_set_at": account.changed_at if account else None,
    }


def _logins(session: Session, person_id: int) -> list[Row]:
    rows = session.scalars(select(Login).where(Login.person_id == person_id).order_by(Login.id))
    return [
        {"began_at": row.began_at, "ended_at": row.ended_at, "device": row.device, "ticket": bool(row.roster_entry_id)}
        for row in rows
    ]


def _entries(session: Session, person_id: int) -> list[RosterEntry]:
    query = select(RosterEntry).where(RosterEntry.person_id == person_id).order_by(RosterEntry.id)
    return list(session.scalars(query.options(joinedload(RosterEntry.unit))))


def _stop(session: Session, entry: RosterEntry) -> Row:
    stop = session.get_one(Stop, entry.stop_id, options=[joinedload(Stop.unit), joinedload(Stop.tour)])
    return {
        "tour": stop.tour.name,
        "number": stop.number,
        "host": stop.unit.name,
        "starts_at": stop.starts_at,
        "listed_as": {"name": entry.name, "unit": entry.unit.name, "seat": entry.seat},
        "checked_in_at": entry.checked_in_at,
        "absence": [entry.absence.value, entry.absence_reason],
        "papers": _papers(session, entry),
    }


def _papers(session: Session, entry: RosterEntry) -> list[Row]:
    rows = session.execute(
        select(Attempt, Sitting, Assignment.id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(Assignment.roster_entry_id == entry.id)
        .order_by(Attempt.id)
    ).all()
    shown = open_among(session, [sitting.id for _, sitting, _ in rows], Recipient.PERSONS)
    return [_paper(session, attempt, sitting, given, shown=sitting.id in shown) for attempt, sitting, given in rows]


def _paper(session: Session, attempt: Attempt, sitting: Sitting, assignment_id: int, *, shown: bool) -> Row:
    over = sitting.status in OVER and attempt.status is not AttemptStatus.STARTED
    return {
        "kind": sitting.paper_kind.value,
        "status": attempt.status.value,
        "started_at": attempt.started_at,
        "ended_at": attempt.ended_at,
        "receipt": attempt.receipt,
        "device": attempt.device,
        "answers": _answers(session, attempt.id) if over else "told when the sitting is over",
        "score": _score(session, attempt.id) if shown else "not released to the persons yet",
        "appeals": [
            {"text": row.text, "made_at": row.made_at, "status": row.status.value, "answer": row.answer}
            for row in session.scalars(select(Appeal).where(Appeal.attempt_id == attempt.id).order_by(Appeal.id))
        ],
        "time_given": [
            {"seconds": row.seconds, "reason": row.reason, "at": row.at}
            for row in session.scalars(select(TimeGrant).where(TimeGrant.assignment_id == assignment_id))
        ],
        "recorded": [
            {"kind": row.kind.value, "at": row.at, "judgement": row.judgement.value}
            for row in session.scalars(select(Incident).where(Incident.attempt_id == attempt.id).order_by(Incident.id))
        ],
    }


def _answers(session: Session, attempt_id: int) -> dict[str, list[Row]]:
    """By number of the question every answer that was received, the last one counting."""
    rows = session.execute(
        select(PaperItem.position, Response.revision, Response.value, Response.received_at, Response.device)
        .join(PaperItem, PaperItem.id == Response.paper_item_id)
        .where(Response.attempt_id == attempt_id)
        .order_by(PaperItem.position, Response.revision)
    )
    found: dict[str, list[Row]] = defaultdict(list)
    for position, revision, value, received_at, device in rows:
        told = {"revision": revision, "answer": value, "received_at": received_at, "device": device}
        found[f"question {position}"].append(told)
    return dict(found)


def _score(session: Session, attempt_id: int) -> Row | None:
    score = session.get(Score, attempt_id)
    if score is None:
        return None
    return {"marks": score.marks, "of": score.total, "sections": score.sections, "equated": score.equated}


def _acts(session: Session, person_id: int) -> list[Any]:
    """What the audit chain keeps under the person's name: when and what, not about whom."""
    rows = select(AuditEvent.at, AuditEvent.action).where(AuditEvent.by == person_id).order_by(AuditEvent.id.desc())
    return [{"at": at, "action": action} for at, action in session.execute(rows.limit(MOST_ACTS))]

"""The piece of the audit chain that belongs to a stop: its own events in words, all others by their hashes.

The piece begins at the stop's first event and ends with the chain's last one. What happened elsewhere in between is
not told, only the hash of each event's words: so the piece proves that nothing was taken out, exchanged or put in.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.audit import AuditEvent
from exam.evidence.gathering import Ids
from exam.evidence.writing import Row
from question_bank.queries import batches

RUN = 500
"""Foreign events in one line at most."""


def subjects_of(ids: Ids, tables: dict[str, list[Row]]) -> frozenset[str]:
    """The subjects of events that tell of this stop, its papers and its results."""
    by_kind: dict[str, list[Any]] = {
        "stop": [ids.stop],
        "sitting": list(ids.sittings),
        "paper_set": list(ids.sets),
        "specification": list(ids.specifications),
        "attempt": list(ids.attempts),
        "entry": list(ids.entries),
        "roster_entry": list(ids.entries),
        "assignment": list(ids.assignments),
        "late_claim": list(ids.claims),
        "claim": list(ids.claims),
        "correction": [row["id"] for row in tables["corrections"]],
        "appeal": [row["id"] for row in tables["appeals"]],
        "incident": [row["id"] for row in tables["incidents"]],
    }
    return frozenset(f"{kind}:{each}" for kind, values in by_kind.items() for each in values)


def log_of(session: Session, subjects: frozenset[str], stop_subjects: frozenset[str]) -> Iterator[Row]:
    """The piece from the first event about one of `stop_subjects` on; those about `subjects` in words."""
    first = _first(session, sorted(stop_subjects))
    if first is None:
        return
    foreign: list[AuditEvent] = []
    query = select(AuditEvent).where(AuditEvent.id >= first).order_by(AuditEvent.id)
    for row in session.scalars(query.execution_options(yield_per=500)):
        if row.subject not in subjects:
            foreign.append(row)
            if len(foreign) == RUN or (len(foreign) > 1 and (foreign[-2].body is None) != (row.body is None)):
                kept = [foreign.pop()] if len(foreign) < RUN else []
                yield _run(foreign)
                foreign = kept
            continue
        if foreign:
            yield _run(foreign)
            foreign = []
        yield {"event": _whole(row)}
    if foreign:
        yield _run(foreign)


def _first(session: Session, subjects: list[str]) -> int | None:
    found = [
        session.scalar(select(func.min(AuditEvent.id)).where(AuditEvent.subject.in_(batch)))
        for batch in batches(subjects)
    ]
    return min((each for each in found if each is not None), default=None)


def _whole(row: AuditEvent) -> Row:
    names = ("id", "at", "by", "action", "subject", "detail", "body", "previous", "digest")
    return {name: getattr(row, name) for name in names}


def _run(rows: list[AuditEvent]) -> Row:
    """Events of other stops in a row: their bodies, or, from before there were bodies, their digests."""
    told: Row = {"first": rows[0].id, "last": rows[-1].id, "previous": rows[0].previous}
    if rows[0].body is None:
        return {"others": told | {"digests": [row.digest for row in rows]}}
    return {"others": told | {"bodies": [row.body for row in rows]}}

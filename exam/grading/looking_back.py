"""Verbs that look at the answers of a paper once it is closed: too fast to be read, wrong like a neighbour's.

What they find are incidents for a person to judge; no mark changes, and looking twice finds nothing twice.
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from exam import audit
from exam.grading.same_errors import compare, is_striking, meeting
from exam.papers.models import PaperItem
from exam.sittings import incidents
from exam.sittings.day import IncidentKind
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Response, Sitting, SittingStatus
from exam.tours.models import RosterEntry
from question_bank.enums import Kind
from question_bank.errors import N_, NotAllowed
from question_bank.kinds import content_of
from question_bank.models import Question, QuestionVersion

READ = 25.0
"""Characters of question text a second: three times what practised readers of Chinese reach, so that nobody who has
read everything is told of."""

MANY = 10
"""With fewer answers nothing is said of speed."""

CHOICES = (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE)


@dataclass(frozen=True)
class Found:
    """How many incidents were recorded now."""

    fast: int
    alike: int


def look_back(session: Session, sitting: Sitting, *, by: int | None, at: datetime) -> Found:
    """Look at all papers of a closed sitting. Raises NotAllowed while it can still be written."""
    if sitting.status not in {SittingStatus.CLOSED, SittingStatus.RELEASED}:
        raise NotAllowed(N_("The answers are looked at once the paper is closed."))
    attempts = {
        attempt.id: attempt
        for attempt in session.scalars(
            select(Attempt)
            .join(Attempt.assignment)
            .where(Assignment.sitting_id == sitting.id, Attempt.status != AttemptStatus.STARTED)
        )
    }
    found = Found(_fast(session, sitting, attempts, at=at), _alike(session, sitting, attempts, at=at))
    told = {"too_fast": found.fast, "alike": found.alike, "papers": len(attempts)}
    audit.record(session, "sitting.looked_back", f"sitting:{sitting.id}", by=by, at=at, detail=told)
    return found


def _fast(session: Session, sitting: Sitting, attempts: dict[int, Attempt], *, at: datetime) -> int:
    """From the start to the last answer that arrived: no outage makes that shorter than it was."""
    rows = session.execute(
        select(
            Response.attempt_id,
            func.count(Response.paper_item_id.distinct()),
            func.max(Response.received_at),
            func.sum(func.length(QuestionVersion.stem)),
            func.count(),
        )
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(Attempt.assignment)
        .join(PaperItem, PaperItem.id == Response.paper_item_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .where(Assignment.sitting_id == sitting.id, Response.revision == 1)
        .group_by(Response.attempt_id)
    )
    number = 0
    for attempt_id, answers, last, characters, _ in rows:
        attempt = attempts.get(attempt_id)
        if attempt is None or answers < MANY:
            continue
        used = last - attempt.started_at
        if used < timedelta(seconds=characters / READ):
            detail = {"answers": answers, "seconds": round(used.total_seconds())}
            number += _tell(session, attempt, IncidentKind.TOO_FAST, detail, at=at)
    return number


def _alike(session: Session, sitting: Sitting, attempts: dict[int, Attempt], *, at: datetime) -> int:
    wrong, chances = _wrong(session, sitting)
    seats = {
        entry.seat: (attempt_id, entry)
        for attempt_id, entry in session.execute(
            select(Attempt.id, RosterEntry)
            .join(Attempt.assignment)
            .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
            .where(Assignment.sitting_id == sitting.id)
        )
        if attempt_id in attempts
    }
    pairs = [(seat, seat + 1) for seat in sorted(seats) if seat + 1 in seats]
    number = 0
    for pair in pairs:
        (one, first), (two, second) = (seats[seat] for seat in pair)
        shared = compare(wrong.get(one, {}), wrong.get(two, {}), chances)
        if not is_striking(shared, len(pairs)):
            continue
        for attempt_id, other in ((one, second), (two, first)):
            detail = {"same": shared.same, "both": shared.both, "expected": f"{shared.expected:.1f}"}
            detail |= {"seat": other.seat, "name": other.name}
            number += _tell(session, attempts[attempt_id], IncidentKind.ALIKE, detail, at=at)
    return number


def _tell(session: Session, attempt: Attempt, kind: IncidentKind, detail: dict[str, Any], *, at: datetime) -> int:
    return incidents.of_attempt(session, attempt, kind, detail=detail, at=at, once=True) is not None


def _wrong(session: Session, sitting: Sitting) -> tuple[dict[int, dict[int, str]], dict[int, float]]:
    """By attempt the wrong answers to choices by version; by version the chance that two wrong ones meet."""
    later = aliased(Response)
    newer = (
        select(later.id)
        .where(
            later.attempt_id == Response.attempt_id,
            later.paper_item_id == Response.paper_item_id,
            later.revision > Response.revision,
        )
        .exists()
    )
    rows = session.execute(
        select(Response.attempt_id, PaperItem.question_version_id, Response.value)
        .join(PaperItem, PaperItem.id == Response.paper_item_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(Attempt.assignment)
        .where(Assignment.sitting_id == sitting.id, Question.kind.in_(CHOICES), ~newer)
    ).all()
    keys = _keys(session, {version for _, version, _ in rows})
    wrong: dict[int, dict[int, str]] = defaultdict(dict)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for attempt_id, version, value in rows:
        chosen = frozenset(value.get("chosen") or ())
        if chosen and chosen != keys[version][0]:
            given = json.dumps(sorted(chosen))
            wrong[attempt_id][version] = given
            counts[version][given] += 1
    return wrong, {version: meeting(found, options=keys[version][1]) for version, found in counts.items()}


def _keys(session: Session, versions: set[int]) -> dict[int, tuple[frozenset[str], int]]:
    """By version the right options, and how many wrong ones there are."""
    found = {}
    rows = session.execute(
        select(QuestionVersion.id, Question.kind, QuestionVersion.content)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(versions))
    )
    for version, kind, data in rows:
        content: Any = content_of(kind, data)
        found[version] = (frozenset(content.right), len(content.options) - len(content.right))
    return found

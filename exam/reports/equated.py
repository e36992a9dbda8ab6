"""Equated scores: read all answers, equate, keep the outcome beside each raw score.

They are worked out by a chore once marks have come to rest, after a release, or on demand, never in a page request;
and kept in the score's own row, where the reports read them with the raw one. A release or a final bulletin
keeps the values it showed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from exam import audit, clock, database
from exam.audit import AuditEvent
from exam.grading.correcting import VOID
from exam.grading.models import Mark, Score
from exam.papers.models import Paper, PaperSet, Specification
from exam.reports import completing
from exam.reports.earned import by_item
from exam.reports.models import Release
from exam.reports.queries import OVER
from exam.sittings.models import Assignment, Attempt, Sitting
from exam.tours.models import RosterEntry
from question_bank.enums import PaperKind
from question_bank.measuring import first_alike
from question_bank.models import Question
from question_bank.queries import batches

if TYPE_CHECKING:
    from exam.reports.scale import Answer, Sat

SUBJECT = completing.KEPT
EVERY = 30.0
"""Seconds between two looks at whether marks have changed; such a look reads three numbers."""
REST = timedelta(seconds=60)
"""So long no mark must have come before all is worked out anew."""
STEP = Decimal("0.01")


@dataclass(frozen=True)
class Outcome:
    """Equated score and its standard error by attempt, and what was fitted by kind of paper."""

    scores: Mapping[int, tuple[Decimal, Decimal | None]]
    fits: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)


def look(session: Session) -> Outcome:
    """Equate every attempt of a sitting that is over and that nobody has to mark any more; nothing is written.

    Five queries.
    """
    from exam.reports import scale  # scipy: only who works scores out needs it

    scores: dict[int, tuple[Decimal, Decimal | None]] = {}
    fits: dict[str, list[dict[str, Any]]] = {}
    for kind in PaperKind:
        people = list(_sat(session, kind))
        placed, fitted = scale.place(people, _answers(session, kind))
        fits[kind.value] = [asdict(each) for each in fitted]
        for attempt_id, each in placed.items():
            scores[attempt_id] = _rounded(each.score), None if each.error is None else _rounded(each.error)
    return Outcome(scores, fits)


def _rounded(value: float) -> Decimal:
    return Decimal(str(value)).quantize(STEP, ROUND_HALF_UP)


def _sat(session: Session, kind: PaperKind) -> Iterator["Sat"]:
    from exam.reports.scale import Sat  # as above

    rows = session.execute(
        select(Score.attempt_id, Score.marks, Score.total, RosterEntry.audience, Specification.plan_hash)
        .join(Attempt, Attempt.id == Score.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .join(Paper, Paper.id == Assignment.paper_id)
        .join(PaperSet, PaperSet.id == Paper.paper_set_id)
        .join(Specification, Specification.id == PaperSet.specification_id)
        .where(Sitting.status.in_(OVER), Sitting.paper_kind == kind, Score.waiting == 0)
        .order_by(Score.attempt_id)
    )
    for attempt_id, marks, total, audience, plan in rows:
        yield Sat(attempt_id, float(marks), float(total), audience.value, plan)


def _answers(session: Session, kind: PaperKind) -> Iterator["Answer"]:
    """What was earned on each item that counts; versions that ask the same with the same key are one item."""
    from exam.reports.scale import Answer  # as above

    void = func.coalesce(Mark.detail[VOID].as_boolean(), False)
    rows = session.execute(
        by_item(Question.difficulty)
        .join(Score, Score.attempt_id == Attempt.id)
        .where(Sitting.paper_kind == kind, Score.waiting == 0, void.is_(False))
    ).all()
    first = first_alike(session, {row[1] for row in rows})
    for attempt_id, question_id, number, earned, full, difficulty in rows:
        item = str(question_id) if number >= first[question_id] else f"{question_id}:{number}"
        yield Answer(attempt_id, item, float(earned), float(full), str(difficulty))


def keep(session: Session, outcome: Outcome, *, by: int | None, at: datetime) -> int:
    """Write the equated scores beside the raw ones, and take away those that have none any more.

    Returns how many changed. Raw scores are never touched.
    """
    known = {
        attempt_id: (score, error)
        for attempt_id, score, error in session.execute(
            select(Score.attempt_id, Score.equated, Score.equated_error).where(Score.equated.is_not(None))
        )
    }
    new = {attempt_id: pair for attempt_id, pair in outcome.scores.items() if known.get(attempt_id) != pair}
    gone = [attempt_id for attempt_id in known if attempt_id not in outcome.scores]
    changed = [{"attempt_id": key, "equated": score, "equated_error": error} for key, (score, error) in new.items()]
    changed += [{"attempt_id": key, "equated": None, "equated_error": None} for key in gone]
    for some in batches(changed):
        session.execute(update(Score), some)
    session.flush()
    looked_at, _ = _eligible(session)
    detail = {
        "looked_at": looked_at,
        "scores": len(outcome.scores),
        "changed": len(changed),
        "fits": dict(outcome.fits),
    }
    audit.record(session, "scores.equated", SUBJECT, by=by, at=at, detail=detail)
    return len(changed)


def last_kept(session: Session) -> AuditEvent | None:
    """When scores were equated last, and what came of it."""
    wanted = select(AuditEvent).where(AuditEvent.subject == SUBJECT).order_by(AuditEvent.id.desc())
    return session.scalar(wanted.limit(1))


def _eligible(session: Session) -> tuple[int, datetime | None]:
    """How many scores may be equated, and when the latest of them changed."""
    count, latest = session.execute(
        select(func.count(), func.max(Score.at))
        .select_from(Score)
        .join(Attempt, Attempt.id == Score.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .where(Sitting.status.in_(OVER), Score.waiting == 0)
    ).one()
    return count, latest


def is_due(session: Session, *, at: datetime) -> bool:
    """Whether marks of sittings that are over have changed since, and have come to rest or been released."""
    (count, latest), kept = _eligible(session), last_kept(session)
    if latest is None:
        return False
    if kept is None:
        return at - latest >= REST
    released = session.scalar(select(func.max(Release.at)))
    changed = latest > kept.at or count != kept.detail["looked_at"]
    return (released is not None and released > kept.at) or (changed and at - latest >= REST)


def watch(engine: Engine, *, at: datetime | None = None) -> None:
    """The chore: read and work out in a reading session, so that the hall's saves wait for the writing only."""
    at = at or clock.now()
    with database.reading(engine) as session:
        if not is_due(session, at=at):
            return
        outcome = look(session)
    with database.writing(engine) as session:
        keep(session, outcome, by=None, at=at)
        completing.complete(session, at=at)

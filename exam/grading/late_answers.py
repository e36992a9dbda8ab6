"""Verbs that change what counts of a paper after it is over: it is marked again where its answers are others now."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import corrections, queries, recalibration
from exam.grading.awarding import add_mark
from exam.grading.marking import PartMark, mark_item
from exam.grading.models import Cause, Mark
from exam.grading.operations import mark
from exam.grading.planning import apply_plan
from exam.grading.scores import keep_scores
from exam.sittings import claims, on_paper
from exam.sittings import queries as sittings
from exam.sittings.day_models import Claim
from exam.sittings.models import Attempt, AttemptStatus


def decide(session: Session, claim: Claim, *, agree: bool, by: int, at: datetime) -> Claim:
    """A second person follows what was proposed about late answers, or sends it back; see `claims.settle`.

    Accepted answers count by the rules of every save, and the paper is marked again where that changes it.
    """
    changed = claims.settle(session, claim, agree=agree, by=by, at=at)
    if changed and claim.attempt.status is not AttemptStatus.STARTED:
        mark_again(session, claim.attempt, changed, at=at)
    return claim


def switch_to_paper(session: Session, attempt: Attempt, *, reason: str, by: int, at: datetime) -> str:
    """Let a person go on on a printed paper; what was saved on the phone is marked. The number of the receipt."""
    receipt = on_paper.stop_phone(session, attempt, reason=reason, by=by, at=at)
    mark(session, attempt, at=at)
    return receipt


def mark_again(session: Session, attempt: Attempt, items: Collection[int], *, at: datetime) -> int:
    """Mark some items of a paper that is over by the answers that count now; how many marks that wrote.

    A part that a person had marked is suggested anew where it waits for people. Nothing is written for a part whose
    mark stays the same, nor for a paper that has no marks yet.
    """
    answers = sittings.responses_of(session, attempt.id)
    paper = sittings.frozen_items(session, attempt.assignment.paper_id)
    changed = [item for item in paper if item.item_id in items]
    found = recalibration.put_right(
        session,
        (
            (item.item_id, item.version_id, part)
            for item in changed
            for part in mark_item(item.content, answers.get(item.item_id), item.rule, item.marks, item.options)
        ),
    )
    written = [item_id for item_id, part in found if _write(session, attempt, item_id, part, at=at)]
    if not written:
        return 0
    keep_scores(session, [attempt.id], cause=Cause.HANDED_IN, at=at)
    sitting = attempt.assignment.sitting
    versions = [item.version_id for item in changed]
    corrections.apply_standing(session, attempt.id, versions, sitting.stop_id, at=at)
    apply_plan(session, sitting.id, at=at, attempt_ids=[attempt.id])
    detail = {"items": sorted(set(written)), "parts": len(written)}
    audit.record(session, "attempt.marked_again", f"attempt:{attempt.id}", by=None, at=at, detail=detail)
    return len(written)


def _write(session: Session, attempt: Attempt, item_id: int, part: PartMark, *, at: datetime) -> bool:
    latest = session.scalar(
        select(Mark)
        .where(Mark.attempt_id == attempt.id, Mark.paper_item_id == item_id, Mark.part == part.part, queries.counts())
        .with_for_update()
    )
    same = latest is not None and (latest.awarded, latest.source, latest.detail) == (
        part.awarded,
        part.source,
        part.detail,
    )
    if latest is None or same:
        return False
    add_mark(
        session,
        latest,
        awarded=part.awarded,
        source=part.source,
        detail=part.detail,
        confidence=part.confidence,
        at=at,
    )
    session.flush()
    return True

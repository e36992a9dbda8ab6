"""Verbs on corrections: propose one, take it back, confirm it as another person, mark anew, say that it is done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from exam import audit
from exam.grading import affected, sat
from exam.grading.affected import Plan, plan_of
from exam.grading.correcting import KEYS, Change, only_rubrics_differ, policies_for
from exam.grading.marking import Source
from exam.grading.models import Cause, Correction, CorrectionPolicy, CorrectionStatus, Mark
from exam.grading.policies import advance
from exam.grading.scores import keep_scores
from question_bank import operations as bank
from question_bank.enums import Status, rules_for
from question_bank.errors import N_, Conflict, NotAllowed
from question_bank.kinds import Content, content_of
from question_bank.models import QuestionVersion

BY_KEY = frozenset({CorrectionPolicy.NEW_KEY, CorrectionPolicy.ACCEPT_BOTH})


def propose(session: Session, plan: Plan, *, preview: dict[str, Any], reason: str, by: int, at: datetime) -> Correction:
    """Keep what is to be done, for another person to confirm; nothing is marked yet.

    `preview` is what the proposer was shown. Raises NotAllowed for a plan that fits the question badly, that concerns
    nobody, or has no reason; Conflict while another correction of the same version is under way.
    """
    version = sat.version_by_id(session, plan.version_id)
    refuse_plan(version, plan)
    if not reason.strip():
        raise NotAllowed(N_("Say what is wrong with the question; candidates will read it."))
    if affected.under_way(session, plan.version_id) is not None:
        raise Conflict(N_("A correction of this question is under way already."))
    if not sat.attempts_with(session, plan.version_id, plan.stop_id):
        raise NotAllowed(N_("Nobody has sat this question there, so there is nothing to correct."))
    made = Correction(
        question_version_id=plan.version_id,
        stop_id=plan.stop_id,
        policy=plan.policy,
        change=plan.change.model_dump(mode="json"),
        reason=reason.strip()[:1000],
        preview=preview,
        outcome={},
        proposed_at=at,
        proposed_by=by,
    )
    session.add(made)
    return _noted(session, made, "correction.proposed", by=by, at=at, detail=_told(made))


def refuse_plan(version: QuestionVersion, plan: Plan) -> None:
    """Raise NotAllowed where the policy cannot be used for this kind, or lacks what it needs."""
    kind, change = version.question.kind, plan.change
    content = content_of(kind, version.content)
    if plan.policy not in policies_for(content):
        raise NotAllowed(N_("“%(policy)s” cannot be used for this kind of question."), policy=plan.policy)
    if plan.policy in BY_KEY:
        if change.content is None:
            raise NotAllowed(N_("Enter the new key."))
        new = content_of(kind, change.content).model_dump(mode="json")
        old = content.model_dump(mode="json")
        if new == old:
            raise NotAllowed(N_("The new key is the old one."))
        if any(new.get(name) != old.get(name) for name in {*new, *old} - KEYS[kind]):
            raise NotAllowed(N_("Only the key may be changed, not the wording the candidates were given."))
    if plan.policy is CorrectionPolicy.NEW_RUBRIC:
        _refuse_rubric(content, change)
    if plan.policy is CorrectionPolicy.NEW_RULE and change.rule not in rules_for(kind):
        raise NotAllowed(N_("Choose the scoring rule by which the question is to be marked."))


def _refuse_rubric(content: Content, change: Change) -> None:
    if change.content is None:
        raise NotAllowed(N_("Enter the new key points."))
    new = content_of(content.kind, change.content)
    if new == content:
        raise NotAllowed(N_("The new key points are the old ones."))
    if not only_rubrics_differ(content, new):
        raise NotAllowed(N_("Only the reference answer and the key points may be changed."))


def withdraw(session: Session, correction: Correction, *, by: int, at: datetime) -> Correction:
    """Take a proposal back. Raises NotAllowed once it is confirmed."""
    session.refresh(correction, with_for_update=True)
    correction.status = advance(correction.status, CorrectionStatus.WITHDRAWN)
    return _noted(session, correction, "correction.withdrawn", by=by, at=at, detail=_told(correction))


def confirm(
    session: Session, correction: Correction, *, quarantine: bool, preview: dict[str, Any], by: int, at: datetime
) -> Correction:
    """A second person agrees; from now on the marking follows it. `preview` is what this person was shown.

    With `quarantine` the question leaves the draw until it is revised. Raises NotAllowed for the proposer, and unless
    it is proposed.
    """
    session.refresh(correction, with_for_update=True)
    status = advance(correction.status, CorrectionStatus.CONFIRMED)
    refuse_proposer(correction, by=by)
    correction.status, correction.confirmed_by, correction.confirmed_at = status, by, at
    correction.preview = preview
    question = sat.version_by_id(session, correction.question_version_id).question
    if quarantine and question.status is Status.PUBLISHED:
        events = bank.advance(session, question, Status.QUARANTINED, by=by, at=at, reason=correction.reason[:200])
        audit.note(session, events, by=by, at=at)
    return _noted(session, correction, "correction.confirmed", by=by, at=at, detail=_told(correction))


def refuse_proposer(correction: Correction, *, by: int) -> None:
    """Raise NotAllowed for who has proposed it."""
    if by == correction.proposed_by:
        raise NotAllowed(N_("Somebody else has to confirm what you have proposed."))


def mark_anew(session: Session, correction: Correction, attempt_ids: Sequence[int], *, at: datetime) -> int:
    """Write the marks that follow from the correction for some attempts, and keep their scores; how many were written.

    Marks are only ever added; where the right one counts already nothing is, so that doing it twice changes nothing.
    Raises NotAllowed unless the correction is confirmed.
    """
    if correction.status not in {CorrectionStatus.CONFIRMED, CorrectionStatus.DONE}:
        raise NotAllowed(N_("A correction has to be confirmed before anything is marked by it."))
    new = [part for part in affected.parts_of(session, plan_of(correction), attempt_ids) if part.is_new]
    if not new:
        return 0
    rows = [
        {
            "attempt_id": part.attempt_id,
            "paper_item_id": part.paper_item_id,
            "part": part.target.part,
            "sequence": part.latest.sequence + 1,
            "awarded": part.target.awarded,
            "maximum": part.target.maximum,
            "source": Source.SUGGESTION if part.target.waiting else Source.CORRECTION,
            "marker_id": None,
            "confidence": part.target.confidence,
            "correction_id": correction.id,
            "detail": part.target.detail,
            "reason": "",
            "at": at,
        }
        for part in new
    ]
    session.execute(insert(Mark), rows)
    ids = sorted({part.attempt_id for part in new})
    keep_scores(session, ids, cause=Cause.CORRECTION, at=at, correction_id=correction.id)
    detail = {"marks": len(rows), "first": ids[0], "last": ids[-1]}
    audit.record(session, "correction.marked", f"correction:{correction.id}", by=None, at=at, detail=detail)
    return len(rows)


def apply_standing(session: Session, attempt_id: int, version_ids: Sequence[int], stop_id: int, *, at: datetime) -> int:
    """A paper handed in after questions on it were corrected is marked accordingly; how many marks that wrote."""
    standing = affected.applying(session, version_ids, stop_id)
    return sum(mark_anew(session, correction, [attempt_id], at=at) for correction in standing.values())


def finish(session: Session, correction: Correction, *, outcome: dict[str, Any], at: datetime) -> Correction:
    """Everything is marked. Raises NotAllowed unless it was confirmed and not done yet."""
    session.refresh(correction, with_for_update=True)
    correction.status = advance(correction.status, CorrectionStatus.DONE)
    correction.done_at, correction.outcome = at, outcome
    counts = {key: value for key, value in outcome.items() if isinstance(value, int)}
    return _noted(session, correction, "correction.done", by=None, at=at, detail=counts)


def marks_written(session: Session, correction_id: int) -> int:
    """How many marks a correction has written so far."""
    return len(session.scalars(select(Mark.id).where(Mark.correction_id == correction_id)).all())


def _told(correction: Correction) -> dict[str, Any]:
    return {
        "version": correction.question_version_id,
        "stop": correction.stop_id,
        "policy": correction.policy.value,
        "reason": correction.reason,
        "counts": correction.preview.get("counts", {}),
    }


def _noted(
    session: Session, correction: Correction, action: str, *, by: int | None, at: datetime, detail: dict[str, Any]
) -> Correction:
    session.flush()
    audit.record(session, action, f"correction:{correction.id}", by=by, at=at, detail=detail)
    return correction

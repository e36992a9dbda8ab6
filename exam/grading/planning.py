"""Verbs on the marking plan of a sitting, and on the suggestions that count by themselves under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from exam import audit
from exam.grading import queries
from exam.grading.awarding import add_mark
from exam.grading.marking import Source
from exam.grading.markings import settle
from exam.grading.models import Cause, Mark, Marking, MarkingPlan
from exam.grading.rounds import name_of
from exam.grading.scores import keep_scores
from exam.grading.sheets import markings_of, unsettled_pairs
from exam.grading.trust import SCALE, confident, drawn
from exam.papers.models import PaperItem
from exam.sittings.models import Assignment, Attempt, Sitting, SittingStatus
from question_bank.errors import N_, Conflict, NotAllowed

ACCEPTED = "accepted"
"""Key of a mark's detail that says that a suggestion counts without a person."""


OF_APPEALS = frozenset({"appeal_days", "holidays_free"})
"""What of a plan can be changed after the release."""


@dataclass(frozen=True)
class Plan:
    """What an organiser chooses for one sitting; see `MarkingPlan`."""

    double: bool = False
    third_above: int = 20
    accept_from: int | None = None
    audit_share: int = 5
    appeal_days: int = 2
    holidays_free: bool = True


def set_plan(
    session: Session, sitting: Sitting, plan: Plan, *, by: int | None, at: datetime, seen: int | None = None
) -> MarkingPlan:
    """Keep how `sitting` is marked, and bring what waits there into line with it.

    `seen` is the version that was shown (0 for none): Conflict when another has been kept since. NotAllowed once the
    results are released, but for the days in which candidates may appeal.
    """
    kept = session.get(MarkingPlan, sitting.id, with_for_update=True)
    if seen is not None and seen != (kept.lock if kept else 0):
        raise Conflict(N_("Somebody else has changed the marking plan in the meantime."))
    if sitting.status is SittingStatus.RELEASED and _marks_otherwise(plan, kept):
        raise NotAllowed(N_("The results of this paper are released; how it was marked stands."))
    if kept is None:
        kept = MarkingPlan(sitting_id=sitting.id, by_hand=[])
        session.add(kept)
    kept.double, kept.third_above, kept.accept_from = plan.double, plan.third_above, plan.accept_from
    kept.audit_share, kept.appeal_days, kept.holidays_free = plan.audit_share, plan.appeal_days, plan.holidays_free
    kept.changed_at, kept.changed_by = at, by
    session.flush()
    detail = {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
    audit.record(session, "marking_plan.set", f"sitting:{sitting.id}", by=by, at=at, detail=detail)
    apply_plan(session, sitting.id, at=at)
    for attempt_id, item_id, part in unsettled_pairs(session, sitting.id):
        latest = queries.latest_mark(session, attempt_id, item_id, part)
        if latest is not None and latest.source is Source.SUGGESTION:
            settle(session, latest, markings_of(session, attempt_id, item_id, part), at=at)
    return kept


def _marks_otherwise(plan: Plan, kept: MarkingPlan | None) -> bool:
    before = kept or Plan()
    return any(
        getattr(plan, name) != getattr(before, name) for name in Plan.__dataclass_fields__ if name not in OF_APPEALS
    )


def distrust(session: Session, sitting: Sitting, version_id: int, part: str, *, by: int | None, at: datetime) -> int:
    """Let every answer to one question at `sitting` wait for a person; how many now do that counted before.

    Raises NotAllowed once the results are released.
    """
    return _trust(session, sitting, version_id, part, by_hand=True, by=by, at=at)


def trust(session: Session, sitting: Sitting, version_id: int, part: str, *, by: int | None, at: datetime) -> int:
    """Let sure suggestions for one question count again; how many do. Raises NotAllowed once results are released."""
    return _trust(session, sitting, version_id, part, by_hand=False, by=by, at=at)


def _trust(
    session: Session, sitting: Sitting, version_id: int, part: str, *, by_hand: bool, by: int | None, at: datetime
) -> int:
    kept = session.get(MarkingPlan, sitting.id, with_for_update=True)
    if sitting.status is SittingStatus.RELEASED:
        raise NotAllowed(N_("The results of this paper are released; how it was marked stands."))
    if kept is None:
        raise NotAllowed(N_("Nothing counts by itself at this sitting."))
    name = name_of(version_id, part)
    kept.by_hand = sorted({*kept.by_hand, name} if by_hand else {*kept.by_hand} - {name})
    kept.changed_at, kept.changed_by = at, by
    changed = apply_plan(session, sitting.id, at=at)
    detail = {"question": name, "answers": changed}
    what = "marking_plan.distrusted" if by_hand else "marking_plan.trusted"
    audit.record(session, what, f"sitting:{sitting.id}", by=by, at=at, detail=detail)
    return changed


def apply_plan(session: Session, sitting_id: int, *, at: datetime, attempt_ids: Sequence[int] | None = None) -> int:
    """Accept the suggestions that are sure enough under the sitting's plan, and take back those that are not any more.

    Of the sure ones `audit_share` per cent, drawn by the sitting's number, and the first to each question keep
    waiting: they are the audit. Returns how many marks were written.
    """
    plan = queries.plan_of(session, sitting_id)
    if plan is None:
        return 0
    sure = _first_sure(session, sitting_id, plan)
    changed = set[int]()
    count = 0
    for first_id, latest, version_id, confidence in _undecided(session, sitting_id, attempt_ids):
        name = name_of(version_id, latest.part)
        audited = plan.audit_share > 0 and (
            first_id == sure.get(name)
            or drawn(str(sitting_id), f"{latest.attempt_id}/{latest.paper_item_id}/{latest.part}", plan.audit_share)
        )
        counts = confident(confidence, plan.accept_from) and name not in plan.by_hand and not audited
        if counts is (latest.source is Source.RULE):
            continue
        source = Source.RULE if counts else Source.SUGGESTION
        detail = {**latest.detail, ACCEPTED: True} if counts else _without_accepted(latest)
        add_mark(session, latest, awarded=latest.awarded, source=source, detail=detail, confidence=confidence, at=at)
        changed.add(latest.attempt_id)
        count += 1
    if changed:
        keep_scores(session, sorted(changed), cause=Cause.MARKED, at=at)
    return count


def _without_accepted(latest: Mark) -> dict[str, object]:
    return {key: value for key, value in latest.detail.items() if key != ACCEPTED}


def _undecided(
    session: Session, sitting_id: int, attempt_ids: Sequence[int] | None
) -> list[tuple[int, Mark, int, int | None]]:
    """First mark's id, counting mark, version and confidence of the written parts that no person has looked at."""
    first = aliased(Mark)
    marked = exists().where(
        Marking.attempt_id == Mark.attempt_id,
        Marking.paper_item_id == Mark.paper_item_id,
        Marking.part == Mark.part,
    )
    query = (
        select(first.id, Mark, PaperItem.question_version_id, first.confidence)
        .join(
            first,
            (first.attempt_id == Mark.attempt_id)
            & (first.paper_item_id == Mark.paper_item_id)
            & (first.part == Mark.part)
            & (first.sequence == 1)
            & (first.source == Source.SUGGESTION),
        )
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(
            Assignment.sitting_id == sitting_id,
            Mark.source.in_((Source.SUGGESTION, Source.RULE)),
            queries.counts(),
            ~marked,
        )
        .order_by(Mark.id)
    )
    rows = session.execute(query if attempt_ids is None else query.where(Mark.attempt_id.in_(attempt_ids)))
    return [
        (first_id, mark, version_id, confidence)
        for first_id, mark, version_id, confidence in rows
        if mark.source is Source.SUGGESTION or mark.detail.get(ACCEPTED)
    ]


def _first_sure(session: Session, sitting_id: int, plan: MarkingPlan) -> dict[str, int]:
    """By question the first mark whose suggestion is sure: it is always audited."""
    if plan.accept_from is None:
        return {}
    rows = session.execute(
        select(PaperItem.question_version_id, Mark.part, func.min(Mark.id))
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(
            Assignment.sitting_id == sitting_id,
            Mark.sequence == 1,
            Mark.source == Source.SUGGESTION,
            Mark.confidence >= plan.accept_from * SCALE,
        )
        .group_by(PaperItem.question_version_id, Mark.part)
    )
    return {name_of(version_id, part): first_id for version_id, part, first_id in rows}

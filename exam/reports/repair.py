"""A question found wrong after it was sat: what a correction would change, and asking for it.

Grading knows marks and scores; who passes and which unit stands where is worked out here, from the same rows as every
report, so that the preview says what the reports will say.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from exam.accounts.roles import Role
from exam.grading import affected, corrections, sat
from exam.grading.affected import Plan
from exam.grading.correcting import Counts, Effect, counted
from exam.grading.models import Correction
from exam.jobs import operations as jobs
from exam.jobs.models import Job
from exam.reports import queries
from exam.reports.comparison import Measure, Row
from exam.reports.completing import MEASURE
from exam.reports.models import Release
from exam.reports.queries import Scope
from exam.reports.statistics import Group
from exam.sittings.models import Sitting, SittingStatus
from exam.tours.models import Stop
from question_bank.errors import N_, Conflict

JOB = "grading.correct"

PROPOSE = (Role.ORGANISER, Role.REVIEWER, Role.MARKER)
"""Whoever comes upon a wrong key may say so."""
CONFIRM = (Role.ORGANISER, Role.REVIEWER)


@dataclass(frozen=True)
class StopEffect:
    """What a correction does at one stop; `released`: its results are out and will be released again."""

    stop: int
    number: int
    unit: str
    released: bool
    counts: Counts


@dataclass(frozen=True)
class Move:
    """A unit whose score or rank changes under one measure, inside its group. Scores are out of 100."""

    measure: Measure
    group: Group
    unit: str
    score_before: Decimal | None
    score_after: Decimal | None
    rank_before: int | None
    rank_after: int | None

    @property
    def changes_rank(self) -> bool:
        return self.rank_before != self.rank_after


@dataclass(frozen=True)
class Preview:
    """Everything a correction would change, before anything is written."""

    counts: Counts
    changed: tuple[Effect, ...]
    stops: tuple[StopEffect, ...]
    moves: tuple[Move, ...]

    @property
    def seal(self) -> str:
        """A digest of the figures: whoever confirms has seen these."""
        text = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_json(self) -> dict[str, Any]:
        """What is kept with the correction; marks and scores as texts."""
        return {
            "counts": asdict(self.counts),
            "changed": [effect_json(each) for each in self.changed],
            "stops": [asdict(each) for each in self.stops],
            "moves": [_move_json(each) for each in self.moves],
        }


def effect_json(effect: Effect) -> dict[str, Any]:
    """One attempt whose score changes."""
    return {
        "attempt": effect.attempt_id,
        "ticket": effect.ticket,
        "before": f"{effect.before:f}",
        "after": f"{effect.after:f}",
        "passed_before": effect.passed_before,
        "passed_after": effect.passed_after,
    }


def _move_json(move: Move) -> dict[str, Any]:
    return {
        "measure": move.measure.value,
        "group": move.group.value,
        "unit": move.unit,
        "score": [None if each is None else f"{each:f}" for each in (move.score_before, move.score_after)],
        "rank": [move.rank_before, move.rank_after],
    }


def preview(session: Session, plan: Plan) -> Preview:
    """What the correction would change. Raises NotAllowed for a plan that does not fit the question."""
    corrections.refuse_plan(sat.version_by_id(session, plan.version_id), plan)
    found = list(affected.effects(session, plan))
    changed = tuple(each for each in found if each.changed)
    sittings = _sittings(session, {each.sitting_id for each in found})
    return Preview(
        counts=counted(found),
        changed=changed,
        stops=_by_stop(sittings, found),
        moves=_moves(session, sittings, changed),
    )


def _sittings(session: Session, ids: Iterable[int]) -> list[Sitting]:
    wanted = select(Sitting).where(Sitting.id.in_(set(ids))).join(Sitting.stop)
    whole = joinedload(Sitting.stop).joinedload(Stop.unit)
    return list(session.scalars(wanted.options(whole).order_by(Stop.starts_at, Sitting.id)))


def _by_stop(sittings: Sequence[Sitting], found: Sequence[Effect]) -> tuple[StopEffect, ...]:
    stops = {sitting.stop_id: sitting.stop for sitting in sittings}
    released = {sitting.stop_id for sitting in sittings if sitting.status is SittingStatus.RELEASED}
    by_stop: dict[int, list[Effect]] = {stop_id: [] for stop_id in stops}
    for each in found:
        by_stop[each.stop_id].append(each)
    return tuple(
        StopEffect(stop.id, stop.number, stop.unit.name, stop.id in released, counted(by_stop[stop.id]))
        for stop in stops.values()
    )


def _moves(session: Session, sittings: Sequence[Sitting], changed: Sequence[Effect]) -> tuple[Move, ...]:
    """Units whose score or rank changes on the tours concerned, by the paper's own measure and overall."""
    after = {each.attempt_key: each.after for each in changed}
    touched = {each.sitting_id for each in changed}
    kinds = {sitting.paper_kind for sitting in sittings if sitting.id in touched}
    measures = [measure for kind, measure in MEASURE.items() if kind in kinds] + [Measure.OVERALL]
    moves: list[Move] = []
    for tour_id in sorted({sitting.stop.tour_id for sitting in sittings if sitting.id in touched}):
        scope = Scope(tour_id=tour_id, released_only=False)
        rows = queries.rows(session, scope)
        for measure in measures:
            moves += _moved(session, scope, measure, rows, after)
    return tuple(moves)


def _moved(
    session: Session, scope: Scope, measure: Measure, rows: Sequence[Row], after: Mapping[str, Decimal]
) -> list[Move]:
    then = [replace(row, marks=after.get(row.attempt_key or "", row.marks)) for row in rows]
    now_placed, then_placed = (_placed(session, scope, measure, each) for each in (rows, then))
    return [
        Move(measure, key[0], key[2], now_placed[key].score, placed.score, now_placed[key].rank, placed.rank)
        for key, placed in then_placed.items()
        if now_placed[key] != placed
    ]


class _Place(NamedTuple):
    """Where a unit stands in its group."""

    score: Decimal | None
    rank: int | None


def _placed(
    session: Session, scope: Scope, measure: Measure, rows: Sequence[Row]
) -> dict[tuple[Group, int, str], _Place]:
    """By group and unit its score and rank."""
    found = queries.made(session, list(rows), scope, measure, sure=False)
    return {
        (group.group, ranked.unit.unit_id, ranked.unit.name): _Place(ranked.score, ranked.rank)
        for group in found.groups
        for ranked in group.units
    }


def propose(session: Session, plan: Plan, *, reason: str, by: int, at: datetime) -> Correction:
    """Keep the plan with its preview for another person to confirm. Raises as `corrections.propose`."""
    shown = preview(session, plan).as_json()
    return corrections.propose(session, plan, preview=shown, reason=reason, by=by, at=at)


def confirm(
    session: Session, correction: Correction, *, quarantine: bool = True, seen: str | None, by: int, at: datetime
) -> Job:
    """Agree as a second person; the marking is done by the job that is returned.

    `seen` is the seal of the preview this person was shown: Conflict when marks have changed since. Raises as
    `corrections.confirm`.
    """
    corrections.refuse_proposer(correction, by=by)
    shown = preview(session, affected.plan_of(correction))
    if seen is not None and seen != shown.seal:
        raise Conflict(N_("Marks have changed since you opened the preview. Look at it again before you confirm."))
    corrections.confirm(session, correction, quarantine=quarantine, preview=shown.as_json(), by=by, at=at)
    return jobs.enqueue(session, JOB, {"correction": correction.id}, by=by, at=at)


def job_of(session: Session, correction_id: int) -> Job | None:
    """The newest job that marks by a correction."""
    of_it = (Job.name == JOB, Job.payload["correction"].as_integer() == correction_id)
    return session.scalar(select(Job).where(*of_it).order_by(Job.id.desc()).limit(1))


def releases_of(session: Session, correction_id: int) -> list[tuple[Release, Sitting]]:
    """The releases that came of a correction, with their sittings, by stop and paper."""
    rows = session.execute(
        select(Release, Sitting)
        .join(Sitting, Sitting.id == Release.sitting_id)
        .where(Release.correction_id == correction_id)
        .options(joinedload(Sitting.stop).joinedload(Stop.unit))
        .order_by(Release.id)
    )
    return [(release, sitting) for release, sitting in rows]

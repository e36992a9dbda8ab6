"""The job that marks anew by a confirmed correction, releases again what was out and drafts bulletins anew.

A batch is one transaction with its marks, scores and audit row. Begun again after its worker was killed it finds the
right marks of the earlier batches counting already and goes on with the rest; the end is one transaction as well.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from exam import clock, database
from exam.grading import affected, corrections, sat
from exam.grading.models import Correction, CorrectionStatus, Score
from exam.jobs.worker import Progress, Work
from exam.reports import bulletins
from exam.reports.models import Bulletin, Release
from exam.reports.operations import release_results
from exam.sittings.models import Assignment, Attempt, Sitting, SittingStatus
from question_bank.queries import batches

BATCH = 200
"""So many attempts are marked in one transaction; saves in the halls wait no longer than for these."""


def job(work: Work) -> dict[str, Any]:
    """Do the work of one correction; the result is its outcome."""
    return regrade(work.engine, work.payload["correction"], progress=work.progress)


def regrade(engine: Engine, correction_id: int, *, progress: Progress | None = None) -> dict[str, Any]:
    """Mark every attempt concerned, then finish; the outcome. A correction that is done already is left alone."""
    with database.reading(engine) as session:
        correction = affected.correction_by_id(session, correction_id)
        if correction.status is CorrectionStatus.DONE:
            return correction.outcome
        ids = sat.attempts_with(session, correction.question_version_id, correction.stop_id)
    done = 0
    for some in [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]:
        with database.writing(engine) as session:
            corrections.mark_anew(session, affected.correction_by_id(session, correction_id), some, at=clock.now())
        done += len(some)
        if progress is not None:
            progress(done, len(ids))
    with database.writing(engine) as session:
        return finish(session, affected.correction_by_id(session, correction_id), at=clock.now(), seen=set(ids))


def finish(session: Session, correction: Correction, *, at: datetime, seen: set[int]) -> dict[str, Any]:
    """Mark who came in meanwhile, release again what was out, and say what changed."""
    ids = sat.attempts_with(session, correction.question_version_id, correction.stop_id)
    late = [each for each in ids if each not in seen]
    if late:
        corrections.mark_anew(session, correction, late, at=at)
    releases = _released_again(session, correction, at=at)
    drafts = _bulletins_again(session, correction, releases, at=at)
    outcome = outcome_of(session, correction) | {
        "attempts": len(ids),
        "releases": [release.id for release in releases],
        "bulletins": [bulletin.id for bulletin in drafts],
    }
    corrections.finish(session, correction, outcome=outcome, at=at)
    return outcome


def _released_again(session: Session, correction: Correction, *, at: datetime) -> list[Release]:
    """A new release of every sitting that was out and holds the question, with a note that names the correction."""
    ids = sat.attempts_with(session, correction.question_version_id, correction.stop_id)
    found: dict[int, Sitting] = {}
    for some in batches(ids):
        wanted = (
            select(Sitting)
            .join(Assignment, Assignment.sitting_id == Sitting.id)
            .join(Attempt, Attempt.assignment_id == Assignment.id)
            .where(Attempt.id.in_(some), Sitting.status == SittingStatus.RELEASED)
            .distinct()
        )
        found |= {sitting.id: sitting for sitting in session.scalars(wanted)}
    note = note_of(session, correction)
    by = correction.confirmed_by
    return [
        release_results(session, found[each], by=by, at=at, note=note, correction_id=correction.id)
        for each in sorted(found)
    ]


def _bulletins_again(
    session: Session, correction: Correction, releases: Sequence[Release], *, at: datetime
) -> list[Bulletin]:
    """A draft of the next version of every bulletin in force that tells of these sittings; people make it final."""
    sittings = [release.sitting_id for release in releases]
    stops = list(session.scalars(select(Sitting.stop_id).where(Sitting.id.in_(sittings)).distinct()))
    latest = [each for each in bulletins.touched_by(session, stops) if bulletins.versions_of(session, each)[0] is each]
    note, by = note_of(session, correction), correction.confirmed_by
    return [bulletins.reissue(session, each, note=note, by=by, at=at, correction_id=correction.id) for each in latest]


def note_of(session: Session, correction: Correction) -> str:
    """The sentence that stands with a new version: content of the office's papers, so in Chinese."""
    code = sat.version_by_id(session, correction.question_version_id).question.code
    return f"更正：试题{code}{correction.policy.chinese}。事由：{correction.reason}"


def outcome_of(session: Session, correction: Correction) -> dict[str, Any]:
    """What the correction came to, beside the scores its preview began with."""
    before = {each["attempt"]: each for each in correction.preview.get("changed", [])}
    after: dict[int, Decimal] = {}
    for some in batches(sorted(before)):
        after |= dict(iter(session.execute(select(Score.attempt_id, Score.marks).where(Score.attempt_id.in_(some)))))
    pairs = [(Decimal(each["before"]), after[number]) for number, each in before.items() if number in after]
    return {
        "marked": corrections.marks_written(session, correction.id),
        "changed": sum(was != now for was, now in pairs),
        "raised": sum(now > was for was, now in pairs),
        "lowered": sum(now < was for was, now in pairs),
        "as_previewed": all(after.get(number) == Decimal(each["after"]) for number, each in before.items()),
    }

"""Keeping each attempt's score beside its marks: whatever writes marks ends with `keep_scores`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from exam import audit
from exam.database import by_columns
from exam.grading import mark_seal
from exam.grading.correcting import VOID
from exam.grading.marking import PartMark, Source
from exam.grading.models import Cause, Mark, Score, ScoreChange
from exam.grading.queries import counts
from exam.grading.tally import Earned, Tally, tally
from exam.papers.models import Paper, PaperItem, PaperSet, Specification
from exam.sittings.models import Assignment, Attempt, Sitting, SittingStatus
from question_bank.enums import TextForm
from question_bank.models import Question, QuestionVersion, Topic
from question_bank.queries import batches
from question_bank.scoring import Floor

_root = aliased(Topic)
_TOPIC = case((Question.form == TextForm.DIAGNOSIS, ""), else_=func.coalesce(_root.code, Topic.code))
"""Code of the root topic."""


def keep_scores(
    session: Session,
    attempt_ids: Sequence[int],
    *,
    cause: Cause,
    at: datetime,
    correction_id: int | None = None,
    appeal_id: int | None = None,
) -> list[ScoreChange]:
    """Count these attempts anew. Where results are already released the old score is kept; returns those changes."""
    session.flush()
    changes: list[ScoreChange] = []
    told: list[audit.Told] = []
    for ids in batches(sorted(set(attempt_ids))):
        kept = {score.attempt_id: score for score in session.scalars(select(Score).where(Score.attempt_id.in_(ids)))}
        released = _released(session, ids)
        rounded = _rounding(session, ids)
        for attempt_id, rows in _counting(session, ids):
            found = tally((_earned(row, {}) for row in rows), rounding=rounded.get(attempt_id))
            before = kept[attempt_id].marks if attempt_id in kept else None
            told.append(("score.kept", f"attempt:{attempt_id}", _sealed(rows, found, cause)))
            _keep(session, kept.get(attempt_id), attempt_id, found, at)
            if attempt_id in released and before is not None and before != found.marks:
                changes.append(
                    ScoreChange(
                        attempt_id=attempt_id,
                        before=before,
                        after=found.marks,
                        cause=cause,
                        correction_id=correction_id,
                        appeal_id=appeal_id,
                        at=at,
                    )
                )
    session.add_all(changes)
    audit.record_all(session, told, by=None, at=at)
    return changes


Instead = Mapping[tuple[int, int, str], PartMark]
"""By attempt, item and part the mark that would count."""


def tallies(
    session: Session, attempt_ids: Sequence[int], *, instead: Instead | None = None
) -> Iterator[tuple[int, Tally]]:
    """Attempt id and tally of each of these attempts that has marks; two queries.

    `instead` says what single marks would be: nothing is written, and the tally is what it would then be.
    """
    rounded = _rounding(session, attempt_ids)
    for attempt_id, parts in _counting(session, attempt_ids):
        yield attempt_id, tally((_earned(row, instead or {}) for row in parts), rounding=rounded.get(attempt_id))


_MARKS = (
    select(Mark.attempt_id, *(getattr(Mark, name) for name in mark_seal.FIELDS))
    .add_columns(PaperItem.section, PaperItem.rule_options, _TOPIC.label("topic"))
    .join(PaperItem, PaperItem.id == Mark.paper_item_id)
    .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
    .join(Question, Question.id == QuestionVersion.question_id)
    .join(Topic, Topic.id == Question.topic_id)
    .outerjoin(_root, _root.id == Topic.parent_id)
    .where(Mark.attempt_id.in_(bindparam("attempts", expanding=True)), counts())
    .order_by(Mark.attempt_id, PaperItem.section)
)


def _counting(session: Session, attempt_ids: Sequence[int]) -> Iterator[tuple[int, list[Any]]]:
    """Attempt id and its marks that count, with what a tally needs to know of their items; one query."""
    rows = by_columns(session).execute(_MARKS, {"attempts": list(attempt_ids)})
    for attempt_id, parts in groupby(rows, key=lambda row: row.attempt_id):
        yield attempt_id, list(parts)


def _sealed(rows: Sequence[Any], found: Tally, cause: Cause) -> dict[str, Any]:
    """What the audit chain keeps of a score: why it was counted, what came out, and the digest of the marks behind."""
    marks = {"rows": len(rows), "sha256": mark_seal.digest_of(rows)}
    return {"cause": cause.value, "marks": _text(found.marks), "waiting": found.waiting, "counting": marks}


def _earned(row: Any, instead: Instead) -> Earned:
    mark = instead.get((row.attempt_id, row.paper_item_id, row.part), row)
    return Earned(
        row.section,
        mark.awarded,
        mark.maximum,
        waiting=mark.source is Source.SUGGESTION,
        void=bool(mark.detail.get(VOID)),
        floor=Floor.PAPER if row.rule_options.get("floor") == Floor.PAPER.value else Floor.SECTION,
        topic=row.topic,
    )


def _rounding(session: Session, attempt_ids: Sequence[int]) -> dict[int, Decimal]:
    """By attempt id the step to which its specification rounds whole papers; those without any are left out."""
    step = Specification.plan["rounding"].as_string()
    rows = session.execute(
        select(Attempt.id, step)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Paper, Paper.id == Assignment.paper_id)
        .join(PaperSet, PaperSet.id == Paper.paper_set_id)
        .join(Specification, Specification.id == PaperSet.specification_id)
        .where(Attempt.id.in_(attempt_ids), step.is_not(None))
    )
    return {attempt_id: Decimal(each) for attempt_id, each in rows}


def _released(session: Session, attempt_ids: Sequence[int]) -> set[int]:
    return set(
        session.scalars(
            select(Attempt.id)
            .join(Assignment, Assignment.id == Attempt.assignment_id)
            .join(Sitting, Sitting.id == Assignment.sitting_id)
            .where(Attempt.id.in_(attempt_ids), Sitting.status == SittingStatus.RELEASED)
        )
    )


def _keep(session: Session, score: Score | None, attempt_id: int, found: Tally, at: datetime) -> None:
    if score is None:
        score = Score(attempt_id=attempt_id)
        session.add(score)
    elif score.marks != found.marks:
        score.equated, score.equated_error = None, None
    score.marks, score.total, score.waiting, score.at = found.marks, found.total, found.waiting, at
    score.sections = [_text(marks) for marks in found.sections]
    score.topics = {code: [int(part * 100) for part in pair] for code, pair in found.topics.items()}


def _text(marks: Decimal) -> str:
    return f"{marks:.2f}"

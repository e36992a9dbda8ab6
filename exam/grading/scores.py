"""Keeping each attempt's score beside its marks: whatever writes marks ends with `keep_scores`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from exam.grading.marking import Source
from exam.grading.models import Cause, Mark, Score, ScoreChange
from exam.grading.queries import counts
from exam.grading.tally import Earned, Tally, tally
from exam.papers.models import Paper, PaperItem, PaperSet, Specification
from exam.sittings.models import Assignment, Attempt, Sitting, SittingStatus
from question_bank.enums import TextForm
from question_bank.models import Question, QuestionVersion, Topic
from question_bank.queries import batches
from question_bank.scoring import Floor

VOID = "void"
"""Key of a mark's detail that says that the item counts for nobody."""

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
    for ids in batches(sorted(set(attempt_ids))):
        kept = {score.attempt_id: score for score in session.scalars(select(Score).where(Score.attempt_id.in_(ids)))}
        released = _released(session, ids)
        for attempt_id, found in tallies(session, ids):
            before = kept[attempt_id].marks if attempt_id in kept else None
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
    session.flush()
    return changes


def tallies(session: Session, attempt_ids: Sequence[int]) -> Iterator[tuple[int, Tally]]:
    """Attempt id and tally of each of these attempts that has marks; two queries."""
    rounded = _rounding(session, attempt_ids)
    rows = session.execute(
        select(
            Mark.attempt_id,
            PaperItem.section,
            Mark.awarded,
            Mark.maximum,
            Mark.source,
            Mark.detail,
            PaperItem.rule_options,
            _TOPIC,
        )
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Topic, Topic.id == Question.topic_id)
        .outerjoin(_root, _root.id == Topic.parent_id)
        .where(Mark.attempt_id.in_(attempt_ids), counts())
        .order_by(Mark.attempt_id, PaperItem.section)
    )
    for attempt_id, parts in groupby(rows, key=lambda row: row[0]):
        yield (
            attempt_id,
            tally(
                (
                    Earned(
                        section,
                        awarded,
                        maximum,
                        waiting=source is Source.SUGGESTION,
                        void=bool(detail.get(VOID)),
                        floor=Floor.PAPER if options.get("floor") == Floor.PAPER.value else Floor.SECTION,
                        topic=topic,
                    )
                    for _, section, awarded, maximum, source, detail, options, topic in parts
                ),
                rounding=rounded.get(attempt_id),
            ),
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

"""What was earned on each question: counted once for a sitting that is over, kept, and counted anew when marks change.

The worker keeps it by sitting and compared unit. A page adds up what is kept and counts only the rest: sittings whose
scores are others than when they were counted. Both come from one query.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Integer,
    Result,
    Select,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from exam import clock, database
from exam.grading import queries as grading
from exam.grading.correcting import VOID
from exam.grading.marking import Source
from exam.grading.models import Mark, Score
from exam.papers.models import PaperItem
from exam.reports.models import QuestionTally
from exam.reports.queries import COMPARED_UNIT, OVER, Scope, entries_in
from exam.sittings.models import Assignment, Attempt, Response, Sitting
from exam.tours.models import Stop
from question_bank.enums import Kind, PaperKind, TextForm
from question_bank.models import Question, QuestionVersion

CHOICES = (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE)
EVERY = 60.0
"""Seconds between two looks at whether scores have changed; such a look counts the scores of sittings that are over."""
AGAIN = timedelta(days=1)
"""So long a count holds at most: villages may have moved to another town meanwhile."""


@dataclass
class Met:
    """One question: how many answers, hundredths of marks earned of those possible, how often what was chosen."""

    question_id: int
    answers: int = 0
    earned: int = 0
    possible: int = 0
    chosen: Counter[str] = field(default_factory=Counter)

    def add(self, answers: int, earned: int, possible: int, chosen: Mapping[str, int]) -> None:
        self.answers += answers
        self.earned += earned
        self.possible += possible
        self.chosen.update(chosen)


def met(session: Session, scope: Scope, paper_kind: PaperKind | None = None) -> dict[int, Met]:
    """By question what the people in `scope` earned; one query. `chosen` holds what was kept: see `add_chosen`."""
    paper = [] if paper_kind is None else [Sitting.paper_kind == paper_kind]
    live = _sums(scope, Sitting.id.not_in(_fresh()), *paper).add_columns(cast(null(), Text))
    kept = (
        select(*(literal(0) for _ in range(4)), cast(QuestionTally.tally, Text))
        .join(Sitting, Sitting.id == QuestionTally.sitting_id)
        .join(Stop, Stop.id == Sitting.stop_id)
        .where(QuestionTally.sitting_id.in_(_fresh()), *replace(scope, unit_id=None).conditions(), *paper)
    )
    if scope.unit_id is not None:
        kept = kept.where(QuestionTally.unit_id == scope.unit_id)
    found: dict[int, Met] = {}
    rows: Result[*tuple[Any, ...]] = session.execute(union_all(live, kept))
    for question_id, answers, earned, possible, tally in rows:
        if tally is None:
            found.setdefault(question_id, Met(question_id)).add(answers, earned, possible, {})
            continue
        for key, counted in json.loads(tally).items():
            found.setdefault(int(key), Met(int(key))).add(*counted)
    return found


def add_chosen(session: Session, scope: Scope, found: Mapping[int, Met]) -> None:
    """Add to these questions what was chosen where nothing is kept; one query."""
    for question_id, text, times, _ in session.execute(_choices(scope, found, Sitting.id.not_in(_fresh()))):
        for key in _keys(json.loads(text)):
            found[question_id].chosen[key] += times


def watch(engine: Engine) -> None:
    """Count the sittings whose scores have changed since they were counted; the worker calls this now and then."""
    at = clock.now()
    with database.reading(engine) as session:
        stale = session.scalars(_stale(at)).all()
    for sitting_id in stale:
        with database.reading(engine) as session:
            rows = count(session, sitting_id, at=at)
        with database.writing(engine) as session:
            session.execute(delete(QuestionTally).where(QuestionTally.sitting_id == sitting_id))
            session.add_all(rows)


def count(session: Session, sitting_id: int, *, at: datetime) -> list[QuestionTally]:
    """What is to be kept of one sitting, a row for each unit that has scores; nothing is written."""
    state = session.execute(_states().where(Sitting.id == sitting_id)).first()
    if state is None:
        return []
    scope = Scope(sitting_id=sitting_id, released_only=False)
    units: dict[int, dict[int, Met]] = {}
    for question_id, answers, earned, possible, unit_id in session.execute(_sums(scope, by_unit=True)):
        one = units.setdefault(unit_id, {}).setdefault(question_id, Met(question_id))
        one.add(answers, earned, possible, {})
    for question_id, text, times, unit_id in session.execute(_choices(scope, None)):
        for key in _keys(json.loads(text)):
            if question_id in units.get(unit_id, {}):
                units[unit_id][question_id].chosen[key] += times
    return [
        QuestionTally(
            sitting_id=sitting_id,
            unit_id=unit_id,
            scores=state.scores,
            newest=state.newest,
            tally={str(key): [each.answers, each.earned, each.possible, each.chosen] for key, each in found.items()},
            counted_at=at,
        )
        for unit_id, found in units.items()
    ]


def _states() -> Select[*tuple[Any, ...]]:
    """By sitting that is over how many scores it has, and when the newest was kept."""
    return (
        select(Sitting.id, func.count().label("scores"), func.max(Score.at).label("newest"))
        .join(Assignment, Assignment.sitting_id == Sitting.id)
        .join(Attempt, Attempt.assignment_id == Assignment.id)
        .join(Score, Score.attempt_id == Attempt.id)
        .where(Sitting.status.in_(OVER))
        .group_by(Sitting.id)
    )


def _fresh() -> Select[*tuple[Any, ...]]:
    """The sittings of which what is kept still holds."""
    state = _states().subquery()
    same = and_(QuestionTally.scores == state.c.scores, QuestionTally.newest == state.c.newest)
    return select(QuestionTally.sitting_id).join(state, and_(state.c.id == QuestionTally.sitting_id, same))


def _stale(at: datetime) -> Select[*tuple[Any, ...]]:
    """The sittings that are to be counted."""
    state = _states().subquery()
    same = and_(
        QuestionTally.sitting_id == state.c.id,
        QuestionTally.scores == state.c.scores,
        QuestionTally.newest == state.c.newest,
        QuestionTally.counted_at > at - AGAIN,
    )
    return select(state.c.id).where(~exists().where(same)).order_by(state.c.id)


def _sums(scope: Scope, *narrower: ColumnElement[bool], by_unit: bool = False) -> Select[*tuple[Any, ...]]:
    """(question id, answers, hundredths earned, hundredths possible[, compared unit]) of the marks that count."""
    void = func.coalesce(Mark.detail[VOID].as_boolean(), False)
    unit = [COMPARED_UNIT.label("unit_id")] if by_unit else []
    each = (
        entries_in(scope)
        .join(Mark, Mark.attempt_id == Attempt.id)
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .where(grading.counts(), Mark.source != Source.SUGGESTION, void.is_(False), *narrower)
        .with_only_columns(
            PaperItem.question_version_id,
            func.count(Mark.paper_item_id.distinct()).label("answers"),
            func.sum(cast(Mark.awarded, Integer)).label("earned"),
            func.sum(cast(Mark.maximum, Integer)).label("possible"),
            *unit,
        )
        .group_by(PaperItem.question_version_id, *unit)
        .subquery()
    )
    # questions are joined to a thousand sums and not to a quarter of a million marks
    units = [each.c.unit_id] if by_unit else []
    return (
        select(
            QuestionVersion.question_id,
            *(cast(func.sum(each.c[name]), Integer) for name in ("answers", "earned", "possible")),
            *units,
        )
        .join(each, each.c.question_version_id == QuestionVersion.id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.form != TextForm.DIAGNOSIS)
        .group_by(QuestionVersion.question_id, *units)
    )


def _choices(scope: Scope, ids: Collection[int] | None, *narrower: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """(question id, answer as JSON, how often, compared unit) of the answers that count to questions with options."""
    asked = (
        select(QuestionVersion.id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.kind.in_(CHOICES))
    )
    if ids is not None:
        asked = asked.where(Question.id.in_(ids))
    later = aliased(Response)
    newer = exists().where(
        later.attempt_id == Attempt.id,
        later.paper_item_id == PaperItem.id,
        later.revision > Response.revision,
    )
    value = cast(Response.value, Text)
    return (
        entries_in(scope)
        .join(Response, Response.attempt_id == Attempt.id)
        .join(PaperItem, PaperItem.id == Response.paper_item_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .where(PaperItem.question_version_id.in_(asked), ~newer, *narrower)
        .with_only_columns(QuestionVersion.question_id, value, func.count(), COMPARED_UNIT)
        .group_by(QuestionVersion.question_id, value, COMPARED_UNIT)
    )


def _keys(value: Any) -> list[str]:
    """The options chosen in one answer; true or false as √ and ×."""
    if not isinstance(value, Mapping):
        return []
    if value.get("value") is not None:
        return ["√" if value["value"] else "×"]
    return list(value.get("chosen", ()))

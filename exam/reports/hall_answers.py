"""What one hall answered and what earlier stops answered to the same questions, as the arrays a brief is made from.

Needs numpy, and so is imported by who makes a brief only. Seven queries, however many people and questions there are.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import Select, String, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from exam.grading import queries as grading
from exam.grading.correcting import VOID
from exam.grading.marking import Source
from exam.grading.models import Mark
from exam.papers.models import PaperItem
from exam.reports.brief import Hall
from exam.reports.brief import Question as Asked
from exam.reports.queries import OVER
from exam.reports.question_tally import CHOICES
from exam.reports.subjects import head_of
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Response, Sitting
from exam.tours.models import Stop
from question_bank.calibration import UNIT, Observed, hardness_of
from question_bank.enums import Difficulty, Kind, TextForm
from question_bank.kinds import Content, content_of
from question_bank.kinds.choice import ChoiceContent
from question_bank.kinds.true_false import TrueFalseContent
from question_bank.models import Question, QuestionVersion, Topic

WRITTEN = tuple(kind for kind in Kind if kind.is_written)
_root = aliased(Topic)


@dataclass(frozen=True)
class Facts:
    """What a brief tells of one version of a question; `wrong` are the keys of its wrong options in their order."""

    version_id: int
    question_id: int
    code: str
    content: Content
    difficulty: Difficulty
    topic: str
    topic_name: str
    subject: str
    subtopic: str
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class County:
    """What earlier stops earned on a version: answers, and the share of the marks (0–1)."""

    answers: int
    share: float


@dataclass(frozen=True)
class Read:
    """The hall, its questions in the order of `hall.questions`, the names by number, and the county so far by version.

    `weights` are full marks by answer.
    """

    hall: Hall
    facts: tuple[Facts, ...]
    subjects: tuple[tuple[str, str], ...]
    topics: tuple[str, ...]
    county: dict[int, County]
    weights: tuple[float, ...]


def read_hall(session: Session, sitting: Sitting, *, written: bool) -> Read:
    """Everything that has its marks at this sitting; written answers only where `written`, that is when none waits."""
    facts = {each.version_id: each for each in _facts(session, sitting) if written or each.content.kind not in WRITTEN}
    rows = [row for row in _earned(session, _of_sitting(sitting.id)) if row.version in facts]
    chosen = _chosen(session, sitting, facts)
    county, drawn = _earlier(session, sitting, facts)
    met = sorted({row.version for row in rows})
    named = tuple(sorted({(facts[each].topic, facts[each].subject) for each in met}))
    topics = tuple(dict.fromkeys(topic for topic, _ in named))
    places = {version_id: place for place, version_id in enumerate(met)}
    people = {attempt: number for number, attempt in enumerate(sorted({row.attempt for row in rows}))}
    numbers = {name: number for number, name in enumerate(named)}
    hall = Hall(
        questions=tuple(
            _asked(
                facts[each],
                numbers[facts[each].topic, facts[each].subject],
                topics.index(facts[each].topic),
                county.get(each),
                drawn.get(each, {}),
            )
            for each in met
        ),
        person=np.array([people[row.attempt] for row in rows], dtype=np.int64),
        question=np.array([places[row.version] for row in rows], dtype=np.int64),
        share=np.array([min(1.0, max(0.0, float(row.earned / row.possible))) for row in rows], dtype=np.float64),
        picks=tuple(
            tuple(
                place
                for place, key in enumerate(facts[row.version].wrong)
                if key in chosen.get((row.attempt, row.version), ())
            )
            for row in rows
        ),
    )
    return Read(
        hall=hall,
        facts=tuple(facts[each] for each in met),
        subjects=named,
        topics=topics,
        county=county,
        weights=tuple(float(row.possible) for row in rows),
    )


def _asked(facts: Facts, subject: int, topic: int, county: County | None, drawn: Mapping[str, int]) -> Asked:
    kind = facts.content.kind
    seen = Observed(county.answers, round(county.share * UNIT)) if county else None
    known = hardness_of(kind, facts.difficulty, seen)
    return Asked(
        subject=subject,
        topic=topic,
        kind=list(Kind).index(kind),
        hardness=known.middle,
        doubt=known.doubt,
        floor=known.floor,
        drawn=tuple(float(drawn.get(key, 0)) for key in facts.wrong),
    )


def _versions_of(sitting: Sitting) -> Select[Any]:
    """Ids of the versions on the papers given out at a sitting."""
    return (
        select(PaperItem.question_version_id)
        .join(Assignment, Assignment.paper_id == PaperItem.paper_id)
        .where(Assignment.sitting_id == sitting.id)
    )


def _facts(session: Session, sitting: Sitting) -> list[Facts]:
    rows = session.execute(
        select(
            QuestionVersion.id.label("version_id"),
            Question.id.label("question_id"),
            Question.code,
            Question.kind,
            QuestionVersion.content,
            Question.difficulty,
            func.coalesce(_root.code, Topic.code).label("topic"),
            func.coalesce(_root.name, Topic.name).label("topic_name"),
            Topic.name.label("subtopic"),
        )
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Topic, Topic.id == Question.topic_id)
        .outerjoin(_root, _root.id == Topic.parent_id)
        .where(QuestionVersion.id.in_(_versions_of(sitting)), Question.form != TextForm.DIAGNOSIS)
    )
    return [_fact(row) for row in rows]


def _fact(row: Any) -> Facts:
    """From a row of the query above."""
    content = content_of(row.kind, row.content)
    return Facts(
        version_id=row.version_id,
        question_id=row.question_id,
        code=row.code,
        content=content,
        difficulty=Difficulty(row.difficulty),
        topic=row.topic,
        topic_name=row.topic_name,
        subject=head_of(row.subtopic),
        subtopic=row.subtopic,
        wrong=wrong_keys(content),
    )


def wrong_keys(content: Content) -> tuple[str, ...]:
    """The keys of the wrong options as they are written; the wrong judgement of a statement is √ or ×."""
    if isinstance(content, TrueFalseContent):
        return ("×" if content.answer else "√",)
    if isinstance(content, ChoiceContent):
        return tuple(option.key for option in content.options if option.key not in content.right)
    return ()


@dataclass(frozen=True)
class _Earned:
    attempt: int
    version: int
    earned: Decimal
    possible: Decimal


def _of_sitting(sitting_id: int) -> Select[Mark]:
    return _marks().where(Assignment.sitting_id == sitting_id)


def _marks() -> Select[Mark]:
    """Marks that count and wait for nobody, with item, attempt and assignment; void ones are left out."""
    void = func.coalesce(Mark.detail[VOID].as_boolean(), False)
    return (
        select(Mark)
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(Attempt.status != AttemptStatus.STARTED, grading.counts(), void.is_(False))
    )


def _earned(session: Session, marks: Select[Mark]) -> list[_Earned]:
    rows = session.execute(
        marks.with_only_columns(
            Mark.attempt_id, PaperItem.question_version_id, func.sum(Mark.awarded), func.sum(Mark.maximum)
        )
        .group_by(Mark.attempt_id, PaperItem.question_version_id)
        .having(func.count(Mark.id).filter(Mark.source == Source.SUGGESTION) == 0)
        .order_by(Mark.attempt_id, PaperItem.question_version_id)
    )
    return [_Earned(*row) for row in rows]


def _latest() -> Select[Response]:
    """The answers that count, with item, attempt and assignment."""
    later = aliased(Response)
    newer = exists().where(
        later.attempt_id == Response.attempt_id,
        later.paper_item_id == Response.paper_item_id,
        later.revision > Response.revision,
    )
    return (
        select(Response)
        .join(PaperItem, PaperItem.id == Response.paper_item_id)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .where(~newer, Attempt.status != AttemptStatus.STARTED)
    )


def _chosen(session: Session, sitting: Sitting, facts: Mapping[int, Facts]) -> dict[tuple[int, int], tuple[str, ...]]:
    """By attempt and version the keys that were chosen."""
    rows = session.execute(
        _latest()
        .where(Assignment.sitting_id == sitting.id, PaperItem.question_version_id.in_(_choices_of(sitting)))
        .with_only_columns(Response.attempt_id, PaperItem.question_version_id, cast(Response.value, String))
    )
    return {(attempt, version): _keys(value) for attempt, version, value in rows if version in facts}


def _choices_of(sitting: Sitting) -> Select[Any]:
    return (
        _versions_of(sitting)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.kind.in_(CHOICES))
    )


@lru_cache(maxsize=4096)
def _keys(text: str) -> tuple[str, ...]:
    """The keys in an answer's JSON, of which there are few different ones."""
    value = json.loads(text)
    if not isinstance(value, Mapping):
        return ()
    if value.get("value") is not None:
        return ("√",) if value["value"] else ("×",)
    return tuple(value.get("chosen", ()))


def _earlier(
    session: Session, sitting: Sitting, facts: Mapping[int, Facts]
) -> tuple[dict[int, County], dict[int, dict[str, int]]]:
    """By version what stops before this one earned, and how often each option was chosen there."""
    before = (
        select(Sitting.id)
        .join(Stop, Stop.id == Sitting.stop_id)
        .where(Stop.starts_at < sitting.stop.starts_at, Sitting.status.in_(OVER))
    )
    earned = session.execute(
        _marks()
        .where(
            Assignment.sitting_id.in_(before),
            PaperItem.question_version_id.in_(_versions_of(sitting)),
            Mark.source != Source.SUGGESTION,
        )
        .with_only_columns(
            PaperItem.question_version_id,
            func.count(Mark.attempt_id.distinct()),
            func.sum(Mark.awarded),
            func.sum(Mark.maximum),
        )
        .group_by(PaperItem.question_version_id)
    )
    county = {
        version: County(answers, min(1.0, max(0.0, float(marks / most))))
        for version, answers, marks, most in earned
        if version in facts
    }
    value = cast(Response.value, String)
    chosen = session.execute(
        _latest()
        .where(Assignment.sitting_id.in_(before), PaperItem.question_version_id.in_(_choices_of(sitting)))
        .with_only_columns(PaperItem.question_version_id, value, func.count())
        .group_by(PaperItem.question_version_id, value)
    )
    return county, _counted(chosen)


def _counted(rows: Iterable[Any]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for version, value, count in rows:
        for key in _keys(value):
            found[version][key] += count
    return found

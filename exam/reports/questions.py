"""Which questions are not known: what was earned on each, what was to be expected, what was chosen wrongly."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from exam.reports import question_tally
from exam.reports.queries import Scope
from exam.reports.question_tally import CHOICES, Met
from exam.reports.statistics import share
from question_bank.calibration import UNIT, figures_of
from question_bank.enums import Difficulty, Kind, PaperKind
from question_bank.kinds import content_of
from question_bank.models import ItemStatistic, Question, QuestionVersion, Topic
from question_bank.queries import observed

FEWEST = 5
"""Fewer answers say nothing of what the county knows."""
WELL_BELOW = Decimal("0.15")
"""So much less than expected stands out."""
LIMIT = 40

_root = aliased(Topic)


@dataclass(frozen=True)
class WrongAnswer:
    """A wrong option (or judgement) with its text, how many chose it, and their share of all who answered (0–1)."""

    key: str
    text: str
    count: int
    share: Decimal


@dataclass(frozen=True)
class QuestionLine:
    """One question; shares lie between 0 and 1. `county` is the facility over all stops so far, where it is known."""

    question_id: int
    code: str
    kind: Kind
    difficulty: Difficulty
    topic: str
    topic_name: str
    stem: str
    answers: int
    facility: Decimal
    expected: Decimal
    county: Decimal | None
    discrimination: Decimal | None
    wrong: tuple[WrongAnswer, ...] = ()

    @property
    def surplus(self) -> Decimal:
        """Facility less what its author's label makes expect; below 0: harder for these people than labelled."""
        return self.facility - self.expected

    @property
    def unexpected(self) -> bool:
        """Whether much less was earned than expected."""
        return self.surplus <= -WELL_BELOW


@dataclass(frozen=True)
class QuestionReport:
    """The questions of a scope that fewest knew, the least known first; `questions` and `answers` count all of them."""

    scope: Scope
    paper_kind: PaperKind | None
    questions: int
    answers: int
    lines: tuple[QuestionLine, ...] = field(default=())


def question_report(
    session: Session, scope: Scope, *, paper_kind: PaperKind | None = None, limit: int = LIMIT
) -> QuestionReport:
    """The `limit` least known questions with at least five answers; four queries.

    A 问题会诊 asks everybody for something of their own and is left out, and so are void items and answers that wait
    for a person.
    """
    met = question_tally.met(session, scope, paper_kind)
    known = [each for each in met.values() if each.answers >= FEWEST]
    lowest = sorted(known, key=lambda each: (each.earned / each.possible, each.question_id))[:limit]
    ids = [each.question_id for each in lowest]
    question_tally.add_chosen(session, scope, {each.question_id: each for each in lowest})
    facts = {each.question_id: each for each in _facts(session, ids)}
    priors = observed(session)[1]
    return QuestionReport(
        scope=scope,
        paper_kind=paper_kind,
        questions=len(met),
        answers=sum(each.answers for each in met.values()),
        lines=tuple(_line(facts[each.question_id], each, priors) for each in lowest),
    )


def _facts(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    """What is shown of these questions, in their latest wording."""
    return session.execute(
        select(
            Question.id.label("question_id"),
            Question.code,
            Question.kind,
            Question.difficulty,
            func.coalesce(_root.code, Topic.code).label("topic"),
            func.coalesce(_root.name, Topic.name).label("topic_name"),
            QuestionVersion.stem,
            QuestionVersion.content,
            ItemStatistic.facility.label("county"),
            ItemStatistic.discrimination,
        )
        .join(
            QuestionVersion,
            (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.latest_number),
        )
        .join(Topic, Topic.id == Question.topic_id)
        .outerjoin(_root, _root.id == Topic.parent_id)
        .outerjoin(ItemStatistic, ItemStatistic.question_id == Question.id)
        .where(Question.id.in_(ids))
    ).all()


def _line(facts: Any, met: Met, priors: Any) -> QuestionLine:
    expected = figures_of(facts.kind, Difficulty(facts.difficulty), priors=priors).middle
    wrong = [
        WrongAnswer(key, text, met.chosen[key], share(met.chosen[key], met.answers) or Decimal(0))
        for key, text in _wrong(facts.kind, facts.content).items()
        if met.chosen[key]
    ]
    return QuestionLine(
        question_id=facts.question_id,
        code=facts.code,
        kind=facts.kind,
        difficulty=Difficulty(facts.difficulty),
        topic=facts.topic,
        topic_name=facts.topic_name,
        stem=facts.stem,
        answers=met.answers,
        facility=max(Decimal(0), share(met.earned, met.possible) or Decimal(0)),
        expected=Decimal(expected) / UNIT,
        county=None if facts.county is None else Decimal(facts.county) / UNIT,
        discrimination=None if facts.discrimination is None else Decimal(facts.discrimination) / UNIT,
        wrong=tuple(sorted(wrong, key=lambda each: (-each.count, each.key))),
    )


def _wrong(kind: Kind, content: dict[str, Any]) -> dict[str, str]:
    """Text by key of what is not right."""
    if kind not in CHOICES:
        return {}
    read: Any = content_of(kind, content)
    if kind is Kind.TRUE_FALSE:
        return {"×": "×"} if read.answer else {"√": "√"}
    return {option.key: option.text for option in read.options if option.key not in read.right}

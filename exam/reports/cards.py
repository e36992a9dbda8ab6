"""Reads on one person's papers: what a scorecard shows after the release, and only to its person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from exam.grading import queries as grading
from exam.grading.affected import changes_of
from exam.grading.models import Mark, Score, ScoreChange
from exam.papers.models import Paper, PaperSet, Specification
from exam.papers.queries import citations
from exam.papers.solutions import cited_line
from exam.papers.specification import plan_of
from exam.reports import rules
from exam.reports.mended import Mended, mended_items
from exam.reports.models import Release
from exam.reports.releasing import Recipient, open_among, releases_of
from exam.reports.ruling import Ruling
from exam.reports.scorecard import Sum, on_hundred, overall, sums
from exam.sittings import queries as sittings
from exam.sittings.given import given
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting
from exam.sittings.queries import FrozenItem
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import Kind, PaperKind
from question_bank.kinds import KeyView, PublicView, key_view, public_view
from question_bank.models import Question, QuestionVersion, Topic
from question_bank.scoring import sentence

_root = aliased(Topic)

KNOWN = Decimal("0.8")
TO_STUDY = 3
"""So many topics at most are named as what to study."""


@dataclass(frozen=True)
class MyPaper:
    """One paper a person has begun. `marks` only after the release."""

    attempt: Attempt
    sitting: Sitting
    total: Decimal
    pass_marks: Decimal
    marks: Decimal | None

    @property
    def released(self) -> bool:
        return self.marks is not None

    @property
    def passed(self) -> bool:
        return self.marks is not None and self.marks >= self.pass_marks


@dataclass(frozen=True)
class MyStop:
    """A person's papers at one stop, and the overall mark once both are released."""

    stop: Stop
    papers: tuple[MyPaper, ...]
    overall: Decimal | None


def my_stops(session: Session, person_id: int, *, entry_id: int | None = None) -> list[MyStop]:
    """What a person has sat, the latest stop first; with a ticket only that stop. Four queries."""
    wanted = (
        select(Attempt, Specification.total, Specification.pass_marks)
        .join(Attempt.assignment)
        .join(Assignment.entry)
        .join(Assignment.sitting)
        .join(Sitting.stop)
        .join(Paper, Paper.id == Assignment.paper_id)
        .join(PaperSet, PaperSet.id == Paper.paper_set_id)
        .join(Specification, Specification.id == PaperSet.specification_id)
        .where(RosterEntry.person_id == person_id)
        .options(
            joinedload(Attempt.assignment).joinedload(Assignment.sitting).joinedload(Sitting.stop).joinedload(Stop.unit)
        )
        .order_by(Stop.starts_at.desc(), Sitting.opens_at)
    )
    rows = session.execute(wanted if entry_id is None else wanted.where(RosterEntry.id == entry_id)).all()
    open_ones = open_among(session, {attempt.assignment.sitting_id for attempt, *_ in rows}, Recipient.PERSONS)
    marks = _totals(session, [attempt.id for attempt, *_ in rows if attempt.assignment.sitting_id in open_ones])
    papers = [
        MyPaper(attempt, attempt.assignment.sitting, total, pass_marks, marks.get(attempt.id))
        for attempt, total, pass_marks in rows
    ]
    stops = {paper.sitting.stop_id: paper.sitting.stop for paper in papers}
    rule = rules.in_force(session)
    return [
        _my_stop(stop, [paper for paper in papers if paper.sitting.stop_id == stop.id], rule) for stop in stops.values()
    ]


def _my_stop(stop: Stop, papers: Sequence[MyPaper], rule: Ruling) -> MyStop:
    scores = {
        paper.sitting.paper_kind: on_hundred(paper.marks, paper.total) for paper in papers if paper.marks is not None
    }
    both = set(scores) == set(PaperKind)
    return MyStop(
        stop, tuple(papers), overall(scores[PaperKind.BUSINESS], scores[PaperKind.PRACTICAL], rule) if both else None
    )


def _totals(session: Session, attempt_ids: Sequence[int]) -> dict[int, Decimal]:
    rows = session.execute(select(Score.attempt_id, Score.marks).where(Score.attempt_id.in_(attempt_ids)))
    totals: dict[int, Decimal] = dict(iter(rows))
    return totals


@dataclass(frozen=True)
class PartResult:
    """Marks of one part; `number` of a case's sub-question, `points` by key point where a marker gave them."""

    number: int | None
    mark: Mark
    points: dict[str, str]


@dataclass(frozen=True)
class ItemResult:
    """One question as it was given, what was answered (in the labels of the paper), the key, and the marks.

    `rule` is the sentence by which it was marked, as it stood on the paper; `law` the documents and articles it rests
    on; a `void` one counts for nobody.
    """

    item_id: int
    position: int
    section: int
    kind: Kind
    topic: str
    awarded: Decimal
    maximum: Decimal
    view: PublicView
    given: Any
    key: KeyView
    parts: tuple[PartResult, ...]
    rule: str
    mended: Mended | None = None
    law: str = ""

    @property
    def void(self) -> bool:
        """Whether it counts for nobody."""
        return self.mended is not None and self.mended.void

    @property
    def full(self) -> bool:
        return self.awarded == self.maximum

    @property
    def standing_key(self) -> KeyView:
        """The key that counts, a correction's where there is a new one."""
        new = self.mended.key if self.mended is not None and self.mended.replaces_key else None
        return new or self.key

    @property
    def standing_rule(self) -> str:
        """The rule that counts."""
        return (self.mended.rule if self.mended else "") or self.rule


@dataclass(frozen=True)
class Card:
    """The scorecard of one paper. Without a release everything but the attempt is empty.

    `changes` are the scores it had before, the latest first, and why; `release` is the one that counts.
    """

    attempt: Attempt
    released: bool
    marks: Decimal
    total: Decimal
    passed: bool
    equated: Decimal | None = None
    equated_error: Decimal | None = None
    sections: tuple[Sum, ...] = ()
    topics: tuple[Sum, ...] = ()
    items: tuple[ItemResult, ...] = ()
    changes: tuple[ScoreChange, ...] = ()
    release: Release | None = None

    @property
    def weak(self) -> tuple[Sum, ...]:
        """What to study: topics of which less than `KNOWN` of the marks was earned, the weakest first."""
        low = [each for each in self.topics if each.share is not None and each.share < KNOWN]
        return tuple(sorted(low, key=lambda each: each.share or Decimal(0))[:TO_STUDY])

    @property
    def lost(self) -> tuple[ItemResult, ...]:
        """Questions that did not earn full marks."""
        return tuple(item for item in self.items if not item.full and not item.void)

    @property
    def is_make_up(self) -> bool:
        return self.attempt.assignment.entry.makes_up_id is not None


def card(session: Session, attempt: Attempt) -> Card:
    """Marks by section and topic and every answer with its key; nothing of it before the release."""
    specification = attempt.assignment.paper.paper_set.specification
    sitting_id = attempt.assignment.sitting_id
    opened = open_among(session, [sitting_id], Recipient.PERSONS)
    if not opened or attempt.status is AttemptStatus.STARTED:
        return Card(attempt, released=False, marks=Decimal(0), total=specification.total, passed=False)
    frozen = sittings.frozen_items(session, attempt.assignment.paper_id)
    answers = sittings.responses_of(session, attempt.id)
    marks = grading.marks_of(session, attempt.id)
    versions = [item.version_id for item in frozen]
    topics, cited = _topics(session, versions), citations(session, versions)
    mended = mended_items(session, frozen, attempt.assignment.sitting.stop_id)
    items = tuple(
        replace(
            _item(item, answers.get(item.item_id), marks, topics[item.version_id]),
            mended=mended.get(item.item_id),
            law=cited_line(cited.get(item.version_id, ())),
        )
        for item in frozen
    )
    counting = [item for item in items if not item.void]
    score = session.get(Score, attempt.id)
    titles = [section.title for section in plan_of(specification.plan).sections]
    total = Decimal(0) if score is None else score.marks

    def both(item: ItemResult) -> tuple[Decimal, Decimal]:
        return item.awarded, item.maximum

    return Card(
        attempt=attempt,
        released=True,
        marks=total,
        total=specification.total,
        passed=total >= specification.pass_marks,
        equated=None if score is None else score.equated,
        equated_error=None if score is None else score.equated_error,
        sections=_sections(items, titles, score),
        topics=tuple(sums((item for item in counting if item.topic), lambda item: item.topic, both)),
        items=items,
        changes=tuple(changes_of(session, attempt.id)),
        release=next(iter(releases_of(session, [sitting_id])[sitting_id]), None),
    )


def _sections(items: Sequence[ItemResult], titles: Sequence[str], score: Score | None) -> tuple[Sum, ...]:
    """Marks by section as they count: where deductions end is part of the score."""
    found = sums(
        items, lambda item: f"{item.section}", lambda item: (item.awarded, Decimal(0) if item.void else item.maximum)
    )
    counted = [each.earned for each in found] if score is None else [Decimal(marks) for marks in score.sections]
    return tuple(
        Sum(titles[int(each.key) - 1], earned, each.possible) for each, earned in zip(found, counted, strict=True)
    )


def _topics(session: Session, version_ids: Sequence[int]) -> dict[int, str]:
    """By version the name of its root topic; empty for 问题会诊."""
    rows = session.execute(
        select(QuestionVersion.id, _root.name, Question.form)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Topic, Topic.id == Question.topic_id)
        .join(_root, _root.id == func.coalesce(Topic.parent_id, Topic.id))
        .where(QuestionVersion.id.in_(version_ids))
    )
    return {version_id: "" if form == "diagnosis" else name for version_id, name, form in rows}


def _item(item: FrozenItem, answer: Any, marks: dict[tuple[int, str], Mark], topic: str) -> ItemResult:
    mine = [mark for (item_id, _), mark in marks.items() if item_id == item.item_id]
    return ItemResult(
        item_id=item.item_id,
        position=item.position,
        section=item.section,
        kind=item.content.kind,
        topic=topic,
        awarded=sum((mark.awarded for mark in mine), Decimal(0)),
        maximum=item.marks,
        view=public_view(item.content, item.order, item.marks, rule=item.rule, options=item.options),
        given=None if answer is None else given(item.content, item.order, answer),
        key=key_view(item.content, item.order, item.marks),
        parts=tuple(
            PartResult(grading.part_of(item.content, mark.part)[0], mark, mark.detail.get("points", {}))
            for mark in mine
        ),
        rule=sentence(item.rule, item.options, item.marks),
    )

"""What the whole bank holds, and what is wrong in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from question_bank import kinds
from question_bank.enums import Difficulty, Kind, Status
from question_bank.errors import N_, Problem
from question_bank.kinds.choice import SingleChoiceContent
from question_bank.models import Question, QuestionVersion, Topic
from question_bank.publishing import judge
from question_bank.queries import batches, draft_of, fallen, with_versions

LETTERED = (Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE)
"""The kinds whose key is one label or several."""

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session


class Cell(NamedTuple):
    """The ``number`` of published questions of one topic (root), kind and difficulty."""

    topic: str
    kind: Kind
    difficulty: int
    number: int


@dataclass(frozen=True)
class Stock:
    """What the bank holds. All but ``by_status`` count published questions only."""

    by_status: dict[Status, int]
    by_kind: dict[Kind, int]
    by_topic: dict[str, int]
    by_difficulty: dict[int, int]
    cells: tuple[Cell, ...]

    @property
    def published(self) -> int:
        """The number of published questions."""
        return self.by_status.get(Status.PUBLISHED, 0)


class Finding(NamedTuple):
    """Something wrong with the question of that code."""

    question: str
    problem: Problem


@dataclass(frozen=True)
class Inspection:
    """The check of the whole bank. ``key_positions``: letter → how many single choices have their answer there.

    ``key_letters``: kind → letter (√, × of a true_false) → how many of its published questions have it in their key.
    """

    questions: int
    findings: tuple[Finding, ...]
    key_positions: dict[str, int]
    key_letters: dict[Kind, dict[str, int]]


def stock(session: Session) -> Stock:
    """Count the bank in one statement."""
    root = aliased(Topic)
    topic = func.coalesce(root.code, Topic.code)
    rows = session.execute(
        select(Question.status, topic, Question.kind, Question.difficulty, func.count())
        .join(Topic, Topic.id == Question.topic_id)
        .outerjoin(root, root.id == Topic.parent_id)
        .group_by(Question.status, topic, Question.kind, Question.difficulty)
    ).all()
    by_status: Counter[Status] = Counter()
    cells: Counter[tuple[str, Kind, int]] = Counter()
    for status, code, kind, difficulty, number in rows:
        by_status[status] += number
        if status is Status.PUBLISHED:
            cells[code, kind, difficulty] += number
    order = {kind: place for place, kind in enumerate(Kind)}
    found = tuple(
        Cell(*key, number) for key, number in sorted(cells.items(), key=lambda c: (c[0][0], order[c[0][1]], c[0][2]))
    )
    return Stock(
        by_status={status: by_status[status] for status in Status if by_status[status]},
        by_kind={kind: _sum(found, kind=kind) for kind in Kind if _sum(found, kind=kind)},
        by_topic={topic: _sum(found, topic=topic) for topic in dict.fromkeys(cell.topic for cell in found)},
        by_difficulty={int(d): _sum(found, difficulty=d) for d in Difficulty if _sum(found, difficulty=d)},
        cells=found,
    )


def _sum(
    cells: tuple[Cell, ...], *, topic: str | None = None, kind: Kind | None = None, difficulty: int | None = None
) -> int:
    return sum(
        cell.number
        for cell in cells
        if topic in {None, cell.topic} and kind in {None, cell.kind} and difficulty in {None, cell.difficulty}
    )


def inspect_bank(session: Session, *, on: date) -> Inspection:
    """Check every living question: its content, its citations, its documents and its days as of ``on``.

    Warnings are findings too, marked as such in the problem.
    """
    findings: list[Finding] = []
    positions: Counter[str] = Counter()
    letters: dict[Kind, Counter[str]] = {kind: Counter() for kind in LETTERED}
    count = 0
    for question, version in _living(session):
        count += 1
        findings += [Finding(question.code, problem) for problem in _problems(question, version, on)]
        position = _key_position(question, version)
        positions.update([position] if position else [])
        if question.status is Status.PUBLISHED and question.kind in letters:
            letters[question.kind].update(_key_letters(question, version))
    findings += _twins(session)
    findings.sort(key=lambda finding: (finding.problem.warning, finding.question))
    counted = {kind: dict(sorted(counts.items())) for kind, counts in letters.items() if counts}
    return Inspection(count, tuple(findings), dict(sorted(positions.items())), counted)


def _living(session: Session) -> Iterator[tuple[Question, QuestionVersion]]:
    """Yield every question but the retired ones, a batch at a time."""
    ids = session.scalars(select(Question.id).where(Question.status != Status.RETIRED).order_by(Question.id)).all()
    for batch in batches(ids):
        yield from session.execute(with_versions().where(Question.id.in_(batch)).order_by(Question.code))


def _problems(question: Question, version: QuestionVersion, on: date) -> list[Problem]:
    draft = draft_of(question, version)
    judgement = judge(draft)
    found = [*judgement.obstacles, *judgement.cautions]
    if question.status is not Status.PUBLISHED:
        return found
    if question.valid_to and question.valid_to < on:
        template = N_("It was valid until %(day)s and is still published.")
        found.append(Problem("valid_to", template, {"day": question.valid_to.isoformat()}, warning=True))
    return found + fallen(version)


def _key_position(question: Question, version: QuestionVersion) -> str:
    """Return the letter under which the answer of a single choice stands as written; empty for other kinds."""
    if question.kind is not Kind.SINGLE_CHOICE:
        return ""
    content = SingleChoiceContent.model_validate(version.content)
    keys = [option.key for option in content.options]
    return chr(ord("A") + keys.index(content.answer)) if content.answer in keys else ""


def _key_letters(question: Question, version: QuestionVersion) -> tuple[str, ...]:
    """Return the labels of the right answer of a choice or a true_false, in the order in which it is written."""
    content = kinds.content_of(question.kind, version.content)
    return kinds.key_view(content, kinds.plain_order(content)).labels


def _twins(session: Session) -> list[Finding]:
    """Find living questions that read the same as an earlier one."""
    shared = (
        select(Question.fingerprint)
        .where(Question.status != Status.RETIRED, Question.fingerprint != "")
        .group_by(Question.fingerprint)
        .having(func.count() > 1)
    )
    rows = session.execute(
        select(Question.fingerprint, Question.code)
        .where(Question.fingerprint.in_(shared), Question.status != Status.RETIRED)
        .order_by(Question.code)
    )
    first: dict[str, str] = {}
    found = []
    for fingerprint, code in rows:
        if fingerprint in first:
            problem = Problem("stem", N_("It reads the same as %(of)s."), {"of": first[fingerprint]}, warning=True)
            found.append(Finding(code, problem))
        first.setdefault(fingerprint, code)
    return found

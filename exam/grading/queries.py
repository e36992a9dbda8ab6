"""Reads on marks: what counts, what waits for a person, how far the marking is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from exam.grading.marking import Source
from exam.grading.models import Mark
from exam.papers.models import PaperItem
from exam.sittings import queries as sittings
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting, SittingStatus
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import Kind, TextForm
from question_bank.errors import N_, NotFound
from question_bank.kinds import Content, Response, content_of
from question_bank.models import QuestionVersion

SPREAD = 97
"""Answers are handed out in an order of their own for each marker, so that two at one question seldom meet."""

_decided = aliased(Mark)


def counts() -> ColumnElement[bool]:
    """Condition on Mark: no later row for the same part, so this one counts."""
    later = aliased(Mark)
    same = and_(later.attempt_id == Mark.attempt_id, later.paper_item_id == Mark.paper_item_id, later.part == Mark.part)
    return ~exists().where(same, later.sequence > Mark.sequence)


def has_marks(session: Session, attempt_id: int) -> bool:
    return session.scalar(select(Mark.id).where(Mark.attempt_id == attempt_id).limit(1)) is not None


def marks_of(session: Session, attempt_id: int) -> dict[tuple[int, str], Mark]:
    """By item id and part the mark that counts; empty before the attempt is over."""
    rows = session.scalars(select(Mark).where(Mark.attempt_id == attempt_id, counts()).order_by(Mark.id))
    return {(mark.paper_item_id, mark.part): mark for mark in rows}


def latest_mark(session: Session, attempt_id: int, paper_item_id: int, part: str) -> Mark | None:
    """The mark of one part that counts."""
    same = (Mark.attempt_id == attempt_id, Mark.paper_item_id == paper_item_id, Mark.part == part)
    return session.scalar(select(Mark).where(*same).order_by(Mark.sequence.desc()).limit(1))


def history(session: Session, attempt_id: int, paper_item_id: int, part: str) -> Sequence[Mark]:
    """Every mark one part ever had, the first at the top."""
    same = (Mark.attempt_id == attempt_id, Mark.paper_item_id == paper_item_id, Mark.part == part)
    return session.scalars(select(Mark).where(*same).order_by(Mark.sequence)).all()


def sitting_status(session: Session, attempt_id: int, *, lock: bool = False) -> SittingStatus | None:
    """Where the attempt's sitting stands. `lock` keeps a release out until the transaction ends (PostgreSQL)."""
    query = (
        select(Sitting)
        .join(Assignment, Assignment.sitting_id == Sitting.id)
        .join(Attempt, Attempt.assignment_id == Assignment.id)
        .where(Attempt.id == attempt_id)
        .execution_options(populate_existing=True)
    )
    found = session.scalar(query.with_for_update(read=True, of=Sitting) if lock else query)
    return None if found is None else found.status


def unmarked_attempts(session: Session, stop_id: int) -> Sequence[Attempt]:
    """Attempts of a stop that are over and have no marks."""
    marked = exists().where(Mark.attempt_id == Attempt.id)
    return session.scalars(
        select(Attempt)
        .join(Attempt.assignment)
        .join(Assignment.sitting)
        .where(Sitting.stop_id == stop_id, Attempt.status != AttemptStatus.STARTED, ~marked)
        .order_by(Attempt.id)
    ).all()


@dataclass(frozen=True)
class Progress:
    """Written parts of a sitting or a question: how many a person has to decide, and has decided."""

    written: int = 0
    decided: int = 0

    @property
    def waiting(self) -> int:
        return self.written - self.decided


@dataclass(frozen=True)
class SittingLine:
    """One sitting on the desk. `own` of the waiting answers are the marker's own and wait for somebody else."""

    sitting: Sitting
    progress: Progress
    own: int

    @property
    def for_you(self) -> int:
        return self.progress.waiting - self.own


@dataclass(frozen=True)
class QuestionLine:
    """One question, or one sub-question `part` of a case, of a sitting. `number` is the sub-question's."""

    version_id: int
    part: str
    number: int | None
    code: str
    kind: Kind
    form: TextForm
    stem: str
    maximum: Decimal
    progress: Progress
    own: int

    @property
    def for_you(self) -> int:
        return self.progress.waiting - self.own


def _written() -> Select[Mark]:
    """Every suggestion with its attempt, entry and item; `_decided` is the second mark where there is one."""
    second = and_(
        _decided.attempt_id == Mark.attempt_id,
        _decided.paper_item_id == Mark.paper_item_id,
        _decided.part == Mark.part,
        _decided.sequence == 2,
    )
    return (
        select(Mark)
        .outerjoin(_decided, second)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .where(Mark.source == Source.SUGGESTION, Mark.sequence == 1)
    )


WRITTEN = func.count(Mark.id)
DECIDED = func.count(_decided.id)


def _own(marker_id: int | None) -> ColumnElement[int]:
    """How many of the waiting answers are the marker's own."""
    return func.count(Mark.id).filter(_decided.id.is_(None), RosterEntry.person_id == (marker_id or 0))


def progress(session: Session, sitting_id: int) -> Progress:
    """How far the marking of one sitting is."""
    query = _written().with_only_columns(WRITTEN, DECIDED).where(Assignment.sitting_id == sitting_id)
    written, decided = session.execute(query).one()
    return Progress(written, decided)


def question_progress(session: Session, sitting_id: int, version_id: int, part: str) -> Progress:
    """How far the marking of one question at one sitting is."""
    query = (
        _written()
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .with_only_columns(WRITTEN, DECIDED)
        .where(Assignment.sitting_id == sitting_id, PaperItem.question_version_id == version_id, Mark.part == part)
    )
    written, decided = session.execute(query).one()
    return Progress(written, decided)


def waiting(session: Session, *, marker_id: int | None = None) -> list[SittingLine]:
    """Every sitting that has written answers and is not released, those with most waiting first; two queries."""
    rows = session.execute(
        _written()
        .with_only_columns(Assignment.sitting_id, WRITTEN, DECIDED, _own(marker_id))
        .group_by(Assignment.sitting_id)
    )
    found = {sitting_id: (Progress(written, decided), own) for sitting_id, written, decided, own in rows}
    held = session.scalars(
        select(Sitting)
        .where(Sitting.id.in_(found), Sitting.status != SittingStatus.RELEASED)
        .options(joinedload(Sitting.stop).joinedload(Stop.unit))
        .order_by(Sitting.opens_at, Sitting.id)
    )
    lines = [SittingLine(sitting, *found[sitting.id]) for sitting in held]
    return sorted(lines, key=lambda line: -line.progress.waiting)


def together(lines: Sequence[SittingLine]) -> Progress:
    """All sittings on the desk taken together."""
    return Progress(sum(line.progress.written for line in lines), sum(line.progress.decided for line in lines))


def questions(session: Session, sitting_id: int, *, marker_id: int | None = None) -> list[QuestionLine]:
    """The written questions of a sitting with their counts, those with most waiting first."""
    rows = session.execute(
        _written()
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .with_only_columns(
            PaperItem.question_version_id, Mark.part, func.max(Mark.maximum), WRITTEN, DECIDED, _own(marker_id)
        )
        .where(Assignment.sitting_id == sitting_id)
        .group_by(PaperItem.question_version_id, Mark.part)
    ).all()
    versions = _versions(session, {row[0] for row in rows})
    lines = [
        _question_line(versions[version_id], part, maximum, Progress(written, decided), own)
        for version_id, part, maximum, written, decided, own in rows
    ]
    return sorted(lines, key=lambda line: (-line.progress.waiting, line.code, line.number or 0))


def _versions(session: Session, ids: set[int]) -> dict[int, QuestionVersion]:
    rows = session.scalars(
        select(QuestionVersion).where(QuestionVersion.id.in_(ids)).options(joinedload(QuestionVersion.question))
    )
    return {version.id: version for version in rows}


def _question_line(version: QuestionVersion, part: str, maximum: Decimal, counted: Progress, own: int) -> QuestionLine:
    question = version.question
    number, inner = part_of(content_of(question.kind, version.content), part)
    return QuestionLine(
        version_id=version.id,
        part=part,
        number=number,
        code=question.code,
        kind=question.kind,
        form=question.form,
        stem=inner.stem,
        maximum=maximum,
        progress=counted,
        own=own,
    )


def part_of(content: Content, part: str) -> tuple[int | None, Content]:
    """Number (from 1) and content of a case's sub-question; None and the content itself for a whole item."""
    for number, sub in enumerate(getattr(content, "subquestions", ()), 1):
        if sub.id == part:
            return number, sub.content
    return None, content


def next_waiting(
    session: Session, sitting_id: int, version_id: int, part: str, *, marker_id: int, after: int | None = None
) -> int | None:
    """Id of the next answer to one question that waits and is not the marker's own; None when there is none.

    `after` is an answer to be passed over: what follows it in this marker's order comes first.
    """
    place = (Mark.id * 31 + marker_id * 17) % SPREAD
    query = (
        _written()
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .with_only_columns(Mark.id)
        .where(
            Assignment.sitting_id == sitting_id,
            PaperItem.question_version_id == version_id,
            Mark.part == part,
            _decided.id.is_(None),
            RosterEntry.person_id != marker_id,
        )
        .order_by(place, Mark.id)
    )
    ids = list(session.scalars(query))
    if after in ids:
        turn = ids.index(after) + 1
        ids = ids[turn:] + ids[:turn]
    return ids[0] if ids else None


@dataclass(frozen=True)
class WrittenAnswer:
    """One written answer as a marker sees it: nothing in it says whose it is. `answer_id` is its first mark's id.

    `content` and `response` are those of the part; `material` is the text of the case around it.
    """

    answer_id: int
    sitting: Sitting
    attempt_id: int
    person_id: int
    paper_item_id: int
    version_id: int
    code: str
    part: str
    number: int | None
    material: str
    content: Content
    response: Response
    suggestion: Mark
    latest: Mark

    @property
    def decided(self) -> bool:
        return self.latest.sequence > 1


def written_answer(session: Session, answer_id: int) -> WrittenAnswer:
    """What a marker needs to decide on one answer. Raises NotFound."""
    suggestion = session.get(Mark, answer_id)
    if suggestion is None or suggestion.sequence != 1 or suggestion.source is not Source.SUGGESTION:
        raise NotFound(N_("There is nothing to mark here."))
    attempt = session.scalars(
        select(Attempt)
        .where(Attempt.id == suggestion.attempt_id)
        .options(
            joinedload(Attempt.assignment).options(
                joinedload(Assignment.entry),
                joinedload(Assignment.sitting).joinedload(Sitting.stop).joinedload(Stop.unit),
            )
        )
    ).one()
    item = sittings.items_by_id(session, attempt.assignment.paper_id, [suggestion.paper_item_id])[
        suggestion.paper_item_id
    ]
    number, inner = part_of(item.content, suggestion.part)
    given = sittings.responses_of(session, attempt.id)[item.item_id]
    latest = latest_mark(session, attempt.id, item.item_id, suggestion.part)
    return WrittenAnswer(
        answer_id=answer_id,
        sitting=attempt.assignment.sitting,
        attempt_id=attempt.id,
        person_id=attempt.assignment.entry.person_id,
        paper_item_id=item.item_id,
        version_id=item.version_id,
        code=item.code,
        part=suggestion.part,
        number=number,
        material="" if number is None else item.content.stem,
        content=inner,
        response=given if number is None else given.parts[suggestion.part],  # type: ignore[attr-defined]
        suggestion=suggestion,
        latest=latest or suggestion,
    )

"""Reads on marks: what counts, what waits for a person, how far the marking is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from exam.grading.marking import Source
from exam.grading.models import Mark, Marking, MarkingPlan
from exam.grading.rounds import Round
from exam.papers.models import PaperItem
from exam.sittings import queries as sittings
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting, SittingStatus
from exam.tours.models import RosterEntry, Stop
from question_bank.enums import Kind, TextForm
from question_bank.errors import N_, NotFound
from question_bank.kinds import Content, Response, content_of
from question_bank.models import QuestionVersion

_latest, _after = aliased(Mark), aliased(Mark)


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
    """Written parts of a sitting or a question: how many a person has to decide, and has decided.

    `accepted` are the suggestions that count by themselves, `thirds` the waiting answers that need an adjudicator.
    """

    written: int = 0
    decided: int = 0
    accepted: int = 0
    thirds: int = 0

    @property
    def waiting(self) -> int:
        return self.written - self.decided


@dataclass(frozen=True)
class SittingLine:
    """One sitting on the desk. Of the waiting answers `own` are the marker's own, and `for_you` can be marked now:
    those of others which this marker has not marked yet. `double`: two mark blind.
    """

    sitting: Sitting
    progress: Progress
    own: int
    for_you: int
    double: bool


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
    for_you: int


def _written() -> Select[Mark]:
    """Every suggestion with its attempt, entry and item; `_latest` is the mark of the same part that counts."""
    same = and_(
        _latest.attempt_id == Mark.attempt_id,
        _latest.paper_item_id == Mark.paper_item_id,
        _latest.part == Mark.part,
        ~exists().where(
            _after.attempt_id == _latest.attempt_id,
            _after.paper_item_id == _latest.paper_item_id,
            _after.part == _latest.part,
            _after.sequence > _latest.sequence,
        ),
    )
    return (
        select(Mark)
        .join(_latest, same)
        .join(Attempt, Attempt.id == Mark.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .where(Mark.source == Source.SUGGESTION, Mark.sequence == 1)
    )


def _marked_in(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the part has a marking of its own that meets `conditions`."""
    return exists().where(
        Marking.attempt_id == Mark.attempt_id,
        Marking.paper_item_id == Mark.paper_item_id,
        Marking.part == Mark.part,
        *conditions,
    )


WAITS = _latest.source == Source.SUGGESTION
COUNTED = (
    func.count(Mark.id).filter(_latest.source != Source.RULE),
    func.count(Mark.id).filter(_latest.source.not_in((Source.RULE, Source.SUGGESTION))),
    func.count(Mark.id).filter(_latest.source == Source.RULE),
    func.count(Mark.id).filter(WAITS, _marked_in(Marking.round == Round.SECOND)),
)
"""The four numbers of a Progress."""


def _personal(marker_id: int | None) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many of the waiting answers are the marker's own, and how many this marker can mark."""
    me = marker_id or 0
    return (
        func.count(Mark.id).filter(WAITS, RosterEntry.person_id == me),
        func.count(Mark.id).filter(WAITS, RosterEntry.person_id != me, ~_marked_in(Marking.marker_id == me)),
    )


def progress(session: Session, sitting_id: int) -> Progress:
    """How far the marking of one sitting is."""
    query = _written().with_only_columns(*COUNTED).where(Assignment.sitting_id == sitting_id)
    return Progress(*session.execute(query).one())


def question_progress(session: Session, sitting_id: int, version_id: int, part: str) -> Progress:
    """How far the marking of one question at one sitting is."""
    query = (
        _written()
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .with_only_columns(*COUNTED)
        .where(Assignment.sitting_id == sitting_id, PaperItem.question_version_id == version_id, Mark.part == part)
    )
    return Progress(*session.execute(query).one())


def waiting(session: Session, *, marker_id: int | None = None) -> list[SittingLine]:
    """Every sitting that has written answers and is not released, what this marker can mark first; two queries."""
    rows = session.execute(
        _written()
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .with_only_columns(Assignment.sitting_id, *COUNTED, *_personal(marker_id))
        .where(Sitting.status != SittingStatus.RELEASED)
        .group_by(Assignment.sitting_id)
    )
    found = {sitting_id: (Progress(*counted), own, yours) for sitting_id, *counted, own, yours in rows}
    held = session.execute(
        select(Sitting, MarkingPlan.double)
        .outerjoin(MarkingPlan, MarkingPlan.sitting_id == Sitting.id)
        .where(Sitting.id.in_(found))
        .options(joinedload(Sitting.stop).joinedload(Stop.unit))
        .order_by(Sitting.opens_at, Sitting.id)
    )
    lines = [SittingLine(sitting, *found[sitting.id], double=bool(double)) for sitting, double in held]
    return sorted(lines, key=lambda line: (-line.for_you, -line.progress.waiting))


def plan_of(session: Session, sitting_id: int) -> MarkingPlan | None:
    """How a sitting is marked; None means by one person."""
    return session.get(MarkingPlan, sitting_id)


def together(lines: Sequence[SittingLine] | Sequence[QuestionLine]) -> Progress:
    """All sittings on the desk, or all questions of a sitting, taken together."""
    found = [line.progress for line in lines]
    return Progress(
        written=sum(each.written for each in found),
        decided=sum(each.decided for each in found),
        accepted=sum(each.accepted for each in found),
        thirds=sum(each.thirds for each in found),
    )


def questions(session: Session, sitting_id: int, *, marker_id: int | None = None) -> list[QuestionLine]:
    """The written questions of a sitting with their counts, those with most waiting first."""
    rows = session.execute(
        _written()
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .with_only_columns(
            PaperItem.question_version_id, Mark.part, func.max(Mark.maximum), *COUNTED, *_personal(marker_id)
        )
        .where(Assignment.sitting_id == sitting_id)
        .group_by(PaperItem.question_version_id, Mark.part)
    ).all()
    versions = _versions(session, {row[0] for row in rows})
    lines = [
        _question_line(versions[version_id], part, maximum, Progress(*counted), (own, yours))
        for version_id, part, maximum, *counted, own, yours in rows
    ]
    return sorted(lines, key=lambda line: (-line.progress.waiting, line.code, line.number or 0))


def _versions(session: Session, ids: set[int]) -> dict[int, QuestionVersion]:
    rows = session.scalars(
        select(QuestionVersion).where(QuestionVersion.id.in_(ids)).options(joinedload(QuestionVersion.question))
    )
    return {version.id: version for version in rows}


def _question_line(
    version: QuestionVersion, part: str, maximum: Decimal, counted: Progress, personal: tuple[int, int]
) -> QuestionLine:
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
        own=personal[0],
        for_you=personal[1],
    )


def part_of(content: Content, part: str) -> tuple[int | None, Content]:
    """Number (from 1) and content of a case's sub-question; None and the content itself for a whole item."""
    for number, sub in enumerate(getattr(content, "subquestions", ()), 1):
        if sub.id == part:
            return number, sub.content
    return None, content


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
        return self.latest.source is not Source.SUGGESTION

    @property
    def revisable(self) -> bool:
        """Whether one marker may still change the decision, with a reason."""
        return self.latest.source in {Source.MARKER, Source.RULE, Source.CORRECTION}


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

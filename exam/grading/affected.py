"""Reads on corrections: who sat a question, what each would have with a correction, and what was corrected."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from exam.grading import sat
from exam.grading.correcting import HAND_MADE, VOID, Change, Effect, Sat, corrected, look_name
from exam.grading.marking import PartMark, Source
from exam.grading.models import Correction, CorrectionPolicy, CorrectionStatus, Mark, ScoreChange
from exam.grading.scores import tallies
from exam.papers.models import Paper, PaperItem, PaperSet, Specification
from exam.sittings.models import Assignment, Attempt, Response, Sitting
from exam.sittings.queries import FrozenItem, frozen
from exam.tours.models import RosterEntry, Stop
from question_bank.errors import N_, NotFound
from question_bank.kinds import response_of
from question_bank.models import QuestionVersion
from question_bank.queries import batches

AT_ONCE = 500
"""So many attempts are worked out together."""


@dataclass(frozen=True)
class Plan:
    """A correction that is asked about: which version, where (None: wherever it was sat), and what is to be done."""

    version_id: int
    stop_id: int | None
    policy: CorrectionPolicy
    change: Change


def plan_of(correction: Correction) -> Plan:
    """What a kept correction says."""
    change = Change.model_validate(correction.change)
    return Plan(correction.question_version_id, correction.stop_id, correction.policy, change)


@dataclass(frozen=True)
class Part:
    """One part of one attempt: the mark that counts now, and the one that would."""

    attempt_id: int
    paper_item_id: int
    latest: Mark
    target: PartMark

    @property
    def is_new(self) -> bool:
        """Whether a mark has to be written; what still waits for a person waits on, perhaps with a new suggestion."""
        now, then = self.latest, self.target
        if then.waiting and now.source is not Source.SUGGESTION:
            return False
        return (now.awarded, now.detail) != (then.awarded, then.detail)


@dataclass(frozen=True)
class _Place:
    attempt_id: int
    attempt_key: str
    ticket: str
    stop_id: int
    sitting_id: int
    pass_marks: Decimal


@dataclass(frozen=True)
class Given:
    """One attempt's answer to the question; `latest` by part is the mark that counts."""

    attempt_id: int
    item: FrozenItem
    sat: Sat
    latest: dict[str, Mark]


def parts_of(session: Session, plan: Plan, attempt_ids: Sequence[int]) -> list[Part]:
    """What each part of the question earns now and would earn, of some attempts; four queries."""
    return [
        Part(each.attempt_id, each.item.item_id, each.latest[target.part], target)
        for each in given_in(session, plan, attempt_ids)
        for target in corrected(each.sat, plan.policy, plan.change)
    ]


def given_in(session: Session, plan: Plan, attempt_ids: Sequence[int]) -> list[Given]:
    """The answers of some attempts to the question, with what was decided before any correction; four queries."""
    items = _items(session, plan.version_id, attempt_ids)
    answers = _answers(session, items)
    marks: dict[int, dict[str, list[Mark]]] = {}
    for mark in session.scalars(
        select(Mark)
        .where(Mark.attempt_id.in_(items), Mark.paper_item_id.in_([item.item_id for item in items.values()]))
        .order_by(Mark.attempt_id, Mark.part, Mark.sequence)
    ):
        marks.setdefault(mark.attempt_id, {}).setdefault(mark.part, []).append(mark)
    found = []
    for attempt_id, by_part in marks.items():
        item = items[attempt_id]
        kind, value = item.content.kind, answers.get(attempt_id)
        answer = None if value is None else response_of(kind, value)
        base = {part: _before(rows) for part, rows in by_part.items()}
        looked = {
            part: plan.change.looked[name]
            for part in base
            if (name := look_name(attempt_id, part)) in plan.change.looked
        }
        sat_by = Sat(item.content, answer, item.rule, item.options, item.marks, base, looked)
        latest = {part: rows[-1] for part, rows in by_part.items()}
        found.append(Given(attempt_id, item, sat_by, latest))
    return found


def _items(session: Session, version_id: int, attempt_ids: Sequence[int]) -> dict[int, FrozenItem]:
    rows = session.execute(
        select(Attempt.id, PaperItem)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(PaperItem, PaperItem.paper_id == Assignment.paper_id)
        .where(Attempt.id.in_(attempt_ids), PaperItem.question_version_id == version_id)
        .options(joinedload(PaperItem.version).joinedload(QuestionVersion.question))
    )
    return {attempt_id: frozen(item) for attempt_id, item in rows}


def _answers(session: Session, items: dict[int, FrozenItem]) -> dict[int, dict[str, object]]:
    later = aliased(Response)
    same = and_(later.attempt_id == Response.attempt_id, later.paper_item_id == Response.paper_item_id)
    rows = session.execute(
        select(Response.attempt_id, Response.value).where(
            Response.attempt_id.in_(items),
            Response.paper_item_id.in_([item.item_id for item in items.values()]),
            ~exists().where(same, later.revision > Response.revision),
        )
    )
    return dict(iter(rows))


def _before(rows: Sequence[Mark]) -> PartMark:
    """The last mark that is not a correction's."""
    mark = next((row for row in reversed(rows) if row.source is not Source.CORRECTION), rows[0])
    return PartMark(mark.part, mark.awarded, mark.maximum, mark.source, mark.detail)


def effects(session: Session, plan: Plan) -> Iterator[Effect]:
    """What the correction would do to each attempt, in the order of their ids; six queries for each AT_ONCE."""
    ids = sat.attempts_with(session, plan.version_id, plan.stop_id)
    for start in range(0, len(ids), AT_ONCE):
        yield from _effects(session, plan, ids[start : start + AT_ONCE])


def _effects(session: Session, plan: Plan, ids: Sequence[int]) -> Iterator[Effect]:
    places = _places(session, ids)
    parts: dict[int, list[Part]] = {}
    for part in parts_of(session, plan, ids):
        parts.setdefault(part.attempt_id, []).append(part)
    instead = {
        (part.attempt_id, part.paper_item_id, part.target.part): part.target
        for each in parts.values()
        for part in each
        if part.is_new
    }
    before = {attempt_id: found.marks for attempt_id, found in tallies(session, ids)}
    for attempt_id, after in tallies(session, ids, instead=instead):
        place, mine = places[attempt_id], parts.get(attempt_id, [])
        yield Effect(
            attempt_id=attempt_id,
            attempt_key=place.attempt_key,
            ticket=place.ticket,
            stop_id=place.stop_id,
            sitting_id=place.sitting_id,
            before=before[attempt_id],
            after=after.marks,
            pass_marks=place.pass_marks,
            parts=sum(part.is_new for part in mine),
            kept_by_hand=sum(part.target.source in HAND_MADE for part in mine),
        )


def _places(session: Session, ids: Sequence[int]) -> dict[int, _Place]:
    rows = session.execute(
        select(Attempt.id, Attempt.key, RosterEntry.ticket, Sitting.stop_id, Sitting.id, Specification.pass_marks)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(RosterEntry, RosterEntry.id == Assignment.roster_entry_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .join(Paper, Paper.id == Assignment.paper_id)
        .join(PaperSet, PaperSet.id == Paper.paper_set_id)
        .join(Specification, Specification.id == PaperSet.specification_id)
        .where(Attempt.id.in_(ids))
    )
    return {row[0]: _Place(*row) for row in rows}


def correction_by_id(session: Session, correction_id: int) -> Correction:
    """Raises NotFound."""
    found = session.get(Correction, correction_id)
    if found is None:
        raise NotFound(N_("There is no such correction."))
    return found


def under_way(session: Session, version_id: int) -> Correction | None:
    """The correction of a version that is proposed or being marked."""
    waiting = (CorrectionStatus.PROPOSED, CorrectionStatus.CONFIRMED)
    return session.scalar(
        select(Correction).where(Correction.question_version_id == version_id, Correction.status.in_(waiting))
    )


@dataclass(frozen=True)
class CorrectionLine:
    """One correction with its question and its stop, None for wherever it was sat."""

    correction: Correction
    version: QuestionVersion
    stop: Stop | None


def corrections(
    session: Session,
    *,
    stop_id: int | None = None,
    question_id: int | None = None,
    status: CorrectionStatus | None = None,
) -> list[CorrectionLine]:
    """Corrections, the newest first: of one question, or those that concern one stop. One query."""
    wanted = (
        select(Correction, QuestionVersion, Stop)
        .join(QuestionVersion, QuestionVersion.id == Correction.question_version_id)
        .outerjoin(Stop, Stop.id == Correction.stop_id)
        .options(joinedload(QuestionVersion.question), joinedload(Stop.unit))
        .order_by(Correction.id.desc())
    )
    if stop_id is not None:
        wanted = wanted.where(_concerns(stop_id))
    if question_id is not None:
        wanted = wanted.where(QuestionVersion.question_id == question_id)
    if status is not None:
        wanted = wanted.where(Correction.status == status)
    return [CorrectionLine(*row) for row in session.execute(wanted)]


def _concerns(stop_id: int) -> ColumnElement[bool]:
    """Condition on Correction: of this stop, or of every stop and the version was sat here."""
    sat = exists().where(
        PaperItem.question_version_id == Correction.question_version_id,
        Assignment.paper_id == PaperItem.paper_id,
        Sitting.id == Assignment.sitting_id,
        Sitting.stop_id == stop_id,
    )
    return or_(Correction.stop_id == stop_id, and_(Correction.stop_id.is_(None), sat))


def corrections_since(session: Session, stop_ids: Sequence[int], after: int = 0) -> list[CorrectionLine]:
    """The corrections done at some stops with ids above `after`, the oldest first: what a new version of a bulletin
    has to tell. A correction of every stop is among them where it was sat at one of these.
    """
    found: dict[int, CorrectionLine] = {}
    for stop_id in stop_ids:
        for line in corrections(session, stop_id=stop_id, status=CorrectionStatus.DONE):
            if line.correction.id > after:
                found[line.correction.id] = line
    return [found[each] for each in sorted(found)]


def applying(session: Session, version_ids: Sequence[int], stop_id: int) -> dict[int, Correction]:
    """By version the confirmed correction that counts for papers of a stop, the latest of each."""
    settled = (CorrectionStatus.CONFIRMED, CorrectionStatus.DONE)
    found: dict[int, Correction] = {}
    for ids in batches(list(version_ids)):
        for row in session.scalars(
            select(Correction)
            .where(
                Correction.question_version_id.in_(ids),
                Correction.status.in_(settled),
                or_(Correction.stop_id.is_(None), Correction.stop_id == stop_id),
            )
            .order_by(Correction.id)
        ):
            found[row.question_version_id] = row
    return found


def changes_of(session: Session, attempt_id: int) -> Sequence[ScoreChange]:
    """How the score of one attempt changed after its release, the first change at the top."""
    return session.scalars(
        select(ScoreChange).where(ScoreChange.attempt_id == attempt_id).order_by(ScoreChange.id)
    ).all()


def counts_for_nobody(mark: Mark) -> bool:
    """Whether the item was made void."""
    return bool(mark.detail.get(VOID))

"""Reads on appeals: where a candidate stands, what waits for a decision, and the one before a decider."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from exam.grading.marking import Source
from exam.grading.models import Appeal, AppealStatus, Mark, Marking
from exam.grading.queries import history, marks_of, part_of
from exam.papers.models import PaperItem
from exam.sittings import queries as sittings
from exam.sittings.models import Assignment, Attempt, Sitting
from exam.sittings.queries import FrozenItem
from exam.tours.models import RosterEntry, Stop
from question_bank.errors import N_, NotFound
from question_bank.kinds import Content, Response


@dataclass(frozen=True)
class OwnAppeal:
    """An appeal as its candidate sees it: what was asked and answered, and the item's marks before and after."""

    appeal: Appeal
    before: Decimal
    after: Decimal

    @property
    def open(self) -> bool:
        return self.appeal.status is AppealStatus.OPEN

    @property
    def final(self) -> bool:
        """Whether it was decided: there is no second one about the same item."""
        return self.appeal.status in {AppealStatus.CHANGED, AppealStatus.UPHELD}


def of_attempt(session: Session, attempt_id: int) -> dict[int, list[OwnAppeal]]:
    """By item id the appeals of one paper, the oldest first; two queries."""
    rows = session.scalars(select(Appeal).where(Appeal.attempt_id == attempt_id).order_by(Appeal.id)).all()
    if not rows:
        return {}
    marks = session.scalars(select(Mark).where(Mark.attempt_id == attempt_id).order_by(Mark.sequence)).all()
    found: dict[int, list[OwnAppeal]] = defaultdict(list)
    for appeal in rows:
        mine = [mark for mark in marks if mark.paper_item_id == appeal.paper_item_id]
        found[appeal.paper_item_id].append(
            OwnAppeal(appeal, _worth(mine, appeal, after=False), _worth(mine, appeal, after=True))
        )
    return dict(found)


def _worth(marks: Sequence[Mark], appeal: Appeal, *, after: bool) -> Decimal:
    """What the item was worth before or after the decision; for one that is open the same, as it is now."""
    counting: dict[str, Decimal] = {}
    for mark in marks:
        by_it = mark.source is Source.APPEAL and mark.detail.get("appeal") == appeal.id
        later = appeal.decided_at is not None and mark.at > appeal.decided_at
        if later or (by_it and not after):
            continue
        counting[mark.part] = mark.awarded
    return sum(counting.values(), Decimal(0))


def open_count(session: Session) -> int:
    """How many appeals wait for a decision."""
    return session.scalar(select(func.count(Appeal.id)).where(Appeal.status == AppealStatus.OPEN)) or 0


@dataclass(frozen=True)
class Line:
    """One appeal in the list, without the name of who made it."""

    appeal: Appeal
    sitting: Sitting
    position: int


def listing(session: Session, *, open_only: bool = False, stop_id: int | None = None) -> list[Line]:
    """All appeals, those that wait first, then the latest; one query."""
    query = (
        select(Appeal, Sitting, PaperItem.position)
        .join(PaperItem, PaperItem.id == Appeal.paper_item_id)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .join(Assignment, Assignment.id == Attempt.assignment_id)
        .join(Sitting, Sitting.id == Assignment.sitting_id)
        .options(joinedload(Sitting.stop).joinedload(Stop.unit))
        .order_by((Appeal.status == AppealStatus.OPEN).desc(), Appeal.made_at.desc(), Appeal.id.desc())
    )
    if open_only:
        query = query.where(Appeal.status == AppealStatus.OPEN)
    if stop_id is not None:
        query = query.where(Sitting.stop_id == stop_id)
    return [Line(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Place:
    """One item of somebody's paper, which they may ask to be looked at again."""

    attempt: Attempt
    item: FrozenItem


def place(session: Session, key: str, item_id: int) -> Place:
    """The item of the attempt with this key. Raises NotFound, also for an item of another paper."""
    attempt = sittings.attempt_by_key(session, key)
    item = sittings.items_by_id(session, attempt.assignment.paper_id, [item_id]).get(item_id)
    if item is None:
        raise NotFound(N_("This question is not on the paper."))
    return Place(attempt, item)


def appeal_by_id(session: Session, appeal_id: int) -> Appeal:
    """Raises NotFound."""
    found = session.get(Appeal, appeal_id)
    if found is None:
        raise NotFound(N_("There is no such appeal."))
    return found


def person_of(session: Session, appeal: Appeal) -> int:
    """Whose appeal it is."""
    return session.scalars(
        select(RosterEntry.person_id)
        .join(Assignment, Assignment.roster_entry_id == RosterEntry.id)
        .join(Attempt, Attempt.assignment_id == Assignment.id)
        .where(Attempt.id == appeal.attempt_id)
    ).one()


def markers_of(session: Session, attempt_id: int, paper_item_id: int) -> set[int]:
    """Everybody who has had a hand in the marks of one item."""
    marks = select(Mark.marker_id).where(
        Mark.attempt_id == attempt_id, Mark.paper_item_id == paper_item_id, Mark.marker_id.is_not(None)
    )
    markings = select(Marking.marker_id).where(Marking.attempt_id == attempt_id, Marking.paper_item_id == paper_item_id)
    return {marker_id for marker_id in session.scalars(marks.union(markings)) if marker_id is not None}


@dataclass(frozen=True)
class AppealedPart:
    """One part of the item: its content, what was answered, and every mark it had, the counting one last."""

    part: str
    number: int | None
    content: Content
    response: Response | None
    history: Sequence[Mark]

    @property
    def mark(self) -> Mark:
        return self.history[-1]


@dataclass(frozen=True)
class Case:
    """Everything before a decider: nothing in it says whose paper it is."""

    appeal: Appeal
    sitting: Sitting
    item: FrozenItem
    response: Response | None
    parts: tuple[AppealedPart, ...]
    person_id: int
    markers: frozenset[int]
    key: str

    def may_decide(self, person_id: int) -> bool:
        """Neither the candidate nor anybody who marked the item decides."""
        return person_id != self.person_id and person_id not in self.markers


def case(session: Session, appeal_id: int) -> Case:
    """One appeal with the item, the answer and the marks. Raises NotFound."""
    appeal = appeal_by_id(session, appeal_id)
    attempt = session.get_one(Attempt, appeal.attempt_id)
    item = sittings.items_by_id(session, attempt.assignment.paper_id, [appeal.paper_item_id])[appeal.paper_item_id]
    response = sittings.responses_of(session, attempt.id).get(item.item_id)
    return Case(
        appeal=appeal,
        sitting=attempt.assignment.sitting,
        item=item,
        response=response,
        parts=tuple(_parts(session, appeal, item, response)),
        person_id=attempt.assignment.entry.person_id,
        markers=frozenset(markers_of(session, attempt.id, item.item_id)),
        key=attempt.key,
    )


def _parts(session: Session, appeal: Appeal, item: FrozenItem, response: Response | None) -> list[AppealedPart]:
    names = sorted(part for item_id, part in marks_of(session, appeal.attempt_id) if item_id == item.item_id)
    found = []
    for name in names:
        number, inner = part_of(item.content, name)
        given = response if number is None else getattr(response, "parts", {}).get(name)
        past = history(session, appeal.attempt_id, item.item_id, name)
        found.append(AppealedPart(name, number, inner, given, past))
    return sorted(found, key=lambda part: part.number or 0)

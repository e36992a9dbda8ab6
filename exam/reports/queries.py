"""Reads on results. Every report is a fixed number of queries, however many people, units or stops it covers."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from exam.accounts.models import Unit
from exam.accounts.roles import UnitCategory
from exam.grading import queries as grading
from exam.grading.marking import Source
from exam.grading.models import Mark
from exam.papers.models import Paper, PaperItem, PaperSet, Specification
from exam.reports.comparison import Compared, Line, Measure, Row, compare, lines
from exam.reports.statistics import STANDARD_WEIGHTS, Group, Ranked, Weights, group_of
from exam.reports.topics import TopicRow, TopicSum, tie_breakers, topic_table
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting, SittingStatus
from exam.tours.models import Absence, RosterEntry, Stop
from question_bank.enums import TextForm
from question_bank.models import Question, QuestionVersion, Topic

OVER = (SittingStatus.CLOSED, SittingStatus.RELEASED)

_parent = aliased(Unit)
_root = aliased(Topic)


@dataclass(frozen=True)
class Scope:
    """Which results: of one tour, stop, sitting or unit (compared), and only released ones unless organisers ask."""

    tour_id: int | None = None
    stop_id: int | None = None
    sitting_id: int | None = None
    unit_id: int | None = None
    released_only: bool = True

    def conditions(self) -> list[ColumnElement[bool]]:
        """On Sitting, Stop and the unit columns of `_people`."""
        statuses = (SittingStatus.RELEASED,) if self.released_only else OVER
        wanted: list[ColumnElement[bool]] = [Sitting.status.in_(statuses)]
        if self.tour_id is not None:
            wanted.append(Stop.tour_id == self.tour_id)
        if self.stop_id is not None:
            wanted.append(Stop.id == self.stop_id)
        if self.sitting_id is not None:
            wanted.append(Sitting.id == self.sitting_id)
        if self.unit_id is not None:
            wanted.append(COMPARED_UNIT.in_((self.unit_id,)))
        return wanted


def _compared_unit() -> ColumnElement[int]:
    """A village's people count for the town above it."""
    return case((and_(Unit.category == UnitCategory.VILLAGE, _parent.id.is_not(None)), _parent.id), else_=Unit.id)


COMPARED_UNIT = _compared_unit()


def _people(scope: Scope) -> Select[RosterEntry]:
    """Roster entries of the sittings in scope, with their attempts where there are any."""
    assigned = and_(Assignment.sitting_id == Sitting.id, Assignment.roster_entry_id == RosterEntry.id)
    return (
        select(RosterEntry)
        .join(Stop, Stop.id == RosterEntry.stop_id)
        .join(Sitting, Sitting.stop_id == Stop.id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .outerjoin(_parent, _parent.id == Unit.parent_id)
        .outerjoin(Assignment, assigned)
        .outerjoin(Attempt, and_(Attempt.assignment_id == Assignment.id, Attempt.status != AttemptStatus.STARTED))
        .where(*scope.conditions())
    )


def rows(session: Session, scope: Scope) -> list[Row]:
    """Every person at every sitting in scope, by stop and seat; two queries."""
    people = session.execute(
        _people(scope)
        .outerjoin(Paper, Paper.id == Assignment.paper_id)
        .outerjoin(PaperSet, PaperSet.id == Paper.paper_set_id)
        .outerjoin(Specification, Specification.id == PaperSet.specification_id)
        .with_only_columns(
            Sitting.id.label("sitting_id"),
            Sitting.paper_kind,
            Stop.id.label("stop_id"),
            Stop.number,
            RosterEntry.id.label("entry_id"),
            RosterEntry.person_id,
            RosterEntry.name,
            RosterEntry.audience,
            RosterEntry.absence,
            RosterEntry.makes_up_id,
            Unit.id.label("unit_id"),
            Unit.name.label("unit_name"),
            Unit.category,
            _parent.id.label("parent_id"),
            _parent.name.label("parent_name"),
            Attempt.id.label("attempt_id"),
            Attempt.key,
            Specification.total,
            Specification.pass_marks,
        )
        .order_by(Stop.starts_at, Stop.id, RosterEntry.seat, Sitting.id)
    ).all()
    sums = _sums(session, scope)
    return [_row(person, *sums.get(person.attempt_id, (Decimal(0), 0))) for person in people]


def _sums(session: Session, scope: Scope) -> dict[int, tuple[Decimal, int]]:
    """By attempt: the marks that count added up, and how many of them are suggestions that wait."""
    found = session.execute(
        _people(scope)
        .join(Mark, Mark.attempt_id == Attempt.id)
        .where(grading.counts())
        .with_only_columns(
            Attempt.id, func.sum(Mark.awarded), func.count(Mark.id).filter(Mark.source == Source.SUGGESTION)
        )
        .group_by(Attempt.id)
    )
    return {attempt_id: (awarded, waiting) for attempt_id, awarded, waiting in found}


def _row(person: object, awarded: Decimal, waiting: int) -> Row:
    found = person._mapping  # type: ignore[attr-defined]  # noqa: SLF001 -- the public way to a row's names
    village = found["category"] is UnitCategory.VILLAGE and found["parent_id"] is not None
    return Row(
        sitting_id=found["sitting_id"],
        stop_id=found["stop_id"],
        stop_number=found["number"],
        paper_kind=found["paper_kind"],
        entry_id=found["entry_id"],
        person_id=found["person_id"],
        name=found["name"],
        unit_id=found["parent_id"] if village else found["unit_id"],
        unit_name=found["parent_name"] if village else found["unit_name"],
        group=group_of(found["audience"], found["category"]),
        on_leave=found["absence"] is Absence.LEAVE,
        marks=None if found["attempt_id"] is None else awarded,
        total=found["total"] or Decimal(100),
        pass_marks=found["pass_marks"] or Decimal(60),
        waiting=waiting,
        attempt_key=found["key"],
        exempt=found["absence"] is Absence.EXEMPT,
        makes_up=found["makes_up_id"],
    )


def topic_sums(session: Session, scope: Scope) -> list[TopicSum]:
    """Marks by root topic, group and unit; one query. 问题会诊 belongs to no topic that is taught and is left out."""
    found = session.execute(
        _people(scope)
        .join(Mark, Mark.attempt_id == Attempt.id)
        .join(PaperItem, PaperItem.id == Mark.paper_item_id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Topic, Topic.id == Question.topic_id)
        .join(_root, _root.id == func.coalesce(Topic.parent_id, Topic.id))
        .where(grading.counts(), Question.form != TextForm.DIAGNOSIS)
        .with_only_columns(
            _root.code,
            _root.name,
            _root.position,
            Sitting.paper_kind,
            RosterEntry.audience,
            Unit.category,
            COMPARED_UNIT,
            func.sum(Mark.awarded),
            func.sum(Mark.maximum),
        )
        .group_by(
            _root.code,
            _root.name,
            _root.position,
            Sitting.paper_kind,
            RosterEntry.audience,
            Unit.category,
            COMPARED_UNIT,
        )
    )
    return [
        TopicSum(code, name, position, kind, group_of(audience, category), unit_id, earned, possible)
        for code, name, position, kind, audience, category, unit_id, earned, possible in found
    ]


@dataclass(frozen=True)
class Report:
    """Everything a page or a file of results shows for one scope and measure."""

    scope: Scope
    measure: Measure
    people: tuple[Line, ...]
    groups: tuple[Compared, ...]
    topics: tuple[TopicRow, ...]
    waiting: int
    stops: int

    @property
    def provisional(self) -> bool:
        """Whether answers still wait for a marker."""
        return self.waiting > 0

    def group(self, wanted: Group | None) -> Compared | None:
        """The group asked for, else the one with most people."""
        largest = max(self.groups, key=lambda each: each.figures.expected, default=None)
        return next((each for each in self.groups if each.group is wanted), largest)

    def standings_of(self, unit_id: int) -> list[tuple[Compared, Ranked]]:
        """The unit in each group that has people of it."""
        return [(each, ranked) for each in self.groups for ranked in each.units if ranked.unit.unit_id == unit_id]

    @property
    def best(self) -> tuple[Line, ...]:
        """Those who may be named beyond the organisers."""
        return tuple(line for line in self.people if line.among_best)


def report(session: Session, scope: Scope, measure: Measure, *, weights: Weights = STANDARD_WEIGHTS) -> Report:
    """Results, groups, ranked units and topics of one scope; three queries."""
    return made(session, rows(session, scope), scope, measure, weights=weights)


def made(
    session: Session, found: list[Row], scope: Scope, measure: Measure, *, weights: Weights = STANDARD_WEIGHTS
) -> Report:
    """The report of rows already read."""
    topics = topic_sums(session, scope)
    people = lines(found, measure)
    return Report(
        scope=scope,
        measure=measure,
        people=tuple(people),
        groups=tuple(compare(people, tie_breakers=tie_breakers(topics), weights=weights)),
        topics=tuple(topic_table(topics, measure.paper_kind)),
        waiting=sum(row.waiting for row in found),
        stops=len({row.stop_id for row in found}),
    )


def topics_of(session: Session, scope: Scope, measure: Measure) -> list[TopicRow]:
    """The topics of one scope alone; one query."""
    return topic_table(topic_sums(session, scope), measure.paper_kind)


def unit_figures(
    session: Session, scope: Scope, measure: Measure, *, weights: Weights = STANDARD_WEIGHTS
) -> list[Compared]:
    """The units of each group in order, with their figures."""
    return list(report(session, scope, measure, weights=weights).groups)

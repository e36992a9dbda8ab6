"""Reads on results. Every report is a fixed number of queries, however many people, units or stops it covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, select
from sqlalchemy.orm import Session, aliased, joinedload

from exam.accounts.models import Unit
from exam.accounts.roles import UnitCategory
from exam.grading.models import Score
from exam.papers.models import Paper, PaperSet, Specification
from exam.reports import rules
from exam.reports.comparison import NO_TOPICS, Compared, Line, Measure, Row, compare, counted, lines
from exam.reports.releasing import Recipient, open_to
from exam.reports.ruling import STANDARD, Ruling
from exam.reports.statistics import Group, Ranked, group_of
from exam.reports.topics import NO_MATRIX, Matrix, TopicRow, TopicSum, matrix, sums_of, tie_breakers, topic_table
from exam.sittings.models import Assignment, Attempt, AttemptStatus, Sitting, SittingStatus
from exam.tours.models import Absence, RosterEntry, Stop
from question_bank.errors import N_, NotFound
from question_bank.models import Topic

OVER = (SittingStatus.CLOSED, SittingStatus.RELEASED)

_parent = aliased(Unit)


@dataclass(frozen=True)
class Scope:
    """Which results: of one tour, stop, sitting or unit (compared), and only released ones unless organisers ask.

    `open_to` narrows them to those whose latest release is open to these readers.
    """

    tour_id: int | None = None
    stop_id: int | None = None
    sitting_id: int | None = None
    unit_id: int | None = None
    released_only: bool = True
    open_to: Recipient | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """On Sitting, Stop and the unit columns of `entries_in`."""
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
        if self.open_to is not None:
            wanted.append(open_to(self.open_to))
        return wanted


def _compared_unit() -> ColumnElement[int]:
    """A village's people count for the town above it."""
    return case((and_(Unit.category == UnitCategory.VILLAGE, _parent.id.is_not(None)), _parent.id), else_=Unit.id)


COMPARED_UNIT = _compared_unit()


def entries_in(scope: Scope) -> Select[RosterEntry]:
    """Roster entries of the sittings in scope, with attempts and scores where there are any."""
    assigned = and_(Assignment.sitting_id == Sitting.id, Assignment.roster_entry_id == RosterEntry.id)
    return (
        select(RosterEntry)
        .join(Stop, Stop.id == RosterEntry.stop_id)
        .join(Sitting, Sitting.stop_id == Stop.id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .outerjoin(_parent, _parent.id == Unit.parent_id)
        .outerjoin(Assignment, assigned)
        .outerjoin(Attempt, and_(Attempt.assignment_id == Assignment.id, Attempt.status != AttemptStatus.STARTED))
        .outerjoin(Score, Score.attempt_id == Attempt.id)
        .outerjoin(Paper, Paper.id == Assignment.paper_id)
        .outerjoin(PaperSet, PaperSet.id == Paper.paper_set_id)
        .outerjoin(Specification, Specification.id == PaperSet.specification_id)
        .where(*scope.conditions())
    )


_COLUMNS = (
    Sitting.id.label("sitting_id"),
    Sitting.paper_kind,
    Stop.id.label("stop_id"),
    Stop.number,
    Stop.tour_id,
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
    Specification.plan_hash,
    Specification.total,
    Specification.pass_marks,
    Score.marks,
    Score.waiting,
    cast(Score.topics, Text).label("topics"),
    Score.equated,
)


def rows(session: Session, scope: Scope) -> list[Row]:
    """Every person at every sitting in scope, by stop and seat; one query."""
    found = session.execute(
        entries_in(scope)
        .with_only_columns(*_COLUMNS)
        .order_by(Stop.starts_at, Stop.id, RosterEntry.seat, RosterEntry.id, Sitting.id)
    )
    return [_row(each) for each in found]


def _row(found: Sequence[Any]) -> Row:
    """From the row of `_COLUMNS`, taken apart by place: names would be looked up a hundred thousand times a page."""
    (sitting_id, paper_kind, stop_id, number, tour_id) = found[:5]
    (entry_id, person_id, name, audience, absence, makes_up) = found[5:11]
    (unit_id, unit_name, category, parent_id, parent_name) = found[11:16]
    (attempt_id, key, plan_hash, total, pass_marks, marks, waiting, topics, equated) = found[16:]
    village = category is UnitCategory.VILLAGE and parent_id is not None
    return Row(
        sitting_id=sitting_id,
        stop_id=stop_id,
        stop_number=number,
        paper_kind=paper_kind,
        entry_id=entry_id,
        person_id=person_id,
        name=name,
        unit_id=parent_id if village else unit_id,
        unit_name=parent_name if village else unit_name,
        group=group_of(audience, category),
        on_leave=absence is Absence.LEAVE,
        marks=None if attempt_id is None else marks or Decimal(0),
        total=total or Decimal(100),
        pass_marks=pass_marks or Decimal(60),
        waiting=waiting or 0,
        attempt_key=key,
        tour_id=tour_id,
        specification=plan_hash,
        equated=equated,
        topics=topics or NO_TOPICS,
        exempt=absence is Absence.EXEMPT,
        makes_up=makes_up,
    )


def topic_sums(session: Session, found: Iterable[Row]) -> list[TopicSum]:
    """Marks by root topic, group and unit, as the questions were filed when they were marked; one query, for the names.

    问题会诊 belongs to no topic that is taught and is left out.
    """
    roots = session.execute(select(Topic.code, Topic.name, Topic.position).where(Topic.parent_id.is_(None)))
    return sums_of(found, {code: (name, position) for code, name, position in roots})


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
    rule: Ruling = STANDARD
    matrix: Matrix = NO_MATRIX

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


def report(session: Session, scope: Scope, measure: Measure, *, sure: bool = True) -> Report:
    """Results, groups, ranked units and topics of one scope, by the rule in force; three queries.

    `sure`: whether to work out how sure the places of units are. That of one unit is the unit's part of the whole, with
    its rank among all; one query more.
    """
    if scope.unit_id is not None:
        return _of_unit(session, scope, measure, scope.unit_id, sure=sure)
    return made(session, rows(session, scope), scope, measure, sure=sure)


def _of_unit(session: Session, scope: Scope, measure: Measure, unit_id: int, *, sure: bool) -> Report:
    found = rows(session, replace(scope, unit_id=None))
    whole = made(session, found, scope, measure, sure=sure)
    own = [row for row in found if row.unit_id == unit_id]
    topics = topic_sums(session, own)
    return replace(
        whole,
        people=tuple(line for line in whole.people if line.unit_id == unit_id),
        groups=tuple(
            replace(compared, figures=ranked.unit.figures, units=(ranked,), tiers=())
            for compared, ranked in whole.standings_of(unit_id)
        ),
        topics=tuple(topic_table(topics, measure.paper_kind)),
        waiting=sum(row.waiting for row in own),
        stops=len({row.stop_id for row in own}),
        matrix=matrix(topics, measure.paper_kind),
    )


def made(
    session: Session,
    found: list[Row],
    scope: Scope,
    measure: Measure,
    *,
    rule: Ruling | None = None,
    sure: bool = True,
) -> Report:
    """The report of rows already read; one query, and one for the rule where none is given."""
    rule = rule or rules.in_force(session)
    topics = topic_sums(session, found)
    people = lines(found, measure, rule)
    breakers = tie_breakers(topics, rule.tie_breaker)
    compared = compare(people, tie_breakers=breakers, rule=rule, measure=measure)
    return Report(
        scope=scope,
        measure=measure,
        people=tuple(people),
        groups=tuple(_surely(each, people) if sure else each for each in compared),
        topics=tuple(topic_table(topics, measure.paper_kind)),
        waiting=sum(row.waiting for row in found),
        stops=len({row.stop_id for row in found}),
        rule=rule,
        matrix=matrix(topics, measure.paper_kind),
    )


def _surely(compared: Compared, people: Sequence[Line]) -> Compared:
    from exam.reports.sureness import with_sureness  # scipy, which a process that serves candidates need not load

    return with_sureness(compared, [line for line in counted(people) if line.group is compared.group])


def root_names(session: Session) -> dict[str, str]:
    """Names of the root topics by code, in the order of the tree."""
    rows = session.execute(
        select(Topic.code, Topic.name).where(Topic.parent_id.is_(None)).order_by(Topic.position, Topic.code)
    )
    return dict(iter(rows))


def topics_of(session: Session, scope: Scope, measure: Measure) -> list[TopicRow]:
    """The topics of one scope alone; two queries."""
    return topic_table(topic_sums(session, rows(session, scope)), measure.paper_kind)


def unit_figures(session: Session, scope: Scope, measure: Measure) -> list[Compared]:
    """The units of each group in order, with their figures, without saying how sure that is; three queries."""
    return list(report(session, scope, measure, sure=False).groups)


def open_stops(session: Session, recipient: Recipient) -> Sequence[Stop]:
    """Stops with results that are open to `recipient`, the latest first."""
    held = select(Sitting.stop_id).where(Sitting.status == SittingStatus.RELEASED, open_to(recipient))
    wanted = select(Stop).where(Stop.id.in_(held)).order_by(Stop.starts_at.desc(), Stop.id.desc())
    return session.scalars(wanted.options(joinedload(Stop.unit), joinedload(Stop.tour))).all()


def public_stop(session: Session, stop_id: int) -> Stop:
    """A stop with results released to the public. Raises NotFound for others, as if it did not exist."""
    found = next((each for each in open_stops(session, Recipient.PUBLIC) if each.id == stop_id), None)
    if found is None:
        raise NotFound(N_("This stop does not exist."))
    return found

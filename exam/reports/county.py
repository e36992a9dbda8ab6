"""The county's report: every group's board, the tour's coverage and course, what changed since the last round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exam.accounts.models import Unit
from exam.reports import queries, rules
from exam.reports.comparison import Compared, Line, Measure, by_stop, compare, counted, lines
from exam.reports.queries import Report, Scope
from exam.reports.ruling import Ruling
from exam.reports.statistics import Figures, Group, Ranked, figures
from exam.tours.models import Purpose, RosterEntry, Stop, StopStatus, Tour


@dataclass(frozen=True)
class StopPoint:
    """One stop in the course of a tour. `week` counts from 1, that of the first stop; `figures` once it is over."""

    stop_id: int
    number: int
    unit_id: int
    unit_name: str
    starts_at: datetime
    week: int
    status: StopStatus
    on_roster: int
    figures: Figures | None


@dataclass(frozen=True)
class WeekPoint:
    """All people of the stops of one week together."""

    week: int
    stops: int
    figures: Figures


@dataclass(frozen=True)
class Coverage:
    """How far the tour has come: stops planned and held, the units they are held at, people on rosters and who sat."""

    stops: int
    held: int
    units: int
    units_held: int
    on_rosters: int
    expected: int
    sat: int


@dataclass(frozen=True)
class Change:
    """Figures of one group of people at the tour before, and now. By equated means where both are known."""

    tour_id: int
    tour: str
    before: Figures
    after: Figures

    @property
    def of_equated(self) -> bool:
        return self.before.equated is not None and self.after.equated is not None

    @property
    def difference(self) -> Decimal | None:
        """Of the means; None where either is unknown."""
        before, after = (each.equated if self.of_equated else each.mean for each in (self.before, self.after))
        return None if before is None or after is None else after - before


@dataclass(frozen=True)
class CountyReport:
    """Everything a page or the bulletin shows of the county, or of one tour. `changes` is by group."""

    report: Report
    coverage: Coverage
    stops: tuple[StopPoint, ...]
    weeks: tuple[WeekPoint, ...]
    changes: dict[Group, Change] = field(default_factory=dict)

    @property
    def boards(self) -> tuple[Compared, ...]:
        """The groups in their order, each with its units, their intervals and tiers."""
        return self.report.groups

    @property
    def units(self) -> tuple[tuple[Group, Ranked], ...]:
        """Every unit of every group, board after board. Ranks never cross boards."""
        return tuple((board.group, ranked) for board in self.boards for ranked in board.units)

    @property
    def flagged(self) -> tuple[tuple[Group, Ranked], ...]:
        """Units that have not reached a threshold."""
        return tuple((group, ranked) for group, ranked in self.units if ranked.flags)


def county_report(
    session: Session,
    measure: Measure,
    *,
    zone: tzinfo,
    tour_id: int | None = None,
    released_only: bool = True,
    with_changes: bool = False,
) -> CountyReport:
    """One tour, or everything. Five queries; with changes two more, of which one reads the tour before."""
    scope, rule = Scope(tour_id=tour_id, released_only=released_only), rules.in_force(session)
    found = queries.made(session, queries.rows(session, scope), scope, measure, rule=rule)
    stops = _stops(session, tour_id, found.people, rule, zone=zone)
    before = tour_before(session, tour_id) if with_changes and tour_id is not None else None
    return CountyReport(
        report=found,
        coverage=_coverage(stops, counted(found.people)),
        stops=stops,
        weeks=_weeks(stops, counted(found.people), rule),
        changes={} if before is None else _changes(session, before, found, rule),
    )


def _stops(
    session: Session, tour_id: int | None, people: Iterable[Line], rule: Ruling, *, zone: tzinfo
) -> tuple[StopPoint, ...]:
    """The regular stops that were not called off, in time; two queries."""
    wanted = (
        select(Stop.id, Stop.number, Stop.unit_id, Unit.name, Stop.starts_at, Stop.status)
        .join(Unit, Unit.id == Stop.unit_id)
        .where(Stop.status != StopStatus.CANCELLED, Stop.purpose == Purpose.REGULAR)
        .order_by(Stop.starts_at, Stop.id)
    )
    held = session.execute(wanted if tour_id is None else wanted.where(Stop.tour_id == tour_id)).all()
    counted = session.execute(select(RosterEntry.stop_id, func.count()).group_by(RosterEntry.stop_id))
    on_roster: dict[int, int] = dict(iter(counted))
    known, days = by_stop(people, rule), [each.starts_at.astimezone(zone).date() for each in held]
    monday = days[0] - timedelta(days=days[0].weekday()) if days else None
    return tuple(
        StopPoint(
            *(each.id, each.number, each.unit_id, each.name, each.starts_at),
            week=1 if monday is None else (day - monday).days // 7 + 1,
            status=each.status,
            on_roster=on_roster.get(each.id, 0),
            figures=known.get(each.id),
        )
        for each, day in zip(held, days, strict=True)
    )


def _coverage(stops: Sequence[StopPoint], people: Sequence[Line]) -> Coverage:
    held = [stop for stop in stops if stop.status is StopStatus.FINISHED]
    return Coverage(
        stops=len(stops),
        held=len(held),
        units=len({stop.unit_id for stop in stops}),
        units_held=len({stop.unit_id for stop in held}),
        on_rosters=sum(stop.on_roster for stop in stops),
        expected=len(people),
        sat=sum(line.sat for line in people),
    )


def _weeks(stops: Sequence[StopPoint], people: Iterable[Line], rule: Ruling) -> tuple[WeekPoint, ...]:
    week_of = {stop.stop_id: stop.week for stop in stops if stop.figures is not None}
    by_week: dict[int, list[Line]] = {}
    for line in people:
        if line.stop_id in week_of:
            by_week.setdefault(week_of[line.stop_id], []).append(line)
    return tuple(
        WeekPoint(week, len({line.stop_id for line in those}), figures((line.result for line in those), rule))
        for week, those in sorted(by_week.items())
    )


def tour_before(session: Session, tour_id: int | None) -> Tour | None:
    """The tour that began last before this one (None: before the latest); one query."""
    began = select(Tour.starts_on).where(Tour.id == tour_id) if tour_id else select(func.max(Tour.starts_on))
    wanted = select(Tour).where(Tour.starts_on < began.scalar_subquery())
    return session.scalar(wanted.order_by(Tour.starts_on.desc(), Tour.id.desc()).limit(1))


def _changes(session: Session, before: Tour, now: Report, rule: Ruling) -> dict[Group, Change]:
    scope = Scope(tour_id=before.id, released_only=now.scope.released_only)
    earlier = compare(lines(queries.rows(session, scope), now.measure, rule), rule=rule, measure=now.measure)
    then = {each.group: each.figures for each in earlier}
    return {
        each.group: Change(before.id, before.name, then[each.group], each.figures)
        for each in now.groups
        if each.group in then
    }

"""One unit's report: its people group by group (cadres and departmental staff apart), against the county."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from exam.reports import queries, rules
from exam.reports.comparison import Compared, Line, Measure, counted, lines
from exam.reports.county import Change, tour_before
from exam.reports.queries import Report, Scope
from exam.reports.releasing import Recipient
from exam.reports.ruling import Ruling
from exam.reports.statistics import Figures, Group, Ranked, Result, Standing, figures
from exam.reports.topics import TopicAgainst
from exam.tours.models import Tour

WIDTH = 10


@dataclass(frozen=True)
class Bin:
    """How many people scored from `low` to below `high`; the last one holds full marks too."""

    low: int
    high: int
    count: int


@dataclass(frozen=True)
class Side:
    """The unit's people of one group. `county` are the figures of the whole group, of which `ranked_units` have a rank.

    Nothing here tells how another unit did.
    """

    group: Group
    ranked: Ranked
    county: Figures
    ranked_units: int
    tiers: int
    distribution: tuple[Bin, ...]
    county_distribution: tuple[Bin, ...]
    topics: tuple[TopicAgainst, ...]
    change: Change | None


@dataclass(frozen=True)
class UnitReport:
    """Everything a page or a file shows of one unit. `people` are its own, with names: not everybody may see them."""

    unit_id: int
    measure: Measure
    rule: Ruling
    sides: tuple[Side, ...]
    people: tuple[Line, ...]
    waiting: int

    @property
    def provisional(self) -> bool:
        """Whether answers of the unit's people still wait for a marker."""
        return self.waiting > 0


def unit_report(
    session: Session,
    unit_id: int,
    measure: Measure,
    *,
    tour_id: int | None = None,
    released_only: bool = True,
    open_to: Recipient | None = None,
) -> UnitReport:
    """One unit over one tour or everything. Four queries, and one more where there was a tour before."""
    scope = Scope(tour_id=tour_id, released_only=released_only, open_to=open_to)
    rule = rules.in_force(session)
    found = queries.rows(session, scope)
    whole = queries.made(session, found, scope, measure, rule=rule)
    own = [line for line in whole.people if line.unit_id == unit_id]
    before = tour_before(session, tour_id)
    earlier = [] if before is None else _earlier(session, unit_id, before, whole, rule)
    sides = [
        _side(compared, ranked, whole, _change(before, compared, ranked, earlier, rule))
        for compared, ranked in whole.standings_of(unit_id)
    ]
    return UnitReport(
        unit_id=unit_id,
        measure=measure,
        rule=rule,
        sides=tuple(sides),
        people=tuple(own),
        waiting=sum(row.waiting for row in found if row.unit_id == unit_id),
    )


def _earlier(session: Session, unit_id: int, before: Tour, now: Report, rule: Ruling) -> list[Line]:
    scope = replace(now.scope, tour_id=before.id, unit_id=unit_id)
    return lines(queries.rows(session, scope), now.measure, rule)


def _change(
    before: Tour | None, compared: Compared, ranked: Ranked, earlier: Sequence[Line], rule: Ruling
) -> Change | None:
    then = [line.result for line in counted(earlier) if line.group is compared.group]
    if before is None or not then:
        return None
    return Change(before.id, before.name, figures(then, rule), ranked.unit.figures)


def _side(compared: Compared, ranked: Ranked, whole: Report, change: Change | None) -> Side:
    group, unit_id = compared.group, ranked.unit.unit_id
    mine = [line for line in counted(whole.people) if line.group is group]
    shares = next((row.shares for row in whole.matrix.rows if (row.group, row.unit_id) == (group, unit_id)), {})
    return Side(
        group=group,
        ranked=ranked,
        county=compared.figures,
        ranked_units=sum(each.rank is not None for each in compared.units),
        tiers=len(compared.tiers),
        distribution=distribution([line.result for line in mine if line.unit_id == unit_id]),
        county_distribution=distribution([line.result for line in mine]),
        topics=tuple(TopicAgainst(row.code, row.name, shares.get(row.code), row.shares[group]) for row in whole.topics),
        change=change,
    )


def distribution(results: Sequence[Result]) -> tuple[Bin, ...]:
    """Ten classes of ten marks over those who sat."""
    scores = [each.score for each in results if each.standing is Standing.SAT]
    counts = [0] * (100 // WIDTH)
    for score in scores:
        counts[min(len(counts) - 1, int(score // WIDTH))] += 1
    return tuple(Bin(low * WIDTH, (low + 1) * WIDTH, count) for low, count in enumerate(counts))

"""Pure: every figure a bulletin shows, as it is frozen with it, read from a report of results."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from exam.reports.comparison import Compared, Line, Measure
from exam.reports.ruling import Ruling
from exam.reports.statistics import Basis, Figures, Flag, Group, Ranked, Unranked, figures
from exam.reports.topics import Matrix, TopicRow


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Counted(_Kept):
    """The figures of some people; shares between 0 and 1, marks on a scale of 100."""

    expected: int
    sat: int
    leave: int
    absent: int
    attendance: Decimal | None
    mean: Decimal | None
    median: Decimal | None
    pass_rate: Decimal | None
    good_rate: Decimal | None
    excellent_rate: Decimal | None
    interval: tuple[Decimal, Decimal] | None
    equated: Decimal | None = None


class UnitLine(_Kept):
    """One unit of one group."""

    unit_id: int
    name: str
    figures: Counted
    score: Decimal | None
    rank: int | None
    unranked: Unranked | None
    flags: tuple[Flag, ...]
    tier: int | None = None


class Board(_Kept):
    """One group with its units in order."""

    group: Group
    figures: Counted
    units: tuple[UnitLine, ...]
    basis: Basis
    tiers: tuple[tuple[int, ...], ...] = ()

    @property
    def names(self) -> Mapping[int, str]:
        return {unit.unit_id: unit.name for unit in self.units}


class TopicLine(_Kept):
    """One topic: the share of marks earned by everybody and in each group that was asked."""

    code: str
    name: str
    everybody: Decimal | None
    groups: dict[Group, Decimal]


class HeatLine(_Kept):
    """One unit of one group by topic."""

    group: Group
    unit_id: int
    shares: dict[str, Decimal | None]


class Named(_Kept):
    """One of the best fifth."""

    group: Group
    place: int
    name: str
    unit: str


class Facts(_Kept):
    """All figures of one bulletin; `stops` with results of `planned` ones, between `first` and `last`."""

    subject: str
    measure: Measure
    stops: int
    planned: int
    first: date | None
    last: date | None
    counted_on: date
    rule: Ruling
    whole: Counted
    boards: tuple[Board, ...]
    topics: tuple[TopicLine, ...]
    heat: tuple[HeatLine, ...]
    best: tuple[Named, ...]

    def kept(self) -> dict[str, Any]:
        """As JSON."""
        return self.model_dump(mode="json")


@dataclass(frozen=True)
class Occasion:
    """What the figures are about: the tour or stop by name, its stops, the days on which people sat."""

    subject: str
    stops: int
    planned: int
    first: date | None
    last: date | None


def gather(
    occasion: Occasion,
    *,
    measure: Measure,
    people: Sequence[Line],
    groups: Iterable[Compared],
    topics: Iterable[TopicRow],
    matrix: Matrix,
    rule: Ruling,
    on: date,
) -> Facts:
    """The figures of a bulletin from the parts of a report; `people` are those who count, `on` the day."""
    return Facts(
        subject=occasion.subject,
        measure=measure,
        stops=occasion.stops,
        planned=occasion.planned,
        first=occasion.first,
        last=occasion.last,
        counted_on=on,
        rule=rule,
        whole=_counted(figures((line.result for line in people), rule)),
        boards=tuple(_board(each) for each in groups),
        topics=tuple(
            TopicLine(
                code=row.code,
                name=row.name,
                everybody=row.all_groups,
                groups={group: share for group, share in row.shares.items() if share is not None},
            )
            for row in topics
        ),
        heat=tuple(HeatLine(group=row.group, unit_id=row.unit_id, shares=row.shares) for row in matrix.rows),
        best=tuple(
            Named(group=line.group, place=line.place or 0, name=line.name, unit=line.unit_name)
            for line in people
            if line.among_best
        ),
    )


def _board(compared: Compared) -> Board:
    return Board(
        group=compared.group,
        figures=_counted(compared.figures),
        units=tuple(_unit(each) for each in compared.units),
        basis=compared.basis,
        tiers=compared.tiers,
    )


def _unit(ranked: Ranked) -> UnitLine:
    return UnitLine(
        unit_id=ranked.unit.unit_id,
        name=ranked.unit.name,
        figures=_counted(ranked.unit.figures),
        score=ranked.score,
        rank=ranked.rank,
        unranked=ranked.unranked,
        flags=ranked.flags,
        tier=ranked.sure.tier if ranked.sure else None,
    )


def _counted(found: Figures) -> Counted:
    return Counted(**{name: getattr(found, name) for name in Counted.model_fields})

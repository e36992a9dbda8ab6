"""Pure: rows of persons at papers → results, groups and ranked units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from exam.reports.scorecard import on_hundred, overall
from exam.reports.statistics import (
    PASS,
    STANDARD_WEIGHTS,
    Figures,
    Group,
    Ranked,
    Result,
    Standing,
    Unit,
    Weights,
    figures,
    in_top_share,
    places,
    rank_units,
)
from question_bank.enums import PaperKind
from question_bank.errors import N_


class Measure(StrEnum):
    """What is compared: one paper, or the overall mark of both."""

    OVERALL = "overall"
    BUSINESS = "business"
    PRACTICAL = "practical"

    @property
    def paper_kind(self) -> PaperKind | None:
        """The paper measured; None for both."""
        return {Measure.BUSINESS: PaperKind.BUSINESS, Measure.PRACTICAL: PaperKind.PRACTICAL}.get(self)

    @property
    def label(self) -> str:
        """English label, a gettext message id."""
        return _MEASURES[self][0]

    @property
    def chinese(self) -> str:
        """As it is written in files."""
        return _MEASURES[self][1]


_MEASURES = {
    Measure.OVERALL: (N_("Overall mark"), "个人总评"),
    Measure.BUSINESS: (N_("Business paper"), "业务卷"),
    Measure.PRACTICAL: (N_("Practical paper"), "问题卷"),
}


@dataclass(frozen=True)
class Row:
    """One person on the roster of a sitting that is over.

    `unit_id` is the unit compared: the person's own, for a village the town above it. `marks` of `total` are None
    without an attempt; `waiting` counts the answers a person still has to mark, suggestions standing in until then.
    `makes_up` is the roster entry of the first sitting whose result this make-up (补考) is about.
    """

    sitting_id: int
    stop_id: int
    stop_number: int
    paper_kind: PaperKind
    entry_id: int
    person_id: int
    name: str
    unit_id: int
    unit_name: str
    group: Group
    on_leave: bool
    marks: Decimal | None
    total: Decimal
    pass_marks: Decimal
    waiting: int
    attempt_key: str | None
    exempt: bool = False
    makes_up: int | None = None

    @property
    def score(self) -> Decimal:
        """On a scale of 100; 0 without an attempt."""
        return Decimal(0) if self.marks is None else on_hundred(self.marks, self.total)


@dataclass(frozen=True)
class Line:
    """One person under one measure. `places` gives the place among those of the same group who sat; None for others."""

    entry_id: int
    person_id: int
    stop_id: int
    stop_number: int
    name: str
    unit_id: int
    unit_name: str
    group: Group
    result: Result
    business: Row | None
    practical: Row | None
    makes_up: int | None = None
    place: int | None = None
    of: int = 0

    @property
    def sat(self) -> bool:
        return self.result.standing is Standing.SAT

    @property
    def among_best(self) -> bool:
        """Whether the person may be named to leaders."""
        return self.place is not None and in_top_share(self.place, self.of)


def lines(rows: Iterable[Row], measure: Measure) -> list[Line]:
    """One line a person; for the overall mark only where both papers of the stop are over."""
    pairs: dict[int, dict[PaperKind, Row]] = {}
    for row in rows:
        pairs.setdefault(row.entry_id, {})[row.paper_kind] = row
    found = [line for pair in pairs.values() if (line := _line(pair, measure)) is not None]
    return _placed(found)


def _line(pair: Mapping[PaperKind, Row], measure: Measure) -> Line | None:
    business, practical = pair.get(PaperKind.BUSINESS), pair.get(PaperKind.PRACTICAL)
    if measure.paper_kind is None:
        if business is None or practical is None:
            return None
        row, result = business, overall_result(business, practical)
    else:
        one = pair.get(measure.paper_kind)
        if one is None:
            return None
        row, result = one, result_of(one)
    return Line(
        entry_id=row.entry_id,
        person_id=row.person_id,
        stop_id=row.stop_id,
        stop_number=row.stop_number,
        name=row.name,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        group=row.group,
        result=result,
        business=business,
        practical=practical,
        makes_up=row.makes_up,
    )


def result_of(row: Row) -> Result:
    """What one paper gave. Somebody on leave or exempt who came and sat has sat."""
    if row.marks is None:
        return Result(_away(row))
    return Result(Standing.SAT, row.score, row.marks >= row.pass_marks)


def overall_result(business: Row, practical: Row) -> Result:
    """个人总评 of both papers: sat who sat both; one missed paper counts as 0, approved leave leaves no result."""
    score = overall(business.score, practical.score)
    missing = [row for row in (business, practical) if row.marks is None]
    if not missing:
        return Result(Standing.SAT, score, score >= PASS)
    away = _away(business)
    return Result(away, score) if away is Standing.ABSENT else Result(away)


def _away(row: Row) -> Standing:
    if row.exempt:
        return Standing.EXEMPT
    return Standing.LEAVE if row.on_leave else Standing.ABSENT


def _placed(found: Sequence[Line]) -> list[Line]:
    """The same lines with their places, group by group, the best first, those without a result at the end.

    A make-up has no place beside first sittings.
    """
    placed: list[Line] = []
    for group in Group:
        mine = [line for line in found if line.group is group]
        ranked = {line.entry_id for line in counted(mine)}
        sat = [line for line in mine if line.sat and line.entry_id in ranked]
        for line, place in zip(sat, places([each.result.score for each in sat]), strict=True):
            placed.append(replace(line, place=place, of=len(sat)))
        placed += [line for line in mine if not line.sat or line.entry_id not in ranked]
    order = list(Group)
    return sorted(placed, key=lambda line: (order.index(line.group), line.place or len(placed) + 1, line.entry_id))


def counted(found: Sequence[Line], *, make_up: bool = False) -> list[Line]:
    """One line a person for the figures: the first sitting, or where `make_up` counts and was sat, its result.

    Without any first sitting among them (the results of a make-up stop alone) all lines count.
    """
    first = [line for line in found if line.makes_up is None]
    if not first:
        return list(found)
    if not make_up:
        return first
    again = {line.makes_up: line.result for line in found if line.makes_up is not None and line.sat}
    return [replace(line, result=again.get(line.entry_id, line.result)) for line in first]


@dataclass(frozen=True)
class Compared:
    """One group: its own figures and its units in order."""

    group: Group
    figures: Figures
    units: tuple[Ranked, ...]


def compare(
    found: Iterable[Line],
    *,
    tie_breakers: Mapping[tuple[Group, int], Decimal] | None = None,
    weights: Weights = STANDARD_WEIGHTS,
) -> list[Compared]:
    """Each group that has anybody, in the order of Group; `tie_breakers` by group and unit."""
    breakers = tie_breakers or {}
    everyone = counted(list(found))
    compared = []
    for group in Group:
        mine = [line for line in everyone if line.group is group]
        if not mine:
            continue
        names = {line.unit_id: line.unit_name for line in mine}
        units = [
            Unit(
                unit_id,
                name,
                figures(line.result for line in mine if line.unit_id == unit_id),
                breakers.get((group, unit_id), Decimal(0)),
            )
            for unit_id, name in names.items()
        ]
        ranked = rank_units(units, weights)
        compared.append(Compared(group, figures(line.result for line in mine), tuple(ranked)))
    return compared


def by_stop(found: Iterable[Line]) -> dict[int, Figures]:
    """The figures of each stop over all its groups: how many came, and where it stands. Stops are not ranked."""
    results: dict[int, list[Result]] = {}
    for line in found:
        results.setdefault(line.stop_id, []).append(line.result)
    return {stop_id: figures(each) for stop_id, each in results.items()}

"""Pure: rows of persons at papers → results, groups and ranked units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from exam.reports.ruling import STANDARD, MakeUp, Ruling
from exam.reports.scorecard import on_hundred, overall
from exam.reports.statistics import (
    Basis,
    Figures,
    Group,
    Ranked,
    Result,
    Standing,
    Unit,
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
        return _PAPER_KINDS.get(self)

    @property
    def label(self) -> str:
        """English label, a gettext message id."""
        return _MEASURES[self][0]

    @property
    def chinese(self) -> str:
        """As it is written in files."""
        return _MEASURES[self][1]


_PAPER_KINDS = {Measure.BUSINESS: PaperKind.BUSINESS, Measure.PRACTICAL: PaperKind.PRACTICAL}
_MEASURES = {
    Measure.OVERALL: (N_("Overall mark"), "个人总评"),
    Measure.BUSINESS: (N_("Business paper"), "业务卷"),
    Measure.PRACTICAL: (N_("Practical paper"), "问题卷"),
}


NO_TOPICS = "{}"


@dataclass(frozen=True)
class Row:
    """One person on the roster of a sitting that is over.

    `unit_id` is the unit compared: the person's own, for a village the town above it. `marks` of `total` are None
    without an attempt; `waiting` counts the answers a person still has to mark, suggestions standing in until then.
    `equated` is on a scale of 100; `topics` by code of the root topic what was earned of what, in hundredths, as the
    JSON that the score keeps (``topics.sums_of`` reads it: a county's rows hold forty thousand such pairs);
    `specification` the hash of the plan its paper was drawn by; `makes_up` the roster entry of the first sitting whose
    result this make-up (补考) is about.
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
    tour_id: int = 0
    specification: str | None = None
    equated: Decimal | None = None
    topics: str = NO_TOPICS
    makes_up: int | None = None

    @property
    def score(self) -> Decimal:
        """On a scale of 100; 0 without an attempt."""
        return Decimal(0) if self.marks is None else on_hundred(self.marks, self.total)


@dataclass(frozen=True)
class Line:
    """One person under one measure. `place` is the one among those of the same group who sat; None for others.

    `makes_up` marks the line of a make-up; `made_up` a first sitting's line whose result is, in part at least, its
    make-up's.
    """

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
    made_up: bool = False

    @property
    def sat(self) -> bool:
        return self.result.standing is Standing.SAT

    @property
    def among_best(self) -> bool:
        """Whether the person may be named to leaders."""
        return self.place is not None and in_top_share(self.place, self.of)


def lines(rows: Iterable[Row], measure: Measure, rule: Ruling = STANDARD) -> list[Line]:
    """One line an entry on a roster; for the overall mark only where both papers of the stop are over.

    Make-ups have lines of their own. Where the rule counts the better result, it stands in the first sitting's line.
    """
    pairs: dict[int, dict[PaperKind, Row]] = {}
    for row in rows:
        pairs.setdefault(row.entry_id, {})[row.paper_kind] = row
    better: dict[int, dict[PaperKind, Row]] = {}
    if rule.make_up is MakeUp.BEST:
        for row in (each for pair in pairs.values() for each in pair.values() if each.makes_up in pairs):
            first = pairs[row.makes_up].get(row.paper_kind)  # type: ignore[index]  # it is one of them
            if row.marks is not None and (first is None or first.marks is None or row.score > first.score):
                better.setdefault(row.makes_up or 0, {})[row.paper_kind] = row
    found = [_found(pair, better.get(entry_id, {}), measure, rule) for entry_id, pair in pairs.items()]
    return _placed([each for each in found if each is not None])


class _Found(NamedTuple):
    """What becomes a line once its place is known."""

    own: Row
    result: Result
    business: Row | None
    practical: Row | None
    made_up: bool

    def line(self, place: int | None, of: int) -> Line:
        row = self.own
        return Line(
            entry_id=row.entry_id,
            person_id=row.person_id,
            stop_id=row.stop_id,
            stop_number=row.stop_number,
            name=row.name,
            unit_id=row.unit_id,
            unit_name=row.unit_name,
            group=row.group,
            result=self.result,
            business=self.business,
            practical=self.practical,
            makes_up=row.makes_up,
            made_up=self.made_up,
            place=place,
            of=of,
        )


def _found(
    own: Mapping[PaperKind, Row], better: Mapping[PaperKind, Row], measure: Measure, rule: Ruling
) -> _Found | None:
    pair, kind = {**own, **better} if better else own, measure.paper_kind
    business, practical = pair.get(PaperKind.BUSINESS), pair.get(PaperKind.PRACTICAL)
    if kind is None:
        if business is None or practical is None:
            return None
        result = overall_result(business, practical, rule)
    else:
        one = pair.get(kind)
        if one is None:
            return None
        result = result_of(one)
    made_up = bool(better) and (kind is None or kind in better)
    return _Found(next(iter(own.values())), result, business, practical, made_up)


def result_of(row: Row) -> Result:
    """What one paper gave. Somebody on leave or exempt who came and sat has sat."""
    if row.marks is None:
        return Result(_away(row))
    return Result(Standing.SAT, row.score, row.marks >= row.pass_marks, row.equated)


def overall_result(business: Row, practical: Row, rule: Ruling = STANDARD) -> Result:
    """个人总评 of both papers: sat who sat both; one missed paper counts as 0, approved leave leaves no result."""
    score = overall(business.score, practical.score, rule)
    if business.marks is None or practical.marks is None:
        away = _away(business)
        return Result(away, score) if away is Standing.ABSENT else Result(away)
    known = business.equated is not None and practical.equated is not None
    equated = overall(business.equated or Decimal(0), practical.equated or Decimal(0), rule) if known else None
    return Result(Standing.SAT, score, score >= rule.passing, equated)


def _away(row: Row) -> Standing:
    if row.exempt:
        return Standing.EXEMPT
    return Standing.LEAVE if row.on_leave else Standing.ABSENT


_ORDER = {group: place for place, group in enumerate(Group)}


def _placed(found: Sequence[_Found]) -> list[Line]:
    """Lines with their places, group by group, the best first, those without a result at the end.

    A make-up has no place beside first sittings.
    """
    by_group: dict[Group, list[_Found]] = {group: [] for group in Group}
    for each in found:
        by_group[each.own.group].append(each)
    placed: list[Line] = []
    for mine in by_group.values():
        first = [each for each in mine if each.own.makes_up is None] or mine
        sat = [each for each in first if each.result.standing is Standing.SAT]
        ranked = {each.own.entry_id for each in sat}
        for each, place in zip(sat, places([each.result.score for each in sat]), strict=True):
            placed.append(each.line(place, len(sat)))
        placed += [each.line(None, 0) for each in mine if each.own.entry_id not in ranked]
    return sorted(placed, key=lambda line: (_ORDER[line.group], line.place or len(placed) + 1, line.entry_id))


def counted(found: Sequence[Line]) -> list[Line]:
    """One line a person for the figures: the first sitting's, with the result that counts by the rule.

    Without any first sitting among them (the results of a make-up stop alone) all lines count.
    """
    first = [line for line in found if line.makes_up is None]
    return first or list(found)


@dataclass(frozen=True)
class Compared:
    """One group: its own figures and its units in order, ranked by the scores that `basis` names.

    `sure_by` names those from which it was worked out how sure the order is; NONE where it was not. `tiers` are ids of
    units that cannot be told apart (不可区分), the best tier first.
    """

    group: Group
    figures: Figures
    units: tuple[Ranked, ...]
    basis: Basis = Basis.RAW
    sure_by: Basis = Basis.NONE
    tiers: tuple[tuple[int, ...], ...] = ()


def compare(
    found: Iterable[Line],
    *,
    tie_breakers: Mapping[tuple[Group, int], Decimal] | None = None,
    rule: Ruling = STANDARD,
    measure: Measure = Measure.OVERALL,
) -> list[Compared]:
    """Each group that has anybody, in the order of Group; `tie_breakers` by group and unit."""
    breakers = tie_breakers or {}
    by_group: dict[Group, list[Line]] = {group: [] for group in Group}
    for line in counted(list(found)):
        by_group[line.group].append(line)
    return [_compared(group, mine, breakers, rule, measure) for group, mine in by_group.items() if mine]


def _compared(
    group: Group,
    mine: Sequence[Line],
    breakers: Mapping[tuple[Group, int], Decimal],
    rule: Ruling,
    measure: Measure,
) -> Compared:
    by_unit: dict[tuple[int, str], list[Result]] = {}
    for line in mine:
        by_unit.setdefault((line.unit_id, line.unit_name), []).append(line.result)
    units = [
        Unit(unit_id, name, figures(results, rule), breakers.get((group, unit_id), Decimal(0)))
        for (unit_id, name), results in by_unit.items()
    ]
    whole, basis = figures((line.result for line in mine), rule), basis_of(mine, measure, rule)
    return Compared(group, whole, tuple(rank_units(units, rule, basis=basis)), basis)


def basis_of(mine: Iterable[Line], measure: Measure, rule: Ruling) -> Basis:
    """By which scores these people may be compared: papers are proven equal only within a specification."""
    sat = [line for line in mine if line.sat]
    kinds = [measure.paper_kind] if measure.paper_kind else list(PaperKind)
    for kind in kinds:
        rows = (line.business if kind is PaperKind.BUSINESS else line.practical for line in sat)
        if len({row.specification for row in rows if row is not None}) > 1:
            known = rule.equate_across and all(line.result.equated is not None for line in sat)
            return Basis.EQUATED if known else Basis.NONE
    return Basis.RAW


def by_stop(found: Iterable[Line], rule: Ruling = STANDARD) -> dict[int, Figures]:
    """The figures of each stop over all its groups: how many came, and where it stands. Stops are not ranked."""
    results: dict[int, list[Result]] = {}
    for line in found:
        results.setdefault(line.stop_id, []).append(line.result)
    return {stop_id: figures(each, rule) for stop_id, each in results.items()}

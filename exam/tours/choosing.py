"""Pure: the best choice of one option for each stop, exactly, by branch and bound (HiGHS through scipy).

Spans of one lecturer (or venue) that overlap are cliques at the moments where one begins, so that one row for each
moment says all of it (Helly's theorem for intervals). A way too long between two spans is a row for each venue before
and span after. Weeks between neighbours are a variable no smaller than their difference.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from math import ceil
from typing import TYPE_CHECKING, Any

from exam.tours.options import Option, Room

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

UNPLACED = 100_000.0
"""What a visit left out costs: more than any calendar."""
NODES = 3_000
SECONDS = 60.0
"""The search ends after so many nodes: the same question has the same answer. Seconds are for the worst case."""
WHOLE = 1e-6


@dataclass(frozen=True)
class Chosen:
    """What was chosen for each visit, and the keys of those left out. `bound`: no choice costs less than this.

    `proven` says that nothing better exists; `cost` is the objective, left-out visits with UNPLACED each.
    """

    options: Mapping[int, Option]
    left_out: tuple[int, ...]
    cost: float
    bound: float
    proven: bool


@dataclass
class Rows:
    """Rows of a sparse matrix with their bounds, and the columns' costs and upper limits."""

    costs: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def variable(self, cost: float, *, whole: bool = True, upper: float = 1.0) -> int:
        self.costs.append(cost)
        self.whole.append(int(whole))
        self.upper.append(upper)
        return len(self.costs) - 1

    def add(self, terms: Iterable[tuple[int, float]], *, least: float = -float("inf"), most: float) -> None:
        number = len(self.most)
        for column, value in terms:
            self.row.append(number)
            self.column.append(column)
            self.value.append(value)
        self.least.append(least)
        self.most.append(most)

    def at_most(self, columns: Sequence[int], most: float) -> None:
        """At most so many of these; nothing where there are no more than that."""
        if len(columns) > most:
            self.add(((each, 1.0) for each in columns), most=most)


Costs = Callable[[Option], float]


def choose(
    room: Room,
    options: Mapping[int, Sequence[Option]],
    *,
    costs: Costs = lambda option: option.cost,
    limit: tuple[Costs, float] | None = None,
    together: bool = True,
    near: bool = True,
    nodes: int = NODES,
) -> Chosen | None:
    """Choose one option for each visit of `options`, leaving out as few as can be, at the least cost.

    `together` counts what several visits cost together (shares, pace), too, `near` the weeks between neighbours.
    `limit` keeps the sum of a figure over all chosen options at or below a value. None where the search ended before
    anything was found.
    """
    rows = Rows()
    every = [each for key in sorted(options) for each in options[key]]
    for each in every:
        rows.variable(costs(each))
    left_out = {key: rows.variable(UNPLACED) for key in sorted(options)}
    _once(rows, options, every, left_out)
    _exclusive(rows, room, every)
    _journeys(rows, room, every)
    _rosters(rows, room, every)
    _counts(rows, room, every)
    if limit is not None:
        figure, most = limit
        rows.add(((number, figure(each)) for number, each in enumerate(every)), most=most)
    if together:
        _together(rows, room, every)
    if near and room.calendar.rules.weights.near:
        _neighbours(rows, room, every, left_out)
    found = solve(rows, nodes)
    if found is None:
        return None
    picked = {each.visit: each for number, each in enumerate(every) if found.x[number] > 0.5}
    missing = tuple(key for key in sorted(options) if key not in picked)
    bound = found.mip_dual_bound if found.mip_dual_bound is not None else -float("inf")
    return Chosen(picked, missing, float(found.fun), float(bound), proven=found.status == 0)


def solve(rows: Rows, nodes: int = NODES, *, relaxed: bool = False) -> "OptimizeResult | None":
    """The least cost under the rows; None where the search ended before a solution was found.

    `relaxed` lets whole numbers be broken: quick, and no more than a bound.
    """
    # numbers of the kind that pages never need; half a second to load
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    shape = (len(rows.most), len(rows.costs))
    matrix = csr_matrix((rows.value, (rows.row, rows.column)), shape=shape)
    options: dict[str, Any] = {"node_limit": nodes, "time_limit": SECONDS, "mip_rel_gap": WHOLE, "presolve": True}
    found = milp(
        np.array(rows.costs),
        integrality=np.zeros(shape[1]) if relaxed else np.array(rows.whole),
        bounds=Bounds(np.zeros(shape[1]), np.array(rows.upper)),
        constraints=LinearConstraint(matrix, np.array(rows.least), np.array(rows.most)),
        options=options,
    )
    return None if found.x is None else found


def _once(
    rows: Rows, options: Mapping[int, Sequence[Option]], every: Sequence[Option], left_out: Mapping[int, int]
) -> None:
    columns = _grouped(every, lambda each: each.visit)
    for key in options:
        mine = [(each, 1.0) for each in columns.get(key, [])]
        rows.add([*mine, (left_out[key], 1.0)], least=1.0, most=1.0)


def _grouped(every: Sequence[Option], key: Callable[[Option], Hashable | None]) -> dict[Any, list[int]]:
    found: defaultdict[Any, list[int]] = defaultdict(list)
    for number, each in enumerate(every):
        value = key(each)
        if value is not None:
            found[value].append(number)
    return found


def _exclusive(rows: Rows, room: Room, every: Sequence[Option]) -> None:
    """A lecturer, a venue and a unit are at one visit at a time."""
    units = {each.key: each.unit for each in room.free}
    shared = [each.unit for each in room.free]
    several = {unit for unit in shared if shared.count(unit) > 1}
    for columns in _grouped(every, lambda each: each.teacher).values():
        _cliques(rows, every, columns)
    for columns in _grouped(every, lambda each: each.venue).values():
        _cliques(rows, every, columns)
    for columns in _grouped(every, lambda each: units[each.visit] if units[each.visit] in several else None).values():
        _cliques(rows, every, columns)


def _cliques(rows: Rows, every: Sequence[Option], columns: Sequence[int]) -> None:
    """At most one of the columns at each moment."""
    spans = _grouped([every[each] for each in columns], lambda each: (each.starts_at, each.ends_at))
    for start in sorted({span[0] for span in spans}):
        there = [columns[each] for span, them in spans.items() if span[0] <= start < span[1] for each in them]
        rows.at_most(there, 1.0)


def _journeys(rows: Rows, room: Room, every: Sequence[Option]) -> None:
    for columns in _grouped(every, lambda each: each.teacher).values():
        mine = [every[each] for each in columns]
        groups = _grouped(mine, lambda each: (each.starts_at, each.ends_at, each.venue))
        spans: defaultdict[tuple[datetime, datetime], list[int | None]] = defaultdict(list)
        for start, end, venue in groups:
            spans[start, end].append(venue)
        for one, other in combinations(sorted(spans), 2):
            if one[1] > other[0]:
                continue
            gap = other[0] - one[1]
            for here in spans[one]:
                far = [there for there in spans[other] if room.calendar.travel(here, there) > gap]
                after = [columns[each] for there in far for each in groups[*other, there]]
                if after:
                    rows.at_most([columns[each] for each in groups[*one, here]] + after, 1.0)


def _rosters(rows: Rows, room: Room, every: Sequence[Option]) -> None:
    """People on two rosters are at one visit at a time."""
    columns = _grouped(every, lambda each: each.visit)
    crowded = [each for each in room.free if each.people]
    for one, other in combinations(crowded, 2):
        if one.people & other.people:
            _cliques(rows, every, columns.get(one.key, []) + columns.get(other.key, []))


def _counts(rows: Rows, room: Room, every: Sequence[Option]) -> None:
    calendar, most = room.calendar, room.calendar.rules.most_per_day
    if most is not None:
        for day, columns in _grouped(every, lambda each: each.day).items():
            rows.at_most(columns, most - room.on_day.get(day, 0))
    units = {each.key: each.unit for each in room.free}
    for columns in _grouped(every, lambda each: None if each.talk is None else (units[each.visit], each.talk)).values():
        if len({every[each].visit for each in columns}) > 1:
            rows.at_most(columns, 1.0)
    for teacher, columns in _grouped(every, lambda each: each.teacher).items():
        able = calendar.teachers[teacher].availability
        if able.most_in_all is not None:
            rows.at_most(columns, max(0, able.most_in_all - room.teacher_total(teacher)))
        if able.most_per_week is not None:
            kept = room.teacher_weeks(teacher)
            mine = [every[each] for each in columns]
            for week, there in _grouped(mine, lambda each: each.week).items():
                rows.at_most([columns[each] for each in there], max(0, able.most_per_week - kept.get(week, 0)))


def _together(rows: Rows, room: Room, every: Sequence[Option]) -> None:
    calendar, weights = room.calendar, room.calendar.rules.weights
    own = len(room.free) + sum(not each.foreign for each in room.kept)
    taught = sum(not each.foreign and each.talk is not None for each in room.kept)
    fair = calendar.fair_share(taught + sum(each.regular or each.talk is not None for each in room.free))
    for teacher, columns in _grouped(every, lambda each: each.teacher).items():
        beyond(rows, columns, fair - room.teacher_total(teacher), weights.load)
    pace = calendar.fair_pace(own)
    for week, columns in _grouped(every, lambda each: each.week).items():
        beyond(rows, columns, pace - room.in_week.get(week, 0), weights.pace)


def _neighbours(rows: Rows, room: Room, every: Sequence[Option], left_out: Mapping[int, int]) -> None:
    calendar, weights = room.calendar, room.calendar.rules.weights
    by_visit = _grouped(every, lambda each: each.visit)
    last = float(len(calendar.weeks))
    for one, other in room.pairs:
        if one not in left_out or other not in left_out:
            continue
        between = rows.variable(float(weights.near), whole=False, upper=last)
        terms = [(each, float(every[each].week)) for each in by_visit.get(one, [])]
        terms += [(each, -float(every[each].week)) for each in by_visit.get(other, [])]
        slack = [(left_out[one], -last), (left_out[other], -last), (between, -1.0)]
        rows.add([*terms, *slack], most=0.0)
        rows.add([*((each, -value) for each, value in terms), *slack], most=0.0)


def beyond(rows: Rows, columns: Sequence[int], share: int, cost: int) -> None:
    """Each of the columns beyond the share costs; where the visits that stay exceed it already, each does."""
    if cost and len(columns) > share:
        over = rows.variable(float(cost), whole=False, upper=float(len(columns)))
        rows.add([*((each, 1.0) for each in columns), (over, -1.0)], most=float(max(0, share)))


def bound_of(found: Chosen) -> int:
    """The bound as whole points: costs are whole, so what is above a whole number lies at the next."""
    return max(0, ceil(found.bound - 1e-4))

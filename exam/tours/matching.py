"""Pure: which lecture each stop had best hear, time left aside; and what no calendar can cost less than.

Both leave rules out, so that what they find bounds every calendar from below.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from exam.tours.choosing import UNPLACED, Rows, beyond, solve
from exam.tours.options import Room
from exam.tours.planned import Visit
from exam.tours.soft_costs import wish_cost

CERTAIN = 1e-4
FEW = 40
"""The weeks of so many visits are searched, not only relaxed."""


@dataclass(frozen=True)
class Matched:
    """The lecture of each visit (by key), and what lectures and shares cost at least."""

    talks: Mapping[int, int | None]
    bound: int


@dataclass(frozen=True)
class Timed:
    """The week of each visit (by key), and what weeks and venues cost at least."""

    weeks: Mapping[int, int]
    bound: int


def matched(room: Room) -> Matched:
    """Lectures with the fewest points, no lecturer given more stops than their time holds.

    Visits for which nobody has time get none.
    """
    rows, calendar = Rows(), room.calendar
    by_teacher: defaultdict[int, list[int]] = defaultdict(list)
    chosen: dict[int, tuple[int, int]] = {}
    for visit in room.free:
        mine = [(rows.variable(UNPLACED), 1.0)]
        for talk, cost in room.talks(visit) if visit.regular else []:
            teacher = None if talk is None else calendar.talks[talk].teacher
            if talk is None or teacher is None or not _can_meet(room, visit, teacher):
                continue
            column = rows.variable(float(cost))
            mine.append((column, 1.0))
            chosen[column] = (visit.key, talk)
            by_teacher[teacher].append(column)
        if len(mine) > 1:
            rows.add(mine, least=1.0, most=1.0)
    if not chosen:
        return Matched({}, 0)
    _shared(room, rows, by_teacher)
    found = solve(rows)
    if found is None:
        return Matched({}, 0)
    talks = {key: talk for column, (key, talk) in chosen.items() if found.x[column] > 0.5}
    # nothing is said of what is left out: a proposal that leaves nothing out costs no less than the rest
    lost = UNPLACED * sum(found.x[column] > 0.5 for column, cost in enumerate(rows.costs) if cost == UNPLACED)
    return Matched(talks, _whole(found.mip_dual_bound - lost))


def _shared(room: Room, rows: Rows, by_teacher: Mapping[int, list[int]]) -> None:
    calendar = room.calendar
    taught = sum(each.regular or each.talk is not None for each in room.free)
    taught += sum(not each.foreign and each.talk is not None for each in room.kept)
    fair = calendar.fair_share(taught)
    for teacher, columns in by_teacher.items():
        rows.at_most(columns, most_of(room, teacher))
        beyond(rows, columns, fair - room.teacher_total(teacher), calendar.rules.weights.load)


def most_of(room: Room, teacher: int) -> int:
    """How many more stops of this tour a lecturer's time holds."""
    able, kept = room.calendar.teachers[teacher].availability, room.teacher_weeks(teacher)
    weeks: defaultdict[int, int] = defaultdict(int)
    for slot in room.slots:
        weeks[slot.week] += room.comes(teacher, slot)
    most = able.most_per_week
    total = sum(
        count if most is None else min(count, max(0, most - kept.get(week, 0))) for week, count in weeks.items()
    )
    return total if able.most_in_all is None else max(0, min(total, able.most_in_all - room.teacher_total(teacher)))


def _can_meet(room: Room, visit: Visit, teacher: int) -> bool:
    if not room.calendar.teachers[teacher].availability.online_only:
        return True
    return any(room.calendar.places[each].online for each in room.venues(visit))


def timed(room: Room) -> Timed:
    """The week of each visit so that wishes, neighbours, an even pace and venues cost least, lecturers left aside.

    All visits are placed. Large tours are only relaxed: then there are no weeks, and the bound lies lower.
    """
    calendar, rows = room.calendar, Rows()
    days: defaultdict[int, set[object]] = defaultdict(set)
    for slot in room.slots:
        days[slot.week].add(slot.day)
    weeks = sorted(days)
    columns: dict[int, list[int]] = {}
    for visit in room.free:
        venue = min((room.place_cost(visit, each) for each in room.venues(visit)), default=0)
        costs = [wish_cost(calendar, visit.unit, each) + room.near_kept(visit.unit, each) + venue for each in weeks]
        columns[visit.key] = [rows.variable(float(cost)) for cost in costs]
        rows.add(((each, 1.0) for each in columns[visit.key]), least=1.0, most=1.0)
    pace = calendar.fair_pace(len(room.free) + sum(not each.foreign for each in room.kept))
    for number, week in enumerate(weeks):
        there = [each[number] for each in columns.values()]
        beyond(rows, there, pace - room.in_week.get(week, 0), calendar.rules.weights.pace)
        if calendar.rules.most_per_day is not None:
            rows.at_most(there, calendar.rules.most_per_day * len(days[week]))
    _between(rows, room, weeks, columns)
    few = len(room.free) <= FEW
    found = solve(rows, relaxed=not few) if columns and weeks else None
    if found is None:
        return Timed({}, 0)
    if not few:
        return Timed({}, _whole(found.fun))
    chosen = {key: weeks[max(range(len(weeks)), key=lambda each: found.x[mine[each]])] for key, mine in columns.items()}
    return Timed(chosen, _whole(found.mip_dual_bound))


def _between(rows: Rows, room: Room, weeks: Sequence[int], columns: Mapping[int, Sequence[int]]) -> None:
    """Points for each week after which one of two neighbours has been visited and the other has not.

    That is closer to whole weeks, once relaxed, than one variable for the difference of two weeks.
    """
    weight = room.calendar.rules.weights.near
    if not weight:
        return
    begun = {key: _begun(rows, columns[key]) for key in sorted({key for pair in room.pairs for key in pair})}
    for one, other in room.pairs:
        for number, (week, after) in enumerate(pairwise(weeks)):
            between = rows.variable(float(weight * (after - week)), whole=False)
            mine, theirs = begun[one][number], begun[other][number]
            rows.add([(mine, 1.0), (theirs, -1.0), (between, -1.0)], most=0.0)
            rows.add([(theirs, 1.0), (mine, -1.0), (between, -1.0)], most=0.0)


def _begun(rows: Rows, columns: Sequence[int]) -> list[int]:
    """By week but the last a variable that is 1 from the week of the visit on."""
    found: list[int] = []
    for column in columns[:-1]:
        found.append(rows.variable(0.0, whole=False))
        before = [(found[-2], -1.0)] if len(found) > 1 else []
        rows.add([(found[-1], 1.0), (column, -1.0), *before], least=0.0, most=0.0)
    return found


def _whole(bound: float) -> int:
    """Costs are whole: what is above a whole number lies at the next."""
    return max(0, ceil(bound - CERTAIN))

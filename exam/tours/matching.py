"""Pure: which lecture each stop had best hear, time left aside; and what no calendar can cost less than.

Both leave rules out, so that what they find bounds every calendar from below.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from exam.tours.choosing import UNPLACED, Rows, beyond, solve
from exam.tours.options import Room
from exam.tours.planned import Visit
from exam.tours.soft_costs import wish_cost

CERTAIN = 1e-4


@dataclass(frozen=True)
class Matched:
    """The lecture of each visit (by key), and what lectures and shares cost at least."""

    talks: Mapping[int, int | None]
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
    return Matched(talks, _whole(found.mip_dual_bound, rows, found.x))


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


def time_bound(room: Room) -> int:
    """What wishes, neighbours that stay, an even pace and venues cost at least, lecturers left aside."""
    calendar, rows = room.calendar, Rows()
    weeks: defaultdict[int, list[int]] = defaultdict(list)
    days: defaultdict[int, set[object]] = defaultdict(set)
    for slot in room.slots:
        days[slot.week].add(slot.day)
    for visit in room.free:
        venues = min((room.place_cost(visit, each) for each in room.venues(visit)), default=0)
        mine = [(rows.variable(UNPLACED), 1.0)]
        for week in days:
            cost = wish_cost(calendar, visit.unit, week) + room.near_kept(visit.unit, week) + venues
            mine.append((rows.variable(float(cost)), 1.0))
            weeks[week].append(mine[-1][0])
        rows.add(mine, least=1.0, most=1.0)
    pace = calendar.fair_pace(len(room.free) + sum(not each.foreign for each in room.kept))
    for week, columns in weeks.items():
        beyond(rows, columns, pace - room.in_week.get(week, 0), calendar.rules.weights.pace)
        if calendar.rules.most_per_day is not None:
            rows.at_most(columns, calendar.rules.most_per_day * len(days[week]))
    found = solve(rows) if weeks else None
    if found is None:
        return 0
    return _whole(found.mip_dual_bound, rows, found.x)


def _whole(bound: float, rows: Rows, values: Sequence[float]) -> int:
    """The bound in whole points, what is left out not counted."""
    lost = UNPLACED * sum(values[column] > 0.5 for column, cost in enumerate(rows.costs) if cost == UNPLACED)
    return max(0, ceil(bound - lost - CERTAIN))

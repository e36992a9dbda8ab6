"""The planner: processor seconds to a whole calendar, its points and their bound; how few stops a mend changes.

A tour as the demo's (18 stops, 10 lecturers, 6 weeks) in at most 10 s, and 200 stops × 60 lecturers × 40 venues × 26
weeks in at most 120 s; seconds are of processor time. A second judge that shares no code looks at every calendar.
"""

import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date

from exam.tours import checking, planner, replanning
from exam.tours.planned import Calendar
from exam.tours.planning_rules import Span
from tests.factories.calendar_checker import wrong
from tests.factories.calendars import drawn, half_days, with_rules

SIZES = {
    "demo": ({"stops": 18, "lecturers": 10, "venues": 18, "weeks": 7, "most_per_day": 1}, 10.0),
    "large": ({"stops": 200, "lecturers": 60, "venues": 40, "weeks": 26, "most_per_day": 3}, 120.0),
}


def tour(name: str) -> Calendar:
    """The demo's goes out on Tuesday to Thursday afternoons."""
    calendar = drawn(3 if name == "demo" else 1, **SIZES[name][0])
    return with_rules(calendar, half_days=half_days((1, 2, 3)), blackout=()) if name == "demo" else calendar


def without_busiest(calendar: Calendar) -> Calendar:
    """The lecturer with the most stops falls ill for the whole tour."""
    counted = Counter(calendar.teacher_of(each) for each in calendar.visits)
    busiest = calendar.teachers[max((count, number) for number, count in counted.items() if number)[1]]
    away = (Span(first=date(2027, 1, 1), last=date(2028, 1, 1)),)
    ill = replace(busiest, availability=busiest.availability.model_copy(update={"away": away}))
    return replace(calendar, teachers={**calendar.teachers, busiest.id: ill})


def measured(name: str, budget: float) -> list[str]:
    calendar = tour(name)
    began = time.process_time()
    found = planner.propose(calendar, seed=7)
    seconds = time.process_time() - began
    faults = wrong(found.calendar)
    print(
        f"{name}: {len(calendar.visits)} stops, {len(calendar.teachers)} lecturers: {seconds:.1f} s, {found.cost} points, "
        f"bound {found.bound}, gap {found.gap:.0%}, left out {len(found.left_out)}, faults {len(faults)}"
    )
    costs: Counter[str] = Counter()
    for each in checking.soft_conflicts(found.calendar):
        costs[each.kind.value] += each.cost
    print("  points of", dict(costs))
    hurt = without_busiest(found.calendar)
    began = time.process_time()
    mended = replanning.mend(hurt)
    mending = time.process_time() - began
    print(
        f"  without the busiest lecturer: {mending:.1f} s, {len(mended.changed)} changed ({len(mended.moved)} at another "
        f"time), at least {mended.fewest}, proven {mended.proven}, left out {len(mended.left_out)}"
    )
    missed = {
        f"{name}: {seconds:.1f} s of {budget}": seconds > budget,
        f"{name}: mending {mending:.1f} s of {budget}": mending > budget,
        f"{name}: stops left out": bool(found.left_out or mended.left_out),
        f"{name}: hard conflicts {sorted(faults)}": bool(faults or wrong(mended.calendar)),
        f"{name}: fewer changes may do": not mended.proven or len(mended.changed) > mended.fewest,
    }
    return [each for each, failed in missed.items() if failed]


def main() -> int:
    failed = [each for name, (_, budget) in SIZES.items() for each in measured(name, budget)]
    for each in failed:
        print("FAILED", each)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""The planner: processor seconds to a whole calendar, its points and their bound; how few stops a mend changes.

The demo county's own tour (18 stops, 10 lecturers, 18 afternoons of six weeks) and some drawn at random of its size in
at most 10 s, 200 stops × 60 lecturers × 40 venues × 26 weeks in at most 120 s; what stands in the way of a tour that
cannot be held in 60 s. Seconds are of processor time. A second judge that shares no code looks at every calendar.
"""

import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date

from exam.tours import checking, infeasible, planner, replanning
from exam.tours.planned import Calendar
from exam.tours.planning_rules import Span
from tests.factories.calendar_checker import wrong
from tests.factories.calendars import drawn, half_days, with_rules
from tests.factories.demo_calendar import demo_calendar

SOON, LATER, WHY = 10.0, 120.0, 60.0


def drawn_as_the_demo(*, weeks: int) -> Calendar:
    """The demo's size, one stop a day from Tuesday to Thursday in the afternoon; lecturers with little time."""
    calendar = drawn(3, stops=18, lecturers=10, venues=18, weeks=weeks, most_per_day=1)
    return with_rules(calendar, half_days=half_days((1, 2, 3)), blackout=())


def a_week_off(calendar: Calendar) -> Calendar:
    """The county's meetings take a week: fifteen afternoons for eighteen stops."""
    return with_rules(calendar, blackout=(Span(first=date(2027, 3, 15), last=date(2027, 3, 19)),))


def large() -> Calendar:
    return drawn(1, stops=200, lecturers=60, venues=40, weeks=26, most_per_day=3)


def without_busiest(calendar: Calendar) -> Calendar:
    """The lecturer with the most stops falls ill for the whole tour."""
    counted = Counter(calendar.teacher_of(each) for each in calendar.visits)
    busiest = calendar.teachers[max((count, number) for number, count in counted.items() if number)[1]]
    away = (Span(first=date(2027, 1, 1), last=date(2028, 1, 1)),)
    ill = replace(busiest, availability=busiest.availability.model_copy(update={"away": away}))
    return replace(calendar, teachers={**calendar.teachers, busiest.id: ill})


def measured(name: str, calendar: Calendar, budget: float) -> list[str]:
    """Plan it whole, then mend it without the busiest lecturer; what missed its mark."""
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
        f"time), at least {mended.fewest}, proven {mended.proven}, left out {len(mended.left_out)}, "
        f"faults {len(wrong(mended.calendar))}"
    )
    missed = {
        f"{name}: {seconds:.1f} s of {budget}": seconds > budget,
        f"{name}: mending {mending:.1f} s of {budget}": mending > budget,
        f"{name}: stops left out": bool(found.left_out or mended.left_out),
        f"{name}: hard conflicts {sorted(faults)}": bool(faults or wrong(mended.calendar)),
        f"{name}: fewer changes may do": not mended.proven or len(mended.changed) > mended.fewest,
    }
    return [each for each, failed in missed.items() if failed]


def refused(name: str, calendar: Calendar, budget: float) -> list[str]:
    """A tour that cannot be held: what is placed is sound, as many as can be, and the wishes in conflict are named."""
    began = time.process_time()
    found = planner.propose(calendar, seed=7)
    planning, faults = time.process_time() - began, wrong(found.calendar)
    began = time.process_time()
    why = infeasible.explain(calendar)
    explaining = time.process_time() - began
    print(
        f"{name}: {planning:.1f} s, {len(found.left_out)} left out, proven {found.proven}, faults {len(faults)}; why in "
        f"{explaining:.1f} s: {len(why.wishes)} wishes, certain {why.certain}"
    )
    missed = {
        f"{name}: {planning:.1f} s of {budget}": planning > budget,
        f"{name}: why in {explaining:.1f} s of {WHY}": explaining > WHY,
        f"{name}: nothing left out": not found.left_out,
        f"{name}: fewer may be left out": not found.proven,
        f"{name}: no wishes named": not (why.wishes and why.certain),
        f"{name}: hard conflicts {sorted(faults)}": bool(faults),
    }
    return [each for each, failed in missed.items() if failed]


def main() -> int:
    failed = [
        *measured("the demo county", demo_calendar(), SOON),
        *measured("drawn, 7 weeks", drawn_as_the_demo(weeks=7), SOON),
        *measured("drawn, 6 weeks", drawn_as_the_demo(weeks=6), SOON),
        *refused("the demo county, a week off", a_week_off(demo_calendar()), SOON),
        *measured("large", large(), LATER),
    ]
    for each in failed:
        print("FAILED", each)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

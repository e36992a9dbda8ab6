"""Rules and availability as they are typed: ticked half-days, and lines with days."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import format_date, gettext

from exam.tours.grid import HALVES
from exam.tours.planning_rules import Half, HalfDay, Span
from exam.web.filters import label
from question_bank.errors import N_, NotAllowed

DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
MONDAY = date(2024, 1, 1)
"""Some Monday: weekdays are named from it."""


def weekday_name(weekday: int) -> str:
    """0 is Monday."""
    return str(format_date(MONDAY.replace(day=1 + weekday), "EEEE"))


def half_day_choices() -> list[tuple[str, str]]:
    """Every half-day of the week, as a value and as it is shown."""
    return [
        (f"{weekday}-{half.value}", gettext("%(day)s, %(half)s", day=weekday_name(weekday), half=label(half)))
        for weekday in range(7)
        for half in Half
    ]


def half_days_of(ticked: Iterable[str]) -> tuple[HalfDay, ...]:
    found = [each.split("-", 1) for each in ticked]
    return tuple(HalfDay(weekday=int(weekday), half=HALVES[half]) for weekday, half in found)


def spans_of(text: str) -> tuple[Span, ...]:
    """The days of each line; empty lines are passed over. Raises NotAllowed naming the first line that is no day."""
    return tuple(_span(line) for line in text.splitlines() if line.strip())


def _span(line: str) -> Span:
    found = DATE.findall(line)
    try:
        days = [date(int(year), int(month), int(day)) for year, month, day in found]
    except ValueError:
        days = []
    rest = DATE.sub("", line).strip(" \t-–—~～至到,，。、to")
    if not 1 <= len(days) <= 2 or rest or days[-1] < days[0]:
        raise NotAllowed(
            N_("“%(line)s” is no day and no first and last day; write 2027-03-16 or 2027-03-16 to 2027-03-19."),
            line=line.strip(),
        )
    return Span(first=days[0], last=days[-1])


def spans_shown(spans: Sequence[Span]) -> str:
    """The same lines again."""
    return "\n".join(
        each.first.isoformat()
        if each.first == each.last
        else gettext("%(first)s to %(last)s", first=each.first.isoformat(), last=each.last.isoformat())
        for each in spans
    )

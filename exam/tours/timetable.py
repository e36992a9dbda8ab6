"""Pure: the run sheet of a stop's half day, and the weeks of a tour.

The standard afternoon is 13:40–17:20: check-in 20 minutes, opening 5, business paper 60, lecture 45,
questions to the departments 25, practical paper 45 (the on-site version), and the rest for the
objective marks and the collection of problems. With the lecture first, lecture and questions move
before both papers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from exam.tours.flow import DayOrder
from question_bank.enums import NamedEnum, PaperKind
from question_bank.errors import N_


class Part(NamedEnum):
    CHECK_IN = "check_in", N_("Check-in"), "签到"
    OPENING = "opening", N_("Opening and rules of the room"), "开场与纪律"
    BUSINESS = "business", N_("Business paper"), "业务卷"
    LECTURE = "lecture", N_("Entrepreneurs' lecture"), "企业家大讲堂"
    ANSWERS = "answers", N_("Questions to the departments"), "部门答疑"
    PRACTICAL = "practical", N_("Practical paper"), "问题卷"
    CLOSING = "closing", N_("Objective marks and collected problems"), "客观题成绩与问题收集"


MINUTES: dict[Part, int] = {
    Part.CHECK_IN: 20,
    Part.OPENING: 5,
    Part.BUSINESS: 60,
    Part.LECTURE: 45,
    Part.ANSWERS: 25,
    Part.PRACTICAL: 45,
}
"""The closing takes what is left."""

SEQUENCE: dict[DayOrder, tuple[Part, ...]] = {
    DayOrder.PAPER_FIRST: (
        Part.CHECK_IN,
        Part.OPENING,
        Part.BUSINESS,
        Part.LECTURE,
        Part.ANSWERS,
        Part.PRACTICAL,
    ),
    DayOrder.LECTURE_FIRST: (
        Part.CHECK_IN,
        Part.OPENING,
        Part.LECTURE,
        Part.ANSWERS,
        Part.BUSINESS,
        Part.PRACTICAL,
    ),
}

PAPERS: dict[Part, PaperKind] = {Part.BUSINESS: PaperKind.BUSINESS, Part.PRACTICAL: PaperKind.PRACTICAL}


@dataclass(frozen=True)
class Slot:
    """One line of the run sheet."""

    start: datetime
    end: datetime
    what: Part


@dataclass(frozen=True)
class RunSheet:
    """The slots in order of time; `overruns` is how far they go past the stop's end (zero when they fit)."""

    slots: tuple[Slot, ...]
    overruns: timedelta

    def at(self, moment: datetime) -> Slot | None:
        """The slot that is on at `moment`."""
        return next((slot for slot in self.slots if slot.start <= moment < slot.end), None)


def run_sheet(starts_at: datetime, ends_at: datetime, order: DayOrder) -> RunSheet:
    """The half day of a stop, from its times and the order of paper and lecture."""
    slots = []
    clock = starts_at
    for part in SEQUENCE[order]:
        end = clock + timedelta(minutes=MINUTES[part])
        slots.append(Slot(clock, end, part))
        clock = end
    if clock < ends_at:
        slots.append(Slot(clock, ends_at, Part.CLOSING))
    return RunSheet(tuple(slots), max(clock - ends_at, timedelta(0)))


def windows(starts_at: datetime, ends_at: datetime, order: DayOrder) -> dict[PaperKind, tuple[datetime, datetime]]:
    """When each paper may be sat by default: its slot on the run sheet, from–to."""
    slots = run_sheet(starts_at, ends_at, order).slots
    return {PAPERS[slot.what]: (slot.start, slot.end) for slot in slots if slot.what in PAPERS}


def weeks(starts: Sequence[datetime], zone: ZoneInfo) -> dict[date, list[datetime]]:
    """The moments by the Monday of their calendar week in the county, both in order of time."""
    found: dict[date, list[datetime]] = {}
    for moment in sorted(starts):
        found.setdefault(monday_of(moment, zone), []).append(moment)
    return found


def monday_of(moment: datetime, zone: ZoneInfo) -> date:
    """The Monday of the county's calendar week that `moment` falls in."""
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())

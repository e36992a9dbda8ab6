"""Pure: a tour's calendar as weeks of days of half-days, for a page to show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from exam.tours.planning_rules import Half
from exam.workdays.counting import SATURDAY, Workdays

T = TypeVar("T")

DAY = timedelta(days=1)
HALVES = {each.value: each for each in Half}


@dataclass(frozen=True)
class Slot:
    """A half-day of the calendar; written `2027-03-02.afternoon` in addresses and forms."""

    day: date
    half: Half

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.half.value}"


def slot_of(moment: datetime, zone: ZoneInfo, noon: time) -> Slot:
    """The half-day in which something begins; what begins before `noon` belongs to the morning."""
    there = moment.astimezone(zone)
    return Slot(there.date(), Half.MORNING if there.time() < noon else Half.AFTERNOON)


def read_slot(text: str) -> Slot | None:
    """What `str(slot)` wrote; None for anything else."""
    day, _, half = text.partition(".")
    try:
        return Slot(date.fromisoformat(day), HALVES[half])
    except (ValueError, KeyError):
        return None


@dataclass(frozen=True)
class Cell(Generic[T]):
    """One half-day with what begins in it, in order of time."""

    slot: Slot
    things: tuple[T, ...]


@dataclass(frozen=True)
class Day(Generic[T]):
    """`note` says why a day is off or worked against the week; `within` whether the tour goes on that day."""

    day: date
    worked: bool
    within: bool
    note: str
    cells: tuple[Cell[T], ...]

    @property
    def empty(self) -> bool:
        return not any(cell.things for cell in self.cells)


@dataclass(frozen=True)
class Week(Generic[T]):
    """One calendar week, numbered from the tour's first."""

    number: int
    days: tuple[Day[T], ...]


def weeks(
    placed: Iterable[tuple[datetime, T]],
    *,
    first: date,
    last: date,
    workdays: Workdays,
    notes: Mapping[date, str],
    zone: ZoneInfo,
    noon: time,
) -> tuple[Week[T], ...]:
    """The weeks from `first` to `last`, and further where something lies outside.

    `placed` are the things with their beginnings; `notes` name the days that differ from the week. Saturday and Sunday
    are there only where one of them is worked or holds something: then every week has them.
    """
    cells: dict[Slot, list[tuple[datetime, T]]] = defaultdict(list)
    for starts_at, thing in placed:
        cells[slot_of(starts_at, zone, noon)].append((starts_at, thing))
    found = {slot: tuple(thing for _, thing in sorted(each, key=lambda one: one[0])) for slot, each in cells.items()}
    days = [slot.day for slot in found]
    begin, end = _monday(min([first, *days])), max([last, *days])
    spans = [_span(begin, end)[at : at + 7] for at in range(0, len(_span(begin, end)), 7)]
    weekend = any(_weekend_counts(day, first, last, workdays, days) for span in spans for day in span)
    base = _monday(first)
    return tuple(
        Week(
            (span[0] - base).days // 7 + 1,
            tuple(
                Day(
                    day,
                    workdays.worked(day),
                    first <= day <= last,
                    notes.get(day, ""),
                    tuple(Cell(slot, found.get(slot, ())) for slot in (Slot(day, half) for half in Half)),
                )
                for day in span
                if weekend or day.weekday() < SATURDAY
            ),
        )
        for span in spans
    )


def _weekend_counts(day: date, first: date, last: date, workdays: Workdays, filled: Sequence[date]) -> bool:
    return day.weekday() >= SATURDAY and (day in filled or (first <= day <= last and workdays.worked(day)))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _span(begin: date, end: date) -> list[date]:
    """Whole weeks from the Monday `begin` on."""
    whole = ((end - begin).days // 7 + 1) * 7
    return [begin + DAY * each for each in range(whole)]

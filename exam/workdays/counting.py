"""Pure: which days offices work, and counting in working days.

Monday to Friday are worked unless the year's arrangement frees them; a weekend is free unless the arrangement has it
worked in exchange (调休上班).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True)
class Workdays:
    """`special` says of days that differ from the week whether they are off."""

    special: Mapping[date, bool] = field(default_factory=dict)

    def worked(self, day: date) -> bool:
        """Whether offices work on `day`."""
        off = self.special.get(day)
        return day.weekday() < SATURDAY if off is None else not off

    def after(self, day: date, days: int) -> date:
        """The `days`-th working day after `day`, which itself does not count; with 0 `day` itself.

        Thursday and two: Monday. Raises ValueError for a negative number.
        """
        if days < 0:
            raise ValueError("working days are counted forward")
        left = days
        while left:
            day += timedelta(days=1)
            left -= self.worked(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative where `last` is earlier."""
        if last < first:
            return -self.between(last, first)
        return sum(self.worked(first + timedelta(days=each)) for each in range(1, (last - first).days + 1))

"""Pure: until when a candidate may appeal."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from exam.workdays.counting import Workdays

LAST = time(23, 59, 59)


def closes_at(since: datetime, days: int, zone: ZoneInfo, workdays: Workdays | None = None) -> datetime:
    """The last second of the `days`-th working day after the day of `since` in `zone`; with 0 that moment itself.

    Without `workdays` only Saturdays and Sundays are free. Released on a Thursday with two days: until the end of
    Monday.
    """
    if days == 0:
        return since
    day = (workdays or Workdays()).after(since.astimezone(zone).date(), days)
    return datetime.combine(day, LAST, zone)

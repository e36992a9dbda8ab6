"""Pure: until when a candidate may appeal. Saturdays and Sundays do not count; public holidays are not known here."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5
LAST = time(23, 59, 59)


def closes_at(since: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The last second of the `days`-th working day after the day of `since` in `zone`; with 0 that moment itself.

    Released on a Thursday with two days: until the end of Monday.
    """
    if days == 0:
        return since
    day = since.astimezone(zone).date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return datetime.combine(day, LAST, zone)

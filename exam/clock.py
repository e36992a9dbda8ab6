"""The only reader of the time. Everything else is given `at=`."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 -- the one place


def today(zone: ZoneInfo, at: datetime | None = None) -> date:
    """The calendar day in `zone` at the moment `at` (default: now)."""
    return (at or now()).astimezone(zone).date()

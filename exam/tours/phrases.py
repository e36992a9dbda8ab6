"""The words of calendars and messages about stops, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from exam.accounts.roles import Language
from exam.notices.wording import say
from exam.tours.calendar import Words
from question_bank.errors import N_

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


@cache
def words_in(language: Language) -> Words:
    """What a calendar says, in `language`."""
    return Words(
        title=say(language, N_("%(tour)s No. %(number)s: %(unit)s")),
        lecture=say(language, N_("Lecture: %(it)s")),
        lecturer=say(language, N_("Lecturer: %(it)s")),
        papers=say(language, N_("Business paper, lecture, questions to departments, practical paper.")),
        online=say(language, N_("online")),
        alarm=say(language, N_("Soon: %(it)s")),
    )


def when(language: Language, stop: Mapping[str, Any], zone: ZoneInfo) -> str:
    """A stop's day and hours; `stop` as in `TourVersion.stops`."""
    starts = datetime.fromisoformat(stop["starts_at"]).astimezone(zone)
    ends = datetime.fromisoformat(stop["ends_at"]).astimezone(zone)
    return say(
        language,
        N_("%(year)s-%(month)s-%(day)s (%(weekday)s) %(start)s–%(end)s"),
        year=starts.year,
        month=starts.month,
        day=starts.day,
        weekday=say(language, WEEKDAYS[starts.weekday()]),
        start=f"{starts:%H:%M}",
        end=f"{ends:%H:%M}",
    )


def facts(language: Language, stop: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What somebody has to know to be there, a line each."""
    lines = [
        say(language, N_("Time: %(it)s"), it=when(language, stop, zone)),
        say(language, N_("Unit: %(it)s"), it=stop["unit"]),
    ]
    place = "，".join(part for part in (stop["venue"], stop.get("address") or "") if part)
    if stop.get("online"):
        lines.append(say(language, N_("Held online: %(it)s"), it=place or "—"))
    elif place:
        lines.append(say(language, N_("Place: %(it)s"), it=place))
    if stop.get("lecture"):
        lines.append(say(language, N_("Lecture: %(it)s"), it=f"{stop['lecture']}（{stop['lecturer']}）"))
    return "\n".join(lines)

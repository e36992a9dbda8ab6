"""What is wrong with a calendar, in the reader's words, and what can be done about it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from exam.tours.changes import ChangeKind
from exam.tours.checking import Conflict, ConflictKind
from exam.web.errors import named_params
from exam.web.filters import day
from question_bank.errors import N_, fill

DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d(?:–\d\d:\d\d)?)")
"""A day with a time or with from when to when."""

_OTHER_TIME = N_("Choose another half-day.")
_OTHER_VENUE = N_("Choose another half-day or another venue.")
_OTHER_LECTURE = N_("Choose another half-day or another lecture.")

ADVICE: Mapping[ConflictKind, str] = {
    ConflictKind.TIMES: N_("Put in a beginning and a later end."),
    ConflictKind.MIDNIGHT: N_("Let it end on the day on which it begins."),
    ConflictKind.PAST: N_("Choose a half-day that is still to come."),
    ConflictKind.OUTSIDE: N_("Choose a day of the tour, or lengthen the tour under “Rules”."),
    ConflictKind.HOLIDAY: N_("Choose a working day."),
    ConflictKind.BLACKOUT: N_("Choose another day, or take the blocked day back under “Rules”."),
    ConflictKind.HALF_DAY: N_("Choose another half-day, or allow this one under “Rules”."),
    ConflictKind.DAY_FULL: N_("Choose another day, or move one of that day's stops first."),
    ConflictKind.UNIT: _OTHER_TIME,
    ConflictKind.UNIT_AGAIN: N_("Take one of the stops out of the draft, or allow more visits under “Rules”."),
    ConflictKind.VENUE: _OTHER_VENUE,
    ConflictKind.CAPACITY: N_("Choose a larger venue, or correct the number of seats."),
    ConflictKind.LECTURER: _OTHER_LECTURE,
    ConflictKind.TRAVEL: N_("Leave more time between the two stops, or choose another lecture."),
    ConflictKind.REPEAT: N_("Choose a lecture that this unit has not heard."),
    ConflictKind.AWAY: _OTHER_LECTURE,
    ConflictKind.UNAVAILABLE: _OTHER_LECTURE,
    ConflictKind.ONLINE_ONLY: N_("Choose a venue that is online, or another lecture."),
    ConflictKind.WEEK_LOAD: N_("Choose another week or another lecture."),
    ConflictKind.LOAD: N_("Choose a lecture of somebody else."),
    ConflictKind.ROSTER: N_("Choose another half-day, or take these people off one of the rosters."),
}


@dataclass(frozen=True)
class Said:
    """A conflict as it is shown. `advice` is empty for what only costs points."""

    name: str
    sentence: str
    advice: str
    placements: tuple[int, ...]
    cost: int


def said(conflict: Conflict) -> Said:
    """The sentence of a conflict with its dates as people write them."""
    params = {key: shown(value) for key, value in named_params(conflict.params).items()}
    advice = gettext(ADVICE[conflict.kind]) if conflict.hard and conflict.kind in ADVICE else ""
    return Said(
        gettext(conflict.kind.label),
        fill(gettext(conflict.template), params),
        advice,
        conflict.placements,
        conflict.cost,
    )


def all_said(found: Sequence[Conflict]) -> list[Said]:
    return [said(each) for each in found]


def kind_of_change(value: str) -> str:
    """What of a stop changed."""
    found = next((each for each in ChangeKind if each.value == value), None)
    return value if found is None else str(gettext(found.label))


def told(template: str, params: Mapping[str, object]) -> str:
    """A sentence kept with its parameters, such as a change of a published version."""
    return fill(gettext(template), {key: shown(value) for key, value in named_params(params).items()})


def shown(value: object) -> object:
    """Days in ISO form, with times behind them or without, as people write them; everything else as it is."""
    if not isinstance(value, str):
        return value
    found = MOMENT.fullmatch(value)
    if found:
        return f"{day(date.fromisoformat(found[1]))} {found[2]}"
    return day(date.fromisoformat(value)) if DAY.fullmatch(value) else value

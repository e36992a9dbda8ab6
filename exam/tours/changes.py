"""Pure: what differs between two published calendars, as sentences, and the sequence of each calendar entry."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from question_bank.enums import NamedEnum
from question_bank.errors import N_

Stops = Sequence[Mapping[str, Any]]
"""As in `TourVersion.stops["stops"]`."""

CONFIRMED, CANCELLED = "confirmed", "cancelled"


class ChangeKind(NamedEnum):
    ADDED = "added", N_("New stop"), "新增"
    CANCELLED = "cancelled", N_("Cancelled stop"), "取消"
    MOVED = "moved", N_("Other time"), "改期"
    VENUE = "venue", N_("Other venue"), "换场地"
    LECTURE = "lecture", N_("Other lecture"), "换讲题"
    DEPARTMENTS = "departments", N_("Other departments"), "调整答疑部门"
    DETAILS = "details", N_("Other details"), "其他调整"


WATCHED: dict[ChangeKind, tuple[str, ...]] = {
    ChangeKind.MOVED: ("starts_at", "ends_at"),
    ChangeKind.VENUE: ("venue", "address", "online"),
    ChangeKind.LECTURE: ("lecture_id", "lecture", "lecturer_id", "lecturer"),
    ChangeKind.DEPARTMENTS: ("departments",),
    ChangeKind.DETAILS: ("number", "label", "unit", "unit_id", "day_order"),
}


def numbered(now: Stops, before: Stops) -> list[dict[str, Any]]:
    """`now` with the `sequence` of each entry: 0 at first, one more with each change (RFC 5545, 3.8.7.4).

    Stops that were cancelled before anybody was told of them are left out.
    """
    known = {each["uid"]: each for each in before}
    found = []
    for each in now:
        last = known.get(each["uid"])
        if last is None:
            if each["status"] == CONFIRMED:
                found.append({**each, "sequence": 0})
            continue
        raised = bool(kinds_of(last, each))
        found.append({**each, "sequence": last["sequence"] + raised})
    return found


def kinds_of(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[ChangeKind]:
    """In what an announced stop changed."""
    if now["status"] != before["status"]:
        return [ChangeKind.CANCELLED if now["status"] == CANCELLED else ChangeKind.ADDED]
    if now["status"] == CANCELLED:
        return []
    return [kind for kind, fields in WATCHED.items() if any(before.get(each) != now.get(each) for each in fields)]


def changes(now: Stops, before: Stops, *, zone: ZoneInfo) -> list[dict[str, Any]]:
    """What changed, stop by stop in the order of `now`: kind, stop_id, template (a gettext message id) and params.

    Times are given in `zone`, as the day and the hour.
    """
    known = {each["uid"]: each for each in before}
    found: list[dict[str, Any]] = []
    for each in now:
        last = known.get(each["uid"])
        kinds = [ChangeKind.ADDED] if last is None else kinds_of(last, each)
        for kind in kinds:
            template, params = SENTENCES[kind](last or {}, each, zone)
            said = {"number": each["number"], "unit": each["unit"], **params}
            found.append({"kind": kind.value, "stop_id": each["stop_id"], "template": template, "params": said})
    return found


Sentence = tuple[str, dict[str, Any]]


def _time(iso: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(iso).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _span(stop: Mapping[str, Any], zone: ZoneInfo) -> str:
    end = datetime.fromisoformat(stop["ends_at"]).astimezone(zone)
    return f"{_time(stop['starts_at'], zone)}–{end:%H:%M}"


def _added(before: Mapping[str, Any], now: Mapping[str, Any], zone: ZoneInfo) -> Sentence:
    del before
    return N_("No. %(number)s, %(unit)s: new, on %(to)s."), {"to": _span(now, zone)}


def _cancelled(before: Mapping[str, Any], now: Mapping[str, Any], zone: ZoneInfo) -> Sentence:
    del now
    return N_("No. %(number)s, %(unit)s: cancelled; it was to be on %(was)s."), {"was": _span(before, zone)}


def _moved(before: Mapping[str, Any], now: Mapping[str, Any], zone: ZoneInfo) -> Sentence:
    params = {"was": _span(before, zone), "to": _span(now, zone)}
    return N_("No. %(number)s, %(unit)s: moved from %(was)s to %(to)s."), params


def _venue(before: Mapping[str, Any], now: Mapping[str, Any], zone: ZoneInfo) -> Sentence:
    del zone
    params = {"was": before["venue"] or "—", "to": now["venue"] or "—"}
    if params["was"] == params["to"]:
        return N_("No. %(number)s, %(unit)s: the venue %(to)s is now at %(address)s."), {
            "to": params["to"],
            "address": now["address"] or "—",
        }
    return N_("No. %(number)s, %(unit)s: at %(to)s instead of %(was)s."), params


def _lecture(before: Mapping[str, Any], now: Mapping[str, Any], zone: ZoneInfo) -> Sentence:
    del zone
    return N_("No. %(number)s, %(unit)s: lecture %(to)s instead of %(was)s."), {
        "was": _talk(before),
        "to": _talk(now),
    }


def _talk(stop: Mapping[str, Any]) -> str:
    return f"“{stop['lecture']}” ({stop['lecturer']})" if stop["lecture"] else "—"


def _departments(before: Mapping[str, Any], now: Mapping[str, Any], zone: ZoneInfo) -> Sentence:
    del zone
    added, gone = (
        set(now["departments"]) - set(before["departments"]),
        set(before["departments"]) - set(now["departments"]),
    )
    template = N_("No. %(number)s, %(unit)s: %(added)s departments more to answer, %(gone)s fewer.")
    return template, {"added": len(added), "gone": len(gone)}


def _details(before: Mapping[str, Any], now: Mapping[str, Any], zone: ZoneInfo) -> Sentence:
    del before, now, zone
    return N_("No. %(number)s, %(unit)s: name, number or order of the day changed."), {}


SENTENCES: dict[ChangeKind, Callable[[Mapping[str, Any], Mapping[str, Any], ZoneInfo], Sentence]] = {
    ChangeKind.ADDED: _added,
    ChangeKind.CANCELLED: _cancelled,
    ChangeKind.MOVED: _moved,
    ChangeKind.VENUE: _venue,
    ChangeKind.LECTURE: _lecture,
    ChangeKind.DEPARTMENTS: _departments,
    ChangeKind.DETAILS: _details,
}


def of_stop(found: Iterable[Mapping[str, Any]], stop_id: int) -> list[Mapping[str, Any]]:
    """The changes of one stop."""
    return [each for each in found if each["stop_id"] == stop_id]

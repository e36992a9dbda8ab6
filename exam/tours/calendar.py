"""Pure: published stops as iCalendar objects (RFC 5545) for feeds, and as invitations (RFC 5546) for mails.

A stop keeps its UID for good; every announced change, a cancellation too, raises its SEQUENCE. A feed is a plain
calendar: no METHOD, no ORGANIZER, no ATTENDEE (RFC 5546, 3.2.1 forbids attendees in what is published). An invitation
holds one stop and exactly one attendee, so that nobody sees who else was asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from exam.tours.changes import CANCELLED

PRODUCT = "-//Liangjuan//Tour calendar//ZH"
REFRESH = timedelta(hours=1)
"""How often a client may look again."""
AROUND = timedelta(days=370)
"""So long before and after the stops the zone must keep one offset to be named; else times are given in UTC."""


class Method(StrEnum):
    """What an invitation asks for (RFC 5546)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Words:
    """Templates in the reader's language. `title` is filled with number, unit and tour; the rest with one `it`."""

    title: str
    lecture: str
    lecturer: str
    papers: str
    online: str
    alarm: str


@dataclass(frozen=True)
class Party:
    """Somebody with an address: the organiser or the attendee of an invitation."""

    name: str
    address: str


def feed(
    stops: Iterable[Mapping[str, Any]],
    *,
    name: str,
    words: Words,
    zone: ZoneInfo,
    alarms: Sequence[int] = (),
) -> str:
    """A calendar to subscribe to. `stops` are of `TourVersion.stops`, each with `tour` and `published_at`, a time.

    `alarms`: hours before the start at which a client may ring; cancelled stops have none.
    """
    return _calendar(list(stops), words, zone, name=name, alarms=alarms)


def invitation(
    stop: Mapping[str, Any],
    *,
    method: Method,
    organiser: Party,
    attendee: Party,
    words: Words,
    zone: ZoneInfo,
    alarms: Sequence[int] = (),
) -> str:
    """One stop as a request to come, or as the end of one; `stop` as in `feed`."""
    people = [("organizer", organiser), ("attendee", attendee)]
    return _calendar([stop], words, zone, method=method, people=people, alarms=alarms)


def _calendar(
    stops: list[Mapping[str, Any]],
    words: Words,
    zone: ZoneInfo,
    *,
    name: str = "",
    method: Method | None = None,
    people: Sequence[tuple[str, Party]] = (),
    alarms: Sequence[int] = (),
) -> str:
    offset = _one_offset(stops, zone)
    calendar = _library().Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    if method is not None:
        calendar.add("method", method.value)
    else:
        _describe(calendar, name)
    if offset is not None:
        calendar.add_component(_zone(zone, offset))
    for stop in stops:
        event = _event(stop, words, zone if offset is not None else UTC, method=method)
        _ask(event, people)
        if event["STATUS"] != "CANCELLED":
            _ring(event, words.alarm % {"it": event["SUMMARY"]}, alarms)
        calendar.add_component(event)
    return str(calendar.to_ical(sorted=False), "utf-8")


def _library() -> Any:
    """The library, imported when first called for: no page but a feed needs it, and it is slow to load."""
    import icalendar  # only feeds and invitations call for it, and it is slow to load

    return icalendar


def _describe(calendar: Any, name: str) -> None:
    """What a client shows of a feed, and how often it may look again."""
    every = _library().vDuration(REFRESH)
    calendar.add("x-wr-calname", _plain(name))
    calendar.add("name", _plain(name))
    calendar.add("refresh-interval", every, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", every)


def _event(stop: Mapping[str, Any], words: Words, zone: tzinfo, *, method: Method | None) -> Any:
    cancelled = stop["status"] == CANCELLED or method is Method.CANCEL
    event = _library().Event()
    event.add("uid", stop["uid"])
    event.add("sequence", stop["sequence"])
    event.add("dtstamp", stop["published_at"].astimezone(UTC))
    event.add("last-modified", stop["published_at"].astimezone(UTC))
    event.add("dtstart", datetime.fromisoformat(stop["starts_at"]).astimezone(zone))
    event.add("dtend", datetime.fromisoformat(stop["ends_at"]).astimezone(zone))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("summary", _plain(words.title % {"number": stop["number"], "unit": stop["unit"], "tour": stop["tour"]}))
    place = where(stop, words)
    if place:
        event.add("location", _plain(place))
    event.add("description", _plain(described(stop, words)))
    return event


def _ask(event: Any, people: Sequence[tuple[str, Party]]) -> None:
    """Say who invites whom; the parameters of an attendee are those of somebody who has not answered."""
    for role, party in people:
        address = _library().vCalAddress(f"mailto:{party.address}")
        # a quoted parameter holds no quote and no control sign (RFC 5545, 3.2)
        address.params["CN"] = "".join(sign for sign in party.name if sign >= " " and sign not in {'"', "\x7f"})
        if role == "attendee":
            address.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
        event.add(role, address, encode=False)


def _ring(event: Any, words: str, hours: Sequence[int]) -> None:
    for before in sorted(set(hours), reverse=True):
        alarm = _library().Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", timedelta(hours=-before))
        alarm.add("description", words)
        event.add_component(alarm)


def where(stop: Mapping[str, Any], words: Words) -> str:
    """The place as one line."""
    parts = [stop["venue"], stop.get("address") or "", words.online if stop.get("online") else ""]
    return "，".join(part for part in parts if part)


def described(stop: Mapping[str, Any], words: Words) -> str:
    """What happens there, a line each."""
    lines = [stop.get("label") or "", words.papers]
    if stop.get("lecture"):
        lines.append(words.lecture % {"it": stop["lecture"]})
    if stop.get("lecturer"):
        lines.append(words.lecturer % {"it": stop["lecturer"]})
    return "\n".join(line for line in lines if line)


def _plain(text: str) -> str:
    """What a TEXT value may hold (RFC 5545, 3.3.11): one sign for the end of a line, no other control sign."""
    ended = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in ended if sign == "\n" or (sign >= " " and sign != "\x7f"))


def _one_offset(stops: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> timedelta | None:
    """The zone's distance from UTC where it is the same all around the stops; None where clocks are changed."""
    moments = [datetime.fromisoformat(stop[key]).astimezone(UTC) for stop in stops for key in ("starts_at", "ends_at")]
    if not moments or zone.key == "UTC":
        return None
    first, last = min(moments) - AROUND, max(moments) + AROUND
    days = range((last - first).days + 1)
    offsets = {(first + timedelta(days=day)).astimezone(zone).utcoffset() for day in days}
    return offsets.pop() if len(offsets) == 1 else None


def _zone(zone: ZoneInfo, offset: timedelta) -> Any:
    standard = _library().TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 -- local time by its definition
    standard.add("tzoffsetfrom", offset)
    standard.add("tzoffsetto", offset)
    described = _library().Timezone()
    described.add("tzid", zone.key)
    described.add_component(standard)
    return described

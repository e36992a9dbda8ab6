"""Pure: published stops as iCalendar objects (RFC 5545) for feeds, and as invitations (RFC 5546) for mails.

A stop keeps its UID for good; every announced change, a cancellation too, raises its SEQUENCE. A feed is a plain
calendar: no METHOD, no ORGANIZER, no ATTENDEE (RFC 5546, 3.2.1 forbids attendees in what is published). An invitation
holds one stop and exactly one attendee, so that nobody sees who else was asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from exam.tours.changes import CANCELLED

PRODUCT = "-//Liangjuan//Tour calendar//ZH"
REFRESH = "PT1H"
"""How often a client may look again."""
LINE = 75
"""Octets in a line at most, without its end (RFC 5545, 3.1)."""
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
    listed = list(stops)
    head = [
        _text("X-WR-CALNAME", name),
        _text("NAME", name),
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
    ]
    return _calendar(head, listed, words, zone, alarms=alarms)


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
    people = [
        f"ORGANIZER;{_named(organiser)}:mailto:{organiser.address}",
        f"ATTENDEE;{_named(attendee)};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:{attendee.address}",
    ]
    rings = alarms if method is Method.REQUEST else ()
    return _calendar([f"METHOD:{method}"], [stop], words, zone, alarms=rings, people=people, method=method)


def _calendar(
    head: list[str],
    stops: list[Mapping[str, Any]],
    words: Words,
    zone: ZoneInfo,
    *,
    alarms: Sequence[int],
    people: Sequence[str] = (),
    method: Method | None = None,
) -> str:
    offset = _one_offset(stops, zone)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", *head]
    if offset is not None:
        lines += _zone_lines(zone, offset)
    for stop in stops:
        lines += _event(stop, words, zone if offset is not None else None, alarms=alarms, people=people, method=method)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(
    stop: Mapping[str, Any],
    words: Words,
    zone: ZoneInfo | None,
    *,
    alarms: Sequence[int],
    people: Sequence[str],
    method: Method | None,
) -> Iterator[str]:
    cancelled = stop["status"] == CANCELLED or method is Method.CANCEL
    title = words.title % {"number": stop["number"], "unit": stop["unit"], "tour": stop["tour"]}
    yield "BEGIN:VEVENT"
    yield f"UID:{stop['uid']}"
    yield f"SEQUENCE:{stop['sequence']}"
    yield f"DTSTAMP:{_utc(stop['published_at'])}"
    yield f"LAST-MODIFIED:{_utc(stop['published_at'])}"
    yield _time("DTSTART", datetime.fromisoformat(stop["starts_at"]), zone)
    yield _time("DTEND", datetime.fromisoformat(stop["ends_at"]), zone)
    yield f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT" if cancelled else "TRANSP:OPAQUE"
    yield _text("SUMMARY", title)
    place = where(stop, words)
    if place:
        yield _text("LOCATION", place)
    yield _text("DESCRIPTION", described(stop, words))
    yield from people
    for hours in () if cancelled else sorted(set(alarms), reverse=True):
        alarm = words.alarm % {"it": title}
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-PT{hours}H", _text("DESCRIPTION", alarm), "END:VALARM")
    yield "END:VEVENT"


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


def folded(line: str) -> Iterator[str]:
    """`line` in parts of at most LINE octets of UTF-8, no sign cut in two; all but the first begin with a space."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LINE:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + octets
    yield part


def escaped(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11); control signs are left out."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "".join(
        "\\n" if sign == "\n" else sign for sign in plain if sign == "\n" or (sign >= " " and sign != "\x7f")
    )


def _text(name: str, value: str) -> str:
    return f"{name}:{escaped(value)}"


def _named(party: Party) -> str:
    """The CN of somebody: a quoted parameter holds no quote and no control sign (RFC 5545, 3.2)."""
    name = "".join(sign for sign in party.name if sign >= " " and sign not in {'"', "\x7f"})
    return f'CN="{name}"'


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _time(name: str, moment: datetime, zone: ZoneInfo | None) -> str:
    if zone is None:
        return f"{name}:{_utc(moment)}"
    return f"{name};TZID={zone.key}:{moment.astimezone(zone):%Y%m%dT%H%M%S}"


def _one_offset(stops: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> timedelta | None:
    """The zone's distance from UTC where it is the same all around the stops; None where clocks are changed."""
    moments = [datetime.fromisoformat(stop[key]).astimezone(UTC) for stop in stops for key in ("starts_at", "ends_at")]
    if not moments or zone.key == "UTC":
        return None
    first, last = min(moments) - AROUND, max(moments) + AROUND
    days = range((last - first).days + 1)
    offsets = {(first + timedelta(days=day)).astimezone(zone).utcoffset() for day in days}
    return offsets.pop() if len(offsets) == 1 else None


def _zone_lines(zone: ZoneInfo, offset: timedelta) -> list[str]:
    minutes = int(offset.total_seconds()) // 60
    shown = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"
    return [
        "BEGIN:VTIMEZONE",
        f"TZID:{zone.key}",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        f"TZOFFSETFROM:{shown}",
        f"TZOFFSETTO:{shown}",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]

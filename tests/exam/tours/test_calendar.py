"""Calendars as two independent readers see them: `icalendar`, and `ical.js` run by node."""

import json
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exam.accounts.roles import Language
from exam.tours.calendar import Method, Party, feed, invitation
from exam.tours.changes import numbered
from exam.tours.phrases import words_in
from tests.conftest import NOON

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORDS = words_in(Language.ZH)
LINE = 75
"""Octets in a line at most, without its end (RFC 5545, 3.1)."""
READER = Path(__file__).parents[2] / "vendor" / "read_calendars.mjs"
ORGANISER = Party("云川县产业强县指挥部办公室", "notice@yunchuan.example.cn")
LECTURER = Party('张"三"\r\n', "zhang@yunchuan.example.cn")


def stop(**values: Any) -> dict[str, Any]:
    """A published stop, 2 March 2027, 14:00 to 17:20 in the county."""
    return {
        "stop_id": 1,
        "uid": "7d0a9b3e-26a5-4f0e-9a66-2b1e3d3e7f10",
        "sequence": 0,
        "number": 1,
        "label": "第1周 开局示范",
        "unit": "石桥镇",
        "unit_id": 1,
        "starts_at": "2027-03-02T06:00:00+00:00",
        "ends_at": "2027-03-02T09:20:00+00:00",
        "venue": "石桥镇政府三楼会议室",
        "address": "石桥镇人民路1号；东门,入",
        "online": False,
        "lecture_id": 1,
        "lecture": "企业为什么选址：一个投资人的清单\\从立项到投产",
        "lecturer_id": 1,
        "lecturer": "演示讲师",
        "departments": [],
        "status": "confirmed",
        "tour": "2027年春季巡讲",
        "published_at": NOON,
    } | values


MOVED = stop(sequence=1, starts_at="2027-03-04T01:00:00+00:00", ends_at="2027-03-04T04:20:00+00:00")
OFF = MOVED | {"sequence": 2, "status": "cancelled"}
ONLINE = stop(
    number=16, unit="驻长三角招商分局（上海）" * 4, venue="腾讯会议", address="", online=True, lecture="", label=""
)


def _feed(stops: list[dict[str, Any]], zone: ZoneInfo = SHANGHAI) -> str:
    return feed(stops, name="云川县巡讲日历", words=WORDS, zone=zone, alarms=[72, 24])


def _invitation(of: Mapping[str, Any], method: Method) -> str:
    return invitation(
        of, method=method, organiser=ORGANISER, attendee=LECTURER, words=WORDS, zone=SHANGHAI, alarms=[24]
    )


CALENDARS = {
    "first": _feed([stop(), ONLINE | {"uid": "b"}]),
    "moved": _feed([MOVED]),
    "cancelled": _feed([OFF]),
    "empty": _feed([]),
    "summer time": _feed([stop()], ZoneInfo("Europe/Berlin")),
    "utc": _feed([stop()], ZoneInfo("UTC")),
    "request": _invitation(stop(), Method.REQUEST),
    "update": _invitation(MOVED, Method.REQUEST),
    "cancel": _invitation(OFF, Method.CANCEL),
    "uninvited": _invitation(MOVED, Method.CANCEL),
}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _by_icalendar(text: str) -> dict[str, Any]:
    """What `read_calendars.mjs` says of a calendar, said by icalendar."""
    calendar = icalendar.Calendar.from_ical(text)
    assert not calendar.errors

    def people(event: Any, name: str) -> list[list[str]]:
        found = event.get(name)
        listed = found if isinstance(found, list) else [found] if found else []
        return [[str(each.params["CN"]), str(each)] for each in listed]

    def read(event: Any) -> dict[str, Any]:
        assert not event.errors
        return {
            "uid": str(event["UID"]),
            "sequence": int(event["SEQUENCE"]),
            "stamp": _seconds(event["DTSTAMP"].dt),
            "start": _seconds(event["DTSTART"].dt),
            "end": _seconds(event["DTEND"].dt),
            "zone": event["DTSTART"].params.get("TZID", "UTC"),
            "status": str(event["STATUS"]),
            "summary": str(event["SUMMARY"]),
            "location": str(event["LOCATION"]) if "LOCATION" in event else None,
            "description": str(event["DESCRIPTION"]),
            "organisers": people(event, "ORGANIZER"),
            "attendees": people(event, "ATTENDEE"),
            "alarms": [int(alarm["TRIGGER"].dt.total_seconds()) for alarm in event.walk("VALARM")],
        }

    name = calendar.get("X-WR-CALNAME")
    method = calendar.get("METHOD")
    return {
        "method": str(method) if method else None,
        "name": str(name) if name else None,
        "events": [read(event) for event in calendar.walk("VEVENT")],
    }


@pytest.mark.node
def test_two_independent_readers_read_the_same_in_every_calendar() -> None:
    found = subprocess.run(
        ["node", str(READER)], input=json.dumps(list(CALENDARS.values())), capture_output=True, text=True, check=True
    )
    for name, there in zip(CALENDARS, json.loads(found.stdout), strict=True):
        assert there == _by_icalendar(CALENDARS[name]), name


def test_a_stop_is_read_back_as_it_was_published() -> None:
    first, online = _by_icalendar(CALENDARS["first"])["events"]
    assert first == {
        "uid": "7d0a9b3e-26a5-4f0e-9a66-2b1e3d3e7f10",
        "sequence": 0,
        "stamp": _seconds(NOON),
        "start": _seconds(datetime(2027, 3, 2, 14, 0, tzinfo=SHANGHAI)),
        "end": _seconds(datetime(2027, 3, 2, 17, 20, tzinfo=SHANGHAI)),
        "zone": "Asia/Shanghai",
        "status": "CONFIRMED",
        "summary": "2027年春季巡讲 第1场：石桥镇",
        "location": "石桥镇政府三楼会议室，石桥镇人民路1号；东门,入",
        "description": "第1周 开局示范\n业务卷、企业家大讲堂、部门答疑、问题卷。\n"
        "授课：企业为什么选址：一个投资人的清单\\从立项到投产\n讲师：演示讲师",
        "organisers": [],
        "attendees": [],
        "alarms": [-72 * 3600, -24 * 3600],
    }
    assert online["location"] == "腾讯会议，线上"


def test_a_move_and_a_cancellation_keep_the_uid_and_raise_the_sequence() -> None:
    read = [_by_icalendar(CALENDARS[name])["events"][0] for name in ("first", "moved", "cancelled")]
    assert [(each["sequence"], each["status"]) for each in read] == [
        (0, "CONFIRMED"),
        (1, "CONFIRMED"),
        (2, "CANCELLED"),
    ]
    assert len({each["uid"] for each in read}) == 1
    assert read[1]["start"] - read[0]["start"] == timedelta(days=2, hours=-5).total_seconds()
    assert read[2]["alarms"] == []


def test_an_invitation_holds_one_attendee_and_the_end_of_one_is_a_cancellation() -> None:
    request, cancel = _by_icalendar(CALENDARS["request"]), _by_icalendar(CALENDARS["uninvited"])
    assert (request["method"], cancel["method"]) == ("REQUEST", "CANCEL")
    [event] = request["events"]
    assert event["organisers"] == [["云川县产业强县指挥部办公室", "mailto:notice@yunchuan.example.cn"]]
    assert event["attendees"] == [["张三", "mailto:zhang@yunchuan.example.cn"]]
    assert (cancel["events"][0]["status"], cancel["events"][0]["alarms"]) == ("CANCELLED", [])


def test_where_clocks_are_changed_times_are_given_in_utc() -> None:
    assert "DTSTART:20270302T060000Z" in CALENDARS["summer time"]
    assert "VTIMEZONE" not in CALENDARS["summer time"]
    assert "TZOFFSETTO:+0800" in CALENDARS["first"]


def test_publishing_counts_each_change_of_an_entry_once() -> None:
    plain = {key: value for key, value in stop().items() if key not in {"sequence", "tour", "published_at"}}
    first = numbered([plain], [])
    same = numbered([plain], first)
    moved = numbered([plain | {"starts_at": MOVED["starts_at"]}], same)
    off = numbered([plain | {"status": "cancelled"}], moved)
    assert [each[0]["sequence"] for each in (first, same, moved, off)] == [0, 0, 1, 2]


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
@example("讲" * 200)
@example("a" * 74 + "讲")
@example("\\;,\n\r\n\t\x00\u2028")
def test_lines_are_folded_at_75_octets_between_signs_and_read_back_whole(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    calendar = feed([stop(label=text, lecture="", lecturer="")], name="名", words=WORDS, zone=SHANGHAI)
    assert all(len(line.encode()) <= LINE for line in calendar.split("\r\n"))
    if "\u2028" in text or "\x85" in text:  # icalendar takes these for ends of lines; ical.js and RFC 5545 do not
        return
    [event] = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    kept = "".join(sign for sign in text.replace("\r\n", "\n").replace("\r", "\n") if sign >= " " or sign == "\n")
    kept = kept.replace("\x7f", "")
    assert str(event["DESCRIPTION"]).startswith(kept)


def test_a_time_is_stamped_in_utc() -> None:
    assert f"DTSTAMP:{NOON.astimezone(UTC):%Y%m%dT%H%M%SZ}" in CALENDARS["first"]

"""Rules, lecturers, lectures, venues and industries: what the planner knows."""

from datetime import date, time
from typing import TYPE_CHECKING

import pytest

from exam.accounts.models import Unit
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.tours import drafting, queries
from exam.tours.models import Lecture, Lecturer, Venue
from exam.tours.planning_rules import Availability, Half, HalfDay, Span, Wish
from question_bank.models import Topic

if TYPE_CHECKING:
    from tests.web.planning.conftest import Planned


def _rules(planned: "Planned", **more: object) -> dict[str, object]:
    numbers = {"unit_visits": 1, "margin_minutes": 15, "unknown_minutes": 45, "most_per_day": 2}
    weights = dict.fromkeys(("industry", "weak", "load", "wish", "near", "elsewhere"), 7)
    hours = {"morning_starts": "08:30", "morning_ends": "11:50", "afternoon_starts": "13:40", "afternoon_ends": "17:20"}
    return {
        "starts_on": planned.day(0).isoformat(),
        "ends_on": planned.day(11).isoformat(),
        "half_days": ["1-afternoon", "2-afternoon"],
        "blackout": "2027-05-01\n2027年5月3日至2027年5月4日",
        "speed_kmh": "40",
        "detour": "1.4",
        "near_km": "10",
        "early": [planned.units[0]],
        "late": [planned.units[1]],
        **numbers,
        **weights,
        **hours,
    } | more


@pytest.mark.db
def test_rules_are_kept_as_they_were_typed(planned: "Planned") -> None:
    client = planned.client()
    assert client.post(planned.path("/rules"), data=_rules(planned)).status_code == 302
    with planned.app.app_context():
        rules = drafting.rules_of(queries.tour_by_id(db.session(), planned.tour))
    assert rules.half_days == tuple(HalfDay(weekday=day, half=Half.AFTERNOON) for day in (1, 2))
    assert rules.blackout == (
        Span(first=date(2027, 5, 1), last=date(2027, 5, 1)),
        Span(first=date(2027, 5, 3), last=date(2027, 5, 4)),
    )
    assert (rules.most_per_day, rules.speed_kmh, rules.weights.near, rules.morning.ends) == (2, 40.0, 7, time(11, 50))
    assert {each.unit: each.wish for each in rules.wishes} == {
        planned.units[0]: Wish.EARLY,
        planned.units[1]: Wish.LATE,
    }
    page = client.get(planned.path("/rules")).text
    assert "2027-05-01" in page
    assert client.post(planned.path("/rules"), data=_rules(planned, blackout="")).status_code == 302


def test_rules_that_make_no_sense_are_named(planned: "Planned") -> None:
    client = planned.client()
    wrong: tuple[dict[str, object], ...] = (
        {"half_days": []},
        {"blackout": "下周二"},
        {"blackout": "2027-05-04 2027-05-03"},
        {"morning_ends": "08:30"},
        {"ends_on": "2020-01-01"},
        {"speed_kmh": "0"},
    )
    for each in wrong:
        answer = client.post(planned.path("/rules"), data=_rules(planned, **each))
        assert (answer.status_code, "error-summary" in answer.text) == (400, True), each


def test_a_lecturer_who_is_away_shows_as_a_conflict_of_the_draft(planned: "Planned") -> None:
    client, path = planned.client(), f"/planning/lecturers/{planned.lecturers[0]}"
    assert "讲师1" in client.get(path).text
    form = {
        "title": "负责人",
        "field": "光伏",
        "any_time": "no",
        "half_days": ["1-afternoon", "3-afternoon"],
        "away": planned.day(1).isoformat(),
        "most_per_week": "1",
        "most_in_all": "",
    }
    assert client.post(path, data=form).status_code == 302
    with planned.app.app_context():
        kept = Availability.model_validate(db.session().get_one(Lecturer, planned.lecturers[0]).availability)
    assert kept.away == (Span(first=planned.day(1), last=planned.day(1)),)
    assert (kept.most_per_week, kept.most_in_all, len(kept.half_days or ())) == (1, None, 2)
    assert planned.client().get(planned.path()).text.count("has-conflict") >= 1
    assert client.post(path, data=form | {"away": "三月"}).status_code == 400


def test_a_lecture_gets_its_topics_and_a_unit_its_industries(planned: "Planned") -> None:
    with planned.app.app_context(), writing() as session:
        session.add(Topic(code="INDUSTRY-001", name="光伏"))
    client = planned.client()
    lecture = f"/planning/lectures/{planned.lectures[0]}"
    assert client.post(lecture, data={"title": "光伏产业链", "topics": ["INDUSTRY-001"]}).status_code == 302
    unit = f"/planning/units/{planned.units[0]}/industries"
    assert client.post(unit, data={"industries": ["INDUSTRY-001"]}).status_code == 302
    assert client.post(unit, data={"industries": ["NONSENSE"]}).status_code == 400
    with planned.app.app_context():
        kept = db.session().get_one(Lecture, planned.lectures[0])
        assert (kept.title, kept.topics) == ("光伏产业链", ["INDUSTRY-001"])
        assert db.session().get_one(Unit, planned.units[0]).industries == ["INDUSTRY-001"]
    page = client.get(planned.path("/resources")).text
    assert page.count("光伏") >= 2


def test_a_venue_gets_its_place_and_what_is_none_is_refused(planned: "Planned") -> None:
    client, path = planned.client(), f"/planning/venues/{planned.venues[0]}"
    form = {"name": "大会议室", "capacity": "80", "address": "人民路1号"}
    for typed in ("91, 0", "北京", "31.8", "1,2,3"):
        assert client.post(path, data=form | {"place": typed}).status_code == 400
    for typed, kept in (("31.82，117.22", (31.82, 117.22)), ("31.82, 117.22", (31.82, 117.22)), ("", (None, None))):
        assert client.post(path, data=form | {"place": typed}).status_code == 302
        with planned.app.app_context():
            venue = db.session().get_one(Venue, planned.venues[0])
            assert (venue.latitude, venue.longitude) == kept
            assert (venue.name, venue.capacity, venue.address) == ("大会议室", 80, "人民路1号")


def test_what_the_planner_knows_is_the_organisers(planned: "Planned") -> None:
    leader = planned.client(Role.LEADER)
    for path in (planned.path("/rules"), planned.path("/resources"), f"/planning/lecturers/{planned.lecturers[0]}"):
        assert leader.get(path).status_code == 404

"""Results over the API: what pages show, to the same people and no sooner; every answer as it is described."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from exam.accounts.roles import Role
from exam.extensions import writing
from exam.reports.operations import release_results
from exam.reports.releasing import Openness
from exam.sittings.queries import sitting_by_id
from tests.conforming import conforms

pytestmark = pytest.mark.db


@pytest.fixture
def described(client: FlaskClient) -> Any:
    return client.get("/api/openapi.json").json


def told(client: FlaskClient, described: Any, url: str, status: int = 200) -> Any:
    """The answer's JSON, after looking whether status and body are as described."""
    answer = client.get(url)
    assert (answer.status_code, answer.is_json) == (status, True), url
    conforms(described, url, status, answer.json)
    return answer.json


def addresses(hall) -> list[str]:
    return [
        f"/api/v1/stops/{hall.stop}/report?measure=business",
        f"/api/v1/units/{hall.unit}/report?measure=business&tour={hall.tour}",
        f"/api/v1/tours/{hall.tour}/report?measure=business",
        f"/api/v1/questions/figures?measure=business&tour={hall.tour}&limit=3",
    ]


def test_released_results_are_told_as_the_pages_show_them(released, browser, described) -> None:
    leader = browser(Role.LEADER)
    stop, unit, tour, questions = (told(leader, described, url) for url in addresses(released))
    for each in (stop, unit, tour):
        assert [line["figures"]["mean"] for board in each["groups"] for line in board["units"]] == ["73.33"]
        assert [person["score"] for person in each["people"]] == ["100.00", "90.00"]
    assert unit["unit"]["sides"][0]["county"]["sat"] == 6
    assert (tour["coverage"]["sat"], len(tour["stops"])) == (6, 1)
    assert (questions["questions"], len(questions["lines"])) == (6, 3)


def test_organisers_are_told_before_the_release_and_leaders_nothing_of_it(hall, browser, described) -> None:
    for role, scores in ((Role.ORGANISER, 6), (Role.LEADER, 0)):
        client = browser(role)
        answers = [told(client, described, url) for url in addresses(hall)]
        assert [len(each["people"]) for each in answers[:3]] == [scores] * 3
        assert [bool(each["groups"]) for each in answers[:3]] == [bool(scores)] * 3
        assert bool(answers[3]["lines"]) == bool(scores)


def test_no_name_of_a_candidate_is_in_any_of_it(released, browser) -> None:
    organiser = browser(Role.ORGANISER)
    everything = json.dumps([organiser.get(url).json for url in addresses(released)], ensure_ascii=False)
    assert [name for name in released.names.values() if f'"{name}"' in everything] == []


def test_a_contact_is_told_of_the_own_unit_only(released, browser, described) -> None:
    contact = browser(Role.UNIT_CONTACT, unit_id=released.unit)
    stop, own, tour, questions = addresses(released)
    found = told(contact, described, own)
    assert [[line["unit"] for line in board["units"]] for board in found["groups"]] == [[released.unit]]
    assert (found["people"], [board["tiers"] for board in found["groups"]]) == ([], [[]])
    told(contact, described, f"/api/v1/units/{released.other_unit}/report", 404)
    told(contact, described, stop, 404)
    told(contact, described, tour, 404)
    told(contact, described, questions, 403)


def test_a_contact_is_told_nothing_that_is_not_open_to_units(app, hall, browser, described) -> None:
    release_all(app, hall, to=Openness(persons=True, units=False))
    contact = browser(Role.UNIT_CONTACT, unit_id=hall.unit)
    found = told(contact, described, addresses(hall)[1])
    assert (found["groups"], found["unit"]["sides"]) == ([], [])


def test_strangers_are_asked_to_sign_in_without_being_sent_to_a_page(app, released, described) -> None:
    for url in addresses(released):
        told(app.test_client(), described, url, 401)


def test_a_parameter_that_is_none_of_those_described_is_refused(released, browser, described) -> None:
    leader = browser(Role.LEADER)
    for url in (
        f"/api/v1/stops/{released.stop}/report?measure=everything",
        f"/api/v1/units/{released.unit}/report?tour=x",
        f"/api/v1/tours/{released.tour}/report?everything=1",
        "/api/v1/questions/figures?limit=0",
        "/api/v1/questions/figures?limit=100000",
    ):
        assert told(leader, described, url, 400)["reason"] == "shape"


def test_a_person_is_told_the_own_scorecard_once_it_is_released(app, hall, browser, described) -> None:
    own = browser.of(hall.people[80])
    url = f"/api/v1/papers/{hall.keys[80]}/scorecard"
    before = told(own, described, url)
    assert (before["released"], before["marks"], before["items"]) == (False, None, [])
    release_all(app, hall)
    after = told(own, described, url)
    assert (after["released"], after["marks"], after["total"], after["passed"]) == (True, "80.00", "100.00", True)
    assert [(item["awarded"], item["maximum"]) for item in after["items"]][-1] == ("0.00", "10.00")
    assert all(item["key"] for item in after["items"])
    told(browser.of(hall.people[40]), described, url, 404)
    told(browser(Role.ORGANISER), described, url, 404)


def release_all(app, hall, to: Openness | None = None) -> None:
    with app.app_context(), writing() as session:
        for sitting_id in hall.sittings.values():
            sitting = sitting_by_id(session, sitting_id)
            release_results(session, sitting, by=None, at=sitting.closes_at, to=to)

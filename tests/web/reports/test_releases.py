"""To whom results are released: persons, units, everybody, names; the latest release is obeyed."""

import pytest
from flask.testing import FlaskClient

from exam.accounts.roles import Role


def release(client: FlaskClient, hall, kind: str = "business", **ticked: str) -> str:
    """The stop's page after releasing one paper to those ticked."""
    url = f"/reports/sittings/{hall.sittings[kind]}/release"
    page = client.post(url, data=ticked, follow_redirects=True).get_data(as_text=True)
    assert "notice-success" in page
    return page


def shows(client: FlaskClient, url: str, text: str) -> bool:
    answer = client.get(url)
    return answer.status_code == 200 and text in answer.get_data(as_text=True)


@pytest.mark.db
def test_persons_units_and_the_public_each_see_only_what_was_released_to_them(hall, browser) -> None:
    organiser, leader = browser(Role.ORGANISER), browser(Role.LEADER)
    person, contact = browser.of(hall.people[70]), browser(Role.UNIT_CONTACT, unit_id=hall.unit)
    places = {
        "leader": (leader, f"/reports/stops/{hall.stop}?measure=business", "73.33"),
        "person": (person, f"/reports/papers/{hall.keys[70]}", "70 "),
        "unit": (contact, f"/reports/units/{hall.unit}?measure=business", "73.33"),
        "public": (person, f"/results/stops/{hall.stop}?measure=business", "73.33"),
    }

    def seen() -> list[str]:
        marks = {"person": 'class="tiles"'}
        return [name for name, (who, url, text) in places.items() if shows(who, url, marks.get(name, text))]

    assert seen() == []
    release(organiser, hall)
    assert seen() == ["leader"]
    release(organiser, hall, to_persons="y")
    assert seen() == ["leader", "person"]
    release(organiser, hall, to_units="y")
    assert seen() == ["leader", "unit"]
    release(organiser, hall, to_persons="y", to_units="y", to_public="y")
    assert seen() == ["leader", "person", "unit", "public"]


def test_names_are_public_only_by_decision_and_only_the_best_fifth(hall, browser) -> None:
    organiser, anybody = browser(Role.ORGANISER), browser(Role.CANDIDATE)
    url = f"/results/stops/{hall.stop}?measure=business"
    release(organiser, hall, to_public="y")
    assert not any(shows(anybody, url, name) for name in hall.names.values())
    release(organiser, hall, to_public="y", names_public="y")
    assert [score for score, name in hall.names.items() if shows(anybody, url, name)] == [100, 90]


def test_a_later_release_counts_instead_and_tells_its_note(hall, browser) -> None:
    organiser = browser(Role.ORGANISER)
    release(organiser, hall, to_persons="y")
    page = release(organiser, hall, to_persons="y", note="第3题更正后重新公布")
    assert "第3题更正后重新公布" in page
    assert shows(browser.of(hall.people[70]), f"/reports/papers/{hall.keys[70]}", "第3题更正后重新公布")

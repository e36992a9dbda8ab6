"""A scorecard is its person's own."""

import pytest

from exam.accounts.queries import person_by_id
from exam.accounts.roles import Role
from exam.extensions import writing
from tests.factories.papers import SINGLE
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db

EXPLAINED = SINGLE["explanation"]


def test_before_the_release_only_the_handing_in_is_told(hall, browser) -> None:
    client = browser.of(hall.people[90])
    card = client.get(f"/reports/papers/{hall.keys[90]}")
    page = card.get_data(as_text=True)
    assert card.status_code == 200
    assert 'class="facts"' in page
    assert EXPLAINED not in page
    assert SINGLE["stem"] not in page
    mine = client.get("/reports/me").get_data(as_text=True)
    assert "/reports/papers/" not in mine
    assert ">90<" not in mine


def test_after_the_release_everything_stands_there_for_its_person(released, browser) -> None:
    client = browser.of(released.people[90])
    page = client.get(f"/reports/papers/{released.keys[90]}").get_data(as_text=True)
    assert page.count(EXPLAINED) == page.count('class="panel question score-item"') == 6
    assert page.count('class="answer-word"') == 6 + 5  # six right answers, five of them given
    mine = client.get("/reports/me").get_data(as_text=True)
    assert f"/reports/papers/{released.keys[90]}" in mine
    assert '<strong class="number overall">82</strong>' in mine


def test_nobody_else_opens_it_whatever_their_role(released, browser) -> None:
    url = f"/reports/papers/{released.keys[90]}"
    assert {browser(role, unit_id=released.unit).get(url).status_code for role in Role} == {404}


def test_another_candidate_does_not_open_it(released, browser) -> None:
    client = browser.of(released.people[100])
    assert client.get(f"/reports/papers/{released.keys[90]}").status_code == 404
    assert released.keys[90] not in client.get("/reports/me").get_data(as_text=True)


def test_a_ticket_opens_the_papers_of_its_own_stop_only(app, released, browser) -> None:
    own = browser.of(released.people[90], released.entries[90])
    assert own.get(f"/reports/papers/{released.keys[90]}").status_code == 200
    with app.app_context(), writing() as session:
        person = person_by_id(session, released.people[90])
        other_entry = make_entry(session, make_stop(session), person=person).id
    elsewhere = browser.of(released.people[90], other_entry)
    assert elsewhere.get(f"/reports/papers/{released.keys[90]}").status_code == 404
    assert "/reports/papers/" not in elsewhere.get("/reports/me").get_data(as_text=True)


def test_who_has_sat_nothing_is_told_so(browser) -> None:
    assert 'class="empty"' in browser(Role.CANDIDATE).get("/reports/me").get_data(as_text=True)


def test_an_unknown_paper_is_not_there(browser) -> None:
    assert browser(Role.CANDIDATE).get("/reports/papers/nothing").status_code == 404

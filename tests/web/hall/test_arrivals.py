"""Arriving: staff point a phone at a ticket, people type the digits on the wall."""

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.tours.flow import StopStatus
from exam.tours.models import RosterEntry
from exam.tours.presence import fits, hall_code
from tests.factories.accounts import make_person, sign_in
from tests.factories.tours import make_entry, make_stop


@pytest.fixture
def place(app: APIFlask) -> RosterEntry:
    with app.app_context(), writing() as session:
        return make_entry(session, make_stop(session, status=StopStatus.RUNNING))


def staff(app: APIFlask, role: Role) -> FlaskClient:
    client = app.test_client()
    with app.app_context(), writing() as session:
        person_id = make_person(session, roles=[role]).id
    sign_in(client, app, person_id)
    return client


def checked_in(app: APIFlask, place: RosterEntry) -> bool:
    with app.app_context():
        return db.session().get_one(RosterEntry, place.id).checked_in_at is not None


@pytest.mark.db
def test_staff_who_scan_a_ticket_come_to_its_holder_and_check_them_in_with_one_button(
    app: APIFlask, place: RosterEntry
) -> None:
    organiser = staff(app, Role.ORGANISER)
    found = organiser.get(f"/account/ticket?code={place.ticket}")
    assert found.location == f"/hall/tickets/{place.ticket}"
    assert place.name in organiser.get(found.location).text
    organiser.post(found.location)
    assert checked_in(app, place)
    assert "已签到" in organiser.get(found.location).text


def test_everybody_else_who_scans_a_ticket_comes_to_the_door(app: APIFlask, place: RosterEntry) -> None:
    door = app.test_client().get(f"/account/ticket?code={place.ticket}")
    assert (door.status_code, place.ticket in door.text) == (200, True)
    assert staff(app, Role.UNIT_CONTACT).get(f"/hall/tickets/{place.ticket}").status_code == 404
    assert staff(app, Role.ORGANISER).get("/hall/tickets/NOBODYS").status_code == 404


@pytest.mark.db
def test_people_check_themselves_in_with_the_digits_on_the_wall(app: APIFlask, place: RosterEntry) -> None:
    wall = staff(app, Role.ORGANISER).get(f"/hall/{place.stop_id}").text
    digits = re.search(r'projector-digits">(\d{4})<', wall)
    assert digits is not None
    phone = app.test_client()
    sign_in(phone, app, place.person_id, place.id)
    wrong = f"{(int(digits[1]) + 1) % 10000:04d}"
    phone.post(f"/hall/places/{place.id}/check-in", data={"digits": wrong})
    assert not checked_in(app, place)
    phone.post(f"/hall/places/{place.id}/check-in", data={"digits": f" {digits[1][:2]} {digits[1][2:]} "})
    assert checked_in(app, place)
    assert "已签到" in phone.get(f"/sitting/places/{place.id}").text


def test_guessing_is_slowed_down(app: APIFlask, place: RosterEntry) -> None:
    phone = app.test_client()
    sign_in(phone, app, place.person_id, place.id)
    for _ in range(7):
        answer = phone.post(f"/hall/places/{place.id}/check-in", data={"digits": "x"}, follow_redirects=True)
    assert "请等待" in answer.text or "等候" in answer.text or "秒" in answer.text
    assert not checked_in(app, place)


def test_every_stop_has_digits_of_its_own_that_stay() -> None:
    codes = {hall_code("secret", f"stop-{number}") for number in range(50)}
    assert len(codes) > 45
    assert all(re.fullmatch(r"\d{4}", code) for code in codes)
    assert hall_code("secret", "one") == hall_code("secret", "one") != hall_code("other", "one")
    assert not fits("", hall_code("secret", "one"))

"""The live board's page: who may see it, what is listed, and that it refreshes by a part of itself."""

import re
from collections.abc import Sequence

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from exam import clock, disk, health
from exam.accounts.roles import Role
from exam.extensions import writing
from exam.sittings.operations import submit
from exam.tours.flow import StopStatus
from exam.tours.models import RosterEntry, Stop
from tests.factories.accounts import make_person, sign_in
from tests.factories.sittings import make_attempt, make_sitting
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


def full_hall(session: Session) -> Stop:
    """Somebody who writes, somebody who has handed in, somebody who has not come."""
    at = clock.now()
    stop = make_stop(session, starts_at=at, status=StopStatus.RUNNING)
    make_sitting(session, stop=stop)
    writes, done, missing = (make_entry(session, stop) for _ in range(3))
    for entry, name in ((writes, "演示甲"), (done, "演示乙"), (missing, "演示丙")):
        entry.name = name
    for entry in (writes, done):
        entry.checked_in_at = at
    make_attempt(session, entry=writes, at=at)
    submit(session, make_attempt(session, entry=done, at=at), at=at)
    session.flush()
    return stop


def staff(app: APIFlask, role: Role, *, unit_of: int | None = None) -> FlaskClient:
    with app.app_context(), writing() as session:
        unit = None if unit_of is None else session.get_one(Stop, unit_of).unit
        person_id = make_person(session, roles=[role], unit=unit).id
    client = app.test_client()
    sign_in(client, app, person_id)
    return client


@pytest.fixture
def stop_id(app: APIFlask) -> int:
    with app.app_context(), writing() as session:
        return full_hall(session).id


def names(page: str) -> Sequence[str]:
    return re.findall(r'class="cell-name"><a href="[^"]+">(.*?)</a>', page)


def test_the_board_lists_everybody_and_each_part_of_the_hall(app: APIFlask, stop_id: int) -> None:
    organiser = staff(app, Role.ORGANISER)
    assert names(organiser.get(f"/hall/{stop_id}/board").text) == ["演示甲", "演示乙", "演示丙"]
    for query, listed in {
        "show=writing": ["演示甲"],
        "show=in": ["演示乙"],
        "show=missing": ["演示丙"],
        "show=offline": [],
        "q=演示乙": ["演示乙"],
        "q=3": ["演示丙"],
        "show=in&q=演示甲": [],
    }.items():
        assert names(organiser.get(f"/hall/{stop_id}/board?{query}").text) == listed, query


def test_the_part_that_changes_comes_alone_with_the_same_lines(app: APIFlask, stop_id: int) -> None:
    organiser = staff(app, Role.ORGANISER)
    part = organiser.get(f"/hall/{stop_id}/board/now?show=writing").text
    assert "<html" not in part
    assert names(part) == ["演示甲"]


def test_the_hosts_contact_sees_the_hall_and_other_contacts_do_not(app: APIFlask, stop_id: int) -> None:
    assert staff(app, Role.UNIT_CONTACT, unit_of=stop_id).get(f"/hall/{stop_id}/board").status_code == 200
    for role in (Role.UNIT_CONTACT, Role.LECTURER, Role.CANDIDATE, Role.LEADER):
        assert staff(app, role).get(f"/hall/{stop_id}/board").status_code == 404


def test_the_stops_page_and_the_wall_lead_to_the_board(app: APIFlask, stop_id: int) -> None:
    organiser = staff(app, Role.ORGANISER)
    for page in (f"/tours/stops/{stop_id}", f"/hall/{stop_id}"):
        assert f'href="/hall/{stop_id}/board"' in organiser.get(page).text
    assert f"/hall/{stop_id}/board" not in staff(app, Role.LECTURER).get(f"/hall/{stop_id}").text


def test_an_empty_hall_says_what_comes_first(app: APIFlask) -> None:
    with app.app_context(), writing() as session:
        bare = make_stop(session).id
    page = staff(app, Role.ORGANISER).get(f"/hall/{bare}/board").text
    assert "本场尚无名册" in page or "名册" in page


def test_a_person_has_a_page_of_their_own(app: APIFlask, stop_id: int) -> None:
    organiser = staff(app, Role.ORGANISER)
    page = organiser.get(f"/hall/{stop_id}/board").text
    address = re.search(r'class="cell-name"><a href="([^"]+)"', page)
    assert address is not None
    person = organiser.get(address[1])
    assert (person.status_code, "演示甲" in person.text, "作答中" in person.text) == (200, True, True)
    with app.app_context(), writing() as session:
        elsewhere = make_entry(session, make_stop(session))
    assert isinstance(elsewhere, RosterEntry)
    assert organiser.get(f"/hall/{stop_id}/people/{elsewhere.id}").status_code == 404


def test_the_board_says_that_the_disk_is_nearly_full(
    app: APIFlask, stop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    organiser = staff(app, Role.ORGANISER)
    monkeypatch.setattr(disk, "LOW", 1.1)
    monkeypatch.setitem(app.extensions, "liangjuan.watch", health.Watch())
    assert "服务器磁盘将满" in organiser.get(f"/hall/{stop_id}/board").text
    monkeypatch.setattr(disk, "LOW", 0.0)
    monkeypatch.setattr(disk, "LEAST", 0)
    monkeypatch.setitem(app.extensions, "liangjuan.watch", health.Watch())
    assert "服务器磁盘将满" not in organiser.get(f"/hall/{stop_id}/board").text

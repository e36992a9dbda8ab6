"""The plain way of every drag, units that join, and comparing and publishing."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from exam.accounts.roles import Role
from exam.audit import AuditEvent
from exam.extensions import db, writing
from exam.tours.models import Placement, TourVersion
from tests.factories.accounts import make_unit

if TYPE_CHECKING:
    from tests.web.planning.conftest import Planned


def _form(planned: "Planned", number: int, day: int, **more: object) -> dict[str, object]:
    return {
        "day": planned.day(day).isoformat(),
        "starts": "13:40",
        "ends": "17:20",
        "venue": planned.venues[number],
        "lecture": planned.lectures[number % 2],
        "label": "",
        "seen": planned.lock(),
    } | more


def _path(planned: "Planned", number: int) -> str:
    return f"/planning/placements/{planned.placements[number]}"


@pytest.mark.db
def test_the_form_places_a_stop_as_a_drag_does(planned: "Planned") -> None:
    client = planned.client()
    assert "石桥镇" in client.get(_path(planned, 0)).text
    answer = client.post(_path(planned, 0), data=_form(planned, 0, 4, label="示范周"))
    assert (answer.status_code, answer.location) == (302, f"{planned.path()}#placement-{planned.placements[0]}")
    assert (planned.placement().starts_at, planned.placement().label) == (planned.at(4), "示范周")


def test_the_form_names_everything_that_speaks_against_a_place_and_keeps_what_was_typed(planned: "Planned") -> None:
    answer = planned.client().post(_path(planned, 2), data=_form(planned, 2, 1, venue=planned.venues[0]))
    assert answer.status_code == 400
    against = answer.text.split('id="against"')[1].split("</div>")[0]
    assert against.count("<li>") == 2  # the venue and the lecturer
    assert f'value="{planned.day(1).isoformat()}"' in answer.text
    assert planned.placement(2).starts_at == planned.at(3)


def test_an_end_before_the_beginning_is_named(planned: "Planned") -> None:
    answer = planned.client().post(_path(planned, 0), data=_form(planned, 0, 4, ends="13:40"))
    assert answer.status_code == 400
    assert 'id="against"' in answer.text


def test_two_organisers_at_one_form_see_both_texts(planned: "Planned") -> None:
    client, seen = planned.client(), planned.lock()
    planned.move(client, 1, planned.slot(8))
    answer = client.post(_path(planned, 0), data=_form(planned, 0, 4, seen=seen))
    assert answer.status_code == 409
    assert answer.text.count("<pre>") == 2


def test_units_join_the_draft_and_wait(planned: "Planned") -> None:
    with planned.app.app_context(), writing() as session:
        unit = make_unit(session, name="青禾镇").id
    client = planned.client()
    page = client.get(planned.path("/add")).text
    assert "青禾镇" in page
    assert "石桥镇" not in page.split("<form")[-1]
    assert client.post(planned.path("/add"), data={"units": [unit]}).status_code == 302
    assert "青禾镇" in client.get(planned.path()).text.split('data-slot="tray"')[1]
    assert client.post(planned.path("/add"), data={}).status_code == 400


@pytest.mark.db
def test_a_draft_is_compared_in_sentences_and_published_with_a_note(planned: "Planned") -> None:
    planned.publish()
    client = planned.client()
    planned.move(client, 0, planned.slot(4))
    page = client.get(planned.path("/changes")).text
    assert page.count("石桥镇") >= 1
    assert "临河镇" not in page
    answer = client.post(planned.path("/publish"), data={"note": "避开农忙", "seen": planned.lock()})
    assert (answer.status_code, answer.location) == (302, planned.path("/versions/2"))
    assert planned.stop().starts_at == planned.at(4)
    version = client.get(planned.path("/versions/2")).text
    assert "避开农忙" in version
    assert "石桥镇" in version
    assert "避开农忙" in client.get(planned.path("/versions")).text
    with planned.app.app_context():
        assert "tour.published" in list(db.session().scalars(select(AuditEvent.action)))


def test_a_draft_with_a_conflict_is_not_published(planned: "Planned") -> None:
    with planned.app.app_context(), writing() as session:
        session.get_one(Placement, planned.placements[2]).starts_at = planned.at(1)
        session.get_one(Placement, planned.placements[2]).ends_at = planned.at(1).replace(hour=17)
    client = planned.client()
    page = client.get(planned.path("/changes")).text
    assert 'action="' + planned.path("/publish") not in page
    assert client.post(planned.path("/publish"), data={"note": "", "seen": planned.lock()}).status_code == 400
    with planned.app.app_context():
        assert list(db.session().scalars(select(TourVersion))) == []


def test_who_compared_an_older_draft_has_to_look_again(planned: "Planned") -> None:
    client, seen = planned.client(), planned.lock()
    planned.move(client, 0, planned.slot(4))
    assert client.post(planned.path("/publish"), data={"note": "", "seen": seen}).status_code == 409
    assert planned.stop().starts_at == planned.at(1)


def test_leaders_read_the_versions_and_no_draft(planned: "Planned") -> None:
    planned.publish()
    leader = planned.client(Role.LEADER)
    page = leader.get(planned.path("/versions")).text
    assert planned.path("/versions/1") in page
    assert leader.get(planned.path("/versions/1")).status_code == 200
    assert leader.get(planned.path("/versions/7")).status_code == 404
    assert leader.get(planned.path("/changes")).status_code == 404
    assert planned.client(Role.CANDIDATE).get(planned.path("/versions")).status_code == 404

"""What staff do for one person: another phone, a new ticket, identity, records; and what is made of them."""

import re
from io import BytesIO

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from exam import clock
from exam.accounts.models import Login
from exam.accounts.roles import Role
from exam.audit import AuditEvent
from exam.extensions import db, writing
from exam.sittings import writers
from exam.sittings.day import IdentityMethod, IncidentKind, Judgement
from exam.sittings.day_models import DevicePass, IdentityCheck, Incident
from exam.sittings.hall_rules import Rules, change_rules, rules_of
from exam.sittings.incidents import record
from exam.sittings.models import Attempt
from exam.tours.flow import StopStatus
from exam.tours.models import RosterEntry, Stop
from tests.factories.accounts import make_person, sign_in
from tests.factories.sittings import make_attempt
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db
PIXEL = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def key(app: APIFlask) -> str:
    """The paper of somebody who is writing now."""
    with app.app_context(), writing() as session:
        at = clock.now()
        entry = make_entry(session, make_stop(session, starts_at=at, status=StopStatus.RUNNING))
        attempt = make_attempt(session, entry=entry, at=at)
        writers.take(attempt, "phone-one/a", at=at)
        return attempt.key


@pytest.fixture
def organiser(app: APIFlask, client: FlaskClient) -> FlaskClient:
    with app.app_context(), writing() as session:
        person_id = make_person(session, roles=[Role.ORGANISER]).id
    sign_in(client, app, person_id)
    return client


def the_attempt(app: APIFlask, key: str) -> Attempt:
    with app.app_context():
        attempt = db.session().scalars(select(Attempt).where(Attempt.key == key)).one()
        assert attempt.assignment.entry.person
        return attempt


def home(attempt: Attempt) -> str:
    entry = attempt.assignment.entry
    return f"/hall/{entry.stop_id}/people/{entry.id}"


def rules(app: APIFlask, stop_id: int, **changed: object) -> None:
    with app.app_context(), writing() as session:
        stop = session.get_one(Stop, stop_id)
        change_rules(session, stop, Rules.model_validate(changed), by=stop.unit_id, at=clock.now())


def test_setting_a_paper_free_lets_the_next_phone_write(app: APIFlask, organiser: FlaskClient, key: str) -> None:
    attempt = the_attempt(app, key)
    assert "解除" in organiser.get(f"/hall/attempts/{key}/free").text
    answer = organiser.post(f"/hall/attempts/{key}/free")
    assert answer.location.startswith(home(attempt))
    assert the_attempt(app, key).writer == ""


def test_a_code_for_a_second_phone_is_shown_once_and_works(app: APIFlask, organiser: FlaskClient, key: str) -> None:
    rules(app, the_attempt(app, key).assignment.entry.stop_id, second_device="code")
    page = organiser.post(f"/hall/attempts/{key}/pass").text
    shown = re.search(r'pass-code">(\w{3}) (\w{3})<', page)
    assert shown is not None
    with app.app_context(), writing() as session:
        assert session.scalars(select(DevicePass.code)).one() == "".join(shown.groups())
        attempt = session.scalars(select(Attempt).where(Attempt.key == key)).one()
        assert not writers.take_over(session, attempt, device="phone-two", tab="b", code="WRONG2", at=clock.now())
        assert writers.take_over(session, attempt, device="phone-two", tab="b", code=shown[0][-8:-1], at=clock.now())


def test_a_new_ticket_closes_the_old_one_and_signs_its_phones_out(
    app: APIFlask, organiser: FlaskClient, key: str
) -> None:
    attempt = the_attempt(app, key)
    entry, old = attempt.assignment.entry, attempt.assignment.entry.ticket
    sign_in(app.test_client(), app, entry.person_id, entry.id)
    assert organiser.post(f"{home(attempt)}/reissue").status_code == 400
    answer = organiser.post(f"{home(attempt)}/reissue", data={"reason": "凭证遗失"}, follow_redirects=True)
    with app.app_context():
        new = db.session().get_one(RosterEntry, entry.id).ticket
        assert new != old
        assert f"{new[:4]} {new[4:]}" in answer.text
        assert db.session().scalars(select(Login.ended_at).where(Login.roster_entry_id == entry.id)).one() is not None
        told = db.session().scalars(select(AuditEvent).where(AuditEvent.action == "ticket.reissued")).one()
        assert (told.detail["reason"], new in str(told.detail)) == ("凭证遗失", False)
    assert organiser.get(f"{home(attempt)}/ticket.svg").mimetype == "image/svg+xml"


def test_a_record_is_judged_by_a_person_and_pursuing_needs_words(
    app: APIFlask, organiser: FlaskClient, key: str
) -> None:
    attempt = the_attempt(app, key)
    organiser.post(f"{home(attempt)}/note", data={"kind": "note", "note": "查看他人屏幕"})
    with app.app_context():
        number = db.session().scalars(select(Incident.id)).one()
    stop = attempt.assignment.entry.stop_id
    assert "查看他人屏幕" in organiser.get(f"/hall/{stop}/incidents").text
    assert organiser.post(f"/hall/incidents/{number}", data={"judgement": "serious"}).status_code == 400
    organiser.post(f"/hall/incidents/{number}", data={"judgement": "serious", "note": "约谈"})
    with app.app_context():
        assert db.session().get_one(Incident, number).judgement is Judgement.SERIOUS
    assert "查看他人屏幕" not in organiser.get(f"/hall/{stop}/incidents").text
    assert "约谈" in organiser.get(f"/hall/{stop}/incidents?show=all").text


def test_many_incidents_are_put_aside_at_once_but_only_those_of_the_stop(
    app: APIFlask, organiser: FlaskClient, key: str
) -> None:
    stop = the_attempt(app, key).assignment.entry.stop_id
    with app.app_context(), writing() as session:
        elsewhere = make_stop(session).id
        numbers = [
            record(session, IncidentKind.LEFT_PAGE, stop_id=where, detail={"seconds": 9}, by=None, at=clock.now()).id
            for where in (stop, stop, elsewhere)
        ]
    organiser.post(f"/hall/{stop}/incidents", data={"ids": numbers})
    with app.app_context():
        found = db.session().scalars(select(Incident.judgement).order_by(Incident.id)).all()
    assert found == [Judgement.HARMLESS, Judgement.HARMLESS, Judgement.OPEN]


def test_identity_is_proved_as_the_hall_asks(app: APIFlask, organiser: FlaskClient, key: str) -> None:
    attempt = the_attempt(app, key)
    stop, page = attempt.assignment.entry.stop_id, f"{home(attempt)}/identity"
    refused = organiser.post(page, data={"method": "photo", "photo": (BytesIO(PIXEL), "face.png")})
    assert refused.status_code == 400
    rules(app, stop, photo=True, code_word="清水湾 迎春")
    for wrong in (b"GIF89a", b""):
        sent = {"method": "photo", "photo": (BytesIO(wrong), "face.png")}
        assert organiser.post(page, data=sent).status_code == 400
    organiser.post(page, data={"method": "photo", "photo": (BytesIO(PIXEL), "face.png")})
    shown = organiser.get(f"{home(attempt)}/photo")
    assert (shown.data, shown.mimetype, shown.headers["Cache-Control"]) == (PIXEL, "image/png", "no-store")


def test_somebody_who_sits_elsewhere_proves_themselves_by_the_contacts_word(app: APIFlask, key: str) -> None:
    entry = the_attempt(app, key).assignment.entry
    phone = app.test_client()
    sign_in(phone, app, entry.person_id, entry.id)
    place = f"/sitting/places/{entry.id}"
    assert "code-word" not in phone.get(place).text
    rules(app, entry.stop_id, code_word="清水湾 迎春")
    assert ("code-word" in phone.get(place).text, "清水湾" in phone.get(place).text) == (True, False)
    for typed, proofs in (("别的", []), ("清水湾迎春", [IdentityMethod.CODE_WORD])):
        phone.post(f"/hall/places/{entry.id}/code-word", data={"word": typed})
        with app.app_context():
            assert db.session().scalars(select(IdentityCheck.method)).all() == proofs
    assert "code-word" not in phone.get(place).text


def test_the_rules_of_a_hall_are_a_form(app: APIFlask, organiser: FlaskClient, key: str) -> None:
    stop = the_attempt(app, key).assignment.entry.stop_id
    sent = {"second_device": "code", "hand_over": "y", "code_word": " 迎春 ", "notice": ""}
    assert "已保存" in organiser.post(f"/hall/{stop}/rules", data=sent).text
    with app.app_context():
        kept = rules_of(db.session(), stop)
    assert kept == Rules(second_device="code", hand_over=True, code_word="迎春")
    assert organiser.post(f"/hall/{stop}/rules", data={"second_device": "never"}).status_code == 400

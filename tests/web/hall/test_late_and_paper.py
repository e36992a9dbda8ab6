"""More time, standing still, late answers decided by two, going on on paper: by the pages."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import db, writing
from exam.grading.models import Score
from exam.sittings.board import running_pause
from exam.sittings.day import ClaimStatus
from exam.sittings.day_models import Claim, TimeGrant
from exam.sittings.models import Attempt, AttemptStatus
from exam.sittings.queries import frozen_items
from exam.tours.flow import StopStatus
from question_bank.enums import Kind
from question_bank.kinds import public_view
from tests.factories.accounts import make_person, sign_in
from tests.factories.claims import make_claim
from tests.factories.papers import TRUE_FALSE
from tests.factories.sittings import make_attempt
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db


@pytest.fixture
def key(app: APIFlask) -> str:
    """The paper of two judgements that somebody is writing now."""
    with app.app_context(), writing() as session:
        at = clock.now()
        entry = make_entry(session, make_stop(session, starts_at=at, status=StopStatus.RUNNING))
        return make_attempt(session, entry=entry, at=at, contents=[(TRUE_FALSE, 10)] * 2).key


def organiser(app: APIFlask) -> FlaskClient:
    with app.app_context(), writing() as session:
        person_id = make_person(session, roles=[Role.ORGANISER]).id
    client = app.test_client()
    sign_in(client, app, person_id)
    return client


def the_attempt(key: str) -> Attempt:
    attempt = db.session().scalars(select(Attempt).where(Attempt.key == key)).one()
    assert attempt.assignment.sitting.stop_id
    return attempt


def test_time_is_given_to_one_and_to_all_with_a_reason(app: APIFlask, key: str) -> None:
    staff = organiser(app)
    with app.app_context():
        before, sitting = the_attempt(key).deadline, the_attempt(key).assignment.sitting_id
    assert staff.post(f"/hall/attempts/{key}/extend", data={"minutes": "5"}).status_code == 400
    assert staff.post(f"/hall/attempts/{key}/extend", data={"minutes": "0", "reason": "x"}).status_code == 400
    staff.post(f"/hall/attempts/{key}/extend", data={"minutes": "5", "reason": "手机没电"})
    staff.post(f"/hall/sittings/{sitting}/extend", data={"minutes": "10", "reason": "开考延误"})
    with app.app_context():
        assert the_attempt(key).deadline - before == timedelta(minutes=15)
        assert db.session().scalars(select(TimeGrant.reason).order_by(TimeGrant.id)).all() == ["手机没电", "开考延误"]


def test_a_power_cut_stops_all_clocks_until_the_paper_goes_on(app: APIFlask, key: str) -> None:
    staff = organiser(app)
    with app.app_context():
        sitting = the_attempt(key).assignment.sitting
    board = f"/hall/{sitting.stop_id}/board"
    assert staff.post(f"/hall/sittings/{sitting.id}/pause").status_code == 400
    answer = staff.post(f"/hall/sittings/{sitting.id}/pause", data={"reason": "停电"}, follow_redirects=True)
    assert ("停电" in answer.text, f"/hall/sittings/{sitting.id}/resume" in answer.text) == (True, True)
    staff.post(f"/hall/sittings/{sitting.id}/resume")
    with app.app_context():
        assert running_pause(db.session(), sitting.id) is None
    assert f"/hall/sittings/{sitting.id}/pause" in staff.get(board).text


def test_late_answers_are_proposed_by_one_and_decided_by_another(app: APIFlask, key: str) -> None:
    with app.app_context(), writing() as session:
        claim = make_claim(session, session.scalars(select(Attempt).where(Attempt.key == key)).one())
        number, stop = claim.id, claim.attempt.assignment.sitting.stop_id
    one, two = organiser(app), organiser(app)
    assert f"/hall/late/{number}" in one.get(f"/hall/{stop}/late").text
    assert one.post(f"/hall/late/{number}/proposal", data={"accept": "yes"}).status_code == 400
    one.post(f"/hall/late/{number}/proposal", data={"accept": "yes", "reason": "断网"})
    assert 'value="yes"' not in one.get(f"/hall/late/{number}").text
    one.post(f"/hall/late/{number}/decision", data={"agree": "yes"})
    with app.app_context():
        assert db.session().get_one(Claim, number).status is ClaimStatus.PROPOSED
    two.post(f"/hall/late/{number}/decision", data={"agree": "yes"})
    with app.app_context():
        assert db.session().get_one(Claim, number).status is ClaimStatus.ACCEPTED


def test_what_is_no_rescue_file_is_refused_in_words(app: APIFlask, key: str) -> None:
    with app.app_context():
        stop = the_attempt(key).assignment.sitting.stop_id
    answer = organiser(app).post(f"/hall/{stop}/late", data={"text": "not a file"}, follow_redirects=True)
    assert ("notice-danger" in answer.text, answer.status_code) == (True, 200)
    with app.app_context():
        assert db.session().scalars(select(Claim.id)).all() == []


def test_somebody_goes_on_on_paper_and_has_one_score(app: APIFlask, key: str) -> None:
    one, two = organiser(app), organiser(app)
    assert one.post(f"/hall/attempts/{key}/paper").status_code == 400
    one.post(f"/hall/attempts/{key}/paper", data={"reason": "手机损坏"})
    with app.app_context():
        attempt = the_attempt(key)
        assert attempt.status is AttemptStatus.ON_PAPER
        first, second = [item.item_id for item in frozen_items(db.session(), attempt.assignment.paper_id)]
    page = one.post(f"/hall/attempts/{key}/typing", data={f"q{first}": "大概对", f"q{second}": "√"})
    assert (page.status_code, "大概对" in page.text, 'href="#typed-1"' in page.text) == (400, True, True)
    told = one.post(f"/hall/attempts/{key}/typing", data={f"q{first}": "√", f"q{second}": ""})
    two.post(f"{told.location}/decision", data={"agree": "yes"})
    with app.app_context():
        assert db.session().get_one(Score, the_attempt(key).id).marks == 10


def test_every_kind_has_its_fields_where_answers_on_paper_are_typed_in(app: APIFlask) -> None:
    with app.app_context(), writing() as session:
        at = clock.now()
        entry = make_entry(session, make_stop(session, starts_at=at, status=StopStatus.RUNNING))
        attempt = make_attempt(session, entry=entry, at=at)
        items = {each.content.kind: each for each in frozen_items(session, attempt.assignment.paper_id)}
        key = attempt.key
    page = organiser(app).get(f"/hall/attempts/{key}/typing").text
    for kind in Kind:
        view, name = public_view(items[kind].content, items[kind].order), f"q{items[kind].item_id}"
        wanted = {
            Kind.CASE: [f"{name}.{part.label}" for part in view.parts],
            Kind.MATCHING: [f"{name}.{row.label}" for row in view.left],
            Kind.FILL_BLANK: [f"{name}.{number}" for number in range(1, view.slots + 1)],
        }.get(kind, [name])
        assert [each for each in wanted if f'name="{each}' not in page] == [], kind

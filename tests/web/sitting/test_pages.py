"""Waiting room, beginning, paper and receipt, as the server renders them."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from exam import clock
from exam.extensions import writing
from exam.sittings import operations
from exam.sittings.models import Attempt, SittingStatus
from question_bank.enums import PaperKind
from tests.factories.accounts import make_person, sign_in
from tests.factories.papers import NINE_KINDS
from tests.factories.sittings import make_assignment, make_attempt, make_sitting
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db
MINUTE = timedelta(minutes=1)


def place(
    app: APIFlask, *, opens_in: timedelta = -MINUTE, status: SittingStatus = SittingStatus.OPEN
) -> tuple[int, int, int]:
    """A candidate's place at a sitting that opens in `opens_in`: ids of person, entry, sitting."""
    with app.app_context(), writing() as session:
        stop = make_stop(session, starts_at=clock.now() - MINUTE)
        sitting = make_sitting(session, stop=stop, opens_at=clock.now() + opens_in, status=status)
        entry = make_entry(session, stop)
        make_assignment(session, sitting, entry)
        return entry.person_id, entry.id, sitting.id


def started(app: APIFlask, client: FlaskClient) -> Attempt:
    with app.app_context(), writing() as session:
        attempt = make_attempt(session, at=clock.now())
        entry = attempt.assignment.entry
    sign_in(client, app, entry.person_id, entry.id)
    return attempt


def test_with_a_ticket_the_waiting_room_is_that_of_its_stop(app: APIFlask, client: FlaskClient) -> None:
    person, entry, _ = place(app)
    sign_in(client, app, person, entry)
    assert client.get("/sitting/").headers["Location"] == f"/sitting/places/{entry}"
    page = client.get(f"/sitting/places/{entry}").text
    assert "业务卷" in page
    assert "开始作答" in page
    assert "60分钟 · 10题 · 59 分" in page


def test_who_is_on_two_rosters_chooses(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        person = make_person(session)
        entries = [make_entry(session, make_stop(session), person=person).id for _ in range(2)]
    sign_in(client, app, person.id)
    page = client.get("/sitting/").text
    assert all(f"/sitting/places/{entry}" in page for entry in entries)


def test_who_is_on_no_roster_reads_what_to_do(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        person = make_person(session).id
    sign_in(client, app, person)
    assert "您还不在任何场次的名册上" in client.get("/sitting/").text


@pytest.mark.parametrize(
    ("opens_in", "status", "words"),
    [
        (10 * MINUTE, SittingStatus.OPEN, "data-ahead"),
        (-MINUTE, SittingStatus.PLANNED, "请等待组织员开考"),
        (-71 * MINUTE, SittingStatus.OPEN, "已截止"),
        (-MINUTE, SittingStatus.CLOSED, "已截止"),
    ],
)
def test_a_paper_that_cannot_be_begun_says_why(
    app: APIFlask, client: FlaskClient, opens_in: timedelta, status: SittingStatus, words: str
) -> None:
    person, entry, sitting = place(app, opens_in=opens_in, status=status)
    sign_in(client, app, person, entry)
    page = client.get(f"/sitting/places/{entry}").text
    assert words in page
    assert "开始作答" not in page
    refused = client.post(f"/sitting/places/{entry}/sittings/{sitting}/start")
    assert refused.headers["Location"] == f"/sitting/places/{entry}"


def test_beginning_leads_to_the_paper_and_beginning_again_to_the_same(app: APIFlask, client: FlaskClient) -> None:
    person, entry, sitting = place(app)
    sign_in(client, app, person, entry)
    address = f"/sitting/places/{entry}/sittings/{sitting}/start"
    first, second = client.post(address).headers["Location"], client.post(address).headers["Location"]
    assert first == second
    assert client.get(first).status_code == 200
    assert "继续作答" in client.get(f"/sitting/places/{entry}").text


def test_a_place_of_somebody_else_does_not_exist(app: APIFlask, client: FlaskClient) -> None:
    person, entry, sitting = place(app)
    _, other, other_sitting = place(app)
    sign_in(client, app, person, entry)
    assert client.get(f"/sitting/places/{other}").status_code == 404
    assert client.post(f"/sitting/places/{other}/sittings/{other_sitting}/start").status_code == 404
    assert client.post(f"/sitting/places/{entry}/sittings/{other_sitting}/start").status_code == 404
    assert client.post(f"/sitting/places/{entry}/sittings/{sitting}/start").status_code == 302


def test_the_paper_shows_every_question_and_no_key(app: APIFlask, client: FlaskClient) -> None:
    page = client.get(f"/sitting/attempts/{started(app, client).key}").text
    assert page.count('class="question"') == len(NINE_KINDS)
    hidden = [data.get("explanation") or data.get("reference") for data, _ in NINE_KINDS]
    assert [text for text in hidden if text and text in page] == []
    assert "区位交通便利" not in page


def test_a_handed_in_paper_shows_its_receipt_and_nothing_else(app: APIFlask, client: FlaskClient) -> None:
    attempt = started(app, client)
    assert client.get(f"/sitting/attempts/{attempt.key}/receipt").headers["Location"].endswith(attempt.key)
    with app.app_context(), writing() as session:
        receipt = operations.submit(session, session.get_one(Attempt, attempt.id), at=clock.now())
    assert client.get(f"/sitting/attempts/{attempt.key}").headers["Location"].endswith("/receipt")
    page = client.get(f"/sitting/attempts/{attempt.key}/receipt").text
    assert f"{receipt[:4]} {receipt[4:8]} {receipt[8:]}" in page
    assert "开工建设前" not in page


def test_another_candidates_paper_and_receipt_do_not_exist(app: APIFlask, client: FlaskClient) -> None:
    other = started(app, app.test_client())
    started(app, client)
    assert client.get(f"/sitting/attempts/{other.key}").status_code == 404
    assert client.get(f"/sitting/attempts/{other.key}/receipt").status_code == 404


def test_large_type_stays_with_the_person(app: APIFlask, client: FlaskClient) -> None:
    person, entry, _ = place(app)
    sign_in(client, app, person, entry)
    back = client.post("/account/elder-mode", data={"on": "1", "next": f"/sitting/places/{entry}"})
    assert 'class="elder"' in client.get(back.headers["Location"]).text


def test_both_papers_of_a_stop_stand_in_the_waiting_room(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        stop = make_stop(session, starts_at=clock.now() - MINUTE)
        entry = make_entry(session, stop)
        for kind in PaperKind:
            make_assignment(session, make_sitting(session, stop=stop, paper_kind=kind), entry)
    sign_in(client, app, entry.person_id, entry.id)
    assert client.get(f"/sitting/places/{entry.id}").text.count("开始作答") == 2

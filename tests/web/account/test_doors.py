import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from exam import clock
from exam.accounts import operations, queries
from exam.accounts.models import Login, Person
from exam.accounts.roles import Role
from exam.extensions import db, writing
from tests.factories.accounts import make_account, make_person, sign_in
from tests.factories.tours import make_entry, make_stop

pytestmark = pytest.mark.db

SECRET = "nine tall herons"


def _person(app: APIFlask, *, username: str = "zhao.bo", **values: object) -> int:
    with app.app_context(), writing() as session:
        person = make_person(session, **values)  # type: ignore[arg-type]
        make_account(session, person, username=username, password=SECRET)
        return person.id


def _enter(client: FlaskClient, username: str, password: str, **more: str) -> object:
    return client.post("/account/sign-in", data={"username": username, "password": password, **more})


def _ticket(app: APIFlask, **values: object) -> tuple[int, str]:
    with app.app_context(), writing() as session:
        stop = make_stop(session, starts_at=clock.now() + timedelta(hours=1))
        person = make_person(session, **values)  # type: ignore[arg-type]
        entry = make_entry(session, stop, person=person)
        return person.id, entry.ticket


def test_the_right_password_opens_and_leads_where_one_was_going(app: APIFlask, client: FlaskClient) -> None:
    _person(app)
    asked = client.get("/account/me")
    assert asked.location == "/account/sign-in?next=/account/me"
    came = _enter(client, "  ZHAO.bo ", SECRET, next="/account/me")
    assert came.location == "/account/me"
    assert client.get("/account/me").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_nobody_is_sent_to_another_site(app: APIFlask, client: FlaskClient, target: str) -> None:
    _person(app)
    assert _enter(client, "zhao.bo", SECRET, next=target).location == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: APIFlask, client: FlaskClient) -> None:
    _person(app)
    wrong = _enter(client, "zhao.bo", "something else")
    unknown = _enter(client, "nobody.at.all", "something else")
    assert wrong.status_code == unknown.status_code == 400
    token = re.compile(r'name="csrf[-_]token".*?(content|value)="[^"]*"')
    assert token.sub("", wrong.text).replace("zhao.bo", "") == token.sub("", unknown.text).replace("nobody.at.all", "")


def test_a_name_waits_after_five_failures_even_with_the_right_password(app: APIFlask, client: FlaskClient) -> None:
    _person(app)
    answers = [_enter(client, "zhao.bo", "something else").status_code for _ in range(5)]
    assert answers == [400] * 5
    assert _enter(client, "zhao.bo", SECRET).status_code == 429
    assert _enter(client, "unknown.name", SECRET).status_code == 400


def test_success_forgets_the_failures_before_it(app: APIFlask, client: FlaskClient) -> None:
    _person(app)
    for _ in range(3):
        for _ in range(4):
            _enter(client, "zhao.bo", "something else")
        assert _enter(client, "zhao.bo", SECRET).status_code == 302


def test_failures_with_passwords_do_not_hold_up_tickets(app: APIFlask, client: FlaskClient) -> None:
    _, code = _ticket(app)
    for number in range(6):
        _enter(client, "zhao.bo", f"something else {number}")
    assert client.post("/account/ticket", data={"code": code}).status_code == 302


def test_a_ticket_opens_the_candidates_part_and_nothing_else(app: APIFlask, client: FlaskClient) -> None:
    _, code = _ticket(app, roles=(Role.CANDIDATE, Role.ADMINISTRATOR))
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert client.post("/account/ticket", data={"code": typed}).status_code == 302
    assert client.get("/").status_code in {200, 302}
    assert client.get("/account/me").status_code == 403
    assert client.get("/account/password").status_code == 403
    assert client.get("/admin/people").status_code == 403


def test_a_ticket_of_a_stop_long_past_or_of_a_closed_account_opens_nothing(app: APIFlask, client: FlaskClient) -> None:
    person_id, code = _ticket(app)
    with app.app_context(), writing() as session:
        old = make_entry(session, make_stop(session, starts_at=clock.now() - timedelta(days=40))).ticket
        operations.deactivate(session, queries.person_by_id(session, person_id), by=None, at=clock.now())
    for each in (old, code):
        assert client.post("/account/ticket", data={"code": each}).status_code == 400


def test_signing_out_makes_the_old_cookie_worthless(app: APIFlask, client: FlaskClient) -> None:
    _person(app)
    _enter(client, "zhao.bo", SECRET)
    kept = client.get_cookie("session")
    assert kept is not None
    out = client.post("/account/sign-out")
    assert out.headers["Clear-Site-Data"] == '"cache"'
    client.set_cookie("session", kept.value)
    assert client.get("/account/me").location == "/account/sign-in?next=/account/me"


def test_a_cookie_from_before_signing_in_is_not_the_one_after(app: APIFlask, client: FlaskClient) -> None:
    _person(app)
    with client.session_transaction() as planted:
        planted["planted"] = "by somebody else"
        planted["_user_id"] = "a token somebody else knows"
    _enter(client, "zhao.bo", SECRET)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "a token somebody else knows"


def test_signing_in_again_ends_the_login_of_before(app: APIFlask, client: FlaskClient) -> None:
    person_id = _person(app)
    _enter(client, "zhao.bo", SECRET)
    _enter(client, "zhao.bo", SECRET)
    with app.app_context():
        assert len(queries.logins_of(db.session(), person_id, at=clock.now())) == 1
        assert len(db.session.scalars(select(Login)).all()) == 2


def test_a_closed_account_is_signed_out_and_cannot_come_back(app: APIFlask, client: FlaskClient) -> None:
    person_id = _person(app)
    _enter(client, "zhao.bo", SECRET)
    with app.app_context(), writing() as session:
        operations.deactivate(session, queries.person_by_id(session, person_id), by=None, at=clock.now())
    assert client.get("/account/me").status_code == 302
    assert _enter(client, "zhao.bo", SECRET).status_code == 400


def test_ending_the_others_keeps_this_browser(app: APIFlask, client: FlaskClient) -> None:
    person_id = _person(app)
    sign_in(client, app, person_id)
    other = app.test_client()
    sign_in(other, app, person_id)
    client.post("/account/logins/end-others")
    assert client.get("/account/me").status_code == 200
    assert other.get("/account/me").status_code == 302


def test_a_login_ends_by_itself(app: APIFlask, client: FlaskClient) -> None:
    person_id = _person(app)
    with app.app_context(), writing() as session:
        token = operations.begin_login(session, person_id, device="", at=clock.now() - timedelta(hours=13))
        assert queries.viewer_by_token(session, token, at=clock.now()) is None


def test_the_language_chosen_before_and_after_signing_in(app: APIFlask, client: FlaskClient) -> None:
    person_id = _person(app)
    assert 'lang="zh-CN"' in client.get("/account/sign-in").text
    back = client.post("/account/language", data={"language": "en", "next": "/account/sign-in?"})
    assert back.location == "/account/sign-in"
    assert '<html lang="en">' in client.get("/account/sign-in").text
    sign_in(client, app, person_id)
    client.post("/account/language", data={"language": "en"})
    with app.app_context():
        assert db.session.get(Person, person_id).language.value == "en"  # type: ignore[union-attr]


def test_large_type_is_kept_with_the_person(app: APIFlask, client: FlaskClient) -> None:
    person_id = _person(app)
    sign_in(client, app, person_id)
    client.post("/account/elder-mode", data={"on": "1"})
    with app.app_context():
        assert db.session.get(Person, person_id).elder_mode is True  # type: ignore[union-attr]


def test_many_guesses_at_once_are_not_cheaper_than_one_after_the_other(app: APIFlask) -> None:
    _person(app)
    together = Barrier(10)

    def guess(number: int) -> int:
        browser = app.test_client()
        together.wait()
        return _enter(browser, "zhao.bo", f"guess number {number}").status_code

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(guess, range(10)))
    assert answers == [400] * 5 + [429] * 5


def test_a_whole_hall_comes_in_by_ticket_from_one_address(app: APIFlask) -> None:
    with app.app_context(), writing() as session:
        stop = make_stop(session, starts_at=clock.now() + timedelta(hours=1))
        codes = [make_entry(session, stop).ticket for _ in range(60)]

    def enter(code: str) -> int:
        browser = app.test_client()
        browser.post("/account/ticket", data={"code": "2" + code[1:]})
        return browser.post("/account/ticket", data={"code": code}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(enter, codes)) == {302}

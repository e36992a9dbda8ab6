import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from exam import clock
from exam.accounts import operations, queries
from exam.accounts.secrets import hash_password
from exam.extensions import writing
from tests.factories.accounts import make_account, make_person, make_unit, sign_in

pytestmark = pytest.mark.db

SECRET = "nine tall herons"
BETTER = "two papers one lesson"


@pytest.fixture
def person_id(app: APIFlask, client: FlaskClient) -> int:
    with app.app_context(), writing() as session:
        person = make_person(session, unit=make_unit(session, name="石桥镇"))
        make_account(session, person, username="zhao.bo", password=SECRET)
    sign_in(client, app, person.id)
    return person.id


def _change(client: FlaskClient, *, present: str = SECRET, chosen: str = BETTER, again: str | None = None) -> int:
    data = {"present": present, "chosen": chosen, "again": chosen if again is None else again}
    return client.post("/account/password", data=data).status_code


def test_the_new_password_opens_and_other_browsers_are_signed_out(
    app: APIFlask, client: FlaskClient, person_id: int
) -> None:
    other = app.test_client()
    sign_in(other, app, person_id)
    assert _change(client) == 302
    assert client.get("/account/me").status_code == 200
    assert other.get("/account/me").status_code == 302
    assert other.post("/account/sign-in", data={"username": "zhao.bo", "password": BETTER}).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"present": "not the present one"},
        {"chosen": "short"},
        {"chosen": "x" * 129},
        {"chosen": "石桥镇202608"},
        {"chosen": SECRET},
        {"again": "something different"},
    ],
)
def test_a_change_that_is_refused_changes_nothing(client: FlaskClient, person_id: int, wrong: dict[str, str]) -> None:
    assert _change(client, **wrong) == 400
    assert _change(client) == 302


def test_guessing_the_present_password_is_throttled_too(client: FlaskClient, person_id: int) -> None:
    for _ in range(5):
        _change(client, present="not the present one")
    assert _change(client) == 400


def test_a_first_password_must_be_changed_before_anything_else(
    app: APIFlask, client: FlaskClient, person_id: int
) -> None:
    with app.app_context(), writing() as session:
        person = queries.person_by_id(session, person_id)
        operations.set_password(
            session, person, password_hash=hash_password(SECRET), must_change=True, by=None, at=clock.now()
        )
    sign_in(client, app, person_id)
    assert client.get("/").location == "/account/password"
    assert client.post("/account/elder-mode", data={"on": "1"}).location == "/account/password"
    assert client.get("/account/password").status_code == 200
    assert _change(client) == 302
    assert client.get("/").status_code == 200

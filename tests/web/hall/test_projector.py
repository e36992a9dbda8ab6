import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from exam import clock
from exam.accounts.roles import Role
from exam.extensions import writing
from exam.sittings.models import Attempt
from exam.sittings.operations import submit
from tests.factories.accounts import make_person, sign_in
from tests.factories.sittings import make_attempt

pytestmark = pytest.mark.db


def hall(app: APIFlask, client: FlaskClient, role: Role) -> tuple[int, str]:
    """A stop at which one candidate has handed in, and a viewer of `role`: its id and the candidate's name."""
    with app.app_context(), writing() as session:
        attempt = make_attempt(session, at=clock.now())
        submit(session, session.get_one(Attempt, attempt.id), at=clock.now())
        entry = attempt.assignment.entry
        viewer = make_person(session, roles=[role]).id
    sign_in(client, app, viewer)
    return entry.stop_id, entry.name


def test_the_wall_shows_the_door_and_counts_but_no_names(app: APIFlask, client: FlaskClient) -> None:
    stop, name = hall(app, client, Role.ORGANISER)
    cookie = client.get_cookie("session")
    assert cookie is not None
    client.set_cookie("session", cookie.value, domain="192.168.1.8")
    page = client.get(f"/hall/{stop}", base_url="http://192.168.1.8:8000").text
    assert ">192.168.1.8:8000/k<" in page
    door = client.get("/k", base_url="http://192.168.1.8:8000")
    assert (door.status_code, door.location) == (302, "/account/ticket")
    assert "手机打不开" not in page
    assert name not in page
    assert '<b data-figure="ended">1</b>' in page


def test_an_address_only_this_machine_knows_is_called_out(app: APIFlask, client: FlaskClient) -> None:
    stop, _ = hall(app, client, Role.ORGANISER)
    assert "手机打不开" in client.get(f"/hall/{stop}").text


def test_the_figures_follow_the_sitting(app: APIFlask, client: FlaskClient) -> None:
    stop, _ = hall(app, client, Role.LECTURER)
    figures = client.get(f"/hall/{stop}/counts").json["sittings"]
    assert list(figures.values()) == [{"waiting": 0, "writing": 0, "ended": 1}]


def test_the_code_is_a_picture(app: APIFlask, client: FlaskClient) -> None:
    stop, _ = hall(app, client, Role.ORGANISER)
    answer = client.get(f"/hall/{stop}/door.svg")
    assert (answer.mimetype, answer.text[:5]) == ("image/svg+xml", "<?xml")


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.MARKER])
def test_others_find_no_wall(app: APIFlask, client: FlaskClient, role: Role) -> None:
    stop, _ = hall(app, client, role)
    assert client.get(f"/hall/{stop}").status_code == 404


def test_a_stop_that_does_not_exist_has_no_wall(app: APIFlask, client: FlaskClient) -> None:
    hall(app, client, Role.ORGANISER)
    assert client.get("/hall/999999").status_code == 404

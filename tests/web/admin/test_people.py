import io
import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from exam import audit
from exam.accounts import queries, workbook
from exam.accounts.models import Person
from exam.accounts.roles import Role
from exam.extensions import db, writing
from tests.factories.accounts import make_account, make_person, make_unit, sign_in

pytestmark = pytest.mark.db

SECRET = "nine tall herons"


@pytest.fixture
def admin_id(app: APIFlask, client: FlaskClient) -> int:
    """The browser of an administrator."""
    with app.app_context(), writing() as session:
        person = make_person(session, name="演示管理员", roles=[Role.ADMINISTRATOR])
        make_account(session, person, username="admin.one", password=SECRET)
    sign_in(client, app, person.id)
    return person.id


def _made(app: APIFlask, **values: object) -> int:
    with app.app_context(), writing() as session:
        return make_person(session, **values).id  # type: ignore[arg-type]


def _person(app: APIFlask, person_id: int) -> Person:
    with app.app_context():
        return queries.person_by_id(db.session(), person_id)


def test_people_are_found_by_name_unit_and_role(app: APIFlask, client: FlaskClient, admin_id: int) -> None:
    with app.app_context(), writing() as session:
        town = make_unit(session, name="石桥镇")
        village = make_unit(session, name="桥东村", parent=town)
        make_person(session, name="演示甲", unit=town)
        make_person(session, name="演示乙", unit=village, roles=[Role.MARKER])
        make_person(session, name="100%_丙")
    for query, wanted in {
        "q=演示甲": ["演示甲"],
        f"unit={town.id}": ["演示甲", "演示乙"],
        f"unit={town.id}&role=marker": ["演示乙"],
        "q=%25_": ["100%_丙"],
        "role=administrator&q=admin.one": ["演示管理员"],
        "unit=x&role=nonsense&page=900": ["演示管理员", "演示甲", "演示乙", "100%_丙"],
    }.items():
        text = client.get(f"/admin/people?{query}").text
        found = set(re.findall(r'<th scope="row"><a href="/admin/people/\d+">(.*?)</a>', text))
        assert found == set(wanted), query


@pytest.mark.parametrize("people", [1, 60])
def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    app: APIFlask, client: FlaskClient, admin_id: int, people: int
) -> None:
    with app.app_context(), writing() as session:
        unit = make_unit(session)
        for _ in range(people):
            make_person(session, unit=unit)
    asked: list[str] = []
    with app.app_context():
        engine: Engine = db.engine
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        assert client.get("/admin/people").status_code == 200
    assert len([each for each in asked if each.lstrip().upper().startswith("SELECT")]) == 7


def test_a_contact_sees_the_own_unit_and_those_below_and_changes_nothing(app: APIFlask, client: FlaskClient) -> None:
    with app.app_context(), writing() as session:
        town = make_unit(session)
        contact = make_person(session, unit=town, roles=[Role.UNIT_CONTACT])
        below = make_person(session, name="演示村干部", unit=make_unit(session, parent=town))
        stranger = make_person(session, name="演示外人")
    sign_in(client, app, contact.id)
    text = client.get("/admin/people?q=演示").text
    assert "演示村干部" in text
    assert "演示外人" not in text
    assert "演示外人" not in client.get(f"/admin/people?unit={stranger.unit_id}").text
    assert client.get(f"/admin/people/{below.id}").status_code == 200
    assert client.get(f"/admin/people/{stranger.id}").status_code == 404
    assert client.post(f"/admin/people/{below.id}/deactivate").status_code == 404
    assert client.get("/admin/units").status_code == 403
    assert client.get("/admin/import").status_code == 403
    exported = workbook.read(client.post("/admin/people/export").data)
    assert {line.cells["name"] for line in exported.persons} == {contact.name, below.name}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_changes_people(app: APIFlask, client: FlaskClient, role: Role) -> None:
    target = _made(app)
    sign_in(client, app, _made(app, roles=[role]))
    for verb in ("roles", "password", "deactivate", "reactivate", "end-logins", "unlock", "edit"):
        assert client.post(f"/admin/people/{target}/{verb}").status_code == 404
    assert client.post("/admin/people/new").status_code == 403
    assert client.post("/admin/import").status_code == 403
    assert client.post("/admin/passwords.xlsx").status_code == 403


def test_the_export_is_what_the_list_shows_and_comes_back_without_change(
    app: APIFlask, client: FlaskClient, admin_id: int
) -> None:
    _made(app, name="=1+1")
    _made(app, name="演示别人")
    answer = client.post("/admin/people/export", data={"q": "=1"})
    rows = workbook.read(answer.data)
    assert [line.cells["name"] for line in rows.persons] == ["=1+1"]
    again = client.post("/admin/import", data={"file": (io.BytesIO(answer.data), "people.xlsx")})
    assert again.status_code == 200
    assert "/admin/import/write" not in again.text


def test_a_person_is_added_edited_and_given_roles(app: APIFlask, client: FlaskClient, admin_id: int) -> None:
    with app.app_context(), writing() as session:
        unit = make_unit(session)
    data = {"code": "N1", "name": "演示新", "unit": str(unit.id), "audience": "village"}
    made = client.post("/admin/people/new", data=data)
    assert client.post("/admin/people/new", data=data).status_code == 400
    person_id = int(made.location.rsplit("/", 1)[1])
    client.post(f"/admin/people/{person_id}/edit", data={**data, "code": "IGNORED", "post": "镇长"})
    client.post(f"/admin/people/{person_id}/roles", data={"roles": ["marker", "leader", "nonsense"]})
    person = _person(app, person_id)
    assert (person.code, person.post) == ("N1", "镇长")
    assert {grant.role for grant in person.grants} == {Role.MARKER, Role.LEADER}


def test_a_first_password_is_shown_once_and_opens_the_account(
    app: APIFlask, client: FlaskClient, admin_id: int
) -> None:
    person_id = _made(app)
    page = client.post(f"/admin/people/{person_id}/password", data={"username": "zhao.bo"}).text
    username, password = re.findall(r"<code>(.*?)</code>", page)
    assert password not in client.get(f"/admin/people/{person_id}").text
    theirs = app.test_client()
    came = theirs.post("/account/sign-in", data={"username": username, "password": password})
    assert came.status_code == 302
    assert theirs.get("/").location == "/account/password"
    client.post(f"/admin/people/{person_id}/password")
    assert theirs.get("/account/password").status_code == 302


def test_a_taken_user_name_is_refused_with_a_sentence(app: APIFlask, client: FlaskClient, admin_id: int) -> None:
    person_id = _made(app)
    client.post(f"/admin/people/{person_id}/password", data={"username": "Admin.One"})
    assert "admin.one" in client.get(f"/admin/people/{person_id}").text


def test_closing_an_account_ends_its_logins_and_opening_it_lets_it_in_again(
    app: APIFlask, client: FlaskClient, admin_id: int
) -> None:
    person_id = _made(app)
    theirs = app.test_client()
    sign_in(theirs, app, person_id)
    client.post(f"/admin/people/{person_id}/deactivate")
    assert theirs.get("/").status_code == 302
    client.post(f"/admin/people/{person_id}/reactivate")
    sign_in(theirs, app, person_id)
    assert theirs.get("/").status_code == 200
    client.post(f"/admin/people/{person_id}/end-logins")
    assert theirs.get("/").status_code == 302


def test_an_administrator_cannot_lock_the_county_out(app: APIFlask, client: FlaskClient, admin_id: int) -> None:
    client.post(f"/admin/people/{admin_id}/deactivate")
    client.post(f"/admin/people/{admin_id}/roles", data={"roles": []})
    person = _person(app, admin_id)
    assert person.active
    assert {grant.role for grant in person.grants} == {Role.ADMINISTRATOR}


def test_unlocking_lets_a_person_in_at_once(app: APIFlask, client: FlaskClient, admin_id: int) -> None:
    with app.app_context(), writing() as session:
        person = make_person(session)
        make_account(session, person, username="zhao.bo", password=SECRET)
    theirs = app.test_client()
    for _ in range(6):
        theirs.post("/account/sign-in", data={"username": "zhao.bo", "password": "wrong one here"})
    assert theirs.post("/account/sign-in", data={"username": "zhao.bo", "password": SECRET}).status_code == 429
    client.post(f"/admin/people/{person.id}/unlock")
    assert theirs.post("/account/sign-in", data={"username": "zhao.bo", "password": SECRET}).status_code == 302


def test_units_are_added_and_moved_but_not_below_themselves(app: APIFlask, client: FlaskClient, admin_id: int) -> None:
    client.post("/admin/units/new", data={"code": "C", "name": "云川县", "category": "county"})
    with app.app_context():
        county = next(unit for unit in queries.units(db.session()) if unit.code == "C")
    town = {"code": "T", "name": "石桥镇", "category": "town", "parent": str(county.id)}
    assert client.post("/admin/units/new", data=town).status_code == 302
    with app.app_context():
        made = next(unit for unit in queries.units(db.session()) if unit.code == "T")
    circle = {"code": "C", "name": "云川县", "category": "county", "parent": str(made.id)}
    assert client.post(f"/admin/units/{county.id}/edit", data=circle).status_code == 400
    with app.app_context():
        tree = [
            (branch.unit.code, branch.depth) for branch in queries.unit_tree(db.session()) if branch.unit.code in "CT"
        ]
    assert tree == [("C", 0), ("T", 1)]


def test_what_was_exported_is_on_record(app: APIFlask, client: FlaskClient, admin_id: int) -> None:
    client.post("/admin/people/export")
    with app.app_context():
        assert [row.by for row in audit.history(db.session(), "people:all")] == [admin_id]
